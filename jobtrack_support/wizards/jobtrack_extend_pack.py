from odoo import fields, models


class JobtrackExtendPack(models.TransientModel):
    """Moves the last day of a pack, with a reason that stands in the ledger."""

    _name = "jobtrack.extend.pack"
    _description = "Extend Hours"

    pack_id = fields.Many2one("jobtrack.hour.pack", required=True, readonly=True)
    hours_remaining = fields.Float(related="pack_id.hours_remaining", related_sudo=False)
    date_present = fields.Date(
        string="Last Day Now", related="pack_id.date_expiry", related_sudo=False
    )
    is_lapsed = fields.Boolean(related="pack_id.is_lapsed", related_sudo=False)
    date_expiry = fields.Date(string="New Last Day", required=True)
    reason = fields.Char(required=True)

    def action_extend(self):
        """Extend the pack.

        :raise AccessError: when the user does not bill
        """
        self.ensure_one()
        self.pack_id._check_may_extend()
        self.pack_id._extend(self.date_expiry, self.reason)
        return {"type": "ir.actions.act_window_close"}
