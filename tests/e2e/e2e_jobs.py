"""What became of jobs so far, and jobs that begin without a screen."""


def rows_of(odoo, model, domain, *fields):
    """:return: some fields of the records that match, oldest first, a tuple for each."""
    found = odoo.call(model, "search_read", domain, fields=list(fields), order="id")
    return [tuple(record[field] for field in fields) for record in found]


def job_of(odoo, reference):
    """:return: the id of a job."""
    return odoo.find("project.task", [["jobtrack_reference", "=", reference]])[0]["id"]


def orders_of(odoo, reference):
    """:return: version, state and decider of a job's work orders, oldest first."""
    domain = [["task_id.jobtrack_reference", "=", reference]]
    return rows_of(odoo, "jobtrack.work.order", domain, "version", "state", "decided_name")


def times_of(odoo, reference):
    """:return: hours of a job's time, and whether the client consented to them."""
    domain = [["jobtrack_job_id.jobtrack_reference", "=", reference]]
    return rows_of(odoo, "account.analytic.line", domain, "unit_amount", "jobtrack_billable")


def estimate_job(technician, project, title, hours, **values):
    """Let a technician write a job down and send its estimate.

    :param values: of the job
    :return: the job's reference, and the id of the work order
    """
    job = technician.create("project.task", name=title, project_id=project, **values)
    order = technician.create("jobtrack.work.order", task_id=job, hours=hours, scope=title)
    technician.call("jobtrack.work.order", "action_send", [order])
    ((reference,),) = rows_of(technician, "project.task", [["id", "=", job]], "jobtrack_reference")
    return reference, order


def tell_approval(odoo, order):
    """Let dispatch record that somebody of the client has approved an estimate on the phone."""
    (found,) = odoo.find("jobtrack.work.order", [["id", "=", order]], "jobtrack_account_id")
    account = found["jobtrack_account_id"][0]
    domain = [["jobtrack_account_id", "=", account], ["may_approve", "=", True]]
    (contact, *_others) = rows_of(odoo, "jobtrack.account.contact", domain, "id")
    told = odoo.create("jobtrack.record.decision", work_order_id=order, contact_id=contact[0])
    odoo.call("jobtrack.record.decision", "action_record", [told])
