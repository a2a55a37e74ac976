from odoo import api, fields, models
from odoo.exceptions import UserError

from . import guard


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "jobtrack.move.deferred"]

    jobtrack_is_ledger_move = fields.Boolean(
        string="Made by the Support Ledger", readonly=True, copy=False, index="btree_not_null"
    )

    jobtrack_account_id = fields.Many2one(
        "jobtrack.account",
        string="Support Account",
        readonly=True,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The account whose work or plan this invoice bills; its contacts without the role do not see it.",
    )
    jobtrack_account_ids = fields.Many2many(
        "jobtrack.account",
        string="Support Accounts",
        readonly=True,
        copy=False,
        help="On an invoice over the work of several accounts: all of them. Who sees it sees the money of each.",
    )

    def _jobtrack_plan_lines(self):
        """Return the lines of customer invoices and credit notes that sell support plans."""
        return self.filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
        ).line_ids.filtered(
            lambda line: line.display_type == "product" and line.product_id.jobtrack_is_plan
        )

    def _post(self, soft=True):
        """Lock the accounts of plans before journal numbers are taken, and derive the packs after.

        Accounts come before journals in every transaction, so that a purchase and a billing run never wait for each
        other in a circle.
        """
        plan_lines = self._jobtrack_plan_lines()
        plan_lines.move_id.check_access("write")
        accounts = plan_lines.jobtrack_account_id.sudo()
        # With what lapsed gone: a credit note takes none of it, even where the daily care has not come yet.
        accounts._begin_change()
        plan_lines._jobtrack_check_postable()
        plan_lines.move_id._jobtrack_check_not_ahead(soft)
        plan_lines.move_id._jobtrack_keep_sale_rate()
        self._jobtrack_check_deferred()
        for move in plan_lines.move_id.filtered(lambda move: not move.jobtrack_account_id):
            # Whoever posts the invoice may say whose it is; its lines name the account already.
            move.sudo().jobtrack_account_id = move._jobtrack_plan_lines().jobtrack_account_id[:1]
        posted = super()._post(soft=soft)
        # Whoever may post the invoice may have the hours derived from it: facts decide, not the user.
        plan_lines.sudo()._jobtrack_sync_packs()
        (self - plan_lines.move_id)._jobtrack_sync_settled()
        return posted

    def _jobtrack_sync_settled(self):
        """Derive the packs of these invoices, and of the invoices that these payments and entries settle.

        A payment that goes back to draft keeps its reconciliation: the invoice still shows as paid.
        """
        entries = self.filtered(
            lambda move: move.move_type == "entry" and not move.jobtrack_is_ledger_move
        )
        invoices = self - entries
        if entries:
            invoices |= entries.line_ids.matched_debit_ids.debit_move_id.move_id
        invoices._jobtrack_plan_lines().sudo()._jobtrack_sync_packs()

    def _jobtrack_let_jobs_begin(self):
        """Release the jobs, and submit the requests, that waited for these invoices to be paid (D9)."""
        invoices = self.sudo().filtered(
            lambda move: move.move_type == "out_invoice" and move.jobtrack_account_id
        )
        if invoices:
            accounts = invoices.jobtrack_account_id | invoices.jobtrack_account_ids
            accounts._with_jobs_on_hold()._refresh_holds()
            accounts._wake_drafts()

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._jobtrack_plan_lines().sudo()._jobtrack_sync_packs()
        return result

    def button_draft(self):
        self._jobtrack_refuse_ledger_moves()
        result = super().button_draft()
        self._jobtrack_sync_settled()
        return result

    def button_cancel(self):
        self._jobtrack_refuse_ledger_moves()
        result = super().button_cancel()
        self._jobtrack_sync_settled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_jobtrack(self):
        self._jobtrack_refuse_ledger_moves()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._jobtrack_refuse_ledger_reversal()
        reversals = super()._reverse_moves(default_values_list, cancel)
        self._jobtrack_pass_accounts_on(reversals)
        return reversals

    def copy(self, default=None):
        copies = super().copy(default)
        self._jobtrack_pass_accounts_on(copies)
        return copies

    def _jobtrack_pass_accounts_on(self, others):
        """Let copies and credit notes name the same accounts, so that nobody else sees them.

        In superuser mode: who may copy an invoice need not see support accounts, and learns nothing of them.
        """
        for move, other in zip(self.sudo(), others.sudo(), strict=True):
            if move.jobtrack_account_ids:
                other.jobtrack_account_ids = move.jobtrack_account_ids

    @api.model_create_multi
    def create(self, vals_list):
        mark = {"jobtrack_is_ledger_move"}
        error = UserError(self.env._("What the support ledger booked is marked by it alone."))
        guard.refuse(self, vals_list, mark, error)
        return super(AccountMove, guard.without_defaults(self, mark)).create(vals_list)

    def write(self, vals):
        self._jobtrack_refuse_rewriting(vals)
        protected = {"jobtrack_is_ledger_move", "jobtrack_account_id", "jobtrack_account_ids"}
        if protected & vals.keys() and not self.env.su:
            raise UserError(self.env._("What the support ledger booked stays marked as such."))
        return super().write(vals)

    def _prepare_product_base_line_for_taxes_computation(self, product_line):
        """Take the price of billed work as untaxed, whatever the tax says about prices that are shown.

        Statements count in untaxed money. A tax that is included in prices would otherwise be carved out of them, and
        the invoice would ask for less than the statement.
        """
        base_line = super()._prepare_product_base_line_for_taxes_computation(product_line)
        if product_line.sudo().jobtrack_statement_line_id and self.is_invoice():
            base_line["special_mode"] = "total_excluded"
        return base_line

    def _jobtrack_refuse_ledger_moves(self):
        """Refuse to undo bookings that the support ledger or a statement stands on."""
        entry = (
            self.env["jobtrack.ledger.entry"].sudo().search([("move_id", "in", self.ids)], limit=1)
        )
        if entry and not entry.move_id.jobtrack_is_ledger_move:
            raise UserError(
                self.env._(
                    "Hours of %(account)s follow from %(move)s: credit what is left instead of changing it.",
                    account=entry.jobtrack_account_id.name,
                    move=entry.move_id.name,
                )
            )
        if any(move.jobtrack_is_ledger_move for move in self):
            raise UserError(
                self.env._(
                    "This entry was made by the support ledger: correct the ledger, not its booking."
                )
            )
        statements = (
            self.env["jobtrack.statement"].sudo().search([("invoice_id", "in", self.ids)], limit=1)
        )
        if statements:
            raise UserError(
                self.env._(
                    "This invoice bills the work of %(statement)s: write a credit note instead of changing it.",
                    statement=statements.name,
                )
            )
