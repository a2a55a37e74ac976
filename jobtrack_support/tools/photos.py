"""Which files are photos, told by their content, and how many may be added at once (C5)."""

# How a file of each kind begins. No vector images: they can carry programs.
SIGNATURES = (
    ("image/jpeg", 0, (b"\xff\xd8\xff",)),
    ("image/png", 0, (b"\x89PNG\r\n\x1a\n",)),
    ("image/gif", 0, (b"GIF87a", b"GIF89a")),
    ("image/webp", 8, (b"WEBPVP8",)),
)
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}

# Parts of a file that tell where, when and with what a photo was taken, instead of what it shows.
PNG_WORDS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")
WEBP_WORDS = (b"EXIF", b"XMP ")
_WEBP_HAS_WORDS = 0b00001100  # the bits of a VP8X header that announce them

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


def without_words(content):
    """Return a PNG or WebP file without the data about its making: people send photos, not the place they live at.

    Pixels stay as they are. Others come back unchanged: a JPEG has to be turned upright first, GIF has no such data.

    :param bytes content: the file
    """
    kind = kind_of(content)
    if kind == "image/png":
        head, body = content[:8], content[8:]
        # Each part: length, name, data, checksum.
        parts = _parts(body, 4, lambda part: int.from_bytes(part[:4], "big") + 12)
        return head + b"".join(part for part in parts if part[4:8] not in PNG_WORDS)
    if kind == "image/webp":
        # Each part: name, length, data to an even number of bytes.
        parts = _parts(content[12:], 0, _webp_part_length)
        kept = b"".join(_announce_no_words(p) for p in parts if p[:4] not in WEBP_WORDS)
        return b"RIFF" + (len(kept) + 4).to_bytes(4, "little") + b"WEBP" + kept
    return content


def _parts(body, name_at, length_of):
    """Return the parts that a file consists of; what is too short to be one comes last, as it is."""
    parts, at = [], 0
    while len(body) - at >= name_at + 8:
        length = length_of(body[at : at + 8])
        parts.append(body[at : at + length])
        at += length
    return [*parts, body[at:]] if at < len(body) else parts


def _webp_part_length(head):
    length = int.from_bytes(head[4:8], "little")
    return 8 + length + length % 2


def _announce_no_words(part):
    if part[:4] != b"VP8X" or len(part) < 9:
        return part
    return part[:8] + bytes([part[8] & ~_WEBP_HAS_WORDS]) + part[9:]
