from odoo import api, models
from odoo.exceptions import AccessError


class MailThread(models.AbstractModel):
    """Mail to support projects, to the general address and on jobs is sorted before Odoo makes records of it."""

    _inherit = "mail.thread"

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Send a letter that names a job of its sender to that job, and sort what else concerns support (B2, D1)."""
        intake = self.env["jobtrack.intake"].sudo()
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            # Odoo lets everybody who is logged in hand over a letter in its own words, its sender included.
            routes = super().message_route(message, message_dict, model, thread_id, custom_values)
            if any(intake._concerns_support(route) for route in routes):
                raise AccessError(self.env._("Letters are brought by the mail server only."))
            return routes
        reading = intake._read(message, message_dict)
        routes = intake._routes_by_name(reading)
        if routes:
            self._routing_reset_bounce(message, message_dict)
        else:
            routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        return intake._sort(reading, message_dict, routes)

    @api.model
    def _message_parse_post_process(self, message, message_dict, routes):
        """Name nobody as author of a letter whose sender may be forged."""
        nobody = message_dict.pop("jobtrack_no_author", False)
        values = super()._message_parse_post_process(message, message_dict, routes)
        return values | {"author_id": False, "partner_ids": []} if nobody else values
