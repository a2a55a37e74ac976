from odoo.exceptions import AccessError, UserError
from odoo.http import request, route
from werkzeug.exceptions import NotFound

from .jobs import SupportJobPortal

SIZES = {"small": "image_256", "large": "image_1920"}


class SupportPhotoPortal(SupportJobPortal):
    """Photos on a job: shown to its contacts, added from a phone (C5)."""

    @route(
        "/my/support/jobs/<int:job_id>/photos/<int:photo_id>/<string:size>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def support_photo(self, job_id, photo_id, size, **_params):
        """Show one photo; its address opens nothing for people who may not read the job."""
        job = self._support_job(job_id)[0]
        # The user may read the job: its photos for the client are found in superuser mode.
        photo = job.sudo().jobtrack_photo_ids.filtered(
            lambda found: found.id == photo_id and found.is_for_client
        )
        if not photo or size not in SIZES:
            raise NotFound()
        stream = request.env["ir.binary"]._get_image_stream_from(photo, SIZES[size])
        return stream.get_response(as_attachment=False)

    @route(
        "/my/support/jobs/<int:job_id>/photos/add",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def support_photos_add(self, job_id, **_params):
        """Add photos as the logged-in user; a refusal is shown on the page of the job."""
        job = self._support_job(job_id)[0]
        uploads = request.httprequest.files.getlist("photos")
        files = [(upload.filename, upload.read()) for upload in uploads if upload.filename]
        try:
            with request.env.cr.savepoint():
                job._jobtrack_add_client_photos(request.env.user.partner_id, files)
        except AccessError as error:
            raise NotFound() from error
        except UserError as error:
            return self._support_job_page(job_id, photo_error=str(error))
        return request.redirect(f"/my/support/jobs/{job_id}#job_photos")
