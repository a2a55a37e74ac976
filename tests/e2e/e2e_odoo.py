"""Odoo seen from outside, for what a story needs to begin with."""

import sys
from pathlib import Path

import requests

SCRIPT = Path(__file__).resolve().parents[2] / "script"


class OdooError(Exception):
    """What Odoo answered when it refused a call; ``name`` is the class of its exception."""

    def __init__(self, data):
        super().__init__(data.get("message") or data.get("name"))
        self.name = data.get("name", "")


class OdooClient:
    """Calls public methods of models as one user, with that user's rights."""

    def __init__(self, url, database, login="admin", password="admin"):
        self._url, self._database = url, database
        self._session = requests.Session()
        parameters = {"db": database, "login": login, "password": password}
        self.uid = self._post("/web/session/authenticate", parameters)["uid"]
        assert self.uid, f"{login} cannot log in"

    def as_user(self, login, password):
        """:return: a client that acts as another user."""
        return OdooClient(self._url, self._database, login, password)

    def _post(self, path, parameters):
        body = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        answer = self._session.post(self._url + path, json=body, timeout=120).json()
        if "error" in answer:
            raise OdooError(answer["error"].get("data") or answer["error"])
        return answer.get("result")

    def call(self, model, method, *arguments, **named):
        """Call a public method of a model, as the web client does.

        :return: what it returns
        :raise OdooError: when Odoo refuses
        """
        parameters = {"model": model, "method": method, "args": arguments, "kwargs": named}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", parameters)

    def create(self, model, **values):
        """:return: the id of a new record."""
        (record,) = self.call(model, "create", [values])
        return record

    def write(self, model, record, **values):
        """Change a record."""
        return self.call(model, "write", [record], values)

    def find(self, model, domain, *fields):
        """:return: the fields of the records that match."""
        return self.call(model, "search_read", domain, fields=list(fields))

    def id_of(self, external):
        """:return: the id of a record with an external id such as ``base.main_company``."""
        module, _, name = external.partition(".")
        found = self.find("ir.model.data", [["module", "=", module], ["name", "=", name]], "res_id")
        assert found, f"there is no record {external}"
        return found[0]["res_id"]

    def run_cron(self, external):
        """Run a scheduled action now."""
        self.call("ir.cron", "method_direct_trigger", [self.id_of(external)])


def run_in_shell(database, program, settings, log):
    """Run a program in an Odoo shell beside the server, for what has no public method.

    :return: what it printed
    """
    if str(SCRIPT) not in sys.path:
        sys.path.insert(0, str(SCRIPT))
    from lib import odoo_run, postgres

    program += "\nenv.cr.commit()\n"
    return odoo_run.shell(postgres.Cluster(), database, program, log=log, settings=settings)
