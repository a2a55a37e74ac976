import itertools
import json

from lxml import etree
from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..tools.job_states import waiting_for
from .common import JobtrackCommon

ROLES = ("receptionist", "technician", "dispatcher", "billing", "administrator")


@tagged("post_install", "-at_install")
class TestViews(JobtrackCommon):
    """Whoever holds a role opens every screen that the menus offer, with records in it, and meets no refusal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._make_user(f"role-{role}", f"jobtrack_support.group_{role}") for role in ROLES
        }
        cls._make_records()

    @classmethod
    def _make_records(cls):
        """Leave a record of each kind behind, money and time included."""
        order = cls._sell_plan()
        cls._pay(order.invoice_ids)
        cls.account._grant_hours(2, 30, reason="Goodwill")
        other = cls._make_account("Without hours")
        cls._make_contact(other, cls.approver, may_approve=True)
        cls._do_job(3)
        cls._do_job(2, account=other)
        run = cls._bill_what_is_done()
        cls.env["jobtrack.billing.problem"].create(
            {"run_id": run.id, "jobtrack_account_id": other.id, "name": "The period is closed."}
        )
        waiting = cls._make_job("Waits for an answer")
        cls._make_estimate(waiting, 2).action_send()
        beyond = cls._make_job("Took longer")
        cls._approve(beyond, 1)
        cls._log(beyond, 2)
        cls._make_job("New")

    @classmethod
    def _bill_what_is_done(cls):
        """Run the last billing day, whatever day it is today."""
        model = cls.env["jobtrack.billing.run"].with_company(cls.company)
        run = model.create({"company_id": cls.company.id})
        run.cutoff = "2100-01-01"
        return model._run(cls.company, run.date)

    # === THE MENUS === #

    def _menu_actions(self, user):
        """Return the window actions of the app's menus that ``user`` sees."""
        root = self.env.ref("jobtrack_support.jobtrack_menu")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)]).with_user(user)
        visible = menus._visible_menu_ids()
        return [
            self._opened_by(user, menu.action)
            for menu in menus.sudo()
            if menu.action
            and {int(step) for step in menu.parent_path.split("/") if step} <= visible
        ]

    def _opened_by(self, user, action):
        """Return the window action itself, or the one that a menu's program opens for ``user``."""
        if action._name == "ir.actions.server":
            opened = action.with_user(user).run()
            return self.env["ir.actions.act_window"].browse(opened["id"])
        return action

    def _open(self, user, action):
        """Load the views of an action as the web client does, and read what they name."""
        model = self.env[action.res_model].with_user(user)
        views = [(view_id, mode) for view_id, mode in action.views]
        search_view = action.search_view_id.id
        result = model.get_views([*views, (search_view, "search")], {"toolbar": True})
        context = safe_eval(action.context or "{}", {"uid": user.id})
        domain = safe_eval(action.domain or "[]", {"uid": user.id})
        for _view_id, mode in views:
            arch = etree.fromstring(result["views"][mode]["arch"])
            self._read(model.with_context(**context), domain, mode, arch)
        for filter_domain in self._filter_domains(result["views"]["search"]["arch"], user):
            model.search_count(domain + filter_domain)
        return result

    def _filter_domains(self, arch, user):
        """Return the domains of a search view's filters that need no date arithmetic of the browser."""
        for node in etree.fromstring(arch).iter("filter"):
            yield safe_eval(node.get("domain") or "[]", {"uid": user.id})

    def _read(self, model, domain, mode, arch):
        if mode in ("pivot", "graph"):
            groups = [
                self._group_spec(model, node)
                for node in arch.iter("field")
                if node.get("type") != "measure" and node.get("invisible") not in ("1", "True")
            ]
            measures = [
                f"{node.get('name')}:sum"
                for node in arch.iter("field")
                if node.get("type") == "measure"
            ]
            model.formatted_read_group(domain, groups, [*measures, "__count"])
            return
        specification = self._specification(arch)
        self.env.invalidate_all()  # each screen is a request of its own
        if mode != "form":
            model.web_search_read(domain, specification)
            return
        for record in model.search(domain, limit=40):
            self.env.invalidate_all()
            record.web_read(specification)
        if arch.get("create") not in ("0", "false") and model.has_access("create"):
            model.onchange({}, [], specification)

    def _group_spec(self, model, node):
        name = node.get("name")
        if model._fields[name].type in ("date", "datetime"):
            return f"{name}:{node.get('interval', 'month')}"
        return name

    def _specification(self, arch):
        """Return the specification of ``web_read`` for the fields that an arch names, with those of sublists."""
        specification = {}
        for node in self._own_fields(arch):
            inner = [child for child in node if child.tag in ("list", "form", "kanban")]
            fields_inside = {}
            for child in inner:
                fields_inside |= self._specification(child)
            known = specification.setdefault(node.get("name"), {})
            if fields_inside:
                known["fields"] = fields_inside
        return specification

    def _own_fields(self, arch):
        """Yield the field nodes of a view that do not belong to a view inside one of its fields."""
        for child in arch:
            if not isinstance(child.tag, str):
                continue
            if child.tag == "field":
                yield child
            elif child.tag != "groupby":
                yield from self._own_fields(child)

    # === TESTS === #

    def test_every_role_opens_every_screen_of_its_menus(self):
        for role, user in self.users.items():
            actions = self._menu_actions(user)
            self.assertGreater(len(actions), 5, role)
            for action in actions:
                with self.subTest(role=role, action=action.name):
                    self._open(user, action)

    def test_what_each_role_finds_in_the_menu(self):
        everybody = {"Open Jobs", "All Jobs", "Work Orders", "Ledger", "Packs", "Support Accounts"}
        names = {
            role: {action.name for action in self._menu_actions(user)}
            for role, user in self.users.items()
        }
        for role in ROLES:
            self.assertLessEqual(everybody, names[role], role)
        self.assertNotIn("To Estimate", names["receptionist"])
        self.assertNotIn("Billing Runs", names["dispatcher"])
        self.assertIn("Billing Runs", names["billing"])
        self.assertNotIn("Kinds of Job", names["billing"])
        self.assertIn("Kinds of Job", names["administrator"])

    def test_who_estimates_sees_when_each_estimate_is_due_and_which_are_late(self):
        action = self.env.ref("jobtrack_support.project_task_action_jobs_to_estimate")
        self.assertEqual(action.view_ids.mapped("view_mode")[0], "list")
        jobs = self.env["project.task"].with_user(self.users["dispatcher"])
        arch = etree.fromstring(jobs.get_view(action.view_ids[0].view_id.id, "list")["arch"])
        shown = {
            node.get("name"): node
            for node in self._own_fields(arch)
            if node.get("column_invisible") != "True" and node.get("optional") != "hide"
        }
        self.assertNotIn("jobtrack_approved_hours", shown, "nothing is approved yet")
        due = shown["jobtrack_estimate_due"]
        self.assertEqual(due.get("decoration-danger"), "jobtrack_is_estimate_late")
        self.assertIn("jobtrack_estimate_due", arch.get("default_order"))

    def test_pages_and_mails_write_hours_in_one_way(self):
        """``6:00``, as in mails and on paper; Odoo's own widgets write ``06:00``, its format of numbers ``6``."""
        pages = self.env["ir.ui.view"].search([("type", "=", "qweb"), ("key", "like", "jobtrack_")])
        mails = self.env["mail.template"].search([("model", "like", "jobtrack.")])
        self.assertGreater(min(len(pages), len(mails)), 10)
        texts = {page.key: page.arch_db for page in pages}
        texts |= {mail.name: f"{mail.subject} {mail.body_html}" for mail in mails}
        ours = "'float_time', 'unpadded': True"
        self.assertGreater(sum(text.count(ours) for text in texts.values()), 25)
        for name, text in texts.items():
            text = text.replace(ours, "")
            for other in ("float_time", "'duration'", "'%g' % object.hours", "unit_amount }"):
                self.assertNotIn(other, text, name)

    def test_every_action_explains_an_empty_screen(self):
        for action in self._menu_actions(self.users["administrator"]):
            if action.res_model == "res.config.settings":
                continue
            self.assertIn("o_view_nocontent", action.help or "", action.name)

    def test_the_saved_filters_of_the_reports_find_and_group(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "jobtrack_support"), ("model", "=", "ir.filters")]
        )
        saved = self.env["ir.filters"].browse(data.mapped("res_id"))
        self.assertGreaterEqual(len(saved), 6)
        for one in saved:
            with self.subTest(one.name):
                self.assertFalse(one.user_ids, "for everybody")
                action = self.env["ir.actions.act_window"].browse(one.action_id.id)
                self.assertEqual(action.res_model, one.model_id)
                self.assertLessEqual({"pivot", "graph"}, set(action.view_mode.split(",")))
                domain = safe_eval(action.domain or "[]", {"uid": self.env.uid})
                groups = safe_eval(one.context)["group_by"]
                self.env[one.model_id].formatted_read_group(
                    domain + safe_eval(one.domain), groups, ["__count"]
                )

    def test_the_settings_open_for_who_may_change_settings(self):
        user = self.users["administrator"]
        user.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        action = self.env.ref("jobtrack_support.res_config_settings_action")
        self.assertIn(action, self._menu_actions(user))
        self._open(user, action)

    def test_a_job_opens_for_project_users_without_a_role(self):
        """Plain project users see jobs of open projects in Odoo's own screens, which read nothing of JobTrack's."""
        user = self._make_user("plain", "project.group_project_user")
        action = self.env.ref("project.action_view_all_task")
        self._open(user, action)
        self._open(user, self.env.ref("project.open_view_project_all"))

    def test_time_screens_open_for_timesheet_users_without_a_role(self):
        user = self._make_user("clock", "hr_timesheet.group_hr_timesheet_approver")
        self._open(user, self.env.ref("hr_timesheet.timesheet_action_all"))

    def test_orders_and_invoices_open_for_sellers_and_accountants_without_a_role(self):
        seller = self._make_user("seller", "sales_team.group_sale_salesman_all_leads")
        self._open(seller, self.env.ref("sale.action_orders"))
        accountant = self._make_user("books", "account.group_account_invoice")
        self._open(accountant, self.env.ref("account.action_move_out_invoice_type"))

    def test_billed_jobs_leave_the_open_list_and_are_found_by_a_filter(self):
        action = self.env.ref("jobtrack_support.project_task_action_jobs")
        self.assertIn("search_default_open_jobs", action.context)
        domain = safe_eval(action.domain)
        billed = self.env["project.task"].search([*domain, ("jobtrack_state", "=", "billed")])
        self.assertTrue(billed)
        arch = etree.fromstring(action.search_view_id.arch)
        open_jobs = safe_eval(arch.find(".//filter[@name='open_jobs']").get("domain"))
        found = safe_eval(arch.find(".//filter[@name='billed']").get("domain"))
        self.assertFalse(billed & billed.search(domain + open_jobs))
        self.assertEqual(billed, billed.search(domain + found))

    def test_the_board_shows_the_columns_of_a_job_that_goes_well(self):
        board = (
            self.env["project.task"]
            .with_context(read_group_expand=True)
            .web_read_group([("jobtrack_state", "=", "requested")], ["jobtrack_state"], ["__count"])
        )
        states = [group["jobtrack_state"] for group in board["groups"]]
        self.assertEqual(states, ["requested", "estimated", "approved", "on_hold", "done"])

    def test_only_one_button_of_a_job_is_highlighted(self):
        """In each state of a job, with and without pending time, at most one header button is the primary one."""
        view = self.env["project.task"].get_view(self.env.ref("project.view_task_form2").id, "form")
        header = etree.fromstring(view["arch"]).find(".//header")
        buttons = [
            node
            for node in header.iter("button")
            if "oe_highlight" in (node.get("class") or "") and "jobtrack" in node.get("name")
        ]
        self.assertTrue(buttons)
        states = [
            state for state, _label in self.env["project.task"]._fields["jobtrack_state"].selection
        ]
        situations = itertools.product(
            states,
            (0.0, 2.0),
            (False, "client"),
            (False, True),
            (False, True),
            (False, True),
        )
        for state, pending, manual, waits, disputed, question in situations:
            values = {
                "id": 1,
                "jobtrack_state": state,
                "jobtrack_is_billable": True,
                "jobtrack_pending_hours": pending,
                "jobtrack_hold_manual": manual,
                "jobtrack_change_order_waits": waits,
                "jobtrack_disputed": disputed,
                "jobtrack_question_waits": question,
            }
            shown = [
                node.get("string")
                for node in buttons
                if not safe_eval(node.get("invisible"), dict(values))
            ]
            self.assertLessEqual(len(shown), 1, json.dumps([values, shown]))

    def test_a_job_says_its_next_step_once_in_every_state(self):
        arch = self.env["project.task"].get_view(self.env.ref("project.view_task_form2").id, "form")
        notices = [
            node
            for node in etree.fromstring(arch["arch"]).iter("div")
            if "alert" in (node.get("class") or "").split()
            and node.find(".//field[@name='jobtrack_next_step']") is not None
        ]
        for state, _label in self.env["project.task"]._fields["jobtrack_state"].selection:
            values = {
                "id": 1,
                "jobtrack_is_job": True,
                "jobtrack_state": state,
                "jobtrack_waiting_for": waiting_for(state) or False,
            }
            shown = [node for node in notices if not safe_eval(node.get("invisible"), dict(values))]
            self.assertEqual(len(shown), 1, state)

    # === BUTTONS === #

    def test_the_estimate_opens_in_a_dialog_with_its_own_buttons(self):
        job = self._make_job().with_user(self.users["technician"])
        action = job.action_jobtrack_estimate()
        dialog = self.env.ref("jobtrack_support.jobtrack_work_order_view_form_dialog")
        self.assertEqual(action["views"], [(dialog.id, "form")])

    def test_a_technician_saves_changes_and_sends_an_estimate(self):
        job = self._make_job().with_user(self.users["technician"])
        context = job.action_jobtrack_estimate()["context"]
        orders = self.env["jobtrack.work.order"].with_user(self.users["technician"])
        form = Form(
            orders.with_context(**context), "jobtrack_support.jobtrack_work_order_view_form_dialog"
        )
        form.hours = 2.5
        form.scope = "Mend it"
        order = form.save()
        self.assertEqual(order.minutes, 150)
        order.hours = 3
        self.assertEqual(order.minutes, 180)
        self.assertEqual(job.action_jobtrack_estimate()["res_id"], order.id)
        order.action_send()
        self.assertEqual((order.state, job.jobtrack_state), ("sent", "estimated"))

    def test_the_value_of_an_estimate_follows_the_hours_while_typing(self):
        job = self._make_job()
        order = self.env["jobtrack.work.order"].new({"task_id": job.id, "hours": 2.5, "rate": 40})
        self.assertEqual(order.amount, 100)

    def test_smart_buttons_of_a_job_open_its_account_work_orders_and_statements(self):
        job = self.env["project.task"].search(
            [("jobtrack_account_id", "=", self.account.id), ("jobtrack_state", "=", "billed")]
        )
        self.assertEqual(job.action_jobtrack_open_account()["res_id"], self.account.id)
        self.assertEqual(
            job.action_jobtrack_open_work_orders()["res_id"], job.jobtrack_work_order_ids.id
        )
        self.assertEqual(
            job.action_jobtrack_open_statements()["res_id"],
            job.jobtrack_statement_line_ids.statement_id.id,
        )
        self.assertEqual(job.jobtrack_work_order_ids.action_open_job()["res_id"], job.id)

    def test_pending_time_is_split_at_the_limit_from_the_job(self):
        job = self._make_job()
        self._approve(job, 3)
        self._log(job, 2)
        self._log(job, 2)
        self.assertEqual(job.jobtrack_pending_hours, 2)
        job.action_jobtrack_split_time()
        self.assertEqual(job.jobtrack_billable_hours, 3)
        self.assertEqual(job.jobtrack_pending_hours, 1)

    def test_selling_a_plan_begins_an_order_of_the_account(self):
        context = self.account.action_sell_plan()["context"]
        self.assertEqual(context["default_jobtrack_account_id"], self.account.id)
        self.assertEqual(context["default_partner_id"], self.client_company.id)

    def test_an_account_opens_its_invoices(self):
        self.assertTrue(self.account.invoice_count)
        domain = self.account.action_open_invoices()["domain"]
        invoices = self.env["account.move"].search(domain)
        self.assertEqual(len(invoices), self.account.invoice_count)

    def test_a_support_project_shows_its_account(self):
        project = self.account.project_id
        self.assertTrue(project.jobtrack_is_support)
        self.assertEqual(project.jobtrack_available_hours, self.account.available_hours)
        self.assertEqual(project.action_jobtrack_account()["res_id"], self.account.id)
