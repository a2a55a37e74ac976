"""Documents on paper: statement, invoice and ledger extract fit their pages with 1 line and with 200."""

import io
import re
import subprocess

import pytest
from e2e_papers import LONG, MANY, PAPERS, ids_of
from e2e_scene import told
from e2e_strangers import Visitor
from lxml import html
from pypdf import PdfReader

STATEMENT = "/report/pdf/jobtrack_support.report_statement/{statement}"
INVOICE = "/report/pdf/account.report_invoice/{invoice}"
IS_PATCHED = (
    "patched"
    in subprocess.run(
        ["wkhtmltopdf", "--version"], capture_output=True, text=True, check=False
    ).stdout
)
EXTRACT = "/report/pdf/jobtrack_support.report_ledger_extract/{account}"


@pytest.fixture(scope="module")
def papers(base_url, database, odoo_shell, output, scene):
    """:return: a function that gives the pages of a document as text; ``one`` or ``many`` lines."""
    ids = ids_of(odoo_shell(told(PAPERS, many=MANY, long=LONG)))
    reader = Visitor(base_url, database, "admin")

    def pages(address, size):
        answer = reader.get(address.format(**ids[size]))
        assert answer.content.startswith(b"%PDF"), answer.text[:500]
        name = address.split("/")[3].split(".")[-1]
        (output / f"paper-{name}-{size}.pdf").write_bytes(answer.content)
        found = PdfReader(io.BytesIO(answer.content)).pages
        return [" ".join(page.extract_text().split()) for page in found]

    def words(address, size):
        page = html.fromstring(reader.get(address.format(**ids[size])).content)
        return " ".join(page.text_content().split())

    pages.ids, pages.words = ids, words
    return pages


def test_a_statement_of_one_line_is_one_page(papers):
    (page,) = papers(STATEMENT, "one")
    (reference,) = papers.ids["one"]["references"]
    for part in (reference, "1:20", "Opening balance", "Balance after this billing"):
        assert part in page


def test_a_statement_of_many_lines_repeats_its_head_and_numbers_its_pages(papers):
    pages = papers(STATEMENT, "many")
    assert len(pages) > 5
    if IS_PATCHED:  # others print no headers and footers, and Odoo asks them for none
        for number, page in enumerate(pages, start=1):
            assert re.search(rf"\b{number} ?/ ?{len(pages)}\b", page), page[-200:]
    words = " ".join(pages)
    _all_once_in_jobs(papers.ids["many"]["references"], words)
    assert words.count("Total") == 1
    for page in pages:
        if "Repair" in page:
            assert page.index("From packs") < page.index("Repair"), "a page begins with its head"
    assert words.count("until the last word") == papers.ids["many"]["long"], "no row is cut"


def _all_once_in_jobs(references, words):
    for reference in references:
        assert len(re.findall(rf"{reference} Repair", words)) == 1, reference


@pytest.mark.parametrize("size", ["one", "many"])
def test_an_invoice_names_jobs_hours_and_rate(papers, size):
    # Odoo's own font is drawn and cannot be read in the PDF: its words are those of the page it is made from.
    assert len(papers(INVOICE, size)) == 1 or size == "many"
    words = papers.words(INVOICE.replace("/pdf/", "/html/"), size)
    for reference in papers.ids[size]["invoiced"]:
        assert reference in words
    assert re.search(r"\d:\d\d h at \$\s?\d+\.\d\d per hour", words)
    assert papers.ids[size]["number"] in words


def test_the_extract_of_many_entries_repeats_its_head(papers):
    pages = papers(EXTRACT, "many")
    words = " ".join(pages)
    assert words.count("Opening balance") == words.count("Closing balance") == 1
    for page in pages:
        if "Repair" in page:
            assert page.index("Entry") < page.index("Repair"), "a page begins with its head"
            assert "approved." in page[page.rindex("Repair") :], "no row is cut"
    usage = len(re.findall(r"in time for the billing", words))
    assert usage == papers.ids["many"]["usage"]
