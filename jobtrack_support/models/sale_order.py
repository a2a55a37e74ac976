from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import plans
from .sale_order_capacity import PAYING


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["jobtrack.sale.capacity", "sale.order"]

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        domain="[('company_id', '=', company_id)]",
        index="btree_not_null",
        help="The account that the support plans of this order fill.",
    )
    jobtrack_is_plan_order = fields.Boolean(compute="_compute_jobtrack_is_plan_order")
    jobtrack_quarter = fields.Selection(
        [(plans.THIS_QUARTER, "This quarter"), (plans.NEXT_QUARTER, "The next quarter")],
        string="Hours for",
        copy=False,
        help="Hours for the next quarter can be used from its first day on and expire at its end.",
    )
    jobtrack_date_start = fields.Date(
        string="Usable From",
        compute="_compute_jobtrack_date_start",
        store=True,
        precompute=True,
        copy=False,
        help="First day of the quarter that the hours are bought for; empty means: as soon as they are paid.",
    )
    jobtrack_asks_quarter = fields.Boolean(compute="_compute_jobtrack_asks_quarter")
    jobtrack_is_renewal = fields.Boolean(
        string="Renewal", readonly=True, copy=False, help="Made by itself for the next quarter."
    )

    _jobtrack_renewal_unique = models.UniqueIndex(
        "(jobtrack_account_id, jobtrack_date_start) WHERE jobtrack_is_renewal",
        "The renewal of this quarter was made already.",
    )

    @api.depends("order_line.product_id.jobtrack_is_plan")
    def _compute_jobtrack_is_plan_order(self):
        for order in self:
            order.jobtrack_is_plan_order = any(
                order.order_line.product_id.mapped("jobtrack_is_plan")
            )

    @api.depends("jobtrack_quarter")
    def _compute_jobtrack_date_start(self):
        """Name the quarter by its first day: "the next quarter" means another one later."""
        for order in self:
            day = False
            if order.jobtrack_quarter == plans.NEXT_QUARTER:
                day = plans.next_quarter_start(*order._jobtrack_today())
            order.jobtrack_date_start = day

    @api.depends("jobtrack_quarter", "state", "jobtrack_is_plan_order")
    def _compute_jobtrack_asks_quarter(self):
        for order in self:
            lines = order.order_line.filtered("product_id.jobtrack_is_plan")
            order.jobtrack_asks_quarter = (
                order.state in ("draft", "sent")
                and not order.jobtrack_quarter
                and plans.WITH_QUARTER in lines.product_id.mapped("jobtrack_expiry")
                and plans.asks_for_quarter(*order._jobtrack_today())
            )

    def _jobtrack_today(self):
        """Return today and the first month of the year's quarters, both of the order's company."""
        company = self.company_id or self.env.company
        today = self.env["jobtrack.account"]._today(company)
        return today, int(company.sudo().jobtrack_quarter_first_month)

    @api.depends("jobtrack_is_plan_order")
    def _compute_require_payment(self):
        """Plans are paid in full before their hours are there."""
        result = super()._compute_require_payment()
        self.filtered("jobtrack_is_plan_order").require_payment = True
        return result

    @api.depends("jobtrack_is_plan_order")
    def _compute_prepayment_percent(self):
        result = super()._compute_prepayment_percent()
        self.filtered("jobtrack_is_plan_order").prepayment_percent = 1.0
        return result

    @api.onchange("jobtrack_account_id")
    def _onchange_jobtrack_account_id(self):
        if self.jobtrack_account_id and not self.partner_id:
            self.partner_id = self.jobtrack_account_id.partner_id

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {"jobtrack_account_id": self.jobtrack_account_id.id}

    def action_confirm(self):
        for order in self.filtered("jobtrack_is_plan_order"):
            order._jobtrack_check_plan_order()
            order._jobtrack_check_quarter()
        return super().action_confirm()

    def _action_confirm(self):
        """Invoice support plans at once: hours are there when the invoice is paid, however it is paid."""
        result = super()._action_confirm()
        for order in self.filtered("jobtrack_is_plan_order"):
            order._jobtrack_invoice_plans()
        return result

    def _jobtrack_check_plan_order(self):
        """Refuse a plan order that could not become a pack, with the sentence that says why (B7)."""
        self.ensure_one()
        account = self.jobtrack_account_id
        lines = self.order_line.filtered(lambda line: not line.display_type)
        if not account:
            raise UserError(self.env._("Choose the support account that these hours are for."))
        if account.company_id != self.company_id or account.currency_id != self.currency_id:
            raise UserError(
                self.env._(
                    "%(account)s is kept in %(currency)s at %(company)s: sell its hours there and in that currency.",
                    account=account.name,
                    currency=account.currency_id.name,
                    company=account.company_id.name,
                )
            )
        if self.partner_id.commercial_partner_id != account.partner_id.commercial_partner_id:
            raise UserError(
                self.env._("The customer of the order is not the client of the support account.")
            )
        if not all(lines.product_id.mapped("jobtrack_is_plan")):
            raise UserError(
                self.env._(
                    "Sell support plans on an order of their own: their hours wait for their payment."
                )
            )
        lines._jobtrack_check_plan_lines()

    def _jobtrack_check_quarter(self):
        """Refuse a purchase in the last days of a quarter that does not say which quarter it is for (B11).

        Money that is on its way is not turned away: such hours are for this quarter, as the quotation was.
        """
        self.ensure_one()
        if self.jobtrack_asks_quarter:
            if not self.sudo().transaction_ids.filtered(lambda tx: tx.state in PAYING):
                raise UserError(
                    self.env._(
                        "The quarter ends in a few days: choose whether these hours are for this quarter or the next."
                    )
                )
            self.sudo().jobtrack_quarter = plans.THIS_QUARTER
            self.message_post(
                body=self.env._("Paid before a quarter was chosen: the hours are for this one.")
            )
        start = self.jobtrack_date_start
        if start and not plans.is_quarter_ahead(start, *self._jobtrack_today()):
            raise UserError(
                self.env._("Hours begin with this quarter or the next: choose one of the two.")
            )

    def _jobtrack_choose_quarter(self, quarter, partner):
        """Note which quarter the hours of a quotation are for, as a contact who buys hours chose it.

        :param str quarter: ``this`` or ``next``
        :param partner: the person who chooses
        :raise UserError: when the person may not, or there is nothing to choose any more
        """
        self.ensure_one()
        order = self.sudo()
        if not order.jobtrack_account_id._contact_of(partner).may_buy:
            raise UserError(
                self.env._("You are not authorised to buy hours for this support project.")
            )
        if quarter not in dict(self._fields["jobtrack_quarter"].selection):
            raise UserError(self.env._("Please choose one of the two quarters."))
        if order.state not in ("draft", "sent"):
            raise UserError(self.env._("This order is confirmed: its hours stay as ordered."))
        order.jobtrack_quarter = quarter

    def _jobtrack_invoice_plans(self):
        """Create and post the invoice of a plan order; does nothing when there is one."""
        self.ensure_one()
        if self.invoice_ids.filtered(lambda move: move.state != "cancel"):
            return
        self.company_id._jobtrack_ensure_books()
        self.order_line._jobtrack_make_invoiceable()
        # The right to confirm the order was checked by action_confirm; sellers may invoice what they sell.
        invoice = self.sudo()._create_invoices(final=True)
        invoice.invoice_date = self.env["jobtrack.account"]._today(self.company_id)
        invoice._post(soft=False)
        invoice._portal_ensure_token()
