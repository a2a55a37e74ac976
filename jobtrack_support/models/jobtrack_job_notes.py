from odoo import api, fields, models

from . import guard
from .jobtrack_job_workflow import DESK


class JobtrackJobNotes(models.AbstractModel):
    """Notes of several kinds on a job (C4)."""

    _name = "jobtrack.job.notes"
    _description = "Job: Its Notes"

    jobtrack_note_ids = fields.One2many("jobtrack.note", "task_id", string="Notes", readonly=True)
    jobtrack_open_note_count = fields.Integer(
        compute="_compute_jobtrack_open_note_count", string="Open Risks and Issues"
    )

    @api.depends("jobtrack_note_ids.state")
    def _compute_jobtrack_open_note_count(self):
        groups = (
            self.env["jobtrack.note"]
            .sudo()
            ._read_group(
                [("task_id", "in", self.ids), ("state", "=", "open")], ["task_id"], ["__count"]
            )
        )
        counts = {job.id: count for job, count in groups}
        for job in self:
            job.jobtrack_open_note_count = counts.get(job._origin.id, 0)

    def action_jobtrack_add_note(self):
        """Open the form of a new note on the job."""
        self.ensure_one()
        self._jobtrack_check_group(DESK)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Note"),
            "res_model": "jobtrack.note",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "dialog_size": "medium"},
        }

    def action_jobtrack_open_notes(self):
        """Open the notes on the job."""
        self.ensure_one()
        guard.check_staff_reads(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_note_action"
        )
        return action | {
            "domain": [("task_id", "=", self.id)],
            "context": {"default_task_id": self.id},
        }
