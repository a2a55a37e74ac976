import re
from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from odoo import http
from odoo.sql_db import Cursor
from odoo.tests import HttpCase, tagged

from odoo.addons.jobtrack_support.tests.common import JobtrackCommon

WRITES = re.compile(r"^\s*(insert|update|delete)\b", re.IGNORECASE)
# Odoo's own notes about a visit.
HOUSEKEEPING = ("res_device", "res_users_log", "bus_presence", "mail_presence", "ir_attachment")


@tagged("post_install", "-at_install")
class PortalCommon(JobtrackCommon, HttpCase):
    """A client with people in all roles, and every kind of stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.jobtrack_emergency_phone = "+1 555 0100"
        cls.approver_user = cls._make_portal_user(cls.approver)
        cls.member_user = cls._make_portal_user(cls.member)
        cls.looker = cls._make_person("Lou Looker")
        cls._make_contact(cls.account, cls.looker, may_request=False)
        cls.looker_user = cls._make_portal_user(cls.looker)
        cls.former = cls._make_person("Fay Former")
        former = cls._make_contact(
            cls.account, cls.former, may_approve=True, may_see_money=True, may_buy=True
        )
        former.active = False
        cls.former_user = cls._make_portal_user(cls.former)
        cls.colleague = cls._make_person("Cora Colleague")
        cls.colleague_user = cls._make_portal_user(cls.colleague)
        cls.other_company = cls.env["res.partner"].create({"name": "Other", "is_company": True})
        cls.other = cls._make_person("Otto Other", parent=cls.other_company)
        cls.other_account = cls._make_account("Other shop", partner=cls.other_company)
        cls._make_contact(
            cls.other_account, cls.other, may_approve=True, may_see_money=True, may_buy=True
        )
        cls.other_user = cls._make_portal_user(cls.other)
        # No role of theirs opens this account, whoever they are.
        cls.strangers = cls.other_user | cls.former_user | cls.colleague_user

    # === VISITS === #

    def _log_in(self, user):
        self.authenticate(user.login, f"{user.login}-{user.login}")

    def _page(self, url, status=200):
        """Return the parsed page of a GET request."""
        response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, status, f"{url}: {response.text[:2000]}")
        return html.fromstring(response.text) if response.text.strip() else None

    def _text(self, url):
        """Return the visible text of a page, spaces reduced."""
        main = self._page(url).xpath("//main")[0]
        return re.sub(r"\s+", " ", main.text_content())

    def _post(self, url, data=None, files=None, csrf=True):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, files=files, allow_redirects=False, method="POST")

    def assertTokenRequired(self, url, data=None):
        """Assert that a form sent from another site, thus without the token of our page, is refused."""
        with self.assertLogs("odoo.http", "WARNING"):
            response = self._post(url, data, csrf=False)
        self.assertEqual(response.status_code, 400)

    def assertClosed(self, url, users=None, method="GET"):
        """Assert that strangers do not find ``url``, and that nobody is let in without logging in."""
        for user in self.strangers if users is None else users:
            with self.subTest(url=url, user=user.login):
                self._log_in(user)
                response = (
                    self._post(url)
                    if method == "POST"
                    else self.url_open(url, allow_redirects=False)
                )
                self.assertEqual(response.status_code, 404, response.text[:500])
        self.authenticate(None, None)
        response = (
            self._post(url) if method == "POST" else self.url_open(url, allow_redirects=False)
        )
        self.assertIn(response.status_code, (302, 303))
        self.assertIn("/web/login", response.headers["Location"])

    def _bill_done_jobs(self, account=None):
        """Run the next billing day and return the account's newest statement."""
        account = account or self.account
        done = account.job_ids.filtered(lambda job: job.jobtrack_state == "done")
        day = done[:1]._jobtrack_billing_date()
        with freeze_time(f"{day} 10:00:00"):
            run = self._run(day)
        self.assertEqual(run.state, "done", run.problem_ids.mapped("name"))
        return run.statement_ids.filtered(lambda found: found.jobtrack_account_id == account)

    # === WATCHING THE DATABASE === #

    @contextmanager
    def _statements(self):
        """Gather the SQL statements of the block."""
        statements = []
        execute = Cursor.execute

        def noting(cursor, query, *args, **kwargs):
            text = query.code if hasattr(query, "code") else query
            statements.append(text if isinstance(text, str) else str(text))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", noting):
            yield statements

    def assertReadsOnly(self, url):
        """Assert that a visit writes nothing but Odoo's own notes about it."""
        with self._statements() as statements:
            response = self.url_open(url, allow_redirects=False)
        self.assertEqual(response.status_code, 200, url)
        self.assertTrue(statements)
        written = [
            text
            for text in statements
            if WRITES.match(text) and not any(name in text for name in HOUSEKEEPING)
        ]
        self.assertFalse(written, url)

    def _count_queries(self, url):
        """Return how many queries the second of two visits makes."""
        self._page(url)
        with self._statements() as statements:
            self._page(url)
        return len(statements)

    def assertSameQueries(self, url, grow, spare=2):
        """Assert that a page needs no more queries once ``grow`` has added rows to it."""
        before = self._count_queries(url)
        grow()
        self.env.flush_all()
        after = self._count_queries(url)
        self.assertLessEqual(after, before + spare, url)
