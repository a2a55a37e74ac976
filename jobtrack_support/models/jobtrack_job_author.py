from odoo import models


class JobtrackJobAuthor(models.AbstractModel):
    """In whose name something stands in the conversation of a job: it is the record of what was said."""

    _name = "jobtrack.job.author"
    _description = "Job: Who Said It"

    def _message_compute_author(self, author_id=None, email_from=None):
        """A visitor writes in the own name only; Odoo takes the author that a caller names."""
        if self.env.user.share and not self.env.su:
            author_id, email_from = None, None
        return super()._message_compute_author(author_id, email_from)
