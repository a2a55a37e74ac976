import logging

from odoo import api, fields, models
from psycopg2 import OperationalError

from ..tools import mail_table

_logger = logging.getLogger(__name__)


class JobtrackMailDigest(models.Model):
    """One event that a contact hears of with the next daily mail instead of at once."""

    _name = "jobtrack.mail.digest"
    _description = "Line of a Daily Mail"
    _order = "id"

    contact_id = fields.Many2one(
        "jobtrack.account.contact", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="contact_id.partner_id", store=True, index=True)
    event = fields.Char(required=True, readonly=True)
    name = fields.Char(string="Subject", required=True, readonly=True)
    url = fields.Char(readonly=True)

    @api.model
    def _keep(self, contact, template, record, event):
        """Keep the subject of a mail that would have been sent to ``contact``.

        :param template: the mail's template with the context in which it would have been rendered
        """
        subject = template._render_field("subject", record.ids, compute_lang=True)[record.id]
        account = contact.jobtrack_account_id
        url = f"{self.get_base_url()}/my/support/{account.id}"
        if record._name == "project.task":
            url = f"{self.get_base_url()}/my/support/jobs/{record.id}"
        elif "task_id" in record._fields and record.task_id:
            url = f"{self.get_base_url()}/my/support/jobs/{record.task_id.id}"
        self.sudo().create({"contact_id": contact.id, "event": event, "name": subject, "url": url})

    @api.model
    def _cron_send(self):
        """Send each person the lines since the last digest in one mail; what was sent is never sent again (I9)."""
        self._forget_former()
        lines = self.sudo().search([("partner_id", "!=", False)])
        people = lines.grouped("partner_id")
        self.env["ir.cron"]._commit_progress(remaining=len(people))
        for of_person in people.values():
            of_person._send_safely()
            if not self.env["ir.cron"]._commit_progress(1):
                return

    @api.model
    def _forget_former(self):
        """Drop what was kept for contacts who have been archived since: it is not for them any more."""
        self.sudo().search([("contact_id.active", "=", False)]).unlink()

    def _send_safely(self):
        """Send one person's digest, so that one bad address does not stop the others."""
        try:
            with self.env.cr.savepoint():
                self._send()
        except OperationalError:
            raise  # a conflict: the next run sends what is left
        except Exception:
            _logger.exception("The daily mail with lines %s failed", self.ids)

    def _send(self):
        contact = self.contact_id[:1]
        settings = contact._mail_settings_url(mail_table.RECEIVED)
        template = self.env.ref("jobtrack_support.mail_template_digest").sudo()
        template.with_context(
            jobtrack_digest=[{"subject": line.name, "url": line.url} for line in self],
            jobtrack_recipient=contact.partner_id.id,
            jobtrack_mail_settings=settings,
            lang=contact.partner_id.lang,
        ).send_mail(
            contact.id,
            email_values={
                "recipient_ids": [fields.Command.set(contact.partner_id.ids)],
                "email_to": False,
                "model": False,
                "res_id": False,
            },
            email_layout_xmlid="jobtrack_support.mail_layout",
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        self.unlink()
