from odoo import api, fields, models
from odoo.exceptions import ValidationError


class JobtrackAccountBuying(models.AbstractModel):
    """How the client of an account buys hours."""

    _name = "jobtrack.account.buying"
    _description = "Support Account: Buying Hours"

    currency_id = fields.Many2one("res.currency")
    company_id = fields.Many2one("res.company")
    postpay_rate = fields.Monetary()
    packs_at_posting = fields.Boolean(
        string="Hours before Payment",
        tracking=True,
        help="Hours can be used when their invoice is posted. What is used before it is paid counts as credit used.",
    )

    coming_hours = fields.Float(
        string="Usable Later",
        compute="_compute_held_hours",
        help="Hours left of purchases for the next quarter.",
    )

    def _compute_held_hours(self):
        """Computed with the other hours of the account."""
        raise NotImplementedError

    def _coming_minutes(self):
        """Return a dictionary: account -> minutes of its active packs that cannot be used before a later day."""
        coming = {}
        for company, accounts in self.grouped("company_id").items():
            today = self.env["jobtrack.account"]._today(company)
            coming |= accounts._minutes_left([("state", "=", "active"), ("date_start", ">", today)])
        return coming

    def _minutes_left(self, domain):
        """Return a dictionary: account -> minutes left in its packs of ``domain``."""
        packs = self.env["jobtrack.hour.pack"].sudo()
        return dict(
            packs._read_group(
                [("jobtrack_account_id", "in", self.ids), *domain],
                ["jobtrack_account_id"],
                ["minutes_remaining:sum"],
            )
        )

    @api.constrains("postpay_rate", "currency_id", "company_id")
    def _check_dearer_than_plans(self):
        """Keep hours without a plan dearer than every plan (A6)."""
        for account in self.sudo():
            plan = account.company_id._jobtrack_dear_plan(account.postpay_rate, account.currency_id)
            if plan:
                raise ValidationError(
                    self.env._(
                        "Hours without a plan cost more than every plan: at %(rate)s an hour, the rate of %(account)s"
                        " is too low for %(plan)s. Raise the rate or lower the price of the plan.",
                        rate=account.currency_id.format(account.postpay_rate),
                        account=account.name,
                        plan=plan.display_name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "packs_at_posting" in vals:
            for account in self:
                # Who may write the setting may have the packs follow it.
                self.env["jobtrack.hour.pack"].sudo()._sync_account(account.sudo())
        return result

    def _used_before_payment(self):
        """Return what was used of purchases that are not paid, or not any more.

        :return: list of ``(account, invoice, money)``, the money without tax and at most what is still owed of it
        """
        packs = (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("source", "=", "purchase"),
                    ("invoice_line_id.parent_state", "=", "posted"),
                    ("invoice_line_id.move_id.amount_residual", "!=", 0),
                ]
            )
        )
        used = []
        for invoice, invoice_packs in packs.grouped("invoice_id").items():
            share = invoice.amount_residual / invoice.amount_total if invoice.amount_total else 0.0
            owed = invoice.amount_untaxed * share
            for account, account_packs in invoice_packs.grouped("jobtrack_account_id").items():
                entries = account_packs.ledger_entry_ids.filtered(
                    lambda entry: entry._reversed_kind() == "usage"
                )
                worth = min(-sum(entries.mapped("value")), owed)
                if account.currency_id.compare_amounts(worth, 0.0) > 0:
                    used.append((account, invoice, account.currency_id.round(worth)))
        return used
