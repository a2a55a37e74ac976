"""Reading letters: headers, subjects and texts of messages, as plain strings."""

import re
from html import unescape

from . import verdicts

# "JT00012", as the sequence makes it, and what companies make of it: "SUP/2026/0012", "HD-26-007".
REFERENCE = re.compile(r"\b[A-Z]{1,8}[-/]?\d{3,10}\b", re.IGNORECASE)
LONG_REFERENCE = re.compile(r"\b[A-Z]{1,8}[-/]?\d{1,10}(?:[-/]\d{1,10}){1,2}\b", re.IGNORECASE)
JOB_LINK = re.compile(r"/my/support/jobs/(\d{1,10})\b")
# "Re:", "AW:", "Fwd:", "RE[2]:" and the like, in any number.
ANSWER_MARKS = re.compile(
    r"^\s*((re|aw|fw|fwd|wg|sv|vs|antw|tr|rif|r|i)(\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
# Where the new text of a reply ends.
QUOTE_TEXT = re.compile(
    r"^(>|\s*-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|forwarded message)"
    r"|\s*on .{4,120} wrote:\s*$|\s*am .{4,120} schrieb .*:\s*$|\s*le .{4,120} a écrit\s*:\s*$|_{10,}\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
QUOTE_HTML = re.compile(
    r"<blockquote\b|<[a-z]+\s[^>]*(class=\"[^\"]*(gmail_quote|moz-cite-prefix|yahoo_quoted)"
    r"|id=\"(divRplyFwdMsg|appendonsend|reply-intro)\"|data-o-mail-quote)",
    re.IGNORECASE,
)
BLOCK_ENDS = re.compile(r"<\s*(br|/p|/div|/li|/tr|/h\d|/pre)\b[^>]*>", re.IGNORECASE)
TAGS = re.compile(r"<[^>]*>")
AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(auto(matic)?[\s-]*(reply|response|antwort)|automatische antwort|out of (the )?office|abwesenheit"
    r"|réponse automatique|respuesta automática|undeliverable|undelivered mail|delivery status notification"
    r"|mail delivery failed|returned mail)\b",
    re.IGNORECASE,
)
# What is no address in a header of addresses: quotations, comments, encoded words.
NO_ADDRESS = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)|=\?[^?\s]*\?[bq]\?[^?\s]*\?=', re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>()\",;:]+@[^\s<>()\",;:]+")
NO_ANSWER = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?([+=-].*)?|owner-.*|.*-bounces)@"
)


def is_automatic(headers):
    """Return whether a machine says that it wrote the message: an out-of-office note, a notification (RFC 3834).

    :param dict headers: names in lower case -> value
    """
    if headers.get("auto-submitted", "no").split(";")[0].strip().lower() not in ("", "no"):
        return True
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-autoresponder")):
        return True
    if headers.get("precedence", "").strip().lower() == "auto_reply":
        return True
    return headers.get("return-path", "none").strip() == "<>"


def looks_automatic(sender, subject):
    """Return whether address or subject look like a machine's; people write about out-of-office notes as well."""
    return bool(NO_ANSWER.match(sender.lower()) or AUTOMATIC_SUBJECT.match(subject or ""))


def names_several_senders(headers, read=()):
    """Return whether it is open who wrote a message: more than one address stands in its ``From``.

    Programs differ in which of them they take: our mail server may have proven one, and the desk would go by another.

    :param headers: the ``From`` headers as they came over the wire
    :param read: addresses that were read in them
    """
    found = {address.lower() for address in read}
    for header in headers:
        found.update(address.lower() for address in ADDRESS.findall(NO_ADDRESS.sub(" ", header)))
    return len(found) > 1


def is_bulk(headers):
    """Return whether the message was sent to many: answering it would annoy a mailing list."""
    if any(name in headers for name in ("list-id", "list-unsubscribe", "list-post")):
        return True
    return headers.get("precedence", "").strip().lower() in ("bulk", "list", "junk")


def is_unverified(results, trusted="", strict=False, sender=""):
    """Return whether a sender counts as forged: by the verdict of our own mail server (RFC 8601), or for want of one.

    Only the topmost header counts, of the trusted server if one is named: the others came with the message. Where the
    server found neither failure nor proof, nothing is held against the message, unless ``strict``.

    :param results: values of the ``Authentication-Results`` headers, topmost first
    :param str trusted: name of our mail server; a header that names another one says nothing
    :param bool strict: whether a message that the trusted server has not proven genuine counts as forged
    :param str sender: the address in ``From``; SPF and DKIM count for its domain only
    """
    wanted = trusted.strip().lower()
    verdicts_found = [" ".join(result.split()) for result in results]
    if wanted:
        verdicts_found = [text for text in verdicts_found if _signed_by(text.lower()) == wanted]
    if not verdicts_found:
        return bool(wanted and strict)
    answer = verdicts.judge(verdicts_found[0], sender.rpartition("@")[2])
    return answer == verdicts.FORGED or (answer == verdicts.UNPROVEN and bool(wanted and strict))


def _signed_by(verdict):
    """Return the name of the server that wrote a verdict: what stands before the first semicolon, without a version."""
    return (verdict.split(";")[0].split() or [""])[0]


def clean_subject(subject, fallback, longest=200):
    """Return a title for a job: the subject on one line without the marks of answers."""
    text = " ".join((subject or "").split())
    text = ANSWER_MARKS.sub("", text).strip()
    return (text or fallback)[:longest]


def to_text(html):
    """Return the text of a piece of HTML, line by line."""
    return unescape(TAGS.sub("", BLOCK_ENDS.sub("\n", html or "")))


def new_text(html):
    """Return the text that the sender wrote, without what is quoted below it."""
    quote = QUOTE_HTML.search(html or "")
    text = to_text(html[: quote.start()] if quote else html)
    quote = QUOTE_TEXT.search(text)
    return (text[: quote.start()] if quote else text).strip()


def mentions(subject, html):
    """Return the references and links to look for, in the order in which they count.

    What the subject names counts before the new text, and that before what is quoted.

    :return: list of ``(references, job ids)``, each a list of strings and of integers
    """
    return [
        (_references(text), [int(found) for found in JOB_LINK.findall(source)])
        for text, source in (
            (subject or "", ""),
            (new_text(html), (html or "")[: _quote_start(html)]),
            (to_text(html), html or ""),
        )
    ]


def _references(text):
    """Return what may be a reference, once each: as it was typed, and in the capitals in which most are written."""
    found = REFERENCE.findall(text) + LONG_REFERENCE.findall(text)
    return list(dict.fromkeys([*found, *(name.upper() for name in found)]))


def _quote_start(html):
    quote = QUOTE_HTML.search(html or "")
    return quote.start() if quote else len(html or "")


def phone_digits(number):
    """Return the digits of a phone number by which it is looked up: without spaces and without leading zeros."""
    return re.sub(r"\D", "", number or "").lstrip("0")
