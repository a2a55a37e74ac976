from markupsafe import Markup, escape
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from . import guard
from .jobtrack_job_workflow import DESK

MAIL = "jobtrack_support.mail_template_note"


class JobtrackNoteKind(models.Model):
    """A kind of note on jobs: status, report, risk, issue, and kinds of one's own (C4)."""

    _name = "jobtrack.note.kind"
    _description = "Kind of Note"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    needs_settling = fields.Boolean(
        string="Is Settled Later", help="A risk or an issue stays open until somebody settles it."
    )
    active = fields.Boolean(default=True)


class JobtrackNote(models.Model):
    """A note of some kind on a job, kept with author and time in the job's history (C4).

    What is marked for the client is a message of the conversation that the client reads; other notes stay among staff.
    """

    _name = "jobtrack.note"
    _description = "Note on a Job"
    _order = "create_date desc, id desc"
    _rec_name = "text"

    task_id = fields.Many2one(
        "project.task",
        string="Job",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('jobtrack_state', '!=', False)]",
    )
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    jobtrack_account_id = fields.Many2one(related="task_id.jobtrack_account_id", store=True)
    kind_id = fields.Many2one(
        "jobtrack.note.kind",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["jobtrack.note.kind"].search([], limit=1),
    )
    text = fields.Text(string="Note", required=True)
    is_for_client = fields.Boolean(
        string="The Client Sees It", help="The client reads it on the page of the job."
    )
    author_id = fields.Many2one("res.partner", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("settled", "Settled")],
        readonly=True,
        index=True,
        help="Only for kinds that are settled later, such as risks and issues.",
    )
    settled_by = fields.Char(readonly=True)
    settled_date = fields.Datetime(string="Settled On", readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not self.env.user.has_group(DESK):
            raise AccessError(self.env._("Notes on jobs are written by the support team."))
        written = {"task_id", "kind_id", "text", "is_for_client"}
        guarded = guard.without_defaults(self, guard.filled_in(self))
        notes = super(JobtrackNote, guarded).create(
            [
                {name: value for name, value in vals.items() if name in written or self.env.su}
                | {"author_id": self.env.user.partner_id.id}
                for vals in vals_list
            ]
        )
        notes.task_id.check_access("read")
        for note in notes:
            if not (note.text or "").strip() or not note.task_id.jobtrack_is_job:
                raise UserError(self.env._("A note has words and belongs to a job."))
            note.sudo().state = "open" if note.kind_id.needs_settling else False
            note._post()
        return notes

    def write(self, vals):
        """What was written stays: somebody has read it."""
        if not self.env.su:
            raise AccessError(self.env._("A note stays as it was written: write another one."))
        return super().write(vals)

    def _post(self):
        """Put the note into the job's history; marked for the client, into the conversation."""
        body = Markup("<p><strong>%s</strong></p><p>%s</p>") % (
            self.kind_id.name,
            Markup("<br/>").join(escape(line) for line in self.text.splitlines()),
        )
        # The writer may read the job, which was checked; that makes posting in sudo safe.
        job = self.task_id.sudo()
        if self.is_for_client:
            job = job._jobtrack_told_apart(job.jobtrack_requester_id)
        message = job.message_post(
            body=body,
            author_id=self.author_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment" if self.is_for_client else "mail.mt_note",
        )
        self.sudo().message_id = message
        if self.is_for_client:
            job = self.task_id.sudo().with_context(jobtrack_note=self.id)
            job._jobtrack_mail(MAIL, job.jobtrack_requester_id, secret=True)

    def action_settle(self):
        """Say that a risk or an issue is settled."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(DESK):
            raise AccessError(self.env._("Notes on jobs are settled by the support team."))
        for note in self.sudo().filtered(lambda note: note.state == "open"):
            note.write(
                {
                    "state": "settled",
                    "settled_by": self.env.user.name,
                    "settled_date": self.env["jobtrack.account"]._now(),
                }
            )
            note.task_id._jobtrack_note(
                self.env._(
                    "%(kind)s settled: %(text)s", kind=note.kind_id.name, text=note.text.strip()
                )
            )
