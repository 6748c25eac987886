"""The registry of kinds: every column of a contract lands in its table, every word and heading is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carbon.core import units
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import UNCERTAINTY, UNIT, WORD
from carbon.records.kinds.registry import KINDS, kind_names, lands_in

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
