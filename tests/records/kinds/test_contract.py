"""The contract of a kind: its columns by name and the table that its rows join."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from carbon.core import schemas, units, vocabulary
from carbon.params.shapes.files import kind_names
from carbon.records.kinds.contract import (
    DIGITAL,
    KINDS,
    UNCERTAINTY,
    UNIT,
    WORD,
    Contract,
    Field,
    ProjectContext,
    lands_in,
)


def test_a_contract_finds_its_fields_by_name_and_order():
    """`name_of` and `columns` are the fields themselves; rows join the kind's own table unless another is named."""
    own = Contract("water", schemas.WATER, (Field("site"), Field("country", WORD, words="country")))
    joined = Contract("fuel", schemas.ENERGY, (Field("meter"),), arrives="energy")

    assert own.columns == ("site", "country")
    assert own.name_of["country"].words == "country"
    assert (own.lands_in, joined.lands_in) == ("water", "energy")


def test_the_company_alone_is_needed_softly_of_what_dates_a_record():
    """With params a file may lack the company; it may never lack its date."""
    for contract in (c for kind, c in KINDS.items() if kind not in DIGITAL):  # of no year's folder: all have a company
        needed = {f.name: f.soft for f in contract.fields if f.needed and f.name in ("date", "company")}
        assert needed in ({"date": False, "company": True}, {}), contract.kind


PAGE = Path(__file__).parents[3] / "docs" / "reference" / "record-kinds.md"
EPHEMERAL = {"date"}
"""Columns of files that become others: a date is first and last day."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_contract_fits_its_table(kind):
    """Columns read have a place in the kind's table; closed lists and unit dimensions exist; units are named with
    numbers.
    """
    contract = KINDS[kind]
    # A record's own uncertainty is a column after the contract's, where its file has it.
    assert {f.name for f in contract.fields} - EPHEMERAL <= {*contract.table.columns, UNCERTAINTY}
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


def test_the_reference_names_every_kind_and_column():
    """docs/reference/record-kinds.md lists the kinds and their columns as the registry has them, in order."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {s.splitlines()[0]: re.findall(r"^\| `(\w+)`", s, flags=re.MULTILINE) for s in sections}

    assert found == {kind: list(contract.columns) for kind, contract in KINDS.items()}
    assert set(kind_names()) == {*found, "fec"}


def test_the_year_begins_in_january_unless_the_project_gives_its_first_day():
    """A file that is checked alone has the calendar year."""
    assert ProjectContext().begins == (1, 1)
    assert ProjectContext(first_day=pd.Timestamp(2024, 4, 1)).begins == (4, 1)
