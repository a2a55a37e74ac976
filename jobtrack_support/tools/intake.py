"""What becomes of a message that reaches the desk by mail, given plain facts (B2, D1, D10).

:func:`sort_letter` is the whole rule; the first check that answers counts. Nothing here trusts the message: who the
sender is, and which job it names, was found out before by what the records say.
"""

from dataclasses import dataclass, replace

# Actions.
IGNORE = "ignore"  # nothing happens at all
NOTE = "note"  # kept on the job, nobody at the client is told
JOB = "job"  # lands in the conversation of the job
NEW = "new"  # becomes a job
DRAFT = "draft"  # becomes a draft request; the reply says why and what helps
CHOOSE = "choose"  # becomes a draft request; the reply asks for which project it is
APPEND = "append"  # joins the draft or access request that it answers
REDIRECT = "redirect"  # a row in the list of access requests, and one courteous answer
LIST = "list"  # a row in the list of access requests, without an answer

# Why an account takes no request at the moment.
CLOSED = "closed"
PAUSED = "paused"
FUNDS = "funds"

# So many letters a day from somebody unknown are listed, so many drafts of a contact are answered.
LETTERS_A_DAY = 10
ANSWERS_A_DAY = 3


@dataclass(frozen=True)
class Place:
    """A project that the letter may be meant for, as far as the sender is known there.

    ``refusal`` is why the account takes no requests now (``closed``, ``paused``, ``funds``), or empty.
    """

    key: object = 0
    may_request: bool = True
    refusal: str = ""


@dataclass(frozen=True)
class Letter:
    """The facts about one message.

    ``has_sender``: there is an address to answer to. ``is_bounce``, ``is_automatic``, ``is_bulk``, ``is_ours``: what
    the headers and the address say; ``looks_automatic``: what subject and address alone let one think.
    ``is_unverified``: our own mail server found that the sender is not who it says. ``is_several``: it names more than
    one sender, so that nobody can say who asks. ``is_known``: the sender is a
    contact of any project, or works here.
    ``on_job``: it names, answers or links a job on which the sender is authorised. ``continues``: it answers a draft
    or access request of the same sender. ``places``: projects it may be meant for where the sender is known;
    ``addressed``: it was sent to the address of a project. ``is_staff``: the sender works here.
    ``letters_today``, ``answers_today``: listed letters from, and answers to, this address within a day.
    """

    has_sender: bool = True
    is_bounce: bool = False
    is_automatic: bool = False
    looks_automatic: bool = False
    is_bulk: bool = False
    is_ours: bool = False
    is_unverified: bool = False
    is_several: bool = False
    is_staff: bool = False
    is_known: bool = False
    on_job: bool = False
    continues: bool = False
    addressed: bool = False
    places: tuple = ()
    letters_today: int = 0
    answers_today: int = 0


@dataclass(frozen=True)
class Outcome:
    """``action`` is one of the constants above, ``reason`` names the check that answered, ``place`` the project."""

    action: str
    reason: str
    place: object = None


def sort_letter(letter):
    """Return the outcomes of one letter: one, except for a letter to several projects of the same sender."""
    able = [place for place in letter.places if place.may_request]
    if letter.addressed and len(able) > 1 and not (letter.on_job or letter.is_several):
        return [_decide(replace(letter, places=(place,))) for place in able]
    return [_decide(letter)]


def _decide(letter):
    machine = _decide_machine(letter)
    if machine:
        return machine
    if letter.is_several:
        return _decide_stranger(letter, "several")
    if letter.on_job:
        return Outcome(JOB, "on_job")
    if letter.continues:
        return Outcome(APPEND, "continues")
    if letter.places:
        return _decide_known(letter)
    if letter.is_staff:
        return Outcome(LIST, "staff")
    return _decide_stranger(letter, "stranger")


def _decide_machine(letter):
    """Return the outcome of what nobody may answer, None for what a person seems to have written.

    A letter that no header calls automatic is never answered either, but a contact's is not lost.
    """
    if letter.is_bounce:
        return Outcome(IGNORE, "bounce")
    if not letter.has_sender:
        return Outcome(IGNORE, "no_sender")
    if letter.is_ours:
        return Outcome(IGNORE, "ours")
    if letter.is_automatic:
        on_job = letter.on_job and not letter.is_several
        return Outcome(NOTE if on_job else IGNORE, "automatic")
    if letter.is_unverified:
        return Outcome(_listed(letter), "unverified")
    if not letter.looks_automatic:
        return None
    if letter.on_job and not letter.is_several:
        return Outcome(NOTE, "automatic")
    return Outcome(_listed(letter) if letter.is_known else IGNORE, "automatic")


def _decide_known(letter):
    """Return what becomes of a letter of a contact of one or several projects."""
    able = [place for place in letter.places if place.may_request]
    if not able and letter.is_staff:
        return Outcome(LIST, "staff")
    if not able:
        return _decide_stranger(letter, "no_role")
    open_ones = [place for place in able if place.refusal != CLOSED]
    if not open_ones:
        return _decide_stranger(letter, "closed")
    if len(open_ones) > 1:
        return Outcome(CHOOSE, "which_project")
    place = open_ones[0]
    if place.refusal:
        return Outcome(DRAFT, place.refusal, place.key)
    return Outcome(NEW, "may_request", place.key)


def _decide_stranger(letter, reason):
    """Return whether a letter that starts nothing is answered: once a day, and never a mailing list."""
    answered = letter.is_bulk or letter.answers_today
    action = _listed(letter) if answered else REDIRECT
    return Outcome(action, "bulk" if letter.is_bulk else reason)


def _listed(letter):
    return LIST if letter.letters_today < LETTERS_A_DAY else IGNORE


def answers_draft(answers_today):
    """Return whether a draft of a contact is answered: an unmarked answering machine must not make a loop."""
    return answers_today < ANSWERS_A_DAY


# How many requests the public page takes within an hour, from one place and from everywhere.
PAGE_FROM_ONE = 5
PAGE_FROM_ALL = 60


def page_accepts(from_one, from_all):
    """Return whether the public request page takes another request.

    :param int from_one: requests of the last hour from the same place
    :param int from_all: requests of the last hour from everywhere
    """
    return from_one < PAGE_FROM_ONE and from_all < PAGE_FROM_ALL
