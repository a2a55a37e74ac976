"""Who hears of what, and when: the mail table with mute and digest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import mail_table
from jobtrack_support.tools.mail_table import DIGEST, NOT, NOW, way

# event, muted by the person, wants a digest -> how the person hears of it
EXAMPLES = [
    ("received", [], False, NOW),
    ("received", [], True, DIGEST),
    ("received", ["received"], False, NOT),
    ("received", ["received"], True, NOT),
    ("received", ["hours"], True, DIGEST),
    ("question", ["question"], True, NOW),
    ("estimate", ["estimate"], True, NOW),
    ("decided", ["decided"], False, NOT),
    ("decided", [], True, DIGEST),
    ("scheduled", ["scheduled"], False, NOT),
    ("scheduled", [], True, DIGEST),
    ("done", ["done"], True, NOW),
    ("bill", ["bill"], True, NOW),
    ("hours", ["hours"], True, NOT),
    ("hours", [], True, DIGEST),
    ("hold", ["hold"], True, NOW),
]


@pytest.mark.parametrize(("event", "muted", "digest", "expected"), EXAMPLES)
def test_example(event, muted, digest, expected):
    assert way(event, muted, digest) == expected


def test_every_row_has_a_mail_and_every_mail_a_row():
    assert set(mail_table.MAILS.values()) == set(mail_table.EVENTS)


@pytest.mark.parametrize(
    ("template", "event", "row"),
    [
        ("jobtrack_support.mail_template_done", None, "done"),
        ("jobtrack_support.mail_template_low_hours", "hours", "hours"),
        ("jobtrack_support.mail_template_limits", "hold", None),
        ("jobtrack_support.mail_template_offer", None, None),
    ],
)
def test_the_row_of_a_mail(template, event, row):
    if row:
        assert mail_table.event_of(template, event) == row
    else:
        with pytest.raises(ValueError, match="no mail of the row"):
            mail_table.event_of(template, event)


def test_a_mail_without_a_row_is_refused():
    with pytest.raises(ValueError, match="no row of the mail table"):
        way("news")


@given(
    st.sampled_from(mail_table.EVENTS),
    st.sets(st.sampled_from(mail_table.EVENTS)),
    st.booleans(),
)
def test_what_may_not_be_muted_comes_at_once(event, muted, digest):
    if event not in mail_table.MAY_MUTE:
        assert way(event, muted, digest) == NOW
    else:
        assert (way(event, muted, digest) == NOT) == (event in muted)
