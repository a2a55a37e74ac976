from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.rounding import format_hours, to_hours, to_minutes


class JobtrackGiveBack(models.TransientModel):
    """Gives hours back that a bill took from packs, as goodwill; the bill stays as it is."""

    _name = "jobtrack.give.back"
    _description = "Give Hours Back"

    entry_ids = fields.Many2many("jobtrack.ledger.entry", string="Used Hours", readonly=True)
    max_hours = fields.Float(string="Used and Not Given Back", compute="_compute_max_hours")
    hours = fields.Float(
        string="Hours to Give Back", compute="_compute_hours", store=True, readonly=False
    )
    reason = fields.Char(required=True)

    @api.depends("entry_ids")
    def _compute_max_hours(self):
        for wizard in self:
            entries = wizard.entry_ids._origin._filtered_access("read").sudo()
            minutes = sum(entry._minutes_to_give_back() for entry in entries)
            wizard.max_hours = to_hours(minutes)

    @api.depends("max_hours")
    def _compute_hours(self):
        for wizard in self:
            wizard.hours = wizard.max_hours

    def action_give_back(self):
        """Give the hours back, those used last first.

        :raise AccessError: when the user is not of the billing team or may not read the entries
        :raise UserError: when more is asked than was used
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team gives hours back."))
        entries = self.env["jobtrack.ledger.entry"].browse(self.entry_ids.ids)
        entries.check_access("read")
        due = to_minutes(self.hours)
        # The team's right was checked above; entries are written by the ledger alone.
        usages = entries.sudo().sorted("number", reverse=True)
        usages.jobtrack_account_id._lock()
        most = sum(usage._minutes_to_give_back() for usage in usages)
        if not 0 < due <= most:
            raise UserError(
                self.env._(
                    "Give back more than 0 and at most %(hours)s h.", hours=format_hours(most)
                )
            )
        for usage in usages:
            minutes = min(due, usage._minutes_to_give_back())
            if minutes > 0:
                usage._give_back(minutes, self.reason)
                due -= minutes
        return {"type": "ir.actions.act_window_close"}
