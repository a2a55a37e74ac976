import io
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from PIL import Image

from odoo.addons.jobtrack_support.models import jobtrack_photo

from .common import PortalCommon


def picture(kind="JPEG", size=(60, 40)):
    """Return the bytes of a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@tagged("post_install", "-at_install")
class TestPhotos(PortalCommon):
    """Photos on a job: from staff and clients, shown as pictures to those who may see them (C5)."""

    def setUp(self):
        super().setUp()
        self.job = self._make_job()
        self.url = f"/my/support/jobs/{self.job.id}"

    def _add_as_staff(self, user, *files, is_for_client=True):
        attachments = (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                [
                    {"name": name, "raw": content, "res_model": "jobtrack.add.photos", "res_id": 0}
                    for name, content in files
                ]
            )
        )
        action = self.job.with_user(user).action_jobtrack_add_photos()
        wizard = self.env["jobtrack.add.photos"].with_user(user).with_context(**action["context"])
        wizard.create(
            {"file_ids": [Command.set(attachments.ids)], "is_for_client": is_for_client}
        ).action_add()
        return self.job.jobtrack_photo_ids

    def test_a_client_adds_photos_from_a_phone_and_sees_them(self):
        self._log_in(self.member_user)
        files = [("photos", ("till.jpg", picture())), ("photos", ("back.png", picture("PNG")))]
        response = self._post(f"{self.url}/photos/add", files=files)
        self.assertEqual(response.status_code, 303)
        photos = self.job.jobtrack_photo_ids
        self.assertEqual(set(photos.mapped("name")), {"till.jpg", "back.png"})
        self.assertEqual(photos.author_id, self.member)
        for size in ("small", "large"):
            shown = self.url_open(f"{self.url}/photos/{photos[0].id}/{size}")
            self.assertEqual(shown.status_code, 200)
            self.assertTrue(shown.headers["Content-Type"].startswith("image/"))
        sources = self._page(self.url).xpath("//section[@id='job_photos']//img/@src")
        self.assertEqual(len(sources), 2)

    def test_a_photo_shows_what_was_taken_and_not_where(self):
        exif = Image.Exif()
        exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
        exif[0x010F] = "Camera of Ann"
        exif[0x0112] = 6  # taken upright, stored on its side
        stream = io.BytesIO()
        Image.new("RGB", (60, 40), "red").save(stream, "JPEG", exif=exif)
        self.assertIn(b"Ann", stream.getvalue())
        self._log_in(self.member_user)
        self._post(f"{self.url}/photos/add", files=[("photos", ("a.jpg", stream.getvalue()))])
        photo = self.job.jobtrack_photo_ids
        for size in ("small", "large"):
            shown = self.url_open(f"{self.url}/photos/{photo.id}/{size}").content
            self.assertNotIn(b"Ann", shown)
            with Image.open(io.BytesIO(shown)) as picture_shown:
                self.assertFalse(picture_shown.getexif())
                self.assertEqual(picture_shown.size, (40, 60))

    def test_what_is_no_photo_is_refused_whatever_its_name(self):
        self._log_in(self.member_user)
        for name, content in (("a.jpg", SVG), ("a.png", b"<html>"), ("a.jpg", b"%PDF-1.7")):
            files = [("photos", (name, content, "image/jpeg"))]
            self.assertIn("is no photo", self._post(f"{self.url}/photos/add", files=files).text)
        broken = [("photos", ("a.jpg", b"\xff\xd8\xff" + b"x" * 50, "image/jpeg"))]
        self._post(f"{self.url}/photos/add", files=broken)
        self.assertIn("at least one", self._post(f"{self.url}/photos/add").text)
        with patch.object(jobtrack_photo, "MAX_MEGABYTES", 0.0001):
            large = [("photos", ("a.jpg", picture(size=(200, 200)), "image/jpeg"))]
            self.assertIn("is larger than", self._post(f"{self.url}/photos/add", files=large).text)
        self.assertFalse(self.job.jobtrack_photo_ids)

    def test_photos_of_staff_are_for_the_client_only_if_marked(self):
        photo = self._add_as_staff(
            self.employee_user, ("inside.jpg", picture()), is_for_client=False
        )
        self.assertEqual(photo.author_id, self.employee_user.partner_id)
        self._log_in(self.member_user)
        response = self.url_open(f"{self.url}/photos/{photo.id}/large")
        self.assertEqual(response.status_code, 404)
        self.assertFalse(self._page(self.url).xpath("//section[@id='job_photos']//img"))
        with self.assertRaisesRegex(UserError, "is no photo"):
            self._add_as_staff(self.employee_user, ("a.jpg", SVG))

    def test_strangers_neither_see_nor_add(self):
        photo = self._add_as_staff(self.employee_user, ("a.jpg", picture()))
        self.assertClosed(f"{self.url}/photos/{photo.id}/large")
        self.assertClosed(
            f"{self.url}/photos/add", self.strangers | self.looker_user, method="POST"
        )
        other = self._make_job("Other", account=self.other_account)
        self._log_in(self.other_user)
        wrong = self.url_open(f"/my/support/jobs/{other.id}/photos/{photo.id}/large")
        self.assertEqual(wrong.status_code, 404)
        for user in (self.member_user, self.other_user, self._make_user("emil", "base.group_user")):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    photo.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    self.job.with_user(user).action_jobtrack_add_photos()
        with self.assertRaises(AccessError):
            self.job._jobtrack_add_client_photos(self.looker, [("a.jpg", picture())])
        with self.assertRaises(AccessError):
            self.env["jobtrack.photo"].with_user(self.employee_user).create(
                {"task_id": self.job.id, "name": "x"}
            )
