from . import test_main_flow
from . import test_billing
from . import test_consent
from . import test_packs
from . import test_time
