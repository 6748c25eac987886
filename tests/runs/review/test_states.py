"""The states of a set's figures are read from its manifest, and from its table where the manifest is of an earlier
release.
"""

from __future__ import annotations

import json

import pandas as pd

from carbon.core import schemas
from carbon.core.ghg_protocol import LINES
from carbon.runs.publish.hashing import sha256_file
from carbon.runs.publish.parquet import to_parquet
from carbon.runs.publish.sets import STATES
from carbon.runs.review.states import figures_of_set, states_of


def make_set(folder, *, zero, **more):
    """A set with scope 1 alone: 12 kg; lines without rows have NaN, or 0 as in earlier releases."""
    folder.mkdir()
    table = pd.DataFrame(LINES, columns=["scope", "category", "scope2_method"]).assign(
        company="c", year=2024, co2e_kg=zero, biogenic_co2_kg=zero, rows=0, status="no records")
    table.loc[0, ["co2e_kg", "biogenic_co2_kg"]] = 12.0, 0.0
    table.loc[0, "rows"], table.loc[0, "status"] = 1, "partly: diesel (5 L)"
    table = schemas.INVENTORY.validate(schemas.retyped(table, schemas.INVENTORY.dtypes))
    (folder / "inventory.parquet").write_bytes(to_parquet(table))
    figures = {"c/2024/scope1": 12.0, "c/2024/total-market": 12.0, "c/2024/scope3": zero, "c/2024/site/lyon": 0.0}
    (folder / "manifest.json").write_text(json.dumps({
        "digest": "0", "outputs": {"inventory.parquet": sha256_file(folder / "inventory.parquet")},
        "figures": {name: None if kg != kg else kg for name, kg in figures.items()}, **more}))
    return folder


def test_a_zero_of_an_earlier_release_is_none_where_its_table_has_no_rows(tmp_path):
    """Without states in the manifest, those of the inventory hold; a site, which always has rows, keeps its zero."""
    folder = make_set(tmp_path / "old", zero=0.0)
    assert states_of(folder)["scope1"] == states_of(folder)["total-market"] == "partly: diesel (5 L)"
    assert states_of(folder)["3.6"] == "no records"
    assert figures_of_set(folder) == {
        "c/2024/scope1": 12.0, "c/2024/total-market": 12.0, "c/2024/scope3": None, "c/2024/site/lyon": 0.0}


def test_states_of_the_manifest_are_those_of_its_figures(tmp_path):
    """No table is read where the manifest has the states; a set without both has none."""
    folder = make_set(tmp_path / "new", zero=float("nan"), **{STATES: {"c/2024/3.6": "excluded: by choice"}})
    assert states_of(folder) == {"3.6": "excluded: by choice"}
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "manifest.json").write_text(json.dumps({"digest": "0", "outputs": {}}))
    assert states_of(tmp_path / "bare") == {}
