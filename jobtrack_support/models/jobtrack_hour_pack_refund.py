from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import adjustment
from ..tools.rounding import draw_value, money, to_hours, to_minutes
from . import guard

PRECISION_ATTEMPTS = 5


class JobtrackHourPackRefund(models.AbstractModel):
    """Paying back what is left of a purchase: the credit note for exactly the unreserved rest."""

    _name = "jobtrack.hour.pack.refund"
    _description = "Hour Pack: Refund"

    is_refundable = fields.Boolean(compute="_compute_is_refundable")

    is_unpaid = fields.Boolean(compute="_compute_is_unpaid")

    def _compute_is_unpaid(self):
        for pack in self:
            invoice = pack.sudo().invoice_line_id.move_id
            pack.is_unpaid = invoice.state == "posted" and invoice.amount_residual > 0

    def _compute_is_refundable(self):
        for pack in self:
            minutes = pack.sudo()._refundable_minutes() if pack.invoice_line_id else 0
            pack.is_refundable = pack.state == "active" and minutes > 0

    def _refundable_minutes(self):
        """Return the minutes of an active purchase that are not reserved and were paid for.

        What an expired pack still has is earned by work or waits for a rollover: none of it is the client's to give
        back.
        """
        self.ensure_one()
        if self.is_lapsed:
            return 0
        entries = self.ledger_entry_ids.filtered(lambda entry: entry._reversed_kind() == "refund")
        sold = self._given()[0] + sum(entries.mapped("minutes"))
        return adjustment.refundable(self.minutes_remaining, self.reserved_minutes, sold)

    def action_refund_rest(self):
        """Make the draft credit note over what is left unreserved of a purchase, and open it.

        Nothing changes before an accountant posts it; posting takes the hours. A second click opens the same draft, or
        a new one where hours were used or reserved since, so that the old one cannot be posted any more.

        :return: the action that opens the credit note
        :raise AccessError: when the user is not of the billing team or may not read the pack
        :raise UserError: when nothing can be paid back
        """
        self.ensure_one()
        self._check_refunder()
        line = self.sudo().invoice_line_id
        draft = self.env["account.move.line"].search(
            [
                ("jobtrack_origin_line_id", "=", line.id),
                ("parent_state", "=", "draft"),
                ("move_type", "=", "out_refund"),
            ],
            limit=1,
        )
        account = self.sudo().jobtrack_account_id
        account._begin_change()
        minutes = self.sudo()._refundable_minutes() if line and self.state == "active" else 0
        if line and draft:
            alone = draft.move_id.invoice_line_ids == draft
            if not (alone and 0 < minutes < to_minutes(draft.quantity)):
                return self._open_credit_note(draft.move_id)
            draft.move_id.unlink()
        if not minutes:
            raise UserError(
                self.env._(
                    "Nothing of %(pack)s can be paid back: only hours of a paid purchase that are neither used,"
                    " reserved nor expired.",
                    pack=self.display_name,
                )
            )
        return self._open_credit_note(self._make_credit_note(line.with_env(self.env), minutes))

    def _check_refunder(self):
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team pays hours back."))
        self.check_access("read")

    def _make_credit_note(self, line, minutes):
        """Return the draft credit note over ``minutes`` of a plan line, by Odoo's own reversal of the invoice."""
        pack = self.sudo()
        left = pack.minutes_remaining
        digits = pack.currency_id.decimal_places
        value = draw_value(money(pack.value_remaining, digits), minutes, left, digits)
        today = pack.jobtrack_account_id._today()
        credit_note = line.move_id._reverse_moves(
            [
                {
                    "invoice_date": today,
                    "date": today,
                    "ref": self.env._("What is left of %(invoice)s", invoice=line.move_id.name),
                }
            ]
        )
        own = credit_note.invoice_line_ids.filtered(
            lambda credited: credited.jobtrack_origin_line_id == line
        )
        (credit_note.invoice_line_ids - own).unlink()
        if pack.currency_id != pack.company_currency_id:
            company_digits = pack.company_currency_id.decimal_places
            company_value = draw_value(
                money(pack.value_company_remaining, company_digits), minutes, left, company_digits
            )
            # The hours leave the books at what they were booked for, whatever the rate of the day is.
            credit_note._jobtrack_book_at(float(value / company_value) if company_value else 1.0)
        self._set_exact_price(line, own, minutes, value)
        return credit_note

    def _set_exact_price(self, line, own, minutes, value):
        """Give the credit note line the quantity of ``minutes`` and a price that makes exactly ``value`` of it."""
        own.quantity = to_hours(minutes)
        sold = -line.amount_currency / line.quantity
        own.price_unit = line.price_unit * float(value) / (sold * own.quantity)
        digits = line.currency_id.decimal_places
        for _attempt in range(PRECISION_ATTEMPTS):
            off = value - money(own.amount_currency, digits)
            if not off and to_minutes(own.quantity) == minutes:
                return
            own.price_unit += float(off) * (line.price_unit / sold) / own.quantity
        raise UserError(
            self.env._(
                "The credit note cannot be made to the cent with the taxes of %(invoice)s:"
                " credit the hours from the invoice.",
                invoice=line.move_id.name,
            )
        )

    def _open_credit_note(self, credit_note):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Note"),
            "res_model": "account.move",
            "res_id": credit_note.id,
            "view_mode": "form",
        }

    def action_adjust(self):
        """Open a new adjustment of this pack."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adjust Hours"),
            "res_model": "jobtrack.adjustment",
            "view_mode": "form",
            "context": {
                "default_kind": "adjustment",
                "default_jobtrack_account_id": self.jobtrack_account_id.id,
                "default_pack_id": self.id,
            },
        }
