from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from psycopg2 import IntegrityError

from ..models.guard import filled_in
from .strangers_common import ROLES, StrangersCommon
from .test_companies import COMPANY_OF

# Odoo's own models, of which our fields count.
ODOO_MODELS = ("account.analytic.line", "calendar.event", "project.task")
MOMENT = "2031-01-01 00:00:00"


class Undo(Exception):
    """Takes back what was tried."""


@tagged("post_install", "-at_install", "security")
@freeze_time("2026-03-16 10:00:00")
class TestTyping(StrangersCommon):
    maxDiff = None

    """What follows from steps is neither typed nor sent along in a context, by whomever, over RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        elsewhere = cls.people["foreign"].company_id
        cls.env.user.company_ids |= elsewhere
        client = cls.env["res.partner"].create({"name": "Their client"})
        account = cls._make_account("Theirs", partner=client, company=elsewhere)
        cls.their_contact = cls._make_contact(account, client)
        cls.their_account = account
        cls.their_job = cls._make_job("Theirs", account=account)
        contact = cls._make_contact(cls.account, cls._make_person("Nina New"))
        cls.new_values = {
            "jobtrack.access.request": {"name": "May I?", "email": "who@example.com"},
            "jobtrack.call": {"contact_id": contact.id},
            "jobtrack.draft.request": {
                "name": "Later",
                "jobtrack_account_id": cls.account.id,
                "partner_id": cls.approver.id,
            },
            "jobtrack.job.check": {"task_id": cls.job.id, "name": "Backup made"},
            "jobtrack.mandate": {"contact_id": contact.id, "job_hours": 1},
            "jobtrack.note": {"task_id": cls.job.id, "text": "A note"},
            "jobtrack.on.call.shift": {
                "user_id": cls.technician.id,
                "date_start": "2026-04-01 08:00:00",
                "date_end": "2026-04-01 18:00:00",
            },
        }

    # === HELPERS === #

    def _names(self, model):
        names = filled_in(self.env[model])
        if model in ODOO_MODELS:
            names = {name for name in names if name.startswith("jobtrack_")}
        types = {"one2many", "json", "binary", "properties", "html"}
        return sorted(n for n in names if self.env[model]._fields[n].type not in types)

    def _forged(self, record, name):
        """Return a value that the field does not have, as it is sent over RPC."""
        field, value = record._fields[name], record[name]
        if field.type == "selection":
            return next(key for key in field.get_values(self.env) if key != value)
        if field.type in ("many2one", "many2many"):
            other = self.env[field.comodel_name].search(
                [("id", "not in", value.ids)], limit=1, order="id"
            )
            return other.id if field.type == "many2one" else [Command.set(other.ids)]
        return {
            "boolean": not value,
            "integer": 98765,
            "float": 98765.0,
            "monetary": 98765.0,
            "date": "2031-01-01",
            "datetime": MOMENT,
        }.get(field.type, "forged")

    def _changes(self, record, name, write):
        """Return whether ``write()`` changes the field; what it did is taken back."""
        before, changed = record[name], False
        try:
            with self.cr.savepoint():
                write()
                self.env.flush_all()
                self.env.invalidate_all()
                changed = record[name] != before
                raise Undo
        except UserError:
            return False
        except Undo:
            return changed
        finally:
            self.env.invalidate_all()

    def _refused(self, work):
        """Return whether ``work()`` is refused in words; what it did otherwise is taken back."""
        try:
            with self.cr.savepoint():
                work()
                self.env.flush_all()
                raise Undo
        except UserError:
            return True
        except (Undo, IntegrityError, ValueError):
            return False
        finally:
            self.env.invalidate_all()

    # === FIELDS === #

    def test_nobody_writes_what_is_filled_in(self):
        tried, typed = 0, []
        for model in (*COMPANY_OF, *ODOO_MODELS):
            record = self._record(model)
            for role in ROLES:
                own = record.with_env(self._as(self.people[role]))
                for name in self._names(model) if own.has_access("write") else ():
                    values = {name: self._forged(record, name)}
                    tried += 1
                    if self._changes(record, name, lambda o=own, v=values: o.write(v)):
                        typed.append((model, role, name))
        self.assertEqual(typed, [])
        self.assertGreater(tried, 300)

    def test_nobody_creates_with_what_is_filled_in(self):
        typed = []
        for model in (*COMPANY_OF, *ODOO_MODELS):
            record = self._record(model)
            for role in ROLES:
                creator = self.env[model].with_env(self._as(self.people[role]))
                for name in self._names(model) if creator.has_access("create") else ():
                    values = {**self.new_values.get(model, {}), name: self._forged(record, name)}
                    if self._takes(creator, values, name, values[name]):
                        typed.append((model, role, name))
        self.assertEqual(typed, [])

    def test_no_context_fills_anything_in(self):
        filled = []
        for model, values in self.new_values.items():
            record = self._record(model)
            for name in self._names(model):
                forged = self._forged(record, name)
                creator = self.env[model].with_env(self._as(self.people["administrator"]))
                creator = creator.with_context(**{f"default_{name}": forged})
                if self._takes(creator, values, name, forged):
                    filled.append((model, name))
        self.assertEqual(filled, [])

    def _takes(self, creator, values, name, forged):
        """Return whether a new record holds the forged value, or would but for other values; it is taken back."""
        taken = False
        try:
            with self.cr.savepoint():
                made = creator.create(values)
                field = made._fields[name]
                self.env.flush_all()
                self.env.invalidate_all()
                taken = made.sudo()[name] == field.convert_to_record(
                    field.convert_to_cache(forged, made.sudo()), made.sudo()
                )
                raise Undo
        except (ValidationError, IntegrityError):
            return True
        except UserError:
            return False
        except Undo:
            return taken
        finally:
            self.env.invalidate_all()

    # === OTHER COMPANIES === #

    def test_nothing_is_moved_to_another_company_or_made_there(self):
        administrator = self._as(self.people["administrator"])
        foreign = {
            "jobtrack.access.request": {"jobtrack_account_id": self.their_account.id},
            "jobtrack.account.contact": {"jobtrack_account_id": self.their_account.id},
            "jobtrack.adjustment": {"jobtrack_account_id": self.their_account.id},
            "jobtrack.call": {"contact_id": self.their_contact.id},
            "jobtrack.draft.request": {"jobtrack_account_id": self.their_account.id},
            "jobtrack.job.check": {"task_id": self.their_job.id},
            "jobtrack.mandate": {"contact_id": self.their_contact.id},
            "jobtrack.note": {"task_id": self.their_job.id},
            "jobtrack.on.call.shift": {"company_id": self.their_account.company_id.id},
            "jobtrack.work.order": {"task_id": self.their_job.id},
            "calendar.event": {"jobtrack_job_id": self.their_job.id},
        }
        done = []
        for model, values in foreign.items():
            record = self._record(model).with_env(administrator)
            if model == "jobtrack.work.order":
                record = self._make_estimate(self._make_job(), 1).with_env(administrator)
            new = {**self.new_values.get(model, {}), **values}
            own = {**new, "company_id": self.company.id}
            creator = self.env[model].with_env(administrator)
            steps = {"write": lambda r=record, v=values: r.write(v)}
            if model in self.new_values:
                steps["create"] = lambda c=creator, v=new: c.create(v)
                if "company_id" not in values:
                    steps["create as ours"] = lambda c=creator, v=own: c.create(v)
            done += [(model, step) for step, do in steps.items() if not self._refused(do)]
        self.assertEqual(done, [])

    def test_an_absence_is_kept_in_ones_own_companies_only(self):
        dispatcher = self._as(self.people["dispatcher"])
        form = dispatcher["jobtrack.absence"].create(
            {
                "user_id": self.people["foreign"].id,
                "company_id": self.their_account.company_id.id,
                "date_from": "2026-03-20 08:00:00",
                "date_to": "2026-03-20 18:00:00",
                "reason": "Ill",
            }
        )
        with self.assertRaises(AccessError):
            form.action_confirm()

    def test_forms_about_others_tell_nothing_of_them(self):
        order = self._make_estimate(self.their_job, 2)
        order.action_send()
        order._ask(self.their_contact.partner_id, "Their secret")
        administrator = self._as(self.people["administrator"])
        with self.assertRaises(AccessError):
            form = administrator["jobtrack.answer.client"].create(
                {"work_order_id": order.id, "text": "x"}
            )
            form.read(["question"])
        with self.assertRaises(AccessError):
            desk = self._as(self.people["receptionist"])["jobtrack.call"]
            typed = {"contact_id": self.their_contact.id}
            desk.onchange(typed, ["contact_id"], {"available_hours": {}, "standing": {}})

    # === CLIENTS === #

    def test_clients_and_strangers_write_nothing_at_all(self):
        people = ("approver", "member", "looker", "former", "client", "public")
        done = []
        for model in (*COMPANY_OF, *ODOO_MODELS):
            record = self._record(model)
            values = {"create_date": MOMENT}
            for field in ("start", "name"):
                values = {field: MOMENT} if field in record._fields else values
            for name in people:
                own = record.with_env(self._as(self.people[name]))
                steps = {
                    "write": lambda o=own, v=values: o.write(v),
                    "unlink": lambda o=own: o.unlink(),
                    "create": lambda o=own, v=values: o.create(v),
                }
                done += [(model, name, step) for step, do in steps.items() if not self._refused(do)]
        self.assertEqual(done, [])

    def test_no_commands_reach_others_through_a_job_or_an_account(self):
        done = []
        for name in ("approver", "member", "client"):
            for record in (self.job, self.account, self.order):
                own = record.with_env(self._as(self.people[name]))
                for field in record._fields.values():
                    if field.type not in ("one2many", "many2many"):
                        continue
                    ours = field.comodel_name.startswith("jobtrack.")
                    if ours or field.name.startswith("jobtrack_"):
                        commands = {field.name: [Command.create({"name": "Mine"})]}
                        if not self._refused(lambda o=own, c=commands: o.write(c)):
                            done.append((name, str(field)))
        self.assertEqual(done, [])

    def test_sums_and_searches_show_strangers_nothing(self):
        for model in (*COMPANY_OF, "account.analytic.line", "project.task", "calendar.event"):
            record = self._record(model)
            for name in ("client", "former", "public", "foreign"):
                env = self._as(self.people[name])
                if not env[model].has_access("read"):
                    continue
                with self.subTest(model=model, user=name):
                    self.assertFalse(env[model].search([("id", "=", record.id)]))
                    [(count,)] = env[model]._read_group([("id", "=", record.id)], [], ["__count"])
                    self.assertEqual(count, 0)

    def test_files_of_a_job_are_the_clients_only(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "plan.txt",
                "raw": b"secret",
                "res_model": "project.task",
                "res_id": self.job.id,
            }
        )
        for name in ("client", "former", "public", "foreign"):
            env = self._as(self.people[name])
            with self.subTest(user=name), self.assertRaises(AccessError):
                file.with_env(env).read(["raw"])
            for model in ("project.task", "jobtrack.work.order", "jobtrack.note"):
                with self.subTest(user=name, model=model), self.assertRaises(AccessError):
                    env["ir.attachment"].create(
                        {
                            "name": "x",
                            "raw": b"x",
                            "res_model": model,
                            "res_id": self._record(model).id,
                        }
                    )
