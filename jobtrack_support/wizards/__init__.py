from . import jobtrack_complete_job
from . import jobtrack_correct_bill
from . import jobtrack_grant_hours
from . import jobtrack_decline_work_order
from . import jobtrack_extend_pack
from . import jobtrack_decide_dispute
from . import jobtrack_record_dispute
from . import jobtrack_ledger_extract
