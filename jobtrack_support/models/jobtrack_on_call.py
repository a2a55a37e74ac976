from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import verify_hash_signed

from ..tools import on_call
from . import guard
from .jobtrack_job_workflow import DISPATCH, STAFF

SCOPE = "jobtrack-emergency"
LINK_DAYS = 2
MAIL = "jobtrack_support.mail_template_emergency"


class JobtrackOnCallShift(models.Model):
    """Somebody is on call for emergencies from one moment to another."""

    _name = "jobtrack.on.call.shift"
    _description = "On-Call Shift"
    _inherit = ["jobtrack.guarded"]
    _order = "date_start desc, rank, id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="On Call",
        required=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_start = fields.Datetime(string="From", required=True, index=True)
    date_end = fields.Datetime(string="Until", required=True, index=True)
    rank = fields.Integer(
        string="Told As Number", default=1, help="1 is told first, 2 if nobody confirms, and so on."
    )
    phone = fields.Char(related="user_id.partner_id.phone", string="Phone")
    is_now = fields.Boolean(compute="_compute_is_now", search="_search_is_now", string="Now")

    def _compute_is_now(self):
        now = self.env["jobtrack.account"]._now()
        for shift in self:
            shift.is_now = bool(
                shift.date_start and shift.date_end and shift.date_start <= now < shift.date_end
            )

    def _search_is_now(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self.env["jobtrack.account"]._now()
        domain = Domain("date_start", "<=", now) & Domain("date_end", ">", now)
        return domain if True in value else ~domain

    @api.constrains("date_start", "date_end", "rank", "user_id", "company_id")
    def _check_times(self):
        for shift in self:
            if shift.date_end <= shift.date_start:
                raise ValidationError(self.env._("A shift ends after it begins."))
            if shift.company_id not in shift.user_id.sudo().company_ids:
                raise ValidationError(
                    self.env._("%(name)s does not work in this company.", name=shift.user_id.name)
                )
            if shift.rank < 1:
                raise ValidationError(self.env._("The first to be told has the number 1."))

    @api.model
    def _people(self, company):
        """Return the users to tell of an emergency now, in order; without a rota the dispatchers of the company."""
        now = self.env["jobtrack.account"]._now()
        shifts = self.sudo().search(
            [("company_id", "=", company.id), ("date_start", "<=", now), ("date_end", ">", now)]
        )
        people = on_call.on_call(
            now, [(s.date_start, s.date_end, s.rank, s.user_id) for s in shifts if s.user_id.active]
        )
        if people:
            return people
        return list(company._jobtrack_staff(DISPATCH))

    def action_copy_to_next_week(self):
        """Plan the same shifts a week later by the company's clock, those that are not planned yet."""
        if not self.env.user.has_group(DISPATCH):
            raise AccessError(self.env._("The rota belongs to the dispatchers."))
        self.check_access("write")
        rows = []
        for shift in self:
            zone = shift.company_id.sudo().jobtrack_tz
            values = {
                "user_id": shift.user_id.id,
                "company_id": shift.company_id.id,
                "date_start": on_call.weeks_later(shift.date_start, zone),
                "date_end": on_call.weeks_later(shift.date_end, zone),
                "rank": shift.rank,
            }
            same = [(name, "=", value) for name, value in values.items()]
            if not self.search_count(same, limit=1):
                rows.append(values)
        self.create(rows)


class JobtrackOnCallAlert(models.Model):
    """One person was told of one emergency; the row stays as the history of who was told when."""

    _name = "jobtrack.on.call.alert"
    _description = "Emergency Alert"
    _order = "date, id"
    _rec_name = "user_id"

    task_id = fields.Many2one(
        "project.task", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Told", required=True, readonly=True)
    date = fields.Datetime(string="When", required=True, readonly=True)
    date_confirmed = fields.Datetime(string="Confirmed", readonly=True)

    # === MAIL AND ITS LINK === #

    def _mail(self):
        """Send the person the mail with the link; no record keeps it: the link acts for its reader."""
        template = guard.signing(self.env.ref(MAIL).sudo())
        for alert in self.sudo().filtered(lambda alert: alert.user_id.partner_id.email):
            partner = alert.user_id.partner_id
            values = {"recipient_ids": [fields.Command.set(partner.ids)], "email_to": False}
            values |= {"model": False, "res_id": False, **alert.task_id._jobtrack_reply_values()}
            template.with_context(
                jobtrack_recipient=partner.id, jobtrack_alert=alert.id, lang=partner.lang
            ).send_mail(
                alert.task_id.id,
                email_values=values,
                email_layout_xmlid="jobtrack_support.mail_layout",
            )
        # The queue runs once an hour by itself.
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _confirm_url(self):
        """Return the address on which the person takes this emergency without logging in."""
        self.ensure_one()
        payload = [self.id, self.user_id.id]
        token = guard.signed_link(self.env, SCOPE, payload, 24 * LINK_DAYS)
        return f"{self.get_base_url()}/jobtrack/emergency/{token}"

    @api.model
    def _from_confirm_token(self, token):
        """Return the alert of a link; empty when anything about the link, or the right of its person, is wrong."""
        try:
            alert_id, user_id = verify_hash_signed(self.sudo().env, SCOPE, token)
        except (ValueError, TypeError, OverflowError):
            return self.browse()
        alert = self.sudo().browse(alert_id).exists()
        user = alert.user_id
        if not alert or user.id != user_id:
            return self.browse()
        may = user.active and not user.share and user.has_group(STAFF)
        return alert if may and alert.company_id in user.company_ids else self.browse()

    def _refusal(self, visitor):
        """Return in one sentence why the emergency cannot be taken by this link now, or an empty string.

        :param visitor: the ``res.users`` who is signed in where the link was opened; the public user when nobody is
        """
        self.ensure_one()
        job = self.sudo().task_id
        taken_by = job.jobtrack_emergency_user_id
        if not visitor._is_public() and visitor != self.user_id:
            return self.env._(
                "This link was sent to %(name)s: open the job to take the emergency yourself.",
                name=self.user_id.name,
            )
        if taken_by and taken_by != self.user_id:
            return self.env._("%(name)s has taken this emergency.", name=taken_by.name)
        if not job.jobtrack_is_emergency or not job.jobtrack_is_open:
            return self.env._("This is no emergency any more: there is nothing to do for you.")
        return ""

    def _confirm(self, visitor):
        """Let the person of the link take the emergency, with that person's own rights; again: no change.

        :raise UserError: when the link cannot take it any more, see :meth:`_refusal`
        """
        self.ensure_one()
        if refusal := self._refusal(visitor):
            raise UserError(refusal)
        job = self.sudo().task_id.with_user(self.user_id).with_company(self.company_id)
        job.action_jobtrack_confirm_emergency()

    @api.model
    def _cron_escalate(self):
        """Tell the next person of each emergency that nobody has confirmed in time, or that found nobody to tell."""
        jobs = (
            self.env["project.task"]
            .sudo()
            .search(
                [
                    ("jobtrack_is_emergency", "=", True),
                    ("jobtrack_emergency_user_id", "=", False),
                    ("jobtrack_is_open", "=", True),
                ]
            )
        )
        jobs._jobtrack_alarm()
