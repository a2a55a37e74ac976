"""Programs that run in an Odoo shell on a database: a life with JobTrack, and one without."""

from odoo import SUPERUSER_ID, Command, fields

# On the demo database the clock stands still here: billing days and packs do not depend on today.
NOW = "2026-03-10 10:00:00"
RUN = "2026-03-15"


def _scene(env, **attributes):
    """:return: the tests' helpers, working as Odoo itself: nobody else may say what time it is."""
    from odoo.addons.jobtrack_support.tests.common import JobtrackCommon

    class Scene(JobtrackCommon):
        @classmethod
        def _make_company(cls, name, currency="USD"):
            values = {
                "name": name,
                "currency_id": cls.env.ref(f"base.{currency}").id,
                "jobtrack_tz": "UTC",
                "iap_enrich_auto_done": True,  # do not ask Odoo's servers about it
            }
            company = cls.env["res.company"].create(values)
            # Without a country, for which Odoo would install its addon of that country by itself.
            charts = cls.env["account.chart.template"]
            charts.try_loading("generic_coa", company=company, install_demo=False)
            company._jobtrack_ensure_books()
            return company

    context = {"jobtrack_now": NOW, "lang": "en_US", **attributes.pop("context", {})}
    Scene.env = env(user=SUPERUSER_ID, context=context)
    for name, value in attributes.items():
        setattr(Scene, name, value)
    return Scene


def live_with_jobtrack(env):
    """Make one record of each kind that JobTrack knows, in every state that matters.

    :return: the support account
    """
    scene = _scene(env)
    scene._set_scene()
    scene._make_portal_user(scene.approver)
    _buy(scene)
    _ask(scene)
    scene._do_job(3, date="2026-03-09", name="Paid from a pack")
    scene._do_job(40, date="2026-03-09", name="Paid by invoice")
    run = scene.env["jobtrack.billing.run"]._run(scene.company, RUN)
    assert run.state == "done", run.problem_ids.mapped("name")
    _remember(scene)
    scene._do_job(2, date="2026-03-10", name="Done and not billed")
    scene.env["jobtrack.billing.run"].create({"company_id": scene.company.id, "date": "2026-03-21"})
    assert scene.account._verify_ledger() == []
    env.cr.commit()
    return scene.account


def _buy(scene):
    scene.account._grant_hours(5, 40, "2026-03-01", None, "Five hours")
    scene._pay(scene._sell_plan().invoice_ids)
    scene._sell_plan("jobtrack_support.plan_40")
    scene._sell_plan("jobtrack_support.plan_60", confirm=False)


def _ask(scene):
    """Requests in every state before the work is done."""
    scene._make_job("Requested")
    scene._make_estimate(scene._make_job("Estimate in draft"), 1)
    scene._make_estimate(scene._make_job("Estimate sent"), 1).action_send()
    declined = scene._make_estimate(scene._make_job("Declined"), 1)
    declined.action_send()
    declined.action_decline("Too dear")
    begun = scene._make_job("Begun")
    scene._approve(begun, 2)
    scene._log(begun, 1, date="2026-03-09")
    scene._log(begun, 3, date="2026-03-09")
    scene.env["project.task"].create(
        {"name": "Part", "parent_id": begun.id, "project_id": begun.project_id.id}
    )


def _remember(scene):
    """What Odoo itself keeps about records: messages, activities, followers, files, filters, favourites."""
    account, admin = scene.account, scene.env.ref("base.user_admin")
    account.message_post(body="Met the client")
    account.message_subscribe(scene.approver.ids)
    account.activity_schedule("mail.mail_activity_data_todo", user_id=admin.id)
    scene.env["ir.attachment"].create(
        {"name": "Note", "raw": b"Note", "res_model": account._name, "res_id": account.id}
    )
    scene.env["ir.filters"].create(
        [
            {"name": "Ours", "model_id": account._name, "domain": "[]"},
            {"name": "Open", "model_id": "project.task", "context": {"group_by": "jobtrack_state"}},
            {"name": "Late", "model_id": "project.task", "domain": "[('state', '=', '1_done')]"},
        ]
    )
    scene.env["ir.default"].set("project.task", "jobtrack_is_emergency", False)


def live_without_jobtrack(env):
    """Make what a company has in Odoo before it installs JobTrack, some of it billed by the hour."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    client = env["res.partner"].create({"name": "Old Client", "is_company": True})
    hours = env["product.product"].create(
        {
            "name": "Work by the hour",
            "type": "service",
            "invoice_policy": "delivery",
            "service_tracking": "task_in_project",
            "service_type": "timesheet",
            "uom_id": env.ref("uom.product_uom_hour").id,
            "list_price": 80,
        }
    )
    order = env["sale.order"].create(
        {
            "partner_id": client.id,
            "order_line": [Command.create({"product_id": hours.id, "product_uom_qty": 10})],
        }
    )
    order.action_confirm()
    employee = env["hr.employee"].create({"name": "Ed Employee", "company_id": company.id})
    env["account.analytic.line"].create(
        {
            "name": "Old work",
            "task_id": order.tasks_ids.id,
            "project_id": order.tasks_ids.project_id.id,
            "employee_id": employee.id,
            "unit_amount": 4,
            "date": fields.Date.today(),
        }
    )
    order._create_invoices().action_post()
    env.cr.commit()


def figures_without_jobtrack(env):
    """Print what JobTrack must not change about such a company."""
    order = env["sale.order"].search([("partner_id.name", "=", "Old Client")])
    task = order.tasks_ids
    figures = [
        task.partner_id.name,
        task.state,
        task.effective_hours,
        task.allocated_hours,
        task.project_id.allow_billable,
        task.project_id.privacy_visibility,
        order.order_line.qty_delivered,
        order.order_line.qty_to_invoice,
        order.order_line.qty_invoiced,
        order.invoice_ids.state,
        order.invoice_ids.amount_total,
        task.timesheet_ids.so_line == order.order_line,
    ]
    print(f"figures: {figures}")  # noqa: T201 - read by the test


def figures_with_jobtrack(env):
    """Print what an update must not change, and what the proof of the ledger says."""
    accounts = env["jobtrack.account"].search([])
    entries = env["jobtrack.ledger.entry"].search([], order="id")
    jobs = env["project.task"].search([("jobtrack_state", "!=", False)], order="id")
    figures = [
        accounts._verify_ledger(),
        accounts.mapped(lambda one: (one.balance_hours, one.held_hours, one.available_hours)),
        entries.mapped(lambda one: (one.number, one.kind, one.hours, one.value, one.move_id.id)),
        jobs.mapped(lambda one: (one.jobtrack_reference, one.jobtrack_state)),
        env["jobtrack.statement.line"].search([], order="id").mapped("amount"),
        env.ref("jobtrack_support.plan_20").list_price,
        env.ref("jobtrack_support.ir_cron_billing").interval_number,
        env.ref("base.user_admin").has_group("jobtrack_support.group_administrator"),
    ]
    print(f"figures: {figures}")  # noqa: T201 - read by the test


def change_settings(env):
    """Change what an administrator may: an update leaves it as it is."""
    env.ref("jobtrack_support.plan_20").list_price = 41
    env.ref("jobtrack_support.ir_cron_billing").interval_number = 2
    env.cr.commit()


def work_again(env):
    """Use JobTrack on a database where it was installed a second time; print what remains of the first."""
    company = env["res.company"].search([("name", "=", "Host & Co")])
    scene = _scene(env, context={"allowed_company_ids": company.ids})
    scene.company = company.with_env(scene.env)
    assert not env["jobtrack.account"].search_count([])
    scene.client_company = env["res.partner"].search([("name", "=", "Client Ltd")])
    scene.member = env["res.partner"].search([("name", "=", "Max Member")])
    scene.employee = env["hr.employee"].search([("company_id", "=", company.id)], limit=1)
    project = env["project.project"].search([("name", "=", "Client shop")])
    values = {"project_id": project.id, "partner_id": scene.client_company.id}
    scene.account = scene.env["jobtrack.account"].create(values | {"company_id": company.id})
    scene._make_contact(scene.account, scene.member, may_approve=True, may_see_money=True)
    scene.account._grant_hours(5, 40, "2026-03-01", None, "Five hours")
    scene._pay(scene._sell_plan().invoice_ids)
    scene._do_job(3, date="2026-03-09")
    scene.env["jobtrack.billing.run"]._run(company, RUN)
    assert scene.account.balance_hours == 22, scene.account.balance_hours
    assert scene.account._verify_ledger() == []
    env.cr.commit()
