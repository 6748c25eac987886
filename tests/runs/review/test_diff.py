"""The change between two sets is split by cause, and the parts sum to it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from carbon.core import schemas
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import LINES
from carbon.params.files.project import Project, sha256_of
from carbon.runs.company_year.stale import PARTS
from carbon.runs.publish.parquet import to_parquet
from carbon.runs.publish.sets import STATES
from carbon.runs.review.causes import CAUSES
from carbon.runs.review.diff import Difference, compare, compare_sets, figures_of_set, states_of

ROW = {"activity": "electricity", "part": "", "scope": "2", "category": 0, "scope2_method": "location-based",
       "region": "FR", "unit": "kWh", "kyoto": True}


def make_set(folder, rows, values, **parts):
    """A set of emission rows (record, quantity, kg per unit, factor, file) and factors, as diff reads it."""
    folder.mkdir(parents=True)
    emissions = pd.DataFrame([{**ROW, "record_id": record, "quantity": quantity, "co2e_kg": quantity * per_unit,
                               "factor_id": factor, "source_file": file}
                              for record, quantity, per_unit, factor, file in rows])
    tables = {"emissions": emissions, "factors": pd.DataFrame(values.items(), columns=["factor_id", "co2e_kg"])}
    for name, table in tables.items():
        (folder / f"{name}.parquet").write_bytes(to_parquet(table))
    outputs = {f"{name}.parquet": sha256_of(folder / f"{name}.parquet") for name in tables}
    same = {part: {} for part in PARTS}
    (folder / "manifest.json").write_text(json.dumps({
        "digest": "0", "company": "alpha", "year": 2024, "outputs": outputs, "dependencies": {**same, **parts}}))
    return folder


def test_a_change_is_split_between_the_records_and_the_factor(tmp_path):
    """100 to 150 kWh of a changed file and 0.5 to 0.25 kg/kWh: +25 kg of the records, -37.5 kg of the factor table."""
    a = make_set(tmp_path / "a", [("r1", 100.0, 0.5, "grid", "energy.csv"), ("r2", 8.0, 1.0, "other", "old.csv")],
                 {"grid": 0.5, "other": 1.0}, inputs={"energy.csv": "1"}, factors={"table": "1"})
    b = make_set(tmp_path / "b", [("r1", 150.0, 0.25, "grid", "energy.csv"), ("r2", 8.0, 1.0, "other", "old.csv")],
                 {"grid": 0.25, "other": 1.0}, inputs={"energy.csv": "2"}, factors={"table": "2"})

    found = compare_sets(a, b, names=("a", "b"))

    line = found.table.set_index("figure").loc["scope2-location"]
    assert (line["a_t"], line["b_t"]) == (0.058, 0.0455)
    assert line["inputs_t"] == pytest.approx(0.025) and line["factors_t"] == pytest.approx(-0.0375)
    assert sum(line[f"{cause}_t"] for cause in CAUSES) == pytest.approx(line["change_t"], abs=1e-15)
    assert set(found.changed) == {"inputs", "factors"} and not found.equal


def test_a_row_that_is_new_is_all_of_the_records(tmp_path):
    """One more line of a file: its kilograms are put on the inputs, whatever its factor."""
    a = make_set(tmp_path / "a", [("r1", 100.0, 0.5, "grid", "energy.csv")], {"grid": 0.5}, inputs={"energy.csv": "1"})
    b = make_set(tmp_path / "b", [("r1", 100.0, 0.5, "grid", "energy.csv"), ("r9", 10.0, 0.5, "grid", "energy.csv")],
                 {"grid": 0.5}, inputs={"energy.csv": "2"})
    line = compare_sets(a, b, names=("a", "b")).table.set_index("figure").loc["total-location"]
    assert line["change_t"] == pytest.approx(0.005) and line["inputs_t"] == pytest.approx(0.005)
    assert line["factors_t"] == line["params_t"] == line["code_t"] == 0


def test_equal_sets_are_equal_and_an_unknown_one_is_an_error(tmp_path):
    """To the last bit, in one sentence; a name without a set is not an empty comparison."""
    a = make_set(tmp_path / "a", [("r1", 100.0, 0.1, "grid", "energy.csv")], {"grid": 0.1})
    found = compare(Project(tmp_path), str(a), str(a))
    assert found.equal and found.text().endswith("every total is equal") and found.as_json()["changed"] == {}
    with pytest.raises(UsageError, match="alpha/2024 has no published set"):
        compare(Project(tmp_path), str(a), "alpha/2024")


def test_no_records_are_told_from_a_zero_on_either_side(tmp_path):
    """A certificate makes scope 2 a zero, which is a figure; before any record there is none: both are named."""
    power = ("r1", 100.0, 0.0, "certificate", "energy.csv")
    none = make_set(tmp_path / "none", [("r0", 1.0, 0.0, "water", "water.csv")], {"water": 0.0})
    frame = pd.read_parquet(none / "emissions.parquet").assign(scope="3", category=1, scope2_method="")
    (none / "emissions.parquet").write_bytes(to_parquet(frame))
    manifest = json.loads((none / "manifest.json").read_text())
    manifest["outputs"]["emissions.parquet"] = sha256_of(none / "emissions.parquet")
    (none / "manifest.json").write_text(json.dumps(manifest))
    zero = make_set(tmp_path / "zero", [power], {"certificate": 0.0}, inputs={"energy.csv": "1"})
    some = make_set(tmp_path / "some", [("r1", 100.0, 123.0, "grid", "energy.csv")], {"grid": 123.0},
                    inputs={"energy.csv": "1"})
    lines = {a.name: compare_sets(a, some, names=("a", "b")).as_json()["figures"] for a in (none, zero)}
    lines = {name: next(line for line in of if line["figure"] == "scope2-location") for name, of in lines.items()}
    assert lines["none"]["a_t"] is None and lines["none"]["a_state"] == "no records"
    assert lines["zero"]["a_t"] == 0.0 and lines["zero"]["a_state"] == "computed"
    assert lines["none"]["b_t"] == lines["none"]["change_t"] == lines["zero"]["change_t"] == 12.3
    found = compare_sets(none, zero, names=("a", "b"))
    assert not found.equal and "no records in both: scope1, scope2-market, scope3" not in found.text()
    assert "no records in both: scope1," in found.text() and "no records  +0.000000" in found.text()


def test_two_companies_are_refused(tmp_path):
    """Their rows have nothing to do with each other: the message names both."""
    a = make_set(tmp_path / "a", [("r1", 1.0, 1.0, "f", "x.csv")], {"f": 1.0})
    b = make_set(tmp_path / "b", [("r1", 1.0, 1.0, "f", "x.csv")], {"f": 1.0})
    text = (b / "manifest.json").read_text().replace('"company": "alpha"', '"company": "beta"')
    (b / "manifest.json").write_text(text)
    with pytest.raises(UsageError, match="of alpha and b of beta: two companies share no records"):
        compare_sets(a, b, names=("a", "b"))


def test_two_years_are_compared_at_constant_factors_too(tmp_path):
    """What the later report gives of the change since the year before, in either order; nothing for years that do not
    follow one another, for two sets of one year, or where the earlier year had no records.
    """
    rows, values = [("r1", 100.0, 0.5, "grid", "energy.csv")], {"grid": 0.5}
    sets = {year: make_set(tmp_path / str(year), rows, values) for year in (2022, 2023, 2024)}
    constant = {"since": 2023, "published_share": -0.064, "share": 0.026, "change_t": 200.0,
                "moved_most": "desnz_2023 → desnz_2024", "moved_most_t": -660.0}
    for year, folder in sets.items():
        manifest = json.loads((folder / "manifest.json").read_text())
        summary = {"constant_factors": constant if year == 2024 else None}
        (folder / "manifest.json").write_text(json.dumps({**manifest, "year": year, "summary": summary}))
    for pair in ((2023, 2024), (2024, 2023)):
        found = compare_sets(*(sets[year] for year in pair), names=("a", "b"))
        assert found.as_json()["constant_factors"] == constant
        assert ("headline total: -6.4% as published, +2.6% at constant factors (+200.000 t) since 2023; moved most: "
                "UK government conversion factors, 2023 → 2024, -660.000 t") in found.text()
    for pair in ((2022, 2024), (2022, 2023), (2024, 2024)):
        found = compare_sets(*(sets[year] for year in pair), names=("a", "b"))
        assert found.constant is None and "constant factors" not in found.text()


def test_the_terminal_names_publishers_and_the_json_their_editions():
    """A reader sees a publication's name and each year once, also of two factors joined; a company's own id stays."""
    both = "desnz_2024 2024 2024+ember_owid_2026 2026-04 2023"
    movers = pd.DataFrame({"activity": ["grid", "host"], "part": ["total", "total"], "factor_a": ["f", "h"],
                           "edition_a": [both, "own_green_host 2023"], "factor_b": ["g", ""],
                           "edition_b": ["desnz_2025 2025 2025", ""], "total_location_t": [1.0, 0.5],
                           "total_market_t": [1.0, 0.5]})
    figures = pd.DataFrame({"figure": ["scope2"], "a_t": [1.0], "b_t": [2.5], "a_state": [""], "b_state": [""]})
    found = Difference("a", "b", figures, {}, movers)
    text = found.text()
    assert ("UK government conversion factors 2024+electricity by country (Ember) 2026 2026-04 2023 -> "
            "UK government conversion factors 2025 ") in text
    assert "own_green_host 2023 -> none" in text and "desnz" not in text
    assert found.as_json()["factor_movers"][0]["edition_a"] == both


def set_of_scope_1(folder, *, zero, **more):
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
        "digest": "0", "outputs": {"inventory.parquet": sha256_of(folder / "inventory.parquet")},
        "figures": {name: None if kg != kg else kg for name, kg in figures.items()}, **more}))
    return folder


def test_a_zero_of_an_earlier_release_is_none_where_its_table_has_no_rows(tmp_path):
    """Without states in the manifest, those of the inventory hold; a site, which always has rows, keeps its zero."""
    folder = set_of_scope_1(tmp_path / "old", zero=0.0)
    assert states_of(folder)["scope1"] == states_of(folder)["total-market"] == "partly: diesel (5 L)"
    assert states_of(folder)["3.6"] == "no records"
    assert figures_of_set(folder) == {
        "c/2024/scope1": 12.0, "c/2024/total-market": 12.0, "c/2024/scope3": None, "c/2024/site/lyon": 0.0}


def test_states_of_the_manifest_are_those_of_its_figures(tmp_path):
    """No table is read where the manifest has the states; a set without both has none."""
    folder = set_of_scope_1(tmp_path / "new", zero=float("nan"), **{STATES: {"c/2024/3.6": "excluded: by choice"}})
    assert states_of(folder) == {"3.6": "excluded: by choice"}
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "manifest.json").write_text(json.dumps({"digest": "0", "outputs": {}}))
    assert states_of(tmp_path / "bare") == {}
