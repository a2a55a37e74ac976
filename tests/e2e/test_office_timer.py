"""A technician's day: the timer, the warning, time beyond the estimate, and the change order that names it (A2, C4)."""

import re

import pytest
from e2e_backend import Backend
from e2e_client import approve, on_desk, on_phone
from e2e_jobs import estimate_job, job_of, orders_of, tell_approval, times_of
from e2e_office import GARDEN, TIMO
from e2e_words import worded
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("sound")
PAUL = "paul@garden.example"
ROSES = "The roses have no prices"


def test_time_beyond_the_estimate_is_agreed_by_a_change_order(odoo, office, people, post):
    technician = odoo.as_user(TIMO, TIMO)
    mine = {"user_ids": [[6, 0, [technician.uid]]]}
    roses, order = estimate_job(technician, office[GARDEN]["project"], ROSES, 2, **mine)
    tell_approval(odoo, order)
    desk = Backend(people.log_in(TIMO, TIMO))

    card = _work(people, desk, roses, "1:45", "Read the price list")
    _expect_left(card, "0:15", "2:00")
    _open_job(odoo, desk, roses)
    desk.expect_words("80 % of the approved hours are used")
    expect(desk.page.locator(".o-mail-Activity")).to_contain_text("80 % of the 2:00 h approved")
    people.picture(desk.page, "3 eighty percent are used")

    card = _work(people, desk, roses, "0:30", "Give each rose its price")
    expect(card.locator("[name=jobtrack_pending_hours]")).to_have_text(worded("0:30"))
    expect(card).to_contain_text("h without consent")
    assert times_of(odoo, roses) == [(1.75, True), (0.5, False)]
    _send_change_order(odoo, people, desk, roses)
    _client_compares_and_approves(people, post(PAUL, f"Please approve 2:30 h: {ROSES}"))
    assert orders_of(odoo, roses) == [(1, "superseded", "Paul"), (2, "approved", "Paul")]
    assert [billable for _hours, billable in times_of(odoo, roses)] == [True, True]
    _expect_left(_card(desk, roses), "0:15", "2:30")


def _card(desk, reference):
    """:return: the card of a job in the technician's day."""
    desk.open("/odoo/my-day")
    return desk.page.locator(".o_kanban_record").filter(has_text=reference)


def _expect_left(card, left, approved):
    expect(card.locator("[name=jobtrack_left_hours]")).to_have_text(worded(left))
    expect(card.locator("[name=jobtrack_approved_hours]")).to_have_text(worded(approved))


def _work(people, desk, reference, hours, what):
    """Run the timer of a job, and log so many hours instead of the moment that the test took.

    :return: the card of the job
    """
    card = _card(desk, reference)
    card.get_by_role("button", name="Start").click()
    expect(card.get_by_role("timer")).to_have_text(re.compile(r"0:00:(0[1-9]|[1-9]\d)"))
    people.picture(desk.page, f"1 timer runs before {hours}")
    card.get_by_role("button", name="Stop").click()
    desk.fill("hours", hours, within=desk.dialog)
    desk.fill("name", what, within=desk.dialog)
    people.picture(desk.page, f"2 log {hours}")
    desk.press_in_dialog("Log the Time")
    return card


def _open_job(odoo, desk, reference):
    desk.open(f"/odoo/jobs/{job_of(odoo, reference)}")


def _send_change_order(odoo, people, desk, reference):
    _open_job(odoo, desk, reference)
    desk.expect_words(worded("0:30 h of time have no consent"))
    people.picture(desk.page, "4 time without consent")
    desk.press("Write a Change Order")
    drafted = desk.field("hours", within=desk.dialog).locator("input")
    expect(drafted).to_have_value(worded("2:30"))
    expect(desk.dialog.locator("tr.o_data_row")).to_contain_text("Give each rose its price")
    people.picture(desk.page, "5 change order is drafted")
    desk.fill("scope", "Prices of all roses, of the old kinds too.", within=desk.dialog)
    desk.press_in_dialog("Send to Client")


def _client_compares_and_approves(people, mail):
    assert "change order" in mail.text
    page = people.visitor("Paul with his mail")
    page.goto(mail.links["Approve"])
    expect(page.locator("table tr").filter(has_text="Hours in all")).to_contain_text(
        worded("2:00 2:30")
    )
    expect(page.locator("body")).to_contain_text(worded("0:30 h that were already spent"))
    people.picture(page, "6 old and new side by side")
    on_phone(page)
    people.picture(page, "7 old and new on a phone")
    on_desk(page)
    approve(page, "2:30")
