from . import consent
from . import dispute
