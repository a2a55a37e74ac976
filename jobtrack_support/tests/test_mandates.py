from contextlib import suppress

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from . import test_concurrency
from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 10:00:00")
class TestMandates(JobtrackCommon):
    """Limits, mandates and emergencies: what passes by itself, by whose hand, and who is told of changes (A12, M7)."""

    def _mandate(self, hours=2, window=5, person=None, **values):
        contact = self.account._contact_of(person or self.member)
        return self.env["jobtrack.mandate"].create(
            {"contact_id": contact.id, "job_hours": hours, "window_hours": window, **values}
        )

    def _send(self, hours, job=None, **values):
        order = self._make_estimate(job or self._make_job(**values), hours)
        order.action_send()
        return order

    # === WINDOWS === #

    def test_the_reason_says_the_figures_and_the_window(self):
        self.account.write(
            {"task_limit_hours": 3, "project_limit_hours": 10, "limit_window": "month"}
        )
        self._approve(self._make_job(), 5.5)
        order = self._send(2)
        self.assertEqual(
            order.decision_reason,
            "Approved by itself: 2:00 h <= 3:00 h per job, 7:30 h of 10:00 h this month",
        )

    def test_the_reason_is_in_the_language_of_the_client_whoever_sends_the_estimate(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client_company.lang = "fr_FR"
        words = "No limits for approval by itself are set"
        known = code_translations.get_python_translations("jobtrack_support", "fr_FR")
        french = {**known, words: "Aucune limite"}
        code_translations.python_translations["jobtrack_support", "fr_FR"] = french
        self.addCleanup(code_translations.python_translations.pop, ("jobtrack_support", "fr_FR"))
        self.assertEqual(self._send(2).decision_reason, "Aucune limite")

    def test_a_change_order_adds_the_difference_to_the_window(self):
        self.account.write(
            {"task_limit_hours": 9, "project_limit_hours": 4, "limit_window": "month"}
        )
        job = self._make_job()
        with freeze_time("2026-02-10 10:00:00"):
            self.assertEqual(self._send(3, job).state, "approved")
        self.assertEqual(self._send(6, job).state, "approved", "3 h of March")
        self.assertEqual(self._send(1).state, "approved", "the 4th hour of March")
        self.assertEqual(self._send(1).state, "sent")

    def test_a_cancelled_job_gives_its_hours_back(self):
        self.account.write({"task_limit_hours": 3, "project_limit_hours": 3})
        first = self._send(3)
        self.assertEqual(self._send(1).state, "sent")
        first.task_id.action_jobtrack_cancel()
        self.assertEqual(self._send(1).state, "approved")

    # === MANDATES === #

    def test_a_mandate_narrows_what_passes_by_itself(self):
        self.account.write({"task_limit_hours": 3, "project_limit_hours": 20})
        mandate = self._mandate(2, 3)
        first = self._send(2)
        self.assertEqual((first.state, first.mandate_id), ("approved", mandate))
        self.assertIn("mandate of who asked: 2:00 h <= 2:00 h a job", first.decision_reason)
        self.assertEqual(mandate.used_hours, 2)
        over = self._send(2)
        self.assertEqual(over.state, "sent")
        self.assertIn(
            "Over the mandate of who asked: 4:00 h > 3:00 h this month", over.decision_reason
        )
        other = self._send(3, jobtrack_requester_id=self.approver.id)
        self.assertEqual(other.state, "approved", "who has no mandate is bound by the limits alone")

    def test_a_mandate_lets_its_person_approve_by_hand(self):
        mandate = self._mandate(2, 3)
        user = self._make_portal_user(self.member)
        large = self._send(2.5)
        with self.assertRaises(AccessError):
            large.with_user(user).action_approve()
        order = self._send(2)
        order.with_user(user).action_approve()
        self.assertEqual((order.state, order.mandate_id), ("approved", mandate))
        second = self._send(2)
        with self.assertRaises(AccessError):
            second.with_user(user).action_approve()
        with freeze_time("2026-04-02 10:00:00"):
            later = self._send(2)
            later.with_user(user).action_approve()
        self.assertEqual(later.state, "approved")
        self.assertSound()

    def test_a_mandate_that_has_ended_lets_nothing_pass(self):
        self._mandate(2, 3, date_until="2026-03-09")
        user = self._make_portal_user(self.member)
        order = self._send(1)
        with self.assertRaises(AccessError):
            order.with_user(user).action_approve()

    def test_above_a_mandate_the_person_named_there_is_asked_first(self):
        boss = self._make_person("Bea Boss")
        above = self._make_contact(self.account, boss, may_approve=True)
        self._mandate(2, 3, step_up_contact_id=above.id)
        order = self._send(4)
        self.assertEqual(order._people_to_ask(), above)
        mails = self.env["mail.mail"].search([("subject", "like", "Please approve 4:00 h")])
        self.assertEqual(mails.recipient_ids, boss)
        within = self._send(1)
        self.assertEqual(within._people_to_ask().partner_id, self.approver | boss | self.member)
        order.with_user(self._make_portal_user(self.approver)).action_approve()
        self.assertEqual(order.state, "approved", "asked first is not asked alone")

    def test_mandates_that_make_no_sense(self):
        for values in (
            {"hours": 0, "window": 0},
            {"person": self.approver},
            {"step_up_contact_id": self.account._contact_of(self.member).id},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._mandate(**values)
        self._mandate()
        with self.assertRaises(ValidationError):
            self.account._contact_of(self.member).may_approve = True

    # === EMERGENCIES === #

    def test_an_emergency_mandate_is_consent_given_beforehand(self):
        self.account.write({"emergency_minutes": 240, "emergency_rate": 75})
        contact = self.account._contact_of(self.member)
        job = self._make_job(jobtrack_is_emergency=True)
        self.assertEqual(job.action_jobtrack_estimate()["context"]["default_rate"], 75)
        order = self._make_estimate(job, 4, rate=75)
        order.action_send()
        self.assertEqual(order.state, "sent", "this person may not call in emergencies")
        order.action_cancel()
        contact.may_call_emergency = True
        order = self._make_estimate(job, 4, rate=75)
        order.action_send()
        self.assertEqual((order.state, order.decision_channel), ("approved", "emergency"))
        self.assertIn("4:00 h <= 4:00 h", order.decision_reason)
        self.assertEqual(order.consent_record["name"], "Emergency mandate")
        dear = self._make_estimate(self._make_job(jobtrack_is_emergency=True), 4, rate=76)
        dear.action_send()
        self.assertEqual(dear.state, "sent")

    # === CHANGES === #

    def _manager(self):
        contact = self.account._contact_of(self.approver)
        contact.may_manage_team = True
        return self._make_portal_user(self.approver)

    def _told(self):
        return self.env["mail.mail"].search([("subject", "like", "Limits changed")])

    def test_a_manager_changes_limits_and_the_others_are_told(self):
        boss = self._make_person("Bea Boss")
        self._make_contact(self.account, boss, may_approve=True, may_manage_team=True)
        user = self._manager()
        self.env.flush_all()
        self.env.cr.precommit.run()  # what was made until now is told
        logging = self.account.with_context(mail_notrack=False)
        logging.with_user(user).action_set_limits(
            {"task_limit_hours": 3, "project_limit_hours": 10, "emergency_hours": 4}
        )
        self.assertEqual((self.account.task_limit_hours, self.account.emergency_minutes), (3, 240))
        mail = self._told()
        self.assertEqual(mail.recipient_ids, boss)
        self.assertIn("Limit per Job (hours): 0:00 h → 3:00 h", mail.body_html)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        logged = self.account.message_ids.tracking_value_ids.mapped("field_id.name")
        self.assertIn("task_limit_hours", logged)
        self.account.with_user(user).action_set_limits({"task_limit_hours": 3})
        self.assertEqual(len(self._told()), 1, "nothing changed, nothing is told")

    def _notes(self):
        self.env.invalidate_all()
        notes = self.account.message_ids.filtered(lambda m: "Contacts changed" in (m.body or ""))
        return notes.sorted("id")

    def test_who_may_approve_is_given_by_dispatch_kept_and_told(self):
        manager = self.account._contact_of(self.approver)
        manager.may_manage_team = True
        member = self.account._contact_of(self.member)
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        for role in ("may_approve", "may_call_emergency"):
            with self.assertRaisesRegex(AccessError, "A dispatcher decides"):
                member.with_user(rita).write({role: True})
            with self.assertRaisesRegex(AccessError, "A dispatcher decides"):
                self.env["jobtrack.account.contact"].with_user(rita).create(
                    {
                        "jobtrack_account_id": self.account.id,
                        "partner_id": self._make_person("Sam Stranger").id,
                        role: True,
                    }
                )
        self.assertFalse(self._told())
        member.with_user(dora).write({"may_approve": True, "may_call_emergency": True})
        mail = self._told()
        self.assertEqual(mail.recipient_ids, self.approver)
        self.assertIn("Dora", mail.body_html)
        self.assertIn("Max Member, Approves: no → yes", mail.body_html)
        note = self._notes()[-1]
        self.assertEqual(note.author_id, dora.partner_id)
        self.assertIn("Max Member, Calls in Emergencies: no → yes", note.body)
        # Taking away is anybody's at the desk; bringing back somebody who approves is not.
        member.with_user(rita).active = False
        self.assertIn("Max Member, Active: yes → no", self._notes()[-1].body)
        with self.assertRaisesRegex(AccessError, "A dispatcher decides"):
            member.with_user(rita).active = True
        member.with_user(dora).active = True
        # Addresses are the desk's work: kept and told as well.
        member.with_user(rita).other_emails = "max@home.example"
        self.assertIn("no → max@home.example", self._told()[0].body_html)
        # Who loses the role is told, too.
        before = self._told()
        manager.with_user(rita).write({"may_approve": False})
        self.assertIn(self.approver, (self._told() - before).recipient_ids)
        count = len(self._notes())
        manager.with_user(rita).write({"may_approve": False, "may_buy": False})
        self.assertEqual(len(self._notes()), count, "nothing changed")
        member.with_user(dora).unlink()
        self.assertIn("Max Member, Active: yes → no", self._notes()[-1].body)

    def test_whoever_holds_a_mandate_is_brought_back_by_dispatch(self):
        self._mandate()
        contact = self.account._contact_of(self.member)
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        contact.with_user(rita).active = False
        with self.assertRaisesRegex(AccessError, "A dispatcher decides"):
            contact.with_user(rita).active = True
        contact.mandate_id.active = False
        contact.with_user(rita).active = True
        self.assertTrue(contact.active)

    def test_a_main_contact_reads_of_changes_of_addresses_but_not_of_the_own_at_the_new_one(self):
        main = self._make_contact(self.account, self._make_person("Mia Main"))
        self.account.main_contact_id = main
        self._manager()
        desk = self._make_user("pam", "base.group_user", "base.group_partner_manager")
        self.approver.with_user(desk).email = "ann@new.example"
        self.assertIn(main.partner_id, self._told().recipient_ids)
        before = self._told()
        main.partner_id.with_user(desk).email = "mia@new.example"
        told = self._told() - before
        self.assertEqual(told.recipient_ids, self.approver)
        self.assertIn("mia@client.example", told.mapped("email_to"))

    def test_a_receptionist_makes_no_stranger_an_approver(self):
        rita = self._make_user("rita", "jobtrack_support.group_receptionist")
        dora = self._make_user("dora", "jobtrack_support.group_dispatcher")
        row = self.env["jobtrack.access.request"].create(
            {
                "name": "Hello",
                "email": "eve@else.example",
                "contact_name": "Eve",
                "jobtrack_account_id": self.account.id,
                "may_approve": True,
                "company_id": self.company.id,
            }
        )
        with self.assertRaisesRegex(AccessError, "A dispatcher decides"):
            row.with_user(rita).action_accept()
        row.with_user(dora).action_accept()
        self.assertTrue(row.contact_id.may_approve)
        note = self.account.message_ids.filtered(lambda m: "Eve, Approves" in (m.body or ""))
        self.assertEqual(note.author_id, dora.partner_id)
        self.assertEqual(self._told().recipient_ids, self.approver)
        forms = self.env["jobtrack.access.request"]
        for user, shown in ((rita, False), (dora, True)):
            arch = forms.with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual('name="may_approve"' in arch, shown)

    def test_a_manager_gives_changes_and_takes_a_mandate(self):
        user = self._manager()
        account = self.account.with_user(user)
        contact = self.account._contact_of(self.member)
        account.action_set_mandate(contact.id, {"job_hours": 2, "window_hours": 5})
        account.action_set_mandate(contact.id, {"job_hours": 3})
        self.assertEqual(contact.mandate_id.job_minutes, 180)
        account.action_set_mandate(contact.id, {})
        self.assertFalse(contact.mandate_id)
        notes = " ".join(self.account.message_ids.mapped("body"))
        self.assertIn("Mandate of Max Member: none any more; what they ask for passes", notes)
        with self.assertRaises(UserError):
            other = self._make_account("Other shop")
            account.action_set_mandate(self._make_contact(other, self.member).id, {"job_hours": 2})

    def test_nobody_else_changes_limits(self):
        stranger = self._make_portal_user(self._make_person("Sam Stranger"))
        approver = self._make_portal_user(self.approver)  # without "manages team"
        contact = self.account._contact_of(self.member)
        contact.may_manage_team = True  # without "approves"
        member = self._make_portal_user(self.member)
        for user in (stranger, approver, member, self.employee_user):
            account = self.account.with_user(user)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                account.action_set_limits({"task_limit_hours": 99})
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                account.action_set_mandate(contact.id, {"job_hours": 99})
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["jobtrack.mandate"].with_user(user).create(
                    {"contact_id": contact.id, "job_hours": 9}
                )
        with self.assertRaises(UserError):
            self.account.with_user(self._manager_of_nothing()).action_set_limits(
                {"credit_limit": 1000000}
            )

    def _manager_of_nothing(self):
        boss = self._make_person("Mona Manager")
        self._make_contact(self.account, boss, may_approve=True, may_manage_team=True)
        return self._make_portal_user(boss)


@tagged("post_install", "-at_install")
class TestLimitsAtOnce(test_concurrency.TestConcurrency):
    """Two estimates at the very moment: the limits let pass one of them."""

    def _race(self, prepare, act):
        def build(scene):
            prepare(scene)
            orders = [scene._make_estimate(scene._make_job(f"Job {n}"), 2) for n in range(2)]
            return scene.account.id, [order.id for order in orders], scene.member.id

        account_id, order_ids, member_id = self._build(build)
        self._at_once(*[lambda env, i=i: act(env, i, member_id) for i in order_ids])
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            orders = env["jobtrack.work.order"].browse(order_ids)
            self.assertEqual(sorted(orders.mapped("state")), ["approved", "sent"])
            self._assert_sound(env, env["jobtrack.account"].browse(account_id))

        self._commit(check)

    def test_two_estimates_never_pass_a_limit_together(self):
        self._race(
            lambda scene: scene.account.write({"task_limit_hours": 2, "project_limit_hours": 3}),
            lambda env, order_id, _member: (
                env["jobtrack.work.order"].browse(order_id).action_send()
            ),
        )

    def test_two_decisions_by_hand_never_pass_a_mandate_together(self):
        def prepare(scene):
            contact = scene.account._contact_of(scene.member)
            scene.env["jobtrack.mandate"].create(
                {"contact_id": contact.id, "job_hours": 2, "window_hours": 3}
            )

        def decide(env, order_id, member_id):
            order = env["jobtrack.work.order"].browse(order_id)
            order.action_send()
            partner = env["res.partner"].browse(member_id)
            if order._may_decide(partner):
                order._decide("approved", partner, "mail")

        self._race(prepare, decide)

    def test_two_links_never_pass_what_takes_a_sign_in_together(self):
        def prepare(scene):
            scene.account._contact_of(scene.member).may_approve = True
            scene.account.login_amount = 160  # each of the two is worth 100

        def press(env, order_id, member_id):
            order = env["jobtrack.work.order"].browse(order_id)
            order.action_send()
            with suppress(UserError):
                order._decide("approved", env["res.partner"].browse(member_id), "mail")

        self._race(prepare, press)

    def test_an_estimate_is_withdrawn_or_approved_and_never_both(self):
        def build(scene):
            scene.account._grant_hours(5, 40, None, None, "Five hours")
            order = scene._make_estimate(scene._make_job("Both at once"), 2)
            order.action_send()
            return scene.account.id, order.id, scene.approver.id

        account_id, order_id, approver_id = self._build(build)

        def withdraw(env):
            with suppress(UserError):
                env["jobtrack.work.order"].browse(order_id).action_cancel()

        def approve(env):
            partner = env["res.partner"].browse(approver_id)
            with suppress(UserError):
                env["jobtrack.work.order"].browse(order_id)._decide("approved", partner, "mail")

        self._at_once(withdraw, approve)
        self.assertGreaterEqual(self.conflicts, 1, "they did not meet: the test proves nothing")

        def check(env):
            order = env["jobtrack.work.order"].browse(order_id)
            account = env["jobtrack.account"].browse(account_id)
            found = (order.state, order.task_id.jobtrack_state, account.held_hours)
            self.assertIn(found, [("approved", "approved", 2), ("cancelled", "requested", 0)])
            self._assert_sound(env, account)

        self._commit(check)
