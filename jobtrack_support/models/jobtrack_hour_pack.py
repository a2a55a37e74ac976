from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.allocation import Pack
from ..tools.rounding import to_hours
from . import guard


class JobtrackHourPack(models.Model):
    """One purchase or grant of hours: what was bought, what is left, and until when it pays work."""

    _name = "jobtrack.hour.pack"
    _description = "Hour Pack"
    _inherit = [
        "jobtrack.machine.written",
        "jobtrack.hour.pack.life",
        "jobtrack.hour.pack.refund",
        "jobtrack.hour.pack.sync",
    ]
    _order = "jobtrack_account_id, date_expiry, create_date, id"

    name = fields.Char(required=True, readonly=True)
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="jobtrack_account_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="jobtrack_account_id.currency_id", store=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency", store=True
    )
    source = fields.Selection(
        [("purchase", "Purchase"), ("grant", "Grant"), ("rollover", "Rollover")],
        required=True,
        readonly=True,
        default="purchase",
    )
    origin_pack_id = fields.Many2one(
        "jobtrack.hour.pack",
        string="Rolled Over From",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    rollover_ids = fields.One2many(
        "jobtrack.hour.pack", "origin_pack_id", string="Rolled Over Into", readonly=True
    )
    product_id = fields.Many2one(
        "product.product", string="Plan", readonly=True, ondelete="restrict"
    )
    invoice_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    invoice_id = fields.Many2one(related="invoice_line_id.move_id", string="Invoice")
    minutes = fields.Integer(required=True, readonly=True)
    minutes_remaining = fields.Integer(readonly=True)
    hours = fields.Float(compute="_compute_hours", store=True)
    hours_remaining = fields.Float(compute="_compute_hours", string="Hours Left", store=True)
    rate = fields.Float(string="Rate per Hour", digits=(16, 4), readonly=True)
    value = fields.Monetary(readonly=True)
    value_remaining = fields.Monetary(readonly=True, string="Value Left")
    value_company = fields.Monetary(readonly=True, currency_field="company_currency_id")
    value_company_remaining = fields.Monetary(readonly=True, currency_field="company_currency_id")
    date_start = fields.Date(
        readonly=True, help="First billing day on which the hours may be used."
    )
    date_expiry = fields.Date(
        readonly=True,
        help="Last day of work that the hours pay; empty means that they never expire.",
    )
    is_activated = fields.Boolean(
        readonly=True, help="Paid or granted: its hours are in the ledger."
    )
    is_lapsed = fields.Boolean(readonly=True, help="Its expiry has been processed.")
    expiry_notice_days = fields.Integer(
        readonly=True, help="The last notice before the expiry that was sent, in days before it."
    )
    is_refunded = fields.Boolean(readonly=True)
    returned_minutes = fields.Integer(
        readonly=True, help="Taken back with the payment of the pack that it was rolled over from."
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("active", "Active"),
            ("exhausted", "Exhausted"),
            ("expired", "Expired"),
            ("refunded", "Refunded"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    funding_ids = fields.One2many("jobtrack.work.order.funding", "pack_id")
    reserved_minutes = fields.Integer(compute="_compute_reserved")
    reserved_hours = fields.Float(string="Reserved", compute="_compute_reserved")
    ledger_entry_ids = fields.One2many("jobtrack.ledger.entry", "pack_id", string="Movements")
    used_share = fields.Float(compute="_compute_hours", string="Used", store=True)

    _invoice_line_unique = models.Constraint(
        "unique(invoice_line_id)", "An invoice line makes one pack only."
    )
    _never_negative = models.Constraint(
        "CHECK(minutes_remaining >= 0 AND value_remaining >= 0 AND value_company_remaining >= 0)",
        "A pack cannot pay more than it has.",
    )

    # === COMPUTE METHODS === #

    @api.depends("minutes", "minutes_remaining", "is_activated")
    def _compute_hours(self):
        for pack in self:
            pack.hours = to_hours(pack.minutes)
            pack.hours_remaining = to_hours(pack.minutes_remaining)
            used = pack.minutes - pack.minutes_remaining if pack.is_activated else 0
            pack.used_share = 100.0 * used / pack.minutes if pack.minutes else 0.0

    @api.depends("is_activated", "is_lapsed", "is_refunded", "minutes_remaining")
    def _compute_state(self):
        for pack in self:
            # Hours that were given on top of what was paid back are there like any others.
            has_hours = pack.is_activated and pack.minutes_remaining
            if pack.is_refunded and not has_hours:
                pack.state = "refunded"
            elif not pack.is_activated:
                pack.state = "pending"
            elif pack.is_lapsed:
                pack.state = "expired"
            else:
                pack.state = "active" if pack.minutes_remaining else "exhausted"

    @api.depends("funding_ids.reserved_minutes")
    def _compute_reserved(self):
        reserved = dict(
            self.env["jobtrack.work.order.funding"]
            .sudo()
            ._read_group(
                [("pack_id", "in", self.ids), ("reserved_minutes", ">", 0)],
                ["pack_id"],
                ["reserved_minutes:sum"],
            )
        )
        for pack in self:
            pack.reserved_minutes = reserved.get(pack._origin, 0)
            pack.reserved_hours = to_hours(pack.reserved_minutes)

    @api.depends("name", "jobtrack_account_id.name")
    def _compute_display_name(self):
        for pack in self:
            pack.display_name = f"{pack.jobtrack_account_id.name}: {pack.name}"

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        if any(pack.ledger_entry_ids for pack in self):
            raise UserError(self.env._("A pack that stands in the ledger cannot be deleted."))

    # === BUSINESS METHODS === #

    def _activate_grant(self, date, reason=None):
        """Put the minutes and the value of a grant into the ledger; the account must be locked.

        :return: the ledger entries
        """
        entries = self.env["jobtrack.ledger.entry"]._record(
            [
                {
                    "pack": pack,
                    "kind": "grant",
                    "minutes": pack.minutes,
                    "value": pack.value,
                    "value_company": pack.value_company,
                    "date": date,
                    "reason": reason or pack.name,
                }
                for pack in self
            ]
        )
        self.is_activated = True
        return entries

    def _as_plain(self, reserved_here=None):
        """Return the packs as plain values for the allocator, with the minutes that no job has reserved.

        :param dict reserved_here: minutes by pack id that count as free although they are reserved (a job's own,
            when its new version replaces the old)
        """
        reserved_here = reserved_here or {}
        return [
            Pack(
                id=pack.id,
                free_minutes=pack.minutes_remaining
                - pack.reserved_minutes
                + reserved_here.get(pack.id, 0),
                date_start=pack.date_start,
                date_expiry=pack.date_expiry or None,
                purchased=root.create_date.date(),
                root_id=root.id,
            )
            for pack, root in ((pack, pack._root_pack()) for pack in self)
        ]

    def _root_pack(self):
        """Return the purchase or grant from which the hours of this pack rolled over, or the pack itself.

        Rolled over hours are used in the order in which they were bought: when the daily care came is no reason.
        """
        root = self
        while root.origin_pack_id:
            root = root.origin_pack_id
        return root

    def action_open_invoice(self):
        """Return the action that opens the invoice of the purchase."""
        self.ensure_one()
        guard.check_staff_reads(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.invoice_id.id,
            "view_mode": "form",
        }
