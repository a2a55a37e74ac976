from odoo import fields, models


class JobtrackAddPhotos(models.TransientModel):
    """Lets staff choose photos, or take them with the camera of a phone (C5)."""

    _name = "jobtrack.add.photos"
    _description = "Add Photos"

    task_id = fields.Many2one("project.task", string="Job", required=True, readonly=True)
    file_ids = fields.Many2many("ir.attachment", string="Photos", required=True)
    is_for_client = fields.Boolean(string="The Client Sees Them", default=True)

    def action_add(self):
        """Add what was chosen to the job; the job looks at what it really is."""
        self.ensure_one()
        job = self.task_id
        job._jobtrack_check_group("jobtrack_support.group_receptionist")
        self.file_ids.check_access("read")
        files = [(file.name, file.raw or b"") for file in self.file_ids]
        job._jobtrack_add_photos(self.env.user.partner_id, files, self.is_for_client)
        # The photos were copied: what was uploaded for the form is not needed any more.
        own = self.file_ids.filtered(lambda file: file.res_model == self._name or not file.res_id)
        own.filtered(lambda file: file.create_uid == self.env.user).unlink()
        return {"type": "ir.actions.act_window_close"}
