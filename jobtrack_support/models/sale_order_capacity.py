from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import capacity
from ..tools.rounding import format_hours

PAYING = ("pending", "authorized", "done")


class JobtrackSaleCapacity(models.AbstractModel):
    """Hours are sold as far as people can work them (B10)."""

    _name = "jobtrack.sale.capacity"
    _description = "Order of a Plan: Capacity"

    jobtrack_capacity_words = fields.Char(
        string="Capacity", compute="_compute_jobtrack_capacity_words"
    )

    @api.depends("order_line.product_uom_qty", "order_line.product_id", "state", "company_id")
    def _compute_jobtrack_capacity_words(self):
        for order in self:
            words = False
            if order.jobtrack_is_plan_order and order.state in ("draft", "sent"):
                answer, free = order._jobtrack_capacity_answer()
                words = (
                    order._jobtrack_capacity_sentence(free) if answer != capacity.NOTHING else False
                )
            order.jobtrack_capacity_words = words

    def action_quotation_send(self):
        for order in self:
            order._jobtrack_check_capacity()
        return super().action_quotation_send()

    def action_confirm(self):
        for order in self:
            order._jobtrack_check_capacity()
        return super().action_confirm()

    def _jobtrack_capacity_answer(self):
        """Return what happens to the hours of this order, and the minutes that can still be sold."""
        self.ensure_one()
        lines = self.order_line.filtered("product_id.jobtrack_is_plan")
        hours = sum(lines.mapped("product_uom_qty"))
        company = (self.company_id or self.env.company).sudo()
        return company._jobtrack_judge_purchase(hours, self.jobtrack_date_start or None)

    def _jobtrack_capacity_sentence(self, free):
        return self.env._(
            "More hours than our people can work until they expire: %(free)s h can still be sold.",
            free=format_hours(free),
        )

    def _jobtrack_check_capacity(self):
        """Refuse or note a purchase that is larger than what can be worked; money on its way is not turned away.

        :raise UserError: where the company refuses such purchases
        """
        self.ensure_one()
        if not self.jobtrack_is_plan_order or self.state not in ("draft", "sent"):
            return
        answer, free = self._jobtrack_capacity_answer()
        if answer == capacity.NOTHING:
            return
        sentence = self._jobtrack_capacity_sentence(free)
        is_paying = self.sudo().transaction_ids.filtered(lambda tx: tx.state in PAYING)
        if answer == capacity.REFUSE and not is_paying:
            raise UserError(sentence)
        self.message_post(body=sentence)
