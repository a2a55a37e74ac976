from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import utilisation
from ..tools.rounding import to_hours, to_minutes

READERS = "jobtrack_support.group_dispatcher"
WEEKS = 13


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
        mondays = utilisation.mondays(self.env["jobtrack.account"]._today(company), WEEKS)
        last = mondays[-1] + timedelta(days=6)
        worked = self._worked(company, mondays[0], last)
        people = company.sudo()._jobtrack_technicians().union(*worked)
        available = {}
        found = company.sudo()._jobtrack_available(people, mondays[0], last)
        for (person, day), minutes in found.items():
            available.setdefault(person, {})[day] = minutes
        return [
            {
                "company_id": company.id,
                "employee_id": person.id,
                "date_from": week.monday,
                "available_hours": to_hours(week.available),
                "job_hours": to_hours(week.worked),
                "consented_hours": to_hours(week.consented),
                "utilisation": week.share,
            }
            for person in people.sorted("name")
            for week in utilisation.weeks(
                mondays, available.get(person, {}), worked.get(person, {})
            )
        ]

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
