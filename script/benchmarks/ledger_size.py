"""Reading an account with 1,000,000 ledger entries against one with 1,000."""

import scenes

SMALL, LARGE = 1_000, 1_000_000
PAGE = 20
FIELDS = ["number", "date", "kind", "hours", "value", "balance_after", "pack_id", "task_id"]
TIMES = 20  # one reading takes too short to be measured


def run(env):
    """Return the rows of the table; ours is the large account, the peer the small one."""
    employee = scenes.make_employee(env)
    small, large = scenes.make_done_jobs(env, employee, 2, prepaid=True)
    scenes.bill(env, small | large)
    for account, entries in ((small, SMALL), (large, LARGE)):
        _fill(env, account, entries)
    works = {
        "balance, reserved, available": _balance,
        "first page of the ledger in the portal": _portal_page,
        "first page of the ledger, staff": _staff_page,
    }
    rows = []
    for name, work in works.items():
        ours, peer = scenes.compare(env, (lambda: large, work), (lambda: small, work), rounds=5)
        rows.append(ours.against(peer, f"{name}, {LARGE:,} entries", f"{SMALL:,} entries"))
    return rows


def _fill(env, account, entries):
    """Copy the account's last entry until it has this many; the figures do not matter here."""
    env.flush_all()
    ledger = env["jobtrack.ledger.entry"]
    last = ledger.search([("jobtrack_account_id", "=", account.id)], order="number desc", limit=1)
    names = [
        field.name
        for field in last._fields.values()
        if field.store and field.column_type and field.name not in ("id", "number")
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    env.cr.execute("SET LOCAL session_replication_role = replica")
    env.cr.execute(
        f"INSERT INTO jobtrack_ledger_entry (number, {columns})"
        f" SELECT number, {columns} FROM (SELECT {columns} FROM jobtrack_ledger_entry WHERE id = %s) AS last,"
        " generate_series(%s, %s) AS number",
        [last.id, account.last_number + 1, entries],
    )
    env.cr.execute(
        "UPDATE jobtrack_account SET last_number = %s WHERE id = %s", [entries, account.id]
    )
    env.cr.commit()
    env.cr.execute("ANALYZE jobtrack_ledger_entry")
    env.cr.commit()
    env.invalidate_all()


def _balance(env, account):
    for _time in range(TIMES):
        env.invalidate_all()
        account.read(["balance_hours", "held_hours", "available_hours"])


def _portal_page(env, account):
    """Do what the portal does for the first page: its rows, and how many there are."""
    domain = [("jobtrack_account_id", "=", account.id)]
    for _time in range(TIMES):
        env.invalidate_all()
        account.read(["last_number"])
        env["jobtrack.ledger.entry"].search(domain, order="number desc", limit=PAGE).read(FIELDS)


def _staff_page(env, account):
    """Do what the web client does for the first page of the list; the view lets it count to 1,000 at most."""
    domain = [("jobtrack_account_id", "=", account.id)]
    for _time in range(TIMES):
        env.invalidate_all()
        ledger = env["jobtrack.ledger.entry"]
        ledger.web_search_read(domain, {name: {} for name in FIELDS}, limit=80, count_limit=1_001)
