from odoo import api, models

from ..tools.rounding import format_hours, to_minutes


class IrQwebFieldJobtrack_Hours(models.AbstractModel):
    """``jobtrack_hours``: hours on pages as in mails and on paper, ``6:00``, to the minute; Odoo's writes ``06:00``."""

    _name = "ir.qweb.field.jobtrack_hours"
    _description = "Qweb Field Hours"
    _inherit = ["ir.qweb.field"]

    @api.model
    def value_to_html(self, value, options):
        """Return hours (a number) as people read them.

        :param options: what the template asks for besides; nothing of it matters here
        """
        return format_hours(to_minutes(value))
