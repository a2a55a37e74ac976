from odoo import api, fields, models

from ..tools import job_states, queue
from ..tools.pace import NO_PACE
from ..tools.rounding import to_minutes
from .jobtrack_job_hours import UNKNOWN_MINUTES

LANES = [
    (queue.EMERGENCY, "Emergency"),
    (queue.PREPAID, "Prepaid"),
    (queue.PAY_LATER, "Pay as You Go"),
    ("hold", "On Hold"),
]
# Written by the rule of the queue only.
PLACE = {"jobtrack_queue_lane", "jobtrack_queue_key", "jobtrack_queue_lifted"}
# Jobs on which the host can go on: these stand in the queue.
QUEUED = (job_states.REQUESTED, job_states.APPROVED)


class JobtrackJobQueue(models.AbstractModel):
    """The place of a job in the queue (B1, B5, B6). Stored, because the database sorts lists by it."""

    _name = "jobtrack.job.queue"
    _description = "Job: Its Place in the Queue"

    jobtrack_client_priority = fields.Integer(
        string="Client's Order",
        copy=False,
        help="The client's own order among its jobs: 1 comes first; 0 means that it gave none.",
    )
    jobtrack_queue_lane = fields.Selection(
        LANES,
        string="Lane",
        compute="_compute_jobtrack_queue",
        store=True,
        copy=False,
        index="btree_not_null",
        group_expand="_jobtrack_group_expand_lanes",
    )
    jobtrack_queue_key = fields.Char(
        string="Place in the Queue",
        compute="_compute_jobtrack_queue",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    jobtrack_queue_lifted = fields.Boolean(
        string="Lifted by Its Pace",
        compute="_compute_jobtrack_queue",
        store=True,
        copy=False,
        help="The client is so far behind the even use of its hours that the job goes up one level.",
    )
    jobtrack_queue_reason = fields.Char(string="Why Here", compute="_compute_jobtrack_queue_reason")

    @api.depends(
        "jobtrack_state",
        "jobtrack_is_emergency",
        "priority",
        "jobtrack_client_priority",
        "jobtrack_approved_minutes",
        "jobtrack_job_type_id",
        "jobtrack_account_id",
        "jobtrack_date_requested",
        "jobtrack_waiting_for",
        "parent_id",
        "active",
    )
    def _compute_jobtrack_queue(self):
        queued = self.filtered(lambda job: job._jobtrack_is_queued())
        for job in self - queued:
            job.jobtrack_queue_lane = "hold" if job.jobtrack_state == job_states.ON_HOLD else False
            job.jobtrack_queue_key = job.jobtrack_queue_lifted = False
        places = queued._jobtrack_places()
        for job in queued:
            place = places[job.id]
            job.jobtrack_queue_lane = place.lane
            job.jobtrack_queue_key = place.key
            job.jobtrack_queue_lifted = place.is_lifted
        others = self.browse(places.keys() - set(self.ids))
        others = others - self.env.records_to_compute(self._fields["jobtrack_queue_key"])
        self.env.add_to_compute(
            self._fields["jobtrack_queue_key"],
            others.filtered(lambda job: job.jobtrack_queue_key != places[job.id].key),
        )

    def _jobtrack_is_queued(self):
        """Return whether the host can go on with this job now."""
        return bool(
            self.active
            and self.jobtrack_is_job
            and self.jobtrack_state in QUEUED
            and self.jobtrack_waiting_for != job_states.CLIENT
            and isinstance(self.id, int)
        )

    def _jobtrack_places(self):
        """Return a dictionary: id -> ``queue.Place`` of these jobs, and of all jobs of clients with an own order."""
        if not self:
            return {}
        accounts = self.jobtrack_account_id
        jobs = self | self._jobtrack_jobs_in_order(accounts)
        # Without hours left nobody is behind: most new jobs are spared the look.
        paces = accounts.filtered("balance_minutes")._paces()
        places = {}
        for company, company_jobs in jobs.grouped(
            lambda job: job.jobtrack_account_id.company_id
        ).items():
            facts = company_jobs._jobtrack_queue_facts(paces)
            places |= {place.id: place for place in queue.rank(facts, company.jobtrack_lift_share)}
        return places

    def _jobtrack_jobs_in_order(self, accounts):
        """Return the queued jobs of those accounts whose clients have put jobs in an order of their own."""
        queued = [
            ("jobtrack_account_id", "in", accounts.ids),
            ("jobtrack_state", "in", QUEUED),
            ("parent_id", "=", False),
        ]
        tasks = self.env["project.task"].sudo()
        ordered = tasks.search_fetch(
            [*queued, ("jobtrack_client_priority", ">", 0)], ["jobtrack_account_id"]
        ).jobtrack_account_id
        if not ordered:
            return tasks
        found = tasks.search([*queued, ("jobtrack_account_id", "in", ordered.ids)])
        return found.filtered(lambda job: job._jobtrack_is_queued())

    def _jobtrack_queue_facts(self, paces):
        """Return the plain facts of these jobs for the rule."""
        return [
            queue.JobFacts(
                id=job.id,
                account=job.jobtrack_account_id.id,
                requested=job.jobtrack_date_requested or job.create_date or fields.Datetime.now(),
                is_emergency=job.jobtrack_is_emergency,
                wanted=job._jobtrack_wanted(),
                covered=job._jobtrack_covered(),
                priority=int(job.priority or 0),
                client_order=max(job.jobtrack_client_priority, 0),
                pace_share=paces.get(job.jobtrack_account_id, NO_PACE).share,
            )
            for job in self
        ]

    def _jobtrack_wanted(self):
        """Return the minutes that the job takes: as approved, as estimated, or as its kind usually does."""
        orders = self.jobtrack_work_order_ids.filtered(lambda order: order.state != "cancelled")
        typical = to_minutes(self.jobtrack_job_type_id.default_hours)
        return self.jobtrack_approved_minutes or orders[:1].minutes or typical or UNKNOWN_MINUTES

    def _jobtrack_covered(self):
        """Return the minutes of packs that are reserved for the job; before its approval those that could be."""
        if not self.jobtrack_is_billable:
            return 0
        if self.jobtrack_state == job_states.APPROVED:
            return sum(self.jobtrack_work_order_ids.funding_ids.mapped("reserved_minutes"))
        account = self.jobtrack_account_id
        return to_minutes(account.available_hours) if account.balance_minutes else 0

    @api.depends("jobtrack_queue_lane", "jobtrack_queue_lifted", "jobtrack_hold_reason")
    def _compute_jobtrack_queue_reason(self):
        lanes = dict(self._fields["jobtrack_queue_lane"]._description_selection(self.env))
        levels = dict(self._fields["priority"]._description_selection(self.env))
        reasons = dict(self._fields["jobtrack_hold_reason"]._description_selection(self.env))
        for job in self:
            parts = [lanes.get(job.jobtrack_queue_lane, "")]
            if job.jobtrack_queue_lane == "hold":
                parts.append(reasons.get(job.jobtrack_hold_reason, ""))
            elif job.jobtrack_queue_lane:
                parts.append(levels.get(job.priority, "") if job.priority != "0" else "")
                parts.append(self.env._("behind its pace") if job.jobtrack_queue_lifted else "")
                if job.jobtrack_client_priority:
                    parts.append(self.env._("client's no. %s", job.jobtrack_client_priority))
            job.jobtrack_queue_reason = " · ".join(part for part in parts if part) or False

    def action_jobtrack_plan(self):
        """Open the form that assigns, dates and prioritises jobs without opening them."""
        self._jobtrack_check_group("jobtrack_support.group_dispatcher")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_plan_jobs_action"
        )
        return action | {"context": {"active_model": self._name, "active_ids": self.ids}}

    @api.model
    def _jobtrack_group_expand_lanes(self, lanes, domain):
        """Return the lanes in their order; an empty one is no column, which on a phone would fill the screen."""
        return [lane for lane, _label in LANES if lane in lanes]

    # === KEEPING IT TRUE === #

    def _jobtrack_requeue(self):
        """Look at the places of these jobs again when they are next needed: hours or the day have changed."""
        for name in PLACE:
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _jobtrack_cron_queue(self):
        """Follow the day: paces fall behind, estimates become due earlier or later by new leave."""
        jobs = self.sudo().search_fetch(
            [("jobtrack_queue_lane", "!=", False)],
            ["jobtrack_queue_lane", "jobtrack_queue_key", "jobtrack_queue_lifted"],
        )
        jobs._jobtrack_requeue()
        requests = jobs.filtered(lambda job: job.jobtrack_state == job_states.REQUESTED)
        self.env.add_to_compute(self._fields["jobtrack_estimate_due"], requests)
        self.env.flush_all()
