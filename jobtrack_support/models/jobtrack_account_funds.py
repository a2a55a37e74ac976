from odoo import models

from ..tools import holds
from ..tools.allocation import plan_funding
from ..tools.rounding import money


class JobtrackAccountFunds(models.AbstractModel):
    """Money and hours that come let the jobs begin that wait for them: what their mail asks for must help."""

    _name = "jobtrack.account.funds"
    _description = "Support Account: Jobs That Wait for Money"

    def _reserve_lost(self):
        """Reserve free hours for work whose reservation lapsed, then for jobs that wait for money."""
        result = super()._reserve_lost()
        for account in self._with_jobs_on_hold():
            account._reserve_for_waiting()
        return result

    def _grant_hours(self, *args, **kwargs):
        """Let the jobs begin that waited for these hours."""
        pack = super()._grant_hours(*args, **kwargs)
        self._let_jobs_begin()
        return pack

    def write(self, vals):
        """Look at the jobs that wait for money, or that have none any more, when the limit changes."""
        result = super().write(vals)
        if "credit_limit" in vals:
            self.sudo()._refresh_holds()
        return result

    def _let_jobs_begin(self):
        """Reserve hours that came for the jobs that wait for money, and release them; the caller holds the lock."""
        waiting = self._with_jobs_on_hold()
        waiting._reserve_lost()
        waiting._refresh_holds()

    def _with_jobs_on_hold(self):
        """Return those of these accounts with jobs on hold that no person pauses."""
        groups = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(self._on_hold_domain(), ["jobtrack_account_id"])
        )
        return self.browse(account.id for (account,) in groups)

    def _on_hold_domain(self):
        return [
            ("jobtrack_account_id", "in", self.ids),
            ("jobtrack_state", "=", "on_hold"),
            ("jobtrack_hold_manual", "=", False),
        ]

    def _reserve_for_waiting(self):
        """Reserve free hours for the approved work that does not fit the credit, where that lets it begin."""
        self.ensure_one()
        account = self.sudo()
        if not account._usable_packs():
            return
        account._lock()
        orders = account._orders_in_force()
        to_do = orders.filtered(lambda order: order.task_id.jobtrack_state != "done")
        on_hold = self.env["project.task"].sudo().with_context(active_test=False)
        on_hold = on_hold.search(account._on_hold_domain())
        promises = [
            holds.Promise(
                job_id=order.task_id.id,
                minutes=order._uncovered_minutes(),
                rate=order.rate,
                waits=order.task_id in on_hold,
            )
            for order in to_do
        ]
        packs = account._usable_packs()
        free = plan_funding(
            sum(promise.minutes for promise in promises), packs._as_plain(), account._today()
        )
        kept = holds.minutes_to_keep(
            account._credit_for_promises(orders - to_do),
            promises,
            sum(minutes for pack_id, minutes in free if pack_id),
            account.currency_id.decimal_places,
        )
        for order in to_do.filtered(lambda order: order.task_id.id in kept):
            plan = plan_funding(kept[order.task_id.id], packs._as_plain(), account._today())
            for pack_id, minutes in plan:
                order._reserve_later(minutes, packs.browse(pack_id))

    def _credit_for_promises(self, done):
        """Return the credit that is left for work which is not done.

        :param done: the work orders of jobs that are done and not billed
        """
        self.ensure_one()
        digits = self.currency_id.decimal_places
        owed = self._owed_postpaid().get(self, 0.0)
        owed += sum(order._postpaid_amount() for order in done)
        return money(self.credit_limit, digits) - money(owed, digits)


class JobtrackWorkOrderFunds(models.AbstractModel):
    """Hours that a work order gets after its approval, because its job waited for money."""

    _name = "jobtrack.work.order.funds"
    _description = "Work Order: Hours That Come Later"

    def _uncovered_minutes(self):
        """Return the approved minutes that are neither billed nor reserved."""
        self.ensure_one()
        order = self.sudo()
        kept = sum(order._reserved_by_pack().values())
        return max(order.minutes - order.task_id._jobtrack_billed_minutes() - kept, 0)

    def _reserve_later(self, minutes, pack):
        """Reserve minutes of a pack for this order; what was to be paid later is covered first."""
        self.ensure_one()
        rows = self.sudo().funding_ids.filtered(lambda row: row.minutes > row.reserved_minutes)
        for row in rows.sorted(lambda row: (bool(row.pack_id), row.sequence, row.id)):
            part = min(minutes, row.minutes - row.reserved_minutes)
            if part > 0:
                row._reserve_elsewhere(part, pack)
                minutes -= part
