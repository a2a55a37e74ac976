"""What the stories share: the running Odoo, the mail, browsers for people, pictures.

``script/test e2e`` starts Odoo and says by environment variables where it is.
"""

import os
import re
import textwrap
from pathlib import Path

import pytest
from e2e_mail import Mailbox
from e2e_odoo import OdooClient, run_in_shell
from playwright.sync_api import sync_playwright

PATIENCE_MS = 20_000


def _from_runner(name):
    value = os.environ.get(f"JOBTRACK_E2E_{name}")
    if not value:
        pytest.exit("these tests need a running Odoo: start them with 'script/test e2e'", 1)
    return value


@pytest.fixture(scope="session")
def base_url():
    """:return: the address of Odoo."""
    return _from_runner("URL")


@pytest.fixture(scope="session")
def database():
    """:return: the name of the database."""
    return _from_runner("DATABASE")


@pytest.fixture(scope="session")
def output():
    """:return: the folder for pictures and other output."""
    folder = Path(_from_runner("OUTPUT"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def mailbox():
    """:return: the mail that Odoo sent."""
    return Mailbox(Path(_from_runner("MAIL")))


@pytest.fixture(scope="session")
def odoo(base_url, database):
    """:return: Odoo as the administrator."""
    return OdooClient(base_url, database)


@pytest.fixture(scope="session")
def odoo_shell(database, output):
    """:return: a function that runs a program in an Odoo shell, commits, and returns the output."""
    settings = {"smtp_server": "127.0.0.1", "smtp_port": int(_from_runner("SMTP_PORT"))}

    def run(program):
        return run_in_shell(database, textwrap.dedent(program), settings, output / "shell.log")

    return run


@pytest.fixture(scope="session")
def chromium():
    """:return: a running browser."""
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=_from_runner("BROWSER"), args=[*sandbox, "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class People:
    """The people of a story, each with a browser session of their own."""

    def __init__(self, browser, base_url, output, prefix):
        self._browser, self._base_url = browser, base_url
        self._output, self._prefix = output, prefix
        self._pages = {}
        self.errors = []

    def visitor(self, name="visitor"):
        """:return: the page of somebody who is not logged in."""
        context = self._browser.new_context(
            base_url=self._base_url, viewport={"width": 1366, "height": 900}, locale="en-US"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{name}: {error}"))
        self._pages[name] = page
        return page

    def log_in(self, login, password, path="/odoo"):
        """:return: the page of a user who has just logged in and is on the way to a path."""
        page = self.visitor(login)
        page.goto(f"/web/login?redirect={path}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda address: "/web/login" not in address)
        return page

    def picture(self, page, title):
        """Keep a picture of a whole page as test output."""
        name = re.sub(r"\W+", "-", f"{self._prefix}-{title}").strip("-")
        page.screenshot(path=self._output / f"{name}.png", full_page=True)

    def keep_pictures(self, title):
        """Keep a picture of everybody's page."""
        for name, page in self._pages.items():
            if not page.is_closed():
                self.picture(page, f"{title}-{name}")

    def leave(self):
        """Close all sessions."""
        for page in self._pages.values():
            page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know how their test went."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture
def people(chromium, base_url, output, request):
    """:return: the people of one test; a broken test leaves pictures, a script error breaks it."""
    crowd = People(chromium, base_url, output, request.node.name)
    yield crowd
    report = getattr(request.node, "report_call", None)
    if report and report.failed:
        crowd.keep_pictures("broken")
    crowd.leave()
    assert not crowd.errors, f"errors in the browser: {crowd.errors}"
