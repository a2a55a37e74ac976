from odoo.tests import HttpCase
from odoo.tools.misc import hash_sign


class SignedLinkCommon(HttpCase):
    """A page behind a signed link: who holds it looks by GET and acts by POST, with the token of the page's form."""

    # What can be done on the page, as the last part of the address.
    answers = ()

    def _open(self, url):
        """Take ``url`` for the link of this test, and the token that its page gives to forms."""
        self.url = url
        self.csrf = self._csrf_of(url)

    def _csrf_of(self, url):
        return self.url_open(url).text.split('name="csrf_token" value="')[1].split('"')[0]

    def _post(self, answer, url=None, **data):
        return self.url_open(f"{url or self.url}/{answer}", data={"csrf_token": self.csrf, **data})

    def _forge(self, scope, payload):
        """Return the link of this test with another signed payload."""
        token = hash_sign(self.env(su=True), scope, payload, expiration_hours=24)
        return f"{self.url.rsplit('/', 1)[0]}/{token}"

    def assertNotValid(self, url):
        """Assert that the link opens nothing, neither to look at nor to act."""
        responses = [self.url_open(url)]
        responses += [self._post(answer, url, reason="No", text="No") for answer in self.answers]
        for response in responses:
            self.assertEqual(response.status_code, 404)
            self.assertIn("not valid any more", response.text)
        self.assertUntouched()

    def assertUntouched(self):
        """Assert that what the link is about is as it was."""

    def assertBrokenNotValid(self):
        """Assert that the link opens nothing once anything of its token is wrong."""
        base, token = self.url.rsplit("/", 1)
        for wrong in ("x", token[:-4], token[:-1] + ("A" if token[-1] != "A" else "B"), "é"):
            with self.subTest(token=wrong):
                self.assertNotValid(f"{base}/{wrong}")

    def assertScannersRefused(self):
        """Assert that nothing happens by pressing the addresses, or by forms from elsewhere."""
        for answer in self.answers:
            url = f"{self.url}/{answer}"
            self.assertIn(self.url_open(url).status_code, (404, 405))
            self.assertEqual(self.url_open(url, data={"reason": "x"}).status_code, 400)
