"""Texts that are safe in a spreadsheet's cell."""

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(text):
    """Return ``text`` such that no spreadsheet runs it: a quote in front makes it a text.

    Spaces in front do not hide a formula from a spreadsheet, so they do not hide it here.
    """
    text = str(text or "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
