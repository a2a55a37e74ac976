from . import portal_calls
from . import jobtrack_account, jobtrack_ledger_entry, jobtrack_work_order, project_task
from . import sale_order
