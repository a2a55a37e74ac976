"""Each addon is installed, updated and removed where people work, and leaves a working Odoo."""

import life_traces
import pytest
import requests

HOSTING, PORTAL, SUPPORT = "jobtrack_hosting_jobs", "jobtrack_support_portal", "jobtrack_support"
CLIENT = "ann"  # the login of the client that life_data makes
# An addon takes those along that need it.
LEFT = {HOSTING: {PORTAL, SUPPORT}, PORTAL: {SUPPORT}, SUPPORT: set()}
SCREENS = {
    "project.task": ("form", "list", "kanban", "search"),
    "project.project": ("form", "list", "kanban"),
    "account.analytic.line": ("list", "form", "search"),
    "account.move": ("form", "list"),
    "sale.order": ("form", "list"),
    "product.template": ("form",),
    "res.partner": ("form",),
    "res.config.settings": ("form",),
}


def _assert_none(lines):
    assert not lines, "\n".join(lines)


def _assert_odoo_works(life, administrator):
    """People go on with projects, time and invoices; clients open their portal."""
    with life.server() as address:
        assert requests.get(f"{address}/web/login", timeout=60).status_code == 200
        admin = administrator(address, life)
        for model, kinds in SCREENS.items():
            assert admin.call(model, "get_views", views=[[False, kind] for kind in kinds])
        _log_time(admin)
        _post_an_invoice(admin)
        _open_portal(address, life)


def _log_time(admin):
    project = admin.create("project.project", name="Afterwards", allow_timesheets=True)
    task = admin.create("project.task", name="Go on", project_id=project)
    if not admin.find("hr.employee", [["user_id", "=", admin.uid]], "id"):
        admin.create("hr.employee", name="Admin", user_id=admin.uid)
    admin.create(
        "account.analytic.line", name="Done", project_id=project, task_id=task, unit_amount=1.5
    )
    assert admin.find("project.task", [["id", "=", task]], "effective_hours") == [
        {"id": task, "effective_hours": 1.5}
    ]


def _post_an_invoice(admin):
    partner = admin.create("res.partner", name="Buyer")
    line = (0, 0, {"name": "Something", "quantity": 1, "price_unit": 10})
    invoice = admin.create(
        "account.move", move_type="out_invoice", partner_id=partner, invoice_line_ids=[line]
    )
    admin.call("account.move", "action_post", [invoice])
    assert admin.find("account.move", [["id", "=", invoice]], "state")[0]["state"] == "posted"


def _open_portal(address, life):
    """Log a client in by the page, as people do, and open what the portal has."""
    session = requests.Session()
    page = session.get(f"{address}/web/login", timeout=60).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"login": CLIENT, "password": f"{CLIENT}-{CLIENT}", "csrf_token": token}
    answer = session.post(f"{address}/web/login", data=form, timeout=60)
    assert "/my" in answer.url, "the client cannot log in"
    for path in ("/my", "/my/home", "/my/projects", "/my/tasks", "/my/invoices", "/my/orders"):
        assert session.get(f"{address}{path}", timeout=60).status_code == 200, path


@pytest.mark.parametrize("addon", [HOSTING, PORTAL, SUPPORT])
def test_uninstalling_leaves_a_working_odoo(addon, lived, administrator):
    lived.uninstall(addon)
    assert lived.installed() == LEFT[addon]
    _assert_none(life_traces.orphans(lived))
    _assert_odoo_works(lived, administrator)


def test_uninstalling_all_leaves_no_trace_but_what_was_booked_and_sold(lived, plain):
    booked = lived.sql(
        "select id, name, state, amount_total, jobtrack_is_ledger_move from account_move order by id"
    )
    timed = lived.sql("select id, task_id, unit_amount from account_analytic_line order by id")
    lived.uninstall(SUPPORT)
    _assert_none(life_traces.more_than(lived, plain))
    _assert_none(life_traces.fewer_than(lived, plain))
    _assert_none(life_traces.dangling(lived))
    moves = "select id, name, state, amount_total from account_move order by id"
    assert lived.sql(moves) == [row[:4] for row in booked]
    assert any(row[4] for row in booked), "the ledger had booked nothing: this proves nothing"
    times = "select id, task_id, unit_amount from account_analytic_line order by id"
    assert lived.sql(times) == timed
    searches = "select name from ir_filters where name in ('Ours', 'Open', 'Late')"
    assert lived.sql(searches) == [["Late"]]


def test_a_second_installation_works_beside_what_the_first_left(lived):
    lived.uninstall(SUPPORT)
    lived.install(HOSTING)
    assert lived.installed() == {HOSTING, PORTAL, SUPPORT}
    lived.run("work_again")


def test_updates_keep_records_and_what_administrators_changed(lived):
    lived.run("change_settings")
    before = lived.run("figures_with_jobtrack")
    for addon in (HOSTING, PORTAL, SUPPORT):
        lived.install(addon, update=True)
        _assert_none(life_traces.orphans(lived))
    assert lived.run("figures_with_jobtrack") == before
    assert before.startswith("figures: [[], "), before


def test_installing_one_by_one_leaves_the_company_as_it_is(old_company, plain):
    before = old_company.run("figures_without_jobtrack")
    installed = set()
    for addon in (SUPPORT, PORTAL, HOSTING):
        old_company.install(addon)
        installed.add(addon)
        assert old_company.installed() == installed
    assert old_company.run("figures_without_jobtrack") == before
    old_company.uninstall(SUPPORT)
    assert old_company.run("figures_without_jobtrack") == before
    _assert_none(life_traces.more_than(old_company, plain))
    _assert_none(life_traces.dangling(old_company))


def test_installing_beside_other_standard_apps(old_company, administrator):
    old_company.install("crm", "hr_holidays", "stock", "website")
    old_company.install(HOSTING)
    with old_company.server() as address:
        assert requests.get(f"{address}/", timeout=120).status_code == 200
        assert requests.get(f"{address}/my", timeout=120).status_code == 200
        admin = administrator(address, old_company)
        for model, kinds in SCREENS.items():
            assert admin.call(model, "get_views", views=[[False, kind] for kind in kinds])
        _log_time(admin)
        _post_an_invoice(admin)
