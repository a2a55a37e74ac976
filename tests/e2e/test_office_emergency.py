"""Emergencies on the phone: with a mandate work begins with consent, without one its time waits (B3)."""

import pytest
from e2e_backend import Backend
from e2e_client import on_phone
from e2e_jobs import orders_of, times_of
from e2e_office import CLINIC, GYM, RITA, TIMO
from e2e_staff import call_in, log_time, open_job
from e2e_words import worded
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("office", "sound")
ON_CALL, CARLA = "timo@harbour.example", "carla@clinic.example"
DOWN, LOGIN, DOORS = "The portal is down", "Nobody can log in", "The doors do not open"


def test_an_emergency_within_the_mandate_has_its_consent(odoo, people, post):
    desk = Backend(people.log_in(RITA, RITA))
    agreed = "up to 2:00 h at $ 90.00 an hour are agreed beforehand"
    outage = _call_emergency(people, desk, "555-0171", "Carla", DOWN, agreed)
    desk.expect_state("Approved")
    assert orders_of(odoo, outage) == [(1, "approved", "Emergency mandate")]
    told = post(CARLA, f"Approved: {DOWN}").text
    assert "Approved by the emergency mandate: 2:00 h <= 2:00 h" in told

    _take_from_the_mail(people, post(ON_CALL, f"EMERGENCY {outage}"))
    technician = Backend(people.log_in(TIMO, TIMO))
    open_job(technician, outage)
    technician.expect_words("Emergency, taken by")
    log_time(technician, "Start the server again", "Implementation and testing", "1:30")
    assert times_of(odoo, outage) == [(1.5, True)]
    expect(technician.field("jobtrack_left_hours")).to_have_text(worded("0:30"))
    people.picture(technician.page, "4 time of the emergency")


@pytest.mark.parametrize(
    ("number", "caller", "project", "title"),
    [("555 0172", "Cora", CLINIC, LOGIN), ("555 0175", "Greta", GYM, DOORS)],
    ids=["caller-without-the-right", "account-without-a-mandate"],
)
def test_an_emergency_without_a_mandate_waits_for_consent(
    number, caller, project, title, odoo, people, post
):
    desk = Backend(people.log_in(RITA, RITA))
    waits = "the time waits for the client's consent"
    outage = _call_emergency(people, desk, number, f"{caller} · {project}", title, waits)
    desk.expect_state("Requested")
    assert not orders_of(odoo, outage)
    post(ON_CALL, f"EMERGENCY {outage}")
    technician = _take_emergency(people, outage)
    log_time(technician, "Look what it is", "Investigation and analysis", "1:00")
    technician.expect_words(worded("1:00 h of time have no consent"))
    assert times_of(odoo, outage) == [(1.0, False)]
    people.picture(technician.page, "4 time without consent")


def _call_emergency(people, desk, number, caller, title, agreed):
    """Take the call of an emergency.

    :param agreed: what the screen says about consent before the job is made

    :return: the reference of its job
    """
    call_in(desk, number, caller)
    expect(desk.page.get_by_role("status").first).to_contain_text("Authorised")
    desk.fill("title", title)
    desk.toggle("is_emergency", within=desk.page)
    expect(desk.field("emergency_words")).to_contain_text(worded(agreed))
    people.picture(desk.page, "1 call of an emergency")
    desk.press("Make the Job")
    expect(desk.page.get_by_role("alert").first).to_contain_text("nobody has confirmed it yet")
    people.picture(desk.page, "2 emergency that nobody has confirmed")
    return desk.field("jobtrack_reference").inner_text()


def _take_from_the_mail(people, mail):
    page = people.visitor("Timo with his mail")
    page.goto(mail.links["Look at It and Take It"])
    on_phone(page)
    people.picture(page, "3 taking it on a phone")
    page.get_by_role("button", name="I Take It").click()
    expect(page.get_by_role("status").first).to_contain_text("You have taken this emergency")


def _take_emergency(people, reference):
    desk = Backend(people.log_in(TIMO, TIMO))
    open_job(desk, reference)
    desk.press("I Take It")
    desk.expect_words("Emergency, taken by")
    people.picture(desk.page, "3 emergency taken")
    return desk
