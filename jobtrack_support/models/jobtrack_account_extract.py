import csv
import io
from datetime import timedelta

import xlsxwriter
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.rounding import format_hours, to_hours
from ..tools.spreadsheet import plain_cell

ROWS_AT_ONCE = 1000
ROWS_IN_PDF = 3000
ROWS_IN_PIECE = 3
# Excel names sheets with at most 31 characters, without these.
NOT_IN_SHEET_NAMES = "[]:*?/\\"


class JobtrackAccountExtract(models.AbstractModel):
    """The ledger between any two dates, for people and for spreadsheets (A9).

    Entries never change, so an extract of the past is the same whenever it is made.
    """

    _name = "jobtrack.account.extract"
    _description = "Support Account: Ledger Extract"

    # === WHAT IT SAYS === #

    def _extract(self, date_from=None, date_to=None, kind=None, money=True):
        """Return the ledger of one account between two days, both included.

        :param date_from: first day; None means from the beginning
        :param date_to: last day; None means until now
        :param str kind: only entries of this kind; the balances stay those of all
        :param bool money: whether rates and amounts are named
        :return: dictionary with ``account``, the days, ``opening`` and ``closing`` (minutes), ``packs`` (what each pack
            had at the end), ``count``, and ``rows``, a generator of one dictionary per entry, oldest first
        :raise AccessError: when the user may not read the ledger of this account
        """
        self.ensure_one()
        self._check_may_extract()
        date_from, date_to = map(fields.Date.to_date, (date_from or None, date_to or None))
        if date_from and date_to and date_to < date_from:
            raise UserError(self.env._("The last day of an extract is not before its first."))
        account = self.sudo()
        domain = self._extract_domain(date_from, date_to, kind)
        last = date_to or fields.Date.to_date("9999-12-31")
        return {
            "account": account,
            "money": money,
            "date_from": date_from,
            "date_to": date_to,
            "opening": account._balance_on(date_from - timedelta(days=1)) if date_from else 0,
            "closing": account._balance_on(last),
            "packs": account._packs_on(last),
            "count": self.env["jobtrack.ledger.entry"].search_count(domain),
            "rows": self._extract_rows(domain, money),
        }

    def _check_may_extract(self):
        """Refuse clients who do not see money; a ledger names what was paid."""
        self.check_access("read")
        if self.env.su or self.env.user._is_internal():
            self.env["jobtrack.ledger.entry"].check_access("read")
        elif not all(
            account._contact_of(self.env.user.partner_id).may_see_money for account in self
        ):
            raise AccessError(self.env._("Only contacts who see money read the ledger."))

    def _extract_domain(self, date_from, date_to, kind):
        domain = Domain("jobtrack_account_id", "=", self.id)
        if date_from:
            domain &= Domain("date", ">=", date_from)
        if date_to:
            domain &= Domain("date", "<=", date_to)
        if kind:
            domain &= Domain("kind", "=", kind)
        return domain

    def _extract_rows(self, domain, money):
        """Yield the entries in the order of their numbers, some at a time, so that memory stays bounded."""
        entries = self.env["jobtrack.ledger.entry"]
        kinds = dict(entries._fields["kind"]._description_selection(self.env))
        number = 0
        while part := entries.search(
            domain & Domain("number", ">", number), order="number", limit=ROWS_AT_ONCE
        ):
            why = part._explanations(money)
            for entry in part.sudo():
                yield {
                    "number": entry.number,
                    "date": entry.date,
                    "kind": kinds[entry.kind],
                    "minutes": entry.minutes,
                    "balance": entry.balance_minutes,
                    "pack": entry.pack_id.name,
                    "job": " ".join(
                        filter(None, (entry.task_id.jobtrack_reference, entry.task_id.name))
                    ),
                    "statement": entry.statement_id.name or "",
                    "rate": entry.rate if money else None,
                    "value": entry.value if money else None,
                    "why": why[entry.id],
                }
            number = part[-1].number
            part.invalidate_recordset(flush=False)

    def _extract_headers(self, money):
        """Return the titles of the columns, in the order in which files have them."""
        return [
            self.env._("Number"),
            self.env._("Date"),
            self.env._("Kind"),
            self.env._("Hours"),
            self.env._("Balance (hours)"),
            *(self._money_headers() if money else []),
            self.env._("Pack"),
            self.env._("Job"),
            self.env._("Statement"),
            self.env._("Explanation"),
            self.env._("Support Account"),
        ]

    def _money_headers(self):
        return [self.env._("Rate per Hour"), self.env._("Value"), self.env._("Currency")]

    def _extract_frame(self, extract):
        """Return the words of the first and of the last row: the balances between which the entries stand."""
        first, last = extract["date_from"], extract["date_to"] or self._today()
        return (
            (first, self.env._("Opening balance"), extract["opening"]),
            (last, self.env._("Closing balance"), extract["closing"]),
        )

    # === CSV === #

    def _extract_csv(self, date_from=None, date_to=None, kind=None, money=True):
        """Return the extracts of these accounts as one CSV file, with no cell that could be taken for a formula.

        :return: bytes; the mark in front tells spreadsheets that the text is UTF-8
        """
        output = io.StringIO()
        writer = csv.writer(output)
        writer.writerow(self._extract_headers(money))
        for account in self:
            extract = account._extract(date_from, date_to, kind, money)
            opening, closing = account._extract_frame(extract)
            writer.writerow(account._csv_frame(opening, money))
            for row in extract["rows"]:
                writer.writerow(account._csv_row(row, money))
            writer.writerow(account._csv_frame(closing, money))
        return ("\ufeff" + output.getvalue()).encode()

    def _csv_frame(self, frame, money):
        day, title, minutes = frame
        empty = [""] * (7 if money else 4)
        return [
            "",
            day or "",
            title,
            "",
            round(to_hours(minutes), 4),
            *empty,
            plain_cell(self.name),
        ]

    def _csv_row(self, row, money):
        figures = [round(to_hours(row["minutes"]), 4), round(to_hours(row["balance"]), 4)]
        if money:
            figures += [row["rate"], row["value"], self.currency_id.name]
        texts = [row["pack"], row["job"], row["statement"], row["why"], self.name]
        return [row["number"], row["date"], row["kind"], *figures, *map(plain_cell, texts)]

    # === XLSX === #

    def _extract_xlsx(self, date_from=None, date_to=None, kind=None, money=True):
        """Return the extracts of these accounts as a workbook, a sheet per account; dates and hours are real ones.

        :return: bytes
        """
        output = io.BytesIO()
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(output, options) as book:
            formats = {
                "head": book.add_format({"bold": True, "bottom": 1}),
                "bold": book.add_format({"bold": True, "num_format": "0.00"}),
                "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
                "hours": book.add_format({"num_format": "0.00"}),
                "money": book.add_format({"num_format": "#,##0.00"}),
            }
            names = set()
            for account in self:
                extract = account._extract(date_from, date_to, kind, money)
                sheet = book.add_worksheet(account._sheet_name(names))
                account._write_sheet(sheet, extract, formats)
        return output.getvalue()

    def _sheet_name(self, taken):
        """Return a name for the sheet of this account that Excel accepts and no other sheet has."""
        name = "".join(" " if sign in NOT_IN_SHEET_NAMES else sign for sign in self.name or "")
        name = name.strip(" '")[:31] or str(self.id)
        if name.lower() in taken:
            name = f"{name[:20]} {self.id}"
        taken.add(name.lower())
        return name

    def _write_sheet(self, sheet, extract, formats):
        """Write one account from top to bottom, as a workbook in constant memory needs it."""
        money = extract["money"]
        widths = [9, 12, 14, 10, 16, *([14, 12, 9] if money else []), 32, 40, 14, 80, 24]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, self._extract_headers(money), formats["head"])
        opening, closing = self._extract_frame(extract)
        self._write_frame(sheet, 1, opening, formats)
        line = 2
        for row in extract["rows"]:
            self._write_row(sheet, line, row, money, formats)
            line += 1
        self._write_frame(sheet, line, closing, formats)

    def _write_frame(self, sheet, line, frame, formats):
        day, title, minutes = frame
        if day:
            sheet.write_datetime(line, 1, fields.Datetime.to_datetime(day), formats["date"])
        sheet.write_string(line, 2, title, formats["bold"])
        sheet.write_number(line, 4, to_hours(minutes), formats["bold"])

    def _write_row(self, sheet, line, row, money, formats):
        sheet.write_number(line, 0, row["number"])
        sheet.write_datetime(line, 1, fields.Datetime.to_datetime(row["date"]), formats["date"])
        sheet.write_string(line, 2, row["kind"])
        sheet.write_number(line, 3, to_hours(row["minutes"]), formats["hours"])
        sheet.write_number(line, 4, to_hours(row["balance"]), formats["hours"])
        column = 5
        if money:
            sheet.write_number(line, 5, row["rate"], formats["money"])
            sheet.write_number(line, 6, row["value"], formats["money"])
            sheet.write_string(line, 7, self.currency_id.name)
            column = 8
        texts = (row["pack"], row["job"], row["statement"], row["why"], self.name)
        for offset, text in enumerate(texts):
            sheet.write_string(line, column + offset, text or "")

    # === PDF === #

    def _extract_pdf(self, date_from=None, date_to=None, kind=None, money=True):
        """Return the extracts as a PDF; the caller has checked who asks.

        :return: content and its extension: ``html`` where no PDF can be made
        :raise UserError: when the period has more entries than people read on paper
        """
        data = {
            "date_from": fields.Date.to_string(date_from) or False,
            "date_to": fields.Date.to_string(date_to) or False,
            "kind": kind or False,
            "money": money,
        }
        report = self.env["ir.actions.report"].sudo().with_company(self.company_id[:1].id)
        return report._render_qweb_pdf(
            "jobtrack_support.action_report_ledger_extract", self.ids, data=data
        )

    def _extract_file(self, file_type, *arguments):
        """Return content, file extension and MIME type of an extract.

        :param str file_type: ``csv``, ``xlsx`` or ``pdf``
        """
        self._check_may_extract()
        if file_type == "pdf":
            content, extension = self._extract_pdf(*arguments)
            mime = "application/pdf" if extension == "pdf" else "text/html; charset=utf-8"
            return content, extension, mime
        if file_type == "xlsx":
            mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            return self._extract_xlsx(*arguments), "xlsx", mime
        return self._extract_csv(*arguments), "csv", "text/csv; charset=utf-8"


class ReportLedgerExtract(models.AbstractModel):
    """The figures of the printed extract."""

    _name = "report.jobtrack_support.report_ledger_extract"
    _description = "Ledger Extract on Paper"

    def _get_report_values(self, docids, data=None):
        """Return what the template shows: one extract per account.

        :raise AccessError: when the user may not read the ledger of these accounts
        :raise UserError: when there are more entries than people read on paper
        """
        data = data or {}
        accounts = self.env["jobtrack.account"].browse(docids)
        extracts = []
        for account in accounts:
            extract = account._extract(
                data.get("date_from"),
                data.get("date_to"),
                data.get("kind"),
                data.get("money", True),
            )
            if extract["count"] > ROWS_IN_PDF:
                raise UserError(
                    self.env._(
                        "This period has %(count)s entries: choose a shorter one, or take XLSX or CSV.",
                        count=extract["count"],
                    )
                )
            frame = account._extract_frame(extract)
            opening, closing = (
                {"number": 0, "date": day, "kind": title, "balance": minutes}
                for day, title, minutes in frame
            )
            rows = [opening, *extract["rows"], closing]
            pieces = self.env["jobtrack.statement"]._pieces(rows, ROWS_IN_PIECE)
            extracts.append(extract | {"frame": frame, "pieces": pieces})
        return {
            "doc_ids": docids,
            "doc_model": "jobtrack.account",
            "docs": accounts.sudo(),
            "extracts": extracts,
            "format_hours": format_hours,
        }
