import logging
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models
from odoo.tools import email_normalize, email_split, str2bool

from ..tools import intake, letters

_logger = logging.getLogger(__name__)

JOB = "project.task"
ACCESS = "jobtrack.access.request"
DRAFT = "jobtrack.draft.request"
TRUSTED = "jobtrack_support.trusted_mail_server"
UNCHECKED = "jobtrack_support.accept_unchecked_mail"


@dataclass
class Reading:
    """What was found out about a letter: who wrote it, from which headers, about which job."""

    sender: str
    contacts: object
    staff: object
    parent: object
    job: object
    is_bounce: bool
    is_automatic: bool
    is_bulk: bool
    is_ours: bool
    is_unverified: bool
    is_several: bool = False
    looks_automatic: bool = False
    letter_id: str = ""


class JobtrackIntake(models.AbstractModel):
    """Finds out the facts about a letter, asks the rule, and turns its answer into routes of Odoo's gateway.

    The rule is ``tools/intake.py``. All of it works in sudo: the gateway has no user and goes by what contacts may.
    """

    _name = "jobtrack.intake"
    _description = "Intake of Mail"

    # === READING === #

    @api.model
    def _read(self, message, message_dict):
        """Return the :class:`Reading` of a letter.

        :param message: the ``email.message.EmailMessage``
        :param dict message_dict: what Odoo parsed from it
        """
        headers = {name.lower(): str(value) for name, value in message.items()}
        results = [str(value) for value in message.get_all("Authentication-Results", [])]
        parameters = self.env["ir.config_parameter"].sudo()
        trusted = parameters.get_param(TRUSTED) or ""
        accepts = str2bool(parameters.get_param(UNCHECKED) or "", False)
        sender = email_normalize(message_dict.get("email_from") or "") or ""
        subject = message_dict.get("subject") or ""
        raw = [str(value) for name, value in message.raw_items() if name.lower() == "from"]
        is_several = letters.names_several_senders(raw, email_split(", ".join(raw)))
        # Who of several wrote it is open: then it is a letter of nobody we know.
        known_address = "" if is_several else sender
        contacts = self.env["jobtrack.account.contact"]._of_address(known_address)
        contacts = contacts.filtered("jobtrack_account_id")
        staff = self._staff(known_address)
        # Odoo forgets the parent when the answer goes to the address of something else.
        parent = self.env["mail.message"].sudo().browse(message_dict.get("parent_id") or [])
        return Reading(
            sender=sender,
            contacts=contacts,
            staff=staff,
            parent=parent,
            job=self._named_job(contacts, staff, parent, message_dict),
            is_bounce=bool(message_dict.get("is_bounce")),
            is_automatic=letters.is_automatic(headers),
            looks_automatic=letters.looks_automatic(sender, subject),
            is_bulk=letters.is_bulk(headers),
            is_several=is_several,
            is_ours=self._is_ours(sender),
            is_unverified=letters.is_unverified(
                results, trusted, strict=not accepts, sender=sender
            ),
            letter_id=message_dict.get("message_id") or "",
        )

    @api.model
    def _staff(self, sender):
        """Return the internal user who writes from this address."""
        if not sender:
            return self.env["res.users"]
        domain = [("share", "=", False), ("email_normalized", "=", sender)]
        return self.env["res.users"].sudo().search(domain, limit=1)

    @api.model
    def _is_ours(self, sender):
        """Return whether the sender is an address of this system itself."""
        if not sender:
            return False
        domains = self.env["mail.alias.domain"].sudo()
        own = self.env["res.company"].sudo().search([("email", "!=", False)]).mapped("email")
        return bool(
            domains._find_aliases([sender])
            or sender in {email_normalize(address or "") for address in own}
        )

    @api.model
    def _named_job(self, contacts, staff, parent, message_dict):
        """Return the job that the letter names, answers or links, among those on which its sender is authorised.

        The subject counts first, then what the letter answers, then its new text, then what it quotes.
        """
        jobs = self.env[JOB].sudo().with_context(active_test=False)
        if not (contacts or staff):
            return jobs
        accounts = contacts.jobtrack_account_id
        if staff:
            accounts |= accounts.search([("company_id", "in", staff.company_ids.ids)])
        subject, *texts = letters.mentions(message_dict.get("subject"), message_dict.get("body"))
        return (
            self._mentioned(jobs, accounts, subject)
            or self._answered_job(accounts, parent)
            or next(filter(None, (self._mentioned(jobs, accounts, text) for text in texts)), jobs)
        )

    @api.model
    def _mentioned(self, jobs, accounts, mentioned):
        """Return the one job that a piece of text mentions; several are none, for nobody could say which is meant."""
        references, job_ids = mentioned
        if not (references or job_ids):
            return jobs
        domain = [
            ("jobtrack_account_id", "in", accounts.ids),
            ("jobtrack_state", "!=", False),
            "|",
            ("jobtrack_reference", "in", references),
            ("id", "in", job_ids),
        ]
        found = jobs.search(domain, limit=2)
        return found if len(found) == 1 else jobs

    @api.model
    def _answered_job(self, accounts, parent):
        """Return the job whose mail is answered, or which came of the draft or row whose mail is answered."""
        job = self.env[JOB].sudo()
        if parent.model == JOB and parent.res_id:
            job = job.browse(parent.res_id).exists()
        elif parent.model in (ACCESS, DRAFT) and parent.res_id:
            job = self.env[parent.model].sudo().browse(parent.res_id).exists().job_id
        return job if job.jobtrack_account_id in accounts else job.browse()

    # === SORTING === #

    @api.model
    def _routes_by_name(self, reading):
        """Return the route to the job that a letter names, also when it went to an address that nobody reads."""
        if not reading.job or not reading.contacts or reading.is_bounce:
            return []
        return [(JOB, reading.job.id, {}, self.env.uid, None)]

    @api.model
    def _sort(self, reading, message_dict, routes):
        """Return the routes that the letter takes; those that do not concern support stay as they are."""
        ours = [route for route in routes if self._concerns_support(route)]
        if not ours:
            return routes
        result = [route for route in routes if route not in ours]
        facts, accounts = self._facts(reading, ours)
        for outcome in intake.sort_letter(facts):
            _logger.info(
                "Mail %s from %s: %s (%s)",
                reading.letter_id,
                reading.sender,
                outcome.action,
                outcome.reason,
            )
            result += self._routes_of(outcome, reading, ours, accounts, facts)
            self._address(message_dict, reading, outcome)
        return result

    @api.model
    def _concerns_support(self, route):
        model, thread_id, custom_values = route[:3]
        if model in (ACCESS, DRAFT):
            return True
        if model != JOB:
            return False
        if thread_id:
            return bool(self.env[JOB].sudo().browse(thread_id).jobtrack_account_id)
        return bool(self._account_of(custom_values))

    @api.model
    def _account_of(self, custom_values):
        """Return the account of the project that an alias stands for, closed projects and accounts included."""
        project = self.env["project.project"].browse((custom_values or {}).get("project_id") or [])
        return project.sudo().with_context(active_test=False).jobtrack_account_id

    @api.model
    def _facts(self, reading, routes):
        """Return the :class:`intake.Letter` and the accounts in which it may become a job."""
        foreign = any(model == JOB and thread_id for model, thread_id, *_rest in routes)
        addressed = self.env["jobtrack.account"].sudo()
        for model, thread_id, custom_values, *_rest in routes:
            if model == JOB and not thread_id:
                addressed |= self._account_of(custom_values)
        own = reading.contacts.jobtrack_account_id
        known = own | (addressed if reading.staff else own.browse())
        accounts = addressed & known
        general = [values for model, thread, values, *_rest in routes if model == ACCESS]
        if general and not accounts and not foreign:
            company_id = (general[0] or {}).get("company_id")
            accounts = own.filtered(
                lambda account: not company_id or account.company_id.id == company_id
            )
        since = self.env["jobtrack.account"]._now() - timedelta(days=1)
        requests = self.env[ACCESS].sudo()
        return intake.Letter(
            has_sender=bool(reading.sender),
            is_bounce=reading.is_bounce,
            is_automatic=reading.is_automatic,
            looks_automatic=reading.looks_automatic,
            is_bulk=reading.is_bulk,
            is_ours=reading.is_ours,
            is_unverified=reading.is_unverified,
            is_several=reading.is_several,
            is_staff=bool(reading.staff),
            is_known=bool(reading.contacts or reading.staff),
            on_job=bool(reading.job),
            continues=bool(self._continued(reading)),
            addressed=bool(addressed & accounts),
            places=tuple(self._place(account, reading) for account in accounts),
            letters_today=requests._letters_since(reading.sender, since),
            answers_today=requests._answers_since(reading.sender, since),
        ), accounts

    @api.model
    def _contact_at(self, account, reading):
        """Return the sender's contact on ``account``: of several who share an address, one who may ask for jobs."""
        contacts = reading.contacts.filtered(lambda c: c.jobtrack_account_id == account)
        return (contacts.filtered("may_request") or contacts)[:1]

    @api.model
    def _author(self, reading, account):
        """Return who wrote a letter; of people who share an address, who asked for the job."""
        contacts = reading.contacts.filtered(lambda c: c.jobtrack_account_id == account)
        asked = contacts.partner_id & reading.job.jobtrack_requester_id
        known = self._contact_at(account, reading).partner_id or reading.contacts.partner_id
        return (asked or known or reading.staff.partner_id)[:1]

    @api.model
    def _place(self, account, reading):
        contact = self._contact_at(account, reading)
        refusal = account._request_refusal()
        may_request = contact.may_request if contact else not refusal
        return intake.Place(account.id, may_request, refusal)

    @api.model
    def _continued(self, reading):
        """Return the undecided draft or access request of the same sender that the letter answers."""
        parent = reading.parent
        if parent.model not in (ACCESS, DRAFT) or not parent.res_id:
            return None
        record = self.env[parent.model].sudo().browse(parent.res_id)
        return record if record._is_of_sender(reading.sender) else None

    # === ROUTES === #

    @api.model
    def _routes_of(self, outcome, reading, routes, accounts, facts):
        """Return the routes for one outcome of the rule."""
        alias = next((route[4] for route in routes if route[4]), None)
        uid = self.env.ref("base.user_root").id
        account = accounts.filtered(lambda candidate: candidate.id == outcome.place)
        if outcome.action in (intake.JOB, intake.NOTE):
            return [(JOB, reading.job.id, {}, uid, None)]
        if outcome.action == intake.APPEND:
            record = self._continued(reading)
            return [(record._name, record.id, {}, uid, None)]
        if outcome.action == intake.NEW:
            return [(JOB, 0, self._job_values(account, reading), uid, alias)]
        if outcome.action in (intake.DRAFT, intake.CHOOSE):
            able = reading.contacts.filtered("may_request")
            contact = self._contact_at(account, reading) or able[:1]
            values = {
                "jobtrack_account_id": account.id,
                "partner_id": contact.partner_id.id,
                "company_id": (account or contact.jobtrack_account_id).company_id.id,
            }
            return [(DRAFT, 0, values, uid, alias)]
        if outcome.action in (intake.LIST, intake.REDIRECT):
            return [self._access_route(outcome, reading, routes, uid, alias)]
        return []

    @api.model
    def _job_values(self, account, reading):
        contact = self._contact_at(account, reading)
        return {
            "project_id": account.project_id.id,
            # Odoo would take the sender for the client.
            "partner_id": account.partner_id.id,
            "jobtrack_channel": "mail",
            "jobtrack_requester_id": contact.partner_id.id,
        }

    @api.model
    def _access_route(self, outcome, reading, routes, uid, alias):
        values = {
            "company_id": self._company_of(routes).id,
            "reason": outcome.reason,
            "task_id": reading.parent.res_id if reading.parent.model == JOB else False,
        }
        row = self.env[ACCESS].sudo()._open_row(reading.sender, values["company_id"])
        return (ACCESS, row.id or 0, values, uid, None if row else alias)

    @api.model
    def _company_of(self, routes):
        """Return the company to which a letter was written."""
        for model, thread_id, values, *_rest in routes:
            if model == JOB and thread_id:
                return self.env[JOB].sudo().browse(thread_id).jobtrack_account_id.company_id
            if model == JOB:
                return self._account_of(values).company_id
            if thread_id:
                return self.env[model].sudo().browse(thread_id).company_id
            if (values or {}).get("company_id"):
                return self.env["res.company"].sudo().browse(values["company_id"])
        return self.env.company

    @api.model
    def _address(self, message_dict, reading, outcome):
        """Let the letter be known as its contact's, and nobody of its other recipients hear of the job by it."""
        if outcome.action == intake.IGNORE:
            return
        known = outcome.action not in (intake.LIST, intake.REDIRECT)
        accounts = reading.job.jobtrack_account_id or reading.contacts.jobtrack_account_id
        place = reading.job.jobtrack_account_id or accounts.filtered(
            lambda account: account.id == outcome.place
        )
        author = self._author(reading, place)
        contacts = accounts._active_contacts()
        allowed = {address for contact in contacts for address in contact._addresses()}
        message_dict["author_id"] = author.id if known else False
        # Both are taken out again before the message is kept.
        message_dict["jobtrack_no_author"] = reading.is_unverified or reading.is_several
        if outcome.action == intake.REDIRECT:
            message_dict["jobtrack_redirect"] = True
        message_dict["recipients"] = ""
        for name in ("to_filtered", "cc_filtered"):
            people = (message_dict.get(name) or "").split(",")
            message_dict[name] = ",".join(
                person for person in people if email_normalize(person) in allowed
            )
        if outcome.action == intake.NOTE:
            message_dict["is_internal"] = True
        if reading.job and outcome.action in (intake.JOB, intake.NOTE):
            parent = self.env["mail.message"].sudo().browse(message_dict.get("parent_id") or [])
            if parent.model != JOB or parent.res_id != reading.job.id:
                message_dict.pop("parent_id", None)
