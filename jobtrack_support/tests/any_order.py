"""The steps that people take, each done by the product and by the oracle, in any order (hypothesis)."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from .any_order_office import Office
from .oracle_terms import ALL

# Whole quarters of an hour where Odoo's own quantities are hours with two digits.
QUARTER = 15
WHICH = st.integers(0, 30)
SIDE = st.integers(0, 1)
WORK = st.one_of(st.integers(1, 240), st.sampled_from([7, 60, 600]))
RATES = st.sampled_from([0, 4000, 3333])
PLANS = {"plan_20": 4000, "plan_30": 3500}


class AnyOrder(Office):
    """Each rule is one thing that a person or the clock does."""

    # === HOURS ===

    @rule(
        side=SIDE,
        minutes=WORK,
        rate=RATES,
        start=st.sampled_from([None, -20, 10]),
        expiry=st.sampled_from([None, -5, 3, 40]),
    )
    def grant(self, side, minutes, rate, start, expiry):
        first = None if start is None else self.today + timedelta(start)
        last = None if expiry is None else self.today + timedelta(expiry)
        pack = self.sides[side].grant(minutes, rate, first, last, self.today)
        given = self._both(
            pack,
            lambda: self._account(side)._grant_hours(minutes / 60, rate / 100, first, last, "Gift"),
        )
        if given:
            self.record[pack] = given

    @rule(
        side=SIDE, plan=st.sampled_from(sorted(PLANS)), more=st.integers(0, 8), paid=st.booleans()
    )
    def buy(self, side, plan, more, paid):
        minutes = 20 * 60 + more * QUARTER
        self._settle(side)
        pack = self.sides[side].sell(minutes, PLANS[plan], self.today)
        order = self._both(
            pack,
            lambda: self.test.sell(plan, minutes / 60, self._account(side), PLANS[plan] / 100),
        )
        line = order.invoice_ids.invoice_line_ids
        self.record[pack] = self.test.env["jobtrack.hour.pack"].search(
            [("invoice_line_id", "=", line.id)]
        )
        if paid:
            self._pay(self.sides[side], pack)

    @precondition(lambda self: any(pack.due for _account, pack in self._sold()))
    @rule(which=WHICH)
    def pay(self, which):
        self._pay(*self._pick(which, [sold for sold in self._sold() if sold[1].due]))

    def _pay(self, account, pack):
        self._settle(self.sides.index(account))
        account.pay(pack, self.today)
        self._both(True, lambda: self.test._pay(self.record[pack].invoice_id))

    @precondition(lambda self: any(pack.due < pack.worth for _account, pack in self._sold()))
    @rule(which=WHICH)
    def bounce(self, which):
        account, pack = self._pick(which, [s for s in self._sold() if s[1].due < s[1].worth])
        self._settle(self.sides.index(account))
        account.bounce(pack)
        lines = self.record[pack].invoice_id.line_ids
        receivable = lines.filtered(lambda line: line.display_type == "payment_term")
        self._both(True, receivable.remove_move_reconcile)

    @precondition(lambda self: self._sold())
    @rule(which=WHICH, hours=st.sampled_from([0.25, 3, 15.25, 20]))
    def credit(self, which, hours):
        account, pack = self._pick(which, self._sold())
        self._settle(self.sides.index(account))
        expected = account.credit(pack, int(hours * 60), self.today)
        self._both(expected, lambda: self._credit(self.record[pack].invoice_id, hours))

    def _credit(self, invoice, hours):
        note = invoice._reverse_moves([{"invoice_date": self.today}])
        note.invoice_line_ids.quantity = hours
        note.action_post()

    @precondition(lambda self: self._sold())
    @rule(which=WHICH)
    def refund_rest(self, which):
        """Pay back all that is left and not reserved, at what it is worth now."""
        account, pack = self._pick(which, self._sold())
        self._settle(self.sides.index(account))
        expected = account.refund_rest(pack)
        self._both(expected, lambda: self._refund_rest(self.record[pack]))

    def _refund_rest(self, pack):
        pack.action_refund_rest()
        lines = self.test.env["account.move.line"].search(
            [
                ("jobtrack_origin_line_id", "=", pack.invoice_line_id.id),
                ("parent_state", "=", "draft"),
            ]
        )
        lines.move_id.action_post()

    @precondition(lambda self: self._live())
    @rule(which=WHICH, days=st.sampled_from([0, 5, 100]))
    def extend(self, which, days):
        account, pack = self._pick(which, self._live())
        last = pack.expiry + timedelta(days)
        expected = account.extend(pack, last)
        self._both(expected, lambda: self.record[pack]._extend(last, "Ill for a week"))

    @precondition(lambda self: self._ended())
    @rule(which=WHICH, days=st.sampled_from([7, 100]))
    def extend_ended(self, which, days):
        """Let what lapsed of an ended pack go on in a new one, without what earlier work needs."""
        account, pack = self._pick(which, self._ended())
        self._settle(self.sides.index(account))
        self.extended_to = self.today + timedelta(days)
        expected = account.left_to_extend(pack) > 0
        new = self._both(expected, lambda: self.record[pack]._extend(self.extended_to, "Ill"))
        if new:
            assert new.minutes_remaining == account.left_to_extend(pack), "extended by another part"

    def _ended(self):
        return [(a, pack) for a in self.sides for pack in a.packs if pack.active and pack.lapsed]

    def _live(self):
        return [
            (account, pack)
            for account in self.sides
            for pack in account.packs
            if pack.active and pack.expiry and pack.expiry >= self.today and not pack.lapsed
        ]

    # === JOBS ===

    @rule(side=SIDE)
    def request(self, side):
        self._request(side)

    def _request(self, side):
        job = self.sides[side].request()
        self.record[job] = self.test._make_job(
            f"Job {job.number}", account=self._account(side), jobtrack_requester_id=False
        )
        return job

    @precondition(lambda self: self._jobs())
    @rule(
        which=WHICH,
        minutes=WORK,
        rate=st.sampled_from([5000, 3333]),
        named=st.booleans(),
        terms=st.one_of(st.none(), st.sampled_from(ALL)),
    )
    def ask(self, which, minutes, rate, named, terms):
        side, job = self._pick(which, self._jobs())
        self._ask(side, job, minutes, rate, named, terms)

    def _ask(self, side, job, minutes, rate=5000, named=False, terms=None):
        self._settle(side)
        valid_until = self.today + timedelta(self.test.company.jobtrack_estimate_days)
        expected = self.sides[side].ask(job, minutes, rate, named, valid_until, terms)
        task = self.record[job]
        pending = task.jobtrack_time_ids.filtered("jobtrack_pending") if named else ()

        def send():
            values = {"rate": rate / 100, "time_ids": [line.id for line in pending]}
            values |= terms.values() if terms else {}
            order = self.test._make_estimate(task, minutes / 60, **values)
            order.action_send()
            return order

        order = self._both(expected, send)
        if order:
            self.record[job, "order"] = order

    @precondition(lambda self: any(job.asked for _side, job in self._jobs()))
    @rule(which=WHICH)
    def approve(self, which):
        self._approve(*self._pick(which, [one for one in self._jobs() if one[1].asked]))

    def _approve(self, side, job):
        self._settle(side)
        expected = self.sides[side].approve(job, self.today)
        self._both(expected, lambda: self.record[job, "order"].action_approve())

    @precondition(lambda self: any(job.asked for _side, job in self._jobs()))
    @rule(which=WHICH)
    def decline(self, which):
        side, job = self._pick(which, [one for one in self._jobs() if one[1].asked])
        self._settle(side)
        expected = self.sides[side].decline(job)
        self._both(expected, lambda: self.record[job, "order"].action_decline("Too dear"))

    @precondition(lambda self: self._jobs())
    @rule(which=WHICH)
    def cancel(self, which):
        side, job = self._pick(which, self._jobs())
        self._settle(side)
        expected = self.sides[side].cancel(job)
        self._both(expected, self.record[job].action_jobtrack_cancel)

    @precondition(lambda self: self._jobs("requested", "approved"))
    @rule(which=WHICH)
    def complete(self, which):
        self._complete(*self._pick(which, self._jobs("requested", "approved")))

    def _complete(self, side, job):
        expected = self.sides[side].complete(job, self.today)
        self._both(expected, lambda: self.record[job]._jobtrack_complete("Done"))

    @rule(
        side=SIDE,
        approved=WORK,
        worked=WORK,
        ago=st.sampled_from([0, 4, 40]),
        steps=st.sampled_from([2, 3, 4, 5, 6]),
    )
    def do_job(self, side, approved, worked, ago, steps):
        """Take several steps with a job at once, so that a short sequence has something to bill, dispute or correct."""
        job = self._request(side)
        self._ask(side, job, approved)
        self._approve(side, job)
        if steps > 2:
            self._log(side, job, min(worked, approved), ago)
        if steps > 3:
            self._complete(side, job)
        if steps == 5:
            self._dispute(job)
        if steps > 5:
            self._bill(self.today)

    # === TIME ===

    @precondition(lambda self: self._jobs())
    @rule(which=WHICH, minutes=WORK, ago=st.sampled_from([0, 1, 12, 60]), evening=st.booleans())
    def log(self, which, minutes, ago, evening):
        self._log(*self._pick(which, self._jobs()), minutes, ago, evening)

    def _log(self, side, job, minutes, ago, evening=False):
        day = self.today - timedelta(ago)
        time = self.sides[side].log(job, minutes, day, self.today, evening)
        self.record[time] = self._both(
            True,
            lambda: self.test._log(
                self.record[job], minutes / 60, day, jobtrack_after_hours=evening
            ),
        )

    @precondition(lambda self: self._changeable())
    @rule(which=WHICH, minutes=WORK)
    def edit(self, which, minutes):
        side, job, time = self._pick(which, self._changeable())
        expected = self.sides[side].edit(job, time, minutes, self.today)
        self._both(expected, lambda: self.record[time].write({"unit_amount": minutes / 60}))

    @precondition(lambda self: self._times())
    @rule(which=WHICH)
    def delete(self, which):
        side, job, time = self._pick(which, self._times())
        expected = self.sides[side].delete(job, time)
        self._both(expected, lambda: self.record[time].unlink())

    # === THE CLOCK ===

    @rule(days=st.sampled_from([1, 6, 30, 88]), care=st.booleans())
    def wait(self, days, care):
        self.test.tick(days=days)
        if care:
            self.care()

    @rule(ago=st.sampled_from([0, 0, 1, 9]))
    def bill(self, ago):
        self._bill(self.today - timedelta(ago))

    def _bill(self, day):
        run = self.test.env["jobtrack.billing.run"]
        if not run.search([("company_id", "=", self.test.company.id), ("date", "=", day)]):
            for side, account in enumerate(self.sides):
                self._settle(side)
                account.bill(day)
        done = self._both(True, lambda: run._run(self.test.company, day))
        assert done.state == "done", done.problem_ids.mapped("name")

    @precondition(lambda self: self._billed())
    @rule(which=WHICH, only=st.one_of(st.none(), WHICH))
    def correct(self, which, only):
        """Take one wrong bill of a job back, or all of them: the next run bills the job again."""
        side, job = self._pick(which, self._billed())
        standing, lines = self._standing(job), list(job.lines)
        if only is not None:
            standing, lines = standing[only % len(lines)], [lines[only % len(lines)]]
        self._settle(side)
        self.sides[side].unbill(job, lines)
        self._both(True, lambda: standing._reverse("Wrong hours"))

    @precondition(lambda self: self._proposals())
    @rule(which=WHICH, agreed=st.booleans())
    def decide_rollover(self, which, agreed):
        """Staff roll hours over that could not be used, or let them lapse."""
        row = self._pick(which, list(self._proposals()))
        side = next(side for side in (0, 1) if self._account(side) == row.jobtrack_account_id)
        self._settle(side)
        row.reason = "They asked too late"
        self._both(True, row.action_confirm if agreed else row.action_refuse)
        self._adopt(side)

    @rule()
    def care(self):
        for side, account in enumerate(self.sides):
            self._both(True, self._account(side)._look_after)
            account.give_up_unanswered(self.today)
            self._adopt(side)
            account.check_nothing_needed_lapsed()
            account.check_nothing_stays()
