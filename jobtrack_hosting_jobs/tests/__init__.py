from . import test_start_page
