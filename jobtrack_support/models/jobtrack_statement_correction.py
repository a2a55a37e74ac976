from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import job_states
from .in_batches import numbers


class JobtrackStatementCorrection(models.AbstractModel):
    """How a wrong bill is put right: what it took is given back, and its jobs are billed again (I4).

    The wrong lines stay as they are. A correction statement carries their negative counterparts, the hours return to
    their packs by reversing entries, a credit note takes the invoiced part back, and the time is free to be billed by
    the next run.
    """

    _name = "jobtrack.statement.correction"
    _description = "Billing Statement: Its Correction"

    # === ACTIONS === #

    def action_correct(self):
        """Open the form that asks which lines are wrong, and why.

        :raise AccessError: when the user does not bill
        """
        self.ensure_one()
        self._check_may_correct()
        return self._correction_form(self.line_ids.filtered(lambda line: not line.is_reversed))

    def action_reverse(self, reason):
        """Reverse what is left of these statements.

        :param str reason: what was wrong; the client reads it
        :return: the correction statements
        :raise AccessError: when the user does not bill
        :raise UserError: without a reason, or when nothing is left to reverse
        """
        self._check_may_correct()
        return self.line_ids.filtered(lambda line: not line.is_reversed)._reverse(reason)

    def _check_may_correct(self):
        if not (self.env.su or self.env.user.has_group("jobtrack_support.group_billing")):
            raise AccessError(self.env._("Only the billing team corrects bills."))
        self.check_access("read")

    def _correction_form(self, lines):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct a Bill"),
            "res_model": "jobtrack.correct.bill",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_statement_id": self.id,
                "default_line_ids": [fields.Command.set(lines.ids)],
                "dialog_size": "large",
            },
        }

    # === THE CORRECTION === #

    @api.model
    def _correct(self, lines, reason):
        """Reverse statement lines; the caller has checked who asks.

        :param lines: ``jobtrack.statement.line`` records
        :param str reason: what was wrong
        :return: the correction statements, one for each statement that is corrected
        """
        lines = lines.sudo().sorted("id")
        lines.jobtrack_account_id._begin_change()
        lines.invalidate_recordset(["reversal_ids", "is_reversed"])
        lines._check_reversible(reason)
        corrections = self.sudo().browse()
        moves = self.env["account.move"].sudo()
        for statement, wrong in lines.grouped("statement_id").items():
            correction = statement._create_correction(wrong, reason.strip())
            entries = correction._return_hours()
            moves |= correction.invoice_id | entries.move_id
            correction._free_jobs(entries)
            corrections |= correction
        corrections._note_balances(corrections)
        moves._post(soft=False)
        corrections._reconcile_credit_notes()
        corrections.jobtrack_account_id._refresh_holds()
        corrections._tell_correction()
        return corrections.with_env(self.env)

    def _create_correction(self, lines, reason):
        """Return the new statement with the negative lines and the draft credit note over their invoiced part."""
        self.ensure_one()
        account = self.jobtrack_account_id
        correction = self.create(
            {
                "name": numbers(self.env, "jobtrack.statement", self.company_id, 1)[0],
                "kind": "correction",
                "date": account._today(),
                "jobtrack_account_id": account.id,
                "corrects_id": self.id,
                "correction_reason": reason,
                "opening_minutes": account.balance_minutes,
                "client_order_ref": self.client_order_ref,
            }
        )
        self.env["jobtrack.statement.line"].create(
            [line._prepare_reversal(correction) for line in lines]
        )
        correction.invoice_id = correction._create_credit_note()
        return correction

    def _create_credit_note(self):
        """Return the draft credit note: a copy of the invoice with the lines that are taken back, and nothing else.

        It keeps the rate of exchange of the invoice: it takes back what was booked, and not what it would be today.
        """
        self.ensure_one()
        wrong = self.line_ids.reverses_id.filtered("postpaid_minutes")
        invoice = self.corrects_id.invoice_id
        if not wrong or not invoice:
            return self.env["account.move"]
        credit_note = invoice.with_company(self.company_id)._reverse_moves(
            [
                {
                    "ref": self.name,
                    "invoice_origin": self.name,
                    "jobtrack_account_id": self.jobtrack_account_id.id,
                    "date": self.date,
                    "invoice_date": self.date,
                    "invoice_date_due": self.date,
                    "invoice_payment_term_id": False,
                    "invoice_currency_rate": invoice.invoice_currency_rate,
                }
            ]
        )
        credit_note.jobtrack_account_ids = False  # it gives back the work of one account
        others = credit_note.invoice_line_ids.filtered(
            lambda line: line.jobtrack_statement_line_id not in wrong
        )
        others.unlink()
        by_wrong = {line.reverses_id: line for line in self.line_ids}
        for line in credit_note.invoice_line_ids:
            line.jobtrack_statement_line_id = by_wrong[line.jobtrack_statement_line_id]
        return credit_note

    def _return_hours(self):
        """Give each pack back exactly what the wrong lines took from it, in minutes and in both values.

        A purchase that is not paid any more takes the returned hours back at once, like its other hours before.

        :return: the reversing entries; their booking is still a draft
        """
        movements = [
            {
                "pack": usage.pack_id,
                "kind": "reversal",
                "minutes": -usage.minutes,
                "value": -usage.value,
                "value_company": -usage.value_company,
                "date": self.date,
                "task": line.task_id,
                "statement_line": line,
                "reverses": usage,
                "reason": self.env._(
                    "%(statement)s corrected: %(reason)s",
                    statement=self.corrects_id.name,
                    reason=self.correction_reason,
                ),
            }
            for line in self.line_ids
            for usage in line.reverses_id.ledger_entry_ids.sorted("number")
        ]
        usages = self.line_ids.reverses_id.ledger_entry_ids
        movements += usages._prepare_goodwill_end(self.date, self.correction_reason)
        entries = self.env["jobtrack.ledger.entry"]._record(movements, post=False)
        for pack in entries.pack_id.filtered(lambda pack: not pack.is_activated):
            pack._give_up_returned(self.correction_reason)
        return entries

    def _free_jobs(self, entries):
        """Free the time of the wrong lines and queue their jobs for the next run, with their hours reserved again."""
        wrong = self.line_ids.reverses_id
        wrong.time_ids.write({"jobtrack_statement_line_id": False})
        for job in wrong.task_id:
            returned = entries.filtered(
                lambda entry, j=job: entry.task_id == j and entry.pack_id.is_activated
            )
            for pack, pack_entries in returned.grouped("pack_id").items():
                job._jobtrack_reserve_again(pack, pack_entries)
            if job.jobtrack_state == job_states.BILLED:
                job._jobtrack_set_state(job_states.DONE)

    def _reconcile_credit_notes(self):
        """Settle invoice and credit note against each other, as far as the invoice is open."""
        for correction in self.filtered("invoice_id"):
            receivable = (correction.invoice_id | correction.corrects_id.invoice_id).line_ids
            receivable.filtered(
                lambda line: line.display_type == "payment_term" and not line.reconciled
            ).reconcile()

    def _tell_correction(self):
        """Keep the correction in the history of its jobs and of the statement; the mail goes with the statements."""
        for correction in self:
            words = self.env._(
                "%(statement)s was corrected by %(correction)s: %(reason)s",
                statement=correction.corrects_id.name,
                correction=correction.name,
                reason=correction.correction_reason,
            )
            author = self.env.user.partner_id
            correction.corrects_id.message_post(
                body=words, author_id=author.id, subtype_xmlid="mail.mt_note"
            )
            for job in correction.line_ids.task_id:
                job._jobtrack_note(words)
        self.env.ref("jobtrack_support.ir_cron_statement_mail").sudo()._trigger()


class JobtrackStatementLineCorrection(models.AbstractModel):
    """One line of a bill that is taken back."""

    _name = "jobtrack.statement.line.correction"
    _description = "Statement Line: Its Correction"

    def action_correct(self):
        """Open the form that asks why this line is wrong.

        :raise AccessError: when the user does not bill
        """
        self.ensure_one()
        self.statement_id._check_may_correct()
        return self.statement_id._correction_form(self)

    def _reverse(self, reason):
        """Reverse these lines: hours and money go back, and their time is billed again by the next run.

        :param str reason: what was wrong; required
        :return: the correction statements
        :raise UserError: without a reason, or when a line was reversed before or is itself a correction
        """
        return self.env["jobtrack.statement"]._correct(self, reason)

    def _check_reversible(self, reason):
        """Refuse what cannot be reversed, with what to do instead."""
        if not self:
            raise UserError(self.env._("Nothing is left to correct: choose a line that stands."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say what was wrong: the client reads it."))
        for line in self:
            if line.reverses_id:
                raise UserError(
                    self.env._(
                        "%(statement)s is a correction already: the next billing run bills its jobs again.",
                        statement=line.statement_id.name,
                    )
                )
            if line.is_reversed:
                raise UserError(
                    self.env._(
                        "%(job)s on %(statement)s was corrected before by %(correction)s.",
                        job=line.task_id.display_name,
                        statement=line.statement_id.name,
                        correction=line.reversal_ids.statement_id.name,
                    )
                )

    def _prepare_reversal(self, correction):
        """Return the values of the line that takes this one back."""
        self.ensure_one()
        return {
            "statement_id": correction.id,
            "task_id": self.task_id.id,
            "work_order_id": self.work_order_id.id,
            "reverses_id": self.id,
            "rate": self.rate,
        } | {
            name: -self[name]
            for name in (
                "worked_minutes",
                "minutes",
                "prepaid_minutes",
                "postpaid_minutes",
                "waived_minutes",
                "amount",
                "prepaid_value",
            )
        }
