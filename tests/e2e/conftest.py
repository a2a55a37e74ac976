"""What the stories share: the running Odoo, the mail, browsers for people, pictures.

``script/test e2e`` starts Odoo and says by environment variables where it is.
"""

import datetime
import os
import textwrap
from pathlib import Path

import pytest
from e2e_mail import Mailbox
from e2e_odoo import OdooClient, run_in_shell
from e2e_office import OFFICE, OFFICE_CLIENTS, OFFICE_STAFF
from e2e_people import People
from e2e_scene import HOST, USUAL_BILLING_DAYS, VERIFY, noon_zone, shown, told
from e2e_story import Story
from e2e_strangers import SCENE, SECRET
from playwright.sync_api import sync_playwright


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


# === THE MAIN STORY, WHOSE STATIONS ARE TESTS OF THEIR OWN ===


@pytest.fixture(scope="session")
def cast(chromium, base_url, output):
    """:return: the people of the main story, who stay logged in from station to station."""
    crowd = People(chromium, base_url, output, "story")
    yield crowd
    crowd.leave()


@pytest.fixture(scope="session")
def story(odoo, odoo_shell, mailbox):
    """:return: what the stations of the main story tell each other."""
    return Story(odoo, odoo_shell, mailbox)


@pytest.fixture
def station(request, cast, story):
    """A station that breaks ends the story; no station leaves errors in a browser."""
    if story.ended:
        pytest.skip(f"the story ended at: {story.ended}")
    yield
    report = getattr(request.node, "report_call", None)
    if cast.errors or not (report and report.passed):
        story.ended = request.node.name
        cast.keep_pictures(f"broken {story.ended}")
    assert not cast.errors, f"errors in the browser: {cast.errors}"


@pytest.fixture(scope="session")
def post(odoo, mailbox):
    """:return: a function that lets waiting mail go out, and waits for one."""

    def deliver(to, subject, count=1):
        odoo.run_cron("mail.ir_cron_mail_scheduler_action")
        return mailbox.wait_for(to=to, subject=subject, count=count)

    return deliver


# === A CLIENT THAT IS THERE ALREADY ===


@pytest.fixture(scope="session")
def scene(odoo_shell):
    """:return: the ids of a client's records; its people log in with their names as passwords."""
    now = datetime.datetime.now(datetime.timezone.utc)
    days = sorted(USUAL_BILLING_DAYS)
    odoo_shell(told(HOST, zone=noon_zone(now), days=days, staff=[]))
    return shown(odoo_shell, SCENE, secret=SECRET)


# === THE OFFICE, ITS STAFF, AND A CLIENT FOR EACH STORY ===


@pytest.fixture(scope="session")
def office(odoo_shell):
    """:return: the ids of account and project by the project's name; all log in with their names as passwords."""
    now = datetime.datetime.now(datetime.timezone.utc)
    days = sorted(USUAL_BILLING_DAYS)
    host = {"zone": noon_zone(now), "days": days, "staff": OFFICE_STAFF}
    return shown(odoo_shell, HOST + OFFICE, **host, clients=OFFICE_CLIENTS)


@pytest.fixture(scope="module")
def sound(odoo_shell):
    """After the stories of a file all ledgers are sound."""
    yield
    odoo_shell(VERIFY)
