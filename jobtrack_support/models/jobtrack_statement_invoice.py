from odoo import fields, models

from ..tools.rounding import amount_of, format_hours, invoice_quantity, money
from .in_batches import AT_ONCE


class JobtrackStatementInvoice(models.AbstractModel):
    """The invoices of a batch of statements: over the hours that no pack pays (D7)."""

    _name = "jobtrack.statement.invoice"
    _description = "Billing Statement: Its Invoice"

    def _create_invoices(self, run, statements):
        """Create one draft invoice per account, or per client where the accounts say so, over what packs do not pay.

        :return: the draft invoices; taxes, fiscal position, due date and addresses are Odoo's own
        """
        to_invoice = statements.filtered(
            lambda statement: any(line.postpaid_minutes for line in statement.line_ids)
        )
        # The lines ask for it one by one.
        projects = to_invoice.jobtrack_account_id.project_id
        projects.fetch(["account_id"])
        projects.account_id.mapped("plan_id")
        groups = list(
            to_invoice.grouped(
                lambda statement: statement.jobtrack_account_id._invoice_key()
            ).values()
        )
        invoices = (
            self.env["account.move"]
            .with_company(run.company_id)
            .with_context(**AT_ONCE)
            .create([group._prepare_invoice() for group in groups])
        )
        for group, invoice in zip(groups, invoices, strict=True):
            group.invoice_id = invoice
        return invoices.with_env(self.env)

    def _prepare_invoice(self):
        """Return the values of the draft invoice of these statements of one client: a line per job."""
        accounts = self.jobtrack_account_id
        company = accounts.company_id
        address = accounts._invoice_address()
        terms = (
            address.commercial_partner_id.with_company(company).property_payment_term_id
            or company.jobtrack_payment_term_id
        )
        lines = self.line_ids.filtered("postpaid_minutes")
        names = ", ".join(self.mapped("name"))
        values = {
            "move_type": "out_invoice",
            "partner_id": address.id,
            "company_id": company.id,
            "currency_id": accounts.currency_id.id,
            "jobtrack_account_id": accounts[0].id,
            "invoice_date": self[0].date,
            "invoice_origin": names,
            "ref": ", ".join(dict.fromkeys(filter(None, lines._order_numbers()))) or names,
            "invoice_line_ids": lines._prepare_invoice_lines(address),
        }
        if len(accounts) > 1:
            values["jobtrack_account_ids"] = [fields.Command.set(accounts.ids)]
        if terms:
            values["invoice_payment_term_id"] = terms.id
        return values

    def _invoiced_part(self):
        """Return the untaxed part of its invoice that this statement's account answers for.

        On an invoice over several accounts, what a correction took back is taken from the account that it was for.
        """
        self.ensure_one()
        together = self.invoice_id.sudo().jobtrack_account_ids
        if self.kind != "bill" or len(together) < 2:
            return self.amount
        parts = {
            statement: statement.amount + sum(statement.correction_ids.mapped("amount"))
            for statement in self.search(
                [("invoice_id", "=", self.invoice_id.id), ("kind", "=", "bill")]
            )
        }
        whole = sum(parts.values())
        return self.invoice_id.amount_untaxed * parts[self] / whole if whole else 0.0


class JobtrackStatementLineInvoice(models.AbstractModel):
    """One line of such an invoice: a job with its reference, hours and rate."""

    _name = "jobtrack.statement.line.invoice"
    _description = "Statement Line: Its Invoice Line"

    def _order_numbers(self):
        """Return the client's order number of each line: the job's own, or that of its account."""
        return [
            line.task_id.jobtrack_client_order_ref or line.jobtrack_account_id.client_order_ref
            for line in self
        ]

    def _prepare_invoice_lines(self, partner):
        """Return commands for the invoice lines in the language of ``partner``; headings name accounts."""
        lines = self.with_context(lang=partner.lang or self.env.lang)
        several_orders = len(set(lines._order_numbers())) > 1
        groups = lines.grouped("jobtrack_account_id")
        commands = []
        for account, account_lines in groups.items():
            if len(groups) > 1:
                heading = {"display_type": "line_section", "name": account.name}
                commands.append(fields.Command.create(heading))
            commands += [
                fields.Command.create(line._prepare_invoice_line(several_orders))
                for line in account_lines
            ]
        return commands

    def _prepare_invoice_line(self, with_order_number=False):
        """Return the values of the invoice line; its untaxed amount is the statement line's to the cent.

        Where the hours are not exact in the precision of units, the quantity is 1, of no unit, and the hours stand in
        the text.

        :param bool with_order_number: name the client's order on the line, also when it is the account's
        """
        self.ensure_one()
        account = self.jobtrack_account_id
        # Not env.ref, which asks the database for each line whether the product still exists.
        data = self.env["ir.model.data"]
        product_id = data._xmlid_to_res_id("jobtrack_support.product_postpaid_hour")
        quantity = self._invoice_quantity()
        analytic = account.project_id.account_id
        at_home = account.currency_id == account.company_id.currency_id
        return {
            "product_id": product_id,
            "name": self._invoice_text(with_order_number),
            # What Odoo would compute and write line by line; it checks and corrects both by the taxes.
            "amount_currency": -self.amount,
            **({"balance": -self.amount} if at_home else {}),
            "quantity": quantity or 1,
            "price_unit": self.rate if quantity else self.amount,
            **({} if quantity else {"product_uom_id": False}),
            "jobtrack_statement_line_id": self.id,
            "analytic_distribution": {str(analytic.id): 100} if analytic else False,
        }

    def _invoice_quantity(self):
        """Return the hours, or None where they cannot stand as quantity without moving the amount by a cent."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        currency_digits = self.currency_id.decimal_places
        amount = amount_of(self.postpaid_minutes, self.rate, currency_digits)
        if amount != money(self.amount, currency_digits):
            return None
        return invoice_quantity(self.postpaid_minutes, self.rate, digits, currency_digits)

    def _invoice_text(self, with_order_number):
        """Return the text of the invoice line: reference, job, hours, rate, and the client's order number."""
        job = self.task_id
        text = self.env._(
            "%(reference)s %(job)s: %(hours)s h at %(rate)s per hour",
            reference=job.jobtrack_reference,
            job=job.name,
            hours=format_hours(self.postpaid_minutes),
            rate=self.currency_id.format(self.rate),
        )
        number = self._order_numbers()[0]
        if number and (with_order_number or job.jobtrack_client_order_ref):
            text = self.env._("%(text)s (your order %(number)s)", text=text, number=number)
        return text
