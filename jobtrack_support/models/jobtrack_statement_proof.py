from odoo import models

from ..tools.rounding import to_minutes


class JobtrackStatementLineProof(models.AbstractModel):
    """What the lines of bills must agree with: the ledger, the time, and each other (I4, I5)."""

    _name = "jobtrack.statement.line.proof"
    _description = "Statement Line: Proof"

    def _verify(self):
        """Return what is wrong with these lines, in words: empty when all is sound."""
        drawn = {
            line.id: (minutes, value)
            for line, minutes, value in self.env["jobtrack.ledger.entry"]._read_group(
                [("statement_line_id", "in", self.ids)],
                ["statement_line_id"],
                ["minutes:sum", "value:sum"],
            )
        }
        problems = []
        for line in self:
            name = f"{line.statement_id.name}, {line.task_id.jobtrack_reference}"
            minutes, value = drawn.get(line.id, (0, 0.0))
            if -minutes != line.prepaid_minutes:
                problems.append(
                    f"{name}: {line.prepaid_minutes} minutes from packs, the ledger says {-minutes}"
                )
            if line.currency_id.compare_amounts(-value, line.prepaid_value):
                problems.append(
                    f"{name}: {line.prepaid_value} from packs, the ledger says {-value}"
                )
            problems += line._verify_time(name)
        return problems

    def _verify_time(self, name):
        """Return whether the time of this line is what it says, and gone from it once it is reversed."""
        if self.is_reversed or self.reverses_id:
            return [f"{name}: reversed, but has time"] if self.time_ids else []
        worked = sum(to_minutes(entry.unit_amount) for entry in self.time_ids)
        if worked != self.worked_minutes:
            return [f"{name}: {self.worked_minutes} minutes worked, its time says {worked}"]
        return []
