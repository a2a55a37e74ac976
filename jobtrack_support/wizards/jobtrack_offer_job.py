from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import slots


class JobtrackOfferJob(models.TransientModel):
    """Offers a job to one person or several, with a deadline and, if wanted, a slot (C3)."""

    _name = "jobtrack.offer.job"
    _description = "Offer a Job"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    company_id = fields.Many2one(related="task_id.company_id", related_sudo=False)
    possible_user_ids = fields.Many2many("res.users", compute="_compute_possible_user_ids")
    user_ids = fields.Many2many("res.users", string="To", required=True)
    deadline = fields.Datetime(string="Done Until")
    slot_start = fields.Datetime(string="Slot", help="When the work is planned; may stay empty.")
    slot_hours = fields.Float(string="Hours Planned", default=1.0)
    words = fields.Text(string="Message")
    replaces_id = fields.Many2one("jobtrack.assignment", readonly=True)
    clashes = fields.Text(compute="_compute_clashes", string="In the Way")
    next_free = fields.Datetime(compute="_compute_clashes", string="Next Free Time")
    take_free = fields.Boolean(string="Take This Time")
    plan_anyway = fields.Boolean(string="Plan It Anyway")

    @api.depends("task_id", "replaces_id")
    def _compute_possible_user_ids(self):
        for wizard in self:
            account = wizard.task_id.sudo().jobtrack_account_id
            staff = account._staff_of("jobtrack_support.group_technician")
            wizard.possible_user_ids = staff - wizard.replaces_id.sudo().user_id

    @api.depends("user_ids", "slot_start", "slot_hours")
    def _compute_clashes(self):
        """Show what stands against the slot for each of the people, and when the first of them is free."""
        diary = self.env["jobtrack.diary"]
        for wizard in self:
            lines, free = [], False
            company = wizard.task_id.sudo().company_id or self.env.company
            if wizard.slot_start and wizard.slot_hours > 0:
                end = wizard.slot_start + timedelta(hours=wizard.slot_hours)
                for user in wizard.user_ids._origin:
                    clashes = diary._clashes(user, wizard.slot_start, end, company, slots.WORK)
                    lines += diary._in_words(user, clashes)
                if lines:
                    free = diary._next_free(
                        wizard.user_ids._origin[0],
                        round(wizard.slot_hours * 60),
                        max(wizard.slot_start, diary._soon()),
                        company,
                        slots.WORK,
                    )
            wizard.clashes = "\n".join(lines) or False
            wizard.next_free = free and free[0]

    @api.onchange("take_free")
    def _onchange_take_free(self):
        if self.take_free and self.next_free:
            self.slot_start = self.next_free
        self.take_free = False

    def action_offer(self):
        """Offer the job as the current user, who must be one of dispatch; an offer that it replaces is withdrawn."""
        self.ensure_one()
        self.task_id._jobtrack_check_group("jobtrack_support.group_dispatcher")
        if self.slot_start and self.slot_hours <= 0:
            raise UserError(self.env._("Please say how many hours are planned."))
        if self.replaces_id.state in ("offered", "countered", "accepted"):
            self.replaces_id.action_withdraw(
                self.env._("Offered to %s", ", ".join(self.user_ids.mapped("name")))
            )
        self.task_id._jobtrack_offer(
            self.user_ids,
            self.deadline,
            self.slot_start,
            round(self.slot_hours * 60) if self.slot_start else 0,
            self.words,
            plan_anyway=self.plan_anyway,
        )
        return {"type": "ir.actions.act_window_close"}
