"""The web pages on which the kept mails can be read."""

import email
import re
from email.policy import default as modern
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

_NAME = r"(?P<name>[\d-]+)"
_STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .6rem;"
    "border-bottom:1px solid #ddd;vertical-align:top}iframe{width:100%;height:34rem;"
    "border:1px solid #ccc}pre{white-space:pre-wrap}a{color:#0b5394}"
)
# A mail may come from anywhere: it gets no script and no form, its links open in a new tab.
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
_BODY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; sandbox "


def make_web_server(folder, host, port):
    """:return: a web server that shows the mails of a folder and changes nothing."""

    class Handler(_Pages):
        mails = folder
        addresses = {f"{host}:{port}", f"localhost:{port}"}

    return ThreadingHTTPServer((host, port), Handler)


def read_mail(path):
    """:return: the mail in a file."""
    return email.message_from_bytes(path.read_bytes(), policy=modern)


def body(mail, kind):
    """:return: the text of a mail's body, "" when it has none of this kind.

    :param str kind: "html" or "plain"
    """
    part = mail.get_body(preferencelist=(kind,))
    return part.get_content() if part else ""


def _file_name(part):
    return escape(part.get_filename() or "attachment")


class _Pages(BaseHTTPRequestHandler):
    """Answers with the list, one mail, the body of a mail, or an attachment."""

    def do_GET(self):
        """Find the page for the path."""
        if self.headers.get("Host") not in self.addresses:
            # Another site's name that points here must not read the mails.
            self.send_error(403)
            return
        pages = {
            r"/": self._list,
            rf"/mail/{_NAME}": self._mail,
            rf"/mail/{_NAME}/html": self._html,
            rf"/mail/{_NAME}/attachment/(?P<number>\d+)": self._attachment,
        }
        for pattern, page in pages.items():
            match = re.fullmatch(pattern, self.path)
            if match and self._exists(match.groupdict().get("name")):
                page(**match.groupdict())
                return
        self.send_error(404)

    def _exists(self, name):
        return name is None or self._path(name).exists()

    def _path(self, name):
        return self.mails / f"{name}.eml"

    def _list(self):
        rows = []
        for path in sorted(self.mails.glob("*.eml"), reverse=True):
            mail = read_mail(path)
            cells = [escape(str(mail[key] or "")) for key in ("Date", "From", "To")]
            subject = escape(str(mail["Subject"] or "(no subject)"))
            cells.insert(0, f'<a href="/mail/{path.stem}">{subject}</a>')
            rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        heading = "<tr><th>Subject</th><th>Date</th><th>From</th><th>To</th></tr>"
        empty = "" if rows else "<p>No mail was sent yet.</p>"
        table = f"<table>{heading}{''.join(rows)}</table>{empty}"
        self._page("Sent mail", f"{table}")

    def _mail(self, name):
        mail = read_mail(self._path(name))
        keys = ("Subject", "Date", "From", "To", "Cc", "Reply-To", "X-Envelope-To")
        rows = "".join(
            f"<tr><th>{key}</th><td>{escape(', '.join(map(str, mail.get_all(key))))}</td></tr>"
            for key in keys
            if mail[key]
        )
        files = "".join(
            f'<li><a href="/mail/{name}/attachment/{number}">{_file_name(part)}</a>'
            for number, part in enumerate(mail.iter_attachments())
        )
        shown = f'<iframe sandbox="{_SANDBOX}" src="/mail/{name}/html"></iframe>'
        if not body(mail, "html"):
            shown = f"<pre>{escape(body(mail, 'plain'))}</pre>"
        back = '<p><a href="/">All mail</a></p>'
        self._page(str(mail["Subject"]), f"{back}<table>{rows}</table><ul>{files}</ul>{shown}")

    def _html(self, name):
        text = '<base target="_blank">' + body(read_mail(self._path(name)), "html")
        self._answer(
            text.encode(),
            {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": _BODY_POLICY + _SANDBOX,
            },
        )

    def _attachment(self, name, number):
        parts = list(read_mail(self._path(name)).iter_attachments())
        if int(number) >= len(parts):
            self.send_error(404)
            return
        part = parts[int(number)]
        file_name = quote(part.get_filename() or "attachment")
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{file_name}",
        }
        self._answer(part.get_payload(decode=True) or b"", headers)

    def _page(self, title, content):
        text = (
            f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>"
            f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{content}</html>"
        )
        headers = {"Content-Type": "text/html; charset=utf-8"}
        self._answer(text.encode(), headers | {"Content-Security-Policy": _PAGE_POLICY})

    def _answer(self, content, headers):
        self.send_response(200)
        headers = {**headers, "Content-Length": str(len(content))}
        for key, value in {**headers, "X-Content-Type-Options": "nosniff"}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """Say nothing about each request."""
