"""Which files are photos, told by their content, and how many may be added at once (C5)."""

# How a file of each kind begins. No vector images: they can carry programs.
SIGNATURES = (
    ("image/jpeg", 0, (b"\xff\xd8\xff",)),
    ("image/png", 0, (b"\x89PNG\r\n\x1a\n",)),
    ("image/gif", 0, (b"GIF87a", b"GIF89a")),
    ("image/webp", 8, (b"WEBPVP8",)),
)
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}

NOTHING = "nothing"
TOO_MANY = "too_many"
TOO_LARGE = "too_large"
NO_PHOTO = "no_photo"


def kind_of(content):
    """Return the MIME type of a photo by its first bytes, whatever its name says; None when it is no photo."""
    for kind, offset, beginnings in SIGNATURES:
        framed = kind != "image/webp" or content.startswith(b"RIFF")
        if framed and any(content[offset:].startswith(beginning) for beginning in beginnings):
            return kind
    return None


def problem(contents, max_files, max_bytes):
    """Return why files cannot be added, with the index of the one it is about, or None when they can.

    :param contents: list of bytes
    :param int max_files: how many at once
    :param int max_bytes: how large each may be
    :return: ``(code, index)`` or None; codes are ``nothing``, ``too_many``, ``too_large`` and ``no_photo``
    """
    if not contents:
        return NOTHING, None
    if len(contents) > max_files:
        return TOO_MANY, None
    for index, content in enumerate(contents):
        if len(content) > max_bytes:
            return TOO_LARGE, index
        if not kind_of(content):
            return NO_PHOTO, index
    return None


def safe_name(name, kind, number):
    """Return a file name that says what the file is: its own without folders, with the ending of its content."""
    stem = (name or "").replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0].strip()
    return f"{stem[:80] or f'photo-{number}'}{ENDINGS[kind]}"
