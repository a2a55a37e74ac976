from odoo import api, fields, models
from odoo.exceptions import UserError


class JobtrackRecordDecision(models.TransientModel):
    """Asks who of the client decided on the phone, when, and what: the decision is theirs, not that of the staff."""

    _name = "jobtrack.record.decision"
    _description = "Record a Decision Told by Phone"

    work_order_id = fields.Many2one("jobtrack.work.order", required=True, readonly=True)
    decider_ids = fields.Many2many(
        "jobtrack.account.contact", compute="_compute_decider_ids", string="Who May Decide"
    )
    contact_id = fields.Many2one(
        "jobtrack.account.contact",
        string="Who Said It",
        required=True,
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', decider_ids)]",
        help="People who approve on this account, or whose mandate covers this estimate.",
    )
    told_date = fields.Datetime(
        string="When", required=True, default=lambda self: self.env["jobtrack.account"]._now()
    )
    decision = fields.Selection(
        [("approved", "Approved"), ("declined", "Declined")],
        required=True,
        default="approved",
    )
    reason = fields.Text(string="Why It Is Declined")

    @api.depends("work_order_id")
    def _compute_decider_ids(self):
        for wizard in self:
            order = wizard.work_order_id
            wizard.decider_ids = order.sudo()._deciders() if order else False

    @api.depends("work_order_id")
    def _compute_contact_id(self):
        """Where one person only may decide, it was that person."""
        for wizard in self:
            people = wizard.decider_ids
            wizard.contact_id = wizard.contact_id or (people if len(people) == 1 else False)

    def action_record(self):
        """Record the decision in the name of the client's person, who gets a copy in writing.

        :raise AccessError: when the user does not record decisions
        :raise UserError: when the person may not decide, or the work order does not wait for an answer
        """
        self.ensure_one()
        order = self.work_order_id
        order._check_records_decisions()
        if self.contact_id.jobtrack_account_id != order.jobtrack_account_id:
            raise UserError(self.env._("This person is no contact of the account."))
        order._record_told(self.decision, self.contact_id.sudo(), self.told_date, self.reason)
        return {"type": "ir.actions.act_window_close"}
