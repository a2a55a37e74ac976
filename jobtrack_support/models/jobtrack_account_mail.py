from odoo import fields, models

from ..tools import mail_table, notices
from ..tools.rounding import money

BILL_COPY = "jobtrack_support.mail_template_bill_copy"
LOW_CREDIT = "jobtrack_support.mail_template_low_credit"
FAILED_CHARGE = "jobtrack_support.mail_template_failed_charge"
# A mail that holds a link for its reader alone is kept in no record's history, where others would read it.
UNKEPT = {"model": False, "res_id": False}


class JobtrackAccountMail(models.AbstractModel):
    """What people are told about the money of an account; the main contact gets a copy of all of it (B4)."""

    _name = "jobtrack.account.mail"
    _description = "Support Account: Its Mail"

    low_credit_told = fields.Boolean(readonly=True, copy=False, groups="base.group_user")

    def _money_people(self):
        """Return the contacts who see money or buy: the last column of the rows about hours and credit."""
        return self._active_contacts().filtered(
            lambda contact: contact.may_see_money or contact.may_buy
        )

    def _tell_hours(self, template, record=None, values=None, **context):
        """Tell who sees money or buys of an event of the row "hours"; the main contact as well.

        Amounts are for those who see money: the templates ask for it.

        :param record: what the template is about; the account by default
        :param dict values: further values of the mails
        :return: the contacts who hear of it
        """
        self.ensure_one()
        people = self._money_people()
        record = record or self
        event = mail_table.HOURS
        reached = people._tell(template, record, event, values, **context)
        copy = self.sudo().main_contact_id.filtered("active") - people
        return reached | copy._tell(template, record, event, values, jobtrack_copy=True, **context)

    def _tell_bill_copy(self, words, told):
        """Tell the main contact, who does not see money, that others were told of a bill: without its amounts.

        :param str words: what was sent
        :param told: the contacts who were told
        """
        for account in self.sudo():
            copy = account.main_contact_id.filtered("active")
            if copy.partner_id not in told.partner_id:
                copy._tell(
                    BILL_COPY,
                    account,
                    mail_table.BILL,
                    jobtrack_words=words,
                    jobtrack_people=", ".join(told.mapped("name")),
                )

    # === LOW CREDIT === #

    def _notify_low_credit(self):
        """Tell who sees money or buys that little of the credit is left, once until there is more again (A11).

        Accounts without credit, and those that use none of it, are told nothing.
        """
        self.ensure_one()
        account = self.sudo()
        limit = money(account.credit_limit, account.currency_id.decimal_places)
        low = notices.is_low_credit(
            limit, account._credit_left(), account.company_id.jobtrack_low_credit_percent
        )
        if low == account.low_credit_told:
            return
        account.low_credit_told = low
        if low and account.active:
            account._tell_hours(LOW_CREDIT)

    def _credit_in_words(self):
        """Return ``left`` and ``limit`` of the credit with the currency, for mails to people who see money."""
        account = self.sudo()
        left = max(float(account._credit_left()), 0.0)
        currency = account.currency_id
        return {"left": currency.format(left), "limit": currency.format(account.credit_limit)}

    # === CHARGES THAT FAILED === #

    def _tell_failed_charge(self, transaction):
        """Tell who sees the money of these accounts that a payment failed; one mail to a person.

        The sum is that of all accounts together: who does not see the money of each of them reads none.

        :param transaction: the ``payment.transaction``
        """
        accounts = self.sudo().filtered("active").sorted("name")
        people = {}
        for contact in accounts._active_contacts().filtered("may_see_money"):
            people.setdefault(contact.partner_id, contact)
        told = accounts.contact_ids.browse()
        for partner, contact in people.items():
            sees_all = all(account._contact_of(partner).may_see_money for account in accounts)
            told |= contact._tell(
                FAILED_CHARGE,
                transaction.sudo(),
                mail_table.BILL,
                UNKEPT,
                jobtrack_sees_sum=sees_all,
                jobtrack_names=", ".join(accounts.mapped("name")),
            )
        accounts._tell_bill_copy(self.env._("A payment that failed"), told)
