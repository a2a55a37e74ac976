from odoo import fields, models


class JobtrackTimeCategory(models.Model):
    """What time on a job was spent on (D5)."""

    _name = "jobtrack.time.category"
    _description = "Time Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
