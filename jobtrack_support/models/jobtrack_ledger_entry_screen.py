from odoo import fields, models


class JobtrackLedgerEntry(models.Model):
    """What the staff's screens of the ledger show; no rule lives here."""

    _inherit = "jobtrack.ledger.entry"

    task_reference = fields.Char(related="task_id.jobtrack_reference", string="Job Reference")
