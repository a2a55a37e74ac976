"""Texts of clients in the cells of a spreadsheet: none of them runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobtrack_support.tools.spreadsheet import FORMULA_STARTS, plain_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Spring pack", "Spring pack"),
        ("", ""),
        (None, ""),
        (False, ""),
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("a=b", "a=b"),
    ],
)
def test_texts_in_cells(text, cell):
    assert plain_cell(text) == cell


@given(st.text())
def test_no_cell_begins_like_a_formula(text):
    cell = plain_cell(text)
    assert not cell.lstrip(" ").startswith(FORMULA_STARTS)
    assert cell in (text, f"'{text}")
