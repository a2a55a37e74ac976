from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import capacity
from ..tools.rounding import to_hours, to_minutes

READERS = "jobtrack_support.group_dispatcher"
WEEKS = 13
WEEK = timedelta(weeks=1)


class JobtrackUtilisation(models.TransientModel):
    """What a person could work in a week and what it worked on jobs, as it stands when somebody looks (C9)."""

    _name = "jobtrack.utilisation"
    _description = "Utilisation"
    _order = "date_from desc, employee_id"

    company_id = fields.Many2one("res.company", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Person", readonly=True)
    date_from = fields.Date(string="Week", readonly=True)
    available_hours = fields.Float(
        readonly=True, help="By the working hours of the person, leave and holidays taken out."
    )
    job_hours = fields.Float(string="On Jobs", readonly=True)
    consented_hours = fields.Float(
        string="Consented", readonly=True, help="Time on jobs that the clients have approved."
    )
    utilisation = fields.Float(
        string="Utilisation (%)",
        readonly=True,
        aggregator="avg",
        help="Time on jobs as a share of the working hours of the week.",
    )

    @api.model
    def action_open(self):
        """Look the last weeks of the company's people up.

        :return: the action that shows them
        :raise AccessError: for anybody but dispatchers
        """
        if not (self.env.su or self.env.user.has_group(READERS)):
            raise AccessError(self.env._("The utilisation of people is for dispatchers."))
        rows = self.create(self._weeks_of(self.env.company))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "jobtrack_support.jobtrack_utilisation_action"
        )
        return action | {"domain": [("id", "in", rows.ids)]}

    def _weeks_of(self, company):
        """Return the values of a row for each person and week; the week that has begun is the last.

        Hours of work and leave are personnel data, which are read in superuser mode: what comes out are sums of a week.
        """
        today = self.env["jobtrack.account"]._today(company)
        first = today - timedelta(days=today.weekday()) - (WEEKS - 1) * WEEK
        mondays = [first + number * WEEK for number in range(WEEKS)]
        last = mondays[-1] + WEEK - timedelta(days=1)
        worked = self._worked(company, first, last)
        people = company.sudo()._jobtrack_technicians().union(*worked)
        available = company.sudo()._jobtrack_available(people, first, last)
        rows = []
        for person in people.sorted("name"):
            for monday in mondays:
                days = [monday + timedelta(days=number) for number in range(7)]
                could = sum(available.get((person, day), 0) for day in days)
                did, consented = (
                    sum(
                        worked.get(person, {}).get((day, kind), 0) for day in days for kind in kinds
                    )
                    for kinds in ((True, False), (True,))
                )
                if could or did:
                    rows.append(self._row(company, person, monday, could, did, consented))
        return rows

    def _row(self, company, person, monday, could, did, consented):
        return {
            "company_id": company.id,
            "employee_id": person.id,
            "date_from": monday,
            "available_hours": to_hours(could),
            "job_hours": to_hours(did),
            "consented_hours": to_hours(consented),
            "utilisation": capacity.PERCENT * did / could if could else 0,
        }

    def _worked(self, company, first, last):
        """Return a dictionary: employee -> {(day, whether it is consented): minutes on jobs}."""
        groups = (
            self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("jobtrack_job_id", "!=", False),
                    ("employee_id", "!=", False),
                    ("date", ">=", first),
                    ("date", "<=", last),
                ],
                ["employee_id", "date:day", "jobtrack_billable"],
                ["unit_amount:sum"],
            )
        )
        worked = {}
        for employee, day, consented, hours in groups:
            if minutes := to_minutes(hours):
                worked.setdefault(employee, {})[day, consented] = minutes
        return worked
