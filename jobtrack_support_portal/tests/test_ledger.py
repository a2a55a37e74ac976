import csv
import io

from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestLedgerPages(PortalCommon):
    """The ledger and its download (A9, M5)."""

    def setUp(self):
        super().setUp()
        self.url = f"/my/support/{self.account.id}/ledger"

    def _bill_a_job(self, name="Repair the shop"):
        self.account._grant_hours(5, rate=40, reason="Spring pack")
        job = self._do_job(2, name=name)
        self._bill_done_jobs()
        self.assertEqual(job.jobtrack_state, "billed")
        return job

    def _csv(self, query=""):
        response = self.url_open(f"{self.url}/csv{query}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))

    def _kinds(self, query=""):
        return [row["Kind"] for row in self._csv(query)]

    def test_the_ledger_shows_where_hours_went(self):
        job = self._bill_a_job()
        self._log_in(self.approver_user)
        page = self._page(self.url)
        text = " ".join(page.text_content().split())
        for part in (
            "Grant",
            "Usage",
            "+5:00",
            "-2:00",
            " 3:00",
            "Spring pack",
            "reserved for this job",
        ):
            self.assertIn(part, text)
        self.assertTrue(page.xpath(f"//a[@href='/my/support/jobs/{job.id}']"))
        statement = self.account.statement_ids
        self.assertTrue(page.xpath(f"//a[@href='/my/support/statements/{statement.id}']"))

    def test_kind_and_period_limit_page_and_download(self):
        self._bill_a_job()
        self._log_in(self.approver_user)
        frame = ["Opening balance", "Closing balance"]
        self.assertEqual(self._kinds(), [frame[0], "Grant", "Usage", frame[1]])
        self.assertEqual(self._kinds("?kind=usage"), [frame[0], "Usage", frame[1]])
        self.assertEqual(self._kinds("?date_to=2000-01-01"), frame)
        self.assertEqual(
            [row["Balance (hours)"] for row in self._csv()], ["0.0", "5.0", "3.0", "3.0"]
        )
        self.assertIn("No entry matches", self._text(f"{self.url}?date_to=2000-01-01"))
        self.assertEqual(len(self._kinds("?kind=nonsense&date_from=yesterday")), 4)
        self._log_in(self.approver_user)
        response = self.url_open(f"{self.url}/csv?date_from=2026-03-02&date_to=2026-03-01")
        self.assertEqual(response.status_code, 400)
        self.assertIn("not before its first", response.text)

    def test_no_cell_of_the_download_is_a_formula(self):
        self._bill_a_job(name='=HYPERLINK("http://evil.example")')
        pack = self.account._grant_hours(1, reason="@SUM(A1)")
        self.assertTrue(pack)
        self._log_in(self.approver_user)
        rows = self._csv()
        figures = {"Hours", "Balance (hours)", "Rate per Hour", "Value"}
        for row in rows:
            for title, cell in row.items():
                if title in figures and cell:
                    float(cell)  # a figure and nothing else
                else:
                    self.assertFalse(cell.startswith(("=", "+", "-", "@", "\t")), cell)
        self.assertIn("'@SUM(A1)", [row["Pack"] for row in rows])

    def test_the_period_is_downloaded_in_three_forms(self):
        self._bill_a_job()
        self._log_in(self.approver_user)
        page = self._page(f"{self.url}?date_to=2999-01-01")
        for file_type, start in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
            with self.subTest(file_type=file_type):
                (link,) = page.xpath(
                    f"//a[@aria-label='Download the ledger as {file_type.upper()}']"
                )
                self.assertIn("date_to=2999-01-01", link.get("href"))
                response = self.url_open(f"{self.url}/{file_type}")
                self.assertEqual(response.status_code, 200)
                self.assertIn("attachment", response.headers["Content-Disposition"])
                if file_type != "pdf":  # without wkhtmltopdf's server Odoo answers tests in HTML
                    self.assertTrue(response.content.startswith(start))
        self.assertEqual(self.url_open(f"{self.url}/exe").status_code, 404)

    def test_an_empty_ledger_says_so(self):
        self._log_in(self.approver_user)
        self.assertIn("The ledger begins with the first hours", self._text(self.url))

    def test_a_member_without_the_role_does_not_find_it(self):
        users = self.member_user | self.looker_user | self.strangers
        self.assertClosed(self.url, users)
        for file_type in ("pdf", "xlsx", "csv"):
            self.assertClosed(f"{self.url}/{file_type}", users)

    def test_visits_write_nothing(self):
        self._bill_a_job()
        self._log_in(self.approver_user)
        self.assertReadsOnly(self.url)
        self.assertReadsOnly(f"{self.url}/csv")

    def test_the_ledger_needs_no_query_per_entry(self):
        self._bill_a_job()
        self._log_in(self.approver_user)

        def grow():
            for number in range(10):
                self.account._grant_hours(1, reason=f"Pack {number}")

        self.assertSameQueries(self.url, grow)
        self.assertEqual(
            len(
                self._page(self.url).xpath(
                    "//table[contains(@class, 'o_jobtrack_ledger')]//tbody/tr"
                )
            ),
            12,
        )
