"""The main story goes on: done jobs are billed, and everybody can read how."""

import pytest
from e2e_books import bill_now, expect_refusal, new_run, pdf_text
from e2e_client import on_desk, on_phone, open_project, settled
from e2e_scene import SET_BACK, VERIFY, no_billing_day, told
from e2e_staff import send_estimate, take_call
from e2e_story import ANN, BOB, LAMP, MAX, MOVE, PROJECT, SHOP, TESS
from e2e_words import worded
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("station")
COUNTED = (
    "jobtrack.billing.run",
    "jobtrack.statement",
    "jobtrack.statement.line",
    "jobtrack.ledger.entry",
    "account.move",
    "mail.mail",
)


def test_staff_take_a_call_and_record_what_the_client_decided(cast, odoo, post, story):
    desk, dispatcher = story.tess, story.admin
    moving = take_call(desk, MOVE, PROJECT, "Bob Boss")
    send_estimate(desk, "18:00", "As told on the phone.")
    desk.expect_state("Estimated")
    asked = post(BOB, f"Please approve 18:00 h: {MOVE}").text
    for source in ("12:30 $ 40.00 prepaid", "2:00 $ 50.00 prepaid", "3:30 $ 50.00 $ 175.00"):
        assert source in asked
    (order,) = odoo.find(
        "jobtrack.work.order", [["task_id.jobtrack_reference", "=", moving]], "version"
    )
    dispatcher.open(f"/odoo/work-orders/{order['id']}")
    dispatcher.press("Record a Decision")
    dispatcher.choose("contact_id", "Bob Boss", within=dispatcher.dialog)
    dispatcher.press_in_dialog("Record and Confirm in Writing")
    dispatcher.expect_state("Approved")
    assert story.orders(moving) == [(1, "approved", "Bob Boss")]
    assert "I Did Not Agree" in post(BOB, f"You approved by phone: {MOVE}").text
    cast.picture(dispatcher.page, "28 approval told on the phone")
    technician = odoo.as_user(TESS, TESS)
    lamp = story.agree(technician, LAMP, 1)
    story.deliver(technician, moving, 18)
    story.deliver(technician, lamp, 1)
    story.calls = [moving, lamp]


def test_accountant_sees_a_preview_on_billing_days_only(cast, odoo_shell, story):
    back = (story.today - story.billing_day).days
    if back:
        odoo_shell(told(SET_BACK, back=back, project=story.project))
    desk = story.bella
    new_run(desk, no_billing_day(story.today))
    expect_refusal(desk, "is not a billing day: Harbour Support bills on the")
    new_run(desk, story.billing_day)
    desk.expect_saved()
    expect(desk.row(PROJECT)).to_contain_text("26:30")
    desk.open_row(PROJECT)
    preview = desk.field("preview_html", within=desk.dialog)
    for reference, title, figures in (
        (story.shop, SHOP, ["7:30", "7:30", "7:30", "0:00", "$ 0.00"]),
        (story.calls[0], MOVE, ["18:00", "18:00", "14:30", "3:30", "$ 175.00"]),
        (story.calls[1], LAMP, ["1:00", "1:00", "0:00", "1:00", "$ 50.00"]),
    ):
        row = preview.locator("tr").filter(has_text=title)
        expect(row.locator("td")).to_have_text([f"{reference} {title}", *figures])
    cast.picture(desk.page, "29 preview of the billing run")
    desk.page.keyboard.press("Escape")


def test_accountant_bills_what_the_preview_showed(cast, odoo, story):
    desk = story.bella
    bill_now(desk, "Bill 3 Jobs of 1 Account")
    expect(desk.page.get_by_role("progressbar", name="Accounts billed")).to_be_visible()
    expect(desk.page.get_by_text("0 of 1 accounts")).to_be_visible()
    cast.picture(desk.page, "30 billing run begun")
    odoo.run_cron("jobtrack_support.ir_cron_billing")
    # The screen sees by itself that the run is over.
    desk.expect_state("Done")
    expect(desk.row(PROJECT)).to_contain_text("26:30")
    cast.picture(desk.page, "31 billing run done")
    (statement,) = odoo.find(
        "jobtrack.statement",
        [["jobtrack_account_id", "=", story.account]],
        *("name", "hours", "prepaid_hours", "postpaid_hours", "amount", "invoice_id"),
    )
    assert (statement["hours"], statement["prepaid_hours"]) == (26.5, 22.0)
    assert (statement["postpaid_hours"], statement["amount"]) == (4.5, 225.0)
    story.statement, story.invoice = statement["name"], statement["invoice_id"]
    lines = odoo.find(
        "account.move.line",
        [["move_id", "=", story.invoice[0]], ["display_type", "=", "product"]],
        *("name", "quantity", "price_subtotal"),
    )
    billed = sorted((line["quantity"], line["price_subtotal"]) for line in lines)
    assert billed == [(1.0, 50.0), (3.5, 175.0)]
    names = " ".join(line["name"] for line in lines)
    assert MOVE in names
    assert LAMP in names
    desk.open(f"/odoo/customer-invoices/{story.invoice[0]}")
    expect(desk.page.get_by_text("$ 225.00").first).to_be_visible()
    cast.picture(desk.page, "32 invoice for the hours without a pack")


def test_statement_comes_by_mail_with_its_pdf(mailbox, odoo, output, post, story):
    odoo.run_cron("jobtrack_support.ir_cron_statement_mail")
    mail = post(ANN, f"Billing statement {story.statement}")
    assert "26:30 hours" in mail.text
    assert "22:00 h from your packs" in mail.text
    assert "Hours left in your packs: 0:00" in mail.text
    assert not mailbox.all(BOB, "Billing statement")
    assert not mailbox.all(MAX, "Billing statement")
    ((name, content),) = mail.attachments.items()
    assert name.endswith(".pdf")
    (output / "story-33-statement.pdf").write_bytes(content)
    words = pdf_text(content)
    for reference in (story.shop, *story.calls):
        assert reference in words
    assert worded("Total 26:30 22:00 4:30").search(words)
    assert worded("Balance before this billing 22:00").search(words)
    assert worded("Balance after this billing 0:00").search(words)
    assert f"on invoice {story.invoice[1].split()[0]}" in words


def test_running_again_changes_nothing(mailbox, odoo, odoo_shell, story):
    _run_crons(odoo)  # the first look tells people that their hours run low
    before = _counts(odoo), len(mailbox.all())
    for _again in range(2):
        _run_crons(odoo)
    assert (_counts(odoo), len(mailbox.all())) == before
    odoo_shell(VERIFY)


def _run_crons(odoo):
    for cron in ("ir_cron_billing", "ir_cron_statement_mail", "ir_cron_packs"):
        odoo.run_cron(f"jobtrack_support.{cron}")
    odoo.run_cron("mail.ir_cron_mail_scheduler_action")


def _counts(odoo):
    """:return: how many records of each kind there are."""
    return {model: odoo.call(model, "search_count", []) for model in COUNTED}


def test_billed_jobs_leave_the_lists_and_are_found_by_searching(cast, story):
    desk = story.tess
    desk.open("/odoo/jobs")
    expect(desk.row("Gift wrap for every order")).to_have_count(1)
    expect(desk.row(story.shop)).to_have_count(0)
    cast.picture(desk.page, "34 open jobs of the staff")
    desk.search(story.shop)
    expect(desk.row(story.shop)).to_contain_text("Billed")
    page = story.ann
    open_project(page, PROJECT)
    expect(page.get_by_role("link", name="Gift wrap for every order")).to_have_count(1)
    expect(page.get_by_role("link", name=SHOP)).to_have_count(0)
    page.get_by_role("link", name="All Jobs").click()
    expect(page.get_by_role("link", name=SHOP)).to_have_count(0)
    cast.picture(page, "35 open jobs of the client")
    page.locator("input[name=search]").fill(story.shop)
    page.locator("input[name=search]").press("Enter")
    expect(page.get_by_role("link", name=SHOP)).to_contain_text("Billed")
    cast.picture(page, "36 billed job found by the client")
    page.get_by_role("link", name=SHOP).click()
    expect(page.get_by_role("link", name=story.statement).first).to_be_visible()
    settled(page)
    cast.picture(page, "37 billed job of the client")


def test_client_reads_purchase_and_usage_in_the_ledger(cast, story):
    page = story.ann
    open_project(page, PROJECT)
    page.get_by_role("link", name="Ledger").click()
    rows = page.locator("table").last.locator("tbody tr")
    expect(rows).to_have_count(5)
    told_rows = [" ".join(text.split()) for text in rows.all_inner_texts()]
    for row, movement in zip(
        reversed(told_rows),
        ("+20:00 20:00", "+2:00 22:00", "-7:30 14:30", "-12:30 2:00", "-2:00 0:00"),
        strict=True,
    ):
        assert worded(movement).search(row)
    for row in told_rows[:3]:
        assert story.statement in row
        assert "INV/" in row
    cast.picture(page, "38 ledger of the client")
    page.get_by_role("link", name=story.statement).locator("visible=true").first.click()
    expect(page.get_by_role("heading", name=story.statement)).to_be_visible()
    cast.picture(page, "39 statement of the client")
    on_phone(page)
    cast.picture(page, "40 statement on a phone")
    page.go_back()
    on_phone(page)
    cast.picture(page, "41 ledger on a phone")
    on_desk(page)


def test_each_debit_links_job_pack_and_statement_for_staff(cast, story):
    desk = story.bella
    desk.open(f"/odoo/support-accounts/{story.account}")
    cast.picture(desk.page, "42 account after billing")
    desk.page.locator("button[name=action_open_ledger]").click()
    expect(desk.page.locator("tr.o_data_row")).to_have_count(5)
    expect(desk.row("14:30")).to_contain_text(worded("-7:30"))
    cast.picture(desk.page, "43 ledger of the staff")
    desk.open_row("14:30")
    expect(desk.field("task_id")).to_contain_text(SHOP)
    expect(desk.field("pack_id")).to_contain_text("Support plan Basic")
    expect(desk.field("statement_id")).to_contain_text(story.statement)
    expect(desk.field("move_id")).not_to_be_empty()
    cast.picture(desk.page, "44 ledger entry of the staff")
