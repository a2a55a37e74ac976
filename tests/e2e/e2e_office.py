"""The office: who works there, and small clients, one or two for each story of it."""

from e2e_scene import CLIENTS

RITA, TIMO, DORA = "rita", "timo", "dora"
OFFICE_STAFF = [
    (RITA, "Rita Reception", ["jobtrack_support.group_receptionist"]),
    (TIMO, "Timo Technician", ["jobtrack_support.group_technician"]),
    (DORA, "Dora Dispatch", ["jobtrack_support.group_dispatcher"]),
]
CINEMA, TRAVEL, CLINIC, GYM, HOTEL, GARDEN = (
    "Birch cinema site",
    "Rowan travel planner",
    "Aspen clinic portal",
    "Alder gym site",
    "Maple hotel booking",
    "Poplar garden shop",
)
MANAGES = {"may_approve": True, "may_manage_team": True, "may_see_money": True}
APPROVES = {"may_approve": True}
EMERGENCY = {"emergency_minutes": 120, "emergency_rate": 90}
# Project, client, prepaid hours, values of the account, and the people: login, phone, roles beside asking for jobs.
OFFICE_CLIENTS = [
    (CINEMA, "Birch Cinema", 20, {}, [("anna", "", MANAGES), ("mark", "", {})]),
    (
        TRAVEL,
        "Rowan Travel",
        20,
        {},
        [("rose", "", MANAGES), ("boris", "", APPROVES), ("cleo", "", {})],
    ),
    (
        CLINIC,
        "Aspen Clinic",
        10,
        EMERGENCY,
        [
            ("carla", "+1 555 0171", {**APPROVES, "may_call_emergency": True}),
            ("cora", "+1 555 0172", {}),
        ],
    ),
    (GYM, "Alder Gym", 10, {}, [("greta", "+1 555 0175", APPROVES)]),
    (
        HOTEL,
        "Maple Hotel",
        8,
        {},
        [("hans", "+1 555 0181", APPROVES), ("ida", "+1 (555) 01 82", {"may_request": False})],
    ),
    (GARDEN, "Poplar Garden", 10, {}, [("paul", "", {**APPROVES, "may_see_money": True})]),
]

# Makes the clients; one technician is on call. Prints ids of account and project by the name. Facts: clients.
OFFICE = (
    CLIENTS
    + """
import json
from datetime import timedelta

made = {}
for name, client, hours, values, people in clients:
    company = env["res.partner"].create({"name": client, "is_company": True})
    roles = {person(login, company, phone=phone): may for login, phone, may in people}
    its = account(name, company, roles, **values)
    its._grant_hours(hours, 40, reason="Spring pack")
    made[name] = {"account": its.id, "project": its.project_id.id}
now = its._now()
env["jobtrack.on.call.shift"].create({
    "user_id": env["res.users"].search([("login", "=", "timo")]).id,
    "date_start": now - timedelta(days=1),
    "date_end": now + timedelta(days=1),
})
print("SCENE " + json.dumps(made))
"""
)
