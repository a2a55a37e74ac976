"""The ground that every story stands on: people can log in, and mail really goes out."""


def test_administrator_reaches_the_web_client(people):
    page = people.log_in("admin", "admin")
    page.wait_for_selector(".o_main_navbar")
    people.picture(page, "web client")


def test_mail_goes_out(odoo, mailbox):
    mail = odoo.create(
        "mail.mail",
        subject="A first mail",
        email_to="somebody@example.com",
        body_html='<p>With a <a href="https://example.com/?a=1&amp;b=2">link</a></p>',
    )
    odoo.call("mail.mail", "send", [mail])
    received = mailbox.wait_for(to="somebody@example.com", subject="A first mail")
    assert received.links == {"link": "https://example.com/?a=1&b=2"}
    assert "With a" in received.text


def test_shell_works_beside_the_server(odoo_shell):
    assert "JobTrack shell" in odoo_shell("print('JobTrack shell', env.user.login)")
