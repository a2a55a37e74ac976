from odoo import api, fields, models

from ..tools import settlement
from ..tools.rounding import money

LOSS_GROUPS = ("income", "expense", "equity", "off")
LOSS_TYPES = ("asset_fixed", "asset_non_current", "asset_prepayments")
EARLY_DISCOUNT = "account_journal_early_pay_discount_loss_account_id"


class JobtrackHourPackPayment(models.AbstractModel):
    """Whether money came in for a purchase: what settled its invoice, in plain values for the rule."""

    _name = "jobtrack.hour.pack.payment"
    _description = "Hour Pack: What Paid It"

    settled_write_off = fields.Float(
        readonly=True,
        digits=(16, 4),
        help="What was written off of its invoice, in company currency, when the hours were given.",
    )

    def _is_really_paid(self, invoice):
        """Return whether money, or a credit note over the same hours, settled the invoice."""
        digits = invoice.company_id.currency_id.decimal_places
        company = invoice.company_id.sudo()
        return settlement.is_paid(
            money(invoice.amount_residual, invoice.currency_id.decimal_places),
            self._settlements(invoice),
            discount=self._allowed_discount(invoice),
            tolerance=money(company.jobtrack_write_off_tolerance, digits),
            accepted=money(self.settled_write_off, digits) if self.is_activated else money(0),
        )

    @api.model
    def _written_off(self, invoice):
        """Return what was written off of a paid invoice, in company currency."""
        return sum((part.lost() for part in self._settlements(invoice)), start=money(0))

    @api.model
    def _settlements(self, invoice):
        """Return what settled the invoice, one plain value for each posting."""
        partials = self._receivable_lines(invoice).matched_credit_ids
        moves = partials.credit_move_id.move_id - partials.exchange_move_id
        journal = invoice.company_id.currency_exchange_journal_id
        return [
            settlement.Settlement(
                is_posted=move.state == "posted",
                is_foreign_credit=self._is_foreign_credit(move, invoice),
                write_offs=tuple(self._write_offs(move)),
            )
            for move in moves.filtered(lambda move: move.journal_id != journal)
        ]

    @api.model
    def _receivable_lines(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")

    @api.model
    def _is_foreign_credit(self, move, invoice):
        """Return whether the settling posting is a credit note over something else than the invoice's hours."""
        if move.move_type != "out_refund":
            return False
        products = move.line_ids.filtered(lambda line: line.display_type == "product")
        return any(line.jobtrack_origin_line_id not in invoice.line_ids for line in products)

    @api.model
    def _write_offs(self, move):
        """Return the parts of a settling entry that are no money: pairs of kind and amount lost.

        Receivables, banks and what is on its way to them are money; income, expense and equity are not. The tax that
        Odoo corrects with an early-payment discount is part of that discount.
        """
        if move.move_type != "entry":
            return []
        company = move.company_id.sudo()
        digits = company.currency_id.decimal_places
        lost = move.line_ids.filtered(lambda line: line.balance > 0)
        discounts = lost.filtered(lambda line: line.account_id == company[EARLY_DISCOUNT])
        parts = []
        for line in lost:
            kind = self._kind_of_loss(line, company, bool(discounts))
            if kind:
                parts.append((kind, money(line.balance, digits)))
        return parts

    @api.model
    def _kind_of_loss(self, line, company, with_discount):
        """Return as what a debit of a settling entry counts, or None when it is money."""
        gl = line.account_id
        if gl == company[EARLY_DISCOUNT] or (line.tax_line_id and with_discount):
            return settlement.DISCOUNT
        if gl in company.jobtrack_write_off_gl_ids:
            return settlement.SMALL_DIFFERENCE
        is_loss = (
            gl.internal_group in LOSS_GROUPS
            or gl.account_type in LOSS_TYPES
            or gl == company.jobtrack_deferred_gl_id
            or line.tax_line_id
        )
        return settlement.OTHER if is_loss else None

    @api.model
    def _allowed_discount(self, invoice):
        """Return the early-payment discount of all invoices that were paid together with this one."""
        entries = self._receivable_lines(invoice).matched_credit_ids.credit_move_id
        together = entries.move_id.line_ids.matched_debit_ids.debit_move_id.move_id | invoice
        terms = self._receivable_lines(together).filtered("discount_date")
        saved = sum(terms.mapped("balance")) - sum(terms.mapped("discount_balance"))
        return money(max(saved, 0), invoice.company_id.currency_id.decimal_places)
