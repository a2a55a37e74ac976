from email.message import EmailMessage

from lxml import html
from odoo import fields

from .common import JobtrackCommon

HTML = "<html><body><p>The shop shows <b>an error</b>.</p></body></html>"


def mail_head(mail):
    """Return what stands over the text of a mail that we sent: what it is about."""
    (head,) = html.fromstring(mail.body_html).xpath("//span[contains(@style, 'font-weight: bold')]")
    return " ".join(head.text_content().split())


class MailCommon(JobtrackCommon):
    """A host with a mail domain: a project with an address, a general address, and letters that come in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {
                "name": "mail.host.example",
                "catchall_alias": "catchall",
                "bounce_alias": "bounce",
                "company_ids": [fields.Command.link(cls.company.id)],
            }
        )
        cls._give_address(cls.account, "shop")
        cls.company.jobtrack_general_alias = "support"
        cls.numbers = iter(range(1, 1000))

    @classmethod
    def _give_address(cls, account, name):
        account.project_id.write({"alias_name": name, "alias_domain_id": cls.domain.id})

    @classmethod
    def _broke(cls, account=None):
        (account or cls.account).credit_limit = 0

    # === LETTERS === #

    def _letter(self, sender="max@client.example", to="shop@mail.host.example", **parts):
        """Return a letter as it comes over the wire.

        :param parts: ``subject``, ``text``, ``html``, ``files`` (list of ``(name, content)``), ``headers``
        """
        letter = EmailMessage()
        if sender is not None:
            letter["From"] = sender
        letter["To"] = to
        subject = parts.get("subject", "The shop is down")
        if subject is not None:
            letter["Subject"] = subject
        letter["Message-Id"] = f"<letter-{next(self.numbers)}@client.example>"
        for name, value in (parts.get("headers") or {}).items():
            letter[name] = value
        letter.set_content(parts.get("text", "It says 500."))
        if parts.get("html"):
            letter.add_alternative(parts["html"], subtype="html")
        for name, content in parts.get("files", ()):
            letter.add_attachment(content, "application", "octet-stream", filename=name)
        return letter

    def _receive(self, letter=None, model=False, **parts):
        """Let a letter come in through Odoo's gateway."""
        letter = letter if letter is not None else self._letter(**parts)
        raw = letter if isinstance(letter, bytes) else letter.as_bytes()
        self.env["mail.thread"].message_process(model, raw)
        self.env.flush_all()
        self.env.invalidate_all()
        return letter

    def _mail_about(self, job):
        """Tell the client something about ``job`` and return its Message-Id."""
        return job.message_post(body="How are you?", subtype_xmlid="mail.mt_comment").message_id

    # === WHAT CAME OF IT === #

    def _count(self):
        """Return how many jobs, drafts, access requests, people and mails there are."""
        env = self.env
        return {
            "jobs": env["project.task"].search_count([("jobtrack_state", "!=", False)]),
            "drafts": env["jobtrack.draft.request"].search_count([]),
            "requests": env["jobtrack.access.request"].search_count([]),
            "people": env["res.partner"].with_context(active_test=False).search_count([]),
            "mails": env["mail.mail"].sudo().search_count([]),
        }

    def assertAdds(self, before, **expected):
        """Assert what has been added since ``before``, and that it is nothing else."""
        after = self._count()
        added = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        self.assertEqual(added, expected)

    def _newest(self, model):
        return self.env[model].search([], order="id desc", limit=1)

    def _job(self):
        return self.env["project.task"].search(
            [("jobtrack_state", "!=", False)], order="id desc", limit=1
        )

    def _mails_to(self, address):
        mails = self.env["mail.mail"].sudo().search([], order="id desc")
        return mails.filtered(
            lambda mail: (
                address in (mail.email_to or "") or address in mail.recipient_ids.mapped("email")
            )
        )
