"""What is planned in the demo company: offers and their answers, slots in calendars, a call that nobody held."""

from datetime import timedelta

from freezegun import freeze_time

from ..tools import slots


class Planning:
    """Plans open jobs as the dispatcher would, by the product's own methods."""

    def __init__(self, house):
        self.env = house.env
        self.company = house.env.company
        self.users = {login: employee.user_id for login, employee in house.employees.items()}
        self.dispatcher = self.env["res.users"].search([("login", "=", "dora")])

    def tell(self):
        """Offer and plan what is open now."""
        jobs = self.env["project.task"].search(
            [("jobtrack_state", "in", ("requested", "approved")), ("parent_id", "=", False)],
            order="id desc",
            limit=8,
        )
        if len(jobs) < 5:
            return
        self._miss_a_call(jobs[0])
        self._negotiate(jobs[1], jobs[2])
        for number, job in enumerate(jobs[:5]):
            self._plan(job, self.users[("tom", "tara")[number % 2]], slots.WORK, 120, number)
        self._plan(jobs[3], self.users["tom"], slots.CALL, 30, 1)

    def _negotiate(self, first, second):
        """Offer two jobs: one waits for an answer, the other got a counter-proposal."""
        today = self.env["jobtrack.account"]._now().replace(minute=0, second=0, microsecond=0)
        first.user_ids = second.user_ids = False
        first.with_user(self.dispatcher)._jobtrack_offer(
            self.users["tara"], today + timedelta(days=3), words="The client waits for it."
        )
        offer = second.with_user(self.dispatcher)._jobtrack_offer(
            self.users["tom"], today + timedelta(days=2)
        )
        offer.with_user(self.users["tom"]).action_counter(
            "The parts come a day later", today + timedelta(days=4)
        )

    def _plan(self, job, user, kind, minutes, days):
        """Put a slot into the first free time of a person, some days ahead."""
        diary = self.env["jobtrack.diary"]
        begin = diary._soon() + timedelta(days=days)
        free = diary._next_free(user, minutes, begin, self.company, kind)
        if free:
            self._make(job, user, kind, free)

    def _make(self, job, user, kind, span, **values):
        return (
            self.env["calendar.event"]
            .with_user(self.dispatcher)
            .create(
                {
                    "jobtrack_job_id": job.id,
                    "jobtrack_slot_kind": kind,
                    "user_id": user.id,
                    "start": span[0],
                    "stop": span[1],
                    **values,
                }
            )
        )

    def _miss_a_call(self, job):
        """Leave a call of the day before yesterday that nobody logged."""
        begin = self.env["jobtrack.account"]._now().replace(minute=0, second=0, microsecond=0)
        begin -= timedelta(days=2)
        with freeze_time(begin - timedelta(days=1)):
            span = (begin, begin + timedelta(minutes=30))
            self._make(job, self.users["tom"], slots.CALL, span, jobtrack_plan_anyway=True)
        self.env["calendar.event"]._cron_jobtrack_missed()
