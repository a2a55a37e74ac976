from . import portal_calls, jobtrack_account_limits
from . import jobtrack_account, jobtrack_ledger_entry, jobtrack_work_order, project_task
from . import jobtrack_access_request
from . import sale_order
