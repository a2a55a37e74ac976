from odoo import api, fields, models

from ..tools import consent
from ..tools.rounding import format_hours, to_hours


class JobtrackWorkOrderVersions(models.AbstractModel):
    """What changed between the versions of an estimate, and drafts that keep up with the time they name."""

    _name = "jobtrack.work.order.versions"
    _description = "Work Order: Versions"

    task_id = fields.Many2one("project.task")
    minutes = fields.Integer()
    version = fields.Integer()
    changes_text = fields.Text(
        string="What Changes",
        compute="_compute_changes_text",
        help="Against the version that the client knew before.",
    )

    @api.depends("version", "minutes")
    def _compute_changes_text(self):
        for order in self:
            rows = [row for row in order._changes() if row["changed"]]
            order.changes_text = "\n".join(
                f"{row['label']}: {row['old'] or '–'} → {row['new'] or '–'}" for row in rows
            )

    def _of_job(self):
        """Return all versions of these versions' jobs, in superuser mode."""
        return self.sudo().task_id.jobtrack_work_order_ids

    def _version_that_waits(self):
        """Return the later version of the same job that waits for an answer, if any."""
        self.ensure_one()
        return self._of_job().filtered(
            lambda other: other.state == "sent" and other.version > self.version
        )[:1]

    def _version_before(self):
        """Return the version to compare with: the approved one before this, else the last one that was sent."""
        self.ensure_one()
        older = self.task_id.sudo().jobtrack_work_order_ids.filtered(
            lambda other: other.sent_date and other.version < self.version
        )
        older = older.sorted("version")
        consented = older.filtered(
            lambda other: other.decision_date and other.state in ("approved", "superseded")
        )
        return consented[-1:] or older[-1:]

    def _changes(self, with_money=True):
        """Return the old and the new side by side: a list of ``label``, ``old``, ``new`` and ``changed``.

        :param bool with_money: whether the reader may see rates and amounts
        """
        self.ensure_one()
        new, old = self.sudo(), self._version_before()
        if not old:
            return []
        pairs = [
            (self.env._("Hours in all"), format_hours(old.minutes), format_hours(new.minutes)),
            (self.env._("What we do"), old.scope or "", new.scope or ""),
            (self.env._("How it is billed"), old.terms_text, new.terms_text),
        ]
        if with_money:
            money = new.currency_id.format
            pairs[1:1] = [
                (self.env._("Rate without a pack"), money(old.rate), money(new.rate)),
                (self.env._("Value at that rate"), money(old.amount), money(new.amount)),
            ]
        return [
            {"label": label, "old": before, "new": after, "changed": before != after}
            for label, before, after in pairs
        ]

    def _keep_up_with_time(self):
        """Let a draft change order name all time that waits now, with hours that cover it; typed hours only grow.

        Time that was logged after the draft was begun would otherwise wait once more behind it.
        """
        for order in self.filtered(lambda order: order.state == "draft"):
            job = order.task_id.sudo()
            waiting = job.jobtrack_time_ids.filtered("jobtrack_pending")
            if waiting == order.sudo().time_ids:
                continue
            before = order._version_before()
            in_force = before.minutes if before.state == "approved" else 0
            minutes = consent.hours_to_name(
                order.minutes, in_force, job._jobtrack_used_minutes(), waiting._jobtrack_minutes()
            )
            order.write({"time_ids": [fields.Command.set(waiting.ids)], "hours": to_hours(minutes)})
