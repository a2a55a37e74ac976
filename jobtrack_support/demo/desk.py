"""What the desk of the demo company looks like this morning."""

from datetime import timedelta

CHECKLISTS = {
    "change": ("Backup made", "Change tried on the test system", "Client shown how it works"),
    "fault": ("Fault seen by ourselves", "Cause written down", "Test added"),
}


def make_checklists(env):
    """Give the kinds of job their steps, before the first job comes in."""
    env["jobtrack.job.type.check"].create(
        [
            {
                "job_type_id": env.ref(f"jobtrack_support.job_type_{kind}").id,
                "name": step,
                "sequence": 10 * place,
            }
            for kind, steps in CHECKLISTS.items()
            for place, step in enumerate(steps, start=1)
        ]
    )


def _write_notes(env, jobs, technician):
    """Let the technician write down how the jobs go: for the client, and for the team alone."""
    words = (
        ("status", "The stock comes from the warehouse every hour now; prices are next.", True),
        ("risk", "The warehouse moves to another system in spring: ask which one.", False),
        ("issue", "The test shop shows last week's articles.", False),
    )
    env["jobtrack.note"].with_user(technician).create(
        [
            {
                "task_id": job.id,
                "kind_id": env.ref(f"jobtrack_support.note_kind_{kind}").id,
                "text": text,
                "is_for_client": for_client,
            }
            for job in jobs[:1]
            for kind, text, for_client in words
        ]
    )


def leave_desk(env, technician):
    """Leave the desk as a busy morning does: a forgotten timer, a job on hold, one that nobody has taken.

    :param technician: the ``res.users`` whose day it is
    """
    tasks = env["project.task"]
    approved = tasks.search([("jobtrack_state", "=", "approved")], order="id")
    own = approved.filtered(lambda job: job.user_ids == technician)
    now = env["jobtrack.account"]._now()
    dispatcher = env["res.users"].search([("login", "=", "dora")])
    evening = now.replace(hour=21, minute=0, second=0, microsecond=0) - timedelta(days=1)
    for index, job in enumerate(own):
        job.with_user(dispatcher).date_deadline = evening + timedelta(days=index)
    if own:
        job = own[0]
        job.jobtrack_check_ids[:1].with_user(technician).is_ticked = True
        env["jobtrack.timer"].create(
            {
                "user_id": technician.id,
                "task_id": job.id,
                "date_start": now - timedelta(hours=20),
                "date_stop": now - timedelta(hours=12),
                "is_capped": True,
            }
        )
    _write_notes(env, own, technician)
    (approved - own)[-1:].action_jobtrack_hold()
    tasks.search([("jobtrack_state", "=", "requested")], order="id desc", limit=1).user_ids = False
    tasks._jobtrack_cron_queue()
