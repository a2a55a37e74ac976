from lxml import html
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

ROLES = ("receptionist", "technician", "dispatcher", "billing", "administrator")


@tagged("post_install", "-at_install")
class TestStartPage(HttpCase):
    """The app's start page opens for everybody who works with JobTrack, and for nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.menu = cls.env.ref("jobtrack_hosting_jobs.jobtrack_hosting_menu")
        cls.page = cls.env.ref("jobtrack_hosting_jobs.jobtrack_hosting_welcome")
        cls.staff = {
            role: new_test_user(cls.env, f"hosting {role}", f"jobtrack_support.group_{role}")
            for role in ROLES
        }
        cls.others = {
            "colleague outside JobTrack": new_test_user(
                cls.env, "hosting colleague", "base.group_user"
            ),
            "client": new_test_user(cls.env, "hosting client", "base.group_portal"),
            "visitor": cls.env.ref("base.public_user"),
        }

    def test_each_role_sees_the_menu_and_reads_the_page(self):
        for role, user in self.staff.items():
            with self.subTest(role=role):
                self.assertIn(self.menu.id, self._visible_menus(user))
                self.assertEqual(self.page.with_user(user).name, "Hosting Jobs")

    def test_others_see_no_menu_and_read_nothing(self):
        for kind, user in self.others.items():
            with self.subTest(kind=kind):
                self.assertNotIn(self.menu.id, self._visible_menus(user))
                with self.assertRaises(AccessError):
                    self.page.with_user(user).read(["name"])

    def test_nobody_of_the_staff_changes_the_page(self):
        for role, user in self.staff.items():
            for operation in ("write", "create", "unlink"):
                with self.subTest(role=role, operation=operation):
                    self.assertFalse(self.page.with_user(user).has_access(operation))

    def test_the_menu_opens_the_page_that_says_what_is_there_and_what_is_not(self):
        user = self.staff["receptionist"]
        action = self.menu.action
        self.assertEqual((action.res_model, action.res_id), (self.page._name, self.page.id))
        views = self.env[action.res_model].with_user(user).get_views([(False, "form")])
        page = html.fromstring(views["views"]["form"]["arch"])
        self.assertIn("holds no records yet", " ".join(page.text_content().split()))

    def test_the_button_leads_to_an_action_that_staff_may_open(self):
        views = self.env[self.page._name].get_views([(False, "form")])
        (button,) = html.fromstring(views["views"]["form"]["arch"]).xpath("//a[@role='button']")
        name = button.get("href").removeprefix("/odoo/action-")
        self.authenticate("hosting receptionist", "hosting receptionist")
        answer = self.make_jsonrpc_request("/web/action/load", {"action_id": name})
        self.assertEqual(answer["res_model"], "project.task")

    def _visible_menus(self, user):
        # In superuser mode, because clients may not even read menus; the groups are still the user's.
        return self.env["ir.ui.menu"].with_user(user).sudo()._visible_menu_ids()
