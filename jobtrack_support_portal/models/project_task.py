from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.jobtrack_support.tools.rounding import format_hours

# State of a job -> colour of its badge.
# Dark on light where the theme's own pair is too weak to read.
COLOURS = {
    "requested": "bg-info-subtle text-info-emphasis",
    "estimated": "bg-info-subtle text-info-emphasis",
    "approved": "text-bg-primary",
    "on_hold": "text-bg-warning",
    "done": "bg-success-subtle text-success-emphasis",
    "billed": "text-bg-light",
    "declined": "text-bg-light",
    "cancelled": "text-bg-light",
}


class ProjectTask(models.Model):
    """A job in the client's words.

    Portal users read few fields of a task. What else a page shows comes from the methods below, which the page calls
    after it has checked that the user may read the job; they return plain values and decide by the contact's roles.
    """

    _name = "project.task"
    _inherit = ["project.task", "jobtrack.portal.calls"]

    jobtrack_request_key = fields.Char(readonly=True, copy=False)

    _jobtrack_request_key_unique = models.UniqueIndex(
        "(jobtrack_request_key) WHERE jobtrack_request_key IS NOT NULL",
        "This request was made before.",
    )

    # === ACCESS === #

    def _compute_access_url(self):
        """Let links in mails open a job on the support pages."""
        result = super()._compute_access_url()
        for task in self.filtered("jobtrack_is_job"):
            task.access_url = f"/my/support/jobs/{task.id}"
        return result

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # pylint: disable=redefined-builtin
        """Let nobody read or write a job's conversation by a link that was passed on: a job takes its contacts only."""
        if self.sudo().browse(thread_id).exists().jobtrack_is_job:
            hash = pid = token = None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    # === WORDS === #

    def _jobtrack_portal_states(self):
        """Return the words of each state on badges."""
        return {
            "requested": self.env._("Received"),
            "estimated": self.env._("Estimate sent"),
            "approved": self.env._("In progress"),
            "on_hold": self.env._("On hold"),
            "done": self.env._("Done"),
            "billed": self.env._("Billed"),
            "declined": self.env._("Declined"),
            "cancelled": self.env._("Cancelled"),
        }

    def _jobtrack_portal_priorities(self):
        """Return the words of each priority."""
        return {
            "0": self.env._("Normal"),
            "1": self.env._("Medium"),
            "2": self.env._("High"),
            "3": self.env._("Urgent"),
        }

    def _jobtrack_portal_situation(self, may_decide):
        """Return the sentence that tells the client what happens next, and who does it.

        :param bool may_decide: whether the reader may decide on the estimate that waits
        """
        self.ensure_one()
        if any(self.jobtrack_work_order_ids.mapped("question_waits")):
            return self.env._("There is a question about the estimate: we answer you next.")
        if self._jobtrack_portal_order_to_decide():
            if may_decide:
                return self.env._("Please approve or decline the estimate.")
            return self.env._("The estimate waits for a person in your team who may approve it.")
        answered = self.jobtrack_hold_answered and self.jobtrack_waiting_for == "host"
        if self.jobtrack_hold_reason == "client" and answered:
            return self.env._("We have your answer and go on with the job next.")
        if self.jobtrack_state == "on_hold":
            return {
                "overdue": self.env._("Work goes on when the overdue invoice is paid."),
                "funds": self.env._("Work goes on when there are hours or credit for it."),
                "client": self.env._("We need an answer from you: please write below."),
            }.get(self.jobtrack_hold_reason, self.env._("We have paused this job for now."))
        if self.jobtrack_disputed:
            return self._jobtrack_dispute_status(self._jobtrack_objection())
        if self.jobtrack_state == "done" and not self.jobtrack_is_billable:
            return self.env._("Nothing to do: this job costs you nothing.")
        if self.jobtrack_state == "requested" and self.jobtrack_waiting_for == "client":
            return self.env._("We need an answer from you: please write below.")
        return {
            "estimated": self.env._("The estimate was not answered in time: ask for a new one."),
            "requested": self.env._("We look at it and send you an estimate."),
            "approved": self.env._("We are on it and write to you when it is done."),
            "done": self.env._("Nothing to do: it is billed on the next billing day."),
            "billed": self.env._("Nothing to do: this job is done and billed."),
            "declined": self.env._("You declined the estimate. We come back to you."),
        }.get(self.jobtrack_state, "")

    def _jobtrack_portal_order_to_decide(self):
        """Return the work order of this job that waits for the client's decision."""
        return self.jobtrack_work_order_ids.filtered(lambda order: order.state == "sent")[:1]

    def _jobtrack_portal_waits_for(self, contact, mandate):
        """Return ``you``, ``team`` (a decision that is not for ``contact``) or an empty text: it is not their turn.

        :param mandate: that of ``contact``, as a rule; None without one
        """
        self.ensure_one()
        if any(self.jobtrack_work_order_ids.mapped("question_waits")):
            return ""
        order = self._jobtrack_portal_order_to_decide()
        if order:
            may_decide = contact.may_approve or order._covering_mandate(contact, mandate)
            return "you" if may_decide else "team"
        return "you" if self.jobtrack_waiting_for == "client" else ""

    def _jobtrack_portal_may_order(self, contact):
        """Return whether ``contact`` may put the job first: it can be worked on, and so can another of its account."""
        orderable = ("requested", "approved")
        if not contact.may_request or self.jobtrack_state not in orderable:
            return False
        others = [
            *contact.jobtrack_account_id._portal_job_domain(),
            ("id", "!=", self.id),
            ("jobtrack_state", "in", orderable),
        ]
        return bool(self.env["project.task"].search_count(others, limit=1))

    # === VIEW MODELS === #

    def _jobtrack_portal_rows(self):
        """Return one dictionary per job for lists; the number of queries does not grow with the jobs."""
        states = self._jobtrack_portal_states()
        contacts = self.env["jobtrack.account"]._portal_contacts()
        contact_of = {contact.jobtrack_account_id: contact for contact in contacts}
        mandates = {contact: contact.sudo().mandate_id._as_rule() for contact in contacts}
        rows = []
        for job in self.sudo():
            contact = contact_of.get(job.jobtrack_account_id, contacts.browse())
            who = job._jobtrack_portal_waits_for(contact, mandates.get(contact))
            rows.append(
                {
                    "id": job.id,
                    "url": f"/my/support/jobs/{job.id}",
                    "reference": job.jobtrack_reference,
                    "name": job.name,
                    "state": job.jobtrack_state,
                    "words": states.get(job.jobtrack_state, ""),
                    "colour": COLOURS.get(job.jobtrack_state, "text-bg-light"),
                    "waits_for_you": who == "you",
                    "waits_for_team": who == "team",
                    "disputed": job.jobtrack_disputed,
                    "high": job.priority in ("2", "3"),
                    "requested": job.jobtrack_date_requested,
                    "done": job.jobtrack_date_done,
                    "approved_hours": job.jobtrack_approved_hours,
                    "spent_hours": job.jobtrack_billable_hours,
                }
            )
        return rows

    def _jobtrack_portal_page(self, contact):
        """Return what the page of the job shows to ``contact``, beside the row of the lists."""
        self.ensure_one()
        job = self.sudo()
        order = job._jobtrack_portal_order_to_decide()
        may_decide = bool(order) and order._may_decide(contact.partner_id)
        shown = order or job.jobtrack_work_order_ids.filtered(lambda o: o.state != "draft")[:1]
        return job._jobtrack_portal_rows()[0] | {
            "priority": self._jobtrack_portal_priorities().get(job.priority, ""),
            "emergency": job.jobtrack_is_emergency,
            "situation": job._jobtrack_portal_situation(may_decide),
            "requester": job.jobtrack_requester_id.name,
            "may_take_over": contact == job.jobtrack_account_id.main_contact_id
            and job.jobtrack_is_open
            and job.jobtrack_requester_id != contact.partner_id,
            "description": job.description,
            "files": job._jobtrack_portal_files(),
            "billable": job.jobtrack_is_billable,
            "client_order": job.jobtrack_client_priority,
            "may_order": self._jobtrack_portal_may_order(contact),
            "estimate_due": job.jobtrack_estimate_due,
            "estimate_took": format_hours(job.jobtrack_estimate_minutes)
            if job.jobtrack_date_estimated and job.jobtrack_estimate_minutes
            else False,
            "order": {"id": shown.id, "version": shown.version, "hours": shown.hours}
            if shown
            else {},
            "to_decide": bool(order),
            "may_decide": may_decide,
            "summary": job.jobtrack_summary,
            "bills": job._jobtrack_portal_bills(contact),
            "history": job._jobtrack_portal_history(),
            **job._jobtrack_portal_dispute(contact),
            **job._jobtrack_portal_solution(contact),
            **job._jobtrack_portal_call_facts(contact),
        }

    def _jobtrack_portal_dispute(self, contact):
        """Return where ``contact`` disputes the bill of this job or reads what became of it, and what to call that."""
        words = {
            "keep_out": self.env._("Dispute the Bill"),
            "stands": self.env._("View the Dispute"),
            "ask": self.env._("Ask for a Correction"),
        }.get(self._jobtrack_objection())
        shown = words and contact._may_dispute(self)
        return {
            "dispute_url": f"/my/support/jobs/{self.id}/dispute" if shown else False,
            "dispute_words": words,
        }

    def _jobtrack_portal_solution(self, contact):
        """Return where ``contact`` ends a pause for want of money, and what to call that; nothing for others."""
        account = self.jobtrack_account_id
        url = words = False
        if self.jobtrack_state == "on_hold" and self.jobtrack_hold_reason == "overdue":
            invoice = account._portal_overdue(contact)[:1]
            url = invoice and f"/my/invoices/{invoice.id}"
            words = self.env._("Pay the Invoice")
        elif self.jobtrack_state == "on_hold" and self.jobtrack_hold_reason == "funds":
            url = account._may_buy(contact.partner_id) and f"/my/support/{account.id}/buy"
            words = self.env._("Buy Hours")
        return {"solve_url": url, "solve_words": words}

    def _jobtrack_client_files(self):
        """Return the files of the job itself that clients see: what they attached, nothing that staff keep there.

        What staff want to show they send in a message.
        """
        return self.attachment_ids.filtered(lambda file: file.create_uid.share)

    def _jobtrack_take_over(self, contact):
        """Let the account's main contact be the one who asked for this job from now on (B4).

        :param contact: the contact who takes over
        :raise AccessError: for everybody but the main contact of the job's account
        """
        self.ensure_one()
        job = self.sudo()
        if not contact or contact != job.jobtrack_account_id.main_contact_id:
            raise AccessError(self.env._("Only the main contact takes jobs over."))
        before = job.jobtrack_requester_id
        if before == contact.partner_id:
            return
        job.jobtrack_requester_id = contact.partner_id
        job.message_subscribe(partner_ids=contact.partner_id.ids)
        job._jobtrack_note(
            self.env._(
                "%(name)s has taken the job over from %(before)s",
                name=contact.name,
                before=before.name or self.env._("nobody"),
            )
        )

    def _jobtrack_portal_files(self):
        """Return the files of the job itself; those of the conversation stand there."""
        return [
            {
                "name": file.name,
                "url": f"/my/support/jobs/{self.id}/files/{file.id}",
                "size": self._jobtrack_portal_size(file.file_size),
            }
            for file in self._jobtrack_client_files()
        ]

    def _jobtrack_portal_size(self, size):
        """Return the size of a file in words."""
        if size >= 1024 * 1024:
            return self.env._("%(size)s MB", size=round(size / 1024 / 1024, 1))
        return self.env._("%(size)s kB", size=max(1, round(size / 1024)))

    def _jobtrack_portal_bills(self, contact):
        """Return on which statements and invoices the job stands; links only for those who may follow them."""
        bills = []
        for line in self.jobtrack_statement_line_ids:
            invoice = line.statement_id.invoice_id
            own_invoice = invoice.with_env(self.env(su=False))
            sees_invoice = invoice and contact.may_see_money and own_invoice.has_access("read")
            bills.append(
                {
                    "statement": line.statement_id.name,
                    "date": line.statement_id.date,
                    "is_correction": bool(line.reverses_id),
                    "hours": line.hours,
                    "prepaid_hours": line.prepaid_hours,
                    "postpaid_hours": line.postpaid_hours,
                    "url": f"/my/support/statements/{line.statement_id.id}"
                    if contact.may_see_money
                    else False,
                    "invoice": invoice.name if line.postpaid_hours else False,
                    "invoice_url": f"/my/invoices/{invoice.id}" if sees_invoice else False,
                }
            )
        return bills

    # === HISTORY === #

    def _jobtrack_portal_history(self):
        """Return what happened to the job, newest first: list of ``date``, ``text`` and ``note`` (D2)."""
        steps = [self._jobtrack_portal_request_step()]
        for order in self.jobtrack_work_order_ids.filtered("sent_date"):
            steps += order._portal_steps()
        if self.jobtrack_date_done and self.jobtrack_state in ("done", "billed"):
            steps.append((self.jobtrack_date_done, self.env._("Done"), ""))
        steps += self._jobtrack_portal_dispute_steps()
        account = self.jobtrack_account_id
        told = [
            {"date": account._local_date(moment), "text": text, "note": note}
            for moment, text, note in sorted(steps, key=lambda step: step[0])
        ]
        for line in self.jobtrack_statement_line_ids.sorted("id"):
            if line.reverses_id:
                text = self.env._(
                    "Statement %(wrong)s corrected by %(name)s",
                    wrong=line.reverses_id.statement_id.name,
                    name=line.statement_id.name,
                )
            else:
                text = self.env._("Billed on statement %(name)s", name=line.statement_id.name)
            told.append({"date": line.statement_id.date, "text": text, "note": ""})
        return told[::-1]

    def _jobtrack_portal_dispute_steps(self):
        """Return who disputed the bill and what we answered: the last time that happened."""
        if not self.jobtrack_dispute_date:
            return []
        text = self.env._("Disputed by %(name)s", name=self.jobtrack_disputed_name)
        steps = [(self.jobtrack_dispute_date, text, self.jobtrack_dispute_reason)]
        if self.jobtrack_dispute_decided_date:
            words = dict(self._fields["jobtrack_dispute_decision"]._description_selection(self.env))
            text = self.env._(
                "Dispute ended: %(decision)s",
                decision=words[self.jobtrack_dispute_decision],
            )
            steps.append((self.jobtrack_dispute_decided_date, text, self.jobtrack_dispute_answer))
        return steps

    def _jobtrack_portal_request_step(self):
        moment = self.jobtrack_date_requested or self.create_date
        if not self.jobtrack_requester_id:
            return moment, self.env._("Requested"), ""
        text = self.env._("Requested by %(name)s", name=self.jobtrack_requester_id.name)
        return moment, text, ""
