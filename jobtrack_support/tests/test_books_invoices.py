from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .books_common import RUN, BooksCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-03 10:00:00")
class TestBooksInvoices(BooksCommon):
    """The invoice for work says what the statement says, to the cent, in the way the client wants it (D7)."""

    def _work(self, hours, rate, name="Repair", account=None):
        (account or self.account).postpay_rate = rate
        return self._do_job(hours, date="2026-03-02", name=name, account=account)

    def _awkward_work(self):
        """Eighty minutes at 53.33, twenty at 69.99, a quarter at 53.33 three times."""
        for minutes, rate in ((80, 53.33), (20, 69.99), (15, 53.33), (15, 53.33), (15, 53.33)):
            self._work(minutes / 60, rate)
        # 71.11 + 23.33 + 3 x 13.33
        return 134.43

    def _assert_invoice(self, statement, untaxed, tax):
        invoice = statement.invoice_id
        self.assertEqual(statement.amount, untaxed)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (untaxed, tax))
        lines = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        self.assertEqual(
            lines.mapped("price_subtotal"),
            statement.line_ids.filtered("postpaid_minutes").mapped("amount"),
        )
        revenue = lines.filtered(
            lambda line: line.account_id == self.company.jobtrack_revenue_gl_id
        )
        self.assertEqual(revenue, lines)
        self.assertAlmostEqual(-sum(revenue.mapped("balance")), untaxed)
        self.assertSound()

    def test_a_tax_on_top_rounded_by_line(self):
        self._tax_work(self._make_tax(20))
        self.company.tax_calculation_rounding_method = "round_per_line"
        untaxed = self._awkward_work()
        # 14.22 + 4.67 + 3 x 2.67
        self._assert_invoice(self._bill(), untaxed, 26.90)

    def test_a_tax_on_top_rounded_globally(self):
        self._tax_work(self._make_tax(20))
        self.company.tax_calculation_rounding_method = "round_globally"
        untaxed = self._awkward_work()
        # 134.43 x 0.2 = 26.886
        self._assert_invoice(self._bill(), untaxed, 26.89)

    def test_a_tax_that_is_included_in_prices_comes_on_top_of_the_untaxed_statement(self):
        self._tax_work(self._make_tax(20, included=True))
        for method, day, tax in (
            ("round_per_line", "2026-03-08", 26.90),
            ("round_globally", "2026-03-15", 26.89),
        ):
            with self.subTest(method=method):
                self.company.tax_calculation_rounding_method = method
                untaxed = self._awkward_work()
                self._assert_invoice(self._bill(day), untaxed, tax)

    def test_several_taxes_and_one_of_zero(self):
        taxes = self._make_tax(19, included=True) | self._make_tax(5) | self._make_tax(0)
        self._tax_work(taxes)
        self._work(2, 50)
        self._assert_invoice(self._bill(), 100, 24)

    def test_without_any_tax(self):
        self._tax_work(False)
        self._assert_invoice_of(self._work(80 / 60, 50), 66.67)

    def _assert_invoice_of(self, _job, untaxed):
        self._assert_invoice(self._bill(), untaxed, 0)

    def test_a_credit_note_of_work_with_included_tax_gives_back_the_same_amounts(self):
        self._tax_work(self._make_tax(20, included=True))
        self._work(80 / 60, 50)
        invoice = self._bill().invoice_id
        credit_note = invoice._reverse_moves([{"invoice_date": RUN}])
        credit_note.action_post()
        self.assertEqual(credit_note.amount_untaxed, 66.67)
        self.assertEqual(credit_note.amount_total, invoice.amount_total)

    def test_the_fiscal_position_maps_tax_and_revenue_account(self):
        domestic, export = self._make_tax(20), self._make_tax(0, name="Export")
        abroad = self.company.jobtrack_revenue_gl_id.copy({"name": "Support revenue abroad"})
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "company_id": self.company.id,
                "account_ids": [
                    Command.create(
                        {
                            "account_src_id": self.company.jobtrack_revenue_gl_id.id,
                            "account_dest_id": abroad.id,
                        }
                    )
                ],
            }
        )
        export.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(domestic.ids)],
            }
        )
        self._tax_work(domestic)
        self.client_company.property_account_position_id = position
        self._work(2, 50)
        invoice = self._bill().invoice_id
        line = invoice.invoice_line_ids
        self.assertEqual((line.tax_ids, line.account_id), (export, abroad))
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (100, 100))
        self.assertSound()

    def test_texts_are_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client_company.lang = "fr_FR"
        self._work(1.5, 1050.5)
        line = self._bill().invoice_id.invoice_line_ids
        self.assertIn("1 050,50", line.name.replace("\xa0", " ").replace("\u202f", " "))

    def test_terms_are_the_clients_before_the_companys(self):
        company_terms = self.env.ref("account.account_payment_term_15days")
        self.company.jobtrack_payment_term_id = company_terms
        self._work(1, 50)
        self.assertEqual(self._bill().invoice_id.invoice_payment_term_id, company_terms)
        own = self.env.ref("account.account_payment_term_30days")
        self.client_company.property_payment_term_id = own
        self._work(1, 50)
        invoice = self._bill("2026-03-15").invoice_id
        self.assertEqual(invoice.invoice_payment_term_id, own)
        self.assertEqual(str(invoice.invoice_date_due), "2026-04-14")

    def test_an_account_in_another_currency_is_invoiced_in_it(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "company_id": self.company.id, "name": RUN, "rate": 0.8}
        )
        account = self._make_account("Euro shop", currency_id=euro.id, postpay_rate=40)
        self._make_contact(account, self.approver, may_approve=True)
        self._work(80 / 60, 40, account=account)
        invoice = self._bill().invoice_id
        self.assertEqual((invoice.currency_id, invoice.amount_untaxed), (euro, 53.33))
        self.assertEqual(invoice.invoice_line_ids.balance, -66.66)
        self.assertSound()

    # === ORDER NUMBERS === #

    def test_the_order_number_of_the_account_is_the_reference_of_the_invoice(self):
        self.account.client_order_ref = "PO 4711"
        self._work(1, 50)
        invoice = self._bill().invoice_id
        self.assertEqual(invoice.ref, "PO 4711")
        self.assertEqual(invoice.invoice_origin, self.account.statement_ids.name)
        self.assertNotIn("PO 4711", invoice.invoice_line_ids.name, "once is enough")

    def test_a_jobs_own_order_number_stands_on_its_line(self):
        self.account.client_order_ref = "PO 4711"
        self._work(1, 50, name="One")
        self._work(1, 50, name="Two").jobtrack_client_order_ref = "PO 4712"
        invoice = self._bill().invoice_id
        self.assertEqual(invoice.ref, "PO 4711, PO 4712")
        for line, number in zip(invoice.invoice_line_ids, ("PO 4711", "PO 4712"), strict=True):
            self.assertIn(number, line.name)

    def test_without_order_number_the_statement_is_the_reference(self):
        self._work(1, 50)
        statement = self._bill()
        self.assertEqual(statement.invoice_id.ref, statement.name)

    def test_readers_do_not_change_how_an_account_is_invoiced(self):
        for group in ("technician", "dispatcher"):
            user = self._make_user(group, f"jobtrack_support.group_{group}")
            for values in ({"client_order_ref": "PO 1"}, {"invoice_grouping": "client"}):
                with self.subTest(group=group), self.assertRaises(AccessError):
                    self.account.with_user(user).write(values)
