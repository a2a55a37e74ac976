from freezegun import freeze_time
from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HOUSEKEEPING, WRITES, PortalCommon
from .route_table import CLIENT_ROUTES, OPEN_ROUTES, SIGNED_ROUTES, STAFF_ROUTES, all_routes
from .test_photos import picture

OURS = "odoo.addons.jobtrack_"
NOW = "2026-03-16 10:00:00"
REASON = {"reason": "No", "text": "Why?", "name": "Job", "quarter": "this"}


@tagged("post_install", "-at_install", "security")
@freeze_time(NOW)
class TestRoutes(PortalCommon):
    """Each address, opened by the people who may and by each kind of stranger (I8)."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account._contact_of(cls.approver).may_manage_team = True
        cls.account._grant_hours(10, 40, "2026-03-01", "2026-03-31", "Ten hours")
        billed = cls._make_job("Billed")
        cls._approve(billed, 1)
        cls._log(billed, 1, date="2026-03-10")
        with freeze_time("2026-03-12 10:00:00"):
            billed._jobtrack_complete("Done")
        run = cls.env["jobtrack.billing.run"]._run(cls.company, "2026-03-15")
        cls.job = cls._make_job(user_ids=[Command.set(cls.employee_user.ids)])
        cls.order = cls._make_estimate(cls.job, 2)
        cls.order.action_send()
        cls.done = cls._make_job("Done")
        cls.decided = cls._approve(cls.done, 1)
        cls._log(cls.done, 1, date="2026-03-15")
        cls.done._jobtrack_complete("Done")
        cls.told = cls._make_estimate(cls._make_job("Told"), 1)
        cls.told.action_send()
        approver = cls.account._contact_of(cls.approver)
        dispatcher = cls._make_user("dora", "jobtrack_support.group_dispatcher")
        cls.told.with_user(dispatcher)._record_told("approved", approver, cls.told.sent_date)
        cls.assignment = cls.job._jobtrack_offer(cls.employee_user)
        emergency = cls._make_job("Urgent", jobtrack_is_emergency=True)
        cls.alert = cls.env["jobtrack.on.call.alert"].create(
            {
                "task_id": emergency.id,
                "company_id": cls.company.id,
                "user_id": cls.employee_user.id,
                "date": NOW,
            }
        )
        cls.reader = cls._make_user("reader", "jobtrack_support.group_user")
        cls.plain = cls._make_user("plain", "base.group_user")
        cls.sale_order = cls._sell_plan(confirm=False)
        cls.env.flush_all()
        cls.ids = {
            "account_id": cls.account.id,
            "page": 1,
            "file_type": "csv",
            "contact_id": cls.account._contact_of(cls.member).id,
            "draft_id": cls._make_draft().id,
            "job_id": cls.job.id,
            "call_id": cls._make_call().id,
            "file_id": cls._make_file(cls.job).id,
            "photo_id": cls._make_photo(cls.job).id,
            "size": "small",
            "statement_id": run.statement_ids.id,
        }

    # === RECORDS === #

    @classmethod
    def _make_draft(cls):
        return cls.env["jobtrack.draft.request"].create(
            {
                "name": "Later",
                "jobtrack_account_id": cls.account.id,
                "partner_id": cls.member.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _make_call(cls):
        return cls.env["calendar.event"].create(
            {
                "jobtrack_job_id": cls.job.id,
                "jobtrack_slot_kind": "call",
                "user_id": cls.employee_user.id,
                "start": "2026-03-20 10:00:00",
                "duration": 1,
            }
        )

    @classmethod
    def _make_file(cls, job):
        # Who attached a file decides who sees it: this one came with the request.
        files = cls.env["ir.attachment"].with_user(cls.member_user).sudo()
        return files.create(
            {"name": "plan.txt", "raw": b"plan", "res_model": "project.task", "res_id": job.id}
        )

    @classmethod
    def _make_photo(cls, job):
        return job._jobtrack_add_photos(cls.member, [("a.jpg", picture())], is_for_client=True)

    def _address(self, route, **ids):
        ids = {**self.ids, **ids}
        if "orders" in route.split("/"):
            ids["order_id"] = self.sale_order.id
        elif "work-orders" in route.split("/"):
            ids["order_id"] = (self.decided if route.endswith("pdf") else self.order).id
        if "dispute" in route:
            ids["job_id"] = self.done.id
        for name, value in ids.items():
            for kind in ("int", "string"):
                route = route.replace(f"<{kind}:{name}>", str(value))
        self.assertNotIn("<", route)
        return route

    def _links(self):
        """Return the address of a valid link of each topic."""
        notices = self.env["jobtrack.prebill.notice"]
        links = {
            "consent": self.order._consent_url(self.approver),
            "consents": self.order._together_url(self.approver),
            "disagree": self.told._disagree_url(self.approver),
            "dispute": self.done._jobtrack_dispute_url(self.approver),
            "mail": self.account._contact_of(self.approver)._mail_settings_url("done")
            or self.account._contact_of(self.approver)._mail_settings_url("received"),
            "emergency": self.alert._confirm_url(),
            "offer": self.assignment._offer_url(),
            "upcoming": notices._upcoming_url(self.company, self.approver),
        }
        return {topic: f"/jobtrack/{link.split('/jobtrack/')[1]}" for topic, link in links.items()}

    # === VISITS === #

    def _visit(self, method, url):
        """Return the status of a visit and whether it wrote anything but Odoo's own notes."""
        with self._statements() as statements, mute_logger("odoo.http"):
            if method == "POST":
                response = self._post(url, REASON)
            else:
                response = self.url_open(url, allow_redirects=False)
        self.env.invalidate_all()
        wrote = [
            text
            for text in statements
            if WRITES.match(text) and not any(name in text for name in HOUSEKEEPING)
        ]
        return response, wrote

    # === TESTS === #

    def test_the_tables_name_every_route_and_no_other(self):
        found = set()
        for rule in self.env["ir.http"].routing_map().iter_rules():
            endpoint = rule.endpoint
            function = getattr(endpoint, "original_endpoint", endpoint)
            # Odoo's own pages that we send elsewhere have its addresses.
            if function.__module__.startswith(OURS) and "odoo_pages" not in function.__module__:
                found.add(rule.rule)
        known = all_routes()
        self.assertEqual(sorted(found - known), [], "decide who may open these")
        self.assertEqual(sorted(known - found), [], "these are gone")

    def test_every_form_carries_the_token_of_our_page(self):
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.rule in all_routes():
                self.assertNotEqual(rule.endpoint.routing.get("csrf"), False, rule.rule)
                self.assertIn(rule.endpoint.routing["auth"], ("user", "public"))

    def test_who_opens_which_page(self):
        people = {
            "approver": self.approver_user,
            "member": self.member_user,
            "looker": self.looker_user,
            "former": self.former_user,
            "colleague": self.colleague_user,
            "other": self.other_user,
            "staff": self.employee_user,
        }
        wrong = []
        for name, user in people.items():
            self._log_in(user)
            for route, methods in CLIENT_ROUTES.items():
                for method, may in methods.items():
                    if name in may and method == "POST":
                        continue  # the stories tell what it does
                    response, wrote = self._visit(method, self._address(route))
                    status = response.status_code
                    found = status == 200 if method == "GET" else status in (200, 303)
                    if name in ("approver", "member", "looker") and method == "POST":
                        found = status == 303
                    # Odoo lets staff read orders, which say on their own page why they refuse.
                    found = found and "refused=" not in response.headers.get("Location", "")
                    if found != (name in may) or wrote:
                        wrong.append((name, method, route, status, wrote[:2]))
        self.assertEqual(wrong, [])

    def test_nobody_is_let_in_without_a_login(self):
        self.authenticate(None, None)
        wrong = []
        for route, methods in CLIENT_ROUTES.items():
            for method in methods:
                response, wrote = self._visit(method, self._address(route))
                location = response.headers.get("Location", "")
                if response.status_code not in (302, 303) or "/web/login" not in location or wrote:
                    wrong.append((method, route, response.status_code))
        self.assertEqual(wrong, [])

    def test_forms_without_the_token_of_our_page_and_forms_that_are_only_opened(self):
        self._log_in(self.approver_user)
        for route, methods in CLIENT_ROUTES.items():
            if "POST" not in methods:
                continue
            with self.subTest(route=route):
                self.assertTokenRequired(self._address(route), REASON)
                if "GET" not in methods:
                    response, wrote = self._visit("GET", self._address(route))
                    self.assertIn(response.status_code, (404, 405))
                    self.assertFalse(wrote)

    def test_second_ids_of_others_open_nothing_on_ones_own_page(self):
        theirs = self._make_job("Theirs", account=self.other_account)
        foreign = {
            "/my/support/jobs/<int:job_id>/files/<int:file_id>": {
                "file_id": self._make_file(theirs).id
            },
            "/my/support/jobs/<int:job_id>/photos/<int:photo_id>/<string:size>": {
                "photo_id": self._make_photo(theirs).id
            },
            "/my/support/<int:account_id>/limits/mandates/<int:contact_id>": {
                "contact_id": self.other_account.main_contact_id.id
            },
            "/my/support/jobs/<int:job_id>/call/<int:call_id>/cancel": {"call_id": 0},
        }
        self._log_in(self.approver_user)
        for route, ids in foreign.items():
            for method in CLIENT_ROUTES[route]:
                with self.subTest(route=route):
                    response, _wrote = self._visit(method, self._address(route, **ids))
                    self.assertIn(response.status_code, (404, 200) if method == "POST" else (404,))
        self.assertFalse(self.other_account.main_contact_id.mandate_id)

    def test_own_roles_open_nothing_of_another_client(self):
        theirs = self._make_job("Theirs", account=self.other_account)
        order = self._make_estimate(theirs, 1)
        order.action_send()
        self._log_in(self.approver_user)
        for url in (
            f"/my/support/{self.other_account.id}",
            f"/my/support/{self.other_account.id}/limits",
            f"/my/support/{self.other_account.id}/ledger",
            f"/my/support/jobs/{theirs.id}",
            f"/my/support/work-orders/{order.id}",
        ):
            self.assertEqual(self._visit("GET", url)[0].status_code, 404, url)

    # === LINKS IN MAILS === #

    def test_links_show_on_get_and_write_nothing(self):
        self.authenticate(None, None)
        for topic, url in self._links().items():
            with self.subTest(topic=topic):
                response, wrote = self._visit("GET", url)
                self.assertEqual((response.status_code, wrote), (200, []))
                self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
                self.assertEqual(response.headers["Cache-Control"], "no-store")
                for answer in SIGNED_ROUTES[topic]:
                    response, wrote = self._visit("GET", f"{url}/{answer}")
                    self.assertIn(response.status_code, (404, 405))
                    self.assertFalse(wrote)
                    self.assertTokenRequired(f"{url}/{answer}", REASON)

    def test_wrong_tokens_open_and_change_nothing(self):
        self.authenticate(None, None)
        links = self._links()
        tokens = {topic: url.rsplit("/", 1)[1] for topic, url in links.items()}
        for topic, answers in SIGNED_ROUTES.items():
            own = tokens[topic]
            wrong = {
                "no token at all": "x",
                "cut": own[:-1],
                "forged": own[:-6] + ("AAAAAA" if own[-6:] != "AAAAAA" else "BBBBBB"),
                **{f"of {other}": token for other, token in tokens.items() if other != topic},
            }
            for kind, token in wrong.items():
                with self.subTest(topic=topic, token=kind):
                    self._assert_opens_nothing(topic, token, answers)

    def test_links_that_are_over_open_and_change_nothing(self):
        self.authenticate(None, None)
        links = self._links()
        with freeze_time("2027-03-16 10:00:00"):
            for topic, url in links.items():
                with self.subTest(topic=topic):
                    self._assert_opens_nothing(topic, url.rsplit("/", 1)[1], SIGNED_ROUTES[topic])

    def test_links_of_people_who_lost_their_role_open_and_change_nothing(self):
        links = self._links()
        self.account._contact_of(self.approver).active = False
        self.employee_user.group_ids = [Command.set([self.env.ref("base.group_user").id])]
        self.env.flush_all()
        # Who contests a decision that stands in the own name may have no role any more.
        links.pop("disagree")
        self.authenticate(None, None)
        for topic, url in links.items():
            with self.subTest(topic=topic):
                self._assert_opens_nothing(topic, url.rsplit("/", 1)[1], SIGNED_ROUTES[topic])

    def _assert_opens_nothing(self, topic, token, answers):
        url = f"/jobtrack/{topic}/{token}"
        for method, address in [("GET", url), *(("POST", f"{url}/{answer}") for answer in answers)]:
            response, wrote = self._visit(method, address)
            self.assertEqual((response.status_code, wrote), (404, []), address)

    # === STAFF AND EVERYBODY === #

    def test_the_extract_is_for_staff_who_read_the_account(self):
        url = f"/jobtrack/ledger.csv?accounts={self.account.id}"
        self.assertEqual(STAFF_ROUTES, {"/jobtrack/ledger.<string:file_type>"})
        self._log_in(self.reader)
        self.assertEqual(self._visit("GET", url)[0].status_code, 200)
        for user in (self.plain, self.approver_user, self.other_user):
            self._log_in(user)
            with self.subTest(user=user.login):
                self.assertEqual(self._visit("GET", url)[0].status_code, 404)

    def test_the_paper_of_a_consent_is_not_printed_round_its_page(self):
        url = f"/report/html/jobtrack_support.report_consent/{self.decided.id}"
        for user in (self.member_user, self.looker_user, self.other_user, self.former_user):
            self._log_in(user)
            with self.subTest(user=user.login):
                response, _wrote = self._visit("GET", url)
                self.assertNotEqual(response.status_code, 200)
                self.assertNotIn("50.00", response.text)
        self._log_in(self.employee_user)
        self.assertIn("50.00", self._visit("GET", url)[0].text)

    def test_open_pages_write_nothing_when_they_are_opened(self):
        self.authenticate(None, None)
        for url in OPEN_ROUTES:
            response, wrote = self._visit("GET", url)
            self.assertIn(response.status_code, (200, 303))
            self.assertFalse(wrote)
