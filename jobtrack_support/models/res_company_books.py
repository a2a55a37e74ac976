from odoo import models
from odoo.exceptions import UserError, ValidationError

GLS = (
    "jobtrack_deferred_gl_id",
    "jobtrack_revenue_gl_id",
    "jobtrack_breakage_gl_id",
    "jobtrack_granted_gl_id",
)


class JobtrackCompanyBooks(models.AbstractModel):
    """Which ledger accounts the support ledger may book on, and that the one for deferred revenue stays."""

    _name = "jobtrack.company.books"
    _description = "Company: Accounts of the Support Ledger"

    def _jobtrack_check_gls(self):
        """Refuse accounts on which the books of the support ledger could not be right.

        :raise ValidationError: with which account to choose
        """
        for company in self.sudo():
            for name in GLS:
                gl = company[name]
                if gl and not gl.company_ids & company.parent_ids:
                    raise ValidationError(
                        self.env._(
                            "%(account)s is not an account of %(company)s.",
                            account=gl.display_name,
                            company=company.name,
                        )
                    )
            deferred = company.jobtrack_deferred_gl_id
            if deferred and (
                deferred.internal_group != "liability"
                or deferred.reconcile
                or deferred in (company[name] for name in GLS[1:])
            ):
                raise ValidationError(
                    self.env._(
                        "Deferred support revenue needs an account of its own: a liability that is not reconciled, and"
                        " that is used for nothing else. %(account)s is not.",
                        account=deferred.display_name,
                    )
                )

    def _jobtrack_check_journal(self):
        """Refuse a journal in which the support ledger could not book.

        :raise ValidationError: with which journal to choose
        """
        for company in self.sudo():
            journal = company.jobtrack_journal_id
            if journal and (
                journal.type != "general" or not journal.company_id & company.parent_ids
            ):
                raise ValidationError(
                    self.env._(
                        "The support ledger of %(company)s books in a journal of that company for miscellaneous"
                        " entries: %(journal)s is none.",
                        company=company.name,
                        journal=journal.display_name,
                    )
                )

    def _jobtrack_check_deferred_stays(self, gl_id):
        """Refuse to move deferred revenue to another account once something is booked, here or there.

        :param int gl_id: id of the account that is to become the account of deferred support revenue
        :raise UserError: when old balances would be left behind, or others be taken over
        """
        for company in self.sudo().filtered(
            lambda known: known.jobtrack_deferred_gl_id.id != gl_id
        ):
            for gl in company.jobtrack_deferred_gl_id | self.env["account.account"].browse(gl_id):
                domain = [
                    ("account_id", "=", gl.id),
                    ("company_id", "=", company.id),
                    ("parent_state", "=", "posted"),
                ]
                if self.env["account.move.line"].sudo().search_count(domain, limit=1):
                    raise UserError(
                        self.env._(
                            "%(account)s has entries already: deferred support revenue begins on an account without"
                            " any, and stays there. Its name and code may change.",
                            account=gl.sudo().display_name,
                        )
                    )
