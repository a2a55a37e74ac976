"""What a client does in the portal, and with the mails that come."""

from e2e_words import worded
from playwright.sync_api import expect


def accept_invitation(page, mail, password):
    """Follow the link of an invitation, and set a password."""
    page.goto(next(link for link in mail.links.values() if "signup" in link))
    page.fill("input[name=password]", password)
    page.fill("input[name=confirm_password]", password)
    page.click(".oe_signup_form button[type=submit], .oe_login_buttons button[type=submit]")
    page.wait_for_url("**/my**")


def open_project(page, name):
    """Walk from the portal's home to a support project."""
    page.goto("/my")
    page.locator("#portal_service_category a", has_text="Support").first.click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def request_job(page, project, title, details, priority="Normal", files=()):
    """Ask for a job.

    :return: its reference
    """
    open_project(page, project)
    page.get_by_role("link", name="New Job", exact=True).click()
    page.get_by_label("What do you need?").fill(title)
    page.get_by_label("Details").fill(details)
    page.get_by_label(priority).check()
    page.get_by_label("Files").set_input_files(
        [
            {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
            for name, content in files
        ]
    )
    page.get_by_role("button", name="Send the Request").click()
    expect(page.get_by_role("status").first).to_contain_text("we have your request")
    return page.locator("main p.text-muted").first.inner_text().split()[0]


def write_on_job(page, words):
    """Write a message on the job's page."""
    page.get_by_placeholder("Write a message").fill(words)
    page.locator("#job_chat").get_by_role("button", name="Send").click()
    expect(page.locator("#job_chat .o-mail-Message").filter(has_text=words)).to_be_visible()


def pay_quotation(page, name):
    """Accept a quotation, and pay it with the card of Odoo's demo provider."""
    page.goto("/my/quotes")
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("button", name="Accept & Pay").first.click()
    dialog = page.locator("#modalaccept")
    dialog.locator("#customer_input").fill("4242 4242 4242 4242")
    dialog.locator("button[name='o_payment_submit_button']").click()
    expect(page.get_by_role("heading", name="Sales Order")).to_be_visible()


def approve(page, hours):
    """Press the button that approves an estimate."""
    page.get_by_role("button", name=worded(f"Approve {hours} h")).click()
    expect(page.get_by_text("Thank you, the work is approved.")).to_be_visible()


def settled(page):
    """Wait for what a page loads by itself: the conversation of a job."""
    if page.locator("#job_chat").count():
        expect(page.get_by_placeholder("Write a message")).to_be_visible()


def on_phone(page):
    """Turn a page to the width of a phone; nothing may stick out at its side."""
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width[0] <= width[1], f"{page.url} is {width[0]} wide on a phone"


def on_desk(page):
    """Turn a page back to the width of a desk's screen."""
    page.set_viewport_size({"width": 1366, "height": 900})
