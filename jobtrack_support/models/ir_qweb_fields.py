from odoo import api, models

from ..tools.rounding import format_hours, to_minutes


class IrQwebFieldFloat_Time(models.AbstractModel):
    """``float_time`` with the option ``unpadded``: hours on pages as in mails and on paper, ``6:00`` and not ``06:00``.

    No field type of our own: Odoo's editor would keep an external id for it after our addons are gone.
    """

    _inherit = "ir.qweb.field.float_time"

    @api.model
    def value_to_html(self, value, options):
        """Return hours (a number) as people read them.

        :param dict options: of the template; ``unpadded`` asks for our form
        """
        if options.get("unpadded"):
            return format_hours(to_minutes(value))
        return super().value_to_html(value, options)
