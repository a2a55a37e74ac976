"""Programs that run in an Odoo shell: sixty accounts with work to bill, and what was billed in the end."""

import json
from datetime import timedelta

from odoo import SUPERUSER_ID, fields

ACCOUNTS = 60
# Who gets mail: printing a statement takes longer than billing it.
TOLD = 4


def prepare(env):
    """Make sixty accounts with two done jobs each: a third prepaid, a third mixed, a third to pay later."""
    from odoo.addons.jobtrack_support.tests.common import JobtrackCommon

    class Scene(JobtrackCommon):
        @classmethod
        def _make_company(cls, name, currency="USD"):
            # Without a country, for which Odoo would install its addon of that country by itself.
            values = {"name": name, "jobtrack_tz": "UTC", "iap_enrich_auto_done": True}
            values["currency_id"] = cls.env.ref(f"base.{currency}").id
            company = cls.env["res.company"].create(values)
            charts = cls.env["account.chart.template"]
            charts.try_loading("generic_coa", company=company, install_demo=False)
            company._jobtrack_ensure_books()
            return company

    done = fields.Datetime.now() - timedelta(days=40)
    context = {"jobtrack_now": fields.Datetime.to_string(done), "lang": "en_US"}
    context |= {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_notrack": True}
    Scene.env = env(user=SUPERUSER_ID, context=context)
    Scene._set_scene()
    Scene.account.contact_ids.unlink()
    worked = done.date() - timedelta(days=1)
    for number in range(ACCOUNTS):
        account = Scene._make_account(f"Shop {number:02d}", credit_limit=1_000_000)
        if number < TOLD:
            person = Scene._make_person(f"Person{number} Payer")
            Scene._make_contact(account, person, may_see_money=True)
        if number % 3 < 2:
            account._grant_hours((10, 2.5)[number % 3], 33.33, worked, None, "Hours")
        for name in ("First", "Second"):
            job = Scene._make_job(name, account=account, jobtrack_requester_id=False)
            Scene._approve(job, 3)
            Scene._log(job, 2.2 + number / 60, date=worked)
            job._jobtrack_complete("Done")
    _let_run(env)
    env.cr.commit()


def _let_run(env):
    """Leave only those scheduled jobs that belong to billing, due now."""
    ours = env["jobtrack.billing.run"]._workers()
    ours |= env.ref("jobtrack_support.ir_cron_statement_mail")
    ours |= env.ref("mail.ir_cron_mail_scheduler_action")
    (env["ir.cron"].search([]) - ours).active = False
    ours.nextcall = fields.Datetime.now() - timedelta(hours=1)


def figures(env):
    """Print what the run came to, and everything that is wrong."""
    accounts = env["jobtrack.account"].search([], order="id")
    statements = env["jobtrack.statement"].search([], order="jobtrack_account_id, id")
    moves = env["account.move"].search([("state", "=", "posted")])
    found = {
        "wrong": accounts._verify_ledger() + wrong(env, statements, moves),
        "runs": env["jobtrack.billing.run"].search([]).mapped("state"),
        "statements": [_figures_of(statement) for statement in statements],
        "balances": accounts.mapped("balance_minutes"),
        "entries": [
            (one.jobtrack_account_id.name, one.number, one.kind, one.minutes, one.value)
            for one in env["jobtrack.ledger.entry"].search([], order="jobtrack_account_id, number")
        ],
        "books": sorted(
            (gl.code, round(balance, 2))
            for gl, balance in env["account.move.line"]._read_group(
                [("parent_state", "=", "posted")], ["account_id"], ["balance:sum"]
            )
        ),
    }
    print("figures: " + json.dumps(found))  # noqa: T201 - read by the test


def _figures_of(statement):
    lines = statement.line_ids.sorted("task_id")
    return [
        statement.jobtrack_account_id.name,
        [
            (one.task_id.name, one.prepaid_minutes, one.postpaid_minutes, one.amount)
            for one in lines
        ],
        statement.invoice_id.amount_total,
        statement.invoice_id.state,
        statement.mail_state,
    ]


def wrong(env, statements, moves):
    """Return what a crash could have left: anything twice, anything missing, numbers with a gap."""
    problems = []
    jobs = env["project.task"].search([("jobtrack_state", "!=", False)])
    problems += [
        f"{job.name} of {job.jobtrack_account_id.name}: {len(job.jobtrack_statement_line_ids)} lines"
        for job in jobs
        if len(job.jobtrack_statement_line_ids) != 1 or job.jobtrack_state != "billed"
    ]
    problems += [
        f"{move.name} is a draft" for move in env["account.move"].search([("state", "=", "draft")])
    ]
    for prefix, entries in moves.grouped(
        lambda move: (move.journal_id, move.sequence_prefix)
    ).items():
        numbers = sorted(entries.mapped("sequence_number"))
        if numbers != list(range(1, len(numbers) + 1)):
            problems.append(f"{prefix[1]}: numbers with a gap: {numbers}")
    for statement in statements:
        sent = env["mail.message"].search_count(
            [
                ("model", "=", "jobtrack.statement"),
                ("res_id", "=", statement.id),
                ("message_type", "=", "email_outgoing"),
            ]
        )
        people = statement.jobtrack_account_id.contact_ids.filtered("may_see_money")
        if sent != len(people):
            problems.append(f"{statement.name}: {sent} mails to {len(people)} people")
    return problems
