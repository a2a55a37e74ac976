"""Browsers for the people of a story, and pictures of what they see."""

import re

PATIENCE_MS = 20_000


class People:
    """The people of a story, each with a browser session of their own."""

    def __init__(self, browser, base_url, output, prefix):
        self._browser, self._base_url = browser, base_url
        self._output, self._prefix = output, prefix
        self._pages = {}
        self.errors = []

    def visitor(self, name="visitor"):
        """:return: the page of somebody who is not logged in."""
        context = self._browser.new_context(
            base_url=self._base_url, viewport={"width": 1366, "height": 900}, locale="en-US"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{name}: {error}"))
        self._pages[name] = page
        return page

    def log_in(self, login, password, path="/odoo"):
        """:return: the page of a user who has just logged in and is on the way to a path."""
        page = self.visitor(login)
        page.goto(f"/web/login?redirect={path}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda address: "/web/login" not in address)
        return page

    def picture(self, page, title):
        """Keep a picture of a whole page as test output."""
        name = re.sub(r"\W+", "-", f"{self._prefix}-{title}").strip("-")
        page.screenshot(path=self._output / f"{name}.png", full_page=True)

    def keep_pictures(self, title):
        """Keep a picture of everybody's page."""
        for name, page in self._pages.items():
            if not page.is_closed():
                self.picture(page, f"{title}-{name}")

    def leave(self):
        """Close all sessions."""
        for page in self._pages.values():
            page.context.close()
