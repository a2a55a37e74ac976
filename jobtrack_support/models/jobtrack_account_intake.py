import re

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from ..tools import intake


class JobtrackAccountIntake(models.AbstractModel):
    """How requests reach an account, and what becomes of those that have to wait."""

    _name = "jobtrack.account.intake"
    _description = "Support Account: Intake"

    mail_address = fields.Char(
        compute="_compute_mail_address",
        string="E-mail Address",
        help="Mail of authorised contacts to this address becomes a job of the project.",
    )

    def _compute_mail_address(self):
        for account in self:
            alias = account.sudo().project_id.alias_id
            full = alias.alias_full_name or ""
            account.mail_address = full if "@" in full else False

    def _request_refusal(self):
        """Return why the account takes no requests now: ``closed``, ``paused``, ``funds``, or an empty string."""
        self.ensure_one()
        account = self.sudo()
        if not account.active or not account.project_id.active:
            return intake.CLOSED
        if account._is_paused():
            return intake.PAUSED
        if account._is_credit_insufficient():
            return intake.FUNDS
        return ""

    def _refresh_holds(self):
        """Look at the drafts as well when hours or money have changed: they submit themselves when they may."""
        result = super()._refresh_holds()
        self._wake_drafts()
        return result

    def _grant_hours(self, *args, **kwargs):
        """Look at the drafts when hours are given."""
        pack = super()._grant_hours(*args, **kwargs)
        self._wake_drafts()
        return pack

    def _wake_drafts(self):
        domain = [("jobtrack_account_id", "in", self.ids), ("state", "=", "waiting")]
        if self.env["jobtrack.draft.request"].sudo().search_count(domain, limit=1):
            self.env.ref("jobtrack_support.ir_cron_draft_request").sudo()._trigger()

    def _make_job(self, partner, title, description, channel, **values):
        """Make the job that ``partner`` asked for; the caller has checked that it may be made.

        :param str description: plain text
        :param str channel: ``portal``, ``mail``, ``phone`` or ``staff``
        """
        self.ensure_one()
        job = (
            self.env["project.task"]
            .sudo()
            .with_company(self.company_id)
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    "name": title,
                    "project_id": self.project_id.id,
                    "description": plaintext2html(description or ""),
                    # Without a value Odoo would assign the job to whoever makes it.
                    "user_ids": [Command.clear()],
                    "jobtrack_requester_id": partner.id,
                    "jobtrack_channel": channel,
                    **values,
                }
            )
        )
        job.message_subscribe(partner_ids=partner.ids)
        return job

    def action_make_alias(self):
        """Give the project an e-mail address of its own, made from its name.

        :raise UserError: when the company has no mail domain yet
        """
        self.ensure_one()
        if not self.env.user.has_group("jobtrack_support.group_administrator"):
            raise AccessError(self.env._("Only administrators give a project an address."))
        project = self.project_id
        if not self.company_id.alias_domain_id:
            raise UserError(
                self.env._("Set up the mail domain of the company first: Settings, Alias Domain.")
            )
        base = re.sub(r"[^a-z0-9]+", "-", (self.name or "").lower()).strip("-") or "support"
        taken = self.env["mail.alias"].sudo().search([("alias_name", "=like", f"{base}%")])
        names = set(taken.mapped("alias_name"))
        number, name = 1, base
        while name in names:
            number += 1
            name = f"{base}-{number}"
        project.write({"alias_name": name, "alias_domain_id": self.company_id.alias_domain_id.id})
