from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class JobtrackLedgerExtract(models.TransientModel):
    """Asks for accounts, period and form of a ledger extract, and downloads it."""

    _name = "jobtrack.ledger.extract"
    _description = "Ledger Extract"

    jobtrack_account_ids = fields.Many2many(
        "jobtrack.account",
        string="Support Accounts",
        required=True,
        default=lambda self: self._default_accounts(),
    )
    date_from = fields.Date(
        string="First Day", help="Empty: from the first entry.", default=lambda self: self._month()
    )
    date_to = fields.Date(string="Last Day", help="Empty: until now.")
    file_type = fields.Selection(
        [("pdf", "PDF, to read and print"), ("xlsx", "XLSX, for Excel"), ("csv", "CSV")],
        string="As",
        required=True,
        default="pdf",
    )

    @api.model
    def _default_accounts(self):
        if self.env.context.get("active_model") == "jobtrack.account":
            return self.env["jobtrack.account"].browse(self.env.context.get("active_ids"))
        return self.env["jobtrack.account"]

    @api.model
    def _month(self):
        return self.env["jobtrack.account"]._today(self.env.company).replace(day=1)

    def action_download(self):
        """Return the action that downloads the extract.

        :raise AccessError: when the user is not of the house, or may not read the accounts
        :raise UserError: when the period ends before it begins
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_user")):
            raise AccessError(self.env._("Only staff make extracts here."))
        self.jobtrack_account_ids.check_access("read")
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise UserError(self.env._("The last day of an extract is not before its first."))
        query = {
            "accounts": ",".join(map(str, self.jobtrack_account_ids.ids)),
            "date_from": self.date_from or "",
            "date_to": self.date_to or "",
        }
        return {
            "type": "ir.actions.act_url",
            "url": f"/jobtrack/ledger.{self.file_type}?{urlencode(query)}",
            "target": "download",
        }
