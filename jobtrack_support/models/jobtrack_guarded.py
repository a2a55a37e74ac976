from odoo import api, models
from odoo.exceptions import AccessError

from . import guard


class JobtrackGuarded(models.AbstractModel):
    """Records that people write, with fields that the program fills in: those declared read-only are never typed.

    Odoo keeps a read-only field out of forms only; over RPC it is written like any other, a stored company included,
    on which the rules of access rest.
    """

    _name = "jobtrack.guarded"
    _description = "Written by People, but for What Follows"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_typed(vals_list)
        guarded = guard.without_defaults(self, guard.filled_in(self))
        return super(JobtrackGuarded, guarded).create(vals_list)

    def write(self, vals):
        """Nobody moves a record to where they could not have made it."""
        self._check_typed([vals])
        result = super().write(vals)
        if not self.env.su:
            self.check_access("write")
        return result

    def _check_typed(self, vals_list):
        error = AccessError(self.env._("Some of this is filled in by its steps, not by typing."))
        guard.refuse(self, vals_list, guard.filled_in(self), error)
