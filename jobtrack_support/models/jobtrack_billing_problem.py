from odoo import api, fields, models
from odoo.exceptions import AccessError


class JobtrackBillingProblem(models.Model):
    """An account that a run could not bill, and why."""

    _name = "jobtrack.billing.problem"
    _description = "Billing Problem"
    _inherit = ["jobtrack.machine.written"]
    _order = "run_id, id"

    run_id = fields.Many2one("jobtrack.billing.run", required=True, ondelete="cascade", index=True)
    jobtrack_account_id = fields.Many2one(
        "jobtrack.account", string="Support Account", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="What Is Wrong", required=True)

    advice = fields.Char(string="What to Do", compute="_compute_advice")

    @api.depends("jobtrack_account_id")
    def _compute_advice(self):
        """Say what to do: what stands in the way now, or that it can be tried again."""
        preview = self.env["jobtrack.billing.preview"].sudo()
        for problem in self:
            obstacles = preview._obstacles(problem.sudo().jobtrack_account_id, is_invoiced=True)
            problem.advice = " ".join(obstacles) or self.env._(
                "Put right what is said here, then press Try Again."
            )

    def action_retry(self):
        """Try to bill the account again, after its problem was solved."""
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team starts a run."))
        self.check_access("read")
        self.run_id.check_access("write")
        runs = self.sudo().run_id
        self.sudo().unlink()
        runs.filtered(lambda run: run.state == "done").state = "running"
        runs._wake_workers()

    def action_open_account(self):
        """Return the action that opens the account, where most problems are solved."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "jobtrack.account",
            "res_id": self.jobtrack_account_id.id,
            "view_mode": "form",
        }
