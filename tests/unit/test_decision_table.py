"""The decision rule as a table that can be read without knowing how to program.

One row is one estimate. The columns:

asks      contact, a stranger, a contact who may call in an emergency ("caller"; "porter": who may do nothing else),
          nobody who is named; "unproven": whoever wrote in the name of a caller; "refused": a caller on whose job
          somebody has said no before
job       billable, free (not billable), emergency
hours     the total of the estimate
adds      what a change order adds to the hours approved before; "-": all of it
open      hours of other jobs that count in the account's window already
limits    per job / per project; 0 is not set
mandate   per job / in its window / used of it; "-": the person has none; "over": its last day has passed
urgent    emergency mandate of the account: hours @ rate; "-": none
paused    an invoice is overdue
later     money that no pack pays / credit that is left
answer    what happens, and the name of the check that answered
"""

from datetime import date
from decimal import Decimal

import pytest

from jobtrack_support.tools.approval import (
    EmergencyMandate,
    Limits,
    Mandate,
    Request,
    answer_of_person,
    decide,
    is_refused,
)

TODAY = date(2026, 3, 2)
RATE = 50  # of each estimate in the table

TABLE = """
asks     | job       | hours | adds | open | limits | mandate  | urgent | paused | later/credit | answer
# Within and over the limits
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | approve limits
contact  | billable  | 2     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | approve limits
contact  | billable  | 2.1   | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask job_limit
contact  | billable  | 2     | -    | 8    | 2/10   | -        | -      | no     | 0/1000       | approve limits
contact  | billable  | 2     | -    | 8.1  | 2/10   | -        | -      | no     | 0/1000       | ask project_limit
contact  | billable  | 3     | -    | 9    | 2/10   | -        | -      | no     | 0/1000       | ask job_limit
contact  | billable  | 1     | -    | 10   | 2/10   | -        | -      | no     | 0/1000       | ask project_limit
contact  | billable  | 1     | -    | 50   | 2/10   | -        | -      | no     | 0/1000       | ask project_limit
contact  | billable  | 3     | -    | 0    | 5/2    | -        | -      | no     | 0/1000       | ask project_limit
contact  | billable  | 0.1   | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | approve limits
# Limits that are not set
contact  | billable  | 1     | -    | 0    | 0/0    | -        | -      | no     | 0/1000       | ask no_limits
contact  | billable  | 1     | -    | 0    | 2/0    | -        | -      | no     | 0/1000       | ask no_limits
contact  | billable  | 1     | -    | 0    | 0/10   | -        | -      | no     | 0/1000       | ask no_limits
contact  | billable  | 0.1   | -    | 0    | 0/0    | -        | -      | no     | 0/1000       | ask no_limits
# Change orders: the total counts for the job, what is added counts for the window
contact  | billable  | 2     | 1    | 9    | 2/10   | -        | -      | no     | 0/1000       | approve limits
contact  | billable  | 2     | 1    | 9.1  | 2/10   | -        | -      | no     | 0/1000       | ask project_limit
contact  | billable  | 3     | 1    | 2    | 2/10   | -        | -      | no     | 0/1000       | ask job_limit
contact  | billable  | 2     | 0    | 10   | 2/10   | -        | -      | no     | 0/1000       | approve limits
contact  | billable  | 1     | -1   | 10   | 2/10   | -        | -      | no     | 0/1000       | approve limits
# Strangers spend nothing, whatever else is true
stranger | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask requester
stranger | billable  | 0.1   | -    | 0    | 9/99   | -        | -      | no     | 0/1000       | ask requester
stranger | billable  | 9     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask requester
stranger | billable  | 1     | -    | 0    | 0/0    | -        | -      | no     | 0/1000       | ask requester
stranger | billable  | 1     | -    | 0    | 2/10   | -        | -      | yes    | 0/1000       | ask requester
stranger | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 2000/1000    | ask requester
stranger | free      | 0     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask requester
stranger | billable  | 1     | -    | 0    | 2/10   | 5/20/0   | -      | no     | 0/1000       | ask requester
stranger | emergency | 1     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | ask requester
# Who may call emergencies and nothing else
porter   | emergency | 1     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | approve emergency
porter   | emergency | 5     | -    | 0    | 9/90   | -        | 4@50   | no     | 0/1000       | ask requester
porter   | billable  | 1     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | ask requester
# Nobody is named
nobody   | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask nobody
nobody   | emergency | 1     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | ask nobody
nobody   | free      | 0     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask nobody
# Nothing shows that the named person has asked
unproven | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask unproven
unproven | billable  | 1     | -    | 0    | 2/10   | 5/20/0   | -      | yes    | 0/1000       | ask unproven
unproven | emergency | 1     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | ask unproven
unproven | free      | 0     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask unproven
# A person has said no: nothing that was given beforehand speaks against it
refused  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | ask refused
refused  | billable  | 1     | -    | 0    | 2/10   | 5/20/0   | -      | no     | 0/1000       | ask refused
refused  | emergency | 1     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | ask refused
refused  | billable  | 1     | -    | 0    | 2/10   | -        | -      | yes    | 0/1000       | ask refused
refused  | free      | 0     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | approve not_billable
# Overdue invoices make everything wait that may be asked for at all
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | yes    | 0/1000       | hold paused
contact  | billable  | 9     | -    | 0    | 2/10   | -        | -      | yes    | 0/1000       | hold paused
contact  | billable  | 1     | -    | 0    | 0/0    | -        | -      | yes    | 0/1000       | hold paused
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | yes    | 2000/1000    | hold paused
contact  | free      | 0     | -    | 0    | 2/10   | -        | -      | yes    | 0/1000       | hold paused
contact  | billable  | 1     | -    | 0    | 2/10   | 5/20/0   | -      | yes    | 0/1000       | hold paused
# Work that is not billable needs no consent
contact  | free      | 0     | -    | 0    | 0/0    | -        | -      | no     | 0/0          | approve not_billable
contact  | free      | 20    | -    | 0    | 2/10   | -        | -      | no     | 2000/0       | approve not_billable
contact  | free      | 1     | -    | 0    | 2/10   | 0/0/0    | -      | no     | 0/0          | approve not_billable
# Money: prepaid hours and credit
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 1000/1000    | approve limits
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 1000.01/1000 | ask funds
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 1/0          | ask funds
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/0          | approve limits
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 0/-50        | approve limits
contact  | billable  | 1     | -    | 0    | 2/10   | -        | -      | no     | 1/-50        | ask funds
contact  | billable  | 3     | -    | 0    | 2/10   | -        | -      | no     | 2000/1000    | ask job_limit
contact  | billable  | 2     | -    | 9    | 2/10   | -        | -      | no     | 2000/1000    | ask project_limit
# A mandate narrows what the limits let pass, and never widens it
contact  | billable  | 1     | -    | 0    | 2/10   | 1/5/0    | -      | no     | 0/1000       | approve limits
contact  | billable  | 1.1   | -    | 0    | 2/10   | 1/5/0    | -      | no     | 0/1000       | ask mandate_job
contact  | billable  | 1     | -    | 0    | 2/10   | 1/5/4    | -      | no     | 0/1000       | approve limits
contact  | billable  | 1     | -    | 0    | 2/10   | 1/5/4.1  | -      | no     | 0/1000       | ask mandate_window
contact  | billable  | 3     | -    | 0    | 2/10   | 5/20/0   | -      | no     | 0/1000       | ask job_limit
contact  | billable  | 2     | -    | 9    | 2/10   | 5/20/0   | -      | no     | 0/1000       | ask project_limit
contact  | billable  | 1     | -    | 0    | 0/0    | 5/20/0   | -      | no     | 0/1000       | ask no_limits
contact  | billable  | 1     | -    | 0    | 2/10   | 1/0/99   | -      | no     | 0/1000       | approve limits
contact  | billable  | 2     | -    | 0    | 2/10   | 0/2/0    | -      | no     | 0/1000       | approve limits
contact  | billable  | 2     | -    | 0    | 2/10   | 0/2/0.1  | -      | no     | 0/1000       | ask mandate_window
contact  | billable  | 1     | -    | 0    | 2/10   | 0/0/0    | -      | no     | 0/1000       | ask mandate_empty
contact  | billable  | 1     | -    | 0    | 2/10   | over     | -      | no     | 0/1000       | ask mandate_over
contact  | billable  | 2     | 1    | 0    | 2/10   | 2/5/4    | -      | no     | 0/1000       | approve limits
contact  | billable  | 1     | -    | 0    | 2/10   | 1/5/0    | -      | no     | 1/0          | ask funds
contact  | billable  | 2     | -    | 0    | 2/10   | 1/5/0    | -      | no     | 1/0          | ask mandate_job
# Emergencies: consent given beforehand comes first, for the hours and the rate that it names
caller   | emergency | 2     | -    | 0    | 0/0    | -        | 4@50   | no     | 0/1000       | approve emergency
caller   | emergency | 4     | -    | 0    | 0/0    | -        | 4@50   | no     | 0/1000       | approve emergency
caller   | emergency | 4.1   | -    | 0    | 0/0    | -        | 4@50   | no     | 0/1000       | ask no_limits
caller   | emergency | 2     | -    | 0    | 0/0    | -        | 4@49   | no     | 0/1000       | ask no_limits
caller   | emergency | 2     | -    | 0    | 0/0    | -        | 4@80   | no     | 0/1000       | approve emergency
caller   | emergency | 2     | -    | 0    | 0/0    | -        | -      | no     | 0/1000       | ask no_limits
caller   | emergency | 2     | -    | 0    | 2/10   | -        | -      | no     | 0/1000       | approve limits
caller   | emergency | 4     | -    | 0    | 2/10   | -        | 4@50   | yes    | 0/1000       | approve emergency
caller   | emergency | 4     | -    | 0    | 2/10   | -        | 4@50   | no     | 2000/0       | approve emergency
caller   | emergency | 4     | -    | 20   | 2/10   | 1/1/1    | 4@50   | no     | 0/1000       | approve emergency
contact  | emergency | 2     | -    | 0    | 0/0    | -        | 4@50   | no     | 0/1000       | ask no_limits
contact  | emergency | 2     | -    | 0    | 2/10   | -        | 4@50   | no     | 0/1000       | approve limits
contact  | emergency | 2     | -    | 0    | 0/0    | -        | 4@50   | yes    | 0/1000       | hold paused
caller   | billable  | 2     | -    | 0    | 0/0    | -        | 4@50   | no     | 0/1000       | ask no_limits
"""


def minutes(hours):
    return int(Decimal(hours) * 60)


def rows():
    for line in TABLE.strip().splitlines()[1:]:
        if not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]


def mandate_of(cell):
    if cell == "-":
        return None
    if cell == "over":
        return Mandate(600, 6000, date_until=date(2026, 3, 1))
    return Mandate(
        *[minutes(part) for part in cell.split("/")][:2], None, minutes(cell.split("/")[2])
    )


def emergency_of(cell):
    hours, _at, rate = cell.partition("@")
    return EmergencyMandate() if cell == "-" else EmergencyMandate(minutes(hours), int(rate))


def test_the_table_is_worth_its_name():
    assert len(list(rows())) >= 60


@pytest.mark.parametrize("row", list(rows()), ids=" ".join)
def test_each_row_of_the_table(row):
    asks, job, hours, adds, window, limits, mandate, urgent, paused, money, answer = row
    per_job, per_project = limits.split("/")
    later, credit = money.split("/")
    decision = decide(
        Request(
            is_billable=job != "free",
            minutes=minutes(hours),
            window_add=None if adds == "-" else minutes(adds),
            window_minutes=minutes(window),
            requester_authorised=asks not in ("stranger", "porter"),
            requester_named=asks != "nobody",
            requester_proven=asks != "unproven",
            refused=asks == "refused",
            may_call_emergency=asks in ("caller", "porter", "refused", "unproven"),
            paused=paused == "yes",
            postpaid_amount=Decimal(later),
            credit_available=Decimal(credit),
            emergency=job == "emergency",
            rate=RATE,
            today=TODAY,
        ),
        Limits(minutes(per_job), minutes(per_project)),
        mandate_of(mandate),
        emergency_of(urgent),
    )
    assert f"{decision.outcome} {decision.code}" == answer


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        ([], False),
        (["silent", "silent"], False),
        (["no"], True),
        (["silent", "no", "yes"], True),
        (["yes", "no"], False),
        (["silent", "yes", "no"], False),
    ],
)
def test_the_last_word_of_a_person_counts(answers, refused):
    """Answers to the earlier versions, newest first; what limits have decided is silent."""
    assert is_refused(answers) == refused


@pytest.mark.parametrize(
    ("by_person", "declined", "contested", "asks", "answer"),
    [
        (True, False, False, False, "yes"),
        (True, False, False, True, "yes"),  # who decides has no question any more
        (True, True, False, False, "no"),
        (True, False, True, False, "no"),
        (False, False, False, True, "no"),
        (False, False, False, False, "silent"),  # limits, or nobody
    ],
)
def test_what_a_person_has_said(by_person, declined, contested, asks, answer):
    assert answer_of_person(by_person, declined, contested, asks) == answer
