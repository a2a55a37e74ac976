from odoo import api, models

from ..tools import letters


class JobtrackJobIntake(models.AbstractModel):
    """How a letter becomes a job, and how letters on jobs reach the right people only."""

    _name = "jobtrack.job.intake"
    _description = "Job: Intake"

    @api.model
    def _jobtrack_prepare_letter(self, msg_dict, custom_values):
        """Return model and message for :meth:`message_new`: the account's company, a title, no other recipients.

        Who else got the letter neither follows the job nor is assigned to it (B2).
        """
        project = self.env["project.project"].browse((custom_values or {}).get("project_id") or [])
        account = project.sudo().jobtrack_account_id
        if not account:
            return self, msg_dict
        first_line = letters.new_text(msg_dict.get("body")).split("\n")[0]
        fallback = letters.clean_subject(first_line, self.env._("Request"), 80)
        title = letters.clean_subject(msg_dict.get("subject"), fallback)
        return self.with_company(account.company_id), dict(msg_dict, to="", cc="", subject=title)

    def _jobtrack_slim_letter(self, msg_dict):
        """Return a letter on these tasks; for jobs without its other recipients, who would follow the job."""
        if not self.sudo().jobtrack_account_id:
            return msg_dict
        return dict(msg_dict, to="", cc="")

    @api.model
    def _jobtrack_mail_domain(self, address):
        """Return the domain of the jobs that mail from ``address`` has made, for Odoo's loop detection."""
        return [
            ("jobtrack_channel", "=", "mail"),
            ("jobtrack_requester_id.email_normalized", "=", address),
        ]

    def _jobtrack_open_form(self):
        """Return the action that opens the form of this job."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.task",
            "res_id": self.id,
            "view_mode": "form",
        }
