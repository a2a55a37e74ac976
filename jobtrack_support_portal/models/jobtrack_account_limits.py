from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.jobtrack_support.tools.mandates import parse_hours
from odoo.addons.jobtrack_support.tools.rounding import format_hours, to_hours, to_minutes

WINDOWS = ("open", "month", "quarter")


class JobtrackAccountPortalLimits(models.AbstractModel):
    """The page of limits and mandates; what a form says is read here, who may change it is checked by the account."""

    _name = "jobtrack.account.portal.limits"
    _description = "Support Account: Limits in the Portal"

    def _portal_limits(self):
        """Return what the page shows; the caller has checked that the reader manages the limits."""
        self.ensure_one()
        account = self.sudo()
        words = {
            "open": self.env._("of open work"),
            "month": self.env._("this month"),
            "quarter": self.env._("this quarter"),
        }
        used = account._window_minutes(account.limit_window)
        return {
            "per_job": self._portal_hours_text(account.task_limit_hours),
            "per_project": self._portal_hours_text(account.project_limit_hours),
            "is_used_up": used >= to_minutes(account.project_limit_hours),
            "is_on": bool(account.task_limit_hours and account.project_limit_hours),
            "window": account.limit_window,
            "window_words": words[account.limit_window],
            "windows": [
                ("open", self.env._("of open work")),
                ("month", self.env._("each month")),
                ("quarter", self.env._("each quarter")),
            ],
            "used": format_hours(used),
            "login_amount": f"{account.login_amount:g}" if account.login_amount else "",
            "currency": account.currency_id,
            "emergency": self._portal_hours_text(account.emergency_hours),
            "emergency_rate": account.emergency_rate,
            "emergency_people": account.contact_ids.filtered("may_call_emergency").mapped("name"),
            "people": [account._portal_person(contact) for contact in account.contact_ids],
        }

    def _portal_person(self, contact):
        """Return what the page shows of one contact: the role, or the mandate with its figures."""
        mandate = contact.mandate_id
        return {
            "id": contact.id,
            "name": contact.name,
            "function": contact.function or "",
            "approves": contact.may_approve,
            "requests": contact.may_request,
            "words": mandate._in_words() if mandate else "",
            "used": format_hours(mandate._used_minutes()) if mandate.window_minutes else "",
            "ended": bool(mandate.date_until and mandate.date_until < self._today()),
            "job": self._portal_hours_text(mandate.job_hours),
            "window_hours": self._portal_hours_text(mandate.window_hours),
            "window": mandate.limit_window or "month",
            "until": fields.Date.to_string(mandate.date_until) if mandate.date_until else "",
            "until_words": format_date(self.env, mandate.date_until) if mandate.date_until else "",
            "step_up": mandate.step_up_contact_id.id,
            "others": [
                (other.id, other.name) for other in self.contact_ids - contact if other.may_approve
            ],
        }

    def _portal_hours_text(self, hours):
        return format_hours(to_minutes(hours)) if hours else ""

    def _portal_set_limits(self, form):
        """Change the limits as the form says, in the name of the current user.

        :param dict form: texts of the form
        :raise AccessError: when the user does not manage the limits
        :raise UserError: when a text is no figure
        """
        self.action_set_limits(
            {
                "task_limit_hours": self._portal_hours_of(form.get("per_job")),
                "project_limit_hours": self._portal_hours_of(form.get("per_project")),
                "limit_window": self._portal_window_of(form.get("window")),
                "emergency_hours": self._portal_hours_of(form.get("emergency")),
                "login_amount": self._portal_amount_of(form.get("login_amount")),
            }
        )

    def _portal_set_mandate(self, contact_id, form):
        """Give a contact the mandate that the form says; an empty form takes it away."""
        if not form:
            self.action_set_mandate(contact_id, {})
            return
        step_up = form.get("step_up") or ""
        self.action_set_mandate(
            contact_id,
            {
                "job_hours": self._portal_hours_of(form.get("job")),
                "window_hours": self._portal_hours_of(form.get("window_hours")),
                "limit_window": self._portal_window_of(form.get("window")),
                "date_until": self._portal_date_of(form.get("until")),
                "step_up_contact_id": int(step_up) if step_up.isdecimal() else False,
            },
        )

    def _portal_hours_of(self, text):
        try:
            return to_hours(parse_hours(text))
        except ValueError as error:
            raise UserError(self.env._("Please write hours as 2, 2.5 or 2:30.")) from error

    def _portal_window_of(self, text):
        if text not in WINDOWS:
            raise UserError(self.env._("Please choose one of the windows."))
        return text

    def _portal_amount_of(self, text):
        text = (text or "").strip().replace(",", ".")
        if not text:
            return 0.0
        if not text.replace(".", "", 1).isdecimal() or len(text) > 12:
            raise UserError(self.env._("Please write an amount as 500 or 500.00."))
        return float(text)

    def _portal_date_of(self, text):
        try:
            return fields.Date.to_date(text or False)
        except ValueError as error:
            raise UserError(self.env._("Please choose a date.")) from error
