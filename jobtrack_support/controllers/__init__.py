from . import consent
from . import consent_more
from . import dispute
from . import emergency
from . import offer
from . import ledger_extract
from . import mail_settings
