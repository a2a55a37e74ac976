from odoo import fields, models


class JobtrackHostingWelcome(models.Model):
    """The start page of the app. It has one record, which the addon brings along; its text stands in the view."""

    _name = "jobtrack.hosting.welcome"
    _description = "Start Page of Hosting Jobs"

    name = fields.Char(required=True, translate=True)
