"""Parts that do not sum to the total their source prints."""

from __future__ import annotations

from hashlib import sha256

import pytest

from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.factors import load
from carbon.factors.printed_totals import gaps, note

FREIGHT = {"activity": "freight.hgv.rigid_12_to_20t", "unit": "tonne.km", "region": "FR", "valid_from": 2023}


def test_the_difference_is_in_words():
    """2.68 + 0.1 is 0.47 less than the 3.25 printed; equal figures are silent."""
    assert note(2.78, 3.25) == "its stages sum to 2.78, the source prints 3.25 as their total (-0.47)"
    assert note(0.1 + 0.2, 0.3) == ""


def test_rows_that_use_them_say_the_difference(ask):
    """In the reason of the row, from the note of an imported factor; a factor without a printed total says nothing."""
    printed = {"notes": note(2.78, 3.25), "element_id": "e", "region": "FR", "activity": "x", "unit": "kg"}
    specs = [{**printed, "factor_id": "e-1", "co2e_kg": 2.68},
             {**printed, "factor_id": "e-2", "part": "upstream", "co2e_kg": 0.1},
             {"factor_id": "y", "activity": "y", "unit": "kg"}]
    resolved = ask(specs, [("x", "kg", "FR", 2024, "1"), ("y", "kg", "FR", 2024, "1")])
    reasons = resolved.table.set_index("factor_id")["reason"]
    # 2.78 / 3.25 - 1 = -14.5 %
    assert reasons["e-1"] == reasons["e-2"] and "parts miss the printed total by -14 %" in reasons["e-1"]
    assert "printed total" not in reasons["y"]


def test_packaged_elements_of_a_cut_release_are_said_too():
    """Each printed total of the table belongs to an element of the release, and differs from the sum of its parts."""
    parts = load("2026.1").table
    found = gaps(Rows(parts[parts["source_id"] == "ademe_base_carbone_23"]))
    lines = packaged.read_rows("carbon.factors", "data/printed_totals.csv")
    assert set(found) == {line["element_id"] for line in lines}
    # 0.0293 + 0.12 + 0.0105 = 0.1598, printed as 0.16
    assert found["ademe-base-carbone-23-28033"] == "parts miss the printed total by -0.13 %"


@pytest.mark.parametrize("name", ["printed_totals"])
def test_the_table_carries_its_citation(name):
    """The citation has the table's own hash."""
    citation = packaged.read_yaml("carbon.factors", f"data/{name}.yml")
    assert citation["sha256"] == sha256(packaged.read_bytes("carbon.factors", f"data/{name}.csv")).hexdigest()
