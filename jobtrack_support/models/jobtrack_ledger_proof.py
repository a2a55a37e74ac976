from odoo import models


class JobtrackLedgerProof(models.AbstractModel):
    """Ledger entries add up to what the books say."""

    _name = "jobtrack.ledger.proof"
    _description = "Support Ledger: Proof"

    def _reversed_kind(self):
        """Return the kind at the root of a chain of reversals, or the entry's own kind."""
        entry = self
        while entry.kind == "reversal" and entry.reverses_id:
            entry = entry.reverses_id
        return entry.kind
