"""Odoo's web client in the hands of one user, in the words of somebody who looks at the screen."""

import contextlib
import re

from playwright.sync_api import TimeoutError as NeverCame
from playwright.sync_api import expect

PATIENCE_MS = 20_000
STILL_MS = 300
expect.set_options(timeout=PATIENCE_MS)


class Backend:
    """What a person of the staff does on a page of the web client."""

    def __init__(self, page):
        self.page = page

    # === WHERE ===

    def open(self, path):
        """Open an address of the web client and wait for its view."""
        self.page.goto(path)
        self.page.wait_for_selector(".o_action_manager .o_view_controller")

    def open_row(self, text):
        """Open the record of a list's row that contains a text."""
        self.row(text).locator("td.o_data_cell:visible").nth(1).click()
        expect(self.page.locator(".o_form_view").first).to_be_visible()

    def row(self, text):
        """:return: the row of a list that contains a text."""
        return self.page.locator("tr.o_data_row").filter(has_text=text)

    @property
    def dialog(self):
        """:return: the dialog on top."""
        return self.page.locator(".o_dialog:not(.o_inactive_modal) .modal-content")

    def search(self, text):
        """Search a list for a text, all default filters taken away first."""
        facets = self.page.locator(".o_searchview_facet .o_facet_remove")
        while facets.count():
            left = facets.count()
            facets.first.click()
            expect(facets).to_have_count(left - 1)
        self.page.fill(".o_searchview_input", text)
        self.page.press(".o_searchview_input", "Enter")
        expect(self.page.locator(".o_searchview_facet")).to_contain_text(text)

    # === FIELDS ===

    def field(self, name, within=None):
        """:return: a field on the form, or within a part of it."""
        return (within or self.page).locator(f".o_field_widget[name='{name}']:visible").first

    def fill(self, name, value, within=None, leave=True):
        """Type into a field and leave it; leaving the last field of a list would begin a new row."""
        box = self.field(name, within).locator("input, textarea").first
        box.fill(value)
        if leave:
            box.press("Tab")

    def fill_date(self, name, day):
        """Type a day into a date field, which is a button until it is pressed."""
        field = self.field(name)
        field.locator("button, input").first.click()
        field.locator("input").fill(f"{day:%m/%d/%Y}")
        field.locator("input").press("Enter")

    def choose(self, name, text, within=None, option=None):
        """Choose a record in a field by typing its name."""
        # Filled without a click, which would open the list before it is searched.
        box = self.field(name, within).locator("input").first
        box.fill(text)
        found = self.page.locator(".o-autocomplete--dropdown-item").filter(has_text=option or text)
        found.first.click()
        expect(self.page.locator(".o-autocomplete--dropdown-menu")).to_have_count(0)

    def toggle(self, name, within):
        """Switch a field on."""
        box = self.field(name, within).locator("input")
        box.click()
        expect(box).to_be_checked()

    def add_line(self, field):
        """Begin a new row in an editable list of the form.

        A form that still grows while it loads moves under the pointer: then the click ends outside of the new row,
        which is left empty and dropped. A person would click once more.

        :return: the row
        """
        listed = f".o_field_widget[name='{field}']"
        row = self.page.locator(f"{listed} tr.o_selected_row")
        for _attempt in range(3):
            self.page.locator(f"{listed} .o_field_x2many_list_row_add a").first.click()
            with contextlib.suppress(NeverCame):
                row.wait_for(timeout=PATIENCE_MS / 4)
            self.page.wait_for_timeout(STILL_MS)
            if row.count():
                break
        return row

    def tab(self, title):
        """Turn to a page of the form's notebook."""
        self.page.get_by_role("tab", name=title).click()

    # === DOING ===

    def save(self):
        """Save the form, and wait until it is saved."""
        self.page.locator(".o_form_button_save:visible").click()
        self.expect_saved()

    def expect_saved(self):
        """Wait until the form has nothing left to save."""
        hidden = self.page.locator(".o_form_status_indicator_buttons.invisible")
        expect(hidden.first).to_be_attached()

    def press(self, title, within=None):
        """Press the button with exactly this title."""
        exactly = re.compile(rf"^\s*{re.escape(title)}\s*$")
        place = within or self.page
        place.locator("button:visible").filter(has_text=exactly).first.click()

    def press_in_dialog(self, title):
        """Press a button of the dialog on top, and wait until the dialog is closed."""
        self.press(title, within=self.dialog)
        expect(self.page.locator(".o_dialog")).to_have_count(0)

    def expect_state(self, title):
        """Wait until the status bar shows a state as the current one."""
        now = self.page.locator(".o_statusbar_status .o_arrow_button_current:visible")
        expect(now).to_have_text(title)

    def expect_words(self, words):
        """Wait until the form says something in its notices."""
        notices = self.page.locator(".o_form_view .alert:visible").filter(has_text=words)
        expect(notices.first).to_be_visible()
