from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import plans
from ..tools.rounding import draw_value, money, to_minutes

PROTECTED = {
    "jobtrack_account_id",
    "jobtrack_date_start",
    "jobtrack_origin_line_id",
    "jobtrack_statement_line_id",
}


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "jobtrack.move.line.deferred"]

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        index="btree_not_null",
        ondelete="restrict",
        help="The account that this support plan fills.",
    )
    jobtrack_date_start = fields.Date(
        string="Usable From",
        help="First day of the quarter that the hours of this plan are for; empty means: when they are paid.",
    )
    jobtrack_origin_line_id = fields.Many2one(
        "account.move.line",
        string="Credits the Plan Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="On a credit note: the invoice line whose hours it takes back.",
    )
    jobtrack_statement_line_id = fields.Many2one(
        "jobtrack.statement.line",
        string="Bills",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The line of a billing statement that this line charges or gives back.",
    )
    jobtrack_pack_ids = fields.One2many("jobtrack.hour.pack", "invoice_line_id")
    jobtrack_refund_entry_ids = fields.One2many("jobtrack.ledger.entry", "refund_line_id")

    def write(self, vals):
        protected = PROTECTED & vals.keys()
        if protected and not self.env.su and any(line.parent_state == "posted" for line in self):
            raise UserError(self.env._("A posted plan line keeps the account that it fills."))
        self._jobtrack_refuse_line_rewriting(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted_deferred(self):
        posted = self.filtered(lambda line: line.parent_state == "posted")
        if posted and not self.env.su:
            posted._jobtrack_refuse_if_deferred()

    @api.constrains("account_id")
    def _check_jobtrack_deferred(self):
        """Refuse lines that come onto deferred support revenue, or leave it, after their entry was posted."""
        self.filtered(lambda line: line.parent_state == "posted").move_id._jobtrack_check_deferred()

    def _compute_account_id(self):
        """Book billed work on the company's support revenue, or where the fiscal position maps it."""
        result = super()._compute_account_id()
        for line in self.filtered(lambda line: line.sudo().jobtrack_statement_line_id):
            gl = line.company_id.sudo().jobtrack_revenue_gl_id
            line.account_id = line.move_id.fiscal_position_id.map_account(gl)
        return result

    def _copy_data_extend_business_fields(self, values):
        """Let a credit note line remember which plan line it credits."""
        result = super()._copy_data_extend_business_fields(values)
        if self.jobtrack_account_id:
            values["jobtrack_origin_line_id"] = self.id
        return result

    def _reconcile_post_hook(self, data):
        """Derive packs after each reconciliation: Odoo's paid-hook leaves out invoices whose payment is blocked."""
        result = super()._reconcile_post_hook(data)
        self.move_id._jobtrack_sync_settled()
        self.move_id._jobtrack_let_jobs_begin()
        return result

    def _jobtrack_deferred_gl(self):
        return self.company_id.jobtrack_deferred_gl_id

    def _jobtrack_check_postable(self):
        """Refuse to post plan lines that would not become a pack, or a credit note over more than what is left.

        :raise UserError: with what to change
        """
        for line in self:
            if not line.jobtrack_account_id:
                raise UserError(
                    self.env._(
                        "%(line)s sells support hours: say on the line which support account they are for.",
                        line=line.name or line.product_id.display_name,
                    )
                )
            if line.account_id != line._jobtrack_deferred_gl():
                raise UserError(
                    self.env._(
                        "%(line)s sells support hours: book it on %(account)s.",
                        line=line.name or line.product_id.display_name,
                        account=line._jobtrack_deferred_gl().display_name,
                    )
                )
        self.filtered(lambda line: line.move_type == "out_invoice")._jobtrack_check_sale()
        self.filtered(lambda line: line.move_type == "out_refund")._jobtrack_check_refunds()

    def _jobtrack_check_sale(self):
        """Refuse to sell hours for nothing, in another currency, or to somebody else than the account's client."""
        for line in self:
            account = line.jobtrack_account_id.sudo()
            move = line.move_id
            if line.discount or line.price_subtotal <= 0 or line.quantity <= 0:
                raise UserError(
                    self.env._(
                        "%(line)s: plans have a price and no discount. Give hours by a grant.",
                        line=line.name,
                    )
                )
            if account.currency_id != move.currency_id or account.company_id != move.company_id:
                raise UserError(
                    self.env._(
                        "%(account)s is kept in %(currency)s at %(company)s:"
                        " sell its hours there and in that currency.",
                        account=account.name,
                        currency=account.currency_id.name,
                        company=account.company_id.name,
                    )
                )
            if move.commercial_partner_id != account.partner_id.commercial_partner_id:
                raise UserError(
                    self.env._("The customer is not the client of the support account.")
                )
            line.product_id.product_tmpl_id._jobtrack_check_purchase(
                account, line.quantity, line.price_subtotal
            )
            start = line.jobtrack_date_start
            if start and not plans.is_quarter_ahead(
                start, account._today(), account._first_month()
            ):
                raise UserError(
                    self.env._("Hours begin with this quarter or the next: choose one of the two.")
                )

    def _jobtrack_check_refunds(self):
        """Refuse to credit more minutes or more value of a pack than is left of it unreserved."""
        if self.filtered(lambda line: not line._jobtrack_refunded_pack()):
            raise UserError(
                self.env._(
                    "Credit a support plan from its own invoice, so that its hours are found."
                )
            )
        for pack, lines in self.grouped(lambda line: line._jobtrack_refunded_pack()).items():
            minutes = sum(to_minutes(line.quantity) for line in lines)
            value = money(sum(lines.mapped("amount_currency")), pack.currency_id.decimal_places)
            free, left, worth = pack._creditable()
            if minutes > free:
                raise UserError(
                    self.env._(
                        "Only %(hours)g hours of %(pack)s are left and not reserved: credit at most these.",
                        hours=free / 60,
                        pack=pack.name,
                    )
                )
            digits = pack.currency_id.decimal_places
            limit = draw_value(money(worth, digits), minutes, left, digits)
            if not pack.is_activated and minutes == left and value < limit:
                raise UserError(
                    self.env._(
                        "%(pack)s is not paid: credit its whole price, so that nothing of it stays owed.",
                        pack=pack.name,
                    )
                )
            if minutes < left:
                limit += money(
                    pack.currency_id.rounding, digits
                )  # a price per hour need not divide evenly
            if value > limit:
                raise UserError(
                    self.env._(
                        "%(hours)g hours of %(pack)s are worth less than this credit note: keep the price of the sale.",
                        hours=minutes / 60,
                        pack=pack.name,
                    )
                )

    def _jobtrack_refunded_pack(self):
        """Return the pack of the invoice line that this credit note line credits."""
        self.ensure_one()
        packs = self.env["jobtrack.hour.pack"].sudo()
        line = self.jobtrack_origin_line_id
        return packs.search([("invoice_line_id", "=", line.id)], limit=1) if line else packs

    def _jobtrack_sync_packs(self):
        """Make the packs of these plan lines what the facts say: the one way from invoices to packs."""
        lines = self
        for refund in self.filtered(lambda line: line.move_type == "out_refund"):
            lines |= refund._jobtrack_refunded_pack().invoice_line_id
        lines = lines.filtered(lambda line: line.move_type == "out_invoice")
        if lines:
            self.env["jobtrack.hour.pack"]._sync_with_invoice(lines)
