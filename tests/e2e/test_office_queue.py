"""The office plans from the list and the cards of the queue, without opening a job (C2)."""

import pytest
from e2e_backend import Backend
from e2e_jobs import estimate_job, rows_of, tell_approval
from e2e_office import DORA, GYM, TIMO
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("sound")
MATS, LAMP = "New mats in the shop", "A lamp for the door"


def test_a_dispatcher_plans_pauses_and_releases_from_the_queue(odoo, office, people):
    technician = odoo.as_user(TIMO, TIMO)
    project = office[GYM]["project"]
    mats, order = estimate_job(technician, project, MATS, 1)
    tell_approval(odoo, order)
    technician.create("project.task", name=LAMP, project_id=project)
    desk = Backend(people.log_in(DORA, DORA))

    _choose(desk)
    desk.press("Plan")
    desk.choose("user_ids", "Timo", within=desk.dialog)
    people.picture(desk.page, "1 plan both")
    desk.press_in_dialog("Plan")
    assert _users_of(odoo, MATS) == _users_of(odoo, LAMP) == [technician.uid]

    desk.row(LAMP).locator("[name=priority] .o_priority_star").last.click()
    expect(desk.row(LAMP).locator("[name=priority] .fa-star")).to_have_count(3)
    people.picture(desk.page, "2 one is urgent")

    _choose(desk)
    desk.press("Hold")
    notice = desk.page.locator(".o_notification").filter(has_text="Only approved jobs are paused")
    expect(notice).to_contain_text(LAMP)
    expect(desk.row(MATS)).to_have_count(0)
    desk.search(MATS)
    expect(desk.row(MATS)).to_contain_text("On Hold")
    people.picture(desk.page, "3 one is held")

    expect(notice).to_have_count(0)
    desk.page.locator(".o_switch_view.o_kanban").click()
    card = desk.page.locator(".o_kanban_record").filter(has_text=mats)
    expect(card).to_contain_text("On Hold")
    people.picture(desk.page, "4 cards")
    card.hover()
    card.locator(".o_dropdown_kanban button").click()
    desk.page.get_by_role("menuitem", name="Release").click()
    expect(card).to_contain_text("Approved")
    assert rows_of(odoo, "project.task", [["name", "=", MATS]], "jobtrack_state") == [("approved",)]


def _choose(desk):
    """Choose both jobs in the list of the queue."""
    desk.open("/odoo/job-queue")
    for title in (MATS, LAMP):
        desk.row(title).locator(".o_list_record_selector input").check()


def _users_of(odoo, title):
    ((users,),) = rows_of(odoo, "project.task", [["name", "=", title]], "user_ids")
    return users
