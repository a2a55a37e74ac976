"""What happened to each job of the demo company, as events in time."""

from datetime import datetime, time, timedelta

from odoo import Command

from ..tools import billing_calendar
from .clients import CLIENTS

SPLIT = (("analysis", 0.25), ("implementation", 0.6), ("verification", 0.15))
PAID_AFTER_DAYS = 6


class Story:
    """Collects ``(moment, function)`` events; the caller lets them happen in order."""

    def __init__(self, house, today):
        self.house = house
        self.env = house.env
        self.today = today
        self.events = []

    def tell(self):
        """Plan all that happened to all clients."""
        for name, client in CLIENTS.items():
            account = self.house.accounts[name]
            for days_ago, plan, hours in client["plans"]:
                self._at(days_ago, 8, lambda a=account, p=plan, h=hours: self._buy(a, p, h))
            self._renew(account, client)
            if "forgotten" in client:
                self._forget(account, client, *client["forgotten"])
            for index, job in enumerate(client["jobs"]):
                _JobStory(self, account, client, index, *job).tell()
            if not client.get("unpaid"):
                for days_ago in range(PAID_AFTER_DAYS, 116, 7):
                    self._at(days_ago, 16, lambda a=account: self._pay_invoices(a))

    def _renew(self, account, client):
        """Buy the client's renewal on the quarter's first day, unless something else is bought in the quarter."""
        start = billing_calendar.quarter_start(self.today)
        bought = [
            self.today - timedelta(days=days_ago) for days_ago, _plan, _hours in client["plans"]
        ]
        if "renewal" in client and not any(day >= start for day in bought):
            plan, hours = client["renewal"]
            self._at((self.today - start).days, 8, lambda: self._buy(account, plan, hours))

    def _forget(self, account, client, bought, title, kind, estimated, spent):
        """Let a request wait for its estimate until the hours of the pack bought that day have expired."""
        expired = account.company_id._jobtrack_quarter_end(self.today - timedelta(days=bought))
        days_ago = min((self.today - expired).days + 10, bought - 1)
        _JobStory(
            self,
            account,
            client,
            len(client["jobs"]),
            days_ago,
            title,
            kind,
            estimated,
            spent,
            "late",
        ).tell()
        self._at(days_ago - 13, 10, lambda: self._confirm_rollover(account))

    def _confirm_rollover(self, account):
        """Decide that hours lapsed through our fault, as the dispatcher would."""
        domain = [("jobtrack_account_id", "=", account.id), ("state", "=", "proposed")]
        dispatcher = self.env["res.users"].search([("login", "=", "dora")])
        self.env["jobtrack.rollover"].with_user(dispatcher).search(domain).action_confirm()

    def _at(self, days_ago, hour, happen, minute=0):
        """Let something happen ``days_ago`` days before today, but never in the future."""
        moment = datetime.combine(self.today - timedelta(days=days_ago), time(hour, minute))
        self.events.append(
            (min(moment, self.env["jobtrack.account"]._now() - timedelta(minutes=5)), happen)
        )

    def _buy(self, account, plan, hours):
        """Sell a plan and pay its invoice by bank transfer."""
        product = self.env.ref(f"jobtrack_support.{plan}").product_variant_id
        values = {
            "partner_id": account.partner_id.id,
            "jobtrack_account_id": account.id,
            "jobtrack_quarter": "this",
            "order_line": [Command.create({"product_id": product.id, "product_uom_qty": hours})],
        }
        pricelist = self.house.pricelists.get(account.currency_id.name)
        order = self.env["sale.order"].create(
            values | ({"pricelist_id": pricelist.id} if pricelist else {})
        )
        order.action_confirm()
        self._pay(order.invoice_ids)

    def _pay_invoices(self, account):
        """Pay what is open and older than a few days."""
        invoices = account.statement_ids.invoice_id.filtered(
            lambda move: (
                move.payment_state == "not_paid"
                and move.invoice_date
                <= self.env["jobtrack.account"]._today(account.company_id) - timedelta(days=5)
            )
        )
        if invoices:
            self._pay(invoices)

    def _pay(self, invoices):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices.ids
        )
        wizard.create({})._create_payments()


class _JobStory:
    """One job, from request to wherever it got."""

    def __init__(
        self, story, account, client, index, days_ago, title, kind, estimated, spent, outcome
    ):
        self.story, self.env = story, story.env
        self.account, self.client, self.index = account, client, index
        self.days_ago, self.title, self.kind = days_ago, title, kind
        self.estimated, self.spent, self.outcome = estimated, spent, outcome
        self.job = self.order = None

    def tell(self):
        """Plan the events of this job."""
        self._after(0, 9, self._request, minute=self.index * 3)
        if self.outcome == "requested":
            return
        if self.outcome == "question":
            self._after(0, 11, lambda: self.job.action_jobtrack_not_billable())
            self._after(0, 12, self._log)
            self._after(0, 13, self._complete)
            return
        if self.outcome == "late":
            self._tell_late()
            return
        self._after(0, 11, self._estimate)
        if self.outcome == "declined":
            self._after(1, 10, lambda: self._decide("declined", "We do this next year."))
        elif self.outcome != "estimated":
            self._after(0 if self.days_ago < 2 else 1, 10, lambda: self._decide("approved"))
            self._after(min(self.days_ago, 2), 15, self._log)
        if self.outcome == "done":
            self._after(4, 15, self._complete)

    def _tell_late(self):
        """Estimate the job two weeks after it was asked for, and do it then."""
        self._after(14, 11, self._estimate)
        self._after(15, 10, lambda: self._decide("approved"))
        self._after(16, 15, self._log)
        self._after(18, 15, self._complete)

    def _after(self, days, hour, happen, minute=0):
        self.story._at(max(self.days_ago - days, 0), hour, happen, minute)

    @property
    def _approver(self):
        return self.account._approvers().partner_id[:1]

    def _request(self):
        people = self.account.contact_ids.partner_id
        self.job = self.env["project.task"].create(
            {
                "name": self.title,
                "project_id": self.account.project_id.id,
                "description": f"<p>{self.title}: please have a look and tell us what it takes.</p>",
                "jobtrack_requester_id": people[self.index % len(people)].id,
                "jobtrack_channel": ("portal", "phone", "mail")[self.index % 3],
                "jobtrack_job_type_id": self.env.ref(f"jobtrack_support.job_type_{self.kind}").id,
                "priority": "1" if self.kind == "fault" else "0",
                "user_ids": [Command.set(self._technician.user_id.ids)],
                "jobtrack_is_emergency": self.title.startswith("Driver app"),
            }
        )

    @property
    def _technician(self):
        return self.story.house.employees[("tom", "tara")[self.index % 2]]

    def _estimate(self):
        self.order = self.env["jobtrack.work.order"].create(
            {
                "task_id": self.job.id,
                "hours": self.estimated,
                "scope": f"{self.title}: find the way, make the change, test it, and tell you what was done.",
            }
        )
        self.order.action_send()

    def _decide(self, state, reason=None):
        self.order._decide(state, self._approver, "portal", reason=reason)

    def _log(self):
        """Log the time in the three categories, in whole quarters of an hour where it divides so."""
        left = self.spent
        for position, (category, share) in enumerate(SPLIT):
            hours = left if position == len(SPLIT) - 1 else round(self.spent * share * 4) / 4
            left -= hours
            if hours > 0:
                self._log_one(category, hours)

    def _log_one(self, category, hours):
        self.env["account.analytic.line"].create(
            {
                "name": {
                    "analysis": "Looked into it",
                    "implementation": "Made and tested the change",
                    "verification": "Checked with the client",
                }[category],
                "task_id": self.job.id,
                "project_id": self.job.project_id.id,
                "employee_id": self._technician.id,
                "unit_amount": hours,
                "date": self.env["jobtrack.account"]._today(self.account.company_id),
                "jobtrack_category_id": self.env.ref(
                    f"jobtrack_support.time_category_{category}"
                ).id,
            }
        )

    def _complete(self):
        self.job._jobtrack_complete(
            f"{self.title}: done and tested. Please tell us if anything is left."
        )
