"""`carbon factors`: list, search, show; import and diff, with what another side would move in reports."""

from __future__ import annotations

import json

import pytest
from pseudo_terminal import shown_at

from carbon import factors
from carbon.cli.factors import FOUND
from carbon.cli.options import show_table
from carbon.core.errors import UsageError

HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,source_id,edition,licence,evidence\n"
GAS = "ademe-gas-2024,natural_gas,FR,kWh_HHV,0.3,2024,2024,,ademe_impact_gas,2024,invented,p. 1\n"


def test_the_tonnes_another_factor_moves_are_quantity_times_the_difference(project, carbon):
    """A gas factor of the very year takes the place of the older one: kWh x (0.3 - old) / 1000, in that report only."""
    from carbon.accounting import inventory

    (project / "gas.csv").write_text(HEAD + GAS)
    assert carbon("factors", "import", "own", "gas.csv").exit_code == 0
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml", "--json")
    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    gas = inventory("petit-studio", 2024).emissions.query("activity == 'natural_gas'")
    kwh = gas.drop_duplicates("activity_id")["quantity"].sum()
    before = kwh * 0.215 / 1000  # as release 2026.1 has it
    move, = said["moved"]
    assert move["company"] == "petit-studio" and move["activity"] == "natural_gas"
    assert move["moved_t"] == pytest.approx(kwh * 0.3 / 1000 - before, rel=1e-9)
    assert said["by_run"] == [{"company": "petit-studio", "year": 2024, "moved_t": move["moved_t"], "keys": 1}]
    assert said["factors"][0]["factor_id"] == "ademe-gas-2024" and said["failed"] == {}


def test_a_tie_with_the_other_side_is_the_reason_given(project, carbon):
    """A second factor of equal rank leaves the gas without one: the loss is listed with why."""
    (project / "gas.csv").write_text(HEAD + GAS.replace("ademe_impact_gas", "ademe_gas"))
    carbon("factors", "import", "own", "gas.csv")
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml", "--json")
    move, = json.loads(done.stdout)["moved"]
    assert move["new_t"] is None and "several factors for natural_gas in FR fit equally well" in move["why"]


def test_a_company_year_that_cannot_be_read_is_named_and_not_counted_as_unmoved(project, carbon):
    """A report whose records are refused was not judged; that is said."""
    (project / "gas.csv").write_text(HEAD + GAS)
    carbon("factors", "import", "own", "gas.csv")
    energy = project / "data" / "raw" / "petit-studio" / "2024" / "gaz.csv"
    energy.write_bytes(b"\0")
    done = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--runs", "params/runs.yml")
    assert done.exit_code == 1
    assert "petit-studio/2024: not compared" in done.output


def test_equal_sides_say_so_and_end_with_zero(project, carbon):
    """Nothing differs, nothing moves: exit 0, in words."""
    done = carbon("factors", "diff", "2026.1", "2026.1", "--runs", "params/runs.yml")
    assert (done.exit_code, "No factor differs." in done.output, "No report moves." in done.output) == (0, True, True)


def test_a_list_is_one_object_a_factor(carbon):
    """Only the activity and region asked for, each with its figure as a number and no NaN."""
    rows = json.loads(carbon("factors", "list", "--activity", "electricity", "--region", "FR", "--json").stdout)
    assert {row["region"] for row in rows} == {"FR"} and all(row["activity"].startswith("electricity") for row in rows)
    assert carbon("factors", "list", "--activity", "electricity", "--region", "FR").stdout.endswith(
        f"{len(rows):,} factors\n")


def test_a_search_without_an_answer_exits_one_with_advice(carbon):
    """Words that fit are a table, words that nothing has are left out by name, and none at all is exit 1."""
    found = carbon("factors", "search", "diesel", "zzzyx")
    assert found.exit_code == 0 and "left out: zzzyx" in found.stdout
    nothing = carbon("factors", "search", "zzzyx")
    assert nothing.exit_code == 1 and "Try one broader word" in nothing.stdout


def test_a_factor_is_shown_with_its_source(carbon):
    """Parts, page and licence of one element; an unknown one is an error."""
    text = carbon("factors", "show", "desnz-2024-gb-electricity-kwh").stdout
    assert "combustion" in text and "Open Government Licence" in text and "release 2026.2" in text
    assert isinstance(carbon("factors", "show", "nothing").exception, UsageError)


def test_tables_come_as_markdown(project, carbon):
    """--markdown writes what a change page needs: one row a factor that the other side adds."""
    (project / "gas.csv").write_text(HEAD + GAS)
    carbon("factors", "import", "own", "gas.csv")
    text = carbon("factors", "diff", "2026.1", "2026.1+own-gas", "--markdown").stdout
    assert text.startswith("| change | factor_id |") and "| added | ademe-gas-2024 |" in text


def test_one_purchase_is_compared_over_models_countries_and_years(carbon, tmp_path):
    """A line a model, country and year, each step in words, and a figure; an activity that no model has ends with 1."""
    done = carbon("factors", "compare", "purchase.nace.C28", "--region", "DE", "--region", "FR", "--year", "2025",
                  "--figure", str(tmp_path / "machines.svg"), "--json")
    assert done.exit_code == 0, done.output
    lines = json.loads(done.stdout)
    assert [(line["region"], line["source_id"]) for line in lines] == [
        ("DE", "figaro_2026"), ("FR", "figaro_2026"), ("FR", "sdes_ges501")]
    # 0.24598 kg/EUR at prices of 2023; German consumer prices rose 2.2564981433876 % in 2024; 2025 has no index.
    assert lines[0]["kg_per_unit"] == pytest.approx(0.24598 / 1.022564981433876, rel=1e-9)
    assert "not deflated after 2024" in lines[0]["steps"] and (tmp_path / "machines.svg").stat().st_size > 0
    assert carbon("factors", "compare", "purchase.nace.none").exit_code == 1


def test_factors_are_found_at_eighty_columns():
    """`carbon factors search` on a terminal: no line wider than it, and the id whole, to be copied."""
    table = factors.search("gaz naturel kWh PCS", region="FR").head(6)
    shown = shown_at(80, lambda: show_table(table[[c for c in FOUND if c in table]]))
    assert max(map(len, shown.splitlines())) <= 80
    assert all(f"element_id {name}" in " ".join(shown.split()) for name in table["element_id"]), shown
