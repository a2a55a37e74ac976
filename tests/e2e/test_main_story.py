"""The main story, from an empty support company to a billed job: each test is a station of the same story."""

import pytest
import requests
from e2e_backend import Backend
from e2e_client import (
    accept_invitation,
    approve,
    on_desk,
    on_phone,
    open_project,
    pay_quotation,
    request_job,
    settled,
    write_on_job,
)
from e2e_staff import complete, log_time, open_job, send_estimate
from e2e_story import ADMIN, ANN, BELLA, BOB, CLIENT, MAX, OFFICE, PROJECT, SHOP, TESS, WRAP
from e2e_words import worded
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("station")


def test_administrator_turns_a_project_into_a_support_project(cast, odoo, story):
    project = odoo.create("project.project", name=PROJECT, partner_id=story.client)
    story.project = project
    story.admin = Backend(cast.log_in(ADMIN, ADMIN))
    desk = story.admin
    desk.open(f"/odoo/project.project/{project}")
    desk.press("Turn into Support Project")
    expect(desk.field("project_id").locator("input")).to_have_value(PROJECT)
    expect(desk.field("partner_id").locator("input")).to_have_value(CLIENT)
    for name, roles in (
        ("Ann Approver", ["may_approve", "may_buy", "may_see_money"]),
        ("Bob Boss", ["may_approve"]),
        ("Max Member", []),
    ):
        row = desk.add_line("contact_ids")
        desk.choose("partner_id", name, within=row)
        for role in roles:
            desk.toggle(role, within=row)
    desk.save()
    (account,) = odoo.find("jobtrack.account", [["project_id", "=", project]], "contact_ids")
    story.account = account["id"]
    cast.picture(desk.page, "01 account with contacts")
    assert story.contacts() == [
        ("Ann Approver", True, True, True),
        ("Bob Boss", True, True, False),
        ("Max Member", True, False, False),
    ]


def test_contacts_accept_their_invitation_and_land_in_the_portal(cast, mailbox, post, story):
    desk = story.admin
    for name, email in (("Ann Approver", ANN), ("Max Member", MAX)):
        desk.press("Invite", within=desk.row(name))
        expect(desk.row(name).locator("button[name=action_invite]")).to_have_count(0)
        page = cast.visitor(name)
        accept_invitation(page, post(email, ""), f"{email} is my password")
        expect(page.get_by_role("link", name="Support").first).to_be_visible()
        setattr(story, name.split()[0].lower(), page)
    cast.picture(story.ann, "02 portal home after the invitation")
    assert not mailbox.all(to=BOB)
    open_project(story.ann, PROJECT)
    expect(story.ann.get_by_text("There are no prepaid hours at the moment.")).to_be_visible()
    cast.picture(story.ann, "03 empty project")


def _sell(desk, plan, hours):
    """Sell a plan from the account's form; the quotation is saved.

    :return: its name
    """
    desk.press("Sell a Plan")
    row = desk.add_line("order_line")
    desk.choose("product_template_id", plan, within=row)
    desk.fill("product_uom_qty", hours, within=row)
    desk.page.get_by_label("This quarter").check()
    desk.save()
    return desk.field("name").inner_text()


def test_client_pays_a_plan_by_card_in_the_portal(cast, odoo, post, story):
    desk = story.admin
    desk.open(f"/odoo/support-accounts/{story.account}")
    order = _sell(desk, "Support plan Basic", "20")
    cast.picture(desk.page, "04 quotation of a plan")
    desk.press("Send")
    desk.press_in_dialog("Send")
    post(OFFICE, order)
    pay_quotation(story.ann, order)
    cast.picture(story.ann, "05 plan paid by card")
    assert story.packs() == [("active", 20.0)]


def test_accountant_registers_a_bank_transfer(cast, odoo, story):
    desk = story.admin
    desk.open(f"/odoo/support-accounts/{story.account}")
    order = _sell(desk, "Priority support", "2")
    desk.press("Confirm")
    desk.expect_state("Sales Order")
    assert story.packs() == [("active", 20.0), ("pending", 2.0)]
    (invoice,) = odoo.find("account.move", [["invoice_origin", "=", order]], "name")
    story.bella = Backend(cast.log_in(BELLA, BELLA, path="/odoo"))
    books = story.bella
    books.open(f"/odoo/customer-invoices/{invoice['id']}")
    books.press("Pay")
    books.press_in_dialog("Create Payment")
    expect(books.page.get_by_text("Paid on")).to_be_visible()
    cast.picture(books.page, "06 invoice paid by bank transfer")
    assert story.packs() == [("active", 20.0), ("active", 2.0)]
    open_project(story.ann, PROJECT)
    expect(story.ann.locator(".fs-2").first).to_have_text("22:00")
    cast.picture(story.ann, "07 project with hours")


def test_member_asks_for_a_job_with_files(cast, odoo, post, story):
    files = [("error.txt", "500 at the last step"), ("steps.txt", "Put a book into the basket")]
    page = story.max
    story.shop = request_job(page, PROJECT, SHOP, "Since this morning.", "High", files)
    write_on_job(page, "It is the same on my phone")
    cast.picture(page, "08 job page after the request")
    for name, content in files:
        link = page.get_by_role("link", name=name).get_attribute("href")
        assert page.request.get(link).text() == content
    on_phone(page)
    cast.picture(page, "09 job page on a phone")
    on_desk(page)
    assert story.shop in post(MAX, "We have your request").text
    (job,) = odoo.find(
        "project.task", [["jobtrack_reference", "=", story.shop]], "priority", "jobtrack_channel"
    )
    assert (job["priority"], job["jobtrack_channel"]) == ("2", "portal")


def test_technician_estimates_and_every_approver_gets_a_mail(cast, post, story):
    story.tess = Backend(cast.log_in(TESS, TESS))
    desk = story.tess
    open_job(desk, story.shop)
    desk.expect_words("Estimate the job, or mark it as not billable")
    expect(desk.page.locator(".o-mail-Message")).to_contain_text(["It is the same on my phone"])
    cast.picture(desk.page, "10 job to estimate")
    send_estimate(desk, "6:00", "Find the error and repair it.")
    desk.expect_state("Estimated")
    desk.expect_words("The client decides on the estimate")
    cast.picture(desk.page, "11 job estimated")
    story.mails = {person: post(person, f"Please approve 6:00 h: {SHOP}") for person in (ANN, BOB)}
    for mail in story.mails.values():
        assert "This work is billable" in mail.text
        assert "we estimate 6:00 hours" in mail.text
        assert "$ 50.00 per hour" in mail.text
        assert "Support plan Basic" in mail.text
        assert "prepaid" in mail.text
        assert {"Approve", "Decline"} <= mail.links.keys()
    assert story.mails[ANN].links["Approve"] != story.mails[BOB].links["Approve"]


def test_mail_scanner_presses_every_link_and_decides_nothing(odoo, story):
    scanner = requests.Session()
    for mail in story.mails.values():
        for title in ("Approve", "Decline"):
            for _again in range(3):
                assert scanner.get(mail.links[title], timeout=60).status_code == 200
                assert scanner.head(mail.links[title], timeout=60).status_code == 200
        for decision in ("approve", "decline"):
            answer = scanner.get(f"{mail.links['Approve']}/{decision}", timeout=60)
            assert answer.status_code in (404, 405)
    assert story.orders(story.shop) == [(1, "sent", False)]


def test_first_approver_decides_by_mail_and_the_other_is_told(cast, odoo, post, story):
    page = cast.visitor("Ann with her mail")
    page.goto(story.mails[ANN].links["Approve"])
    cast.picture(page, "12 approval page")
    on_phone(page)
    cast.picture(page, "13 approval page on a phone")
    approve(page, "6:00")
    cast.picture(page, "14 approved on a phone")
    other = cast.visitor("Bob with his mail")
    for link in (story.mails[BOB].links["Approve"], story.mails[ANN].links["Decline"]):
        other.goto(link)
        expect(other.get_by_role("status")).to_contain_text("was approved by Ann Approver on")
        expect(other.locator("main form, #wrapwrap form")).to_have_count(0)
    cast.picture(other, "15 the other link")
    told = post(BOB, f"Approved: {SHOP}")
    assert "Ann Approver approved 6:00 hours" in told.text
    assert story.orders(story.shop) == [(1, "approved", "Ann Approver")]
    open_project(story.ann, PROJECT)
    expect(story.ann.locator(".fs-2").first).to_have_text("16:00")
    cast.picture(story.ann, "16 project with reserved hours")


def test_declining_takes_a_reason_which_staff_read(cast, odoo, post, story):
    wrap = request_job(story.max, PROJECT, WRAP, "With a ribbon.")
    desk = story.tess
    open_job(desk, wrap)
    send_estimate(desk, "3:00", "A check box in the basket.")
    desk.expect_state("Estimated")
    page = cast.visitor("Bob declines")
    page.goto(post(BOB, f"Please approve 3:00 h: {WRAP}").links["Decline"])
    cast.picture(page, "17 decline page")
    page.get_by_label("Why?").fill("   ")
    page.get_by_role("button", name="Decline", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Please say why")
    assert story.orders(wrap) == [(1, "sent", False)]
    page.get_by_label("Why?").fill("Too much for a ribbon")
    page.get_by_role("button", name="Decline", exact=True).click()
    expect(page.get_by_text("Thank you for your answer.")).to_be_visible()
    assert "Too much for a ribbon" in post(MAX, f"Declined: {WRAP}").text
    open_job(desk, wrap)
    desk.expect_words("Answer the client: write a new estimate or cancel the job")
    cast.picture(desk.page, "18 declined job for staff")
    desk.tab("Consent")
    desk.row(f"{wrap} v1").click()
    expect(desk.page.get_by_text("Too much for a ribbon").first).to_be_visible()
    cast.picture(desk.page, "19 declined work order for staff")


def test_time_beyond_the_approved_hours_waits_for_consent(cast, odoo, story):
    desk = story.tess
    open_job(desk, story.shop)
    log_time(desk, "Read the log", "Investigation and analysis", "4:00")
    log_time(desk, "Repair the address form", "Implementation and testing", "3:30")
    desk.expect_words(worded("3:30 h of time have no consent"))
    cast.picture(desk.page, "20 time beyond the approved hours")
    desk.press("Bill up to the Limit")
    desk.expect_words(worded("1:30 h of time have no consent"))
    assert story.times(story.shop) == [(4.0, True), (2.0, True), (1.5, False)]
    send_estimate(desk, "7:30", "Repair the address form too.", button="Write a Change Order")
    cast.picture(desk.page, "21 change order sent")


def test_client_approves_the_change_order_in_the_portal(cast, odoo, post, story):
    mail = post(ANN, f"Please approve 7:30 h: {SHOP}")
    assert "change order" in mail.text
    page = story.ann
    page.goto("/my/support")
    cast.picture(page, "22 something waits for the client")
    open_project(page, PROJECT)
    cast.picture(page, "23 project with a change order")
    page.get_by_role("link", name="Review and Decide").click()
    expect(page.get_by_text(worded("1:30 h that were already spent"))).to_be_visible()
    cast.picture(page, "24 change order in the portal")
    on_phone(page)
    cast.picture(page, "25 change order on a phone")
    on_desk(page)
    approve(page, "7:30")
    assert story.orders(story.shop) == [
        (1, "superseded", "Ann Approver"),
        (2, "approved", "Ann Approver"),
    ]
    assert story.times(story.shop) == [(4.0, True), (2.0, True), (1.5, True)]


def test_client_reads_the_delivery_with_its_total_time(cast, post, story):
    desk = story.tess
    open_job(desk, story.shop)
    complete(desk, "The address form takes house numbers with letters again.")
    desk.expect_state("Done")
    cast.picture(desk.page, "26 job done")
    for person in (MAX, ANN, BOB):
        mail = post(person, f"Done: {SHOP}")
        assert "takes house numbers with letters again" in mail.text
        assert "Total time: 7:30 hours of 7:30 approved" in mail.text
    story.max.goto(f"/my/support/jobs/{story.job(story.shop)}")
    expect(story.max.get_by_text("takes house numbers with letters again").first).to_be_visible()
    settled(story.max)
    cast.picture(story.max, "27 delivery in the portal")
