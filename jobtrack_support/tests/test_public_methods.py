import inspect

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .method_table import who_may
from .strangers_common import StrangersCommon

OURS = "odoo.addons.jobtrack_"


class Undo(Exception):
    """Takes back what a call did, so that the next one finds everything as it was."""


def public_methods(registry):
    """Return the ``(model, method)`` that our addons bring: those of Odoo's own names are checked by its own rules."""
    found = set()
    for name, model in registry.items():
        if model._abstract:
            continue  # a part of other models, where its methods are found
        ours, others = set(), set()
        for definition in model.__mro__:
            methods = {
                method
                for method, function in vars(definition).items()
                if inspect.isfunction(function)
                and not method.startswith("_")
                and not getattr(function, "_api_private", False)
            }
            (ours if definition.__module__.startswith(OURS) else others).update(methods)
        found |= {(name, method) for method in ours - others - {"init"}}
    return found


def dead_methods(registry):
    """Return the ``(model, method)`` of our parts that Odoo's own class of the model hides: nothing ever calls them.

    Parts stand behind the model's other bases: what they want to change of these has to stand in the model itself.
    """
    found = set()
    for name, model in registry.items():
        if model._abstract:
            continue
        hidden = set()
        for definition in model.__mro__:
            methods = {
                method: function
                for method, function in vars(definition).items()
                if inspect.isfunction(function) and not method.startswith("__")
            }
            if definition.__module__.startswith(OURS):
                found |= {(name, method) for method in methods.keys() & hidden}
            elif definition.__module__.startswith("odoo.addons."):
                hidden |= {
                    method
                    for method, function in methods.items()
                    if "super(" not in inspect.getsource(function)
                }
    return found


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-16 10:00:00")
class TestPublicMethods(StrangersCommon):
    maxDiff = None

    """Each public method, called by the people who may and by each kind of stranger (I8)."""

    # === WHAT IS CALLED === #

    def _form(self, model):
        """Return the values of a form about records of ours."""
        on_job = {"task_id": self.job.id}
        return {
            "jobtrack.absence": {
                "user_id": self.technician.id,
                "company_id": self.company.id,
                "date_from": "2026-03-20 08:00:00",
                "date_to": "2026-03-20 18:00:00",
                "reason": "Ill",
            },
            "jobtrack.add.photos": {**on_job, "file_ids": []},
            "jobtrack.answer.client": {"work_order_id": self.order.id, "text": "Yes"},
            "jobtrack.answer.offer": {
                "assignment_id": self.assignment.id,
                "answer": "reject",
                "reason": "Away",
            },
            "jobtrack.ask.client": {**on_job, "question": "Which?"},
            "jobtrack.books.report": {"company_id": self.company.id},
            "jobtrack.complete.job": {**on_job, "summary": "Done"},
            "jobtrack.correct.bill": {
                "statement_id": self._record("jobtrack.statement").id,
                "line_ids": [Command.set(self._record("jobtrack.statement.line").ids)],
                "reason": "Wrong",
            },
            "jobtrack.decide.dispute": {"task_id": self.disputed.id, "answer": "No"},
            "jobtrack.extend.pack": {
                "pack_id": self._record("jobtrack.hour.pack").id,
                "date_expiry": "2027-01-01",
                "reason": "Gift",
            },
            "jobtrack.give.back": {
                "entry_ids": [Command.set(self._record("jobtrack.ledger.entry").ids)],
                "hours": 1,
                "reason": "Gift",
            },
            "jobtrack.grant.hours": {
                "jobtrack_account_id": self.account.id,
                "hours": 5,
                "reason": "Gift",
            },
            "jobtrack.insist.offer": {"assignment_id": self.assignment.id},
            "jobtrack.ledger.extract": {"jobtrack_account_ids": [Command.set(self.account.ids)]},
            "jobtrack.log.slot": {"event_id": self.slot.id, "hours": 1, "note": "Work"},
            "jobtrack.log.timer": {
                "timer_id": self._record("jobtrack.timer").id,
                "name": "Work",
                "hours": 1,
                "date": "2026-03-16",
            },
            "jobtrack.offer.job": {**on_job, "user_ids": [Command.set(self.technician.ids)]},
            "jobtrack.plan.jobs": {"task_ids": [Command.set(self.job.ids)], "priority": "2"},
            "jobtrack.record.decision": {
                "work_order_id": self.order.id,
                "contact_id": self.account.main_contact_id.id,
                "told_date": "2026-03-16 10:00:00",
            },
            "jobtrack.record.dispute": {"task_id": self.disputed.id, "reason": "Too much"},
            "jobtrack.waive.time": {**on_job, "reason": "Goodwill"},
        }[model]

    def _arguments(self, model, method):
        return {
            "action_answer_question": ["Yes"],
            "action_ask_question": ["Why?"],
            "action_counter": ["Later", "2026-04-01 10:00:00"],
            "action_decline": ["No"] if model == "jobtrack.work.order" else [],
            "action_jobtrack_book_call": ["2026-03-17 10:00:00"],
            "action_jobtrack_cancel_call": [self.slot.id],
            "action_jobtrack_dispute": ["Too much"],
            "action_order_jobs": [self.job.ids],
            "action_put_first": [self.job.id],
            "action_reject": ["Away"],
            "action_reverse": ["Wrong"],
            "action_set_limits": [{"task_limit_hours": 99}],
            "action_set_mandate": [self.account.main_contact_id.id, {}],
        }.get(method, [])

    def _call(self, user, model, method):
        """Return what became of a call: ``denied``, ``told`` that it makes no sense now, or ``done``."""
        env = self._as(user)
        try:
            with self.cr.savepoint():
                if model == "jobtrack.utilisation":
                    record = env[model]  # makes its rows itself
                elif self.env[model]._transient:
                    record = env[model].create(self._form(model))
                    record.env.flush_all()
                else:
                    record = self._record(model).with_env(env)
                getattr(record, method)(*self._arguments(model, method))
                raise Undo
        except AccessError:
            return "denied"
        except UserError:
            return "told"
        except Undo:
            return "done"
        finally:
            self.env.invalidate_all()

    # === TESTS === #

    def test_the_table_names_every_public_method_and_no_other(self):
        found, known = public_methods(self.env.registry), who_may().keys()
        self.assertEqual(sorted(found - known), [], "decide who may call these")
        self.assertEqual(sorted(known - found), [], "these are gone")

    def test_no_method_of_a_part_is_hidden_by_odoo_s_own(self):
        self.assertFalse(dead_methods(self.env.registry))

    def test_who_may_call_what(self):
        wrong = []
        for (model, method), may in who_may().items():
            for name, user in self.people.items():
                with mute_logger("odoo.sql_db"):
                    result = self._call(user, model, method)
                if (result != "denied") != (name in may):
                    wrong.append((model, method, name, result))
        self.assertEqual(wrong, [])
