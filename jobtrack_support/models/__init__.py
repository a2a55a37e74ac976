# Parts of large models come first: the models are put together from them.
from . import jobtrack_account_buying
from . import jobtrack_account_credit
from . import jobtrack_account_expiry
from . import jobtrack_account_invoicing
from . import jobtrack_account_ledger
from . import jobtrack_hour_pack_payment
from . import jobtrack_hour_pack_sync
from . import jobtrack_job_mail
from . import jobtrack_job_workflow
from . import jobtrack_ledger_proof
from . import jobtrack_statement_billing
from . import jobtrack_statement_invoice
from . import jobtrack_work_order_decision

from . import res_company
from . import res_config_settings
from . import product_template
from . import jobtrack_job_type
from . import jobtrack_time_category
from . import jobtrack_account
from . import jobtrack_account_contact
from . import jobtrack_hour_pack
from . import jobtrack_ledger_entry
from . import project_project
from . import project_task
from . import jobtrack_waiting
from . import jobtrack_work_order
from . import jobtrack_work_order_funding
from . import account_analytic_line
from . import jobtrack_statement
from . import jobtrack_statement_line
from . import jobtrack_billing_run
from . import jobtrack_billing_problem
from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import payment_transaction
from . import sale_order
from . import sale_order_line

# What staff's screens need beyond the records themselves.
from . import jobtrack_account_screen
from . import jobtrack_billing_run_screen
from . import jobtrack_ledger_entry_screen
from . import jobtrack_statement_line_screen
from . import jobtrack_work_order_screen
from . import project_task_screen
