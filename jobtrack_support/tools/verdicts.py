"""Reading the verdict of our own mail server on a sender: the header ``Authentication-Results`` (RFC 8601).

What stands there is half the server's word and half what the sender wrote: addresses, domains, comments. Only the
result at the head of a part is the server's; a broken header is no proof of anything.
"""

import re
from dataclasses import dataclass

RESULT = re.compile(r"([a-z-]+)(?:/\d+)?=([a-z]+)")
PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+)=(.*)", re.DOTALL)
FAILED = ("fail", "permerror")
# Read wherever it stands: who writes a failure into an own address harms nobody else.
ANY_DMARC_FAILURE = re.compile(r"\bdmarc\s*=\s*(fail|permerror)\b")
# Which domain a method has checked, the first that is there.
CHECKED = {
    "dmarc": ("header.from",),
    "spf": ("smtp.mailfrom", "smtp.mail"),
    "dkim": ("header.d", "header.i"),
}

GENUINE = "genuine"
FORGED = "forged"
UNPROVEN = "unproven"


@dataclass(frozen=True)
class Result:
    """One part of a verdict: ``spf=pass smtp.mailfrom=a@b.example``; ``properties`` are pairs of name and value."""

    method: str
    result: str
    properties: tuple = ()

    def domains(self):
        """Return the domains that the method has checked; several where the part names several."""
        for name in CHECKED.get(self.method, ()):
            values = [value for found, value in self.properties if found == name]
            if values:
                return [value.strip('"').rpartition("@")[2].strip(".") for value in values]
        return []

    def vouches_for(self, domain):
        """Return whether it passed for ``domain``: all that it has checked belongs there."""
        checked = self.domains()
        return self.result == "pass" and bool(checked) and all(aligned(c, domain) for c in checked)


def aligned(one, other):
    """Return whether two domains belong together: they are the same, or one lies within the other."""
    if "." not in one or "." not in other:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def split_parts(text):
    """Return the parts of a header between semicolons, each a list of words; comments are left out.

    :raise ValueError: when a quotation or a comment does not end
    """
    parts, words, word = [], [], ""
    depth, quoted, escaped = 0, False, False
    for char in text:
        if escaped:
            escaped = False
            word += "" if depth else char
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif depth:
            depth += (char == "(") - (char == ")")
        elif quoted or char == '"':
            quoted ^= char == '"'
            word += char
        elif char in "(; \t\r\n":
            depth = int(char == "(")
            words += [word] if word else []
            word = ""
            if char == ";":
                parts.append(words)
                words = []
        else:
            word += char
    if depth or quoted or escaped:
        raise ValueError("a comment or quotation does not end")
    return [*parts, words + ([word] if word else [])]


def read_results(text):
    """Return the :class:`Result` of each part after the server's name.

    :raise ValueError: when the header is broken
    """
    results = []
    for words in split_parts(text.lower())[1:]:
        head = RESULT.fullmatch(words[0]) if words else None
        if head:
            found = [PROPERTY.fullmatch(word) for word in words[1:]]
            properties = tuple(match.groups() for match in found if match)
            results.append(Result(*head.groups(), properties))
    return results


def judge(text, domain):
    """Return what one header says about a sender: ``genuine``, ``forged`` or ``unproven``.

    :param str text: the value of the header
    :param str domain: the domain of the address in ``From``
    """
    try:
        results = read_results(text)
    except ValueError:
        return FORGED
    domain = domain.lower().strip(".")
    dmarc = [result for result in results if result.method == "dmarc"]
    if any(result.result in FAILED for result in dmarc) or ANY_DMARC_FAILURE.search(text.lower()):
        return FORGED
    decided = [result for result in dmarc if result.result != "none"]
    if decided and all(_passes_dmarc(result, domain) for result in decided):
        return GENUINE
    spf = [result for result in results if result.method == "spf"]
    dkim = [result for result in results if result.method == "dkim"]
    if any(result.vouches_for(domain) for result in dkim):
        return GENUINE
    if any(result.result == "fail" for result in spf):
        return FORGED
    return GENUINE if any(result.vouches_for(domain) for result in spf) else UNPROVEN


def _passes_dmarc(result, domain):
    """Return whether DMARC passed for this sender; a server that does not name the domain has checked ``From``."""
    return result.result == "pass" and (not result.domains() or result.vouches_for(domain))
