from odoo import api, fields, models

from ..tools.rounding import to_hours, to_minutes


class JobtrackWaiveTime(models.TransientModel):
    """Asks how much of a job's time the client does not pay, and why."""

    _name = "jobtrack.waive.time"
    _description = "Waive Time"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    kind = fields.Selection(
        [("consented", "Consented time"), ("pending", "Time without consent")],
        string="What",
        required=True,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
        help="Consented time stays on the statement, at 0. Time without consent is not billed and on no statement.",
    )
    consented_hours = fields.Float(
        compute="_compute_hours", store=True, string="Consented, not billed"
    )
    pending_hours = fields.Float(compute="_compute_hours", store=True, string="Without consent")
    hours = fields.Float(
        compute="_compute_waived_hours",
        store=True,
        readonly=False,
        string="Hours to Waive",
        help="The latest work is waived first.",
    )
    reason = fields.Char(required=True)

    @api.depends("task_id")
    def _compute_kind(self):
        for wizard in self:
            wizard.task_id.check_access("read")
            pending = wizard.task_id.sudo()._jobtrack_pending_time()
            wizard.kind = "pending" if pending else "consented"

    @api.depends("task_id")
    def _compute_hours(self):
        for wizard in self:
            wizard.task_id.check_access("read")
            # Technicians read own time only; what is waived does not depend on who worked.
            time = wizard.task_id.sudo().jobtrack_time_ids
            pending = time.filtered("jobtrack_pending")
            waivable = time._jobtrack_waivable()
            wizard.pending_hours = self._worked_hours(pending)
            wizard.consented_hours = self._worked_hours(waivable)

    @staticmethod
    def _worked_hours(lines):
        return to_hours(sum(to_minutes(line.unit_amount) for line in lines))

    @api.depends("kind", "consented_hours")
    def _compute_waived_hours(self):
        for wizard in self:
            wizard.hours = wizard.consented_hours if wizard.kind == "consented" else 0.0

    def action_waive(self):
        """Waive the time; the job checks who may and how much there is.

        :raise AccessError: for who neither dispatches nor bills
        """
        self.ensure_one()
        job = self.task_id
        job._jobtrack_check_waiver()
        if self.kind == "pending":
            job._jobtrack_give_up_pending(self.reason)
        else:
            everything = to_minutes(self.hours) == to_minutes(self.consented_hours)
            job._jobtrack_waive_time(self.reason, None if everything else to_minutes(self.hours))
        return {"type": "ir.actions.act_window_close"}
