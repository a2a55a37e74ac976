"""A mail server that delivers nothing: it keeps every mail as a file and shows them on a web page.

It runs in the virtual environment as a program of its own: ``python -m lib.mail_sink``.
"""

import argparse
import itertools
import signal
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller

from .mail_pages import make_web_server

HOST = "127.0.0.1"
_LARGEST_MAIL = 50_000_000


class Keeper:
    """Writes each mail into a folder, under a name that sorts by time of arrival."""

    def __init__(self, folder):
        self._folder = folder
        self._numbers = itertools.count()

    async def handle_DATA(self, server, session, envelope):
        """Keep one mail; its real recipients are noted in headers of their own."""
        headers = f"X-Envelope-From: {envelope.mail_from}\r\n"
        headers += "".join(f"X-Envelope-To: {address}\r\n" for address in envelope.rcpt_tos)
        name = f"{time.time_ns()}-{next(self._numbers):04d}"
        part = self._folder / f"{name}.part"
        part.write_bytes(headers.encode("utf-8", "replace") + envelope.original_content)
        # A reader never sees half a mail.
        part.rename(self._folder / f"{name}.eml")
        return "250 kept"


def main():
    """Serve until the program is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(options.folder)
    controller = Controller(
        keeper, hostname=HOST, port=options.smtp_port, data_size_limit=_LARGEST_MAIL
    )
    controller.start()
    if options.web_port:
        web = make_web_server(options.folder, HOST, options.web_port)
        threading.Thread(target=web.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
