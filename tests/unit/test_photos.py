"""What counts as a photo (C5): the content decides, not the name."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from jobtrack_support.tools import photos as rule

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"x" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"x" * 20
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (WEBP, "image/webp"),
        (b"GIF89a" + b"x" * 9, "image/gif"),
        (SVG, None),
        (b"<html>\xff\xd8\xff</html>", None),
        (b"%PDF-1.7", None),
        (b"MZ\x90\x00", None),
        (b"xxxxxxxxWEBPVP8 ", None),
        (b"", None),
    ],
)
def test_the_content_decides(content, kind):
    assert rule.kind_of(content) == kind


@pytest.mark.parametrize(
    ("contents", "problem"),
    [
        ([JPEG], None),
        ([JPEG, PNG, WEBP], None),
        ([], ("nothing", None)),
        ([JPEG] * 4, ("too_many", None)),
        ([JPEG, SVG], ("no_photo", 1)),
        ([PNG, JPEG + b"x" * 100], ("too_large", 1)),
    ],
)
def test_what_can_be_added(contents, problem):
    assert rule.problem(contents, max_files=3, max_bytes=100) == problem


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("IMG_1.JPG", "IMG_1.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\photos\\till.png", "till.jpg"),
        ("page.html", "page.jpg"),
        ("", "photo-2.jpg"),
        ("a.tar.gz", "a.tar.jpg"),
    ],
)
def test_names(name, result):
    assert rule.safe_name(name, "image/jpeg", 2) == result


@given(st.binary(max_size=40), st.text(max_size=120))
def test_no_bytes_and_no_name_confuse_it(content, name):
    kind = rule.kind_of(content)
    if kind:
        assert rule.problem([content], 1, 100) is None
        safe = rule.safe_name(name, kind, 1)
        assert "/" not in safe and "\\" not in safe and safe.endswith(rule.ENDINGS[kind])
    else:
        assert rule.problem([content], 1, 100) == ("no_photo", 0)


def _taken_at_home(kind):
    """Return a picture of 7 x 5 dots with the place at which it was taken, as phones write it."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    exif[0x010F] = "Camera of Ann"
    words = PngInfo()
    words.add_text("Comment", "Ann's kitchen")
    stream = io.BytesIO()
    more = {"pnginfo": words} if kind == "PNG" else {"xmp": b"<x>Ann's kitchen</x>"}
    Image.new("RGB", (7, 5), "red").save(stream, kind, exif=exif, **more)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_photo_keeps_its_picture_and_loses_the_place(kind):
    photo = _taken_at_home(kind)
    assert b"Ann" in photo
    plain = rule.without_words(photo)
    assert b"Ann" not in plain
    with Image.open(io.BytesIO(photo)) as before, Image.open(io.BytesIO(plain)) as after:
        assert before.getexif()
        assert not after.getexif()
        assert (after.size, after.tobytes()) == (before.size, before.tobytes())
    assert rule.without_words(plain) == plain


@given(st.binary(max_size=200), st.sampled_from([PNG[:8], WEBP[:12], JPEG[:4], b""]))
def test_a_broken_file_never_breaks_the_rule(rest, beginning):
    assert len(rule.without_words(beginning + rest)) <= max(len(beginning + rest), 12)
