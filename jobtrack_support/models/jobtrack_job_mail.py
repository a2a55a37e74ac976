from datetime import timedelta

from odoo import models

from ..tools import billing_calendar, mail_table
from ..tools.rounding import format_hours, to_minutes
from . import guard

# What people get who are told and do not decide.
COPY_OF = {
    "jobtrack_support.mail_template_estimate": "jobtrack_support.mail_template_estimate_copy",
    "jobtrack_support.mail_template_reminder": "jobtrack_support.mail_template_estimate_copy",
}


class JobtrackJobMail(models.AbstractModel):
    """What people are told about a job, and what its history keeps of it."""

    _name = "jobtrack.job.mail"
    _description = "Job: Its Mail"

    def _jobtrack_mail(self, template, partners, record=None, secret=False, event=None):
        """Send a mail of the table in the architecture, one to each person, and note it in the job's history.

        Each person gets a mail of their own, in their language, because its links are theirs alone, and in the way they
        chose: at once, with the daily digest, or not at all where an event may be muted. The main contact gets a copy
        of everything (B4).

        :param str template: external id of the ``mail.template``
        :param partners: who gets it; people without an address are left out
        :param record: what the template is about; the job by default
        :param bool secret: whether the mail holds a link that acts for its reader: it is then kept out of the
            record's history, where staff would read it
        :param str event: row of the mail table (see ``tools/mail_table.py``)
        """
        self.ensure_one()
        event = mail_table.event_of(template, event)
        record = (record or self).sudo()
        contacts = record.jobtrack_account_id._active_contacts()
        people = contacts.filtered(lambda contact: contact.partner_id in partners)
        values = {"model": False, "res_id": False} | self._jobtrack_reply_values() if secret else {}
        reached = people._tell(template, record, event, values)
        # The account's own copies hold no link that acts and, of estimates, no amounts.
        copies = self._jobtrack_copies(event, template) - people
        reached |= copies._tell(
            COPY_OF.get(template, template), record, event, values, jobtrack_copy=True
        )
        if reached:
            self._jobtrack_note(
                self.env._(
                    "%(mail)s sent to %(people)s",
                    mail=self.env.ref(template).sudo().name,
                    people=", ".join(reached.mapped("name")),
                )
            )

    def _jobtrack_copies(self, event, template=None):
        """Return the contacts who get a copy: the main contact of everything, the requester of estimates.

        A mail with amounts and links to decide is copied only where there is a version without them.
        """
        account = self.sudo().jobtrack_account_id
        if event == mail_table.ESTIMATE and template and template not in COPY_OF:
            return account.contact_ids.browse()
        copies = account.main_contact_id.filtered("active")
        if event == mail_table.ESTIMATE:
            copies |= account._contact_of(self.sudo().jobtrack_requester_id)
        return copies

    def _jobtrack_told_apart(self, partners):
        """Return the job for a message of its conversation about which ``partners`` get a mail of the table.

        They and who gets a copy of that mail hear of it once: following the job brings them no second mail.
        """
        people = partners | self.sudo().jobtrack_account_id.main_contact_id.partner_id
        return self.with_context(jobtrack_told_apart=guard.Own(tuple(people.ids)))

    def _jobtrack_without_told_apart(self, recipients):
        """Return the recipients of a message without who hears of it by a mail of the table; no caller says who."""
        apart = guard.own_value(self.env, "jobtrack_told_apart") or ()
        return [recipient for recipient in recipients if recipient["id"] not in apart]

    def _jobtrack_tell_hold(self):
        """Tell requester and approvers that the job is paused or goes on, with the one thing that helps.

        Where money is missing the people who see it or buy hours are told as well.
        """
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        people = self.jobtrack_requester_id | account._approvers().partner_id
        if self.jobtrack_hold_reason in ("funds", "overdue"):
            people |= account._money_people().partner_id
        self._jobtrack_mail("jobtrack_support.mail_template_hold", people, event=mail_table.HOLD)

    def _jobtrack_reply_values(self):
        """Return what leads an answer to a mail that no record keeps into the conversation of the job."""
        job = self.sudo()
        domain = [("model", "=", job._name), ("res_id", "=", job.id)]
        message = self.env["mail.message"].sudo().search(domain, order="id", limit=1)
        sender = job.company_id.email_formatted or self.env.user.email_formatted
        return {
            "references": message.message_id,
            "reply_to": job._notify_get_reply_to(default=sender)[job.id],
        }

    def _jobtrack_note(self, body):
        """Keep a note in the job's history; by Odoo itself where a visitor without login caused it."""
        self.ensure_one()
        visitor = self.env.user._is_public()
        author = self.env.ref("base.partner_root") if visitor else self.env.user.partner_id
        self.sudo().message_post(body=body, author_id=author.id, subtype_xmlid="mail.mt_note")

    def _jobtrack_billable_in_words(self):
        """Return the billable time as people write hours, for mails."""
        return format_hours(to_minutes(self.jobtrack_billable_hours))

    def _jobtrack_uncovered_in_words(self):
        """Return how many approved hours wait for hours or credit, for mails."""
        return format_hours(self.sudo().jobtrack_work_order_id._uncovered_minutes())

    def _jobtrack_approved_in_words(self):
        """Return the approved hours as people write them, for mails."""
        return format_hours(self.jobtrack_approved_minutes)

    def _jobtrack_billing_date(self):
        """Return the billing day on which this job, done by now, is billed (A7)."""
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        company = account.company_id or self.env.company
        tomorrow = account._today(company) + timedelta(days=1)
        return billing_calendar.next_billing_date(tomorrow, company._jobtrack_billing_days_list())
