"""Findings: three on the first screen, each true of its table, and a sentence over each chart."""

from __future__ import annotations

import pandas as pd
import pytest
from text_of_page import text_of

from carbon.reports.exhibits.findings import finding_of, findings_table
from carbon.reports.words.language import Words

ICICLE = pd.DataFrame({"scope": ["3", "3", "3", "1"], "name": ["", "Business travel", "Capital goods", ""],
                       "supplier": ["", "", "", ""], "co2e_t": [70.0, 40.0, 30.0, 30.0], "share": [0.7, 0.4, 0.3, 0.3]})
BRIDGE = pd.DataFrame({"step": ["2023", "growth", "mix", "2024"], "change_t": [float("nan"), 5.0, -9.0, float("nan")],
                       "co2e_t": [104.0, 109.0, 100.0, 100.0]})


def test_the_findings_are_what_moved_most_the_furthest_gap_and_the_largest_part(small, page):
    """Of an example company: the step, the gap and the share, as its tables have them, each with a link."""
    table, bridge = small.findings().table, small.bridge().table
    assert table["exhibit"].tolist() == ["bridge", "trajectory", "categories"]
    assert table["value"].iloc[0] == max(bridge["change_t"].dropna(), key=abs)
    assert table["value"].iloc[1] == max(view.gap_t for view in small.targets)
    icicle = small.icicle().table
    parts = icicle[(icicle["supplier"] == "") & ~((icicle["scope"] == "3") & (icicle["name"] == ""))]
    assert table["value"].iloc[2] == parts["share"].max()
    shown = page(str(small.findings().html))
    assert [float(v) for v in table["value"]] == pytest.approx(shown.values, rel=1e-12)
    assert 'href="#table-bridge"' in str(small.findings().html)


def test_where_nothing_is_known_of_earlier_years_the_largest_parts_take_the_place(report):
    """A first year without a bridge and a target still has three findings, none of them twice."""
    empty = BRIDGE.head(0)
    table = findings_table(report.inventory, [], empty, ICICLE, Words("en"), 1)
    assert table["figure"].tolist() == ["40%", "30%", "30%"] and table["what"].is_unique
    moved = findings_table(report.inventory, [], BRIDGE, ICICLE, Words("en"), 1)
    assert moved["figure"].iloc[0] == "\u22129.0 t" and moved["what"].iloc[0].startswith("Mix")


def test_the_sentence_over_a_chart_is_true_of_its_table(small):
    """The largest step, the largest category, the last figure of a target against its pathway."""
    words = small.words
    assert "mix" in finding_of("bridge", BRIDGE, Words("en")).lower()
    categories = small.categories().table
    largest = categories.loc[categories["co2e_t"].idxmax(), "name"]
    assert words.term("category", largest) in small.categories().finding
    last = small.years().table.dropna(subset="co2e_t").iloc[-1]
    assert words.significant(abs(last["gap_t"])) in small.years().finding
    assert small.years().finding in small.years()._metadata("figure")["carbon"]["alt"]


def test_a_chart_with_amounts_below_zero_has_no_largest_part():
    """A share of a sum with negative parts states nothing: the chart keeps its plain title."""
    table = pd.DataFrame({"supplier": ["a", "b"], "co2e_t": [10.0, -2.0]})
    assert finding_of("suppliers", table, Words("en")) == ""


def test_of_two_parts_that_are_printed_alike_neither_is_the_largest():
    """41.3 and 41.0 % are 41 % each: the title names both; 41.3 and 40.4 % have a largest part."""
    def title(second: float) -> str:
        table = pd.DataFrame({
            "scope": "3", "category": [1, 6], "name": ["Purchased goods and services", "Business travel"],
            "supplier": "", "co2e_t": [41.3, second], "share": [0.413, second / 100]})
        return finding_of("icicle", table, Words("en"))

    assert title(41.0) == "41% each: Purchased goods and services; Business travel, the largest parts of the total"
    assert title(40.4) == "41%: Purchased goods and services, the largest part of the total"


def test_the_page_asks_first_for_what_starts_this_year(small, page):
    """What the plan starts in its first year is above what cuts most by its last."""
    text = text_of(page, small.things())
    first = small.plan.plan.problem.years[0]
    heads = [small.words("exhibit.now", year=int(first)), small.words("exhibit.things")]
    assert text.index(heads[0]) < text.index(heads[1])
    assert (small.things().table["heading"] == heads[0]).any()


def test_a_title_compares_like_with_like():
    """Months of one bill have no highest; a year of other scopes is no start; a gap not judged is not stated."""
    words = Words("en")
    months = pd.DataFrame({"month": ["2025-01", "2025-02", "2025-03"], "co2e_t": [31.0, 28.0, 31.0]})
    assert finding_of("energy_by_month", months, words) == ""
    years = pd.DataFrame({"year": [2020, 2021, 2021], "scope": ["1", "1", "3"], "co2e_t": [5.0, 5.0, 93.0]})
    assert finding_of("scopes_by_year", years, words) == ""
    gap = pd.DataFrame({"year": [2024], "co2e_t": [120.0], "gap_t": [float("nan")], "target": ["A"]})
    assert "above" not in finding_of("years", gap, words) and "120" in finding_of("years", gap, words)


def test_findings_of_actions_and_devices_say_what_their_charts_show():
    """The largest cut of the target that the plan cuts most, actions at work in the first year, the most frequent age
    of dated devices, the most that any threshold avoids; nothing where there is nothing to say.
    """
    words = Words("en")
    heads = {"baseline": 100.0, "plan": 40.0, "target": 50.0, "gap left": 0.0}
    lines = [(target, 2030, what, value) for target, cuts in (("small", {"x": 1.0}), ("large", {"y": 20.0, "z": 40.0}))
             for what, value in ({**heads, "plan": 100.0 - sum(cuts.values())} | cuts).items()]
    wedges = pd.DataFrame(lines, columns=["target", "year", "what", "co2e_t"])
    assert finding_of("wedges", wedges, words) == "z cuts most in 2030: 40 t CO₂e"
    assert finding_of("wedges", wedges[~wedges["what"].isin(["x", "y", "z"])], words) == ""
    assert finding_of("wedges", wedges.replace("z", "plan"), words) == ""  # its tonnes may be the plan's
    calendar = pd.DataFrame({"action": ["a", "b", "a", "b"], "year": [2026, 2026, 2027, 2027],
                             "effect_share": [0.5, 0.0, 1.0, 1.0], "capex": 0.0})
    assert finding_of("calendar", calendar, words) == "Actions at work in 2026: 1 of 2"
    ages = pd.DataFrame({"age": ["1 to 2", "1 to 2", "2 to 3"], "device": ["a", "b", "a"], "units": [3, 4, 5]})
    assert finding_of("fleet_ages", ages, words) == "Most frequent age: 1 to 2 years, 7 of 12 devices"
    assert finding_of("fleet_ages", ages.replace("1 to 2", words("device.no_date")), words) == ""
    curve = pd.DataFrame({"hours": [2.0, 4.5, 6.0], "net_avoided_t": [0.0, 2.24, 2.24]})
    assert finding_of("thresholds", curve, words).startswith("At most 2.24 t CO₂e") and "4.5" in finding_of(
        "thresholds", curve, words)
    assert finding_of("thresholds", curve.assign(net_avoided_t=0.0), words) == ""
