"""What the accountant does with a billing run, and what a statement says."""

import io

from playwright.sync_api import expect
from pypdf import PdfReader


def new_run(desk, day):
    """Begin a billing run for a day.

    :param day: a date
    """
    desk.open("/odoo/billing-runs")
    desk.page.locator(".o_list_button_add:visible").click()
    desk.page.wait_for_selector(".o_form_view")
    desk.fill_date("date", day)
    desk.page.locator(".o_form_button_save:visible").click()


def expect_refusal(desk, words):
    """Wait for a dialog that says why something is refused, close it, and give the change up."""
    expect(desk.dialog).to_contain_text(words)
    desk.page.locator(".o_dialog .modal-footer button").first.click()
    expect(desk.page.locator(".o_dialog")).to_have_count(0)
    desk.page.locator(".o_form_button_cancel:visible").click()


def bill_now(desk, title):
    """Start the run on the screen by the button of this title, and confirm it."""
    desk.press(title)
    desk.press_in_dialog("Ok")
    desk.expect_state("Running")


def pdf_text(content):
    """:return: the words of a PDF, spaces joined."""
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
