"""An approver gives a colleague a mandate; above it the person named there is asked (M7)."""

import pytest
from e2e_backend import Backend
from e2e_client import approve, on_desk, on_phone, open_project, request_job, settled
from e2e_jobs import job_of, orders_of
from e2e_office import TIMO, TRAVEL
from e2e_staff import open_job, send_estimate
from e2e_words import worded
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("office", "sound")
ROSE, BORIS, CLEO = "rose@travel.example", "boris@travel.example", "cleo@travel.example"
TRAINS, SHIPS = "Night trains in the planner", "Ferries in the planner"


def test_a_colleague_approves_up_to_a_mandate_and_above_it_its_superior(
    mailbox, odoo, people, post
):
    _give_mandate(people, people.log_in("rose", "rose", "/my"))
    colleague = people.log_in("cleo", "cleo", "/my")
    desk = Backend(people.log_in(TIMO, TIMO))

    trains = _ask(colleague, desk, TRAINS, "2:30")
    post(CLEO, f"Please approve 2:30 h: {TRAINS}")
    _colleague_approves(people, colleague, job_of(odoo, trains))
    assert orders_of(odoo, trains) == [(1, "approved", "Cleo")]

    ships = _ask(colleague, desk, SHIPS, "5:00")
    mail = post(BORIS, f"Please approve 5:00 h: {SHIPS}")
    assert not mailbox.all(ROSE, f"Please approve 5:00 h: {SHIPS}"), "the superior is asked first"
    _colleague_cannot_approve(people, colleague)
    assert orders_of(odoo, ships) == [(1, "sent", False)]
    superior = people.visitor("Boris with his mail")
    superior.goto(mail.links["Approve"])
    approve(superior, "5:00")
    assert orders_of(odoo, ships) == [(1, "approved", "Boris")]
    _staff_read_the_mandate(people, desk, trains)


def _give_mandate(people, page):
    open_project(page, TRAVEL)
    page.get_by_role("link", name="Limits").click()
    card = page.locator("main .card").filter(has=page.get_by_text("Cleo", exact=True))
    card.get_by_text("Give a mandate").click()
    card.get_by_label("Hours a job").fill("3")
    card.get_by_label("Hours in all").fill("8")
    card.get_by_label("Above it ask first").select_option(label="Boris")
    people.picture(page, "1 giving a mandate")
    card.get_by_role("button", name="Save the Mandate").click()
    expect(card).to_contain_text("up to 3:00 h a job, 8:00 h a month, above it Boris is asked")
    on_phone(page)
    people.picture(page, "2 mandate on a phone")
    on_desk(page)


def _ask(page, desk, title, hours):
    """Let the colleague ask for a job, and the technician estimate it.

    :return: its reference
    """
    reference = request_job(page, TRAVEL, title, "Please.")
    open_job(desk, reference)
    send_estimate(desk, hours, title)
    desk.expect_state("Estimated")
    return reference


def _colleague_approves(people, page, job):
    page.goto(f"/my/support/jobs/{job}")
    expect(page.locator("main")).to_contain_text("Please approve or decline the estimate.")
    settled(page)
    people.picture(page, "3 within the mandate")
    page.get_by_role("link", name="Review and Decide").click()
    approve(page, "2:30")


def _colleague_cannot_approve(people, page):
    open_project(page, TRAVEL)
    expect(page.get_by_role("link", name="Review and Decide")).to_have_count(0)
    page.get_by_role("link", name="View the Estimate").click()
    expect(page.locator("main")).to_contain_text("This estimate waits for a decision by")
    expect(page.get_by_role("button", name=worded("Approve 5:00 h"))).to_have_count(0)
    people.picture(page, "4 above the mandate")


def _staff_read_the_mandate(people, desk, reference):
    open_job(desk, reference)
    desk.tab("Consent")
    desk.row(f"{reference} v1").click()
    expect(desk.field("mandate_id")).to_contain_text("Cleo")
    people.picture(desk.page, "5 decided with a mandate")
