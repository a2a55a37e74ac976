"""Reception on the phone: who calls, what they may, and what came of it (A13, B3, C2); decisions told by phone (M1)."""

import pytest
import requests
from e2e_backend import Backend
from e2e_client import on_phone
from e2e_jobs import estimate_job, orders_of, rows_of
from e2e_office import DORA, HOTEL, RITA, TIMO
from e2e_staff import call_in, open_job
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("sound")
HANS = "hans@hotel.example"
KEYS, SAUNA = "Room keys by phone", "Opening hours of the sauna"
NOT_MINE = "I asked what it would cost, no more."
MOST_FIELDS = 5


def test_a_caller_is_found_by_number_and_the_job_made_on_one_page(odoo, office, people):
    desk = Backend(people.log_in(RITA, RITA))
    call_in(desk, "Maple Hotel", "Hans")
    call_in(desk, "15550181", "Hans")
    expect(desk.page.get_by_role("status").first).to_contain_text("Authorised")
    expect(desk.page.get_by_role("status").first).to_contain_text("8:00")
    title = desk.page.get_by_text("The Job", exact=True)
    group = desk.page.locator(".o_inner_group").filter(has=title)
    assert group.locator(".o_field_widget:visible").count() <= MOST_FIELDS
    desk.fill("title", KEYS)
    desk.fill("note", "Before the season begins.")
    people.picture(desk.page, "1 authorised caller")
    desk.press("Make the Job")
    desk.expect_state("Requested")
    people.picture(desk.page, "2 job of the call")
    facts = ("jobtrack_channel", "jobtrack_requester_id", "project_id")
    ((channel, requester, project),) = rows_of(odoo, "project.task", [["name", "=", KEYS]], *facts)
    assert channel == "phone"
    assert "Hans" in requester[1]
    assert project[0] == office[HOTEL]["project"]


@pytest.mark.usefixtures("office")
def test_a_call_without_a_job_is_logged_and_nothing_is_started(odoo, people):
    desk = Backend(people.log_in(RITA, RITA))
    jobs = odoo.call("project.task", "search_count", [])
    call_in(desk, "Ida", "Ida")
    expect(desk.page.get_by_role("alert").first).to_contain_text("May not ask for jobs")
    expect(desk.page.get_by_role("button", name="Make the Job")).to_have_count(0)
    people.picture(desk.page, "1 caller without the role")
    desk.press("End Without a Job")
    desk.expect_state("Ended")

    desk.open("/odoo/take-a-call")
    desk.fill("caller_name", "Somebody New")
    desk.fill("phone", "+1 555 0199")
    expect(desk.page.get_by_role("status").first).to_contain_text("Not in the list?")
    people.picture(desk.page, "2 unknown caller")
    desk.press("List as Access Request")
    desk.expect_state("Ended")

    desk.open("/odoo/calls")
    expect(desk.row("Ida")).to_contain_text("No job")
    expect(desk.row("Somebody New")).to_contain_text("Access request")
    people.picture(desk.page, "3 log of calls")
    assert odoo.call("project.task", "search_count", []) == jobs
    listed = [["contact_name", "=", "Somebody New"]]
    assert rows_of(odoo, "jobtrack.access.request", listed, "phone") == [("+1 555 0199",)]


def test_who_did_not_agree_on_the_phone_says_so_from_the_copy(odoo, office, people, post):
    technician = odoo.as_user(TIMO, TIMO)
    sauna, order = estimate_job(technician, office[HOTEL]["project"], SAUNA, 1)
    desk = Backend(people.log_in(DORA, DORA))
    _record_decision(people, desk, sauna)
    assert orders_of(odoo, sauna) == [(1, "approved", "Hans")]

    copy = post(HANS, f"You approved by phone: {SAUNA}")
    assert "you told Dora Dispatch by phone to approve" in copy.text
    link = copy.links["I Did Not Agree"]
    scanner = requests.Session()
    for _again in range(3):
        assert scanner.get(link, timeout=60).status_code == 200
        assert scanner.head(link, timeout=60).status_code == 200
    assert scanner.get(f"{link}/send", timeout=60).status_code in (404, 405)
    assert _contested(odoo, order) == (False, "approved")

    page = people.visitor("Hans with his mail")
    page.goto(link)
    page.get_by_label("What is wrong?").fill(NOT_MINE)
    on_phone(page)
    people.picture(page, "3 I did not agree on a phone")
    page.get_by_role("button", name="I Did Not Agree").click()
    expect(page.get_by_role("status").last).to_contain_text("Thank you, we have it.")
    assert _contested(odoo, order) == ("Hans", "on_hold")
    open_job(desk, sauna)
    expect(desk.page.locator(".o-mail-Activity")).to_contain_text("Hans did not agree")
    people.picture(desk.page, "4 contested decision for staff")


def _record_decision(people, desk, reference):
    call_in(desk, "Hans", "Hans")
    desk.choose("task_id", reference, option=SAUNA)
    desk.press("Record a Decision")
    expect(desk.field("contact_id", within=desk.dialog).locator("input")).to_have_value("Hans")
    people.picture(desk.page, "1 decision by phone")
    desk.press_in_dialog("Record and Confirm in Writing")
    desk.press("End the Call")
    desk.expect_state("Ended")
    people.picture(desk.page, "2 call with a decision")


def _contested(odoo, order):
    """:return: who contests the decision, and the state of the job."""
    facts = ("disagreed_name", "task_id")
    ((name, job),) = rows_of(odoo, "jobtrack.work.order", [["id", "=", order]], *facts)
    ((state,),) = rows_of(odoo, "project.task", [["id", "=", job[0]]], "jobtrack_state")
    return name, state
