"""Filings: every format counts the same rows, keeps its total, and is reconciled to zero with every other."""

from __future__ import annotations

import io
import itertools
import math
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest

from carbon.accounting.company import inventory_of, library_of
from carbon.core import packaged
from carbon.core.errors import MethodError, UsageError
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET
from carbon.core.text import LIVE
from carbon.records.files.company import read_company
from carbon.records.params.project import find_project
from carbon.reports.filings import FORMATS, beges_v5, esrs_e1, filing, ghg_protocol, iso_14064_1, reconciliation
from carbon.reports.words.language import Words

ROOT = Path(__file__).parent.parent.parent
COUNTS = {m.FORMAT: m.count for m in (ghg_protocol, beges_v5, esrs_e1, iso_14064_1)}
PAIRS = list(itertools.permutations(COUNTS, 2))
EXAMPLES = [("petit-studio", 2024), ("nuage-logiciels", 2024), ("cap-conseil", 2023)]
PACKAGED = ("beges_v5", "beges_v5_routing", "iso_14064_1", "iso_14064_1_routing", "frameworks")
each_example = pytest.mark.parametrize(("company", "year"), EXAMPLES, ids=str)


@cache
def example(company: str, year: int) -> Any:
    project = find_project(ROOT)
    records = read_company(company, year, project=project)
    return inventory_of(records, library_of(records, project))


@pytest.fixture
def history(inventory: Any, history_of: Any) -> Any:
    return SimpleNamespace(table=history_of(inventory).table, recalculated=False)


def closes(table: pd.DataFrame) -> None:
    """The sheet by itself: total a - total b - all differences above is nothing."""
    lines, total = table.iloc[:-2], table.iloc[-2]
    whole = exact_total([total["co2e_t_a"], -total["co2e_t_b"], *(-lines["difference_t"])])
    assert abs(whole) <= 1e-9 * max(1.0, total["co2e_t_a"])
    assert lines["co2e_t_a"].sum() == pytest.approx(total["co2e_t_a"], rel=1e-12)
    assert lines["co2e_t_b"].sum() == pytest.approx(total["co2e_t_b"], rel=1e-12)


@each_example
def test_every_format_keeps_the_total_of_the_example_companies(company: str, year: int):
    """BEGES and ISO count scope 2 location-based, GHG Protocol and ESRS by the headline method: no gram more or
    less.
    """
    inv = example(company, year)
    method = {"beges_v5": LOCATION, "iso_14064_1": LOCATION}
    for name, count in COUNTS.items():
        found = count(inv)
        assert found.total_t == inv.total(method.get(name, inv.params.scope2_headline)) / 1000
        assert (found.counted["line"] != "").all()


@each_example
def test_any_two_formats_are_reconciled_to_zero(company: str, year: int):
    """The differences between two totals are rows that one counts and the other does not; nothing is left."""
    inv = example(company, year)
    for a, b in PAIRS:
        closes(reconciliation(inv, a, b))


def test_another_scope_2_method_is_the_difference_the_sheet_names(inventory: Any):
    """Headline market-based (0 kg) against BEGES location-based: 20,000 kWh x 0.05 = 1,000 kg are in the second
    only.
    """
    table = reconciliation(inventory, "ghg_protocol", "beges_v5")
    total = table[table["line_a"] == "total"].iloc[0]

    assert total["difference_t"] == pytest.approx(-1.0)
    named = table[table["why"] == Words("en")("filing.method_b")]
    assert named["difference_t"].tolist() == pytest.approx([-1.0])
    assert named["scope2_method"].tolist() == [LOCATION]


def test_posts_of_the_small_company(inventory: Any):
    """Upstream of electricity and gas is in 4.1, never in 2.1; NACE J and M are services; contrails stay in 3.5."""
    table = beges_v5.posts_table(inventory, Words("fr")).set_index("post")["co2e_t"]

    assert table["1.1"] == pytest.approx(10_000 * 0.18 / 1000)
    assert table["2.1"] == pytest.approx(20_000 * 0.05 / 1000)
    assert table["4.1"] == pytest.approx((20_000 * 0.01 + 10_000 * 0.04) / 1000)
    assert table["3.5"] == pytest.approx((8_000 * (0.09 + 0.08) + 30_000 * 0.003) / 1000)
    assert table["4.5"] == pytest.approx((90_000 * 0.09 + 14_000 * 0.15) / 1000)
    assert math.isnan(table["3.4"])  # visitors: no category of their own, so no figure and no zero
    assert table["total"] == pytest.approx(table.drop("total").sum(), rel=1e-12)
    assert len(table) == 23


def test_a_purchase_that_is_goods_or_services_is_refused_until_params_say_which(make: Any):
    """`steel` in category 1 says nothing; 4.1 in params does. A post of another scope does not count."""
    def renamed(activities: pd.DataFrame) -> pd.DataFrame:
        return activities.assign(activity=activities["activity"].replace({"purchase.nace.J62_63": "thing.unknown"}))

    with pytest.raises(MethodError, match=r"thing\.unknown"):
        beges_v5.count(make(renamed))
    with pytest.raises(MethodError, match=r"thing\.unknown"):
        beges_v5.count(make(renamed, beges_posts={"thing": "1.1"}))
    table = beges_v5.posts_table(make(renamed, beges_posts={"thing": "4.1"}), Words("en")).set_index("post")["co2e_t"]
    assert table["4.1"] == pytest.approx((90_000 * 0.09 + 20_000 * 0.01 + 10_000 * 0.04) / 1000)


def test_iso_categories_are_the_axes_of_the_french_posts():
    """Two tables of the same thing: ISO category = first digit of the post, for every scope and category."""
    posts = packaged.read_csv("carbon.reports", "data/beges_v5_routing.csv", {"category": "integer"})
    axes = posts.assign(axis=posts["post"].str[0]).drop_duplicates(["scope", "category", "axis"])
    found = {(s, c): a for s, c, a in zip(axes["scope"], axes["category"], axes["axis"], strict=True)}

    assert found == {key: str(value) for key, value in iso_14064_1.routing().items()}
    assert {c for s, c in found if s == "3"} == set(CATEGORIES)


def test_market_based_energy_stands_beside_the_iso_total(make: Any):
    """The market-based line is in no total of the table."""
    table = iso_14064_1.categories_table(make(scope2_headline="location-based"), Words("en"))
    lines = table.set_index("iso_category")["co2e_t"]

    assert lines["total"] == pytest.approx(lines[[str(c) for c in range(1, 7)]].sum(), rel=1e-12)
    assert lines[iso_14064_1.MARKET_LINE] == 0.0


def test_ar48_milestones_and_changes(inventory: Any, history: Any):
    """Base year 2019 and 2023 from the history, % N / N-1, and the pathway of a target of -42 % by 2030 over 11
    years.
    """
    table = esrs_e1.ar48_table(inventory, history, Words("en")).set_index("row")
    row = table.loc["total-market"]
    kg = history.table.query("scope2_method != @LOCATION").groupby("year")["co2e_kg"].sum()

    assert row["base_year_t"] == pytest.approx(kg[2019] / 1000)
    assert row["current_t"] == pytest.approx(inventory_total(inventory, MARKET))
    assert row["change_share"] == pytest.approx(kg[2024] / kg[2023] - 1)
    assert row["pathway_2030_t"] == pytest.approx(kg[2019] / 1000 * 0.58)
    assert row["annual_target_share"] == pytest.approx(0.42 / 11)
    assert math.isnan(row["pathway_2050_t"])
    assert math.isnan(table.loc["total-location", "pathway_2030_t"])  # the target is on the market-based total
    assert set(table["basis"]) == {"as reported then"}


def inventory_total(inventory: Any, method: str) -> float:
    rows = inventory.emissions[inventory.emissions["scope2_method"].isin(("", method))]
    return rows["co2e_kg"].sum() / 1000


def test_a_target_on_other_scopes_has_a_row_of_its_own(make: Any, history: Any):
    """Scopes 1 and 2 together are no row of AR 48: the target's milestones are not put on another row."""
    target = {"id": "t", "scopes": ["1", "2"], "scope2_method": "location-based", "base_year": 2019,
              "target_year": 2030, "reduction": 0.5}
    table = esrs_e1.ar48_table(make(targets=[target]), history, Words("en")).set_index("row")

    assert table["pathway_2030_t"].notna().sum() == 1
    assert table.loc["target", "pathway_2030_t"] == pytest.approx(table.loc["target", "base_year_t"] / 2)


def test_a_year_that_lacks_a_scope_has_no_total(inventory: Any, history: Any):
    """2019 without scope 3 is no total: an empty cell, never a smaller base year."""
    cut = history.table[(history.table["year"] != 2019) | (history.table["scope"] != "3")]
    table = esrs_e1.ar48_table(inventory, SimpleNamespace(table=cut, recalculated=False), Words("en")).set_index("row")

    assert math.isnan(table.loc["total-market", "base_year_t"])
    assert table.loc["scope1", "base_year_t"] > 0


def test_datapoints_are_tidy_and_agree_with_the_tables(inventory: Any, history: Any):
    """One line a figure; id, dimensions, period and framework are its key; the total is the total."""
    table = filing("datapoints", inventory, history).tables["datapoints"]

    assert not table.duplicated(["id", "dimensions", "period_start", "framework"]).any()
    assert table["framework_version"].str.len().gt(0).all()
    assert set(table["framework"]) == set(COUNTS)
    of_total = table["dimensions"] == f"scope=total;scope2_method={MARKET}"
    total = table[(table["framework"] == "ghg_protocol") & of_total]
    assert total["value"].item() == ghg_protocol.count(inventory).total_t
    assert str(total["period_end"].item().date()) == "2024-12-31"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_of_a_filing(make: Any, history: Any, format: str, language: str):
    """A workbook with frozen headings and real numbers, a CSV a table, no live formula, the same bytes twice."""
    hostile = make(lambda a: a.assign(supplier="=1+1", site="@lyon"), language=language, name={language: "=Atelier"})
    made = filing(format, hostile, history)
    files = made.files()
    book = openpyxl.load_workbook(io.BytesIO(files[f"{format}.xlsx"]))

    assert files == filing(format, hostile, history).files()
    assert book.sheetnames == list(made.tables)
    assert {sheet.freeze_panes for sheet in book} == {"B4"}
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert all(c.quotePrefix for c in cells if isinstance(c.value, str) and LIVE.match(c.value))
    assert any(isinstance(c.value, float) for c in cells)
    assert not any(cell.startswith(("=", "@")) for name in files if name.endswith(".csv")
                   for line in files[name].decode().splitlines() for cell in line.split(","))


def test_another_format_is_refused(inventory: Any, history: Any):
    """A format that does not exist, and a pair without a total to compare."""
    with pytest.raises(UsageError, match="xbrl"):
        filing("xbrl", inventory, history)
    with pytest.raises(UsageError, match="datapoints"):
        reconciliation(inventory, "ghg_protocol", "datapoints")


@pytest.mark.parametrize("name", PACKAGED)
def test_routing_tables_have_their_citation_and_hash(name: str):
    """Dated data: title, edition and the hash of the table as it stands."""
    citation = packaged.read_yaml("carbon.reports", f"data/{name}.yml")

    assert {"title", "publisher", "edition", "licence", "date_fetched"} <= set(citation)
    assert citation["table_sha256"] == sha256(packaged.read_bytes("carbon.reports", f"data/{name}.csv")).hexdigest()


def _planned(company: str) -> Any:
    from carbon.accounting import inventories
    from carbon.records.params.levers import read_plans

    history = inventories(company)
    return history.inventories[2025], history.restated(), read_plans(company)


def test_actions_hold_what_was_planned_and_what_the_year_shows():
    """E1-3 of 2025 against the plan recorded on 2024: its levers with their achieved tonnes, none dropped, kinds in
    words.
    """
    from carbon.levers.record import followed

    inventory, history, plans = _planned("petit-studio")
    tables = filing("esrs_e1", inventory, history, plans=plans).tables
    past = followed(plans[0], inventory.emissions, year=2025, gwp=plans[0].gwp, release=plans[0].release).table
    actions = tables["actions"].set_index("action_id")
    achieved = past[past["kind"] == "lever"].set_index("lever")["achieved_kg"] / 1000
    assert actions["achieved_t"].dropna().sort_index().tolist() == pytest.approx(achieved.sort_index().tolist())
    assert len(actions) == len(plans[0].levers)
    # the recorded plan has 2026 as well, so its levers go on; those that have not started achieved no figure, not zero
    assert actions.loc[sorted(set(actions.index) - set(achieved.index)), "achieved_t"].isna().all()
    assert "électrification" in set(actions["decarbonisation_lever"])
    assert set(actions["state"]) == {"en cours", "prévue"}
    # a new plan that counts a running action from 2026 does not make it a planned one
    later = [v.model_copy(update={"start": 2026}) for v in plans[0].levers[:2]]
    changed = plans[0].model_copy(update={"levers": later, "first_year": 2026, "inventory_year": 2025, "streams": [
        s.model_copy(update={"wedge_kg": {}}) for s in plans[0].streams]})
    again = filing("esrs_e1", inventory, history, plans=[*plans, changed]).tables["actions"].set_index("action_id")
    assert (again.loc[[v.id for v in later], "start"] == 2025).all()
    assert set(again.loc[[v.id for v in later], "state"]) == {"en cours"}
    dropped = again.drop([v.id for v in later])
    assert set(dropped["state"]) == {"abandonnée ou achevée"} and dropped["expected_t"].isna().all()


def test_what_levers_give_to_a_target_is_its_baseline_less_its_plan():
    """E1-4 par. 34 (f): the contributions to a target sum to what the plan takes off its scopes in the target year."""
    inventory, history, plans = _planned("petit-studio")
    tables = filing("esrs_e1", inventory, history, plans=plans).tables
    for target in plans[0].targets:
        methods = ("", target.scope2_method)
        own = [s for s in plans[0].streams if s.scope in target.scopes and s.scope2_method in methods]
        cut = sum(s.baseline_kg[-1] - s.plan_kg[-1] for s in own) / 1000
        rows = tables["target_levers"]
        assert rows.loc[rows["target"] == target.label["fr"], "expected_t"].sum() == pytest.approx(cut, rel=1e-9)
    targets = tables["targets"]
    # -42 % of the base year's gross emissions, by the target's own scopes and method
    assert targets["target_t"].tolist() == pytest.approx(
        (targets["base_year_t"] * (1 - targets["target_share"])).tolist())
    own_list = tables["action_list"]
    assert own_list["capex"].sum() == pytest.approx(sum(sum(v.capex.values()) for v in plans[0].levers))


def test_years_of_targets_and_actions_read_as_years():
    """2030 in the workbook, never 2,030."""
    inventory, history, plans = _planned("petit-studio")
    files = filing("esrs_e1", inventory, history, plans=plans).files()
    book = openpyxl.load_workbook(io.BytesIO(files["esrs_e1.xlsx"]))
    seen = 0
    for name in ("targets", "target_levers", "actions", "action_list"):
        for cell in (c for row in book[name].iter_rows(min_row=4) for c in row):
            if isinstance(cell.value, int) and 2000 <= cell.value <= 2100:
                seen += 1
                assert cell.number_format == "0", (name, cell.coordinate)
    assert seen > 20


def test_without_a_recorded_plan_the_filing_says_so(inventory: Any, history: Any):
    """Empty sheets of actions, and two sentences among what is not stated; never a row of zeros."""
    tables = filing("esrs_e1", inventory, history).tables
    assert [len(tables[name]) for name in ("target_levers", "actions", "action_list")] == [0, 0, 0]
    words = Words(inventory.params.language)
    assert {words("esrs.no_plan"), words("esrs.no_former_plan")} <= set(tables["not_stated"]["what"])
