from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.rounding import draw_value, format_hours, to_hours


class JobtrackWorkOrderFunding(models.Model):
    """One source that pays a work order: preview before approval, snapshot and reservation after it (M1, M2)."""

    _name = "jobtrack.work.order.funding"
    _description = "Funding of a Work Order"
    _inherit = ["jobtrack.machine.written"]
    _order = "work_order_id, sequence, id"

    work_order_id = fields.Many2one(
        "jobtrack.work.order", required=True, ondelete="cascade", index=True
    )
    jobtrack_account_id = fields.Many2one(
        related="work_order_id.jobtrack_account_id",
        string="Support Account",
        store=True,
        index=True,
    )
    sequence = fields.Integer()
    pack_id = fields.Many2one(
        "jobtrack.hour.pack", ondelete="restrict", index="btree_not_null", help="Empty: paid later."
    )
    minutes = fields.Integer(readonly=True)
    hours = fields.Float(compute="_compute_hours")
    rate = fields.Float(string="Rate per Hour", digits=(16, 4), readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="work_order_id.currency_id")
    reserved_minutes = fields.Integer(
        readonly=True, help="Minutes of the pack that this job keeps now."
    )
    is_returned = fields.Boolean(
        readonly=True,
        help="Came back when a bill was corrected; not part of what the client was shown.",
    )
    is_later = fields.Boolean(
        readonly=True,
        help="Reserved after the approval: other hours lapsed, or the job waited for hours that came.",
    )
    name = fields.Char(compute="_compute_name")

    _reserved_within = models.Constraint(
        "CHECK(reserved_minutes >= 0 AND reserved_minutes <= minutes)",
        "A job cannot keep more hours than were approved.",
    )

    @api.depends("minutes")
    def _compute_hours(self):
        for funding in self:
            funding.hours = to_hours(funding.minutes)

    @api.depends("pack_id")
    def _compute_name(self):
        for funding in self:
            pack = funding.pack_id
            if not pack:
                funding.name = self.env._("Invoice after the work")
            elif pack.date_expiry:
                funding.name = self.env._(
                    "%(pack)s (until %(expiry)s)",
                    pack=pack.name,
                    expiry=format_date(self.env, pack.date_expiry),
                )
            else:
                funding.name = pack.name

    def _hours_in_words(self):
        """Return the hours as people write them, for mails."""
        return format_hours(self.minutes)

    # === RESERVES THAT MOVE === #

    def _move_reserve(self, minutes, pack):
        """Keep reserved minutes in the pack that they were rolled over into; the sum of the snapshot stays."""
        for row in self:
            moved = min(minutes, row.reserved_minutes)
            minutes -= moved
            if moved:
                digits = row.currency_id.decimal_places
                amount = draw_value(row.amount, moved, row.minutes, digits)
                row.reserved_minutes -= moved
                row._split_off(moved, pack, row.rate, float(amount))

    def _reserve_elsewhere(self, minutes, pack):
        """Reserve minutes of a pack for those of this row that lapsed, or that were to be paid later."""
        self.ensure_one()
        amount = draw_value(
            pack.value_remaining, minutes, pack.minutes_remaining, pack.currency_id.decimal_places
        )
        self._split_off(minutes, pack, pack.rate, float(amount), is_later=True)

    def _split_off(self, minutes, pack, rate, amount, **values):
        """Let ``minutes`` of this row be paid by ``pack`` and reserve them there."""
        self.ensure_one()
        values |= {
            "pack_id": pack.id,
            "minutes": minutes,
            "reserved_minutes": minutes,
            "rate": rate,
            "amount": amount,
        }
        if minutes == self.minutes:
            self.write(values)
            return
        own = draw_value(self.amount, minutes, self.minutes, self.currency_id.decimal_places)
        left = self.currency_id.round(self.amount - float(own))
        self.write({"minutes": self.minutes - minutes, "amount": left})
        same = {
            "work_order_id": self.work_order_id.id,
            "sequence": self.sequence,
            "is_returned": self.is_returned,
            "is_later": self.is_later,
        }
        self.create(values | same)
