import base64

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.image import image_process

from ..tools import photos

MAX_PHOTOS = 10
MAX_MEGABYTES = 10
LARGEST, QUALITY = (1920, 1920), 90


class JobtrackPhoto(models.Model):
    """A photo on a job, shown as a picture (C5). Added through the job only, which looks at what it really is."""

    _name = "jobtrack.photo"
    _description = "Photo on a Job"
    _inherit = ["image.mixin"]
    _order = "id desc"

    task_id = fields.Many2one(
        "project.task", string="Job", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    name = fields.Char(required=True, readonly=True)
    author_id = fields.Many2one("res.partner", string="Added By", readonly=True)
    is_for_client = fields.Boolean(string="The Client Sees It", readonly=True)


class JobtrackJobPhotos(models.AbstractModel):
    """The photos of a job, from staff and from clients (C5)."""

    _name = "jobtrack.job.photos"
    _description = "Job: Its Photos"

    jobtrack_photo_ids = fields.One2many(
        "jobtrack.photo", "task_id", string="Photos", readonly=True
    )

    def action_jobtrack_add_photos(self):
        """Open the form in which staff choose or take photos."""
        self.ensure_one()
        self._jobtrack_check_group("jobtrack_support.group_receptionist")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add Photos"),
            "res_model": "jobtrack.add.photos",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "dialog_size": "medium"},
        }

    def _jobtrack_add_client_photos(self, partner, files):
        """Add photos in the name of a client's contact.

        :param partner: the person; whoever may book calls on the job may add photos to it
        :param files: list of ``(file name, content)``
        :raise AccessError: when the person is no such contact
        :raise UserError: when one of the files is no photo, or too large
        """
        self.ensure_one()
        if not self._jobtrack_may_call(partner):
            raise AccessError(self.env._("You are not authorised to add photos to this job."))
        return self._jobtrack_add_photos(partner, files, is_for_client=True)

    def _jobtrack_add_photos(self, partner, files, is_for_client):
        """Add photos to the job; the caller has checked the person.

        :param files: list of ``(file name, content)``
        :return: the new ``jobtrack.photo``
        :raise UserError: when there is none, too many, one too large, or one that is no photo by its content
        """
        self.ensure_one()
        contents = [content for _name, content in files]
        found = photos.problem(contents, MAX_PHOTOS, MAX_MEGABYTES * 1024 * 1024)
        if found:
            raise UserError(self._jobtrack_photo_problem(found, files))
        added = (
            self.env["jobtrack.photo"]
            .sudo()
            .create(
                [
                    {
                        "task_id": self.id,
                        "name": photos.safe_name(name, photos.kind_of(content), number),
                        "image_1920": base64.b64encode(self._jobtrack_plain_photo(content)),
                        "author_id": partner.id,
                        "is_for_client": is_for_client,
                    }
                    for number, (name, content) in enumerate(files, 1)
                ]
            )
        )
        self._jobtrack_note(self.env._("Photos added: %s", ", ".join(added.mapped("name"))))
        return added

    def _jobtrack_plain_photo(self, content):
        """Return the picture alone, upright: no place, no time and no camera, which a phone writes into the file."""
        if photos.kind_of(content) == "image/jpeg":
            return image_process(content, size=LARGEST, quality=QUALITY)
        return photos.without_words(content)

    def _jobtrack_photo_problem(self, found, files):
        code, index = found
        name = files[index][0] if index is not None else ""
        return {
            photos.NOTHING: self.env._("Please choose at least one photo."),
            photos.TOO_MANY: self.env._("Please add at most %s photos at once.", MAX_PHOTOS),
            photos.TOO_LARGE: self.env._(
                "%(name)s is larger than %(size)s MB: please choose a smaller one.",
                name=name,
                size=MAX_MEGABYTES,
            ),
            photos.NO_PHOTO: self.env._(
                "%(name)s is no photo: JPEG, PNG, WebP and GIF are.", name=name
            ),
        }[code]
