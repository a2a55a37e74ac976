from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import pace
from ..tools.rounding import format_hours, to_hours, to_minutes
from .jobtrack_job_queue import QUEUED


class JobtrackAccountPace(models.AbstractModel):
    """Whether an account uses its prepaid hours evenly (B6), and its client's own order of its jobs."""

    _name = "jobtrack.account.pace"
    _description = "Support Account: Pace"

    pace_share = fields.Integer(
        string="Behind (%)",
        compute="_compute_pace",
        help="By so many percent of its prepaid hours the account is behind an even use of them.",
    )
    pace_week_hours = fields.Float(
        string="Reserved per Week",
        compute="_compute_pace",
        help="What the purchases reserve on average per week until they end.",
    )
    pace_needed_hours = fields.Float(
        string="Needed per Week",
        compute="_compute_pace",
        help="What has to be used per week from now on, so that nothing lapses.",
    )
    pace_words = fields.Char(string="Pace", compute="_compute_pace")
    is_pace_at_risk = fields.Boolean(
        string="Pace at Risk", compute="_compute_pace", search="_search_is_pace_at_risk"
    )

    @api.depends("pack_ids.minutes_remaining", "company_id")
    def _compute_pace(self):
        paces = self._paces()
        for account in self:
            found = paces[account]
            account.pace_share = found.share
            account.pace_week_hours = to_hours(found.per_week)
            account.pace_needed_hours = to_hours(found.needed_per_week)
            account.is_pace_at_risk = pace.is_at_risk(
                found, account.company_id.sudo().jobtrack_lift_share
            )
            account.pace_words = account._pace_in_words(found)

    def _pace_in_words(self, found):
        """Return a pace as people read it; empty without hours that end."""
        if not found.bought:
            return False
        words = {
            "used": format_hours(found.used),
            "bought": format_hours(found.bought),
            "needed": format_hours(found.needed_per_week),
        }
        if found.deficit:
            return self.env._(
                "%(used)s of %(bought)s h used, %(behind)s h less than an even use. To use all: %(needed)s h a week",
                behind=format_hours(found.deficit),
                **words,
            )
        return self.env._(
            "%(used)s of %(bought)s h used, on pace. To use all: %(needed)s h a week", **words
        )

    def _search_is_pace_at_risk(self, operator, value):
        if operator != "in":
            return NotImplemented
        packs = self.env["jobtrack.hour.pack"].sudo()
        live = packs._read_group(
            [("state", "=", "active"), ("date_expiry", "!=", False)], ["jobtrack_account_id"]
        )
        accounts = self.browse([account.id for (account,) in live]).sudo()
        paces = accounts._paces()
        risky = [
            account.id
            for account in accounts
            if pace.is_at_risk(paces[account], account.company_id.jobtrack_lift_share)
        ]
        found = Domain("id", "in", risky)
        return Domain.OR([found if wanted else ~found for wanted in value])

    def _paces(self):
        """Return a dictionary: account -> ``pace.Pace`` of today; the database is asked once for all."""
        accounts = self.sudo()
        packs = self.env["jobtrack.hour.pack"].sudo()
        found = packs.search_fetch(
            [
                ("jobtrack_account_id", "in", accounts._origin.ids),
                ("state", "in", ("active", "exhausted")),
                ("date_expiry", "!=", False),
            ],
            ["jobtrack_account_id", "minutes", "minutes_remaining", "date_start", "date_expiry"],
        )
        by_account = found.grouped("jobtrack_account_id")
        unbilled = found.jobtrack_account_id._unbilled_minutes() if found else {}
        paces = {}
        for account in self:
            origin = account._origin.sudo()
            today = self._today(account.company_id)
            purchases = [
                pace.Purchase(
                    pack.minutes,
                    pack.minutes - pack.minutes_remaining,
                    pack.date_start or today,
                    pack.date_expiry,
                )
                for pack in by_account.get(origin, packs)
                if pack.date_expiry >= today
            ]
            paces[account] = pace.pace(purchases, unbilled.get(origin.project_id, 0), today)
        return paces

    def _unbilled_minutes(self):
        """Return a dictionary: project -> consented minutes that are on no statement yet."""
        rows = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [
                    ("project_id", "in", self.project_id.ids),
                    ("jobtrack_job_id", "!=", False),
                    ("jobtrack_billable", "=", True),
                    ("jobtrack_waived", "=", False),
                    ("jobtrack_statement_line_id", "=", False),
                ],
                ["project_id"],
                ["unit_amount:sum"],
            )
        )
        return {project: to_minutes(hours) for project, hours in rows}

    def _refresh_holds(self):
        """Hours have changed: the places of the accounts' jobs in the queue may have as well."""
        result = super()._refresh_holds()
        self._requeue_jobs()
        return result

    def _grant_hours(self, *args, **kwargs):
        """Hours that are given make jobs prepaid that wait for their estimate."""
        pack = super()._grant_hours(*args, **kwargs)
        self._requeue_jobs()
        return pack

    def _requeue_jobs(self):
        """Let the queued jobs of these accounts find their places anew."""
        self.env["project.task"].sudo().search_fetch(
            [("jobtrack_account_id", "in", self.ids), ("jobtrack_state", "in", QUEUED)],
            ["jobtrack_queue_lane", "jobtrack_queue_key", "jobtrack_queue_lifted"],
        )._jobtrack_requeue()

    # === THE CLIENT'S OWN ORDER === #

    def action_order_jobs(self, job_ids):
        """Note the client's own order of its open jobs; those that are not named lose theirs.

        It moves none of other clients: the named jobs take the places that jobs of this account have anyway.

        :param list job_ids: ids of open jobs of this account, the first one first
        :raise AccessError: for anybody but dispatchers and contacts who may ask for jobs
        :raise UserError: when a job is not an open one of this account
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        is_dispatcher = self.env.su or user.has_group("jobtrack_support.group_dispatcher")
        if not (is_dispatcher or (user.share and self._contact_of(user.partner_id).may_request)):
            raise AccessError(
                self.env._("You are not authorised to order the jobs of this project.")
            )
        tasks = self.env["project.task"].sudo()
        own = tasks.search([("jobtrack_account_id", "=", self.id), ("parent_id", "=", False)])
        named = tasks.browse(dict.fromkeys(job_ids))
        if named - own.filtered("jobtrack_is_open"):
            raise UserError(self.env._("Only open jobs of this project can be put in order."))
        (own - named).filtered("jobtrack_client_priority").jobtrack_client_priority = 0
        for place, job in enumerate(named, start=1):
            if job.jobtrack_client_priority != place:
                job.jobtrack_client_priority = place

    def action_put_first(self, job_id):
        """Put an open job before the others in the client's own order; for whom :meth:`action_order_jobs` is.

        :param int job_id: id of an open job of this account
        """
        self.ensure_one()
        self.check_access("read")
        tasks = self.env["project.task"].sudo()
        ordered = tasks.search(
            [
                ("jobtrack_account_id", "=", self.id),
                ("jobtrack_client_priority", ">", 0),
                ("jobtrack_is_open", "=", True),
                ("id", "!=", job_id),
            ],
            order="jobtrack_client_priority, id",
        )
        self.action_order_jobs([job_id, *ordered.ids])
