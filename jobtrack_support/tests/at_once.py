from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name

from .common import JobtrackCommon


class AtOnce(BaseCase):
    """Tests of several people at the same moment, on connections of their own.

    What is tested so has to be committed, because a second connection sees nothing else. Each test works in a company
    of its own and leaves it in the database of this test run.
    """

    def setUp(self):
        super().setUp()
        # The thread that runs the tests holds this lock all the time; other threads need the registry as well.
        self.patch(Registry, "_lock", DummyRLock())
        self.conflicts = 0
        self.errors = []
        self.scene = type("Scene", (JobtrackCommon,), {"suffix": f" {uuid4().hex[:8]}"})

    def _commit(self, work):
        """Run ``work(env)`` in a transaction of its own and commit it."""
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            result = work(env)
            env.flush_all()
        return result

    def _build(self, work):
        """Let ``work(scene)`` make and commit records in a fresh company; returns what it returns."""

        def build(env):
            self.scene.env = env
            self.scene._set_scene()
            return work(self.scene)

        return self._commit(build)
