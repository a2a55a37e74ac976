from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import JobtrackCommon


@tagged("post_install", "-at_install")
class TestNotes(JobtrackCommon):
    """Notes of several kinds on a job, with author and time, in its history and in a list over all jobs (C4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._make_job()
        cls.risk = cls.env.ref("jobtrack_support.note_kind_risk")
        cls.status = cls.env.ref("jobtrack_support.note_kind_status")

    def _write(self, text="It may rain", kind=None, user=None, **values):
        action = self.job.with_user(user or self.employee_user).action_jobtrack_add_note()
        notes = self.env["jobtrack.note"].with_user(user or self.employee_user)
        form = Form(notes.with_context(**action["context"]))
        form.kind_id = kind or self.risk
        form.text = text
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_a_note_stands_in_the_history_with_its_author(self):
        note = self._write("It may rain\n<b>hard</b>")
        self.assertEqual(note.author_id, self.employee_user.partner_id)
        message = self.job.message_ids[0]
        self.assertEqual(note.message_id, message)
        self.assertTrue(message.is_internal or message.subtype_id.internal)
        self.assertIn("Risk", message.body)
        self.assertIn("&lt;b&gt;hard&lt;/b&gt;", message.body)
        self.assertEqual(message.author_id, self.employee_user.partner_id)

    def test_what_is_for_the_client_is_part_of_the_conversation(self):
        note = self._write("All is well", self.status, is_for_client=True)
        self.assertFalse(note.message_id.subtype_id.internal)
        self.assertFalse(note.state, "a status is not settled")

    def test_a_risk_stays_open_until_it_is_settled(self):
        note = self._write()
        self.assertEqual((note.state, self.job.jobtrack_open_note_count), ("open", 1))
        for _again in range(2):
            note.with_user(self.employee_user).action_settle()
        self.env.invalidate_all()
        self.assertEqual((note.state, note.settled_by), ("settled", "Tess"))
        self.assertEqual(self.job.jobtrack_open_note_count, 0)

    def test_kinds_of_ones_own(self):
        boss = self._make_user("ada", "jobtrack_support.group_administrator")
        kind = self.env["jobtrack.note.kind"].with_user(boss).create({"name": "Praise"})
        note = self._write("They like it", kind)
        self.assertIn("Praise", note.message_id.body)

    def test_what_was_written_stays(self):
        note = self._write()
        for values in ({"text": "Never mind"}, {"state": "settled"}, {"is_for_client": True}):
            with self.assertRaises(AccessError):
                note.with_user(self.employee_user).write(values)
        with self.assertRaises(AccessError):
            note.with_user(self.employee_user).unlink()
        forged = (
            self.env["jobtrack.note"]
            .with_user(self.employee_user)
            .create(
                {
                    "task_id": self.job.id,
                    "kind_id": self.status.id,
                    "text": "Mine",
                    "author_id": self.approver.id,
                    "state": "settled",
                }
            )
        )
        self.assertEqual(forged.author_id, self.employee_user.partner_id)
        self.assertFalse(forged.state)
        with self.assertRaisesRegex(UserError, "has words"):
            self._write("  ")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_strangers_write_and_settle_nothing(self):
        note = self._write()
        plain = self._make_user("emil", "base.group_user")
        elsewhere = self._make_company("Other host")
        theirs = self._make_user("theo", "jobtrack_support.group_administrator")
        theirs.write({"company_id": elsewhere.id, "company_ids": [Command.set(elsewhere.ids)]})
        client = self._make_portal_user(self.approver)
        for user in (plain, theirs, client):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    note.with_user(user).action_settle()
                with self.assertRaises(AccessError):
                    self.env["jobtrack.note"].with_user(user).create(
                        {"task_id": self.job.id, "kind_id": self.risk.id, "text": "x"}
                    )
                with self.assertRaises(AccessError):
                    note.with_user(user).read(["text"])
        reader = self._make_user("bo", "jobtrack_support.group_billing")
        self.assertTrue(note.with_user(reader).text)
        with self.assertRaises(AccessError):
            note.with_user(reader).action_settle()
