from odoo import fields, models

KINDS = [("deadline", "Deadline"), ("slot", "Slot"), ("estimate", "Estimate")]
SCHEDULED = "jobtrack_support.mail_template_scheduled"


class JobtrackJobDateChange(models.Model):
    """A date of a job that came, moved or went, with its reason (C3). Kept by the steps that change dates; never typed.

    ``date_old`` is empty for a first date, ``date_new`` for one that is given up.
    """

    _name = "jobtrack.job.date.change"
    _description = "Change of a Job's Date"
    _order = "create_date desc, id desc"

    task_id = fields.Many2one(
        "project.task", string="Job", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    words = fields.Char(string="What", readonly=True)
    date_old = fields.Datetime(string="Was", readonly=True)
    date_new = fields.Datetime(string="Is", readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Changed By", readonly=True)
    name = fields.Char(string="Changed By (Name)", readonly=True)
    event_id = fields.Many2one(
        "calendar.event", string="Slot", readonly=True, ondelete="set null", index="btree_not_null"
    )
    person_id = fields.Many2one("res.users", string="Whose Time", readonly=True)

    def _tell(self, words=""):
        """Tell the clients of these slots what stands now: one mail to each person, however many slots and jobs.

        :param str words: what the staff add for the clients
        """
        now = self.env["jobtrack.account"]._now()
        news = {}
        for change in self.sudo():
            dates = [date for date in (change.date_old, change.date_new) if date]
            if change.kind != "slot" or not dates or max(dates) < now:
                continue
            for partner in change._people():
                news[partner] = news.get(partner, self.browse()) | change
        for partner, changes in news.items():
            jobs = changes.task_id
            jobs[0].with_context(
                jobtrack_changes=changes.ids, jobtrack_words=words or ""
            )._jobtrack_mail(SCHEDULED, partner, event="scheduled")
            for job in jobs[1:]:
                job._jobtrack_note(
                    self.env._("%(name)s was told of the new date.", name=partner.name)
                )

    def _what(self):
        """Return what the date is of, in the reader's language; of a slot that is deleted, as it was written down."""
        self.ensure_one()
        slot = self.event_id.with_context(active_test=False).exists()
        return slot._jobtrack_slot_words(self.person_id) if slot else self.words

    def _people(self):
        """Return the client's people whom this slot concerns: who booked it, else who asked for the job."""
        self.ensure_one()
        event = self.event_id.with_context(active_test=False)
        return event.jobtrack_booked_by_id or self.task_id.jobtrack_requester_id
