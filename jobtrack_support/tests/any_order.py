"""The steps that people take, each done by the product and by the oracle, in any order (hypothesis)."""

from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from . import oracle

# Whole quarters of an hour where Odoo's own quantities are hours with two digits.
QUARTER = 15
WHICH = st.integers(0, 30)
SIDE = st.integers(0, 1)
WORK = st.one_of(st.integers(1, 240), st.sampled_from([7, 60, 600]))
RATES = st.sampled_from([0, 4000, 3333])
PLANS = {"plan_20": 4000, "plan_30": 3500}


class AnyOrder(RuleBasedStateMachine):
    """Two accounts of one company; each rule is one thing that a person or the clock does."""

    def __init__(self, test):
        super().__init__()
        self.test = test
        self._sequence = test._sequence()
        self._sequence.__enter__()
        self.sides = [oracle.Account(), oracle.Account()]
        # What of the product belongs to what of the oracle, and the ledger entries that were looked at.
        self.record = {}
        self.seen = [0, 0]

    def teardown(self):
        self._sequence.__exit__(None, None, None)

    # === HELP ===

    @property
    def today(self):
        return date.today()

    def _account(self, side):
        return self.test.accounts[side]

    def _both(self, expected, step):
        """Do a step in the product: it is refused when, and only when, the oracle refuses it.

        :return: what the step returned
        """
        with self.test.may_refuse() as words:
            result = step()
            self.test.env.flush_all()
        if words and expected:
            raise AssertionError(f"refused, but nothing forbids it: {words[0]}")
        if not words and not expected:
            raise AssertionError("done, but it has to be refused")
        return None if words else result

    def _pick(self, which, things):
        return things[which % len(things)] if things else None

    def _jobs(self, *states):
        return [
            (side, job)
            for side, account in enumerate(self.sides)
            for job in account.jobs
            if not states or job.state in states
        ]

    def _sold(self):
        return [
            (account, pack) for account in self.sides for pack in account.packs if pack.is_purchase
        ]

    def _times(self):
        return [(side, job, time) for side, job in self._jobs() for time in job.times]

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
        pack = self.sides[side].sell(minutes, PLANS[plan], self.today)
        order = self._both(
            pack,
            lambda: self.test._sell_plan(
                f"jobtrack_support.{plan}", minutes / 60, self._account(side)
            ),
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
        account.pay(pack, self.today)
        self._both(True, lambda: self.test._pay(self.record[pack].invoice_id))

    @precondition(lambda self: any(pack.due < pack.worth for _account, pack in self._sold()))
    @rule(which=WHICH)
    def bounce(self, which):
        account, pack = self._pick(which, [s for s in self._sold() if s[1].due < s[1].worth])
        account.bounce(pack)
        lines = self.record[pack].invoice_id.line_ids
        receivable = lines.filtered(lambda line: line.display_type == "payment_term")
        self._both(True, receivable.remove_move_reconcile)

    @precondition(lambda self: self._sold())
    @rule(which=WHICH, hours=st.sampled_from([0.25, 3, 15.25, 20]))
    def credit(self, which, hours):
        account, pack = self._pick(which, self._sold())
        expected = account.credit(pack, int(hours * 60), self.today)
        self._both(expected, lambda: self._credit(self.record[pack].invoice_id, hours))

    def _credit(self, invoice, hours):
        note = invoice._reverse_moves([{"invoice_date": self.today}])
        note.invoice_line_ids.quantity = hours
        note.action_post()

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
    @rule(which=WHICH, minutes=WORK, rate=st.sampled_from([5000, 3333]), named=st.booleans())
    def ask(self, which, minutes, rate, named):
        side, job = self._pick(which, self._jobs())
        self._ask(side, job, minutes, rate, named)

    def _ask(self, side, job, minutes, rate=5000, named=False):
        expected = self.sides[side].ask(job, minutes, rate, named)
        task = self.record[job]
        pending = task.jobtrack_time_ids.filtered("jobtrack_pending") if named else ()

        def send():
            order = self.test._make_estimate(
                task, minutes / 60, rate=rate / 100, time_ids=[line.id for line in pending]
            )
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
        steps=st.sampled_from([2, 3, 4, 4]),
    )
    def do_job(self, side, approved, worked, ago, steps):
        """Take several steps with a job at once, so that a short sequence has something to bill."""
        job = self._request(side)
        self._ask(side, job, approved)
        self._approve(side, job)
        if steps > 2:
            self._log(side, job, min(worked, approved), ago)
        if steps > 3:
            self._complete(side, job)

    # === TIME ===

    @precondition(lambda self: self._jobs())
    @rule(which=WHICH, minutes=WORK, ago=st.sampled_from([0, 1, 12, 60]))
    def log(self, which, minutes, ago):
        self._log(*self._pick(which, self._jobs()), minutes, ago)

    def _log(self, side, job, minutes, ago):
        day = self.today - timedelta(ago)
        time = self.sides[side].log(job, minutes, day, self.today)
        self.record[time] = self._both(
            True, lambda: self.test._log(self.record[job], minutes / 60, day)
        )

    @precondition(lambda self: self._times())
    @rule(which=WHICH, minutes=WORK)
    def edit(self, which, minutes):
        side, job, time = self._pick(which, self._times())
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
        day = self.today - timedelta(ago)
        run = self.test.env["jobtrack.billing.run"]
        if not run.search([("company_id", "=", self.test.company.id), ("date", "=", day)]):
            for side, account in enumerate(self.sides):
                self._settle(side)
                account.bill(day)
        done = self._both(True, lambda: run._run(self.test.company, day))
        assert done.state == "done", done.problem_ids.mapped("name")

    @rule()
    def care(self):
        for side, account in enumerate(self.sides):
            self._both(True, self._account(side)._look_after)
            self._adopt(side)
            waiting = self.test.env["jobtrack.rollover"].search(
                [
                    ("jobtrack_account_id", "=", self._account(side).id),
                    ("state", "=", "proposed"),
                ]
            )
            proposed = {self._known(row.pack_id): row.minutes for row in waiting}
            account.check_nothing_needed_lapsed()
            account.check_nothing_stays(proposed)

    def _settle(self, side):
        """Bring ended packs up to date, as the product does itself before it promises or bills hours."""
        self._account(side)._lock()
        self._account(side)._settle_packs()
        self._adopt(side)
        self.sides[side].check_nothing_needed_lapsed()

    def _known(self, pack):
        (known,) = [mine for mine, record in self.record.items() if record == pack]
        return known

    def _adopt(self, side):
        """Let the oracle look at what the product did by itself with ended packs, and take it over."""
        account, real = self.sides[side], self._account(side)
        self.test.env.flush_all()
        entries = real.ledger_entry_ids.filtered(lambda entry: entry.number > self.seen[side])
        rows = []
        for entry in entries.sorted("number"):
            kind = entry._reversed_kind()
            if kind not in ("expiry", "rollover"):
                continue
            if entry.pack_id not in self.record.values():
                self._adopt_pack(account, entry.pack_id)
            rows.append((kind, self._known(entry.pack_id), entry.minutes, _cents(entry.value)))
        self.seen[side] = real.last_number
        for pack in account.packs:
            pack.lapsed = self.record[pack].is_lapsed
            if self.record[pack].source == "rollover":
                pack.active = self.record[pack].is_activated
        account.adopt(rows, self.today)
        for job in account.jobs:
            if job.state in ("approved", "done") and account.is_disturbed(job):
                self._adopt_reserve(job)

    def _adopt_reserve(self, job):
        rows = self.record[job].jobtrack_work_order_id.funding_ids.filtered("pack_id")
        by_pack = {self._known(pack): own for pack, own in rows.grouped("pack_id").items()}
        job.plan = {pack: sum(own.mapped("minutes")) for pack, own in by_pack.items()}
        job.reserve = {pack: sum(own.mapped("reserved_minutes")) for pack, own in by_pack.items()}
        assert sum(job.reserve.values()) <= job.approved, "more is kept than was approved"

    def _adopt_pack(self, account, pack):
        """Take over a pack into which hours were rolled over: empty, its hours come by its entries."""
        origin = self._known(pack.origin_pack_id)
        last = oracle.end_of_quarter(origin.expiry + timedelta(1))
        assert (pack.date_start, pack.date_expiry) == (origin.start, last), "rolled over wrongly"
        new = oracle.Pack(len(account.packs), 0, 0, origin.start, last, active=True)
        account.packs.append(new)
        self.record[new] = pack

    # === THE COMPARISON ===

    @invariant()
    def agree(self):
        """Compare every figure, and let the product prove itself."""
        self.test.tick(minutes=1)
        self.test.env.flush_all()
        self.test.env.invalidate_all()
        for side, expected in enumerate(self.sides):
            self._adopt(side)
            found, wanted = self._found(self._account(side)), self._wanted(expected)
            for name, value in wanted.items():
                assert found[name] == value, f"account {side}, {name}: {found[name]}, not {value}"
        books = {
            "deferred": sum(pack.deferred for account in self.sides for pack in account.packs),
            "breakage": sum(account.earned["breakage"] for account in self.sides),
            "granted": sum(account.earned["granted"] for account in self.sides),
            "revenue": sum(a.earned["usage"] + a.earned["postpaid"] for a in self.sides),
        }
        assert self._books() == books, f"books: {self._books()}, not {books}"
        assert self.test.accounts._verify_ledger() == [], self.test.accounts._verify_ledger()

    def _wanted(self, account):
        lines = [job.line for job in account.jobs if job.line]
        return {
            "balance": account.balance,
            "reserved": sum(account.reserved(pack) for pack in account.packs),
            "available": account.available,
            "packs": [(p.left, p.left_worth, account.reserved(p)) for p in account.packs],
            "jobs": [
                (
                    job.state,
                    job.approved,
                    job.consented,
                    sum(time.minutes for time in job.times if time.status == "pending"),
                )
                for job in account.jobs
            ],
            "lines": sorted(
                (line["prepaid"], line["postpaid"], line["amount"], line["value"]) for line in lines
            ),
        }

    def _found(self, account):
        packs = account.pack_ids.sorted("id")
        jobs = account.job_ids.sorted("id")
        lines = account.statement_ids.line_ids
        return {
            "balance": account.balance_minutes,
            "reserved": _minutes(account.held_hours),
            "available": _minutes(account.available_hours),
            "packs": [
                (pack.minutes_remaining, _cents(pack.value_remaining), pack.reserved_minutes)
                for pack in packs
            ],
            "jobs": [
                (
                    job.jobtrack_state.replace("on_hold", "approved"),
                    job.jobtrack_approved_minutes,
                    _minutes(job.jobtrack_billable_hours),
                    _minutes(job.jobtrack_pending_hours),
                )
                for job in jobs
            ],
            "lines": sorted(
                (
                    line.prepaid_minutes,
                    line.postpaid_minutes,
                    _cents(line.amount),
                    _cents(line.prepaid_value),
                )
                for line in lines
            ),
        }

    def _books(self):
        company = self.test.company
        roles = {
            company.jobtrack_deferred_gl_id: "deferred",
            company.jobtrack_breakage_gl_id: "breakage",
            company.jobtrack_granted_gl_id: "granted",
            company.jobtrack_revenue_gl_id: "revenue",
        }
        sums = dict.fromkeys(roles.values(), 0)
        groups = self.test.env["account.move.line"]._read_group(
            [("account_id", "in", [gl.id for gl in roles]), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        return sums | {roles[gl]: -_cents(balance) for gl, balance in groups}


def _cents(amount):
    return round(amount * 100)


def _minutes(hours):
    return round(hours * 60)
