"""What the support staff do with a job in the web client."""

from playwright.sync_api import expect


def open_job(desk, reference):
    """Open a job from the list of open jobs."""
    desk.open("/odoo/jobs")
    desk.open_row(reference)
    expect(desk.page.locator(".o_form_view")).to_contain_text(reference)


def take_call(desk, title, project, caller):
    """Write down the job of somebody on the phone.

    :return: its reference
    """
    desk.open("/odoo/jobs")
    desk.page.locator(".o_list_button_add:visible").click()
    desk.fill("name", title)
    desk.choose("project_id", project)
    desk.choose("jobtrack_requester_id", caller)
    desk.save()
    return desk.field("jobtrack_reference").inner_text()


def call_in(desk, words, caller):
    """Begin to take a call: find the caller by what they say.

    :param words: number, name, company, project or job
    :param caller: what the list shows of the right one
    """
    desk.open("/odoo/take-a-call")
    desk.choose("contact_id", words, option=caller)


def send_estimate(desk, hours, scope, button="Estimate"):
    """Write the estimate of the job on the screen, and send it to the client."""
    desk.press(button)
    desk.fill("hours", hours, within=desk.dialog)
    desk.fill("scope", scope, within=desk.dialog)
    desk.press_in_dialog("Send to Client")


def log_time(desk, what, category, hours):
    """Log time in the timesheets of the job on the screen."""
    desk.tab("Timesheets")
    row = desk.add_line("timesheet_ids")
    desk.fill("name", what, within=row)
    desk.choose("jobtrack_category_id", category, within=row)
    desk.fill("unit_amount", hours, within=row, leave=False)
    desk.save()


def complete(desk, summary):
    """Complete the job on the screen with the summary of the delivery."""
    desk.press("Complete")
    desk.fill("summary", summary, within=desk.dialog)
    desk.press_in_dialog("Complete and Tell the Client")
