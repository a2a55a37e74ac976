from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import capacity, plans

# A quotation that the same person asked for within so many hours is the same purchase, not a second one.
SAME_PURCHASE_HOURS = 24
MOST_HOURS = 10_000


class JobtrackAccountPurchase(models.AbstractModel):
    """A contact who buys chooses a plan and its hours, and pays the quotation on Odoo's own page (A11, B7)."""

    _name = "jobtrack.account.purchase"
    _description = "Support Account: Buying by the Client"

    def _may_buy(self, partner):
        """Return whether ``partner`` buys hours for this account."""
        self.ensure_one()
        return bool(self.sudo().active and self._contact_of(partner).may_buy)

    def _check_may_buy(self, partner):
        if not self._may_buy(partner):
            raise AccessError(
                self.env._("You are not authorised to buy hours for this support project.")
            )

    def _buyers(self):
        """Return the contacts who buy hours, for the sentence to those who do not."""
        return self._active_contacts().filtered("may_buy")

    def _plans_on_sale(self):
        """Return the plans that may be sold to this account today, the dearest hour first."""
        self.ensure_one()
        today = self._today()
        domain = Domain(
            [
                ("jobtrack_is_plan", "=", True),
                ("sale_ok", "=", True),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        over = Domain("jobtrack_expiry", "=", plans.ON_DATE) & Domain(
            "jobtrack_expiry_date", "<", today
        )
        products = self.env["product.product"].sudo().with_company(self.company_id)
        return products.search(domain & ~over).sorted("list_price", reverse=True)

    def _offers(self):
        """Return what the account can buy now: one dictionary a plan with its least hours, see :meth:`_offer`.

        A plan that is not cheaper than hours without a plan, or has a discount, is none for this account.
        """
        account = self.sudo()
        offers = []
        for plan in account._plans_on_sale():
            order = account._draft_purchase(plan, plan.jobtrack_min_hours or 1.0)
            if not account._price_refusal(order):
                offers.append(account._offer(plan, order))
        return offers

    def _offer(self, plan, order):
        """Return a plan and a number of its hours as a page shows them.

        :param order: the order, which need not be saved
        :return: ``plan``, ``hours``, ``minimum``, ``rate`` (an hour, untaxed), ``untaxed``, ``tax``, ``total``,
            and ``expiry`` (date or False)
        """
        hours = sum(order.order_line.mapped("product_uom_qty"))
        company = self.company_id.sudo()
        return {
            "plan": plan,
            "hours": hours,
            "minimum": plan.jobtrack_min_hours or 1.0,
            "rate": order.amount_untaxed / hours,
            "untaxed": order.amount_untaxed,
            "tax": order.amount_tax,
            "total": order.amount_total,
            "expiry": plan.product_tmpl_id._jobtrack_expiry_date(company, self._today()) or False,
        }

    def _purchase_values(self, plan, hours):
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "pricelist_id": self._pricelist().id,
            "jobtrack_account_id": self.id,
            "order_line": [
                fields.Command.create({"product_id": plan.id, "product_uom_qty": hours})
            ],
        }

    def _draft_purchase(self, plan, hours):
        """Return an order over ``hours`` of ``plan`` that is not saved: it knows prices and taxes."""
        orders = self.env["sale.order"].sudo().with_company(self.company_id)
        return orders.new(self._purchase_values(plan, hours))

    def _price_refusal(self, order):
        """Return in one sentence why this order cannot be sold to the account, or an empty string."""
        try:
            order.order_line._jobtrack_check_plan_lines()
        except UserError as error:
            return str(error)
        return ""

    def _capacity_words(self, order):
        """Return the warning that the order is more than people can work, or an empty string.

        :raise UserError: where the company refuses such purchases
        """
        answer, free = order._jobtrack_capacity_answer()
        if answer == capacity.REFUSE:
            raise UserError(order._jobtrack_capacity_sentence(free))
        return order._jobtrack_capacity_sentence(free) if answer == capacity.WARN else ""

    def _choose_purchase(self, partner, plan_id, hours):
        """Return the plan and the unsaved order that ``partner`` has chosen.

        :param int plan_id: one of :meth:`_plans_on_sale`
        :param str hours: as typed
        :raise AccessError: when the person does not buy for this account
        :raise UserError: when it cannot be sold, with the sentence that says why
        """
        self.ensure_one()
        self._check_may_buy(partner)
        account = self.sudo()
        plan = account._plans_on_sale().filtered(lambda product: product.id == plan_id)
        if not plan:
            raise UserError(self.env._("Please choose one of the plans."))
        order = account._draft_purchase(plan, self._typed_hours(hours))
        if refusal := account._price_refusal(order):
            raise UserError(refusal)
        return plan, order

    def _typed_hours(self, text):
        """Return hours that a person typed, with a point or a comma.

        :raise UserError: when it is no number of hours that anybody buys
        """
        try:
            hours = float(str(text or "").strip().replace(",", "."))
        except ValueError:
            hours = 0.0
        # Also false for what is no number at all ("nan").
        if not 0 < hours <= MOST_HOURS:
            raise UserError(self.env._("Please type how many hours you want to buy."))
        return round(hours, 2)

    def _purchase(self, partner, plan_id, hours):
        """Make the quotation over a plan for ``partner``, ready to be paid; asking twice makes one.

        :return: the ``sale.order``, in sudo: the buyer reads it by the rule of orders
        :raise AccessError: when the person does not buy for this account
        :raise UserError: when it cannot be sold, with the sentence that says why
        """
        plan, chosen = self._choose_purchase(partner, plan_id, hours)
        account = self.sudo()
        # Two clicks at the same moment wait for each other here, so that the second finds the first's quotation.
        account._lock()
        hours = sum(chosen.order_line.mapped("product_uom_qty"))
        order = account._same_purchase(partner, plan, hours)
        if not order:
            orders = self.env["sale.order"].sudo().with_company(account.company_id)
            order = orders.create(account._purchase_values(plan, hours))
            order.message_subscribe(partner_ids=partner.ids)
            order._jobtrack_check_plan_order()
            order._jobtrack_check_capacity()
            order.state = "sent"
            order.message_post(
                body=self.env._("Chosen by %(name)s on the portal.", name=partner.name)
            )
        return order

    def _same_purchase(self, partner, plan, hours):
        """Return an unpaid quotation over the same that this person asked for a short while ago."""
        since = fields.Datetime.now() - timedelta(hours=SAME_PURCHASE_HOURS)
        domain = [
            ("jobtrack_account_id", "=", self.id),
            ("state", "=", "sent"),
            ("jobtrack_is_renewal", "=", False),
            ("create_date", ">=", since),
            ("message_partner_ids", "in", partner.ids),
        ]
        found = self.env["sale.order"].sudo().search(domain)
        return found.filtered(
            lambda order: (
                order.order_line.product_id == plan
                and sum(order.order_line.mapped("product_uom_qty")) == hours
                and not order.transaction_ids.filtered(lambda tx: tx.state != "draft")
            )
        )[:1]
