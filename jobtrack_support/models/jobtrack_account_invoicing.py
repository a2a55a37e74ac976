from odoo import fields, models


class JobtrackAccountInvoicing(models.AbstractModel):
    """How the client of an account wants its invoices: whose, and under which order number."""

    _name = "jobtrack.account.invoicing"
    _description = "Support Account: Invoices"

    client_order_ref = fields.Char(
        string="Client's Order Number",
        tracking=True,
        copy=False,
        help="Stands as reference on the invoices for work. A job may have an order number of its own.",
    )
    invoice_grouping = fields.Selection(
        [
            ("account", "One invoice for this account"),
            ("client", "One invoice for all accounts of the client"),
        ],
        string="Invoices",
        required=True,
        default="account",
        tracking=True,
        groups="base.group_user",
        help="Whether a billing run writes one invoice for this account, or one for all accounts of this client"
        " that are set so and have the same company and currency.",
    )

    def _invoice_key(self):
        """Return what accounts must have in common to be billed on one invoice."""
        self.ensure_one()
        if self.invoice_grouping == "account":
            return (self.id,)
        return ("client", self.partner_id.commercial_partner_id, self.company_id, self.currency_id)

    def _invoice_groups(self):
        """Return the accounts as a list of recordsets, each of which gets one invoice from a run."""
        return list(self.grouped(lambda account: account._invoice_key()).values())

    def _with_invoice_group(self, candidates):
        """Return these accounts and those of ``candidates`` that share an invoice with one of them.

        A run bills a client's accounts in one batch: only what is posted together can stand on one invoice, and a
        posted invoice never grows.
        """
        keys = {account._invoice_key() for account in self if account.invoice_grouping == "client"}
        if not keys:
            return self
        return self | candidates.filtered(lambda account: account._invoice_key() in keys)

    def _invoice_address(self):
        """Return the partner to whom the invoice of these accounts is addressed."""
        partner = self.partner_id
        if len(partner) > 1:
            partner = partner.commercial_partner_id
        return partner.browse(partner.address_get(["invoice"])["invoice"])


class JobtrackJobInvoicing(models.AbstractModel):
    """What of a job stands on its invoice besides hours and rate."""

    _name = "jobtrack.job.invoicing"
    _description = "Support Job: Its Invoice"

    jobtrack_client_order_ref = fields.Char(
        string="Client's Order Number",
        copy=False,
        help="Stands on the invoice line of this job, instead of the order number of its account.",
    )
