from datetime import timedelta

from odoo import fields, models

from ..tools import billing_calendar
from ..tools.rounding import format_hours, to_minutes


class JobtrackJobMail(models.AbstractModel):
    """What people are told about a job, and what its history keeps of it."""

    _name = "jobtrack.job.mail"
    _description = "Job: Its Mail"

    def _jobtrack_mail(self, template, partners, record=None, secret=False):
        """Send a mail of the table in the architecture, one to each person, and note it in the job's history.

        Each person gets a mail of their own, in their language, because its links are theirs alone.

        :param str template: external id of the ``mail.template``
        :param partners: who gets it; people without an address are left out
        :param record: what the template is about; the job by default
        :param bool secret: whether the mail holds a link that acts for its reader: it is then kept out of the
            record's history, where staff would read it
        """
        self.ensure_one()
        record = (record or self).sudo()
        mail_template = self.env.ref(template).sudo()
        authorised = record.jobtrack_account_id.contact_ids.partner_id
        reached = (partners & authorised).filtered("email")
        for partner in reached:
            values = {"recipient_ids": [fields.Command.set(partner.ids)], "email_to": False}
            if secret:
                values |= {"model": False, "res_id": False} | self._jobtrack_reply_values()
            mail_template.with_context(jobtrack_recipient=partner.id, lang=partner.lang).send_mail(
                record.id, email_values=values, email_layout_xmlid="jobtrack_support.mail_layout"
            )
        if reached:
            # The queue runs once an hour by itself: people wait for these mails now.
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
            self._jobtrack_note(
                self.env._(
                    "%(mail)s sent to %(people)s",
                    mail=mail_template.name,
                    people=", ".join(reached.mapped("name")),
                )
            )

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
