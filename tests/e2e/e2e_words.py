"""What people read on a screen, however it is set."""

import re

_SHORT_HOURS = re.compile(r"(?<!\d)(\d:\d\d)")


def worded(words):
    """:return: a pattern of a text, whose hours may be written with a leading zero: 6:00 or 06:00."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    return re.compile(_SHORT_HOURS.sub(r"0?\1", pattern))
