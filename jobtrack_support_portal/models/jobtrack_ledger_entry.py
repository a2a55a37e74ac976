import csv
import io

from odoo import models

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class JobtrackLedgerEntry(models.Model):
    """Ledger entries as the client reads them; the records were found with the user's own rights."""

    _inherit = "jobtrack.ledger.entry"

    def _portal_rows(self):
        """Return one dictionary per entry for page and download; the number of queries does not grow."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        open_jobs = set(self.sudo().task_id.with_env(self.env)._filtered_access("read").ids)
        return [
            {
                "number": entry.number,
                "date": entry.date,
                "kind": kinds[entry.kind],
                "hours": entry.hours,
                "hours_words": self._signed_hours(entry.minutes),
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
                "explanation": entry._explain(),
            }
            for entry in self.sudo()
        ]

    @staticmethod
    def _signed_hours(minutes):
        """Return minutes as hours with their sign, as wide as Odoo writes hours: ``+05:00``, ``-01:45``."""
        hours, rest = divmod(abs(minutes), 60)
        return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"

    def _portal_csv(self):
        """Return the entries as CSV for spreadsheets, with no cell that could be taken for a formula (A9)."""
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(
            [
                self.env._("Number"),
                self.env._("Date"),
                self.env._("Kind"),
                self.env._("Hours"),
                self.env._("Balance (hours)"),
                self.env._("Pack"),
                self.env._("Job"),
                self.env._("Statement"),
                self.env._("Explanation"),
            ]
        )
        for row in self._portal_rows():
            job = f"{row['job']} {row['job_name']}".strip()
            texts = [row["pack"], job, row["statement"], row["explanation"]]
            figures = [round(row["hours"], 4), round(row["balance"], 4)]
            writer.writerow(
                [row["number"], row["date"], row["kind"], *figures, *map(self._plain_cell, texts)]
            )
        return output.getvalue()

    @staticmethod
    def _plain_cell(text):
        """Return ``text`` such that no spreadsheet runs it."""
        text = str(text or "")
        return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
