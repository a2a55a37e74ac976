from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .books_common import BooksCommon


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-03 10:00:00")
class TestBooksReport(BooksCommon):
    """What the accountant reads before a close, of today and of any day before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user("acc", "jobtrack_support.group_billing")
        cls.reports = cls.env["jobtrack.books.report"].with_user(cls.accountant)
        cls._pay(cls._sell_plan().invoice_ids)
        cls.unpaid = cls._sell_plan(hours=30).invoice_ids
        cls.account._grant_hours(5, 30, None, None, "Goodwill")

    def _report(self, date="2026-03-03", kind="deferred"):
        return self.reports.create({"kind": kind, "date": date})

    def _words(self, html):
        return " ".join(html2plaintext(html).split())

    def test_the_two_columns_agree_and_say_where_the_value_is(self):
        report = self._report()
        self.assertTrue(report.is_reconciled)
        words = self._words(report.reconciliation_html)
        # 800 sold and 150 granted in packs, 1200 sold and not paid
        for figure in ("950.00", "1,200.00", "2,150.00", "0.00"):
            self.assertIn(figure, words)
        self.assertEqual(report.foreign_count, 0)
        self.assertSound()

    def test_a_cent_of_difference_is_seen(self):
        self.account.pack_ids.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_move_line SET balance = balance - 0.01, amount_currency = amount_currency - 0.01"
            " WHERE account_id = %s AND id IN (SELECT max(id) FROM account_move_line WHERE account_id = %s)",
            [self.company.jobtrack_deferred_gl_id.id] * 2,
        )
        self.env.invalidate_all()
        report = self._report()
        self.assertFalse(report.is_reconciled)
        self.assertIn("0.01", self._words(report.reconciliation_html))

    def test_a_day_in_the_past_reads_as_it_read_on_that_day(self):
        before = self._report()
        said = before.reconciliation_html, before.quarters_html
        with freeze_time("2026-03-04 10:00:00"):
            self._pay(self.unpaid)
            self._do_job(7, date="2026-03-04")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
            now, then = self._report("2026-04-01"), self._report("2026-03-03")
            self.assertNotEqual(now.reconciliation_html, said[0])
            self.assertEqual((then.reconciliation_html, then.quarters_html), said)
        self.assertSound()

    def test_by_quarter_it_is_what_is_left_in_packs(self):
        report = self._report()
        [table] = report._quarters()
        self.assertEqual(
            [(str(bucket.end), bucket.minutes, float(bucket.value)) for bucket in table["buckets"]],
            [("2026-03-31", 1200, 800.0), ("None", 300, 150.0)],
        )
        self.assertEqual(float(table["total"]), self._reconcile_packs())

    def _reconcile_packs(self):
        [row] = self.env["jobtrack.ledger.entry"]._reconcile_deferred(self.company)
        return row["packs"]

    def test_what_would_lapse_is_what_lapses(self):
        self._approve(self._make_job(), 4)
        self._do_job(3, date="2026-03-02")
        report = self._report(kind="lapsing")
        self.assertEqual(str(report.date_expiry), "2026-03-31")
        [row] = report._lapsing_rows()
        entries = self.account.ledger_entry_ids
        with freeze_time("2026-04-01 10:00:00"):
            self.account._look_after()
        lapsed = (self.account.ledger_entry_ids - entries).filtered(
            lambda entry: entry.kind == "expiry"
        )
        self.assertEqual(row["lapse"], -sum(lapsed.mapped("minutes")))
        self.assertEqual(float(row["value"]), -sum(lapsed.mapped("value")))
        self.assertGreater(row["lapse"], 0)

    def test_looking_changes_nothing(self):
        before = (self.account.ledger_entry_ids.ids, self.account.lock_version)
        report = self._report(kind="lapsing")
        self.assertIn("Client shop", self._words(report.lapsing_html))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.account.ledger_entry_ids.ids, self.account.lock_version), before)

    def test_an_empty_company_reads_in_words(self):
        company = self._make_company("Quiet host")
        self.accountant.company_ids |= company
        report = self._report()
        report.company_id = company
        self.assertIn("Nothing was sold", self._words(report.reconciliation_html))
        self.assertIn("Nothing was left", self._words(report.quarters_html))
        self.assertIn("No hours expire", self._words(report.lapsing_html))

    def test_the_figures_lead_to_the_records(self):
        report = self._report()
        deferred = self.company.jobtrack_deferred_gl_id
        items = self._opened(report.action_open_items())
        self.assertEqual(items.account_id, deferred)
        self.assertEqual(-sum(items.mapped("balance")), 2150)
        self.assertEqual(self._opened(report.action_open_plans()), self.unpaid.invoice_line_ids)
        self.assertFalse(self._opened(report.action_open_foreign()))
        entries = self._opened(report.action_open_entries())
        self.assertEqual(sum(entries.mapped("value")), 950)

    def _opened(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_the_queries_do_not_grow_with_the_history(self):
        def queries():
            report = self._report()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(report.reconciliation_html and report.quarters_html)
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for _plan in range(5):
            self._pay(self._sell_plan().invoice_ids)
        self.assertLessEqual(queries(), few)

    def test_the_screen_follows_the_day(self):
        with Form(self.reports.with_context(default_kind="deferred")) as form:
            self.assertTrue(form.is_reconciled)
            form.date = "2026-03-02"
            self.assertIn("Nothing was sold", self._words(form.reconciliation_html))

    def test_it_prints(self):
        for kind in ("deferred", "lapsing"):
            report = self._report(kind=kind)
            html = self.env["ir.actions.report"]._render_qweb_html(
                "jobtrack_support.report_books", report.ids
            )[0]
            self.assertIn(report.display_name.encode(), html.replace(b"&amp;", b"&"))

    # === STRANGERS === #

    def test_only_the_billing_team_sees_the_books(self):
        report = self._report()
        people = [
            self._make_user(group, f"jobtrack_support.group_{group}")
            for group in ("receptionist", "technician", "dispatcher")
        ]
        people.append(self._make_portal_user(self.approver))
        for user in people:
            model = self.env["jobtrack.books.report"].with_user(user)
            attempts = {
                "create": lambda m=model: m.create({"kind": "lapsing"}),
                "read": lambda m=model: m.browse(report.id).read(["reconciliation_html"]),
                "screen": lambda m=model: m.new({"date": "2026-03-03"}).reconciliation_html,
                "items": lambda m=model: m.browse(report.id).action_open_items(),
                "foreign": lambda m=model: m.browse(report.id).action_open_foreign(),
                "plans": lambda m=model: m.browse(report.id).action_open_plans(),
                "entries": lambda m=model: m.browse(report.id).action_open_entries(),
            }
            for name, attempt in attempts.items():
                with self.subTest(user=user.login, attempt=name), self.assertRaises(AccessError):
                    attempt()

    def test_the_books_of_another_company_are_not_shown(self):
        other = self._make_company("Other host")
        stranger = self._make_user("their", "jobtrack_support.group_billing")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        model = self.env["jobtrack.books.report"].with_user(stranger)
        model = model.with_context(allowed_company_ids=other.ids)
        values = {"company_id": self.company.id, "date": "2026-03-03"}
        for name in ("reconciliation_html", "quarters_html", "lapsing_html", "date_expiry"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.assertFalse(model.new(values)[name])
            with self.subTest(name, saved=True), self.assertRaises(AccessError):
                self.assertFalse(model.create(values)[name])
