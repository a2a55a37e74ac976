from odoo import fields, models
from odoo.exceptions import AccessError


class ResCompanySlots(models.AbstractModel):
    """How clients book calls with the company's staff (C10), and who of the staff creates jobs (C7)."""

    _name = "jobtrack.company.slots"
    _description = "Company: Booking of Calls"

    jobtrack_call_minutes = fields.Integer(
        string="Length of a Call", default=30, help="Minutes of a call that a client books."
    )
    jobtrack_call_notice_hours = fields.Integer(
        string="Notice for a Call", default=4, help="A call begins at least so many hours from now."
    )
    jobtrack_call_days = fields.Integer(
        string="Days Offered for Calls", default=14, help="How far ahead clients book calls."
    )
    jobtrack_call_cancel_hours = fields.Integer(
        string="Calls Fixed Before",
        default=4,
        help="So many hours before it a call cannot be moved or cancelled in the portal any more.",
    )

    jobtrack_creator_group_ids = fields.Many2many(
        "res.groups",
        "jobtrack_company_creator_group_rel",
        string="Who Creates Jobs",
        help="Staff in one of these groups create jobs; empty: everybody on the support team. Of the client's people"
        " those whose contact requests.",
    )

    _jobtrack_call_minutes_check = models.Constraint(
        "CHECK(jobtrack_call_minutes BETWEEN 5 AND 480)",
        "A call takes between 5 minutes and 8 hours.",
    )
    _jobtrack_call_limits_check = models.Constraint(
        "CHECK(jobtrack_call_notice_hours >= 0 AND jobtrack_call_cancel_hours >= 0"
        " AND jobtrack_call_days BETWEEN 1 AND 90)",
        "Hours are never negative, and calls are offered for 1 to 90 days.",
    )

    def _jobtrack_check_creator(self):
        """Refuse staff outside of the groups that create jobs in these companies (C7); the program itself may always.

        :raise AccessError: with the names of the groups
        """
        if self.env.su:
            return
        for company in self:
            groups = company.sudo().jobtrack_creator_group_ids
            if groups and not groups & self.env.user.sudo().all_group_ids:
                raise AccessError(
                    self.env._(
                        "Jobs are created by: %s. Please ask one of them.",
                        ", ".join(groups.mapped("display_name")),
                    )
                )
