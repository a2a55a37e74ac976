"""Mail that Odoo sends is kept, and can be read without danger."""

import smtplib
import urllib.request
from email.message import EmailMessage

import pytest

from lib import mail_pages, odoo_run, services

ATTACK = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    """:return: the folder of a running sink, its settings and the address of its pages."""
    folder = tmp_path_factory.mktemp("mail")
    with (
        odoo_run.free_port() as web_port,
        services.mail_sink(folder, web_port=web_port) as settings,
    ):
        mail = EmailMessage()
        mail["From"], mail["To"] = "host@example.com", "client@example.com"
        mail["Subject"] = f"Estimate {ATTACK} für Sie"
        mail.set_content("In words")
        mail.add_alternative(f"<p>In colour</p>{ATTACK}", subtype="html")
        mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a ü.pdf")
        with smtplib.SMTP(settings["smtp_server"], settings["smtp_port"]) as client:
            client.send_message(mail, to_addrs=["client@example.com", "hidden@example.com"])
        yield folder, services.address(web_port)


def _get(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        return answer.read().decode(), answer.headers


def _only_mail(folder):
    (path,) = folder.glob("*.eml")
    return path


def test_the_mail_is_kept_with_its_real_recipients(sink):
    mail = mail_pages.read_mail(_only_mail(sink[0]))
    assert mail["Subject"] == f"Estimate {ATTACK} für Sie"
    assert mail.get_all("X-Envelope-To") == ["client@example.com", "hidden@example.com"]
    assert "In words" in mail_pages.body(mail, "plain")
    assert "In colour" in mail_pages.body(mail, "html")


def test_the_list_and_the_page_show_text_as_text(sink):
    folder, address = sink
    name = _only_mail(folder).stem
    for page in (_get(address + "/")[0], _get(f"{address}/mail/{name}")[0]):
        assert "Estimate &lt;script&gt;" in page
        assert ATTACK not in page


def test_the_body_comes_without_any_rights(sink):
    folder, address = sink
    text, headers = _get(f"{address}/mail/{_only_mail(folder).stem}/html")
    assert "In colour" in text
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_attachments_can_be_saved(sink):
    folder, address = sink
    text, headers = _get(f"{address}/mail/{_only_mail(folder).stem}/attachment/0")
    assert text == "%PDF-"
    assert "attachment; filename*=UTF-8''a%20%C3%BC.pdf" in headers["Content-Disposition"]


@pytest.mark.parametrize("path", ["/mail/1", "/mail/../../etc/passwd", "/nonsense"])
def test_other_paths_lead_nowhere(sink, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(sink[1] + path)


def test_another_name_for_the_machine_is_refused(sink):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _get(sink[1] + "/", Host="evil.example.com")
