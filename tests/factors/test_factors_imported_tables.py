"""Tables a project imports beside the release, broken files among them, and what another side would move in reports."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from carbon.core.errors import FileRefused, TableError
from carbon.factors import library
from carbon.factors.sources import IMPORTERS, import_source, read_overrides

ROOT = Path(__file__).resolve().parents[2]
HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,source_id,edition,licence,evidence\n"
GAS = "ademe-gas-2024,natural_gas,FR,kWh_HHV,0.3,2024,2024,,ademe_impact_gas,2024,invented,p. 1\n"


@pytest.fixture(scope="module")
def release() -> library.Library:
    return library.load("2026.1")


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """
    The smallest example company, its year 2024 only, in a project of its own.
    """
    shutil.copytree(ROOT / "params" / "petit-studio", tmp_path / "params" / "petit-studio")
    shutil.copy(ROOT / "params" / "petit-studio.yml", tmp_path / "params")
    shutil.copytree(ROOT / "data" / "raw" / "petit-studio", tmp_path / "data" / "raw" / "petit-studio")
    (tmp_path / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns:\n  - {company: petit-studio, years: [2024]}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def carbon(*arguments: str):
    from carbon.cli import app

    return CliRunner().invoke(app, list(arguments))


def sources(table: pd.DataFrame) -> pd.DataFrame:
    names = table["source_id"].unique()
    columns = [c for c in library.SOURCES.columns if c != "source_id"]
    return pd.DataFrame({"source_id": names, **dict.fromkeys(columns, "x")}).astype("str")


def test_rows_the_release_holds_word_for_word_stand_once(release):
    """
    A whole publication can be imported although the release holds an extract of it.
    """
    extract = release.table.head(3)
    more = extract.assign(factor_id=extract["factor_id"] + "-more", element_id=extract["element_id"] + "-more")
    table = pd.concat([extract, more], ignore_index=True)
    found = release.with_imported(table, sources(table))
    assert len(found.table) == len(release.table) + 3
    assert found.table["factor_id"].is_unique


@pytest.mark.parametrize("column", ["co2e_kg", "label", "valid_to"])
def test_another_figure_or_word_under_a_name_of_the_release_is_refused(release, column):
    """
    Two editions under one factor_id would leave it to chance which one counts.
    """
    row = release.table.head(1)
    other = row.assign(**{column: row[column] + (1 if column != "label" else "x")})
    with pytest.raises(TableError, match="with other figures or words"):
        release.with_imported(other, sources(other))


OF_ANOTHER_KIND = [
    b"", b"PK\x03\x04" + bytes(60), bytes(range(256)), "a,b\n1,2\n".encode("utf-16"), b"<html>404</html>",
    b"\x1f\x8b\x08\0\0", b"[1, 2]", b"{}", b"a\n1,2\n1\n"]


def test_a_file_of_another_kind_is_refused_in_words(every, tmp_path):
    """Whatever the reader underneath calls it: no importer ends in its own exception."""
    def check(source, content, name):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(FileRefused):
            import_source(source, path)

    every(product(sorted(IMPORTERS), OF_ANOTHER_KIND, ("file.csv", "file.xlsx", "file.json.gz")), check)


def test_own_factors_saved_by_a_spreadsheet_in_another_encoding_are_refused_in_words(tmp_path):
    """
    Windows-1252 where UTF-8 is expected: the remedy says how to save it.
    """
    path = tmp_path / "factors.csv"
    path.write_bytes((HEAD + GAS.replace("p. 1", "relevé")).encode("cp1252"))
    with pytest.raises(FileRefused) as refused:
        read_overrides(path)
    assert "UTF-8" in refused.value.what_to_do


def test_own_factors_with_a_page_beside_their_evidence_are_refused_by_its_name(tmp_path):
    """
    The page of a company's own factor is its evidence: which of the two holds is not guessed.
    """
    path = tmp_path / "factors.csv"
    head, first = HEAD.strip().split("\n")[0], GAS.strip().split("\n")[0]
    path.write_text(f"{head},page\n{first},p. 9\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="unknown columns \\['page'\\]"):
        read_overrides(path)


def test_the_tonnes_another_factor_moves_are_quantity_times_the_difference(project):
    """
    A gas factor of the very year takes the place of the older one: kWh x (0.3 - old) / 1000, in that report only.
    """
    from carbon.inventory import inventory

    (project / "gas.csv").write_text(HEAD + GAS)
    assert carbon("factors", "import", "own", "gas.csv").exit_code == 0
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml", "--json")
    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    gas = inventory("petit-studio", 2024).emissions.query("activity == 'natural_gas'")
    kwh = gas.drop_duplicates("activity_id")["quantity"].sum()
    before = gas["co2e_kg"].sum() / 1000
    move, = said["moved"]
    assert move["company"] == "petit-studio" and move["activity"] == "natural_gas"
    assert move["moved_t"] == pytest.approx(kwh * 0.3 / 1000 - before, rel=1e-9)
    assert said["by_run"] == [{"company": "petit-studio", "year": 2024, "moved_t": move["moved_t"], "keys": 1}]
    assert said["factors"][0]["factor_id"] == "ademe-gas-2024" and said["failed"] == {}


def test_a_tie_with_the_other_side_is_the_reason_given(project):
    """
    A second factor of equal rank leaves the gas without one: the loss is listed with why.
    """
    (project / "gas.csv").write_text(HEAD + GAS.replace("ademe_impact_gas", "ademe_gas"))
    carbon("factors", "import", "own", "gas.csv")
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml", "--json")
    move, = json.loads(done.stdout)["moved"]
    assert move["new_t"] is None and "several factors for natural_gas in FR fit equally well" in move["why"]


def test_a_company_year_that_cannot_be_read_is_named_and_not_counted_as_unmoved(project):
    """
    A report whose records are refused was not judged; that is said.
    """
    (project / "gas.csv").write_text(HEAD + GAS)
    carbon("factors", "import", "own", "gas.csv")
    energy = project / "data" / "raw" / "petit-studio" / "2024" / "gaz.csv"
    energy.write_bytes(b"\0")
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml")
    assert done.exit_code == 1
    assert "petit-studio/2024: not judged" in done.output


def test_equal_sides_say_so_and_end_with_zero(project):
    """
    Nothing differs, nothing moves: exit 0, in words.
    """
    done = carbon("factors", "diff", "2026.1", "2026.1", "--runs", "params/runs.yml")
    assert (done.exit_code, "No factor differs." in done.output, "No report moves." in done.output) == (0, True, True)
