"""Who may call which public method: whatever has no leading underscore is called over RPC by anybody with a login.

A new public method has to be entered here, or ``test_public_methods`` fails: nobody adds one without deciding.
"""

ADMIN = {"administrator"}
DISPATCH = ADMIN | {"dispatcher"}
STAFF = DISPATCH | {"technician"}
DESK = STAFF | {"receptionist"}
BILLING = ADMIN | {"billing"}
MONEY = DISPATCH | BILLING
TEAM = DESK | BILLING | {"reader"}
# Screens of a job: who may read it in Odoo's own lists as well.
INTERNAL = TEAM | {"plain"}
APPROVER = {"approver"}
ASKERS = APPROVER | {"member"}

# model -> {who may: names of methods}
METHODS = {
    "account.analytic.line": [(STAFF, "action_jobtrack_split")],
    "calendar.event": [
        (DESK, "action_jobtrack_cancel action_jobtrack_held action_jobtrack_not_held"),
    ],
    "jobtrack.access.request": [(DESK, "action_accept action_decline action_reopen")],
    "jobtrack.account": [
        (TEAM, "action_open_jobs action_open_ledger action_open_packs action_open_statements"),
        (TEAM, "action_open_invoices action_sell_plan"),
        (ADMIN, "action_make_alias"),
        (APPROVER, "action_set_limits action_set_mandate"),
        (DISPATCH | ASKERS, "action_order_jobs action_put_first"),
    ],
    "jobtrack.account.contact": [(DESK, "action_invite")],
    "jobtrack.adjustment": [(BILLING, "action_submit action_approve action_refuse")],
    "jobtrack.assignment": [
        ({"technician"}, "action_accept action_reject action_counter action_open_answer"),
        (DISPATCH, "action_agree action_insist action_withdraw"),
        (DISPATCH, "action_open_insist action_offer_to_other"),
    ],
    "jobtrack.billing.problem": [(BILLING, "action_retry"), (TEAM, "action_open_account")],
    "jobtrack.billing.run": [
        (BILLING, "action_bill refresh_preview action_retry_problems"),
        (TEAM, "progress action_open_statements action_open_invoices"),
        (TEAM, "action_open_disputed action_open_notices"),
    ],
    # The same for all companies.
    "jobtrack.board.tile": [(TEAM | {"foreign"}, "action_open")],
    "jobtrack.call": [
        (DESK, "action_make_job action_keep_draft action_note_on_job action_list action_end"),
        (DISPATCH, "action_record_decision"),
    ],
    "jobtrack.draft.request": [(DESK, "action_submit action_withdraw")],
    "jobtrack.hour.pack": [
        (TEAM, "action_open_invoice action_adjust"),
        (BILLING, "action_extend action_refund_rest"),
        (ADMIN, "action_revive_lapsed"),
    ],
    "jobtrack.ledger.entry": [(TEAM, "action_give_back")],
    "jobtrack.note": [(DESK, "action_settle")],
    "jobtrack.on.call.shift": [(DISPATCH, "action_copy_to_next_week")],
    "jobtrack.rollover": [(MONEY, "action_confirm action_refuse")],
    "jobtrack.statement": [
        (BILLING, "action_send_again action_correct action_reverse"),
        (TEAM, "action_open_invoice"),
    ],
    "jobtrack.statement.line": [(BILLING, "action_correct"), (TEAM, "action_give_back")],
    "jobtrack.timer": [({"technician"}, "action_log action_drop")],
    "jobtrack.work.order": [
        (APPROVER, "action_approve action_decline"),
        (ASKERS, "action_ask_question"),
        (STAFF, "action_send action_send_again action_send_together action_cancel"),
        (STAFF, "action_answer_question action_open_answer"),
        (DISPATCH, "action_record_decision"),
        (TEAM, "action_print_record action_open_job"),
    ],
    "project.project": [(INTERNAL, "action_jobtrack_account")],
    "project.task": [
        (INTERNAL, "action_jobtrack_open_slots action_jobtrack_open_notes"),
        (INTERNAL, "action_jobtrack_open_account"),
        (TEAM, "action_jobtrack_open_statements action_jobtrack_open_work_orders"),
        (DESK, "action_jobtrack_plan_work action_jobtrack_plan_call action_jobtrack_add_note"),
        (DESK, "action_jobtrack_add_photos action_jobtrack_ask action_jobtrack_answered"),
        (STAFF, "action_jobtrack_estimate action_jobtrack_not_billable action_jobtrack_billable"),
        (STAFF, "action_jobtrack_complete action_jobtrack_split_time action_jobtrack_take"),
        (STAFF, "action_jobtrack_timer_start action_jobtrack_timer_stop"),
        (STAFF, "action_jobtrack_answer_client action_jobtrack_confirm_emergency"),
        (STAFF, "action_jobtrack_accept_offer action_jobtrack_answer_offer"),
        (DISPATCH, "action_jobtrack_agree_offer action_jobtrack_insist_offer"),
        (DISPATCH, "action_jobtrack_offer action_jobtrack_offer_to_other action_jobtrack_plan"),
        (DISPATCH, "action_jobtrack_cancel action_jobtrack_reopen"),
        (DISPATCH, "action_jobtrack_hold action_jobtrack_release"),
        (MONEY, "action_jobtrack_waive action_jobtrack_unwaive action_jobtrack_decide_dispute"),
        (ASKERS, "action_jobtrack_book_call action_jobtrack_cancel_call"),
        (MONEY | ASKERS, "action_jobtrack_dispute action_jobtrack_withdraw_dispute"),
    ],
    # Forms: who may make them, with a record of ours in them.
    "jobtrack.absence": [(DISPATCH, "action_confirm")],
    "jobtrack.add.photos": [(DESK, "action_add")],
    "jobtrack.answer.client": [(STAFF, "action_answer")],
    "jobtrack.answer.offer": [({"technician"}, "action_answer")],
    "jobtrack.ask.client": [(DESK, "action_ask")],
    "jobtrack.books.report": [
        (BILLING, "action_open_items action_open_foreign action_open_plans action_open_entries"),
    ],
    "jobtrack.complete.job": [
        (STAFF, "action_ask action_complete"),
        (DISPATCH, "action_give_up"),
    ],
    "jobtrack.correct.bill": [(BILLING, "action_correct")],
    "jobtrack.decide.dispute": [(MONEY, "action_decide")],
    "jobtrack.extend.pack": [(BILLING, "action_extend")],
    "jobtrack.give.back": [(BILLING, "action_give_back")],
    "jobtrack.grant.hours": [(BILLING, "action_grant")],
    "jobtrack.insist.offer": [(DISPATCH, "action_insist")],
    "jobtrack.ledger.extract": [(TEAM, "action_download")],
    "jobtrack.log.slot": [(STAFF, "action_log")],
    "jobtrack.log.timer": [({"technician"}, "action_log action_drop")],
    "jobtrack.offer.job": [(DISPATCH, "action_offer")],
    "jobtrack.plan.jobs": [(DISPATCH, "action_plan")],
    "jobtrack.record.decision": [(DISPATCH, "action_record")],
    "jobtrack.record.dispute": [(MONEY, "action_record")],
    # Of the own company, whichever it is.
    "jobtrack.utilisation": [(DISPATCH | {"foreign"}, "action_open")],
    "jobtrack.waive.time": [(MONEY, "action_waive")],
}


def who_may():
    """Return a dictionary: ``(model, method)`` -> names of the people who may call it."""
    return {
        (model, method): people
        for model, rows in METHODS.items()
        for people, methods in rows
        for method in methods.split()
    }
