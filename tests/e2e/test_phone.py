"""Clients read every page of theirs on a phone: nothing sticks out at its side."""

import pytest
from e2e_client import on_phone, settled

PAGES = {
    "home": "/my",
    "support projects": "/my/support",
    "project": "/my/support/{account}",
    "jobs": "/my/support/{account}/jobs?filterby=all",
    "new job": "/my/support/{account}/jobs/new",
    "job": "/my/support/jobs/{job}",
    "upcoming bill": "/my/support/{account}/upcoming",
    "dispute": "/my/support/jobs/{job}/dispute",
    "estimate": "/my/support/work-orders/{order}",
    "ledger": "/my/support/{account}/ledger",
    "statement": "/my/support/statements/{statement}",
    "limits": "/my/support/{account}/limits",
    "mails": "/my/support/{account}/mail",
    "several estimates": "/my/support/{account}/decide",
    "buy hours": "/my/support/{account}/buy",
    "call": "/my/support/jobs/{job}/call",
    "public request": "/support/request",
    "approval by mail": "{link}",
    "several estimates by mail": "{together}",
    "offer by mail": "{offer}",
    "decline by mail": "{link}?decline=1",
}


@pytest.mark.parametrize("title", PAGES)
def test_page_fits_on_a_phone(title, people, scene):
    page = people.log_in("olga", "olga", "/my")
    page.goto(PAGES[title].format(**scene))
    settled(page)
    on_phone(page)
    people.picture(page, "390 wide")
