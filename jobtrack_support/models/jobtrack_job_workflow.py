from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import job_states
from .in_batches import numbers
from .jobtrack_waiting import CHANGE_ORDER, QUESTION

STAFF = "jobtrack_support.group_technician"
DESK = "jobtrack_support.group_receptionist"
DISPATCH = "jobtrack_support.group_dispatcher"


class JobtrackJobWorkflow(models.AbstractModel):
    """The steps of a job. :meth:`_jobtrack_set_state` is the one way in which its state changes."""

    _name = "jobtrack.job.workflow"
    _description = "Job: Its Steps"

    jobtrack_hold_answered = fields.Boolean(
        string="The Client Has Answered",
        readonly=True,
        copy=False,
        help="Somebody of the client has written since the job was paused for an answer: it waits for us now.",
    )

    # === THE BEGINNING === #

    def _jobtrack_add_first_state(self, vals_list):
        """Add reference and first state to the values of tasks that surely become jobs: a write less for each."""
        if self.env.user.share and not self.env.su:
            return vals_list  # Odoo lets them write named fields only

        def told(vals, name):
            return vals.get(name, self.env.context.get(f"default_{name}"))

        supported = self._jobtrack_supported({told(vals, "project_id") for vals in vals_list})
        jobs = [
            told(vals, "project_id") in supported
            and not (told(vals, "parent_id") or told(vals, "is_template"))
            and not vals.get("jobtrack_state")
            for vals in vals_list
        ]
        references = iter(numbers(self.env, "jobtrack.job", self.env.company, sum(jobs)))
        return [
            vals | self._jobtrack_first_values(next(references)) if is_job else vals
            for vals, is_job in zip(vals_list, jobs, strict=True)
        ]

    def _jobtrack_supported(self, project_ids):
        """Return those of the project ids that have a support account.

        Asked of the accounts: reading the projects in superuser mode would leave their fields in the cache, where
        Odoo's own check of who may create a task there would then find them.
        """
        accounts = self.env["jobtrack.account"].sudo().with_context(active_test=False)
        domain = [("project_id", "in", [project_id for project_id in project_ids if project_id])]
        return set(accounts.search_fetch(domain, ["project_id"]).project_id.ids)

    def _jobtrack_first_values(self, reference):
        return {
            "jobtrack_reference": reference,
            "jobtrack_state": job_states.REQUESTED,
            "jobtrack_waiting_for": job_states.HOST,
            "jobtrack_date_requested": self.env["jobtrack.account"]._now(),
        }

    def _jobtrack_begin(self):
        """Give new jobs their reference, their first state and somebody to wait for."""
        now = self.env["jobtrack.account"]._now()
        late = self.filtered(lambda job: not job.jobtrack_state).sudo()
        references = numbers(self.env, "jobtrack.job", self.env.company, len(late))
        for job, reference in zip(late, references, strict=True):
            job.write(self._jobtrack_first_values(reference))
        self.env["jobtrack.waiting"].sudo().create(
            [
                {
                    "task_id": job.id,
                    "waiting_for": "host",
                    "date_from": now,
                    "job_state": "requested",
                }
                for job in self
            ]
        )
        for job in self.sudo():
            if job.jobtrack_channel in ("phone", "mail"):
                job._jobtrack_mail(
                    "jobtrack_support.mail_template_received", job.jobtrack_requester_id
                )
                job.message_subscribe(partner_ids=job.jobtrack_requester_id.ids)
        self._jobtrack_begin_emergency(called=True)

    # === THE ONE TRANSITION === #

    def _jobtrack_set_state(self, new_state, **values):
        """Move the jobs to ``new_state``, keep who is waited for since when, and let Odoo's own state follow.

        :param values: further fields to write with it
        :raise UserError: when a job may not go there from where it is
        """
        now = self.env["jobtrack.account"]._now()
        words = dict(self._fields["jobtrack_state"]._description_selection(self.env))
        for job in self.sudo():
            if job.jobtrack_state == new_state and new_state != job_states.ESTIMATED:
                continue
            if not job_states.may_follow(job.jobtrack_state, new_state):
                raise UserError(
                    self.env._(
                        'The state of %(job)s is "%(state)s": it cannot become "%(new_state)s".',
                        job=job.display_name,
                        state=words.get(job.jobtrack_state, ""),
                        new_state=words[new_state],
                    )
                )
            hold_reason = values.get("jobtrack_hold_reason", False)
            waiting_for, label = job._jobtrack_turn(new_state, hold_reason)
            job.write(
                {
                    "jobtrack_state": new_state,
                    "jobtrack_waiting_for": waiting_for,
                    "jobtrack_hold_reason": False,
                }
                | values
            )
            job._jobtrack_note_waiting(label, waiting_for, now)
            job._jobtrack_follow_state(new_state)

    def _jobtrack_turn(self, state, hold_reason):
        """Return ``(who is waited for, what the period is called)`` in this state, with what is asked and answered."""
        orders = self.jobtrack_work_order_ids.filtered("sent_date").sorted("version")
        sent = orders.filtered(lambda order: order.state == "sent")
        last = sent[-1:] or orders[-1:]
        asked = last.question_waits
        if hold_reason == "client" and self.jobtrack_hold_answered:
            hold_reason = "other"  # what the client was waited for is there
        waiting_for = job_states.waiting_for_answer(
            state, hold_reason, bool(sent), asked, bool(last.answer_date)
        )
        label = state
        if waiting_for and asked:
            label = QUESTION
        elif waiting_for and sent and state != job_states.ESTIMATED:
            label = CHANGE_ORDER
        return waiting_for, label

    def _jobtrack_refresh_waiting(self):
        """Let who is waited for follow from what was sent, asked and answered; a dispute waits for us by itself."""
        now = self.env["jobtrack.account"]._now()
        for job in self.sudo().filtered(lambda job: not job.jobtrack_disputed):
            waiting_for, label = job._jobtrack_turn(job.jobtrack_state, job.jobtrack_hold_reason)
            if waiting_for != (job.jobtrack_waiting_for or None):
                job.jobtrack_waiting_for = waiting_for
                job._jobtrack_note_waiting(label, waiting_for, now)

    def _jobtrack_note_waiting(self, state, waiting_for, now):
        """Close the current period of the waiting-for clock and begin the next."""
        self.ensure_one()
        self.jobtrack_waiting_ids.filtered(lambda period: not period.date_to).write(
            {"date_to": now}
        )
        if waiting_for:
            self.env["jobtrack.waiting"].create(
                {
                    "task_id": self.id,
                    "waiting_for": waiting_for,
                    "date_from": now,
                    "job_state": state,
                }
            )

    def _jobtrack_follow_state(self, state):
        """Let Odoo's task state follow the job; never during billing, where it is slow and says nothing new."""
        odoo_state = {
            job_states.DONE: "1_done",
            job_states.CANCELLED: "1_canceled",
            job_states.DECLINED: "1_canceled",
        }.get(state)
        if odoo_state and self.state != odoo_state:
            self.with_context(mail_notrack=True).write({"state": odoo_state})
        elif not odoo_state and state != job_states.BILLED and self.is_closed:
            self.with_context(mail_notrack=True).write({"state": "01_in_progress"})

    def _jobtrack_check_group(self, group):
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(self.env._("This step belongs to the support team."))
        self.check_access("write")

    # === STEPS === #

    def action_jobtrack_not_billable(self):
        """Triage the job as not billable: work starts at once and nothing is spent (D3)."""
        self._jobtrack_check_group(STAFF)
        for job in self:
            if job.jobtrack_state in (job_states.DONE, job_states.BILLED):
                raise UserError(self.env._("%(job)s is completed already.", job=job.display_name))
            job.jobtrack_is_billable = False
            job._jobtrack_set_state("approved")
            job.sudo().jobtrack_time_ids._jobtrack_classify()

    def action_jobtrack_billable(self):
        """Take back that a job is not billable: it is estimated after all, and its time waits for consent."""
        self._jobtrack_check_group(STAFF)
        for job in self:
            if job.jobtrack_is_billable or job.jobtrack_state != job_states.APPROVED:
                raise UserError(
                    self.env._("%(job)s is not open as not billable.", job=job.display_name)
                )
            job._jobtrack_set_state(job_states.REQUESTED, jobtrack_is_billable=True)
            job.sudo().jobtrack_time_ids._jobtrack_classify()

    def action_jobtrack_complete(self):
        """Open the form in which the delivery summary is written (D6)."""
        self.ensure_one()
        self._jobtrack_check_group(STAFF)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complete the Job"),
            "res_model": "jobtrack.complete.job",
            "view_mode": "form",
            "target": "new",
            "context": {"default_task_id": self.id, "dialog_size": "medium"},
        }

    def _jobtrack_complete(self, summary):
        """Complete an approved job: delivery record, total time, mail to the client (A3, D6).

        :param str summary: what was delivered, in the client's words; required
        :raise UserError: when the job is not approved, or the summary is empty
        """
        self.ensure_one()
        if not (summary or "").strip():
            raise UserError(self.env._("Write what was delivered before you complete the job."))
        if self.jobtrack_state in (job_states.DONE, job_states.BILLED):
            raise UserError(self.env._("%(job)s is completed already.", job=self.display_name))
        if self.jobtrack_state not in (job_states.APPROVED, job_states.ON_HOLD):
            raise UserError(
                self.env._(
                    "%(job)s has no approval yet: only approved jobs are completed.",
                    job=self.display_name,
                )
            )
        now = self.env["jobtrack.account"]._now()
        orders = self.sudo().jobtrack_work_order_ids
        asked = orders.filtered(lambda order: order.state == "sent")
        orders.filtered(lambda order: order.state in ("draft", "sent")).write(
            {"state": "cancelled", "question_waits": False}
        )
        self._jobtrack_set_state(
            job_states.DONE,
            jobtrack_summary=summary.strip(),
            jobtrack_date_done=now,
            jobtrack_hold_manual=False,
        )
        asked._tell_end()
        approvers = self.sudo().jobtrack_account_id._approvers()
        people = self.jobtrack_requester_id | approvers.partner_id
        self._jobtrack_mail("jobtrack_support.mail_template_done", people, secret=True)

    def action_jobtrack_cancel(self):
        """Cancel jobs on which no billable time was spent; their reserved hours are free again."""
        self._jobtrack_check_group(DISPATCH)
        accounts = self.sudo().jobtrack_account_id
        accounts._begin_change()
        for job in self:
            consented = any(job.sudo().jobtrack_time_ids.mapped("jobtrack_billable"))
            if consented or job._jobtrack_billed_minutes():
                raise UserError(
                    self.env._(
                        "%(job)s has time with consent, or a bill: complete it, waived time is billed at 0.",
                        job=job.display_name,
                    )
                )
            orders = job.sudo().jobtrack_work_order_ids
            orders._release_reserve(orders)
            asked = orders.filtered(lambda order: order.state == "sent")
            orders.filtered(lambda order: order.state in ("draft", "sent", "approved")).write(
                {"state": "cancelled", "question_waits": False}
            )
            job._jobtrack_set_state(
                job_states.CANCELLED, jobtrack_approved_minutes=0, jobtrack_hold_manual=False
            )
            asked._tell_end()
        accounts._reserve_lost()
        accounts._refresh_holds()

    def action_jobtrack_reopen(self):
        """Take a declined or cancelled job up again."""
        self._jobtrack_check_group(DISPATCH)
        for job in self:
            if job.jobtrack_state not in (job_states.DECLINED, job_states.CANCELLED):
                raise UserError(
                    self.env._("%(job)s was neither declined nor cancelled.", job=job.display_name)
                )
        self._jobtrack_set_state(job_states.REQUESTED)

    def action_jobtrack_hold(self):
        """Pause approved jobs until the client (default) or something else lets them go on.

        :return: the notice to show where some of the jobs cannot be paused; None where all are
        """
        self._jobtrack_check_group(DISPATCH)
        reason = self.env.context.get("jobtrack_hold_manual", "client")
        jobs = self.sudo().filtered(lambda job: job.jobtrack_state in ("approved", "on_hold"))
        jobs.write({"jobtrack_hold_manual": reason, "jobtrack_hold_answered": False})
        jobs._jobtrack_refresh_hold()
        jobs._jobtrack_refresh_waiting()
        others = self - jobs.with_env(self.env)
        if not others:
            return None
        words = self.env._("Only approved jobs are paused, these stay as they are: %s")
        return self._jobtrack_notice(words % ", ".join(others.mapped("display_name")))

    def action_jobtrack_release(self):
        """End a pause that was made by hand; one that money causes ends by itself.

        :return: the notice to show where jobs still wait for money; None where none does
        """
        self._jobtrack_check_group(DISPATCH)
        self.sudo().jobtrack_hold_manual = False
        self.sudo().jobtrack_account_id._reserve_lost()
        self.sudo()._jobtrack_refresh_hold()
        still = self.filtered(lambda job: job.jobtrack_state == "on_hold")
        if not still:
            return None
        reasons = dict(self._fields["jobtrack_hold_reason"]._description_selection(self.env))
        lines = [
            self.env._(
                "%(job)s still waits: %(reason)s.",
                job=job.display_name,
                reason=reasons[job.jobtrack_hold_reason],
            )
            for job in still
        ]
        return self._jobtrack_notice("\n".join(lines))

    def _jobtrack_notice(self, words):
        """Return the action that shows ``words`` to the user for a while and reads the screen anew."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": words,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === HOLDS === #

    def _jobtrack_refresh_hold(self):
        """Pause and release approved jobs by the facts: overdue invoices, missing funds, a pause by hand.

        A job with time on it runs on: only a person pauses it.
        """
        jobs = self.sudo().filtered(lambda job: job.jobtrack_state in ("approved", "on_hold"))
        paused = jobs.jobtrack_account_id._overdue_by_account()
        unfunded = jobs.jobtrack_account_id._unfunded_jobs()
        for job in jobs:
            running = bool(job.jobtrack_time_ids)
            reason = job.jobtrack_hold_manual
            if not reason and not running and job.jobtrack_is_billable:
                overdue = job.jobtrack_account_id in paused
                reason = "overdue" if overdue else "funds" if job.id in unfunded else False
            job._jobtrack_apply_hold(reason)

    def _jobtrack_apply_hold(self, reason):
        """Put the job on hold for ``reason``, or release it when there is none; tell the client when that is news."""
        self.ensure_one()
        if not reason and self.jobtrack_state == job_states.ON_HOLD:
            self._jobtrack_set_state(job_states.APPROVED)
        elif reason and self.jobtrack_state == job_states.APPROVED:
            self._jobtrack_set_state(job_states.ON_HOLD, jobtrack_hold_reason=reason)
        elif reason and self.jobtrack_hold_reason != reason:
            self.jobtrack_hold_reason = reason
            self._jobtrack_refresh_waiting()
        else:
            return
        self._jobtrack_tell_hold()
