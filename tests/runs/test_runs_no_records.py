"""No records are not zero, wherever a program reads a figure: manifest, tables, summary, trend, explain, diff."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from command_line import carbon

from carbon.accounting.compile import has_figure, states_by_figure
from carbon.params.files.project import sha256_of
from carbon.runs.publish.parquet import read_table, to_arrow, to_parquet
from carbon.runs.publish.sets import STATES
from carbon.runs.review.diff import figures_of_set

YEAR = "my-company/2024"
HEADINGS = "site,carrier,period_start,period_end,quantity,unit"
POWER = "office,electricity,2024-01-01,2024-12-31,6400,kWh"
GAS = "office,natural_gas,2024-01-01,2024-12-31,1000,kWh_HHV"


def publish(root: Path, *rows: str) -> Path:
    """Write the year's energy, and publish it."""
    (root / "data" / "raw" / YEAR / "energy.csv").write_text("\n".join([HEADINGS, *rows, ""]))
    done = carbon(root, "run", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return (root / "data" / "processed" / YEAR / "current").resolve()


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A company with electricity alone, whose losses have no factor; then with gas as well."""
    root = tmp_path_factory.mktemp("thin") / "project"
    assert carbon(root.parent, "init", str(root)).returncode == 0
    for name in ("purchases.csv", "travel.csv"):
        (root / "data" / "raw" / YEAR / name).unlink()
    params = root / "params" / "my-company.yml"
    lines = params.read_text(encoding="utf-8").splitlines(keepends=True)
    params.write_text("".join(line for line in lines if "parts_from" not in line), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def power(root):
    return publish(root, POWER)


@pytest.fixture(scope="module")
def with_gas(root, power):
    return publish(root, POWER, GAS)


def test_a_figure_has_a_number_exactly_where_its_state_says_so(power):
    """Of a company with electricity alone, scope 1, scope 3 and all categories are null in the manifest, and none is 0;
    the totals, which are known in part, are numbers.
    """
    manifest = json.loads((power / "manifest.json").read_bytes())
    states = manifest[STATES]
    walked = {name for name in manifest["figures"] if name.split("/", 2)[2].startswith(("total", "scope", "3."))}
    assert set(states) == walked and len(walked) == 21
    for name, state in states.items():
        assert (manifest["figures"][name] is not None) == has_figure(state), (name, state)
    assert states[f"{YEAR}/scope1"] == "no records" and states[f"{YEAR}/3.6"] == "no records"
    assert states[f"{YEAR}/3.7"].startswith("excluded: ")
    assert states[f"{YEAR}/3.3"].startswith("no factor: ") and states[f"{YEAR}/scope3"].startswith("no factor: ")
    assert states[f"{YEAR}/total-location"].startswith("partly: ")
    assert 0.0 not in manifest["figures"].values()
    assert manifest["figures"][f"{YEAR}/total-location"] == manifest["figures"][f"{YEAR}/scope2-location"] > 0


def test_tables_summary_and_trend_have_no_zero_either(root, power, with_gas):
    """The published tables, the run summary and the index of the same company."""
    table = pd.read_parquet(power / "inventory.parquet")
    assert table["co2e_kg"].isna().equals(table["rows"] == 0)
    assert table["biogenic_co2_kg"].isna().equals(table["rows"] == 0)
    assert set(states_by_figure(table)) == {n.split("/", 2)[2] for n in json.loads(
        (power / "manifest.json").read_bytes())[STATES]}
    history = pd.read_parquet(power / "history.parquet")
    assert history["co2e_kg"].notna().equals(history["status"].map(has_figure).astype(bool))
    summary = json.loads((power / "manifest.json").read_bytes())["summary"]
    assert summary["co2e_t"]["1"] is None and summary["co2e_state"]["1"] == "no records"
    written = json.loads((root / "data" / "processed" / "run_summary.json").read_bytes())["runs"][0]
    assert written["co2e_state"]["total-location"].startswith("partly") and written["co2e_t"]["1"] > 0


def test_explain_gives_null_and_the_state(root, with_gas):
    """`carbon explain --json` of a category without records, of an excluded one and of one with a figure."""
    for name, state in (("3.6", "no records"), ("3.7", "excluded"), ("scope1", "computed"), ("3.3", "partly")):
        found = json.loads(carbon(root, "explain", f"{YEAR}/{name}", "--json").stdout)
        assert found["state"].partition(": ")[0] == state
        assert (found["co2e_kg"] is not None) == bool(found["rows"]) == has_figure(state)


def test_diff_tells_no_records_from_zero(root, power, with_gas):
    """From no records to some tonnes of gas: null, the state, and the tonnes; no records on both sides say so."""
    done = carbon(root, "diff", str(power), str(with_gas), "--json")
    assert done.returncode == 1, done.stderr
    lines = {line["figure"]: line for line in json.loads(done.stdout)["figures"]}
    gas = lines["scope1"]
    assert gas["a_t"] is None and gas["a_state"] == "no records" and gas["b_state"] == "computed"
    assert gas["b_t"] == gas["change_t"] == gas["inputs_t"] > 0
    assert (lines["3.6"]["a_t"], lines["3.6"]["b_t"], lines["3.6"]["b_state"]) == (None, None, "no records")
    assert lines["3.7"]["a_state"].startswith("excluded")
    text = carbon(root, "diff", str(power), str(with_gas)).stdout
    assert "no records in both: 3.1," in text and "excluded in both: 3.7" in text
    assert next(line for line in text.splitlines() if line.split()[:1] == ["scope1"]).split()[1:3] == ["no", "records"]


def test_a_set_of_an_earlier_release_is_read_verified_and_compared(root, power, with_gas, tmp_path):
    """A manifest and a table with 0.0 and without states: `verify` and `diff` read it, and no 0 is printed where the
    set's own table states that there are no records.
    """
    old = tmp_path / power.name
    shutil.copytree(power, old)
    manifest = json.loads((old / "manifest.json").read_bytes())
    del manifest[STATES]
    manifest["figures"] = {name: kg or 0.0 for name, kg in manifest["figures"].items()}
    table = read_table(old / "inventory.parquet").fillna({"co2e_kg": 0.0, "biogenic_co2_kg": 0.0})
    (old / "inventory.parquet").write_bytes(to_parquet(to_arrow(table)))
    manifest["outputs"]["inventory.parquet"] = sha256_of(old / "inventory.parquet")
    (old / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    lines = {line["figure"]: line for line in json.loads(
        carbon(root, "diff", str(old), str(with_gas), "--json").stdout)["figures"]}
    assert lines["scope1"]["a_t"] is None and lines["scope1"]["a_state"] == "no records"
    assert figures_of_set(old) == figures_of_set(power)
    [row] = json.loads(carbon(root, "verify", str(old), "--json").stdout)["sets"]
    assert all("it names the identity" in problem for problem in row["problems"])  # of the set that it was made of
