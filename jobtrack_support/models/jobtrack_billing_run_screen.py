from odoo import fields, models


class JobtrackBillingRun(models.Model):
    """What the screen of a billing run shows; no rule lives here."""

    _inherit = "jobtrack.billing.run"

    account_count = fields.Integer(compute="_compute_account_count", string="Accounts")

    def _compute_account_count(self):
        for run in self:
            run.account_count = run.statement_count + run.problem_count + run.accounts_left
