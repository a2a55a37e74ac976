from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.letters import phone_digits

FEWEST_DIGITS = 4


class JobtrackContactSearch(models.AbstractModel):
    """Finding a caller by number, name, company, project or job."""

    _name = "jobtrack.contact.search"
    _description = "Contact: Finding a Caller"

    @api.depends_context("jobtrack_caller")
    @api.depends("name")
    def _compute_display_name(self):
        """Show the project beside the person where callers are looked up."""
        if not self.env.context.get("jobtrack_caller"):
            return super()._compute_display_name()
        for contact in self:
            account = contact.jobtrack_account_id
            contact.display_name = f"{contact.name} · {account.name}"
        return None

    @api.model
    def _search_display_name(self, operator, value):
        """Look callers up by everything that they may say about themselves."""
        if not self.env.context.get("jobtrack_caller") or operator not in ("ilike", "="):
            return super()._search_display_name(operator, value)
        domain = Domain.OR(
            Domain(name, "ilike", value)
            for name in (
                "name",
                "partner_id.email",
                "other_emails",
                "partner_id.commercial_partner_id.name",
                "jobtrack_account_id.name",
            )
        )
        jobs = (
            self.env["project.task"]
            .sudo()
            .search(
                [("jobtrack_reference", "ilike", value), ("jobtrack_account_id", "!=", False)],
                limit=20,
            )
        )
        if jobs:
            domain |= Domain("jobtrack_account_id", "in", jobs.jobtrack_account_id.ids)
        return domain | Domain("partner_id", "in", self._partners_of_number(value))

    @api.model
    def _partners_of_number(self, number):
        """Return the ids of people whose own or whose company's number ends like ``number``.

        Only digits count, so that it does not matter how the number was typed there or here.
        """
        digits = phone_digits(number)
        if len(digits) < FEWEST_DIGITS:
            return []
        self.env["res.partner"].flush_model(["phone", "parent_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.id
                  FROM res_partner person
                  LEFT JOIN res_partner company ON company.id = person.parent_id
                 WHERE regexp_replace(COALESCE(person.phone, ''), '\\D', '', 'g') LIKE %(number)s
                    OR regexp_replace(COALESCE(company.phone, ''), '\\D', '', 'g') LIKE %(number)s
                """,
                number=f"%{digits}%",
            )
        )
        return [row[0] for row in rows]
