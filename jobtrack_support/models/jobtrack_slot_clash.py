from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import slots


class JobtrackSlotClash(models.AbstractModel):
    """What stands against a slot is shown before it is saved, with the next free time; saving it anyway is a choice."""

    _name = "jobtrack.slot.clash"
    _description = "Slot: What Stands Against It"

    jobtrack_plan_anyway = fields.Boolean(
        string="Plan It Anyway",
        copy=False,
        help="Keep this time although something stands against it.",
    )
    jobtrack_clashes = fields.Text(compute="_compute_jobtrack_clashes", string="In the Way")
    jobtrack_next_free = fields.Datetime(
        compute="_compute_jobtrack_clashes", string="Next Free Time"
    )
    jobtrack_take_free = fields.Boolean(string="Take This Time", store=False)

    @api.depends("start", "stop", "user_id", "jobtrack_job_id", "jobtrack_slot_kind")
    @api.depends_context("uid", "lang")
    def _compute_jobtrack_clashes(self):
        for event in self:
            lines = event._jobtrack_clash_lines()
            event.jobtrack_clashes = "\n".join(lines) or False
            event.jobtrack_next_free = event._jobtrack_find_free() if lines else False

    @api.onchange("jobtrack_take_free")
    def _onchange_jobtrack_take_free(self):
        if self.jobtrack_take_free and self.jobtrack_next_free:
            length = self.stop - self.start
            self.start = self.jobtrack_next_free
            self.stop = self.start + length
        self.jobtrack_take_free = False

    def _jobtrack_slot_company(self):
        return self.jobtrack_job_id.sudo().company_id or self.env.company

    def _jobtrack_clash_lines(self):
        """Return what stands against this slot in words; nothing for a slot that is over."""
        self.ensure_one()
        known = self.jobtrack_job_id and self.user_id and self.start and self.stop
        if not known or self.stop <= self.env["jobtrack.account"]._now():
            return []
        if self.jobtrack_slot_state in (slots.DONE, slots.MISSED, slots.CANCELLED):
            return []
        diary = self.env["jobtrack.diary"]
        user = self.user_id._origin or self.user_id
        clashes = diary._clashes(
            user,
            self.start,
            self.stop,
            self._jobtrack_slot_company(),
            self.jobtrack_slot_kind or slots.WORK,
            without=self._origin.ids,
        )
        return diary._in_words(user, clashes)

    def _jobtrack_find_free(self):
        """Return when this slot could begin instead, or False."""
        found = self.env["jobtrack.diary"]._next_free(
            self.user_id._origin or self.user_id,
            round((self.stop - self.start) / timedelta(minutes=1)),
            max(self.start, self.env["jobtrack.diary"]._soon()),
            self._jobtrack_slot_company(),
            self.jobtrack_slot_kind or slots.WORK,
            without=self._origin.ids,
        )
        return found and found[0]

    def _jobtrack_check_clashes(self):
        """Refuse a slot with something in its way, unless it is planned anyway; the caller holds the diary.

        :raise UserError: with what stands against it, and the next free time
        """
        for event in self.filtered(lambda e: e.active and not e.jobtrack_plan_anyway):
            lines = event._jobtrack_clash_lines()
            if not lines:
                continue
            free = event._jobtrack_find_free()
            if free:
                when = self.env["jobtrack.diary"]._when(free)
                lines.append(self.env._("Next free time: %s.", when))
            lines.append(event._jobtrack_way_out())
            raise UserError("\n".join(lines))

    def _jobtrack_way_out(self):
        """Return how to keep a time all the same: who answers an offer has no box to tick."""
        if self.env.context.get("jobtrack_slot_of_offer"):
            return self.env._(
                "Propose another time; to keep this one, dispatch offers it again with 'Plan It Anyway'."
            )
        return self.env._("To keep the time all the same, tick 'Plan It Anyway'.")
