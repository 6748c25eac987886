"""The registry of kinds: every column of a contract lands in its table, every word and heading is known."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from carbon.core import packaged, units
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import UNIT, WORD
from carbon.records.kinds.registry import KINDS, kind_names, lands_in

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "record-kinds.md"
EPHEMERAL = {"date"}
"""Columns of files that become others: a date is first and last day."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_contract_fits_its_table(kind):
    """Columns read have a place in the kind's table; closed lists and unit dimensions exist; units are named with
    numbers.
    """
    contract = KINDS[kind]
    assert {f.name for f in contract.fields} - EPHEMERAL <= set(contract.table.columns)
    dimensions = set(units.table()["dimension"])
    for field in contract.fields:
        if field.reads == WORD:
            assert vocabulary.words_of(field.words)
        if field.reads == UNIT:
            assert set(field.dimensions) <= dimensions
        if field.unit_column:
            assert field.unit_column in contract.name_of
    for column in contract.measure:
        assert not column or column in contract.name_of
    assert lands_in(kind) in KINDS


def test_headings_and_words_are_unique():
    """No heading names two columns of a kind, no word two things of a list, and each heading's column exists."""
    headings = packaged.read_csv("carbon.records", "data/headings.csv")
    folded = headings.assign(heading=headings["heading"].map(vocabulary.heading_key))
    assert not folded.duplicated(["kind", "column", "heading"]).any()
    known = {f.name for c in KINDS.values() for f in c.fields}
    assert set(headings["column"]) <= known
    for kind, contract in KINDS.items():
        for group in ("*", kind):
            own = folded[(folded["kind"] == group) & folded["column"].isin(contract.columns)]
            twice = own[own.duplicated("heading", keep=False)]
            assert twice.empty, f"{kind}: {twice.to_dict('records')}"
    words = packaged.read_csv("carbon.records", "data/words.csv")
    folded_words = words.assign(word=words["word"].map(vocabulary.fold))
    assert not folded_words.duplicated(["list", "word"]).any()


def test_the_reference_names_every_kind_and_column():
    """docs/reference/record-kinds.md lists the kinds and their columns as the registry has them, in order."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {s.splitlines()[0]: re.findall(r"^\| `(\w+)`", s, flags=re.MULTILINE) for s in sections}

    assert found == {kind: list(contract.columns) for kind, contract in KINDS.items()}
    assert set(kind_names()) == {*found, "fec"}


@pytest.mark.parametrize(("text", "code"), [("EUR", "EUR"), ("eur", "EUR"), ("€", "EUR"), ("Euros", "EUR"),
                                            ("GBp", None), ("GBX", None), ("k€", None), ("XXX", None), ("$", None),
                                            ("", None)])
def test_currencies(text, code):
    """A currency is an ISO code or a sign with one meaning; pence and thousands are none."""
    assert vocabulary.currency(text) == code


def test_namibia_is_a_country():
    """Codes that look like missing values are codes."""
    assert vocabulary.canonical("country", "NA") == "NA"
    assert pd.isna(vocabulary.canonical("country", "ZZ"))
