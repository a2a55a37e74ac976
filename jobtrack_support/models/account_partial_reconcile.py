from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Derive packs anew when a reconciliation goes: un-payment has no event of its own."""
        moves = (self.debit_move_id | self.credit_move_id).move_id
        result = super().unlink()
        moves.exists()._jobtrack_plan_lines().sudo()._jobtrack_sync_packs()
        return result
