import csv
import io
import re
import zipfile

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 10:00:00")
class TestExtract(JobtrackCommon, HttpCase):
    """The ledger between any two dates, the same whenever it is asked for (A9, M5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls._make_user("rita", "jobtrack_support.group_receptionist")
        cls.pack = cls._grant_on("2026-01-10", 10, "=Winter")
        cls.second = cls._grant_on("2026-02-10", 5, "Spring")
        with freeze_time("2026-02-20 10:00:00"):
            cls._do_job(2, date="2026-02-20", name='=HYPERLINK("http://evil.example")')
        with freeze_time("2026-03-01 10:00:00"):
            cls.env["jobtrack.billing.run"]._run(cls.company, "2026-03-01")

    @classmethod
    def _grant_on(cls, day, hours, reason):
        with freeze_time(f"{day} 10:00:00"):
            return cls.account._grant_hours(hours, 40, None, None, reason)

    def _figures(self, first=None, last=None, **options):
        extract = self.account._extract(first, last, **options)
        rows = [(row["number"], str(row["date"]), row["minutes"]) for row in extract["rows"]]
        return extract["opening"], rows, extract["closing"]

    # === WHAT IT SAYS === #

    def test_balances_stand_around_the_entries_of_the_period(self):
        """Worked example: +10 on 10 January, +5 on 10 February, -2 billed for February (28th)."""
        grants = [(1, "2026-01-10", 600), (2, "2026-02-10", 300)]
        usage = (3, "2026-02-28", -120)
        for first, last, expected in (
            (None, None, (0, [*grants, usage], 780)),
            ("2026-01-01", "2026-01-31", (0, grants[:1], 600)),
            ("2026-02-01", "2026-02-28", (600, [grants[1], usage], 780)),
            ("2026-02-10", "2026-02-10", (600, [grants[1]], 900)),
            ("2026-02-11", "2026-02-27", (900, [], 900)),
            ("2025-01-01", "2025-12-31", (0, [], 0)),
            ("2026-03-01", None, (780, [], 780)),
        ):
            with self.subTest(first=first, last=last):
                self.assertEqual(self._figures(first, last), expected)

    def test_an_extract_of_the_past_stays_the_same(self):
        before = self.account._extract_csv("2026-01-01", "2026-02-28")
        packs = self.account._packs_on("2026-02-15")
        self._grant_on("2026-04-05", 8, "Later")
        self.account._lock()
        self.env["jobtrack.ledger.entry"]._record(
            [
                {
                    "pack": self.pack,
                    "kind": "adjustment",
                    "minutes": -30,
                    "date": self.account._today(),
                }
            ]
        )
        self.assertEqual(self.account._extract_csv("2026-01-01", "2026-02-28"), before)
        self.assertEqual(self.account._packs_on("2026-02-15"), packs)
        self.assertNotEqual(self.account._packs_on("2026-04-10"), packs)

    def test_each_pack_can_be_restated_on_any_day(self):
        for day, expected in (
            ("2026-01-09", []),
            ("2026-01-10", [(self.pack, 600, 400.0)]),
            ("2026-02-27", [(self.pack, 600, 400.0), (self.second, 300, 200.0)]),
            ("2026-02-28", [(self.pack, 480, 320.0), (self.second, 300, 200.0)]),
        ):
            with self.subTest(day=day):
                self.assertEqual(self.account._packs_on(day), expected)
                total = sum(minutes for _pack, minutes, _value in expected)
                self.assertEqual(self.account._balance_on(day), total)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        with self.assertRaisesRegex(UserError, "not before its first"):
            self.account._extract("2026-02-02", "2026-02-01")

    def test_without_money_no_rate_and_no_amount_is_named(self):
        content = self.account._extract_csv(money=False).decode()
        for hidden in ("40.0", "80.0", "$", "Value", "Rate", "Currency"):
            self.assertNotIn(hidden, content)
        self.assertIn("-2.0", content)

    # === FILES === #

    def test_the_csv_is_quoted_and_holds_no_formula(self):
        content = self.account._extract_csv().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content)))
        self.assertEqual(rows[1]["Pack"], "'=Winter")
        self.assertIn('=HYPERLINK("http://evil.example")', rows[3]["Job"])
        self.assertFalse(rows[3]["Job"].startswith("="))
        self.assertEqual((rows[3]["Hours"], rows[3]["Value"]), ("-2.0", "-80.0"))
        self.assertEqual(rows[3]["Currency"], "USD")
        for row in rows:
            self.assertEqual(row["Support Account"], self.account.name, "all columns are there")
        self.assertEqual(rows[3]["Date"], "2026-02-28")

    def test_the_workbook_has_real_dates_and_figures_and_no_formula(self):
        other = self._make_account("Client/shop [2]")
        book = (self.account | other)._extract_xlsx()
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
            names = parts.read("xl/workbook.xml").decode()
        self.assertNotIn("<f>", sheet)
        self.assertIn("=Winter", sheet, "a text, and not what a spreadsheet would make of it")
        self.assertRegex(sheet, r'<c r="B3"[^>]*><v>46032</v>')  # 10 January 2026
        self.assertRegex(sheet, r'<c r="D5"[^>]*><v>-2</v>')
        self.assertRegex(sheet, r'<c r="E6"[^>]*><v>13</v>')
        self.assertRegex(sheet, r'<c r="H5"[^>]*><is><t>USD</t>')
        self.assertIn("Client shop  2", re.sub(r"&\w+;", "", names))

    def test_the_pdf_names_balances_entries_and_packs(self):
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "jobtrack_support.report_ledger_extract",
                self.account.ids,
                data={"date_from": "2026-02-01", "date_to": "2026-02-28"},
            )[0]
            .decode()
        )
        text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
        for part in ("Opening balance 10:00", "02/10/2026", "-2:00", "Closing balance", "13:00"):
            self.assertIn(part, text)
        self.assertIn("Spring", text)

    def test_ten_thousand_entries_are_read_some_at_a_time(self):
        self._fill_ledger(2500)
        numbers = [row["number"] for row in self.account._extract()["rows"]]
        self.assertEqual(numbers, list(range(1, 2504)))
        self.assertEqual(self.account._extract()["closing"], self.account.balance_minutes)

    def _fill_ledger(self, count):
        self.account._lock()
        self.env["jobtrack.ledger.entry"]._record(
            [
                {
                    "pack": self.second,
                    "kind": "adjustment",
                    "minutes": 1 if number % 2 else -1,
                    "value": 0.0,
                    "value_company": 0.0,
                    "date": self.account._today(),
                    "reason": "Filled",
                }
                for number in range(count)
            ]
        )

    def test_paper_has_an_end(self):
        self._fill_ledger(3001)
        with self.assertRaisesRegex(UserError, "take XLSX or CSV"):
            self.env["report.jobtrack_support.report_ledger_extract"]._get_report_values(
                self.account.ids
            )

    # === WHO === #

    def test_staff_download_through_the_form(self):
        wizard = (
            self.env["jobtrack.ledger.extract"]
            .with_user(self.reader)
            .with_context(active_model="jobtrack.account", active_ids=self.account.ids)
            .create({"date_from": "2026-02-01", "date_to": "2026-02-28", "file_type": "csv"})
        )
        self.assertEqual(wizard.jobtrack_account_ids, self.account)
        url = wizard.action_download()["url"]
        self.authenticate("rita", "rita-rita")
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(len(response.text.splitlines()), 5)
        self.assertEqual(self.url_open(url.replace("csv", "xlsx")).content[:2], b"PK")
        self.assertEqual(self.url_open(url.replace("csv", "exe")).status_code, 404)
        late = url.replace("date_to=2026-02-28", "date_to=2026-01-01")
        self.assertEqual(self.url_open(late).status_code, 400)

    def test_strangers_find_no_extract(self):
        url = f"/jobtrack/ledger.csv?accounts={self.account.id}"
        other_company = self._make_company("Second host")
        foreign = self._make_user("fay", "jobtrack_support.group_billing")
        foreign.write({"company_ids": [(6, 0, other_company.ids)], "company_id": other_company.id})
        plain = self._make_user("paul", "base.group_user")
        clients = self._make_portal_user(self.approver) | self._make_portal_user(self.member)
        for user in foreign | plain | clients:
            with self.subTest(user=user.login):
                self.authenticate(user.login, f"{user.login}-{user.login}")
                self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(url, allow_redirects=False).headers["Location"])

    def test_the_model_itself_refuses_who_may_not_read_the_ledger(self):
        report = self.env["report.jobtrack_support.report_ledger_extract"]
        member = self._make_portal_user(self.member)
        stranger = self._make_portal_user(self._make_person("Otto Other"))
        plain = self._make_user("paul", "base.group_user")
        for user in member | stranger | plain:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.account.with_user(user)._extract()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                report.with_user(user)._get_report_values(self.account.ids)
        reader = self._make_portal_user(self.approver)
        self.assertEqual(self.account.with_user(reader)._extract()["closing"], 780)
        with self.assertRaises(AccessError):
            self.env["jobtrack.ledger.extract"].with_user(reader).create({})
