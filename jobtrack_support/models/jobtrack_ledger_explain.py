from odoo import SUPERUSER_ID, models
from odoo.tools import format_date

from ..tools.rounding import format_hours

PAYMENTS_NAMED = 3


class JobtrackLedgerExplain(models.AbstractModel):
    """Each entry of the ledger says in a sentence why it is there: this pack, this rate, this run (M5).

    The sentence is made from the facts that the entry points to, so it needs no text of its own and is read in the
    language of whoever asks. Without money it names no rate and no amount.
    """

    _name = "jobtrack.ledger.explain"
    _description = "Support Ledger: Why"

    def _explain(self, money=True):
        """Return the sentence of one entry.

        :param bool money: whether the reader may see rates and amounts
        """
        self.ensure_one()
        return self._explanations(money)[self.id]

    def _explanations(self, money=True):
        """Return a dictionary: id -> sentence; the number of queries does not grow with the entries.

        The caller has found the entries with the rights of the reader.
        """
        entries = self.sudo()
        alone = entries._packs_alone()
        return {
            entry.id: getattr(entry, f"_explain_{entry.kind}")(money, entry.id in alone)
            for entry in entries
        }

    # === PARTS OF SENTENCES === #

    def _hours_in_words(self):
        return format_hours(abs(self.minutes))

    def _day_in_words(self, day):
        return format_date(self.env, day) if day else ""

    def _until_in_words(self):
        """Return until when the pack pays work."""
        if not self.pack_id.date_expiry:
            return self.env._("they never expire")
        return self.env._(
            "they pay work until %(day)s", day=self._day_in_words(self.pack_id.date_expiry)
        )

    def _price_in_words(self, money):
        """Return the rate of the entry as the end of a sentence, or nothing for who sees no money."""
        if not money or self.currency_id.is_zero(self.value):
            return ""
        return self.env._(
            ", at the pack's price of %(rate)s per hour", rate=self.currency_id.format(self.rate)
        )

    def _person_in_words(self):
        """Return who wrote the entry; what the house does by itself has no person."""
        user = self.create_uid
        if user.id == SUPERUSER_ID or user.share:
            return ""
        return self.env._(" by %(person)s", person=user.name)

    def _reason_in_words(self):
        return f": {self.reason}" if self.reason else ""

    # === WHY THIS ENTRY, BY KIND === #

    def _explain_purchase(self, money, _alone):
        invoice = self.pack_id.invoice_id
        return self.env._(
            "%(hours)s h bought with invoice %(invoice)s%(paid)s%(price)s; %(until)s.",
            hours=self._hours_in_words(),
            invoice=invoice.name or self.pack_id.name,
            paid=self._payment_in_words(invoice),
            price=self._price_in_words(money),
            until=self._until_in_words(),
        )

    def _payment_in_words(self, invoice):
        """Return what paid the invoice, as far as it is paid now."""
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        paying = receivable.matched_credit_ids.credit_move_id.move_id.sorted("date")
        if not paying:
            return ""
        names = ", ".join(move.name or "" for move in paying[:PAYMENTS_NAMED])
        return self.env._(
            ", paid by %(payments)s on %(day)s",
            payments=names,
            day=self._day_in_words(paying[-1].date),
        )

    def _explain_grant(self, money, _alone):
        price = ""
        if money and not self.currency_id.is_zero(self.value):
            price = self.env._(", worth %(rate)s per hour", rate=self.currency_id.format(self.rate))
        return self.env._(
            "%(hours)s h given without a sale%(person)s%(reason)s%(price)s; %(until)s.",
            hours=self._hours_in_words(),
            person=self._person_in_words(),
            reason=self._reason_in_words(),
            price=price,
            until=self._until_in_words(),
        )

    def _explain_usage(self, money, alone):
        return " ".join(
            filter(
                None,
                [
                    self.env._(
                        "%(hours)s h of %(job)s from %(pack)s%(price)s: %(why)s.",
                        hours=self._hours_in_words(),
                        job=self.task_id.jobtrack_reference or self.task_id.name or "",
                        pack=self.pack_id.name,
                        price=self._price_in_words(money),
                        why=self._why_this_pack(alone),
                    ),
                    self.statement_line_id._explain_run(),
                ],
            )
        )

    def _why_this_pack(self, alone):
        """Return why these hours came from this pack: kept for the job, free and first in line, or the only ones."""
        rows = self.statement_line_id.work_order_id.funding_ids
        rows = rows.filtered(lambda row: row.pack_id == self.pack_id)
        returned = rows.filtered("is_returned")
        kept = sum((rows - returned).mapped("minutes"))
        if kept + sum(returned.mapped("minutes")) >= -self.minutes > kept:
            return self.env._("kept for this job when its earlier bill was corrected")
        later = rows.filtered("is_later")
        if kept >= -self.minutes:
            if later:
                return self.env._("reserved for this job after its approval")
            return self.env._("reserved for this job when it was approved")
        day = self.pack_id.date_expiry
        if alone:
            free = self.env._("no other pack had hours left")
        elif day:
            free = self.env._(
                "of the hours that were free on the billing day, these expire first (%(day)s)",
                day=self._day_in_words(day),
            )
        else:
            free = self.env._("of the hours that were free on the billing day, these come first")
        if not kept:
            return free
        if later:
            return self.env._(
                "%(kept)s h were reserved for this job after its approval; for the rest, %(free)s",
                kept=format_hours(kept),
                free=free,
            )
        return self.env._(
            "%(kept)s h were reserved for this job when it was approved; for the rest, %(free)s",
            kept=format_hours(kept),
            free=free,
        )

    def _explain_expiry(self, money, _alone):
        return self.env._(
            "%(hours)s h of %(pack)s lapsed%(reason)s. No work done by then had earned them, and no approved job"
            " kept them.",
            hours=self._hours_in_words(),
            pack=self.pack_id.name,
            reason=self._reason_in_words(),
        )

    def _explain_rollover(self, money, _alone):
        if self.minutes < 0:
            return self.env._(
                "%(hours)s h left %(pack)s to live on in a newer pack%(reason)s.",
                hours=self._hours_in_words(),
                pack=self.pack_id.name,
                reason=self._reason_in_words(),
            )
        return self.env._(
            "%(hours)s h live on from an earlier pack, at the same price%(reason)s; %(until)s.",
            hours=self._hours_in_words(),
            reason=self._reason_in_words(),
            until=self._until_in_words(),
        )

    def _explain_adjustment(self, money, _alone):
        figures = {
            "hours": self._hours_in_words(),
            "pack": self.pack_id.name,
            "person": self._person_in_words(),
            "reason": self._reason_in_words(),
        }
        if not self.minutes:
            return self.env._(
                "%(pack)s was changed%(person)s%(reason)s. No hours moved.", **figures
            )
        if self.minutes > 0:
            return self.env._("%(hours)s h added to %(pack)s%(person)s%(reason)s.", **figures)
        return self.env._("%(hours)s h taken from %(pack)s%(person)s%(reason)s.", **figures)

    def _explain_refund(self, money, _alone):
        note = self.refund_line_id.move_id.name or self.move_id.name or ""
        amount = ""
        if money and not self.currency_id.is_zero(self.value):
            amount = self.env._(
                ", worth %(amount)s", amount=self.currency_id.format(abs(self.value))
            )
        reason = self._reason_in_words() if self.reason != note else ""
        return self.env._(
            "%(hours)s h of %(pack)s%(amount)s were given back with credit note %(note)s%(reason)s.",
            hours=self._hours_in_words(),
            pack=self.pack_id.name,
            amount=amount,
            note=note,
            reason=reason,
        )

    def _explain_reversal(self, money, _alone):
        entry = self.reverses_id
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        figures = {
            "hours": self._hours_in_words(),
            "number": entry.number,
            "kind": kinds.get(entry.kind, ""),
            "day": self._day_in_words(entry.date),
            "pack": self.pack_id.name,
            "reason": self._reason_in_words(),
        }
        if self.minutes > 0:
            return self.env._(
                "%(hours)s h return to %(pack)s: reverses entry %(number)s (%(kind)s of %(day)s)%(reason)s.",
                **figures,
            )
        return self.env._(
            "%(hours)s h leave %(pack)s: reverses entry %(number)s (%(kind)s of %(day)s)%(reason)s.",
            **figures,
        )

    # === WHAT ELSE THERE WAS === #

    def _packs_alone(self):
        """Return the ids of the usage entries before which no other pack of the account had hours.

        Walks back from what the packs have now, so that the newest entries of a long ledger cost little.
        """
        alone = set()
        usage = self.filtered(lambda entry: entry.kind == "usage")
        for account, entries in usage.grouped("jobtrack_account_id").items():
            numbers = set(entries.mapped("number"))
            by_number = {entry.number: entry for entry in entries}
            left = account._pack_minutes_after(max(numbers))
            for number, pack_id, minutes in account._movements_between(min(numbers), max(numbers)):
                left[pack_id] = left.get(pack_id, 0) - minutes
                if number in numbers:
                    others = any(left[other] > 0 for other in left if other != pack_id)
                    if not others:
                        alone.add(by_number[number].id)
        return alone
