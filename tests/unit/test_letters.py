"""Reading letters: headers, subjects, quoted history, phone numbers."""

import pytest

from jobtrack_support.tools import letters

AUTOMATIC = [
    ({"auto-submitted": "auto-replied"}, "", "", True),
    ({"auto-submitted": "auto-generated; owner-email=x"}, "", "", True),
    ({"auto-submitted": "no"}, "", "", False),
    ({"x-autoreply": "yes"}, "", "", True),
    ({"precedence": "auto_reply"}, "", "", True),
    ({"precedence": "bulk"}, "", "", False),
    ({"return-path": "<>"}, "", "", True),
    ({}, "mailer-daemon@x.example", "", True),
    ({}, "noreply@x.example", "", True),
    ({}, "nora@x.example", "", False),
    ({}, "", "Automatic reply: Holiday", True),
    ({}, "", "Abwesenheit: bis Montag", True),
    ({}, "", "Undelivered Mail Returned to Sender", True),
    ({}, "", "The automatic reply is broken", False),
    ({}, "", "", False),
]


@pytest.mark.parametrize(("headers", "sender", "subject", "expected"), AUTOMATIC)
def test_automatic(headers, sender, subject, expected):
    assert letters.is_automatic(headers, sender, subject) is expected


VERIFIED = [
    ([], "", False),
    (["mx.host.example; spf=pass; dkim=pass; dmarc=pass"], "", False),
    (["mx.host.example; spf=pass; dmarc=fail (p=reject)"], "", True),
    (["mx.host.example; spf=fail"], "", True),
    (["mx.host.example; spf=fail; dkim=pass"], "", False),
    (["mx.host.example; spf=softfail"], "", False),
    # What came with the message proves nothing.
    (["mx.host.example; dmarc=fail", "evil.example; dmarc=pass"], "", True),
    (["evil.example; dmarc=fail"], "mx.host.example", False),
    (["mx.host.example;\n\tdmarc=FAIL"], "mx.host.example", True),
    # Only the named server counts, also below the header of another one and with a version behind its name.
    (["relay.example; dmarc=pass", "mx.host.example; dmarc=fail"], "mx.host.example", True),
    (["mx.host.example 1; dmarc=fail"], "mx.host.example", True),
    (["mx.host.example.evil.example; dmarc=fail"], "mx.host.example", False),
    (["mx.host.example; dmarc=pass", "mx.host.example; dmarc=fail"], "mx.host.example", False),
]

# verdicts, trusted server -> counts as forged where mail must have been checked
UNCHECKED = [
    ([], "", False),
    (["evil.example; dmarc=pass"], "", False),
    ([], "mx.host.example", True),
    (["evil.example; dmarc=pass"], "mx.host.example", True),
    (["mx.host.example.evil.example; dmarc=pass"], "mx.host.example", True),
    (["mx.host.example; dmarc=pass"], " MX.host.example ", False),
    (["mx.host.example; dmarc=none"], "mx.host.example", False),
    ([";"], "mx.host.example", True),
]


@pytest.mark.parametrize(("results", "trusted", "expected"), UNCHECKED)
def test_unchecked(results, trusted, expected):
    assert letters.is_unverified(results, trusted, strict=True) is expected


@pytest.mark.parametrize(("results", "trusted", "expected"), VERIFIED)
def test_unverified(results, trusted, expected):
    assert letters.is_unverified(results, trusted) is expected


SUBJECTS = [
    ("Shop is down", "Shop is down"),
    ("Re: AW: Fwd: Shop is down", "Shop is down"),
    ("RE[2]: Shop", "Shop"),
    ("  two\n lines ", "two lines"),
    ("", "Request"),
    (None, "Request"),
    ("Re:", "Request"),
    ("Reset: the password", "Reset: the password"),
    ("x" * 500, "x" * 200),
]


@pytest.mark.parametrize(("subject", "expected"), SUBJECTS)
def test_subject(subject, expected):
    assert letters.clean_subject(subject, "Request") == expected


TEXTS = [
    ("<p>Hello</p>", "Hello"),
    ("<p>New</p><blockquote>Old JT00001</blockquote>", "New"),
    ("<pre>New\n&gt; Old JT00001\n</pre>", "New"),
    ("<pre>New\n\nOn Monday, Ann wrote:\nOld</pre>", "New"),
    ('<div>New</div><div class="gmail_quote">Old</div>', "New"),
    ("<p>a &lt; b</p>", "a < b"),
    ("", ""),
    (None, ""),
]


@pytest.mark.parametrize(("html", "expected"), TEXTS)
def test_new_text(html, expected):
    assert letters.new_text(html) == expected


def test_the_subject_counts_before_the_text_and_that_before_the_quote():
    found = letters.mentions(
        "About JT00007",
        '<p>see <a href="https://x/my/support/jobs/12">it</a> and JT00008</p><blockquote>JT00001</blockquote>',
    )
    assert found == [
        (["JT00007"], []),
        (["JT00008"], [12]),
        (["JT00008", "JT00001"], [12]),
    ]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+1 (555) 010-0", "15550100"),
        ("0049 30 12", "493012"),
        ("030 / 12", "3012"),
        (None, ""),
        ("none", ""),
    ],
)
def test_phone(number, expected):
    assert letters.phone_digits(number) == expected
