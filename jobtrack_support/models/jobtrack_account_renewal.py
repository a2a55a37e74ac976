from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import plans
from ..tools.rounding import to_hours, to_minutes
from .sale_order_capacity import PAYING

OFFER_MAIL = "jobtrack_support.mail_template_renewal"
STANDING_MAIL = "jobtrack_support.mail_template_standing_order"


class JobtrackAccountRenewal(models.AbstractModel):
    """The hours of the next quarter: offered before this one ends, or ordered by a standing order (B11)."""

    _name = "jobtrack.account.renewal"
    _description = "Support Account: Renewal"

    renewal_offer = fields.Boolean(
        string="Offer the Renewal",
        default=True,
        tracking=True,
        help="14 days before the quarter ends, the people who buy hours get a quotation over the same hours.",
    )
    standing_plan_id = fields.Many2one(
        "product.product",
        string="Standing Order",
        domain="[('jobtrack_is_plan', '=', True)]",
        tracking=True,
        help="14 days before each quarter ends, this plan is ordered and invoiced for the next one by itself.",
    )
    standing_hours = fields.Float(string="Hours Each Quarter", tracking=True)

    @api.constrains("standing_plan_id", "standing_hours")
    def _check_standing_order(self):
        for account in self.sudo():
            plan = account.standing_plan_id
            minutes = to_minutes(account.standing_hours)
            if minutes < 0 or (plan and not plan.jobtrack_is_plan):
                raise ValidationError(
                    self.env._("A standing order names a support plan and its hours.")
                )
            if plan and minutes < max(to_minutes(plan.jobtrack_min_hours), 1):
                raise ValidationError(
                    self.env._(
                        "%(plan)s is sold from %(minimum)g hours on: order as many each quarter.",
                        plan=plan.display_name,
                        minimum=plan.jobtrack_min_hours or 1,
                    )
                )

    def _first_month(self):
        return int(self.company_id.sudo().jobtrack_quarter_first_month)

    def _renew(self):
        """Order or offer the hours of the next quarter, once, when the end of this one is near.

        Called every day: a day that is left out is made up for by the next one until the quarter ends.

        :return: the order, empty when there is nothing to do
        """
        self.ensure_one()
        today = self._today()
        orders = self.env["sale.order"].sudo()
        if not self.active or not plans.is_renewal_time(today, self._first_month()):
            return orders
        start = plans.next_quarter_start(today, self._first_month())
        if not (self.standing_plan_id or self.renewal_offer) or self._orders_of_quarter(start):
            return orders
        self._lock()
        if self._orders_of_quarter(start):
            return orders
        if not self.standing_plan_id:
            return self._make_offer(today)
        return self._order_standing(self._open_offers(start))

    def _orders_of_quarter(self, start):
        """Return the renewals for the quarter that begins on ``start``.

        Without a standing order, what the client bought for that quarter already is a renewal as well. With one, an
        offer that nobody has taken up is none.
        """
        domain = Domain("jobtrack_is_renewal", "=", True)
        if not self.standing_plan_id:
            domain |= Domain("state", "=", "sale")
        found = self._search_orders(domain & Domain("jobtrack_date_start", "=", start))
        return found - self._open_offers(start) if self.standing_plan_id else found

    def _search_orders(self, domain):
        orders = self.env["sale.order"].sudo()
        return orders.search(domain & Domain("jobtrack_account_id", "=", self.id))

    def _open_offers(self, start):
        """Return the offers for the quarter that begins on ``start`` which nobody has taken up or begun to pay."""
        offers = self._search_orders(
            Domain("jobtrack_is_renewal", "=", True)
            & Domain("jobtrack_date_start", "=", start)
            & Domain("state", "in", ("draft", "sent"))
        )
        return offers.filtered(
            lambda order: not order.transaction_ids.filtered(lambda tx: tx.state in PAYING)
        )

    def _order_standing(self, offers):
        """Confirm the standing order, which invoices it; what stops it is told to the administrators, once.

        :param offers: open offers for the same quarter, from before there was a standing order: it takes their place
        """
        try:
            with self.env.cr.savepoint():
                for offer in offers:
                    offer.message_post(body=self.env._("The standing order takes its place."))
                    offer.jobtrack_is_renewal = False
                    offer._action_cancel()
                offers.flush_recordset()
                order = self._create_renewal({self.standing_plan_id: self.standing_hours})
                order.action_confirm()
        except UserError as error:
            self._warn_administrators(
                self.env._("The standing order could not be made"), str(error)
            )
            return self.env["sale.order"]
        self._mail_buyers(STANDING_MAIL, order)
        return order

    def _make_offer(self, today):
        """Send a quotation over the hours that end with the quarter of ``today``."""
        hours = self._expiring_purchases(self.company_id._jobtrack_quarter_end(today))
        if not hours:
            return self.env["sale.order"]
        order = self._create_renewal(hours)
        order.state = "sent"
        self._mail_buyers(OFFER_MAIL, order)
        return order

    def _expiring_purchases(self, day):
        """Return a dictionary: plan on sale -> hours bought that expire on ``day``, without what was credited."""
        packs = (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "=", self.id),
                    ("source", "=", "purchase"),
                    ("product_id", "!=", False),
                    ("date_expiry", "=", day),
                    ("is_refunded", "=", False),
                ]
            )
        )
        hours = {}
        for plan, plan_packs in packs.grouped("product_id").items():
            if not (plan.active and plan.sale_ok and plan.jobtrack_is_plan):
                continue
            refunds = plan_packs.ledger_entry_ids.filtered(lambda entry: entry.kind == "refund")
            bought = to_hours(sum(plan_packs.mapped("minutes")) + sum(refunds.mapped("minutes")))
            hours[plan] = max(bought, plan.jobtrack_min_hours)
        return hours

    def _create_renewal(self, hours):
        """Create the quotation for the next quarter.

        :param dict hours: hours by plan (``product.product``)
        """
        orders = self.env["sale.order"].sudo().with_company(self.company_id)
        return orders.create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "pricelist_id": self._pricelist().id,
                "jobtrack_account_id": self.id,
                "jobtrack_quarter": plans.NEXT_QUARTER,
                "jobtrack_is_renewal": True,
                "order_line": [
                    fields.Command.create({"product_id": plan.id, "product_uom_qty": amount})
                    for plan, amount in hours.items()
                ],
            }
        )

    def _pricelist(self):
        """Return the price list of the account's currency, the client's own first; none means the plans' own prices."""
        own = self.partner_id.with_company(self.company_id).property_product_pricelist
        lists = own | self.env["product.pricelist"].sudo().search(
            [
                ("currency_id", "=", self.currency_id.id),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        return lists.filtered(lambda prices: prices.currency_id == self.currency_id)[:1]

    def _mail_buyers(self, template, order):
        """Send a mail about an order, one to each person who buys or sees money, as they chose to hear of hours."""
        self.ensure_one()
        self._tell_hours(template, order)
