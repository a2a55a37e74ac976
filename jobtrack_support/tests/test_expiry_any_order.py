import random
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import JobtrackCommon

FIRST_DAY = datetime(2026, 3, 16)
DAYS = 40
QUARTER_END, NEXT_QUARTER_END = "2026-03-31", "2026-06-30"
# On which days the daily care comes: day by day, once after weeks, only at the end.
SCHEDULES = (range(DAYS), (27,), ())


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestExpiryAnyOrder(JobtrackCommon):
    """However late the daily care comes, each job costs the same and the same hours are left (I9, I10)."""

    def _tell(self, seed):
        """Return a made-up story of five weeks around a quarter's end, as ``(moment, what, arguments)`` in time."""
        chance = random.Random(seed)
        events = []

        def at(day, what, *arguments):
            moment = FIRST_DAY + timedelta(days=day, hours=9, minutes=chance.randrange(400))
            events.append((moment, what, *arguments))

        for number in range(5):
            asked = chance.randrange(14)
            decided = asked + 1 + chance.randrange(8)
            at(asked, "ask", number, chance.randrange(2, 7))
            at(decided, "approve", number, chance.randrange(2, 9))
            for _piece in range(chance.randrange(3)):
                typed = decided + 1 + chance.randrange(8)
                worked = max(typed - chance.randrange(5), asked)
                at(typed, "work", number, chance.randrange(30, 200), worked)
            if chance.random() < 0.4:
                at(decided + chance.randrange(10), "hold", number)
            if chance.random() < 0.3:
                at(decided + chance.randrange(12), "cancel", number)
            if chance.random() < 0.3:
                at(decided + 1 + chance.randrange(12), "again", number, chance.randrange(4, 12))
            if chance.random() < 0.8:
                at(decided + 2 + chance.randrange(14), "complete", number)
        at(chance.randrange(20), "buy", chance.randrange(1, 9), NEXT_QUARTER_END)
        at(0, "buy", chance.randrange(4, 16), QUARTER_END)
        for day in (5, 16, 23, 30, 36):  # 21 March; 1, 8, 15 and 21 April
            events.append((FIRST_DAY + timedelta(days=day, minutes=1), "bill", day))
        return sorted(events, key=lambda event: event[0])

    def _play(self, story, care_days):
        """Let a story happen, with the daily care on some days, and return what it has cost and left."""
        story = story + [(FIRST_DAY + timedelta(days=day, hours=3), "care") for day in care_days]
        self.jobs = {}
        for moment, what, *arguments in sorted(story, key=lambda event: event[0]):
            with freeze_time(moment):
                try:
                    getattr(self, f"_event_{what}")(*arguments)
                except UserError:
                    continue  # a step that the state does not allow is refused in each of the plays
                finally:
                    self.env.flush_all()
        with freeze_time(FIRST_DAY + timedelta(days=DAYS)):
            self.account._look_after()
        self.assertSound()
        return self._result()

    def _result(self):
        """Return each bill, and the hours that are left by source and last day."""
        bills = {
            (line.task_id.name, str(line.statement_id.date)): (
                line.prepaid_minutes,
                line.postpaid_minutes,
                line.prepaid_value,
            )
            for line in self.account.statement_ids.line_ids
        }
        left = {}
        for pack in self.account.pack_ids.filtered("minutes_remaining"):
            key = (pack.source, str(pack.date_expiry))
            minutes, reserved = left.get(key, (0, 0))
            left[key] = (minutes + pack.minutes_remaining, reserved + pack.reserved_minutes)
        return {"bills": bills, "left": left}

    def _event_ask(self, number, hours):
        kind = self.env["jobtrack.job.type"].create({"name": "Any", "default_hours": hours})
        self.jobs[number] = self._make_job(f"Job {number}", jobtrack_job_type_id=kind.id)

    def _event_approve(self, number, hours):
        self._approve(self.jobs[number], hours)

    _event_again = _event_approve

    def _event_work(self, number, minutes, day):
        self._log(self.jobs[number], minutes / 60, date=FIRST_DAY + timedelta(days=day))

    def _event_hold(self, number):
        self.jobs[number].action_jobtrack_hold()

    def _event_cancel(self, number):
        self.jobs[number].action_jobtrack_cancel()

    def _event_complete(self, number):
        self.jobs[number]._jobtrack_complete("Done")

    def _event_buy(self, hours, day):
        self.account._grant_hours(hours, 40, None, day, "Bought")

    def _event_bill(self, day):
        self._run((FIRST_DAY + timedelta(days=day)).date())

    def _event_care(self):
        self.account._look_after()

    def _assert_same_in_any_order(self, seed):
        story = self._tell(seed)
        outcomes = []
        for care_days in SCHEDULES:
            with self.env.cr.savepoint() as savepoint:
                outcomes.append(self._play(story, care_days))
                savepoint.rollback()
            self.env.invalidate_all()
        for care_days, outcome in zip(SCHEDULES, outcomes, strict=True):
            self.assertEqual(outcome, outcomes[0], f"story {seed}, care on {list(care_days)}")

    def test_made_up_stories_end_alike(self):
        for seed in (2, 5):
            self._assert_same_in_any_order(seed)
