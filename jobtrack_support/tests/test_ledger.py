from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import CheckViolation

from ..models import ledger_trigger
from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestLedger(JobtrackCommon):
    """The ledger is only ever added to, and every night it is proven against everything else."""

    def setUp(self):
        super().setUp()
        self._pay(self._sell_plan().invoice_ids)
        self._do_job(3, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.entries = self.account.ledger_entry_ids.sorted("number")
        self.assertSound()

    def test_an_entry_never_changes_and_is_never_deleted(self):
        with self.assertRaises(UserError):
            self.entries[0].sudo().write({"minutes": 1})
        with self.assertRaises(UserError):
            self.entries[0].sudo().unlink()

    def test_a_debit_links_job_pack_and_statement_and_explains_itself(self):
        usage = self.entries[-1]
        self.assertEqual(usage.task_id, self.account.job_ids)
        self.assertEqual(usage.pack_id, self.account.pack_ids)
        self.assertEqual(usage.statement_id, self.account.statement_ids)
        explanation = usage._explain()
        for part in (
            "3:00 h",
            usage.task_id.jobtrack_reference,
            "reserved for",
            usage.pack_id.name,
        ):
            self.assertIn(part, explanation)

    def _assert_found(self, table, assignment, record, words):
        """Change one figure behind the ORM's back: the proof has to say so."""
        self.env.flush_all()
        ledger_trigger.remove(self.env.cr)  # as a database administrator could
        self.env.cr.execute(
            SQL("UPDATE %s SET %s WHERE id = %s", SQL.identifier(table), SQL(assignment), record.id)
        )
        self.env.invalidate_all()
        problems = " ".join(self.account._verify_ledger())
        self.assertIn(words, problems)

    def test_a_minute_that_went_missing_in_an_entry_is_found(self):
        self._assert_found(
            "jobtrack_ledger_entry", "minutes = minutes - 1", self.entries[-1], "the sum is"
        )

    def test_a_cent_that_went_missing_in_a_pack_is_found(self):
        self._assert_found(
            "jobtrack_hour_pack",
            "value_remaining = value_remaining - 0.01",
            self.account.pack_ids,
            "worth",
        )

    def test_a_wrong_balance_is_found(self):
        self._assert_found(
            "jobtrack_account", "balance_minutes = 7", self.account, "the balance is 7"
        )

    def test_a_gap_in_the_numbers_is_found(self):
        self._assert_found(
            "jobtrack_ledger_entry", "number = 9", self.entries[-1], "entry 9 stands where 2"
        )

    def test_an_entry_dated_back_is_found(self):
        self._assert_found(
            "jobtrack_ledger_entry", "date = '2020-01-01'", self.entries[-1], "dated before"
        )

    def test_billed_minutes_beyond_the_approval_are_found(self):
        line = self.account.statement_ids.line_ids
        self._assert_found("jobtrack_statement_line", "minutes = 999", line, "h approved")

    def test_parts_that_do_not_make_the_whole_are_found(self):
        line = self.account.statement_ids.line_ids
        self._assert_found("jobtrack_statement_line", "postpaid_minutes = 5", line, "its parts are")

    def test_billable_time_on_no_statement_is_found(self):
        time = self.account.job_ids.jobtrack_time_ids
        self._assert_found(
            "account_analytic_line", "jobtrack_statement_line_id = NULL", time, "is on no statement"
        )

    def test_foreign_bookings_on_deferred_revenue_are_found(self):
        """Posting such an entry is refused: whoever gets one in goes around Odoo."""
        company = self.company
        other = company.jobtrack_revenue_gl_id
        move = self.env["account.move"].create(
            {
                "journal_id": company.jobtrack_journal_id.id,
                "line_ids": [
                    (0, 0, {"account_id": company.jobtrack_breakage_gl_id.id, "credit": 10}),
                    (0, 0, {"account_id": other.id, "debit": 10}),
                ],
            }
        )
        move.action_post()
        self._assert_found(
            "account_move_line",
            f"account_id = {company.jobtrack_deferred_gl_id.id}",
            move.line_ids.filtered("credit"),
            "deferred revenue is",
        )

    def test_the_nightly_proof_raises_one_alarm_for_the_administrators(self):
        self._assert_found(
            "jobtrack_account", "balance_minutes = 7", self.account, "the balance is 7"
        )
        boss = self._make_user("boss", "jobtrack_support.group_administrator")
        for _night in range(2):
            self._verify_at_night()
        alarms = self.account.activity_ids.filtered(lambda activity: activity.user_id == boss)
        self.assertEqual(len(alarms), 1)
        self.assertIn("the balance is 7", alarms.note)
        self.env.cr.execute(
            "UPDATE jobtrack_account SET balance_minutes = 9 WHERE id = %s", [self.account.id]
        )
        self.account.invalidate_recordset()
        self._verify_at_night()
        self.assertIn("the balance is 9", alarms.note, "the alarm says how it is now")

    def _verify_at_night(self):
        with self.assertLogs("odoo.addons.jobtrack_support", "ERROR"):
            self.env["jobtrack.account"]._cron_verify_ledger()

    def test_without_an_administrator_the_billing_team_is_alarmed(self):
        self._assert_found(
            "jobtrack_account", "balance_minutes = 7", self.account, "the balance is 7"
        )
        administrators = self.env.ref("jobtrack_support.group_administrator").all_user_ids
        administrators.company_ids -= self.company
        biller = self._make_user("bill", "jobtrack_support.group_billing")
        self._verify_at_night()
        self.assertIn(biller, self.account.activity_ids.user_id)

    def test_bookings_of_the_ledger_cannot_be_undone_by_hand(self):
        move = self.entries[-1].move_id
        for undo in ("button_draft", "button_cancel", "unlink"):
            with self.subTest(undo=undo), self.assertRaises(UserError):
                getattr(move, undo)()

    def test_an_invoice_for_work_cannot_go_back_to_draft(self):
        self._do_job(30, date="2026-03-02")
        with freeze_time("2026-03-15 10:00:00"):
            self._run("2026-03-15")
        invoice = self.account.statement_ids.invoice_id
        with self.assertRaisesRegex(UserError, "write a credit note"):
            invoice.button_draft()

    def test_figures_of_an_account_change_through_the_ledger_only(self):
        administrator = self._make_user("boss", "jobtrack_support.group_administrator")
        account = self.account.with_user(administrator)
        for values in ({"balance_minutes": 1}, {"last_number": 0}, {"last_entry_date": False}):
            with self.assertRaisesRegex(UserError, "through the ledger only"):
                account.write(values)

    def test_an_account_with_a_ledger_keeps_its_currency_and_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "stay once"):
            self.account.currency_id = self.env.ref("base.EUR")
        with self.assertRaisesRegex(UserError, "archive it"):
            self.account.unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_pack_below_zero(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE jobtrack_hour_pack SET minutes_remaining = -1")

    def test_staff_read_the_ledger_and_nobody_writes_it(self):
        for group in ("receptionist", "technician", "dispatcher", "billing", "administrator"):
            user = self._make_user(group, f"jobtrack_support.group_{group}")
            entry = self.entries[0].with_user(user)
            self.assertTrue(entry.read(["minutes", "value"]))
            for model in ("jobtrack.ledger.entry", "jobtrack.hour.pack", "jobtrack.statement"):
                with self.subTest(group=group, model=model):
                    self.assertFalse(self.env[model].with_user(user).has_access("create"))
                    self.assertFalse(self.env[model].with_user(user).has_access("write"))
                    self.assertFalse(self.env[model].with_user(user).has_access("unlink"))

    def test_only_billing_grants_hours(self):
        values = {"jobtrack_account_id": self.account.id, "hours": 1, "reason": "Goodwill"}
        dispatcher = self._make_user("dora", "jobtrack_support.group_dispatcher")
        with self.assertRaises(AccessError):
            self.env["jobtrack.grant.hours"].with_user(dispatcher).create(values)
        billing = self._make_user("bill", "jobtrack_support.group_billing")
        wizard = self.env["jobtrack.grant.hours"].with_user(billing).create(values)
        wizard.action_grant()
        self.assertEqual(self.account.ledger_entry_ids[:1].kind, "grant")
