"""The mail that people of a story receive: found in the folder of the mail sink, read like a reader."""

import email
import re
import time
from email.policy import default as modern
from html import unescape


class Mail:
    """One mail as its reader sees it."""

    def __init__(self, path):
        self.path = path
        self._message = email.message_from_bytes(path.read_bytes(), policy=modern)
        self.subject = str(self._message["Subject"] or "")
        self.recipients = [str(value) for value in self._message.get_all("X-Envelope-To", [])]

    def __repr__(self):
        return f"<mail to {', '.join(self.recipients)}: {self.subject}>"

    @property
    def html(self):
        """:return: the coloured body, "" without one."""
        part = self._message.get_body(preferencelist=("html",))
        return part.get_content() if part else ""

    @property
    def text(self):
        """:return: the body as plain words, spaces joined, without the stars around bold words."""
        part = self._message.get_body(preferencelist=("plain",))
        content = part.get_content() if part else re.sub(r"<[^>]+>", " ", self.html)
        return " ".join(unescape(content).replace("*", "").split())

    @property
    def links(self):
        """:return: what each link of the body is called, and where it leads."""
        pattern = r'<a\b[^>]*\bhref="([^"]+)"[^>]*>(.*?)</a>'
        found = re.findall(pattern, self.html, re.IGNORECASE | re.DOTALL)
        words = [" ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) for _href, text in found]
        return dict(zip(words, [unescape(href) for href, _text in found], strict=True))

    @property
    def attachments(self):
        """:return: the content of each attached file by its name."""
        parts = self._message.iter_attachments()
        return {part.get_filename(): part.get_payload(decode=True) for part in parts}


class Mailbox:
    """All mail that was sent, oldest first."""

    def __init__(self, folder):
        self._folder = folder

    def all(self, to=None, subject=None):
        """:return: the mails to an address whose subject contains some words."""
        mails = [Mail(path) for path in sorted(self._folder.glob("*.eml"))]
        return [
            mail
            for mail in mails
            if (to is None or to in mail.recipients) and (subject or "") in mail.subject
        ]

    def wait_for(self, to=None, subject=None, count=1, seconds=20):
        """Wait until such mail has come.

        :return: the newest of them
        """
        deadline = time.monotonic() + seconds
        while len(found := self.all(to, subject)) < count:
            if time.monotonic() > deadline:
                wanted = f"{count} to {to} about {subject!r}"
                raise AssertionError(f"no such mail came: {wanted}; there are {self.all()}")
            time.sleep(0.2)
        return found[-1]

    def clear(self):
        """Throw all mail away."""
        for path in self._folder.glob("*.eml"):
            path.unlink()
