from odoo import api, fields, models
from odoo.tools import email_normalize, email_normalize_all
from odoo.tools.misc import verify_hash_signed

from ..tools import mail_table
from . import guard

SCOPE = "jobtrack-mail-settings"
LINK_DAYS = 180
LAYOUT = "jobtrack_support.mail_layout"


class JobtrackContactMail(models.AbstractModel):
    """Which mail a contact gets, when, and from which addresses the contact writes."""

    _name = "jobtrack.contact.mail"
    _description = "Contact: Mail"

    other_emails = fields.Char(
        string="Also Writes From",
        help="Further e-mail addresses of this person, with commas between them: mail from them counts as hers or his.",
    )
    mail_digest = fields.Boolean(
        string="One Mail a Day",
        help="What needs no answer is gathered and sent once a day.",
    )
    mute_received = fields.Boolean(
        string="Not: Received", help="No mail when a request has arrived."
    )
    mute_decided = fields.Boolean(
        string="Not: Decided", help="No mail when an estimate is approved, declined or expired."
    )
    mute_scheduled = fields.Boolean(
        string="Not: Scheduled", help="No mail when work is planned, moved or reported on."
    )
    mute_hours = fields.Boolean(
        string="Not: Hours", help="No mail when hours run low, expire or can be renewed."
    )

    # === WHO WRITES === #

    @api.model
    def _of_address(self, address):
        """Return the active contacts, on all accounts, who write from ``address``.

        :param str address: as it stands in a mail; an empty one finds nobody
        """
        wanted = email_normalize(address or "")
        if not wanted:
            return self.browse()
        domain = [
            "|",
            ("partner_id.email_normalized", "=", wanted),
            ("other_emails", "ilike", wanted),
        ]
        found = self.sudo().with_context(active_test=True).search(domain)
        return found.filtered(lambda contact: wanted in contact._addresses())

    def _addresses(self):
        """Return the addresses from which this person writes, in the form in which they are compared."""
        self.ensure_one()
        own = [self.partner_id.email_normalized] if self.partner_id.email_normalized else []
        return own + email_normalize_all(self.other_emails or "")

    # === THE ONE SENDER === #

    def _muted_events(self):
        """Return the events of the mail table that this contact muted."""
        self.ensure_one()
        return {event for event in mail_table.MAY_MUTE if self[f"mute_{event}"]}

    def _tell(self, template, record, event=None, email_values=None, **context):
        """Tell these contacts of an event: each in an own mail, in their language, as they chose to hear of it.

        :param str template: external id of the ``mail.template``
        :param record: what the template is about
        :param str event: row of the mail table, as the caller sees it; what may be muted carries a link to the settings
        :param dict email_values: further values of the mails
        :param context: what the template reads from its context
        :return: the contacts who hear of it, now or with the next digest
        :raise ValueError: when the mail does not stand in that row of the mail table
        """
        event = mail_table.event_of(template, event)
        reached = self.browse()
        mail_template = guard.signing(self.env.ref(template).sudo())
        at_once = False
        for contact in guard.signing(self.sudo()).filtered("email"):
            way = mail_table.way(event, contact._muted_events(), contact.mail_digest)
            if way == mail_table.NOT:
                continue
            reached |= contact
            prepared = mail_template.with_context(
                jobtrack_recipient=contact.partner_id.id,
                jobtrack_money=contact.may_see_money,
                lang=contact.partner_id.lang,
                **context,
            )
            if way == mail_table.DIGEST:
                self.env["jobtrack.mail.digest"]._keep(contact, prepared, record, event)
                continue
            at_once = True
            prepared.with_context(
                jobtrack_mail_settings=contact._mail_settings_url(event)
            ).send_mail(
                record.id,
                email_values={
                    "recipient_ids": [fields.Command.set(contact.partner_id.ids)],
                    "email_to": False,
                    **(email_values or {}),
                },
                email_layout_xmlid=LAYOUT,
            )
        if at_once:
            # The queue runs once an hour by itself: people wait for these mails now.
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return reached

    # === SETTINGS BY LINK === #

    def _mail_settings_url(self, event):
        """Return the link under a mail that may be muted: it opens a page; only a button there changes anything."""
        self.ensure_one()
        if event not in mail_table.MAY_MUTE:
            return ""
        token = guard.signed_link(self.env, SCOPE, [self.id, event], 24 * LINK_DAYS)
        return f"{self.get_base_url()}/jobtrack/mail/{token}"

    @api.model
    def _from_mail_settings_token(self, token):
        """Return ``(contact, event)`` of a link under a mail; an empty contact when anything about it is wrong."""
        try:
            contact_id, event = verify_hash_signed(self.sudo().env, SCOPE, token)
        except (ValueError, TypeError, OverflowError):
            return self.browse(), ""
        contact = self.sudo().browse(contact_id).exists()
        if not contact.active or not contact.jobtrack_account_id.active:
            return self.browse(), ""
        return contact, event

    def _mail_settings(self):
        """Return the settings of the contact as they stand, for pages."""
        self.ensure_one()
        words = self._mail_event_words()
        return {
            "digest": self.mail_digest,
            "events": [
                {"name": event, "label": words[event], "wanted": event not in self._muted_events()}
                for event in mail_table.MAY_MUTE
            ],
        }

    def _set_mail_settings(self, wanted, digest):
        """Keep what the contact wants to hear of.

        :param wanted: names of the events to be told of; what may not be muted needs no mention
        :param bool digest: whether one mail a day is enough
        """
        self.ensure_one()
        values = {f"mute_{event}": event not in wanted for event in mail_table.MAY_MUTE}
        self.sudo().write(values | {"mail_digest": bool(digest)})

    @api.model
    def _mail_event_words(self):
        """Return what the events that may be muted are called."""
        return {
            mail_table.RECEIVED: self.env._("A request has arrived"),
            mail_table.DECIDED: self.env._("An estimate is approved, declined or expired"),
            mail_table.SCHEDULED: self.env._("Work is planned, moved or reported on"),
            mail_table.HOURS: self.env._("Hours or credit run low, expire, or can be renewed"),
        }
