from odoo import fields, models


class JobtrackJobType(models.Model):
    """A kind of job: what it usually takes and costs."""

    _name = "jobtrack.job.type"
    _description = "Kind of Job"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    default_hours = fields.Float(string="Typical Hours")
    rate = fields.Float(
        string="Rate per Hour",
        digits="Product Price",
        help="Empty: the rate of the account is used.",
    )
    description = fields.Text(translate=True)
