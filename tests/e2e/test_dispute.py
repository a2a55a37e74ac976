"""A client disputes a line of the coming bill, the run bills the rest, and staff decide (M6)."""

import pytest
from e2e_backend import Backend
from e2e_client import on_desk, on_phone, open_project
from e2e_dispute import BILL, DONE_JOBS
from e2e_scene import shown
from playwright.sync_api import expect

PROJECT = "Oak Toys catalogue"
PRICES, PHOTOS = "New prices in the catalogue", "Photos of the spring toys"
OWNER = "olga@toys.example"
WRONG, ANSWER = "We asked for prices only, not for texts.", "The texts held the old prices as well."


@pytest.mark.usefixtures("scene")
def test_a_client_disputes_a_line_the_run_bills_the_rest_and_staff_decide(
    odoo, odoo_shell, people, post
):
    there = shown(odoo_shell, DONE_JOBS, project=PROJECT, titles=[(PRICES, 3), (PHOTOS, 2)])
    prices, photos = there["jobs"]

    # The client looks at the coming bill, and disputes one job on it.
    page = people.log_in("olga", "olga", "/my")
    open_project(page, PROJECT)
    page.get_by_role("link", name="Upcoming Bill").click()
    expect(page.locator("main")).to_contain_text("Total, before taxes")
    expect(page.locator("main tfoot")).to_contain_text("250.00")
    people.picture(page, "1 upcoming bill")
    on_phone(page)
    people.picture(page, "1 upcoming bill on a phone")
    on_desk(page)
    page.locator("tr").filter(has_text=PRICES).get_by_role("link", name="Dispute").click()
    page.get_by_label("What is wrong?").fill(WRONG)
    people.picture(page, "2 dispute")
    page.get_by_role("button", name="Dispute This Job").click()
    expect(page.get_by_role("status").first).to_contain_text("kept out of the bill")
    on_phone(page)
    people.picture(page, "3 disputed on a phone")
    on_desk(page)

    # The run bills the other job.
    assert shown(odoo_shell, BILL, account=there["account"], day=21) == {
        "state": "done",
        "billed": [photos],
    }

    # Staff see it at a glance, and decide with an answer.
    desk = Backend(people.log_in("admin", "admin"))
    desk.open(f"/odoo/jobs/{prices}")
    desk.expect_words("Kept out of the bill")
    people.picture(desk.page, "4 job on the desk")
    desk.press("Decide on the Dispute")
    expect(desk.dialog).to_contain_text(WRONG)
    desk.fill("answer", ANSWER, within=desk.dialog)
    people.picture(desk.page, "5 decide")
    desk.press_in_dialog("Decide and Tell the Client")
    desk.expect_words("Last dispute")
    people.picture(desk.page, "6 decided")

    # The client is told, and finds the answer at the job.
    mail = post(OWNER, f"Your dispute: {PRICES}")
    assert "bill it as it is" in mail.text
    assert ANSWER in mail.text
    page.goto(f"/my/support/jobs/{prices}")
    expect(page.locator("main")).to_contain_text("Dispute ended: Billed as it is")
    expect(page.locator("main")).to_contain_text(ANSWER)
    (job,) = odoo.find("project.task", [["id", "=", prices]], "jobtrack_disputed", "jobtrack_state")
    assert (job["jobtrack_disputed"], job["jobtrack_state"]) == (False, "done")

    # The next run bills it.
    later = shown(odoo_shell, BILL, account=there["account"], day=22)
    assert later == {"state": "done", "billed": [prices]}
