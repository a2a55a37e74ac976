from odoo import api, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.constrains("account_type", "reconcile", "company_ids")
    def _check_jobtrack_books(self):
        """Keep the accounts of the support ledger such that its books are right."""
        companies = self.env["res.company"].sudo()
        companies.search([("jobtrack_deferred_gl_id", "in", self.ids)])._jobtrack_check_gls()
