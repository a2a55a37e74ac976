from . import test_main_flow
from . import test_access
from . import test_billing
from . import test_concurrency
from . import test_consent
from . import test_ledger
from . import test_packs
from . import test_time
