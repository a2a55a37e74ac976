from . import consent
from . import dispute
from . import ledger_extract
