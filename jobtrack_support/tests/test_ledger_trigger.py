from freezegun import freeze_time
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import RestrictViolation

from ..models import ledger_trigger
from .common import JobtrackCommon

QUERIES = {
    "a minute more": "UPDATE jobtrack_ledger_entry SET minutes = minutes + 1 WHERE id = %s",
    "another text": "UPDATE jobtrack_ledger_entry SET reason = 'Other' WHERE id = %s",
    "another author": "UPDATE jobtrack_ledger_entry SET create_uid = 2 WHERE id = %s",
    "no entry": "DELETE FROM jobtrack_ledger_entry WHERE id = %s",
    "no entries at all": "TRUNCATE jobtrack_ledger_entry CASCADE",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestLedgerTrigger(JobtrackCommon):
    """The database itself refuses to change the ledger, and stands in nobody's way otherwise (M5)."""

    def setUp(self):
        super().setUp()
        self.author = self._make_user("arno", "jobtrack_support.group_administrator")
        account = self.account.with_user(self.author).sudo()
        account._grant_hours(10, 40, None, None, "Ten hours")
        self.entry = self.account.ledger_entry_ids
        self.assertEqual(self.entry.create_uid, self.author)
        self.env.flush_all()

    def _snapshot(self):
        self.env.cr.execute("SELECT minutes, value, reason, number FROM jobtrack_ledger_entry")
        return self.env.cr.fetchall()

    def test_sql_cannot_change_or_remove_an_entry(self):
        before = self._snapshot()
        for name, query in QUERIES.items():
            with self.subTest(name), mute_logger("odoo.sql_db"):
                with self.assertRaises(RestrictViolation), self.env.cr.savepoint():
                    self.env.cr.execute(query, [self.entry.id] if "%s" in query else None)
        self.assertEqual(self._snapshot(), before)

    def test_entries_are_added_as_ever(self):
        self._do_job(3, date="2026-03-02")
        with freeze_time("2026-03-08 10:00:00"):
            self._run("2026-03-08")
        self.assertEqual(self.account.ledger_entry_ids.mapped("kind"), ["usage", "grant"])
        self.assertSound()

    def test_a_user_who_leaves_may_be_deleted(self):
        self.author.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.entry.create_uid)
        self.assertEqual(self.entry.minutes, 600)

    def test_the_client_can_be_merged_with_its_double(self):
        double = self.env["res.partner"].create({"name": "Client Limited", "is_company": True})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client_company | double).ids, double)
        self.env.invalidate_all()
        self.assertEqual(self.account.partner_id, double)
        self.assertEqual(self.account.ledger_entry_ids, self.entry)
        self.assertSound()

    def test_an_update_of_the_addon_may_fill_a_new_column(self):
        """Odoo makes columns and fills them before the guard is back."""
        ledger = self.env["jobtrack.ledger.entry"]
        self.registry._post_init_queue = []  # as while an addon is updated
        self.addCleanup(delattr, self.registry, "_post_init_queue")
        ledger._auto_init()
        self.env.cr.execute("UPDATE jobtrack_ledger_entry SET reason = 'Filled by an update'")
        for _update in range(2):
            ledger.init()
        self.test_sql_cannot_change_or_remove_an_entry()

    def test_nothing_is_left_of_it_when_it_is_removed(self):
        for _again in range(2):
            ledger_trigger.remove(self.env.cr)
        self.env.cr.execute(
            "SELECT (SELECT count(*) FROM pg_proc WHERE proname LIKE 'jobtrack%'),"
            " (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'jobtrack%')"
        )
        self.assertEqual(self.env.cr.fetchone(), (0, 0))
        self.env.cr.execute("UPDATE jobtrack_ledger_entry SET reason = 'Free'")
