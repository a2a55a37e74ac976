from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# What a posted booking of the support ledger is; nobody rewrites it by hand.
BOOKED = {
    "state",
    "date",
    "journal_id",
    "company_id",
    "currency_id",
    "line_ids",
    "invoice_line_ids",
}

MONEY = {
    "account_id",
    "move_id",
    "balance",
    "debit",
    "credit",
    "amount_currency",
    "currency_id",
    "quantity",
    "price_unit",
    "discount",
    "product_id",
}


class JobtrackMoveDeferred(models.AbstractModel):
    """Keeps deferred support revenue equal to what packs and unpaid plans are worth (I6).

    Only plan lines of invoices and credit notes, and the bookings of the support ledger, stand on that account. What
    Odoo itself must write there (tax due on payment, early-payment discount) adds up to nothing within its entry, and
    the reconciliation report lists it.
    """

    _name = "jobtrack.move.deferred"
    _description = "Journal Entry: Deferred Support Revenue"

    @api.model
    def _jobtrack_deferred_gls(self):
        """Return the deferred support revenue accounts of all companies."""
        companies = (
            self.env["res.company"].sudo().search([("jobtrack_deferred_gl_id", "!=", False)])
        )
        return companies.jobtrack_deferred_gl_id

    def _jobtrack_check_deferred(self):
        """Refuse entries that book on deferred support revenue what no pack and no unpaid plan stands behind.

        :raise UserError: with what to do instead
        """
        lines = self.sudo().line_ids
        receipts = self.filtered(lambda move: move.move_type in ("out_receipt", "in_receipt"))
        if any(receipts.sudo().invoice_line_ids.product_id.mapped("jobtrack_is_plan")):
            raise UserError(
                self.env._("A receipt gives no hours: sell a support plan on a customer invoice.")
            )
        gls = self._jobtrack_deferred_gls()
        foreign = lines.filtered(
            lambda line: line.account_id in gls and not line._jobtrack_is_books_line()
        )
        for move, move_lines in foreign.grouped("move_id").items():
            if not move._jobtrack_is_allowed_by_odoo(move_lines):
                move_lines[:1]._jobtrack_refuse_foreign()

    def _jobtrack_is_allowed_by_odoo(self, lines):
        """Return whether Odoo wrote these lines on the account for a tax or a discount, and they come to nothing."""
        self.ensure_one()
        original = self | self.reversed_entry_id
        by_odoo = original.tax_cash_basis_origin_move_id or set(lines.mapped("display_type")) == {
            "epd"
        }
        company_currency = self.company_id.currency_id
        return (
            by_odoo
            and company_currency.is_zero(sum(lines.mapped("balance")))
            and all(
                currency.is_zero(sum(same.mapped("amount_currency")))
                for currency, same in lines.grouped("currency_id").items()
            )
        )

    def _jobtrack_refuse_ledger_reversal(self):
        """Refuse to reverse or rewrite a booking of the support ledger: the hours would not follow it."""
        if any(move.sudo().jobtrack_is_ledger_move for move in self):
            raise UserError(
                self.env._(
                    "This entry was made by the support ledger: correct the ledger, and its booking follows."
                )
            )

    def _jobtrack_refuse_rewriting(self, vals):
        """Refuse to rewrite a posted booking of the support ledger over RPC; screens do not offer it."""
        if self.env.su or not BOOKED & vals.keys():
            return
        self.filtered(lambda move: move.state == "posted")._jobtrack_refuse_ledger_reversal()

    # === CREDIT NOTES OVER PLANS === #

    def _jobtrack_check_not_ahead(self, soft):
        """Refuse to post a credit note over a plan dated in the future: all later entries would be dated after it.

        :param bool soft: entries of days to come wait for their day instead of being posted
        """
        for move in self.filtered(lambda move: move.move_type == "out_refund"):
            today = self.env["jobtrack.account"]._today(move.company_id)
            if not soft and max(move.date, move.invoice_date or move.date) > today:
                raise UserError(
                    self.env._(
                        "Hours are taken back today or on the day itself: date this credit note %(today)s,"
                        " or let it be posted by itself on %(date)s.",
                        today=format_date(self.env, today),
                        date=format_date(self.env, move.date),
                    )
                )

    def _jobtrack_keep_sale_rate(self):
        """Book a credit note over a plan at the rate of exchange of its sale.

        Deferred revenue is owed in work and not in money, so its rate of the sale never changes (no exchange
        difference arises on it; the receivable has them). At another rate something would be left in company currency
        when the last hour is gone.
        """
        for move in self.filtered(
            lambda move: (
                move.move_type == "out_refund" and move.currency_id != move.company_id.currency_id
            )
        ):
            packs = self.env["jobtrack.hour.pack"].sudo()
            for line in move._jobtrack_plan_lines():
                packs |= line._jobtrack_refunded_pack()
            value, value_company = packs._booked_worth()
            if value and value_company:
                move._jobtrack_book_at(value / value_company)

    def _jobtrack_book_at(self, rate):
        """Book a draft credit note at a rate of exchange.

        :param float rate: units of its currency for one of the company's
        """
        self.ensure_one()
        draft = self.with_context(check_move_validity=False)
        # The day decides the rate as long as it is not written by hand: it comes first. A day that is written again
        # would bring the rate of the day back.
        if not draft.invoice_date:
            draft.invoice_date = self.env["jobtrack.account"]._today(self.company_id)
        if draft.invoice_currency_rate != rate:
            draft.invoice_currency_rate = rate
        # The receivable is what all other lines come to; when a rate changes, Odoo rounds it by itself.
        off = self.company_id.currency_id.round(sum(self.line_ids.mapped("balance")))
        if off:
            draft.line_ids.filtered(lambda line: line.display_type == "payment_term")[
                -1:
            ].balance -= off


class JobtrackMoveLineDeferred(models.AbstractModel):
    """One line on deferred support revenue."""

    _name = "jobtrack.move.line.deferred"
    _description = "Journal Item: Deferred Support Revenue"

    def _jobtrack_refuse_line_rewriting(self, vals):
        """Refuse to rewrite the money of a posted line of the account over RPC; screens do not offer it."""
        changed = MONEY & vals.keys()
        if self.env.su or not changed:
            return
        will_change = self.env["account.move"]._field_will_change
        self.filtered(
            lambda line: (
                line.parent_state == "posted"
                and any(will_change(line, vals, name) for name in changed)
            )
        )._jobtrack_refuse_if_deferred()

    def _jobtrack_refuse_if_deferred(self):
        """Refuse to touch these posted lines where they stand on deferred support revenue.

        :raise UserError: with what to do instead
        """
        lines = self.sudo()
        if lines and lines.account_id & self.env["account.move"]._jobtrack_deferred_gls():
            raise UserError(
                self.env._(
                    "What stands on deferred support revenue stays as it was posted: credit the plan,"
                    " or correct the ledger."
                )
            )

    def _jobtrack_is_books_line(self):
        """Return whether a pack or an unpaid plan stands behind this line of the deferred account."""
        self.ensure_one()
        move = self.move_id
        if self.account_id != self.company_id.jobtrack_deferred_gl_id:
            return False
        return move.jobtrack_is_ledger_move or bool(
            self.display_type == "product"
            and self.product_id.jobtrack_is_plan
            and self.jobtrack_account_id
            and move.move_type in ("out_invoice", "out_refund")
        )

    def _jobtrack_refuse_foreign(self):
        """Say why this line does not belong on deferred support revenue, and where it belongs.

        :raise UserError: always
        """
        gl = self.account_id.display_name
        if self.tax_line_id:
            raise UserError(
                self.env._(
                    "%(tax)s would be booked on %(account)s, which is kept by the support ledger:"
                    " give the tax an account of its own.",
                    tax=self.tax_line_id.display_name,
                    account=gl,
                )
            )
        raise UserError(
            self.env._(
                "%(account)s is kept by the support ledger and shows what clients' hours are worth: book '%(line)s' on"
                " another account. Hours are sold with a plan, given with a grant and taken back with a credit note.",
                account=gl,
                line=self.name or self.move_id.display_name,
            )
        )
