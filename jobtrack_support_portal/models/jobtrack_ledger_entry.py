from odoo import models

from odoo.addons.jobtrack_support.tools.rounding import format_hours


class JobtrackLedgerEntry(models.Model):
    """Ledger entries as the client reads them; the records were found with the user's own rights."""

    _inherit = "jobtrack.ledger.entry"

    def _portal_rows(self):
        """Return one dictionary per entry for the page; the number of queries does not grow."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        why = self._explanations()
        open_jobs = set(self.sudo().task_id.with_env(self.env)._filtered_access("read").ids)
        return [
            {
                "number": entry.number,
                "date": entry.date,
                "kind": kinds[entry.kind],
                "hours": entry.hours,
                "hours_words": format_hours(entry.minutes, plus="+"),
                "balance": entry.balance_after,
                "pack": entry.pack_id.name,
                "job": entry.task_id.jobtrack_reference or entry.task_id.name or "",
                "job_name": entry.task_id.name or "",
                "job_url": f"/my/support/jobs/{entry.task_id.id}"
                if entry.task_id.id in open_jobs
                else False,
                "statement": entry.statement_id.name or "",
                "statement_url": f"/my/support/statements/{entry.statement_id.id}"
                if entry.statement_id
                else False,
                "explanation": why[entry.id],
            }
            for entry in self.sudo()
        ]
