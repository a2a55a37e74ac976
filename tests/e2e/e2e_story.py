"""The main story: who is in it, and what its stations tell each other."""

import datetime

from e2e_jobs import estimate_job, job_of, orders_of, rows_of, tell_approval, times_of
from e2e_scene import HOST, billing_day, billing_days, local_day, noon_zone, told

ADMIN, TESS, BELLA = "admin", "tess", "bella"
STAFF = [
    (TESS, "Tess Technician", ["jobtrack_support.group_technician"]),
    (BELLA, "Bella Billing", ["jobtrack_support.group_billing"]),
]
ANN, BOB, MAX = "ann@willow.example", "bob@willow.example", "max@willow.example"
PEOPLE = [("Ann Approver", ANN), ("Bob Boss", BOB), ("Max Member", MAX)]
CLIENT, OFFICE = "Willow Books", "office@willow.example"
PROJECT = "Willow book shop"
SHOP, WRAP = "The checkout shows an error", "Gift wrap for every order"
MOVE, LAMP = "Move the shop to a new server", "A picture of the new lamp"


class Story:
    """A support company, a client of it, and what became of them so far."""

    def __init__(self, odoo, odoo_shell, mailbox):
        self._odoo, self.ended = odoo, ""
        now = datetime.datetime.now(datetime.timezone.utc)
        self.today = local_day(now)
        self.billing_day = billing_day(self.today)
        odoo_shell(told(HOST, zone=noon_zone(now), days=billing_days(self.today), staff=STAFF))
        mailbox.clear()
        self.client = odoo.create("res.partner", name=CLIENT, is_company=True, email=OFFICE)
        for name, email in PEOPLE:
            odoo.create("res.partner", name=name, email=email, parent_id=self.client)

    def contacts(self):
        """:return: name, and what the person may: request, approve, see money."""
        domain = [["jobtrack_account_id", "=", self.account]]
        roles = ("may_request", "may_approve", "may_see_money")
        return rows_of(self._odoo, "jobtrack.account.contact", domain, "name", *roles)

    def packs(self):
        """:return: state and hours of the client's packs, oldest first."""
        domain = [["jobtrack_account_id", "=", self.account]]
        return rows_of(self._odoo, "jobtrack.hour.pack", domain, "state", "hours")

    def job(self, reference):
        """:return: the id of a job."""
        return job_of(self._odoo, reference)

    def orders(self, reference):
        """:return: version, state and decider of a job's work orders, oldest first."""
        return orders_of(self._odoo, reference)

    def times(self, reference):
        """:return: hours of a job's time, and whether the client consented to them."""
        return times_of(self._odoo, reference)

    def agree(self, technician, title, hours):
        """Let a technician estimate a new job, and the administrator record its approval, without a screen.

        :return: the job's reference
        """
        reference, order = estimate_job(technician, self.project, title, hours)
        tell_approval(self._odoo, order)
        return reference

    def deliver(self, technician, reference, hours):
        """Let a technician log time on a job and complete it, without a screen."""
        job = self.job(reference)
        time = {"name": "Work", "task_id": job, "project_id": self.project, "unit_amount": hours}
        technician.create("account.analytic.line", **time)
        done = technician.create("jobtrack.complete.job", task_id=job, summary="It is done.")
        technician.call("jobtrack.complete.job", "action_complete", [done])
