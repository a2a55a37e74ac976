"""Reading letters: headers, subjects, quoted history, phone numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools import letters

AUTOMATIC = [
    ({"auto-submitted": "auto-replied"}, "", "", True),
    ({"auto-submitted": "auto-generated; owner-email=x"}, "", "", True),
    ({"auto-submitted": "no"}, "", "", False),
    ({"x-autoreply": "yes"}, "", "", True),
    ({"precedence": "auto_reply"}, "", "", True),
    ({"precedence": "bulk"}, "", "", False),
    ({"return-path": "<>"}, "", "", True),
    # Address and subject alone only look like a machine's.
    ({}, "mailer-daemon@x.example", "", "looks"),
    ({}, "noreply@x.example", "", "looks"),
    ({}, "nora@x.example", "", False),
    ({}, "", "Automatic reply: Holiday", "looks"),
    ({}, "", "Abwesenheit: bis Montag", "looks"),
    ({}, "", "Undelivered Mail Returned to Sender", "looks"),
    ({}, "", "Undeliverable: all our mail since 8:00", "looks"),
    ({}, "", "The automatic reply is broken", False),
    ({}, "", "", False),
]


@pytest.mark.parametrize(("headers", "sender", "subject", "expected"), AUTOMATIC)
def test_automatic(headers, sender, subject, expected):
    assert letters.is_automatic(headers) is (expected is True)
    assert letters.looks_automatic(sender, subject) is (expected == "looks")


SENDERS = [
    pytest.param(["Max <max@client.example>"], False, id="one"),
    pytest.param(["Max <max@client.example>, Eve <eve@else.example>"], True, id="two in a header"),
    pytest.param(["max@client.example", "eve@else.example"], True, id="two headers"),
    pytest.param(["Team: max@client.example, eve@else.example;"], True, id="a group of people"),
    pytest.param(["max@client.example <eve@else.example>"], True, id="an address for a name"),
    pytest.param(["max@client.example;eve@else.example"], True, id="parted as in no standard"),
    pytest.param(["<max@client.example><eve@else.example>"], True, id="not parted at all"),
    pytest.param(["Max <max@client.example>,\r\n Eve <eve@else.example>"], True, id="on two lines"),
    pytest.param(['"max@client.example" <eve@else.example>'], False, id="a name may look like one"),
    pytest.param(['"a \\" max@client.example" <eve@else.example>'], False, id="or hold a quote"),
    pytest.param(["Eve (max@client.example) <eve@else.example>"], False, id="and so may a comment"),
    pytest.param(["=?utf-8?q?max=40client?= <eve@else.example>"], False, id="or an encoded name"),
    pytest.param(["Max@Client.example <max@client.example>"], False, id="the same twice"),
    pytest.param(["Mustermann, Max <max@client.example>"], False, id="a comma without quotes"),
    pytest.param(["max@client.example,"], False, id="a comma too many"),
    pytest.param(["nobody"], False, id="no address"),
    pytest.param([], False, id="no header"),
]


@pytest.mark.parametrize(("headers", "expected"), SENDERS)
def test_a_letter_with_several_addresses_in_from_is_of_nobody(headers, expected):
    assert letters.names_several_senders(headers) is expected


def test_an_address_that_only_the_mail_program_reads_counts_as_well():
    assert letters.names_several_senders(
        ['"max"@client.example, eve@else.example'], ["max@client.example", "eve@else.example"]
    )


VERIFIED = [
    ([], "", False),
    (["mx.host.example; spf=pass; dkim=pass; dmarc=pass"], "", False),
    (["mx.host.example; spf=pass; dmarc=fail (p=reject)"], "", True),
    (["mx.host.example; spf=fail"], "", True),
    (["mx.host.example; spf=fail; dkim=pass header.d=acme.example"], "", False),
    (["mx.host.example; spf=fail; dkim=pass header.d=evil.example"], "", True),
    (["mx.host.example; spf=fail; dkim=none; dmarc=none"], "", True),
    (["mx.host.example; spf=pass smtp.mailfrom=evil.example; dmarc=none"], "", False),
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
    ([";"], "mx.host.example", True),
]

# What our own server says about a letter from ann@acme.example -> counts as forged
SAID = [
    ("dmarc=pass header.from=acme.example", False),
    ("dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=Acme.Example", False),
    ("dmarc=pass header.from=evil.example", True),
    ("dmarc=none", True),
    ("dmarc=none; spf=pass smtp.mailfrom=ann@acme.example", False),
    ("dmarc=none; spf=pass smtp.mailfrom=bounce@mail.acme.example", False),
    ("dmarc=none; dkim=pass header.i=@acme.example header.s=x", False),
    ("dkim=fail header.d=old.example; dkim=pass header.d=acme.example", False),
    ("spf=softfail smtp.mailfrom=acme.example; dkim=pass header.d=acme.example", False),
    ("dmarc=bestguesspass; spf=pass smtp.mailfrom=acme.example", False),
    ("spf=none; dkim=none; dmarc=none", True),
    # Forged, in all the ways in which a failure was taken for a pass.
    ("spf=fail smtp.mailfrom=acme.example; dkim=none; dmarc=none", True),
    ("dmarc=fail header.from=acme.example; spf=pass smtp.mailfrom=dmarc=pass@evil.com", True),
    ("dmarc=none; spf=pass smtp.mailfrom=dmarc=pass@evil.com", True),
    ("spf=fail; dkim=pass header.d=evil.com", True),
    ("spf=pass smtp.mailfrom=evil.com; dkim=pass header.d=evil.com; dmarc=none header.from=acme.example", True),
    ("dmarc=fail; dmarc=pass", True),
    ("spf=fail (dkim=pass header.d=acme.example); dmarc=none", True),
    ('spf=pass smtp.mailfrom="a; dmarc=pass b"@evil.com; dmarc=none', True),
    ("spf=pass smtp.mailfrom=a@acme.example@evil.com; dmarc=none", True),
    ("spf=pass smtp.mailfrom=x@evilacme.example", True),
    ("spf=pass smtp.mailfrom=x@acme.example.evil.com", True),
    ("dkim=pass header.d=example", True),
    ("dkim=pass header.d=evil.com header.d=acme.example", True),
    ("spf=pass smtp.mailfrom=(x@evil.com; dmarc=fail; dkim=none header.d=)", True),
    ("dmarc=pass header.from=acme.example (broken", True),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), SAID)
def test_what_our_server_says_about_a_sender(said, expected):
    results = [f"mx.host.example; {said}"]
    answer = letters.is_unverified(
        results, "mx.host.example", strict=True, sender="ann@acme.example"
    )
    assert answer is expected


FAILURES = st.sampled_from(
    [
        "dmarc=fail header.from=acme.example; spf=pass smtp.mailfrom={}@evil.com",
        "spf=pass smtp.mailfrom={}@evil.com; dmarc=fail header.from=acme.example",
        "spf=fail smtp.mailfrom={}@evil.com; dkim=none; dmarc=none",
        "dmarc=none; dkim=pass header.i={}@evil.com; spf=fail smtp.mailfrom=acme.example",
        "dmarc=none; dkim=pass header.d=evil.com header.s={}; spf=none",
        "spf=softfail (says {}) smtp.mailfrom=x@evil.com; dmarc=none",
    ]
)
PIECES = ["dmarc=pass", "spf=pass", "dkim=pass", "header.from=", "header.d=", "smtp.mailfrom="]
PIECES += ["acme.example", "@", ";", " ", '"', "\\", "(", ")", "=", ".", "a", "\n"]
TYPED = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def in_quotes(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_a_comment(text):
    return re.sub(r"([\\()])", r"\\\1", text)


def bare(text):
    """Return what a server may write without quotes: nothing that ends the word."""
    return re.sub(r"[;\s]", "", text)


@given(FAILURES, TYPED, st.booleans())
def test_nothing_that_a_sender_types_turns_a_failure_into_a_pass(said, typed, quoted):
    if "(says" in said:
        written = in_a_comment(typed)
    else:
        written = in_quotes(typed) if quoted else bare(typed)
    results = [f"mx.host.example; {said.format(written)}"]
    assert letters.is_unverified(results, "mx.host.example", strict=True, sender="ann@acme.example")


@given(TYPED)
def test_a_failure_of_dmarc_counts_whatever_a_broken_server_writes_around_it(typed):
    results = [f"mx.host.example; spf=pass smtp.mailfrom={typed}; dmarc=fail; {typed}"]
    assert letters.is_unverified(results, sender="ann@acme.example")


@pytest.mark.parametrize(("results", "trusted", "expected"), UNCHECKED)
def test_unchecked(results, trusted, expected):
    assert letters.is_unverified(results, trusted, strict=True) is expected


@pytest.mark.parametrize(("results", "trusted", "expected"), VERIFIED)
def test_unverified(results, trusted, expected):
    assert letters.is_unverified(results, trusted, sender="ann@acme.example") is expected


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
    ("subject", "found"),
    [
        pytest.param("About JT00007", "JT00007", id="as we write it"),
        pytest.param("re: jt00007 again", "JT00007", id="typed on a phone, without capitals"),
        pytest.param("Fwd: [SUP/2026/0012] down", "SUP/2026/0012", id="a year in it"),
        pytest.param("HD-26-007", "HD-26-007", id="dashes"),
        pytest.param("JT00007-2 more hours", "JT00007", id="a dash after it"),
        pytest.param("JT00007/JT00008", "JT00008", id="two of them"),
    ],
)
def test_references_are_found_however_they_are_typed(subject, found):
    assert found in letters.mentions(subject, "")[0][0]


def test_what_is_no_reference_is_not_looked_up():
    assert letters.mentions("Call me at 555-1234, v2 of IT, 12/2026", "")[0] == ([], [])


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
