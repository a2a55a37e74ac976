from odoo import fields, models


class JobtrackDeclineWorkOrder(models.TransientModel):
    """Asks why an estimate is declined when staff record it for the client."""

    _name = "jobtrack.decline.work.order"
    _description = "Decline an Estimate"

    work_order_id = fields.Many2one("jobtrack.work.order", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_decline(self):
        """Record the decline; the work order checks who may."""
        self.ensure_one()
        self.work_order_id.action_decline(self.reason)
        return {"type": "ir.actions.act_window_close"}
