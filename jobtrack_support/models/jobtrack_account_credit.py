from odoo import api, fields, models

from ..tools import holds, job_states
from ..tools.rounding import amount_of, money, to_minutes
from ..tools.terms import least_minutes


class JobtrackAccountCredit(models.AbstractModel):
    """Credit of an account: a typed-in limit against what is owed and promised (exposure, section 2 of the design)."""

    _name = "jobtrack.account.credit"
    _description = "Support Account: Credit"

    currency_id = fields.Many2one("res.currency")
    company_id = fields.Many2one("res.company")
    credit_limit = fields.Monetary(
        groups="base.group_user",
        compute="_compute_credit_limit",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="What the client may owe for work before it is asked to pay.",
    )
    credit_used = fields.Monetary(
        compute="_compute_credit_used",
        groups="base.group_user",
        help="Unpaid invoices for work and for used hours, work done but not billed, and approved work that no pack"
        " covers; untaxed.",
    )
    credit_available = fields.Monetary(compute="_compute_credit_used", groups="base.group_user")

    @api.depends("company_id")
    def _compute_credit_limit(self):
        for account in self:
            account.credit_limit = account.credit_limit or account.company_id.jobtrack_credit_limit

    @api.depends("credit_limit")
    def _compute_credit_used(self):
        promised = self._promised_postpaid()
        owed = self._owed_postpaid()
        for account in self:
            used = promised.get(account._origin, 0.0) + owed.get(account._origin, 0.0)
            account.credit_used = account.currency_id.round(used) if account.currency_id else used
            account.credit_available = account.credit_limit - account.credit_used

    def _credit_left(self):
        """Return the credit that is left now; rules ask this and not the field, whose value may be of a moment ago."""
        self.ensure_one()
        account = self.sudo()
        account.invalidate_recordset(["credit_used", "credit_available"], flush=False)
        return money(account.credit_available, account.currency_id.decimal_places)

    def _promised_postpaid(self):
        """Return a dictionary: account -> money of approved or done, unbilled work that no pack covers."""
        promised = {}
        for order in self._orders_in_force():
            account = order.jobtrack_account_id
            promised[account] = promised.get(account, 0.0) + order._postpaid_amount()
        return promised

    def _orders_in_force(self):
        """Return the work orders of approved or done, unbilled jobs, first approved first."""
        return (
            self.env["jobtrack.work.order"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("state", "=", "approved"),
                    ("task_id.jobtrack_state", "in", job_states.PENDING_BILLING),
                ],
                order="decision_date, id",
            )
        )

    def _owed_postpaid(self):
        """Return a dictionary: account -> unpaid, untaxed part of its posted invoices for work and for used hours."""
        owed = {}
        statements = (
            self.env["jobtrack.statement"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("invoice_id.state", "=", "posted"),
                    # Not by the state of payment: who blocks a payment for now does not forgive it.
                    ("invoice_id.amount_residual", "!=", 0),
                ]
            )
        )
        for statement in statements:
            invoice = statement.invoice_id
            share = invoice.amount_residual / invoice.amount_total if invoice.amount_total else 0.0
            account = statement.jobtrack_account_id
            # The invoice may bill other accounts of the client as well: each owes its own part. A correction that the
            # client has not used yet is owed to it.
            owed[account] = owed.get(account, 0.0) + statement._invoiced_part() * share
        owed = {account: max(amount, 0.0) for account, amount in owed.items()}
        for account, _invoice, used in self._used_before_payment():
            owed[account] = owed.get(account, 0.0) + used
        return owed

    def _is_credit_insufficient(self):
        """Return whether neither prepaid hours nor credit for the least that a job can cost are left (A11)."""
        self.ensure_one()
        account = self.sudo()
        if to_minutes(account.available_hours) > 0:
            return False
        currency = account.currency_id
        digits = currency.decimal_places
        least = amount_of(least_minutes(account._terms()), account.postpay_rate, digits)
        return account._credit_left() < max(least, money(currency.rounding, digits))

    def _overdue_invoices(self):
        """Return the client's posted invoices of this account that are past due (D9)."""
        self.ensure_one()
        return self._overdue_by_account().get(self, self.env["account.move"].sudo())

    def _overdue_by_account(self):
        """Return a dictionary: account -> its invoices past due; accounts without one are left out.

        An account of whose part of an invoice over several nothing is left, because it was corrected, owes none of it.
        """
        statements = (
            self.env["jobtrack.statement"]
            .sudo()
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("invoice_id.state", "=", "posted"),
                    ("invoice_id.payment_state", "in", ("not_paid", "partial")),
                ]
            )
        )
        owed = [
            (statement.jobtrack_account_id, statement.invoice_id)
            for statement in statements
            if len(statement.invoice_id.jobtrack_account_ids) < 2 or statement.is_correctable
        ]
        owed += [(account, invoice) for account, invoice, _used in self._used_before_payment()]
        overdue = {}
        for account, invoice in owed:
            due = invoice.invoice_date_due
            if self._is_owed(invoice) and due and due < account._today():
                overdue[account] = overdue.get(account, invoice.browse()) | invoice
        return overdue

    @staticmethod
    def _is_owed(invoice):
        """Return whether the client still owes something of this invoice."""
        return (
            invoice.state == "posted"
            and invoice.move_type == "out_invoice"
            and invoice.payment_state in ("not_paid", "partial")
        )

    def _is_paused(self):
        """Return whether an overdue invoice pauses new work (D9)."""
        return bool(self._overdue_invoices())

    def _refresh_holds(self):
        """Put jobs without funds on hold and release those that have them now."""
        jobs = (
            self.env["project.task"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("jobtrack_account_id", "in", self.ids),
                    ("jobtrack_state", "in", ("approved", "on_hold")),
                ]
            )
        )
        jobs._jobtrack_refresh_hold()

    def _unfunded_jobs(self):
        """Return the ids of approved jobs whose postpaid part does not fit into the credit, or was not consented to."""
        owed = self._owed_postpaid()
        unfunded = self._jobs_without_consent_to_pay()
        orders = self._orders_in_force()
        # Asked of all orders and accounts together, so that the database is asked once for all.
        amounts = {order: order._postpaid_amount() for order in orders}
        by_account = orders.grouped("jobtrack_account_id")
        for account in self.sudo():
            own = by_account.get(account, orders.browse())
            done = own.filtered(lambda order: order.task_id.jobtrack_state == "done")
            owed_here = owed.get(account, 0.0) + sum(amounts[order] for order in done)
            digits = account.currency_id.decimal_places
            credit = money(account.credit_limit, digits) - money(owed_here, digits)
            promised = [(order.task_id.id, money(amounts[order], digits)) for order in own - done]
            unfunded |= holds.unfunded(credit, promised)
        return unfunded
