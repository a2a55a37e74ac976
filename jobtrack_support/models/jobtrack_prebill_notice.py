import logging

from odoo import api, fields, models
from odoo.tools.misc import format_date, verify_hash_signed
from psycopg2 import OperationalError

from ..tools import mail_table, prebill
from . import guard
from .jobtrack_account_mail import UNKEPT

_logger = logging.getLogger(__name__)

UPCOMING_SCOPE = "jobtrack-upcoming"
# The next window brings a new link; this one lasts over the longest month between two runs.
LINK_DAYS = 40


class JobtrackPrebillNotice(models.Model):
    """One person was told of one coming bill: at most once, however often the cron runs (M6, I9)."""

    _name = "jobtrack.prebill.notice"
    _description = "Pre-Bill Notice"
    _inherit = ["jobtrack.machine.written"]
    _order = "date desc, id desc"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Date(string="Billing Date", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, readonly=True, ondelete="cascade", index=True
    )
    account_ids = fields.Many2many("jobtrack.account", string="Support Accounts", readonly=True)

    _once = models.Constraint(
        "unique(company_id, date, partner_id)", "This person was told of this bill already."
    )

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Name the bill as the head of its mail does."""
        for notice in self:
            date = format_date(self.env, notice.date, date_format="long")
            notice.display_name = self.env._("Bill of %(date)s", date=date)

    # === CRON === #

    @api.model
    def _cron_send(self):
        """Tell the clients of each company whose window is open what the run would bill, person by person.

        A cron that comes late, while the window is still open, makes up for it; what it has sent, it never sends again.
        """
        for company, date in self._open_windows():
            people = self._people_to_tell(company, date)
            self.env["ir.cron"]._commit_progress(remaining=len(people))
            all_told = True
            for partner, accounts in people.items():
                all_told &= self._tell_safely(company, date, partner, accounts)
                if not self.env["ir.cron"]._commit_progress(1):
                    return
            if all_told:
                self._tell_copies(company, date)
                # Whoever completes a job from now on tells so in the delivery mail.
                company.jobtrack_prebill_told = date
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _open_windows(self):
        """Return ``(company, billing date)`` of the windows that are open and were not told of in full."""
        accounts = self.env["jobtrack.account"].sudo().search([("active", "=", True)])
        windows = []
        for company in accounts.company_id:
            today = accounts._today(company)
            days = company._jobtrack_billing_days_list()
            date = prebill.window_of(today, company.jobtrack_prebill_days, days)
            if date and company.jobtrack_prebill_told != date:
                windows.append((company, date))
        return windows

    @api.model
    def _people_to_tell(self, company, date):
        """Return a dictionary: person who sees money -> accounts with something to bill; who was told is left out."""
        run = self.env["jobtrack.billing.run"].with_company(company)._upcoming(company)
        told = self.sudo().search([("company_id", "=", company.id), ("date", "=", date)]).partner_id
        people = {}
        for found in self.env["jobtrack.statement"]._preview(run):
            if not any(line["bill"].minutes for line in found["jobs"]):
                continue
            contacts = found["account"]._active_contacts().filtered("may_see_money")
            for partner in contacts.partner_id.filtered("email") - told:
                people[partner] = people.get(partner, found["account"]) | found["account"]
        return people

    @api.model
    def _tell_safely(self, company, date, partner, accounts):
        """Tell one person; return whether it worked, so that one bad address does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._tell(company, date, partner, accounts)
        except OperationalError:
            raise  # a conflict: what is committed stays, the rest comes with the next run
        except Exception:
            _logger.exception("The pre-bill notice to partner %s failed", partner.id)
            return False
        return True

    @api.model
    def _tell(self, company, date, partner, accounts):
        """Send the notice in the person's language; its link is theirs alone, so no record keeps the mail."""
        notice = self.sudo().create(
            {
                "company_id": company.id,
                "date": date,
                "partner_id": partner.id,
                "account_ids": [fields.Command.set(accounts.ids)],
            }
        )
        contact = accounts[:1]._contact_of(partner)
        contact._tell(
            "jobtrack_support.mail_template_prebill",
            notice,
            mail_table.BILL,
            UNKEPT,
        )
        return notice

    @api.model
    def _tell_copies(self, company, date):
        """Tell main contacts who do not see money that others of their team were shown the coming bill (B4)."""
        notices = self.sudo().search([("company_id", "=", company.id), ("date", "=", date)])
        words = self.env._("Preview of the bill of %s", format_date(self.env, date))
        for account in notices.account_ids:
            told = account._active_contacts().filtered(
                lambda contact: contact.may_see_money and contact.partner_id in notices.partner_id
            )
            account._tell_bill_copy(words, told)

    # === WHAT IT SHOWS === #

    def _bills(self):
        """Return the coming bills as of now, for the mail."""
        self.ensure_one()
        notice = self.sudo()
        return self.env["jobtrack.billing.run"]._upcoming_bills(notice.account_ids)

    def _url(self):
        """Return the address of the live page of the person's coming bills."""
        self.ensure_one()
        return self._upcoming_url(self.company_id, self.partner_id)

    @api.model
    def _upcoming_url(self, company, partner):
        payload = [company.id, partner.id]
        token = guard.signed_link(self.env, UPCOMING_SCOPE, payload, 24 * LINK_DAYS)
        return f"{self.env['project.task'].get_base_url()}/jobtrack/upcoming/{token}"

    @api.model
    def _from_upcoming_token(self, token):
        """Return ``(accounts, partner)`` of a link: those of the company on which the person sees money now.

        Two empty recordsets when anything about the link is wrong, or no account is left.
        """
        nothing = self.env["jobtrack.account"], self.env["res.partner"]
        try:
            company_id, partner_id = verify_hash_signed(self.sudo().env, UPCOMING_SCOPE, token)
        except (ValueError, TypeError, OverflowError):
            return nothing
        accounts = (
            self.env["jobtrack.account"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company_id),
                    ("active", "=", True),
                    (
                        "contact_ids",
                        "any",
                        [
                            ("active", "=", True),
                            ("may_see_money", "=", True),
                            ("partner_id", "=", partner_id),
                        ],
                    ),
                ]
            )
        )
        if not accounts:
            return nothing
        return accounts, self.env["res.partner"].sudo().browse(partner_id)
