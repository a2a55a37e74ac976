from odoo import SUPERUSER_ID, models
from odoo.tools import format_date

from ..tools.rounding import format_hours

PAYMENTS_NAMED = 3


class JobtrackLedgerExplain(models.AbstractModel):
    """Each entry of the ledger says in sentences why it is there: this pack, this rate, this run (M5).

    They are made from the facts that the entry points to, so it needs no text of its own and is read in the
    language of whoever asks. Without money they name no rate and no amount.
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

    # === FIGURES AND NAMES === #

    def _hours_in_words(self):
        return format_hours(abs(self.minutes))

    def _day_in_words(self, day):
        return format_date(self.env, day) if day else ""

    def _person(self):
        """Return who wrote the entry; what the house does by itself has no person."""
        user = self.create_uid
        return "" if user.id == SUPERUSER_ID or user.share else user.name

    # === SENTENCES THAT SEVERAL KINDS HAVE === #
    # Each is whole, so that it can be translated without the others.

    def _told(self, *sentences):
        """Return the sentences that there are, one after the other."""
        return " ".join(filter(None, sentences))

    def _until_in_words(self):
        """Return until when the pack pays work."""
        if not self.pack_id.date_expiry:
            return self.env._("These hours never expire.")
        return self.env._(
            "These hours pay work until %(day)s.", day=self._day_in_words(self.pack_id.date_expiry)
        )

    def _price_in_words(self, money):
        """Return the rate of the entry, or nothing for who sees no money."""
        if not money or self.currency_id.is_zero(self.value):
            return ""
        return self.env._(
            "The pack's price is %(rate)s per hour.", rate=self.currency_id.format(self.rate)
        )

    def _reason_in_words(self):
        reason = (self.reason or "").strip().removesuffix(".")
        return self.env._("Reason: %(reason)s.", reason=reason) if reason else ""

    # === WHY THIS ENTRY, BY KIND === #

    def _explain_purchase(self, money, _alone):
        invoice = self.pack_id.invoice_id
        bought = self.env._(
            "%(hours)s h bought with invoice %(invoice)s.",
            hours=self._hours_in_words(),
            invoice=invoice.name or self.pack_id.name,
        )
        return self._told(
            bought,
            self._payment_in_words(invoice),
            self._price_in_words(money),
            self._until_in_words(),
        )

    def _payment_in_words(self, invoice):
        """Return what paid the invoice, as far as it is paid now."""
        receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        paying = receivable.matched_credit_ids.credit_move_id.move_id.sorted("date")
        if not paying:
            return ""
        return self.env._(
            "Paid by %(payments)s on %(day)s.",
            payments=", ".join(move.name or "" for move in paying[:PAYMENTS_NAMED]),
            day=self._day_in_words(paying[-1].date),
        )

    def _explain_grant(self, money, _alone):
        hours, person = self._hours_in_words(), self._person()
        given = (
            self.env._(
                "%(hours)s h given by %(person)s without a sale.", hours=hours, person=person
            )
            if person
            else self.env._("%(hours)s h given without a sale.", hours=hours)
        )
        worth = ""
        if money and not self.currency_id.is_zero(self.value):
            worth = self.env._(
                "They are worth %(rate)s per hour.", rate=self.currency_id.format(self.rate)
            )
        return self._told(given, self._reason_in_words(), worth, self._until_in_words())

    def _explain_usage(self, money, alone):
        used = self.env._(
            "%(hours)s h of %(job)s from %(pack)s.",
            hours=self._hours_in_words(),
            job=self.task_id.jobtrack_reference or self.task_id.name or "",
            pack=self.pack_id.name,
        )
        return self._told(
            used,
            self._why_this_pack(alone),
            self._price_in_words(money),
            self.statement_line_id._explain_run(),
        )

    def _why_this_pack(self, alone):
        """Return why these hours came from this pack: kept for the job, free and first in line, or the only ones."""
        rows = self.statement_line_id.work_order_id.funding_ids
        rows = rows.filtered(lambda row: row.pack_id == self.pack_id)
        returned = rows.filtered("is_returned")
        kept = sum((rows - returned).mapped("minutes"))
        if kept + sum(returned.mapped("minutes")) >= -self.minutes > kept:
            return self.env._("They were kept for this job when its earlier bill was corrected.")
        later = rows.filtered("is_later")
        if kept >= -self.minutes:
            if later:
                return self.env._("They were reserved for this job after its approval.")
            return self.env._("They were reserved for this job when it was approved.")
        if not kept:
            return self._why_free(alone)
        figures = {"kept": format_hours(kept)}
        reserved = (
            self.env._(
                "%(kept)s h of them were reserved for this job after its approval, the others were free.",
                **figures,
            )
            if later
            else self.env._(
                "%(kept)s h of them were reserved for this job when it was approved, the others were free.",
                **figures,
            )
        )
        return self._told(reserved, self._why_free(alone))

    def _why_free(self, alone):
        """Return why hours that were not reserved came from this pack and not from another one."""
        if alone:
            return self.env._("No other pack had hours left.")
        if not self.pack_id.date_expiry:
            return self.env._("Of the hours that were free on the billing day, these come first.")
        return self.env._(
            "Of the hours that were free on the billing day, these expire first (%(day)s).",
            day=self._day_in_words(self.pack_id.date_expiry),
        )

    def _explain_expiry(self, money, _alone):
        lapsed = self.env._(
            "%(hours)s h of %(pack)s lapsed.",
            hours=self._hours_in_words(),
            pack=self.pack_id.name,
        )
        unearned = self.env._(
            "No work done by then had earned them, and no approved job kept them."
        )
        return self._told(lapsed, self._reason_in_words(), unearned)

    def _explain_rollover(self, money, _alone):
        hours = self._hours_in_words()
        if self.minutes < 0:
            left = self.env._(
                "%(hours)s h left %(pack)s to live on in a newer pack.",
                hours=hours,
                pack=self.pack_id.name,
            )
            return self._told(left, self._reason_in_words())
        came = self.env._(
            "%(hours)s h live on from an earlier pack, at the same price.", hours=hours
        )
        return self._told(came, self._reason_in_words(), self._until_in_words())

    def _explain_adjustment(self, money, _alone):
        figures = {"hours": self._hours_in_words(), "pack": self.pack_id.name}
        person = self._person()
        if person:
            figures["person"] = person
            texts = (
                self.env._("%(hours)s h added to %(pack)s by %(person)s.", **figures),
                self.env._("%(hours)s h taken from %(pack)s by %(person)s.", **figures),
                self.env._("%(pack)s was changed by %(person)s. No hours moved.", **figures),
            )
        else:
            texts = (
                self.env._("%(hours)s h added to %(pack)s.", **figures),
                self.env._("%(hours)s h taken from %(pack)s.", **figures),
                self.env._("%(pack)s was changed. No hours moved.", **figures),
            )
        added, taken, changed = texts
        moved = added if self.minutes > 0 else taken
        return self._told(moved if self.minutes else changed, self._reason_in_words())

    def _explain_refund(self, money, _alone):
        note = self.refund_line_id.move_id.name or self.move_id.name or ""
        given_back = self.env._(
            "%(hours)s h of %(pack)s were given back with credit note %(note)s.",
            hours=self._hours_in_words(),
            pack=self.pack_id.name,
            note=note,
        )
        worth = ""
        if money and not self.currency_id.is_zero(self.value):
            worth = self.env._(
                "They were worth %(amount)s.", amount=self.currency_id.format(abs(self.value))
            )
        return self._told(given_back, worth, self._reason_in_words() if self.reason != note else "")

    def _explain_reversal(self, money, _alone):
        entry = self.reverses_id
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        figures = {"hours": self._hours_in_words(), "pack": self.pack_id.name}
        moved = (
            self.env._("%(hours)s h return to %(pack)s.", **figures)
            if self.minutes > 0
            else self.env._("%(hours)s h leave %(pack)s.", **figures)
        )
        reverses = self.env._(
            "This reverses entry %(number)s of %(day)s (%(kind)s).",
            number=entry.number,
            day=self._day_in_words(entry.date),
            kind=kinds.get(entry.kind, ""),
        )
        return self._told(moved, reverses, self._reason_in_words())

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
