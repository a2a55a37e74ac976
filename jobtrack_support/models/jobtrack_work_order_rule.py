from odoo import fields, models

from ..tools import approval, job_states, mandates
from ..tools.rounding import format_hours, money, to_minutes


class JobtrackWorkOrderRule(models.AbstractModel):
    """What the rule of decisions knows about a work order, whom it names, and its answer in words (A12, M7)."""

    _name = "jobtrack.work.order.rule"
    _description = "Work Order: Who Decides"

    jobtrack_account_id = fields.Many2one("jobtrack.account")
    mandate_id = fields.Many2one(
        "jobtrack.mandate",
        string="By the Mandate",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="The mandate that let it pass by itself, or by the hand of its person; it counts there.",
    )

    def _rule_answer(self):
        """Return ``(decision, mandate)``: what the rule says about this estimate, under the account's lock."""
        account = self.jobtrack_account_id.sudo()
        mandate = self._requester_contact().mandate_id
        limits = approval.Limits(
            per_job=to_minutes(account.task_limit_hours),
            per_project=to_minutes(account.project_limit_hours),
        )
        emergency = approval.EmergencyMandate(
            minutes=account.emergency_minutes,
            rate=money(account.emergency_rate, account.currency_id.decimal_places),
        )
        decision = approval.decide(self._as_request(), limits, mandate._as_rule(), emergency)
        return decision, mandate if decision.code == "limits" else mandate.browse()

    def _requester_contact(self):
        """Return the contact who asked for the job, in superuser mode; empty for staff and strangers."""
        account = self.jobtrack_account_id.sudo()
        requester = self.task_id.sudo().jobtrack_requester_id
        return account._contact_of(requester) if requester else account.contact_ids.browse()

    def _as_request(self):
        """Return what ``tools.approval`` needs to know about this estimate."""
        account = self.jobtrack_account_id.sudo()
        job = self.task_id.sudo()
        contact = self._requester_contact()
        digits = account.currency_id.decimal_places
        before = self._answers_before()
        return approval.Request(
            is_billable=job.jobtrack_is_billable,
            minutes=self.minutes,
            window_minutes=account._window_minutes(account.limit_window),
            window_add=self._minutes_added(),
            requester_authorised=not job.jobtrack_requester_id or contact.may_request,
            requester_named=bool(job.jobtrack_requester_id),
            requester_proven=approval.YES in before or not self._came_unproven(),
            refused=approval.is_refused(before),
            paused=account._is_paused(),
            postpaid_amount=money(self._postpaid_amount(), digits),
            credit_available=account._credit_left(),
            emergency=job.jobtrack_is_emergency and job.jobtrack_is_emergency_call,
            may_call_emergency=contact.may_call_emergency,
            rate=money(self.sudo().rate, digits),
            today=account._today(),
        )

    def _came_unproven(self):
        """Return whether the job was made of a request that anybody may have written in its requester's name."""
        job = self.task_id
        domain = [
            ("job_id", "=", job.id),
            ("task_id", "!=", job.id),
            ("reason", "in", ("page", "unverified", "several")),
        ]
        return bool(self.env["jobtrack.access.request"].sudo().search_count(domain, limit=1))

    def _answers_before(self):
        """Return what the client's people have said to the earlier versions of the job, newest first."""
        older = self.task_id.sudo().jobtrack_work_order_ids.filtered(
            lambda order: order.version < self.version
        )
        return [order._answer_of_person() for order in older.sorted("version", reverse=True)]

    def _answer_of_person(self):
        """Return what a person of the client has said to this version, for the rule."""
        return approval.answer_of_person(
            by_person=self.decision_channel in ("mail", "portal", "staff"),
            declined=bool(self.decline_reason),
            contested=bool(self.disagreed_date),
            asks=bool(self.question and not self.answer),
        )

    def _minutes_added(self):
        """Return what this version adds to the hours that count for its job already."""
        job = self.task_id.sudo()
        billed = job.jobtrack_state == job_states.BILLED
        if billed and self.jobtrack_account_id.limit_window == "open":
            return self.minutes  # a billed job is no open work; taken up again, all of it is
        return self.minutes - job.jobtrack_approved_minutes

    # === WHO MAY DECIDE === #

    def _may_decide(self, partner):
        """Return whether ``partner`` may approve and decline: a contact with the role, or whose mandate covers it."""
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        if not (account.active and partner):
            return False
        contact = account._contact_of(partner)
        return bool(contact.may_approve or self._covering_mandate(contact))

    def _may_look(self, partner):
        """Return whether ``partner`` may open the page of a decision: by the role, or with a mandate of any size."""
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        contact = account._contact_of(partner)
        return bool(account.active and (contact.may_approve or contact.mandate_id))

    def _covering_mandate(self, contact, rule=None):
        """Return the mandate of ``contact`` when it covers this version, else an empty recordset.

        :param rule: the mandate as a rule, where a list asks about many versions; what is used of it is read once then
        """
        mandate = contact.sudo().mandate_id
        if not mandate or contact.may_approve:
            return mandate.browse()
        if self.sudo().mandate_id.contact_id == contact:
            return mandate  # it has let this version pass: what it uses counts already
        answer = approval.check_mandate(self._as_own_request(), rule or mandate._as_rule())
        return mandate if answer.outcome == approval.APPROVE else mandate.browse()

    def _as_own_request(self):
        """Return the part of the request that a mandate looks at when its person decides by hand."""
        return approval.Request(
            is_billable=True,
            minutes=self.minutes,
            window_add=self._minutes_added(),
            today=self.jobtrack_account_id.sudo()._today(),
        )

    def _deciders(self):
        """Return the contacts who may decide: those with the role, the main contact first, then mandates that reach."""
        self.ensure_one()
        account = self.sudo().jobtrack_account_id
        bounded = account._active_contacts().filtered(
            lambda contact: contact.mandate_id and self._covering_mandate(contact)
        )
        return account._approvers() | bounded

    def _people_to_ask(self):
        """Return whom the estimate is sent to first: above a mandate that does not reach, the person named there."""
        self.ensure_one()
        contact = self._requester_contact()
        deciders = self._deciders()
        if contact.mandate_id and contact not in deciders:
            contacts = contact.jobtrack_account_id.contact_ids
            above = {
                found.id: found.mandate_id.step_up_contact_id.id or None
                for found in contacts.filtered("mandate_id")
            }
            person = mandates.step_up(contact.id, above, lambda found: found in deciders.ids)
            if person:
                return contacts.browse(person)
        return deciders

    # === WORDS === #

    def _decided_words(self):
        """Return what was decided, by whom and when; of a version that was replaced since, that too."""
        names = {
            "order": self.display_name,
            "name": self.decided_name,
            "date": self._record_moment(self.decision_date),
        }
        if self.decision_channel == "limit":
            words = self.env._(
                "%(order)s was approved by itself within the limits on %(date)s.", **names
            )
        elif self.decision_channel == "emergency":
            words = self.env._(
                "%(order)s was approved by the emergency mandate on %(date)s.", **names
            )
        elif self.decline_reason:
            words = self.env._("%(order)s was declined by %(name)s on %(date)s.", **names)
        else:
            words = self.env._("%(order)s was approved by %(name)s on %(date)s.", **names)
        return " ".join(filter(None, (words, self._later_words())))

    def _later_words(self):
        """Return what became of a version that was sent or decided, where that is not plain from its decision."""
        return {
            "superseded": self.env._("A later version has replaced it."),
            "cancelled": self.env._("It was withdrawn since."),
        }.get(self.state, "")

    def _rule_reason(self, sees_amounts=True):
        """Return for the client why limits or a mandate let this version pass, or why they do not; empty without them.

        :param bool sees_amounts: whether the reader may know what the account can pay
        """
        self.ensure_one()
        order = self.sudo()
        account = order.jobtrack_account_id
        passed = order.decision_channel in ("limit", "emergency")
        limited = account.task_limit_hours and account.project_limit_hours
        asked = order.state == "sent" and limited and sees_amounts
        return (order.decision_reason or "") if passed or asked else ""

    def _decision_words(self, decision):
        """Return the sentence that is stored with a decision, in the client's language: the client reads it, too."""
        language = self.sudo().partner_id.lang or self.env.lang
        return self.with_context(lang=language)._words_of_answer(decision)

    def _words_of_answer(self, decision):
        figures = {name: format_hours(minutes) for name, minutes in decision.figures.items()}
        words = {
            "not_billable": self.env._("Not billable: no consent needed"),
            "paused": self.env._("New work is paused while an invoice is overdue"),
            "requester": self.env._("Asked for by someone who may not use the limits"),
            "nobody": self.env._("Nobody is named who asked for it"),
            "unproven": self.env._(
                "Asked for on the public page or by unchecked mail: anybody may have written it"
            ),
            "refused": self.env._("Somebody has said no to this job, or has an open question"),
            "no_limits": self.env._("No limits for approval by itself are set"),
            "funds": self.env._("Prepaid hours and credit do not cover it"),
            "mandate_over": self.env._("The mandate of who asked has ended"),
            "mandate_empty": self.env._("The mandate of who asked covers no hours"),
        }
        if decision.code in words:
            return words[decision.code]
        return self._words_of_figures(decision.code, figures)

    def _words_of_figures(self, code, figures):
        """Return the sentence for answers that compare hours."""
        windows = {
            "open": self.env._("of open work"),
            "month": self.env._("this month"),
            "quarter": self.env._("this quarter"),
        }
        window = windows[self.jobtrack_account_id.limit_window]
        own_window = windows[self._requester_contact().mandate_id.limit_window or "month"]
        figures = {**figures, "window": window, "own_window": own_window}
        if code == "job_limit":
            return self.env._("Over the limit per job: %(minutes)s h > %(job_limit)s h", **figures)
        if code == "project_limit":
            return self.env._(
                "Over the limit per project: %(total)s h > %(project_limit)s h %(window)s",
                **figures,
            )
        if code == "mandate_job":
            return self.env._(
                "Over the mandate of who asked: %(minutes)s h > %(mandate_job)s h a job", **figures
            )
        if code == "mandate_window":
            return self.env._(
                "Over the mandate of who asked: %(mandate_total)s h > %(mandate_window)s h %(own_window)s",
                **figures,
            )
        if code == "emergency":
            return self.env._(
                "Approved by the emergency mandate: %(minutes)s h <= %(job_limit)s h", **figures
            )
        by_limits = self.env._(
            "Approved by itself: %(minutes)s h <= %(job_limit)s h per job,"
            " %(total)s h of %(project_limit)s h %(window)s",
            **figures,
        )
        return "; ".join([by_limits, *self._words_of_mandate(figures)])

    def _words_of_mandate(self, figures):
        """Return what to add where a mandate has let an estimate pass as well: a list of at most one sentence."""
        mandate = self._requester_contact().mandate_id
        parts = []
        if "mandate_total" in figures and mandate.job_minutes:
            parts.append(self.env._("%(minutes)s h <= %(mandate_job)s h a job", **figures))
        if "mandate_total" in figures and mandate.window_minutes:
            parts.append(
                self.env._("%(mandate_total)s h of %(mandate_window)s h %(own_window)s", **figures)
            )
        if not parts:
            return []
        return [self.env._("mandate of who asked: %(parts)s", parts=", ".join(parts))]
