"""Who does not belong to a client finds nothing of it, with every address in hand."""

import pytest
from e2e_strangers import MODELS, MONEY, OTHER_WAYS, PAGES, POSTS, SECRET, Visitor

STRANGERS = ("carl", "pete", None)


@pytest.fixture
def visitor(base_url, database):
    """:return: a function that makes a visitor."""
    return lambda login: Visitor(base_url, database, login)


def _hidden(response):
    """Tell whether an answer holds nothing of the client."""
    return SECRET.encode() not in response.content and not response.content.startswith(b"%PDF")


def test_the_owner_finds_everything(scene, visitor):
    owner = visitor("olga")
    for page in PAGES:
        answer = owner.get(page.format(**scene))
        assert answer.status_code == 200, page
        assert answer.url.endswith(page.format(**scene)) or "access_token" in answer.url, page
        # An empty form, and a page that shows the invoice in a frame of its own.
        if not page.endswith(("new", "{invoice}")):
            assert not _hidden(answer), page


@pytest.mark.parametrize("login", STRANGERS)
def test_strangers_find_no_page_and_no_download(login, scene, visitor):
    stranger = visitor(login)
    for page in (*PAGES, *OTHER_WAYS):
        answer = stranger.get(page.format(**scene))
        assert _hidden(answer), f"{stranger} reads {page}"
        sent_away = answer.history and answer.history[0].is_redirect
        assert sent_away or answer.status_code in (403, 404), f"{page}: {answer.status_code}"


@pytest.mark.parametrize("login", [*STRANGERS, "mike"])
def test_strangers_and_members_without_roles_send_forms_in_vain(login, odoo, scene, visitor):
    before = _facts(odoo, scene)
    sender = visitor(login)
    for page, values in POSTS.items():
        answer = sender.post(page.format(**scene), values)
        assert login == "mike" or _hidden(answer), f"{sender} reads the answer of {page}"
    assert _facts(odoo, scene) == before
    assert before["order"] == "sent"


def _facts(odoo, scene):
    """:return: what a form would have changed."""
    (order,) = odoo.find("jobtrack.work.order", [["id", "=", scene["order"]]], "state")
    jobs = odoo.call("project.task", "search_count", [["project_id", "=", scene["project"]]])
    return {"order": order["state"], "jobs": jobs}


@pytest.mark.parametrize("login", ["carl", "pete"])
def test_strangers_read_no_record_of_the_client(login, scene, visitor):
    stranger = visitor(login)
    for model, field in MODELS.items():
        rows = stranger.read(model, field)
        assert SECRET not in str(rows), f"{login} reads {model}"
        if login == "pete":
            assert not rows, f"{login} reads {model}: {rows}"


def test_members_without_roles_see_no_money(scene, visitor):
    member = visitor("mike")
    for page in MONEY:
        answer = member.get(page.format(**scene))
        assert answer.status_code in (403, 404) or answer.url.endswith("/my"), page
        assert _hidden(answer), page
    for model in ("jobtrack.ledger.entry", "jobtrack.statement", "jobtrack.hour.pack"):
        assert not member.read(model, "id"), model
    estimate = member.get(f"/my/support/work-orders/{scene['order']}")
    assert SECRET in estimate.text
    assert "50.00" not in estimate.text
    assert "/approve" not in estimate.text


def test_a_link_with_another_signature_shows_and_decides_nothing(odoo, scene, visitor):
    anonymous, link = visitor(None), scene["link"]
    path = "/jobtrack/" + link.split("/jobtrack/")[1]
    assert SECRET in anonymous.get(path).text
    for wrong in (path[:-6] + "AAAAAA", path[:-1], "/jobtrack/consent/x"):
        answer = anonymous.get(wrong)
        assert answer.status_code == 404
        assert "This link is not valid any more" in answer.text
        assert _hidden(answer)
        assert anonymous.post(f"{wrong}/approve", {}).status_code == 404
    assert _facts(odoo, scene)["order"] == "sent"
