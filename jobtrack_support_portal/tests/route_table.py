"""Who may open which address: a new route has to be entered here, or ``test_routes`` fails."""

# People of the client with roles: approver (all roles), member (may ask), looker (a contact without roles).
ALL = {"approver", "member", "looker"}
ASKERS = {"approver", "member"}
APPROVER = {"approver"}
NOBODY = set()  # not even the approver, on a record of the kind that the test names

# address -> {method: who may}; the names in braces are ids of records of ours.
CLIENT_ROUTES = {
    "/my/support/<int:account_id>": {"GET": ALL},
    "/my/support/<int:account_id>/buy": {"GET": APPROVER, "POST": APPROVER},
    "/my/support/<int:account_id>/decide": {"GET": APPROVER, "POST": APPROVER},
    "/my/support/<int:account_id>/jobs": {"GET": ALL},
    "/my/support/<int:account_id>/jobs/page/<int:page>": {"GET": ALL},
    # Whoever may not ask reads why.
    "/my/support/<int:account_id>/jobs/new": {"GET": ALL, "POST": ASKERS},
    "/my/support/<int:account_id>/ledger": {"GET": APPROVER},
    "/my/support/<int:account_id>/ledger/page/<int:page>": {"GET": APPROVER},
    "/my/support/<int:account_id>/ledger/<string:file_type>": {"GET": APPROVER},
    "/my/support/<int:account_id>/limits": {"GET": APPROVER, "POST": APPROVER},
    "/my/support/<int:account_id>/limits/mandates/<int:contact_id>": {"POST": APPROVER},
    "/my/support/<int:account_id>/mail": {"GET": ALL, "POST": ALL},
    "/my/support/<int:account_id>/upcoming": {"GET": ALL},
    "/my/support/drafts/<int:draft_id>/withdraw": {"POST": {"member"}},
    "/my/support/jobs/<int:job_id>": {"GET": ALL},
    "/my/support/jobs/<int:job_id>/call": {"GET": ASKERS},
    "/my/support/jobs/<int:job_id>/call/book": {"POST": ASKERS},
    "/my/support/jobs/<int:job_id>/call/<int:call_id>/cancel": {"POST": ASKERS},
    "/my/support/jobs/<int:job_id>/dispute": {"GET": ALL},
    "/my/support/jobs/<int:job_id>/dispute/send": {"POST": ASKERS},
    "/my/support/jobs/<int:job_id>/dispute/withdraw": {"POST": ASKERS},
    "/my/support/jobs/<int:job_id>/files/<int:file_id>": {"GET": ALL},
    "/my/support/jobs/<int:job_id>/first": {"POST": ASKERS},
    "/my/support/jobs/<int:job_id>/photos/<int:photo_id>/<string:size>": {"GET": ALL},
    "/my/support/jobs/<int:job_id>/photos/add": {"POST": ASKERS},
    "/my/support/jobs/<int:job_id>/take-over": {"POST": APPROVER},
    "/my/support/orders/<int:order_id>/quarter": {"POST": APPROVER},
    "/my/support/statements/<int:statement_id>": {"GET": APPROVER},
    "/my/support/statements/<int:statement_id>/pdf": {"GET": APPROVER},
    "/my/support/work-orders/<int:order_id>": {"GET": ALL},
    "/my/support/work-orders/<int:order_id>/approve": {"POST": APPROVER},
    "/my/support/work-orders/<int:order_id>/ask": {"POST": ASKERS},
    "/my/support/work-orders/<int:order_id>/decline": {"POST": APPROVER},
    "/my/support/work-orders/<int:order_id>/pdf": {"GET": APPROVER},
}
# Links in mails: topic -> the answers that are posted.
SIGNED_ROUTES = {
    "consent": ("approve", "ask", "decline"),
    "consents": ("answer",),
    "disagree": ("send",),
    "dispute": ("send", "withdraw"),
    "emergency": ("take",),
    "mail": ("mute", "save"),
    "offer": ("accept", "counter", "reject"),
    "upcoming": (),
}
# Anybody with a login finds the list of the own projects, and anybody at all the page to ask on.
OPEN_ROUTES = {"/my/support", "/support/request"}
STAFF_ROUTES = {"/jobtrack/ledger.<string:file_type>"}


def all_routes():
    """Return all addresses of the tables as the routing map writes them."""
    signed = {f"/jobtrack/{topic}/<string:token>" for topic in SIGNED_ROUTES}
    for topic, answers in SIGNED_ROUTES.items():
        signed |= {f"/jobtrack/{topic}/<string:token>/{answer}" for answer in answers}
    return CLIENT_ROUTES.keys() | signed | OPEN_ROUTES | STAFF_ROUTES
