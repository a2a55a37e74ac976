from odoo import api, models
from odoo.fields import Domain

from ..tools import adjustment, job_states
from ..tools.rounding import to_minutes


class JobtrackHourPackSync(models.AbstractModel):
    """What a purchased pack is, derived from its invoice.

    No event proves a payment and none announces that one was taken back, so every event that may matter
    calls :meth:`_sync_with_invoice`, which looks at the facts and does what is missing. Calling it again
    changes nothing (I9).
    """

    _name = "jobtrack.hour.pack.sync"
    _inherit = ["jobtrack.hour.pack.payment"]
    _description = "Hour Pack: What Its Invoice Says"

    @api.model
    def _sync_with_invoice(self, lines):
        """Bring the packs of these invoice lines into agreement with posting, payment and credit notes.

        :param lines: ``account.move.line`` records of customer invoices that sell plans
        """
        lines.jobtrack_account_id._begin_change()
        for line in lines:
            pack = self.search([("invoice_line_id", "=", line.id)])
            if line.parent_state == "posted":
                (pack or self._create_from_line(line))._follow_posted_line(line)
            elif pack:
                pack._follow_unposted_line()

    @api.model
    def _sync_account(self, account):
        """Look at the plan lines of an account whose packs may disagree with the facts, in case an event was missed."""
        lines = self.env["account.move.line"].sudo().search(self._doubtful_lines_domain(account))
        if lines:
            self.sudo()._sync_with_invoice(lines)

    @api.model
    def _doubtful_lines_domain(self, account):
        """Return the domain of posted plan lines that may disagree with their packs.

        A purchase that is paid, active and fully recorded is not looked at again, so that the nightly check of an
        account costs the same after many years.
        """
        pack = "jobtrack_pack_ids"
        payment = "move_id.line_ids.matched_credit_ids.credit_move_id.parent_state"
        pending = Domain(f"{pack}.state", "=", "pending")
        if account.packs_at_posting:
            disagrees = pending
        else:
            active = Domain(f"{pack}.is_activated", "=", True)
            disagrees = (
                (pending & Domain("move_id.amount_residual", "=", 0))
                | (active & Domain("move_id.amount_residual", "!=", 0))
                | (active & Domain(payment, "=", "draft"))
            )
        doubtful = (
            Domain(pack, "=", False)
            | disagrees
            | Domain("id", "in", self._lines_with_unknown_refunds(account).ids)
        )
        return doubtful & Domain(
            [
                ("jobtrack_account_id", "=", account.id),
                ("move_type", "=", "out_invoice"),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
            ]
        )

    @api.model
    def _lines_with_unknown_refunds(self, account):
        """Return the plan lines with posted credit notes that the ledger of their active pack does not know."""
        refunds = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("jobtrack_origin_line_id.jobtrack_account_id", "=", account.id),
                    ("jobtrack_origin_line_id.jobtrack_pack_ids.is_activated", "=", True),
                    ("parent_state", "=", "posted"),
                    ("move_type", "=", "out_refund"),
                    ("jobtrack_refund_entry_ids", "=", False),
                ]
            )
        )
        return refunds.jobtrack_origin_line_id

    def _create_from_line(self, line):
        account = line.jobtrack_account_id
        return self.create(
            {
                "jobtrack_account_id": account.id,
                "source": "purchase",
                "name": f"{line.product_id.name} {line.move_id.name}",
                "product_id": line.product_id.id,
                "invoice_line_id": line.id,
                "minutes": 0,
                "date_start": line.jobtrack_date_start or line.move_id.invoice_date or line.date,
            }
        )

    def _follow_posted_line(self, line):
        """Do what is missing between what the posted invoice and its credit notes say and what the ledger has.

        Paid, or posted where the account's hours do not wait for the money: the ledger has given all that was posted,
        and taken back all that was credited. Not paid: it has taken back what remains; what was used stays used, and
        its price is the reopened receivable.
        """
        self.ensure_one()
        refunds = self._posted_refund_lines(line)
        paid = self.jobtrack_account_id.packs_at_posting or self._is_really_paid(line.move_id)
        if not self.ledger_entry_ids:
            self._take_figures(line, refunds)
        if paid and not (self.is_refunded and not self.ledger_entry_ids):
            self._give(line, refunds)
        elif not paid and self.is_activated:
            self._take_back(
                self.env._("The payment of %(invoice)s was taken back", invoice=line.move_id.name)
            )

    def _follow_unposted_line(self):
        """Forget a pack whose invoice is no longer posted and that never was in the ledger."""
        self.ensure_one()
        if not self.ledger_entry_ids:
            self.unlink()

    def _posted_refund_lines(self, line):
        """Return the posted credit note lines that credit this plan line."""
        return self.env["account.move.line"].search(
            [
                ("jobtrack_origin_line_id", "=", line.id),
                ("parent_state", "=", "posted"),
                ("move_type", "=", "out_refund"),
            ]
        )

    def _take_figures(self, line, refunds):
        """Set minutes, value and rate from the posted line: what was booked on deferred revenue, to the cent."""
        minutes = to_minutes(line.quantity)
        credited = sum(to_minutes(refund.quantity) for refund in refunds)
        self.write(
            {
                "minutes": minutes,
                "value": -line.amount_currency,
                "value_company": -line.balance,
                "rate": -line.amount_currency * 60 / minutes if minutes else 0.0,
                "is_refunded": credited >= minutes,
            }
        )

    def _given(self):
        """Return minutes, value and value in company currency that the purchase has given and not taken back."""
        entries = self.ledger_entry_ids.filtered(lambda entry: entry._reversed_kind() == "purchase")
        return (
            sum(entries.mapped("minutes")),
            self.currency_id.round(sum(entries.mapped("value"))),
            self.company_currency_id.round(sum(entries.mapped("value_company"))),
        )

    def _give(self, line, refunds):
        """Give what the paid invoice is worth and the ledger lacks; take back what was credited."""
        first = not self.ledger_entry_ids
        today = self.jobtrack_account_id._today()
        if first:
            plan = self.product_id.product_tmpl_id
            first_day = max(today, self.date_start or today)
            self.date_expiry = plan._jobtrack_expiry_date(self.company_id, first_day)
        movements = self._missing_purchase(line, today) + self._missing_refunds(refunds)
        movements += self._missing_rest(movements)
        returns = not self.is_activated
        if movements:
            self.env["jobtrack.ledger.entry"]._record(movements)
        self.is_activated = True
        if returns and not self.jobtrack_account_id.packs_at_posting:
            self.settled_write_off = float(self._written_off(line.move_id))
        refunded = -sum(
            self.ledger_entry_ids.filtered(lambda entry: entry.kind == "refund").mapped("minutes")
        )
        self.is_refunded = refunded >= self.minutes
        if returns and not first:
            self._roll_over_again()
            self._reserve_again()
        if movements or returns:
            self.jobtrack_account_id._reserve_lost()
            self.jobtrack_account_id._refresh_holds()

    def _missing_purchase(self, line, today):
        """Return the movement that gives the rest: a purchase entry once, reversals of takings later."""
        minutes, value, value_company = self._given()
        missing = self.minutes - minutes
        missing_value = self.currency_id.round(self.value - value)
        missing_company = self.company_currency_id.round(self.value_company - value_company)
        if not (missing or missing_value or missing_company):
            return []
        movement = {
            "pack": self,
            "kind": "purchase",
            "minutes": missing,
            "value": missing_value,
            "value_company": missing_company,
            "date": today,
            "move": line.move_id,
            "reason": self.name,
        }
        if self.ledger_entry_ids:
            taken = self.ledger_entry_ids.filtered(
                lambda entry: entry.kind == "reversal" and entry._reversed_kind() == "purchase"
            )
            newest = taken.sorted("number")[-1:]
            movement |= {
                "kind": "reversal",
                "move": None,
                "reverses": newest,
                "reason": line.move_id.name,
            }
        return [movement]

    def _missing_refunds(self, refunds):
        """Return a movement for each credit note line that the ledger does not know yet."""
        known = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "refund").refund_line_id
        return [
            {
                "pack": self,
                "kind": "refund",
                "minutes": -to_minutes(refund.quantity),
                "value": -refund.amount_currency,
                "value_company": -refund.balance,
                "date": refund.date,
                "move": refund.move_id,
                "refund_line": refund,
                "reason": refund.move_id.name,
            }
            for refund in refunds - known
        ]

    def _missing_rest(self, movements):
        """Return the movement that frees what a credit note left of the price when it took the last minutes back.

        The host keeps it (a fee, or a cent of rounding in one of the currencies): without minutes it is owed to nobody.
        """
        refunds = [movement for movement in movements if movement["kind"] == "refund"]
        if not refunds or self.minutes_remaining + sum(move["minutes"] for move in movements):
            return []
        value = self.value_remaining + sum(move["value"] for move in movements)
        value_company = self.value_company_remaining + sum(
            move["value_company"] for move in movements
        )
        value = self.currency_id.round(value)
        value_company = self.company_currency_id.round(value_company)
        if not (value or value_company):
            return []
        return [
            {
                "pack": self,
                "kind": "expiry",
                "minutes": 0,
                "value": -value,
                "value_company": -value_company,
                "date": refunds[-1]["date"],
                "reason": self.env._(
                    "Kept of the price: %(credit_note)s took the last hours back for less",
                    credit_note=refunds[-1]["reason"],
                ),
            }
        ]

    def _booked_worth(self):
        """Return ``(value, value in company currency)`` that deferred revenue holds for these purchases together."""
        value = value_company = 0.0
        for pack in self:
            is_used = pack.is_activated
            value += pack.value_remaining if is_used else pack.value
            value_company += pack.value_company_remaining if is_used else pack.value_company
        return value, value_company

    def _take_back(self, reason):
        """Take back what remains of an activated pack; what was used stays used."""
        purchase = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "purchase")[:1]
        self._return_rollovers(reason)
        self.funding_ids.filtered("reserved_minutes").write({"reserved_minutes": 0})
        if self.minutes_remaining:
            self.env["jobtrack.ledger.entry"]._record(
                [
                    {
                        "pack": self,
                        "kind": "reversal",
                        "minutes": -self.minutes_remaining,
                        "value": -self.value_remaining,
                        "value_company": -self.value_company_remaining,
                        "date": self.jobtrack_account_id._today(),
                        "reverses": purchase,
                        "reason": reason,
                    }
                ]
            )
        self.is_activated = False
        self.jobtrack_account_id._refresh_holds()

    def _reserve_again(self):
        """Keep hours again for the jobs from which an un-payment took them, first approved first."""
        fundings = self.funding_ids.filtered(
            lambda row: (
                row.work_order_id.state == "approved"
                and row.work_order_id.task_id.jobtrack_state in job_states.PENDING_BILLING
            )
        )
        for funding in fundings.sorted(lambda row: (row.work_order_id.decision_date, row.id)):
            free = self.minutes_remaining - self.reserved_minutes
            funding.reserved_minutes += min(
                funding.minutes - funding.reserved_minutes, max(free, 0)
            )

    def _creditable(self):
        """Return ``(minutes, of minutes, value of these)`` that a credit note may still take from this purchase.

        Never more than was sold and not credited, however many hours were given on top.
        """
        self.ensure_one()
        if self.is_activated:
            return self._refundable_minutes(), self.minutes_remaining, self.value_remaining
        minutes, value, _company = self._given()
        refunds = self._posted_refund_lines(self.invoice_line_id)
        known = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "refund").refund_line_id
        waiting = refunds - known
        left = self.minutes - minutes - sum(to_minutes(refund.quantity) for refund in waiting)
        worth = self.value - value - sum(waiting.mapped("amount_currency"))
        sold = self.minutes - sum(to_minutes(refund.quantity) for refund in refunds)
        return adjustment.refundable(left, 0, sold), left, self.currency_id.round(worth)
