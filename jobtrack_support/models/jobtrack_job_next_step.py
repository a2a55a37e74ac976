from odoo import models


class JobtrackJobNextStep(models.AbstractModel):
    """What has to happen next on a job, said at the top of its form. Other facets add their own words first."""

    _name = "jobtrack.job.next.step"
    _description = "Job: Its Next Step"

    def _compute_jobtrack_next_step(self):
        for job in self:
            words = job.jobtrack_is_job and job._jobtrack_next_step_words()
            job.jobtrack_next_step = words

    def _jobtrack_next_step_words(self):
        """Return what has to happen next on this job, for the top of its form."""
        self.ensure_one()
        if any(self.sudo().jobtrack_work_order_ids.mapped("question_waits")):
            return self.env._("Answer the client's question about the estimate")
        if self.jobtrack_state == "approved":
            if "sent" in self.sudo().jobtrack_work_order_ids.mapped("state"):
                return self.env._("The client decides on the change order")
            if self.jobtrack_pending_hours:
                return self.env._("Ask the client to approve the pending time with a change order")
            if self.jobtrack_is_nearly_used:
                return self.env._(
                    "Finish within the approved hours, or ask for more with a change order now"
                )
            return self.env._("Do the work, log the time, then complete the job")
        words = {
            "requested": self.env._("Estimate the job, or mark it as not billable"),
            "estimated": self._jobtrack_estimated_words(),
            "declined": self.env._("Answer the client: write a new estimate or cancel the job"),
            "done": self._jobtrack_late_words() or self.env._("Billed on the next billing day")
            if self.jobtrack_is_billable
            else self.env._("Nothing: the job was not billable"),
            "billed": self._jobtrack_late_words() or self.env._("Nothing: the job is billed"),
            "cancelled": self.env._("Nothing: the job was cancelled"),
        }
        if self.jobtrack_state == "on_hold":
            answered = self.jobtrack_hold_answered and self.jobtrack_hold_reason == "client"
            return (
                answered
                and self.env._("Read the client's answer and release the job")
                or {
                    "overdue": self.env._("The client pays the overdue invoice"),
                    "funds": self.env._("The client buys hours"),
                    "client": self.env._("The client answers"),
                    "other": self.env._("Release the job when it can go on"),
                }.get(self.jobtrack_hold_reason)
            )
        return words.get(self.jobtrack_state)

    def _jobtrack_estimated_words(self):
        """Return what to do while an estimate waits for its answer, or has waited in vain."""
        orders = self.sudo().jobtrack_work_order_ids
        sent = orders.filtered(lambda order: order.state == "sent")
        if not sent:
            return self.env._("The estimate was not answered in time: send a new one or cancel")
        if not sent[:1]._deciders():
            return self.env._(
                "Nobody at the client may approve: add a contact with that role, then send again"
            )
        return self.env._("The client decides on the estimate")

    def _jobtrack_late_words(self):
        """Return what to do about time that was typed after the completion, or nothing when there is none."""
        if "sent" in self.sudo().jobtrack_work_order_ids.mapped("state"):
            return self.env._("The client decides on the change order")
        if self.jobtrack_pending_hours:
            return self.env._(
                "Ask the client to approve the late time with a change order, or waive it"
            )
        return ""
