from odoo import api, models

from ..tools.rounding import to_minutes

PAID_STATES = ("paid", "in_payment", "reversed")


class JobtrackHourPackSync(models.AbstractModel):
    """What a purchased pack is, derived from its invoice.

    No event proves a payment and none announces that one was taken back, so every event that may matter
    calls :meth:`_sync_with_invoice`, which looks at the facts and does what is missing. Calling it again
    changes nothing (I9).
    """

    _name = "jobtrack.hour.pack.sync"
    _description = "Hour Pack: What Its Invoice Says"

    @api.model
    def _sync_with_invoice(self, lines):
        """Bring the packs of these invoice lines into agreement with posting, payment and credit notes.

        :param lines: ``account.move.line`` records of customer invoices that sell plans
        """
        lines.jobtrack_account_id._lock()
        for line in lines:
            pack = self.search([("invoice_line_id", "=", line.id)])
            if line.parent_state == "posted":
                (pack or self._create_from_line(line))._follow_posted_line(line)
            elif pack:
                pack._follow_unposted_line()

    @api.model
    def _cron_sync_with_invoice(self):
        """Look at every plan line whose pack may still change, in case an event was missed."""
        lines = self.env["account.move.line"].search(
            [
                ("jobtrack_account_id", "!=", False),
                ("move_type", "=", "out_invoice"),
                ("parent_state", "=", "posted"),
            ]
        )
        for account in lines.jobtrack_account_id:
            self._sync_with_invoice(
                lines.filtered(lambda line, a=account: line.jobtrack_account_id == a)
            )

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
                "date_start": line.move_id.invoice_date or line.date,
            }
        )

    def _follow_posted_line(self, line):
        """Activate, refund or take back according to what the posted invoice says."""
        self.ensure_one()
        refunds = self._posted_refund_lines(line)
        if not self.is_activated:
            self._take_figures(line, refunds)
            if self.minutes > 0 and self._is_really_paid(line.move_id):
                self._activate_purchase(line)
            return
        self._record_refunds(refunds)
        if not self._is_really_paid(line.move_id):
            self._take_back(
                self.env._("The payment of %(invoice)s was taken back", invoice=line.move_id.name)
            )

    def _follow_unposted_line(self):
        """Forget a pack whose invoice is no longer posted; what stands in the ledger is taken back instead."""
        self.ensure_one()
        if self.is_activated:
            self._take_back(
                self.env._("%(invoice)s is no longer posted", invoice=self.invoice_id.name or "/")
            )
        elif not self.ledger_entry_ids:
            self.unlink()

    def _posted_refund_lines(self, line):
        """Return the posted credit note lines that credit this plan line."""
        credit_notes = line.move_id.reversal_move_ids.filtered(lambda move: move.state == "posted")
        return credit_notes._jobtrack_plan_lines().filtered(
            lambda refund: refund._jobtrack_refunded_pack() == self
        )

    def _take_figures(self, line, refunds):
        """Set minutes, value and dates from the posted line less what was credited before it was paid.

        The value is what was booked on deferred revenue, so that pack and books agree to the cent.
        """
        if self.ledger_entry_ids:
            return
        minutes = to_minutes(line.quantity) - sum(to_minutes(refund.quantity) for refund in refunds)
        value = -line.amount_currency - sum(refunds.mapped("amount_currency"))
        value_company = -line.balance - sum(refunds.mapped("balance"))
        self.write(
            {
                "minutes": max(minutes, 0),
                "value": line.currency_id.round(value),
                "value_company": line.company_id.currency_id.round(value_company),
                "rate": value * 60 / minutes if minutes > 0 else 0.0,
                "is_refunded": minutes <= 0,
            }
        )

    def _activate_purchase(self, line):
        """Give the hours: the first time by a purchase entry, after an un-payment by reversing what it took."""
        today = self.jobtrack_account_id._today()
        taken = self._entry_that_took_back()
        if taken:
            self.env["jobtrack.ledger.entry"]._record(
                [self._prepare_reversal(taken, today, line.move_id.name)]
            )
            self.is_activated = True
            return
        self.date_expiry = self.product_id.product_tmpl_id._jobtrack_expiry_date(
            self.company_id, today
        )
        self._activate("purchase", date=today, move=line.move_id)
        self.jobtrack_account_id._refresh_holds()

    def _entry_that_took_back(self):
        """Return the newest entry that took the purchase back and has not been reversed itself."""
        reversals = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "reversal")
        return (reversals - reversals.reverses_id).filtered(lambda entry: entry.minutes < 0)[:1]

    def _prepare_reversal(self, entry, date, reason):
        return {
            "pack": self,
            "kind": "reversal",
            "minutes": -entry.minutes,
            "value": -entry.value,
            "value_company": -entry.value_company,
            "date": date,
            "reverses": entry,
            "reason": reason,
        }

    def _record_refunds(self, refunds):
        """Write a refund entry for each credit note line that the ledger does not know yet."""
        known = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "refund").move_id
        movements = [
            {
                "pack": self,
                "kind": "refund",
                "minutes": -to_minutes(refund.quantity),
                "value": -refund.amount_currency,
                "value_company": -refund.balance,
                "date": refund.date,
                "move": refund.move_id,
                "reason": refund.move_id.name,
            }
            for refund in refunds.filtered(lambda refund: refund.move_id not in known)
        ]
        if movements:
            self.env["jobtrack.ledger.entry"]._record(movements)
            refunded = -sum(
                self.ledger_entry_ids.filtered(lambda entry: entry.kind == "refund").mapped(
                    "minutes"
                )
            )
            self.is_refunded = refunded >= self.minutes

    def _take_back(self, reason):
        """Take back what remains of an activated pack; what was used stays used."""
        purchase = self.ledger_entry_ids.filtered(lambda entry: entry.kind == "purchase")[:1]
        self.funding_ids.filtered("reserved_minutes").write({"reserved_minutes": 0})
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

    @api.model
    def _is_really_paid(self, invoice):
        """Return whether money (or a credit note) settled the invoice, and not a write-off of most of it.

        An invoice also shows as paid when someone wrote the rest off; hours are given for money only.
        """
        if invoice.payment_state not in PAID_STATES or not invoice.currency_id.is_zero(
            invoice.amount_residual
        ):
            return False
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        partials = receivable.matched_credit_ids
        counterparts = partials.credit_move_id.move_id - partials.exchange_move_id
        counterparts -= counterparts.filtered(
            lambda move: move.journal_id == move.company_id.currency_exchange_journal_id
        )
        return not any(
            self._has_write_off(move) for move in counterparts if move.move_type == "entry"
        )

    @api.model
    def _has_write_off(self, move):
        """Return whether a settling entry books part of the amount as income or expense."""
        return any(
            line.account_id.internal_group in ("income", "expense") for line in move.line_ids
        )
