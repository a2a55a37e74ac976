import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from freezegun import freeze_time
from odoo.tests import tagged

from .common import JobtrackCommon

BERLIN = ZoneInfo("Europe/Berlin")

# The year 2028 of one client of a company in Berlin, worked out by hand. Left: what happens. Right: every ledger entry
# and invoice line that follows from it, in order, with the day on which it is booked and the balance after it. In the
# line of the step: the deferred revenue after it. On all other billing days of the year nothing may happen.
#
# Basic: 40.00 per hour, Standard: 35.00 per hour; hours that no pack pays: 50.00. Hours expire with the quarter.
WALK = """
when        | step                     | ledger                | booked | hours  | money   | balance | deferred
------------+--------------------------+-----------------------+--------+--------+---------+---------+---------
# In London it is still 2027: the company's own clock decides, so the hours last until the end of March.
01.01 00:30 | buy A 20 h Basic         |                       |        |        |         |         | 800.00
01.01 00:31 | pay A                    | A bought until 31.03  | 01.01  | +20:00 | +800.00 | 20:00   | 800.00
10.01 10:00 | approve J1 6:00          |                       |        |        |         |         | 800.00
12.01 10:00 | work J1 5:20 of 12.01    |                       |        |        |         |         | 800.00
13.01 10:00 | done J1                  |                       |        |        |         |         | 800.00
# 320 of 1200 minutes of 800.00 are 213.333.
15.01 06:00 | bill                     | J1 from A             | 14.01  | -5:20  | -213.33 | 14:40   | 586.67
# The leap day ends in Berlin when it is 23:00 in London; J2 is done before, so the run of March 1st takes it.
28.02 10:00 | approve J2 4:00          |                       |        |        |         |         | 586.67
29.02 20:00 | work J2 2:30 of 29.02    |                       |        |        |         |         | 586.67
29.02 23:30 | done J2                  |                       |        |        |         |         | 586.67
# 150 of 880 minutes of 586.67 are 100.0006. The period ends on the leap day.
01.03 00:10 | bill                     | J2 from A             | 29.02  | -2:30  | -100.00 | 12:10   | 486.67
20.03 10:00 | approve J3 5:00          |                       |        |        |         |         | 486.67
# Summer time begins on March 26th.
28.03 10:00 | approve J4 1:00          |                       |        |        |         |         | 486.67
28.03 10:05 | approve J5 0:45          |                       |        |        |         |         | 486.67
30.03 18:00 | work J3 3:00 of 30.03    |                       |        |        |         |         | 486.67
31.03 18:00 | work J4 1:00 of 31.03    |                       |        |        |         |         | 486.67
31.03 18:05 | work J5 0:45 of 31.03    |                       |        |        |         |         | 486.67
31.03 23:30 | done J4                  |                       |        |        |         |         | 486.67
# The quarter is over. Of 12:10: J3 keeps 3:00 that it has worked, and 2:00 that it has not: approved, it waits for us,
# so these roll over (120 of 730 minutes of 486.67: 80.0005). J4 keeps 1:00, J5 0:45. 5:25 lapse (325 of 610 minutes
# of 406.67: 216.668).
01.04 00:05 | care                     | A rolls over          | 31.03  | -2:00  | -80.00  | 10:10   | 270.00
            |                          | A2 until 30.06        | 31.03  | +2:00  | +80.00  | 12:10   |
            |                          | A lapses              | 31.03  | -5:25  | -216.67 | 6:45    |
# In London it is still March: J5 is done after the cut-off all the same, and waits for the run of the 8th.
01.04 00:15 | done J5                  |                       |        |        |         |         | 270.00
01.04 06:00 | bill                     | J4 from A             | 31.03  | -1:00  | -40.00  | 5:45    | 230.00
# Typed late. J3 has hours of its own for it. J7 is approved when nothing is free: to be paid later, as it seems.
03.04 10:00 | work J3 1:00 of 29.03    |                       |        |        |         |         | 230.00
04.04 10:00 | approve J7 1:00          |                       |        |        |         |         | 230.00
04.04 10:05 | work J7 1:00 of 29.03    |                       |        |        |         |         | 230.00
05.04 10:00 | done J7                  |                       |        |        |         |         | 230.00
06.04 10:00 | done J3                  |                       |        |        |         |         | 230.00
# But its work is of March, and within ten days what lapsed comes back for it (60 of 325 minutes of 216.67: 40.0006).
# Entries never go back in time: what follows is booked on the 8th as well.
08.04 06:00 | bill                     | A comes back          | 08.04  | +1:00  | +40.00  | 6:45    | 40.00
            |                          | J5 from A             | 08.04  | -0:45  | -30.00  | 6:00    |
            |                          | J7 from A             | 08.04  | -1:00  | -40.00  | 5:00    |
            |                          | J3 from A             | 08.04  | -3:00  | -120.00 | 2:00    |
            |                          | J3 from A2            | 08.04  | -1:00  | -40.00  | 1:00    |
# Another price. What is invoiced is owed at once, what is paid is there.
10.04 10:00 | buy B 20 h Standard      |                       |        |        |         |         | 740.00
12.04 10:00 | pay B                    | B bought until 30.06  | 12.04  | +20:00 | +700.00 | 21:00   | 740.00
13.04 10:00 | credit B 5 h             | B refunded            | 13.04  | -5:00  | -175.00 | 16:00   | 565.00
# 1:00 of A2, 15:00 of B, and 2:00 that no pack pays.
20.04 10:00 | approve J8 18:00         |                       |        |        |         |         | 565.00
25.04 18:00 | work J8 10:00 of 25.04   |                       |        |        |         |         | 565.00
02.05 18:00 | work J8 7:30 of 02.05    |                       |        |        |         |         | 565.00
03.05 10:00 | done J8                  |                       |        |        |         |         | 565.00
08.05 06:00 | bill                     | J8 from A2            | 07.05  | -1:00  | -40.00  | 15:00   | 0.00
            |                          | J8 from B             | 07.05  | -15:00 | -525.00 | 0:00    |
            |                          | J8 invoiced           | 08.05  | 1:30   | 75.00   |         |
20.05 10:00 | pay invoices             |                       |        |        |         |         | 0.00
03.07 10:00 | buy C 20 h Basic         |                       |        |        |         |         | 800.00
03.07 10:05 | pay C                    | C bought until 30.09  | 03.07  | +20:00 | +800.00 | 20:00   | 800.00
05.07 10:00 | approve J9 4:00          |                       |        |        |         |         | 800.00
06.07 10:00 | work J9 4:00 of 06.07    |                       |        |        |         |         | 800.00
07.07 10:00 | done J9                  |                       |        |        |         |         | 800.00
08.07 06:00 | bill                     | J9 from C             | 07.07  | -4:00  | -160.00 | 16:00   | 640.00
# The bank takes the payment back, then it is made again: what was used stays used, what is owed stays owed.
10.07 10:00 | bounce C                 | C taken back          | 10.07  | -16:00 | -640.00 | 0:00    | 640.00
12.07 10:00 | pay C                    | C comes back          | 12.07  | +16:00 | +640.00 | 16:00   | 640.00
28.09 10:00 | approve J10 2:00         |                       |        |        |         |         | 640.00
30.09 23:00 | work J10 1:15 of 30.09   |                       |        |        |         |         | 640.00
# J10 keeps 1:15 worked, 0:45 roll over (45 of 960 minutes of 640.00), 14:00 lapse (840 of 915 minutes of 610.00).
01.10 00:05 | care                     | C rolls over          | 30.09  | -0:45  | -30.00  | 15:15   | 80.00
            |                          | C2 until 31.12        | 30.09  | +0:45  | +30.00  | 16:00   |
            |                          | C lapses              | 30.09  | -14:00 | -560.00 | 2:00    |
# The hour from 2 to 3 comes twice: summer time ends.
29.10 02:15 | work J10 0:30 of 29.10   |                       |        |        |         |         | 80.00
29.10 02:30 | done J10                 |                       |        |        |         |         | 80.00
01.11 00:05 | bill                     | J10 from C            | 31.10  | -1:15  | -50.00  | 0:45    | 10.00
            |                          | J10 from C2           | 31.10  | -0:30  | -20.00  | 0:15    |
15.11 10:00 | grant D 1 h at 30        | D given until 31.12   | 15.11  | +1:00  | +30.00  | 1:15    | 40.00
20.12 10:00 | approve J11 1:00         |                       |        |        |         |         | 40.00
20.12 12:00 | work J11 0:20 of 20.12   |                       |        |        |         |         | 40.00
20.12 15:00 | done J11                 |                       |        |        |         |         | 40.00
21.12 06:00 | bill                     | J11 from C2           | 20.12  | -0:15  | -10.00  | 1:00    | 27.50
            |                          | J11 from D            | 20.12  | -0:05  | -2.50   | 0:55    |
31.12 23:55 | care                     |                       |        |        |         |         | 27.50
# The last minute of the year in Berlin; the next care finds it over.
01.01 00:05 | care                     | D lapses              | 31.12  | -0:55  | -27.50  | 0:00    | 0.00
"""
PLANS = {"Basic": "jobtrack_support.plan_20", "Standard": "jobtrack_support.plan_30"}
BILLING_DAYS = (1, 8, 15, 21)


@tagged("post_install", "-at_install")
class TestYearWalk(JobtrackCommon):
    """One client's year, compared line by line with what ledger, statements and books say."""

    def test_a_year_comes_out_as_worked_out_by_hand(self):
        self.company.jobtrack_tz = "Europe/Berlin"
        self.account.contact_ids.unlink()
        self.packs, self.jobs, self.seen, self.billed = {}, {}, 0, set()
        self.invoices = self.env["account.move"]
        with freeze_time("2028-01-01") as self.clock:
            for when, step, *rest in self._steps():
                with self.subTest(when=when, step=step):
                    self._pass_time(when, step)
                    self._do(step)
                    lines, deferred = rest
                    self.assertEqual(self._lines(), lines)
                    self.assertEqual(f"{self._deferred():.2f}", deferred)
                    self.assertSound()
        self.assertEqual(len(self.billed), 48)

    # === THE TABLE ===

    def _steps(self):
        """Return the steps of the table: ``[moment, words, [expected lines], deferred revenue after it]``."""
        steps = []
        year = 2028
        rows = [row for row in WALK.strip().splitlines() if not row.startswith("#")]
        for row in rows[2:]:
            when, step, *line, deferred = (cell.strip() for cell in row.split("|"))
            if when:
                day, month, hour, minute = map(int, re.split(r"\D", when))
                if steps and month < steps[-1][0].month:
                    year += 1
                moment = datetime(year, month, day, hour, minute, tzinfo=BERLIN)
                steps.append([moment, step, [], deferred])
            if line[0]:
                steps[-1][2].append(tuple(line))
        return steps

    # === THE STEPS ===

    def _pass_time(self, when, step):
        """Let all billing days before this moment come and go: nothing may happen on them."""
        first = max(self.billed, default=datetime(2027, 12, 31).date()) + timedelta(days=1)
        for count in range((when.date() - first).days + 1):
            day = first + timedelta(days=count)
            morning = datetime(day.year, day.month, day.day, 5, tzinfo=BERLIN)
            is_row = step == "bill" and day == when.date()
            if day.day in BILLING_DAYS and day.year == 2028 and morning < when and not is_row:
                self._move_to(morning)
                self._do("care")
                self._do("bill")
                self.assertEqual(self._lines(), [], f"on {day}")
        self._move_to(when)

    def _move_to(self, moment):
        self.clock.move_to(moment.astimezone(timezone.utc).replace(tzinfo=None))

    def _do(self, step):
        verb, *words = step.split()
        getattr(self, f"_step_{verb}")(*words)

    def _step_buy(self, pack, hours, _unit, plan):
        invoice = self._sell_plan(PLANS[plan], int(hours)).invoice_ids
        self.packs[pack] = self.env["jobtrack.hour.pack"].search(
            [("invoice_line_id", "in", invoice.invoice_line_ids.ids)]
        )

    def _step_pay(self, pack):
        statements = self.account.statement_ids.invoice_id
        self._pay(statements if pack == "invoices" else self.packs[pack].invoice_id)

    def _step_bounce(self, pack):
        lines = self.packs[pack].invoice_id.line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").remove_move_reconcile()

    def _step_credit(self, pack, hours, _unit):
        note = self.packs[pack].invoice_id._reverse_moves([{"invoice_date": self.account._today()}])
        note.invoice_line_ids.quantity = int(hours)
        note.action_post()

    def _step_grant(self, pack, hours, _unit, _at, rate):
        last = self.company._jobtrack_quarter_end(self.account._today())
        self.packs[pack] = self.account._grant_hours(int(hours), int(rate), None, last, "Thanks")

    def _step_approve(self, job, hours):
        self.jobs[job] = self._make_job(job, jobtrack_requester_id=False)
        self._approve(self.jobs[job], _hours(hours))

    def _step_work(self, job, hours, _of, day):
        day, month = map(int, day.split("."))
        self._log(self.jobs[job], _hours(hours), date=f"2028-{month:02d}-{day:02d}")

    def _step_done(self, job):
        self.jobs[job]._jobtrack_complete("Done")

    def _step_care(self):
        self.account._look_after()

    def _step_bill(self):
        today = self.account._today()
        runs = self.env["jobtrack.billing.run"].with_context(jobtrack_by_cron=True)
        self.assertEqual(runs._run(self.company, today).state, "done")
        self.billed.add(today)

    # === WHAT HAPPENED ===

    def _lines(self):
        """Return the new ledger entries and invoice lines in the words of the table."""
        entries = self.account.ledger_entry_ids.filtered(lambda entry: entry.number > self.seen)
        lines = [
            (
                self._words(entry),
                f"{entry.date:%d.%m}",
                _signed(entry.minutes, _clock(abs(entry.minutes))),
                _signed(entry.value, f"{abs(entry.value):.2f}"),
                _clock(round(entry.balance_after * 60)),
            )
            for entry in entries.sorted("number")
        ]
        self.seen = self.account.last_number
        for statement in self.account.statement_ids.filtered(
            lambda one: one.invoice_id and one.invoice_id not in self.invoices
        ):
            self.invoices |= statement.invoice_id
            for line in statement.line_ids.filtered("postpaid_minutes"):
                hours, amount = _clock(line.postpaid_minutes), f"{line.amount:.2f}"
                day = f"{statement.invoice_id.invoice_date:%d.%m}"
                lines.append((f"{line.task_id.name} invoiced", day, hours, amount, ""))
            self.assertEqual(
                statement.invoice_id.amount_untaxed, sum(statement.line_ids.mapped("amount"))
            )
        return lines

    def _words(self, entry):
        pack = self._name(entry.pack_id)
        last = f"{entry.pack_id.date_expiry:%d.%m}"
        gives = entry.minutes > 0
        return {
            "purchase": f"{pack} bought until {last}",
            "grant": f"{pack} given until {last}",
            "usage": f"{entry.task_id.name} from {pack}",
            "expiry": f"{pack} lapses",
            "rollover": f"{pack} until {last}" if gives else f"{pack} rolls over",
            "refund": f"{pack} refunded",
            "reversal": f"{pack} comes back" if gives else f"{pack} taken back",
        }[entry.kind]

    def _name(self, pack):
        if pack.source == "rollover":
            return f"{self._name(pack.origin_pack_id)}2"
        return next(name for name, own in self.packs.items() if own == pack)

    def _deferred(self):
        """Return what the books say is owed in hours."""
        gl = self.company.jobtrack_deferred_gl_id
        lines = self.env["account.move.line"].search(
            [("account_id", "=", gl.id), ("parent_state", "=", "posted")]
        )
        return -sum(lines.mapped("balance")) + 0.0


def _hours(text):
    hours, minutes = map(int, text.split(":"))
    return hours + minutes / 60


def _clock(minutes):
    return f"{minutes // 60}:{minutes % 60:02d}"


def _signed(amount, text):
    return ("+" if amount > 0 else "-" if amount < 0 else "") + text
