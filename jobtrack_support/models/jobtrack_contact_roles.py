from markupsafe import Markup
from odoo import api, models
from odoo.exceptions import AccessError

from . import guard

DISPATCH = "jobtrack_support.group_dispatcher"
# Who holds these spends the client's money, as does who holds a mandate.
ROLES = ("may_approve", "may_call_emergency")
SPENDING = (*ROLES, "mandate")
# What decides in whose name somebody acts; changes of it are kept and told.
WATCHED = (*ROLES, "may_manage_team", "other_emails", "active")


class JobtrackContactRoles(models.AbstractModel):
    """Who may approve or call emergencies: given by dispatch, kept in the account's history, told to its managers."""

    _name = "jobtrack.contact.roles"
    _description = "Contact: Changes of Roles"

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        # Read from the records: what is given may come from defaults as well.
        if any(_gains({}, contact._watched()) for contact in contacts):
            contacts._check_gives_spending()
        contacts._after_roles({contact: {"active": contact.active} for contact in contacts})
        return contacts

    def write(self, vals):
        if not set(WATCHED) & vals.keys():
            return super().write(vals)
        before = {contact: contact._watched() for contact in self}
        changes = {name: vals[name] for name in WATCHED if name in vals}
        if any(_gains(was, was | changes) for was in before.values()):
            self._check_gives_spending()
        managers = self._managers_by_account()
        result = super().write(vals)
        self._after_roles(before, managers)
        return result

    def unlink(self):
        """Who is deleted loses what an archived contact loses."""
        before = {contact: contact._watched() for contact in self.filtered("active")}
        managers = self._managers_by_account()
        words = {
            contact: contact._news_of_roles(was, was | {"active": False})
            for contact, was in before.items()
        }
        accounts = {contact: contact.jobtrack_account_id for contact in before}
        result = super().unlink()
        for contact, account in accounts.items():
            self._keep_and_tell(account, words[contact], managers[account].exists())
        return result

    @api.model
    def _check_gives_spending(self):
        """Refuse whoever may not let people spend the client's money.

        :raise AccessError: unless a dispatcher asks, or one of our methods that has checked its caller
        """
        if not (self.env.su or self.env.user.has_group(DISPATCH)):
            raise AccessError(
                self.env._(
                    "A dispatcher decides who may approve or call emergencies: please ask one."
                )
            )

    def _watched(self):
        self.ensure_one()
        contact = self.sudo()
        return {name: contact[name] for name in WATCHED} | {"mandate": bool(contact.mandate_id)}

    def _managers_by_account(self):
        return {account: account._limit_managers() for account in self.jobtrack_account_id}

    def _after_roles(self, before, managers=None):
        """Keep and tell what has changed since ``before``.

        :param dict before: contact -> what was watched of it
        :param dict managers: account -> who managed it before; none where the contacts are new
        """
        news = {}
        for contact in self:
            was, now = before[contact], contact._watched()
            news.setdefault(contact.jobtrack_account_id, []).extend(
                contact._news_of_roles(was, now)
            )
        for account, lines in news.items():
            people = account._limit_managers()
            # Nobody needs a mail to learn of the own, new role; who loses one does.
            people = people | managers[account] if managers else people - self
            self._keep_and_tell(account, lines, people)

    def _news_of_roles(self, was, now):
        """Return a sentence for each watched value that differs."""
        self.ensure_one()
        return [
            self.env._(
                "%(person)s, %(role)s: %(before)s → %(after)s",
                person=self.name,
                role=self._fields[name]._description_string(self.env),
                before=self._role_in_words(was.get(name)),
                after=self._role_in_words(now[name]),
            )
            for name in WATCHED
            if (was.get(name) or False) != (now[name] or False)
        ]

    def _role_in_words(self, value):
        if isinstance(value, str) and value:
            return value
        return self.env._("yes") if value else self.env._("no")

    def _after_main_address(self, before):
        """Keep and tell that consent goes to another address from now on, also to the address that counted before.

        :param dict before: contact -> address that was replaced; may be empty
        """
        by_account = {}
        for contact in before:
            by_account.setdefault(contact.jobtrack_account_id, []).append(contact)
        for account, changed in by_account.items():
            news = {contact: contact._news_of_address(before[contact]) for contact in changed}
            # Who was changed reads it at the old address: the new one may be somebody else's.
            others = account._limit_managers() - self.union(*changed)
            self._keep_and_tell(account, list(news.values()), others, self.union(*changed))
            for contact in changed:
                if before[contact] and not guard.is_system(self.env):
                    contact._tell_old_address(before[contact], [news[contact]])

    def _news_of_address(self, old):
        self.ensure_one()
        return self.env._(
            "%(person)s, main e-mail address: %(before)s → %(after)s",
            person=self.name,
            before=old or self.env._("none"),
            after=self.email or self.env._("none"),
        )

    def _tell_old_address(self, address, news):
        self.ensure_one()
        account = self.jobtrack_account_id.sudo()
        self._tell(
            "jobtrack_support.mail_template_limits",
            account,
            "limits",
            {"recipient_ids": [], "email_to": address},
            jobtrack_news=news,
            jobtrack_actor=self.env.user.partner_id.name,
        )

    @api.model
    def _keep_and_tell(self, account, news, people, silent=None):
        """Keep news in the account's history, and tell ``people`` and the main contact, unless among ``silent``."""
        if not news:
            return
        lines = Markup("").join(Markup("<li>%s</li>") % line for line in news)
        account.sudo().message_post(
            body=Markup("<p>%s</p><ul>%s</ul>") % (self.env._("Contacts changed:"), lines),
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_note",
        )
        # What the program itself sets up has nobody to be told about.
        if not guard.is_system(self.env):
            account._tell_limits_changed(news, people, silent=silent)


def _gains(was, now):
    """Return whether somebody who may not spend the client's money comes to do so."""
    return any(_holds(now, role) and not _holds(was, role) for role in SPENDING)


def _holds(values, role):
    return values.get("active") and values.get(role)
