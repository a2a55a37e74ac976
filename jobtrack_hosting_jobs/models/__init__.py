from . import jobtrack_hosting_welcome
