"""How requests come in to the demo company: its addresses, the rota, a morning's mail and calls."""

from datetime import timedelta

from odoo import Command

DOMAIN = "brightdesk.example"
LETTERS = [
    (
        "Eva Engel <eva@engel-design.example>",
        f"support@{DOMAIN}",
        "Can you look after our shop?",
        "Hello,\n\nNora North of Northwind Bakery recommended you. We have a shop with 400 products.\n\nEva Engel",
    ),
    (
        "Nora <nora.north@home.example>",
        f"support@{DOMAIN}",
        "From my private address",
        "The office mail is down: please call me.\n\nNora",
    ),
    (
        "Quinn Quick <quinn@quick.example>",
        f"support@{DOMAIN}",
        "Parcel labels are cut off",
        "Since the update the labels miss a line.\n\nQuinn",
    ),
    (
        "Nick Novak <nick@northwind.example>",
        f"northwind-web-shop@{DOMAIN}",
        "Opening hours at Easter",
        "We are closed on Good Friday: please put it on the front page.\n\nNick",
    ),
]


def make_addresses(env):
    """Give the company its mail domain, the general address and an address for each project."""
    env["mail.alias.domain"].create(
        {
            "name": DOMAIN,
            "catchall_alias": "catchall",
            "bounce_alias": "bounce",
            "company_ids": [Command.link(env.company.id)],
        }
    )
    env.company.jobtrack_general_alias = "support"
    for account in env["jobtrack.account"].search([("active", "=", True)]):
        account.action_make_alias()


def leave_intake(env):
    """Leave the rota of this week, and what came in this morning by mail and by phone."""
    _plan_rota(env)
    for number, (sender, to, subject, text) in enumerate(LETTERS):
        letter = f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-Id: <demo-{number}@mail.example>\n\n{text}\n"
        env["mail.thread"].message_process(False, letter)
    _take_calls(env)


def _plan_rota(env):
    now = env["jobtrack.account"]._now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=13, minute=0, second=0)
    users = env["res.users"].search([("login", "in", ("tom", "dora"))], order="login desc")
    env["jobtrack.on.call.shift"].create(
        [
            {
                "user_id": users[(day + rank) % len(users)].id,
                "date_start": monday + timedelta(days=day),
                "date_end": monday + timedelta(days=day + 1),
                "rank": rank + 1,
            }
            for day in range(-1, 7)
            for rank in range(len(users))
        ]
    )


def _take_calls(env):
    receptionist = env["res.users"].search([("login", "=", "rita")])
    calls = env["jobtrack.call"].with_user(receptionist)
    now = env["jobtrack.account"]._now()

    def caller(login):
        partner = env["res.users"].search([("login", "=", login)]).partner_id
        return env["jobtrack.account.contact"].search([("partner_id", "=", partner.id)], limit=1)

    question = calls.create(
        {
            "contact_id": caller("nora").id,
            "note": "Only wanted to know our opening hours.",
            "date": now - timedelta(hours=3),
        }
    )
    question.action_end()
    stranger = calls.create(
        {
            "caller_name": "Mr Berg, Alpine Tours",
            "phone": "+1 555 0177",
            "title": "Booking calendar for a travel site",
            "date": now - timedelta(hours=2),
        }
    )
    stranger.action_list()
    emergency = calls.create(
        {
            "contact_id": caller("hugo").id,
            "title": "Nobody can sign in to the intranet",
            "note": "Since half an hour; a hearing is at noon.",
            "is_emergency": True,
            "priority": "3",
            "date": now - timedelta(minutes=20),
        }
    )
    emergency.action_make_job()
