"""Results: text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from results_makers import HEADINGS, a_report, outcome, read_again, written
from thorough import examples

from importer.model import (
    Status,
)

hostile = st.one_of(
    st.sampled_from(
        ["=1+1", "+44 7700 900123", "-1", "@SUM(A1)", "#N/A", '=HYPERLINK("http://x")', "0012", "=", " =1"]
    ),
    st.text(max_size=20),
)


@settings(max_examples=examples(10))
@given(texts=st.lists(hostile, min_size=8, max_size=8))
def test_text_never_becomes_a_formula(texts: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("text")
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADINGS, texts[:4]])
    (folder / "a.csv").write_bytes(stream.getvalue().replace("\0", "").encode("utf-8-sig", errors="replace"))
    roster = read_again(folder / "a.csv", unused=(texts[4],))
    row = outcome(2, Status.FIX_ROW, texts[5], name=texts[6], session=texts[7], handle=texts[4], customer_id=texts[5])
    workbook = load_workbook(written(a_report(roster, row, by=texts[6])))
    cells = [cell for sheet in workbook for line in sheet for cell in line if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "-", "@")))
