"""The demo company: four months of a support company's life, told by the product's own methods.

``build(env)`` runs once on a fresh database. Every event happens on its own day in the past, so that ledgers,
statements and bookings carry the dates that they would have carried.
"""

from datetime import datetime, time, timedelta

from freezegun import freeze_time

from ..tools import billing_calendar
from . import desk, intake, talk
from .house import House
from .planning import Planning
from .story import Story

HISTORY_DAYS = 120


def build(env):
    """Make the demo company in ``env``, a superuser environment on a fresh database."""
    env = env(context=dict(env.context, tracking_disable=False, lang="en_US"))
    today = env["jobtrack.account"]._today(env.company)
    house = House(env)
    with freeze_time(datetime.combine(today - timedelta(days=HISTORY_DAYS), time(9))):
        house.build()
        desk.make_checklists(env)
        intake.make_addresses(env)
    story = Story(house, today)
    story.tell()
    events = sorted(story.events + _billing(env, house, today), key=lambda event: event[0])
    for moment, happen in events:
        with freeze_time(moment):
            happen()
            env.flush_all()
    Planning(house).tell()
    talk.tell(env, house, today)
    _finish(env)
    desk.leave_desk(env, house.employees["tom"].user_id)
    intake.leave_intake(env)


def _billing(env, house, today):
    """Return the events of each billing day: the daily care first, then the run."""
    events = []
    company = env.company
    day = billing_calendar.next_billing_date(today - timedelta(days=HISTORY_DAYS - 1))
    while day <= today:
        # Early in the morning of the company's day, like the cron.
        moment = billing_calendar.start_of_day(day, company.jobtrack_tz) + timedelta(minutes=30)
        if moment <= env["jobtrack.account"]._now():
            events.append((moment, lambda d=day: _bill(env, house, d)))
        day = billing_calendar.next_billing_date(day + timedelta(days=1))
    return events


def _bill(env, house, day):
    for account in house.accounts.values():
        account._look_after()
    runs = env["jobtrack.billing.run"].with_context(jobtrack_by_cron=True)
    runs._run(env.company, day)
    env["jobtrack.account"].browse(
        [account.id for account in house.accounts.values()]
    )._refresh_holds()


def _finish(env):
    """Leave only the newest mail to send: the history's mail was read long ago."""
    last = env["jobtrack.billing.run"].search([], limit=1)
    env["jobtrack.statement"].search([("run_id", "!=", last.id)]).write({"mail_state": "sent"})
    recent = env["jobtrack.account"]._now() - timedelta(days=3)
    env["mail.mail"].search([("state", "=", "outgoing"), ("date", "<", recent)]).unlink()
    for account in env["jobtrack.account"].search([("active", "=", True)]):
        account._look_after()
