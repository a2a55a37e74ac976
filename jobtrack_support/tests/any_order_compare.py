"""Product and oracle side by side: what belongs to what, and the comparison after every step."""

from datetime import date, timedelta

from hypothesis.stateful import RuleBasedStateMachine, invariant

from . import oracle, oracle_pack


class Comparison(RuleBasedStateMachine):
    """Two accounts of one company in the product and in the oracle; they are compared after every step."""

    def __init__(self, test):
        super().__init__()
        self.test = test
        self._sequence = test._sequence()
        self._sequence.__enter__()
        self.sides = [oracle.Account(), oracle.Account()]
        # What of the product belongs to what of the oracle, and the ledger entries that were looked at.
        self.record = {}
        self.seen = [0, 0]
        self.extended_to = None  # the last day of the pack that a person made of an ended one

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

    def _billed(self):
        return [(side, job) for side, job in self._jobs() if job.lines]

    def _standing(self, job):
        """Return the statement lines of a job that were not taken back, in the order in which they were made."""
        lines = self.record[job].jobtrack_statement_line_ids.sorted("id")
        return lines.filtered(lambda line: not line.reverses_id and not line.is_reversed)

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
        lines = [line for job in account.jobs for line in job.lines]
        return {
            "balance": account.balance,
            "reserved": sum(account.reserved(pack) for pack in account.packs),
            "available": account.available(self.today),
            "packs": [(p.left, p.left_worth, account.reserved(p)) for p in account.packs],
            "jobs": [
                (
                    job.state,
                    job.approved,
                    job.used(),
                    sum(job.count(time) for time in job.times if time.status == "pending"),
                )
                for job in account.jobs
            ],
            "lines": sorted(
                (line["prepaid"], line["postpaid"], line["free"], line["amount"], line["value"])
                for line in lines
            ),
        }

    def _found(self, account):
        packs = account.pack_ids.sorted("id")
        jobs = account.job_ids.sorted("id")
        lines = account.statement_ids.line_ids.filtered(
            lambda line: not line.reverses_id and not line.is_reversed
        )
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
                    line.waived_minutes,
                    _cents(line.amount),
                    _cents(line.prepaid_value),
                )
                for line in lines
            ),
        }

    def _books(self):
        """Return what is booked on our accounts, each client in its currency; the proof looks at the company's."""
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
            ["amount_currency:sum"],
        )
        return sums | {roles[gl]: -_cents(amount) for gl, amount in groups}

    # === WHAT THE PRODUCT DOES BY ITSELF ===

    def _settle(self, side):
        """Bring ended packs up to date, as the product does itself before it promises, sells or bills hours."""
        self._account(side)._lock()
        self._account(side)._settle_packs()
        self._adopt(side)
        self.sides[side].check_nothing_needed_lapsed()

    def _proposals(self):
        """Return the rollovers that wait for somebody's decision, the oldest first."""
        return self.test.env["jobtrack.rollover"].search(
            [("jobtrack_account_id", "in", self.test.accounts.ids), ("state", "=", "proposed")],
            order="id",
        )

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
        waiting = self._proposals().filtered(lambda row: row.jobtrack_account_id == real)
        by_pack = waiting.grouped("pack_id").items()
        proposed = {self._known(pack): sum(own.mapped("minutes")) for pack, own in by_pack}
        account.adopt(rows, proposed, self.today)
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
        # Hours of an ended pack that are given back as goodwill are good until the end of this quarter.
        days = {
            oracle_pack.end_of_quarter(day) for day in (origin.expiry + timedelta(1), self.today)
        }
        days.add(self.extended_to)
        last = pack.date_expiry
        assert pack.date_start == origin.start and last in days, "rolled over wrongly"
        new = oracle_pack.Pack(len(account.packs), 0, 0, origin.start, last, active=True)
        new.place = origin.place
        account.packs.append(new)
        self.record[new] = pack


def _cents(amount):
    return round(amount * 100)


def _minutes(hours):
    return round(hours * 60)
