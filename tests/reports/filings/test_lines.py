"""Posts, gases, intervals and states of the lines that BEGES and ISO 14064-1 share, worked by hand for one company."""

from __future__ import annotations

import dataclasses
import json
import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from unlike_company import history_from, unlike_inventory

from carbon.core.errors import MethodError
from carbon.reports.filings import FORMATS, beges_v5, filing, ghg_protocol, iso_14064_1
from carbon.reports.filings.counting import layout_of
from carbon.reports.filings.intervals import intervals_table
from carbon.reports.filings.lines import lines_table
from carbon.reports.filings.stated import identity_table, open_lines, remedy
from carbon.reports.words.language import Words

EN = Words("en")
GAS = 10_000 * (0.18256 + 0.00028 / 28 * 28 + 0.0001 / 298 * 265)
"""10,000 kWh of gas, DESNZ 2023 per kWh (gross): CO2, CH4 and N2O, the last recomputed from GWP 298 to 265."""
R410A, SF6, NF3 = 2 * (0.5 * 677 + 0.5 * 3170), 0.5 * 23_500, 0.1 * 16_100
WOOD, WOOD_BIOGENIC = 2_000 * 0.01074, 2_000 * 0.35
ADVICE = (1_000 - 6_000) * 0.06615416


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return unlike_inventory(tmp_path_factory.mktemp("unlike") / "p")


@pytest.fixture(scope="module")
def filed(company: Any) -> dict[str, Any]:
    """Every filing of the company, by format."""
    return {name: filing(name, company, history_from(company), of_set="abc") for name in FORMATS}


def by(filed: dict[str, Any], format: str, column: str) -> pd.DataFrame:
    return filed[format].tables["lines"].set_index(column)


def test_posts_of_a_company_worked_by_hand(filed: dict[str, Any]):
    """Boilers 1.1, gases that escape 1.4, waste water 4.3, a credit note above the purchases a negative 4.5; wood's CO2
    is outside; the subtotals are the sums of their posts, and the total that of all.
    """
    lines = by(filed, "beges_v5", "post")
    t = lines["co2e_t"]
    assert t["1.1"] == pytest.approx((GAS + WOOD) / 1000, rel=1e-6) == pytest.approx(1.850769, rel=1e-6)
    assert t["1.4"] == pytest.approx((R410A + SF6 + NF3) / 1000, rel=1e-12) == pytest.approx(17.207)
    assert t["4.3"] == pytest.approx(1_000 * 0.20131829 / 1000, rel=1e-6)
    assert t["4.5"] == pytest.approx(ADVICE / 1000, rel=1e-6) and t["4.5"] < 0
    assert lines.loc["1.1", "biogenic_co2_t"] == WOOD_BIOGENIC / 1000 == 0.7
    for category in "123456":
        posts = t[t.index.str.startswith(f"{category}.")]
        assert t[category] == pytest.approx(posts.sum(), rel=1e-12) if posts.notna().any() else math.isnan(t[category])
    assert t["total"] == pytest.approx(t[list("124")].sum(), rel=1e-12)


def test_gases_and_what_is_not_split_sum_to_each_line(filed: dict[str, Any]):
    """CO2 in tonnes, the others in tonnes CO2e, and what has CO2e alone in a column of its own: no gas that no factor
    states is a zero, and the columns add up to the gram.
    """
    beges, iso = by(filed, "beges_v5", "post"), by(filed, "iso_14064_1", "iso_category")
    gas = beges.loc["1.1"]
    assert (gas["co2_t"], gas["ch4_co2e_t"]) == (pytest.approx(1.8256), pytest.approx(0.0028))
    assert gas["n2o_co2e_t"] == pytest.approx(10_000 * 0.0001 / 298 * 265 / 1000, rel=1e-6)
    assert gas["unsplit_co2e_t"] == pytest.approx(WOOD / 1000, abs=1e-9) and math.isnan(gas["other_co2e_t"])
    fugitive = iso.loc["1.4"]
    assert [fugitive[f"{g}_co2e_t"] for g in ("hfc", "sf6", "nf3")] == pytest.approx([3.847, 11.75, 1.61])
    assert math.isnan(fugitive["pfc_co2e_t"]) and math.isnan(fugitive["co2_t"])
    assert beges.loc["1.4", "other_co2e_t"] == pytest.approx(17.207)
    for lines, columns in ((beges, beges_v5.GAS_COLUMNS), (iso, iso_14064_1.GAS_COLUMNS)):
        counted = lines[lines["co2e_t"].notna()]
        sums = counted[[*columns, "unsplit_co2e_t"]].sum(axis=1)
        assert (sums - counted["co2e_t"]).abs().max() < 1e-6


def test_seven_gases_of_each_scope_in_tonnes_of_gas(filed: dict[str, Any]):
    """2 kg of R-410A are 2 kg of HFCs, 500 g of SF6 half a kilogram; PFC is stated by no factor."""
    gases = filed["ghg_protocol"].tables["gases"]
    first = gases[gases["scope"] == "1"].set_index("gas")
    assert first.loc[["hfc", "sf6", "nf3"], "gas_t"].tolist() == pytest.approx([0.002, 0.0005, 0.0001])
    assert math.isnan(first.loc["pfc", "co2e_t"]) and math.isnan(first.loc["unsplit", "gas_t"])
    assert set(first["figure_id"]) == {"made/2024/scope1"}


def test_intervals_base_year_and_figures_of_a_line(company: Any, filed: dict[str, Any]):
    """The interval of a category is that of its scope, as the report has it; 2020 had twice as much; each line names
    the figures whose rows it has, and a post that shares a category with another has no base year.
    """
    lines, intervals = by(filed, "beges_v5", "post"), company.uncertainty()
    intervals, of_scope = intervals_table(company, intervals).set_index("figure"), intervals.of("scope1")
    assert lines.loc["1", ["low_t", "high_t"]].tolist() == pytest.approx(
        [of_scope.low_kg / 1000, of_scope.high_kg / 1000])
    assert intervals.loc["post/4", "low_kg"] == pytest.approx(lines.loc["4", "low_t"] * 1000)
    assert lines.loc["1", "base_year_t"] == pytest.approx(2 * lines.loc["1", "co2e_t"])
    assert lines.loc[["1", "2", "4", "4.3", "total"], "change_share"].tolist() == pytest.approx([-0.5] * 5)
    assert lines.loc[["4.1", "4.5", "1.1"], "base_year_t"].isna().all()
    assert set(lines.loc[["4.1", "4.5", "1.1"], "basis"]) == {"no posts"}
    assert lines.loc["4.1", "figure_id"] == "made/2024/3.3" and lines.loc["4.5", "figure_id"] == "made/2024/3.1"


def test_posts_of_one_category_have_the_base_year_of_its_own_rows(company: Any):
    """Boilers three times as much in 2020 and gases that escape the rest of twice scope 1: a third of 1.1 is left, and
    1.4 is worked out by hand. Rows that are not what the history has give no post a base year, in words.
    """
    rows, of_year = company.emissions, history_from(company)
    boilers = (rows["scope"] == "1") & (rows["kind"] == "energy")
    leak = (2 * (GAS + WOOD + R410A + SF6 + NF3) - 3 * (GAS + WOOD)) / (R410A + SF6 + NF3)
    times = boilers.map({True: 3.0, False: 2.0}).where((rows["scope"] != "1") | boilers, leak)
    def history(base: Any) -> Any:
        return SimpleNamespace(**vars(of_year), inventories_behind=SimpleNamespace(
            inventories={2020: SimpleNamespace(emissions=base)}))

    lines = beges_v5.posts_table(company, history(rows.assign(co2e_kg=rows["co2e_kg"] * times)), EN).set_index("post")
    assert lines.loc["1.1", ["base_year_t", "change_share"]].tolist() == pytest.approx([3 * 1.850769, -2 / 3], rel=1e-6)
    assert lines.loc["1.4", "base_year_t"] == pytest.approx(2 * (1.850769 + 17.207) - 3 * 1.850769, rel=1e-6)
    assert lines.loc["1.4", "change_share"] == pytest.approx(17.207 / 32.563231 - 1, rel=1e-6)
    assert lines.loc["1.1", "basis"] == lines.loc["1", "basis"] == "same method"
    other = beges_v5.posts_table(company, history(rows), EN).set_index("post")
    assert math.isnan(other.loc["1.1", "base_year_t"]) and other.loc["1.1", "basis"] == "no posts"


def test_no_change_where_a_year_lacks_a_category(company: Any):
    """Category 5 was not reported in 2020: category 4 of the French method has a base year and no change, which is
    listed by name.
    """
    history = history_from(company)
    lacks = (history.table["year"] == 2020) & (history.table["category"] == 5)
    history = SimpleNamespace(table=history.table[~lacks], recalculated=False)
    tables = beges_v5.tables(company, history, EN)
    lines = tables["lines"].set_index("post")
    assert lines.loc["4", "base_year_t"] > 0 and math.isnan(lines.loc["4", "change_share"])
    assert lines.loc["1", "change_share"] == pytest.approx(-0.5)
    text = tables["not_stated"].set_index("what").loc["Change since the base year", "text"]
    assert text.startswith("None for 4, total:")


def test_an_empty_post_has_the_reason_that_the_company_states(company: Any):
    """Visitors and processes have no category of the GHG Protocol: `filing.empty_posts`. A post with rows raises."""
    def stated(**posts: str) -> Any:
        params = company.params.model_copy(update={"filing": company.params.filing.model_copy(
            update={"empty_posts": posts})})
        return filing("beges_v5", dataclasses.replace(company, params=params), history_from(company))

    made = stated(**{"3.4": "no visitors", "1.3": "no process"})
    lines = made.tables["lines"].set_index("post")
    assert lines.loc["3.4", ["status", "reason"]].tolist() == ["not relevant", "no visitors"]
    open_posts = made.missing()["params"].iloc[0]
    assert "'1.5': '?'" in open_posts and "3.4" not in open_posts and "9: {status: not relevant" in open_posts
    assert open_posts.splitlines()[0] == "filing:"
    with pytest.raises(MethodError, match=r"4\.3 is empty, and it has 1 rows"):
        stated(**{"4.3": "none"})


def test_what_params_answer_is_what_params_take():
    """Lines to paste are YAML without anchors: twelve categories are twelve statements."""
    text = remedy("empty_categories", 2, 4)
    assert text == "categories:\n  2: {status: not relevant, reason: '?'}\n  4: {status: not relevant, reason: '?'}"
    assert remedy("no_own_generation") == ""


def test_a_category_of_the_framework_is_no_category_of_scope_3(filed: dict[str, Any]):
    """Category 5 of ISO is the use of products, 5 of scope 3 waste: no lines for it; 4.1 has purchases and upstream
    energy, so that a category alone would not answer it.
    """
    lines = filed["iso_14064_1"].tables["lines"].assign(status="no records", reason="")
    asked = open_lines(lines[lines["iso_category"].isin(["4.1", "5.2", "5"])], EN)
    assert asked == [("4.1, 5.2", "no records", "filing:\n  empty_posts: {'4.1': '?'}\n"
                      "categories:\n  13: {status: not relevant, reason: '?'}")]


def test_employees_of_who_files_are_written_out(company: Any):
    """1,234,567 people are no 1.23457e+06, and half a post is not lost."""
    for people, text in ((1_234_567, "1,234,567"), (12.5, "12.5")):
        params = company.params.model_copy(update={"employees": {2024: people}})
        about = identity_table(dataclasses.replace(company, params=params), EN).set_index("what")["value"]
        assert about["Employees"] == text


def test_each_filing_is_reconciled_and_its_facts_are_of_the_fiscal_year(filed: dict[str, Any]):
    """April 2023 to March 2024; nothing left between two totals; a share of primary data between 0 and 1 although the
    credit note makes its category negative; British pounds.
    """
    for name, made in filed.items():
        last = made.tables["reconciliation"].iloc[-1]
        assert abs(last["difference_t"]) < 1e-6, name
    facts = filed["esrs_e1"].tables["datapoints"].set_index("datapoint")
    assert str(facts.loc["E1-6_07", "period_start"].date()) == "2023-04-01"
    assert facts.loc["E1-6_17", ["value", "unit"]].tolist() == [0.7, "tCO2"]
    # The factors of scope 3 state no CO2 from biomass: asked, not filed as zero.
    lacking = filed["esrs_e1"].tables["not_stated"].set_index("what")["text"]
    assert "E1-6_28" not in facts.index and lacking["E1-6_28"].startswith("No factor of these rows")
    assert 0 <= facts.loc["E1-6_25", "value"] <= 1
    document = json.loads(filed["vsme"].files()["vsme-xbrl.json"])
    period = document["facts"]["GrossScope1GreenhouseGasEmissions"]["dimensions"]["period"]
    assert period == "2023-04-01T00:00:00/2024-04-01T00:00:00"


def test_a_company_without_scope_3_has_no_zero_for_it(make: Any, history: Any):
    """Categories 3 to 6 are empty with their state, the total is that of scopes 1 and 2, and a total of all scopes that
    needs scope 3 is held back in ESRS.
    """
    company = make()
    rows = company.emissions[company.emissions["scope"] != "3"].reset_index(drop=True)
    third = company.table["scope"] == "3"
    of_lines = company.table
    table = of_lines.assign(rows=of_lines["rows"].mask(third, 0), co2e_kg=of_lines["co2e_kg"].mask(third),
                            status=of_lines["status"].mask(third, "no records"))
    company = dataclasses.replace(company, emissions=rows, table=table)
    lines = lines_table(company, history, beges_v5.count(company), EN, line_column="post", gas_columns=("co2_t",))
    lines = lines.set_index("post")
    assert lines.loc[list("3456"), "co2e_t"].isna().all() and set(lines.loc[list("3456"), "status"]) == {"no records"}
    assert lines.loc["total", "co2e_t"] == pytest.approx(1.8 + 1.0)
    esrs = filing("esrs_e1", company, history).tables
    assert not {"E1-6_11", "E1-6_12", "E1-6_25"} & {*esrs["datapoints"]["datapoint"]}
    assert ghg_protocol.primary_shares(company)[0] != ghg_protocol.primary_shares(company)[0]


def test_a_year_without_records_is_filed_without_a_zero(make: Any, history: Any):
    """No row at all: every post and the total are empty with their state, and the filing still has its sheets."""
    company = make()
    table = company.table.assign(rows=0, co2e_kg=float("nan"), status="no records")
    company = dataclasses.replace(company, emissions=company.emissions.iloc[:0], table=table)
    for lines in (beges_v5.posts_table(company, history, EN), iso_14064_1.categories_table(company, history, EN)):
        assert lines["co2e_t"].isna().all() and set(lines["status"]) == {"no records"}


def test_each_sheet_names_where_its_columns_were_read():
    """AR 48 was read word for word; the French form and the paid standard were not, so their sheets are our layout."""
    assert layout_of("esrs_e1", "lines", EN).startswith("Columns read word for word: Delegated Regulation")
    for format in ("beges_v5", "iso_14064_1", "ghg_protocol"):
        assert layout_of(format, "lines", EN).startswith("Our layout.")
    assert layout_of("beges_v5", "transition_plan", EN) == "Our layout."
