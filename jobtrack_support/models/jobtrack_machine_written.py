from odoo import api, models

from . import guard


class JobtrackMachineWritten(models.AbstractModel):
    """Records that steps make from facts: nothing in them comes out of the context that a caller sent along."""

    _name = "jobtrack.machine.written"
    _description = "Written by Steps, Not by People"

    @api.model_create_multi
    def create(self, vals_list):
        return super(JobtrackMachineWritten, guard.without_defaults(self)).create(vals_list)
