from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..tools.deferred import by_quarter
from ..tools.rounding import draw_value, format_hours, money

FOREIGN_SHOWN = 20


class JobtrackBooksReport(models.TransientModel):
    """What the accountant looks at before a close: the two columns, when deferred revenue ends, what would lapse.

    It only reads. Every figure is computed from the ledger and the books when it is shown.
    """

    _name = "jobtrack.books.report"
    _description = "Books of the Support Ledger"

    kind = fields.Selection(
        [("deferred", "Deferred Support Revenue"), ("lapsing", "Hours About to Lapse")],
        required=True,
        default="deferred",
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="At the End of",
        required=True,
        default=lambda self: self._default_date(),
        help="Any day: entries of the ledger carry the date of their booking.",
    )
    date_expiry = fields.Date(
        string="Expiring Up to",
        compute="_compute_date_expiry",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="The coming expiry, unless you choose a later day.",
    )
    is_reconciled = fields.Boolean(compute="_compute_reconciliation")
    foreign_count = fields.Integer(compute="_compute_reconciliation", string="Foreign Items")
    reconciliation_html = fields.Html(compute="_compute_reconciliation", sanitize=False)
    quarters_html = fields.Html(compute="_compute_quarters_html", sanitize=False)
    lapsing_html = fields.Html(compute="_compute_lapsing_html", sanitize=False)

    # === WHO AND WHEN === #

    def _check_may_see(self):
        """Refuse people who do not bill, and companies that are not theirs.

        :raise AccessError: with who may
        """
        user = self.env.user
        if not (self.env.su or user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("The books are for the billing team."))
        if not self.env.su and self.company_id - user.company_ids:
            raise AccessError(self.env._("You do not work in this company."))

    @api.model
    def _default_date(self):
        return self.env["jobtrack.account"]._today(self.env.company)

    @api.depends("company_id")
    def _compute_date_expiry(self):
        """Choose the next day on which packs of the company expire, or the end of the quarter."""
        self._check_may_see()
        for report in self:
            today = self.env["jobtrack.account"]._today(report.company_id)
            [(coming,)] = (
                self.env["jobtrack.hour.pack"]
                .sudo()
                ._read_group(report._expiring_domain(today), aggregates=["date_expiry:min"])
            )
            report.date_expiry = coming or report.company_id._jobtrack_quarter_end(today)

    @api.depends("kind", "date", "company_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for report in self:
            report.display_name = f"{kinds.get(report.kind)}, {report.company_id.name}"

    # === THE TWO COLUMNS === #

    @api.depends("date", "company_id")
    def _compute_reconciliation(self):
        self._check_may_see()
        entries = self.env["jobtrack.ledger.entry"].sudo()
        items = self.env["account.move.line"].sudo()
        for report in self:
            company = report.company_id.sudo()
            rows = entries._reconcile_deferred(company, report.date)
            foreign = entries._foreign_items(company, report.date)
            report.foreign_count = items.search_count(foreign)
            report.is_reconciled = not any(
                row["difference"] or row["difference_company"] for row in rows
            )
            report.reconciliation_html = report._render(
                "books_reconciliation",
                rows=rows,
                gl=company.jobtrack_deferred_gl_id,
                foreign=items.search(foreign, order="date desc, id desc", limit=FOREIGN_SHOWN),
            )

    def _render(self, template, **values):
        """Return a table of the report as HTML."""
        values |= {
            "report": self,
            "company": self.company_id.sudo(),
            "format_hours": format_hours,
            "format_date": lambda day: format_date(self.env, day),
        }
        return self.env["ir.qweb"].sudo()._render(f"jobtrack_support.{template}", values)

    # === BY QUARTER === #

    @api.depends("date", "company_id")
    def _compute_quarters_html(self):
        self._check_may_see()
        for report in self:
            report.quarters_html = report._render("books_quarters", tables=report._quarters())

    def _quarters(self):
        """Return what packs had left at the end of the day, by the quarter in which it expires.

        Packs that were extended meanwhile stand where they expire now.

        :return: list of dictionaries with ``currency``, ``buckets`` and ``total`` of value
        """
        company = self.company_id.sudo()
        first_month = int(company.jobtrack_quarter_first_month)
        holdings = {}
        entries = self.env["jobtrack.ledger.entry"].sudo()
        for pack, minutes, value, _company_value in entries._packs_on(company, self.date):
            exact = money(value, pack.currency_id.decimal_places)
            row = (pack.id, pack.date_expiry or None, minutes, exact)
            holdings.setdefault(pack.currency_id, []).append(row)
        return [
            {
                "currency": currency,
                "buckets": by_quarter(rows, first_month),
                "total": sum(row[3] for row in rows),
                "minutes": sum(row[2] for row in rows),
            }
            for currency, rows in sorted(holdings.items(), key=lambda item: item[0].name)
        ]

    # === WHAT WOULD LAPSE === #

    @api.depends("date_expiry", "company_id")
    def _compute_lapsing_html(self):
        self._check_may_see()
        for report in self:
            report.lapsing_html = report._render("books_lapsing", tables=report._lapsing_tables())

    def _expiring_domain(self, first_day, last_day=None):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("state", "=", "active"),
            ("date_expiry", ">=", first_day),
        ]
        return domain + ([("date_expiry", "<=", last_day)] if last_day else [])

    def _lapsing_rows(self):
        """Return what would become of the packs that expire by the chosen day, if nothing happened until then.

        :return: list of dictionaries with ``pack``, its minutes that would ``stay``, be ``rolled`` over, be
            ``proposed`` or ``lapse``, and the ``value`` that would lapse
        """
        today = self.env["jobtrack.account"]._today(self.company_id)
        packs = (
            self.env["jobtrack.hour.pack"]
            .sudo()
            .search(self._expiring_domain(today, self.date_expiry or today))
        )
        rows = []
        for account, account_packs in packs.grouped("jobtrack_account_id").items():
            for day, day_packs in account_packs.grouped("date_expiry").items():
                splits = account._split_packs(day_packs, day)
                rows += [self._lapsing_row(pack, splits[pack.id]) for pack in day_packs]
        return sorted(
            rows, key=lambda row: (row["pack"].date_expiry, -row["value"], row["pack"].id)
        )

    def _lapsing_row(self, pack, split):
        digits = pack.currency_id.decimal_places
        left = money(pack.value_remaining, digits)
        proposed = sum(split.proposed.values())
        return {
            "pack": pack,
            "stay": split.staying - proposed,
            "rolled": sum(split.rolled.values()),
            "proposed": proposed,
            "lapse": split.lapsing,
            "value": draw_value(left, split.lapsing, pack.minutes_remaining, digits),
        }

    def _lapsing_tables(self):
        """Return the rows by currency, each with its totals."""
        tables = {}
        for row in self._lapsing_rows():
            tables.setdefault(row["pack"].currency_id, []).append(row)
        return [
            {
                "currency": currency,
                "rows": rows,
                "totals": {
                    name: sum(row[name] for row in rows)
                    for name in ("stay", "rolled", "proposed", "lapse", "value")
                },
            }
            for currency, rows in sorted(tables.items(), key=lambda item: item[0].name)
        ]

    # === STEPS === #

    def _open_items(self, name, domain):
        self.ensure_one()
        self._check_may_see()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }

    def action_open_items(self):
        """Open the journal items of the books' column."""
        entries = self.env["jobtrack.ledger.entry"]
        domain = entries._deferred_items(self.company_id.sudo(), self.date)
        return self._open_items(self.env._("Deferred Support Revenue"), domain)

    def action_open_foreign(self):
        """Open the journal items that neither sell hours nor follow from the ledger."""
        entries = self.env["jobtrack.ledger.entry"]
        domain = entries._foreign_items(self.company_id.sudo(), self.date)
        return self._open_items(self.env._("Foreign Items"), domain)

    def action_open_plans(self):
        """Open the lines of plans that are sold and whose hours were not there at the end of the day."""
        entries = self.env["jobtrack.ledger.entry"].sudo()
        lines = entries._open_plan_lines(self.company_id.sudo(), self.date)
        return self._open_items(
            self.env._("Plans Sold, Hours Not There"), [("id", "in", lines.ids)]
        )

    def action_open_entries(self):
        """Open the ledger up to the day: the sum of each pack is what it had left."""
        self.ensure_one()
        self._check_may_see()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left in Packs"),
            "res_model": "jobtrack.ledger.entry",
            "view_mode": "list,form",
            "domain": self.env["jobtrack.ledger.entry"]._until(self.company_id, self.date),
            "context": {"group_by": ["jobtrack_account_id", "pack_id"], "create": False},
        }
