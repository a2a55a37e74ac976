"""A client lets small work pass by itself; what is larger is asked (A12)."""

import pytest
from e2e_backend import Backend
from e2e_client import approve, on_desk, on_phone, open_project, request_job, settled
from e2e_jobs import job_of, orders_of
from e2e_office import CINEMA, TIMO
from e2e_staff import open_job, send_estimate
from e2e_words import worded
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("office", "sound")
ANNA, MARK = "anna@cinema.example", "mark@cinema.example"
POSTER, SEATS = "A new poster on the front page", "Choose seats in the plan of the hall"
WITHIN = "Approved by itself: 2:00 h <= 3:00 h per job, 2:00 h of 10:00 h this month"
ABOVE = "Over the limit per job: 4:00 h > 3:00 h"


def test_small_work_starts_at_once_and_larger_work_is_asked(odoo, people, post):
    owner = people.log_in("anna", "anna", "/my")
    _set_limits(people, owner)
    member = people.log_in("mark", "mark", "/my")
    desk = Backend(people.log_in(TIMO, TIMO))

    poster = request_job(member, CINEMA, POSTER, "The one of the festival.")
    open_job(desk, poster)
    send_estimate(desk, "2:00", "Change the picture, on phones too.")
    desk.expect_state("Approved")
    assert orders_of(odoo, poster) == [(1, "approved", "Limits")]
    _staff_read_why(people, desk, poster)
    for person in (ANNA, MARK):
        assert WITHIN in post(person, f"Approved: {POSTER}").text
    _member_reads_why(people, member, job_of(odoo, poster))

    seats = request_job(member, CINEMA, SEATS, "Row and number.")
    open_job(desk, seats)
    send_estimate(desk, "4:00", "A plan of the hall with free seats.")
    desk.expect_state("Estimated")
    post(ANNA, f"Please approve 4:00 h: {SEATS}")
    _owner_approves(people, owner)
    assert orders_of(odoo, seats) == [(1, "approved", "Anna")]
    owner.goto("/my/support")
    _open_limits(owner)
    expect(owner.locator("main")).to_contain_text(worded("6:00 h of 10:00 h are used this month"))


def _open_limits(page):
    open_project(page, CINEMA)
    page.get_by_role("link", name="Limits").click()


def _set_limits(people, page):
    _open_limits(page)
    expect(page.locator("main")).to_contain_text("Not in use")
    page.locator("#per_job").fill("3")
    page.locator("#per_project").fill("10")
    page.locator("#window").select_option(label="each month")
    page.get_by_role("button", name="Save the Limits").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    people.picture(page, "1 limits")
    on_phone(page)
    people.picture(page, "2 limits on a phone")
    on_desk(page)


def _staff_read_why(people, desk, reference):
    desk.tab("Consent")
    desk.row(f"{reference} v1").click()
    expect(desk.page.get_by_text(WITHIN).first).to_be_visible()
    people.picture(desk.page, "3 approved by itself for staff")


def _member_reads_why(people, page, job):
    page.goto(f"/my/support/jobs/{job}")
    expect(page.locator("main")).to_contain_text("In progress")
    expect(page.locator("main")).to_contain_text(WITHIN)
    settled(page)
    on_phone(page)
    people.picture(page, "4 approved by itself for the member")
    on_desk(page)
    page.locator("a[href*='work-orders']:visible").first.click()
    expect(page.get_by_role("status").first).to_contain_text(WITHIN)
    people.picture(page, "5 its estimate for the member")


def _owner_approves(people, page):
    open_project(page, CINEMA)
    page.get_by_role("link", name="Review and Decide").click()
    expect(page.locator("main")).to_contain_text(ABOVE)
    people.picture(page, "6 larger work is asked")
    approve(page, "4:00")
