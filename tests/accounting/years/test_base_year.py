"""Base-year events: significance in three measures, restatement that undoes itself, refusals."""

import pandas as pd
import pytest

from carbon.accounting.years.base_year import like_for_like, significance, splice
from carbon.accounting.years.restated import restate
from carbon.core.errors import MethodError, TableError

SERIES = pd.Series({2020: 1000.0, 2021: 1000.0, 2022: 1000.0, 2023: 1000.0})


def event(id: str, kind: str, delta: float, *, date: str = "2023-01-01", recorded: str = "2023-06-01", **changes):
    rows = [{"event_id": id, "kind": kind, "date": date, "entity": "example entity", "year": year, "scope": "1",
             "scope2_method": "", "delta_kg": delta, "reason": "sold", "evidence": "board minutes",
             "recorded_on": recorded, **changes} for year in (2020, 2021, 2022)]
    table = pd.DataFrame(rows)
    days = {c: pd.to_datetime(table[c]).astype("datetime64[s]") for c in ("date", "recorded_on")}
    return table.assign(**days)


def run(*events: pd.DataFrame, measure: str = "gross", threshold: float = 0.05, as_of: str = "2024-01-01"):
    return restate(SERIES, pd.concat(events), base_year=2020, as_of=as_of, threshold=threshold, measure=measure)


def test_an_acquisition_above_the_threshold_restates_every_year_before_it():
    """+100 of 1,000 is 10 %, above 5 %: 2020-2022 become 1,100; the year after holds it already."""
    result = run(event("e1", "acquisition", 100.0))
    assert result.recalculated
    assert result.restated.tolist() == [1100.0, 1100.0, 1100.0, 1000.0]
    assert result.as_reported.tolist() == SERIES.tolist()


def test_buying_and_selling_the_same_entity_gives_back_the_series():
    """+100 and -100 leave the like-for-like series, whatever the order of recording."""
    buy, sell = event("e1", "acquisition", 100.0), event("e2", "divestment", -100.0)
    assert run(buy, sell).restated.tolist() == SERIES.tolist()
    assert run(sell, buy).restated.tolist() == run(buy, sell).restated.tolist()


def test_opposite_changes_trigger_by_gross_and_not_by_net():
    """+30 and -30 of 1,000: gross 6 %, net 0 %."""
    events = event("e1", "acquisition", 30.0), event("e2", "divestment", -30.0)
    table = significance(pd.concat(events), base_year=2020, base_kg=1000.0)
    assert table["gross"].tolist() == pytest.approx([0.03, 0.06])
    assert table["net"].tolist() == pytest.approx([0.03, 0.0])
    assert run(*events).recalculated
    assert not run(*events, measure="net").recalculated


def test_measures_add_up_in_the_order_of_the_events_whatever_the_order_of_the_lines():
    """30 in 2022, then 40 in 2023: 3 % and 7 % gross, whichever was recorded first."""
    early = event("z", "acquisition", 30.0, date="2022-01-01")
    late = event("a", "acquisition", 40.0, date="2023-01-01")
    for lines in ((early, late), (late, early)):
        table = significance(pd.concat(lines), base_year=2020, base_kg=1000.0, threshold=0.05)
        assert table["event_id"].tolist() == ["z", "a"]
        assert table["gross"].tolist() == pytest.approx([0.03, 0.07])
        assert table["triggers"].tolist() == [False, True]


def test_organic_growth_never_triggers():
    """However large."""
    result = run(event("e1", "organic_growth", 900.0))
    assert not result.recalculated
    assert result.restated.tolist() == SERIES.tolist()
    assert result.significance["gross"].tolist() == [0.0]


def test_an_event_recorded_later_does_not_touch_the_view_as_of_an_earlier_day():
    """A published report pins what was known then."""
    late = event("e1", "acquisition", 100.0, recorded="2024-03-01")
    assert not run(late, as_of="2024-01-01").recalculated
    assert run(late, as_of="2024-04-01").recalculated


def test_restating_twice_is_restating_once():
    """The same events give the same series again."""
    events = event("e1", "error", -200.0)
    assert run(events).restated.equals(run(events).restated)


def test_an_event_without_evidence_or_with_a_missing_year_is_refused():
    """No reason, no restatement; an empty year is not zero."""
    with pytest.raises(TableError, match="reason and evidence"):
        run(event("e1", "acquisition", 100.0, evidence=""))
    with pytest.raises(MethodError, match=r"no delta for \[2022\]"):
        run(event("e1", "acquisition", 100.0)[lambda t: t["year"] != 2022])
    with pytest.raises(MethodError, match="no base year 2019"):
        one = event("e1", "acquisition", 1.0)
        restate(SERIES, one, base_year=2019, as_of="2024-01-01", threshold=0.05, measure="net")


@pytest.mark.parametrize(("mid_year", "last", "expected"), [
    ("all_years", 2023, [1100.0] * 3 + [1050.0]), ("all_years", 2024, [1100.0] * 3 + [1050.0, 1000.0]),
    ("pro_rata", 2023, [1050.4109589] * 3 + [1000.0]), ("pro_rata", 2024, [1100.0] * 3 + [1050.0, 1000.0])])
def test_a_purchase_within_a_year_counts_whole_or_by_its_days_until_the_year_is_over(mid_year, last, expected):
    """Bought on 1 July 2023, 100 kg a year and 50 before that day: 184 of 365 days are 50.41 kg, while 2023 is the last
    year; once 2024 is reported, all years take the whole.
    """
    lines = event("e1", "acquisition", 100.0, date="2023-07-01")
    lines = pd.concat([lines, lines.head(1).assign(year=2023, delta_kg=50.0)])
    series = pd.Series(1000.0, index=range(2020, last + 1))
    made = restate(series, lines, base_year=2020, as_of="2024-12-31", threshold=0.10, measure="gross",
                   mid_year=mid_year)
    # Significant as a whole: 10 % of the base year, also where half a year counts.
    assert made.recalculated
    assert made.restated.tolist() == pytest.approx(expected)


def test_a_purchase_within_a_year_says_what_that_year_lacks():
    """Whole, the months before the purchase are missing from its own year: a figure is needed, 0 is one. By days, or on
    the first day, none is.
    """
    series = pd.Series(1000.0, index=range(2020, 2024))
    arguments = {"base_year": 2020, "as_of": "2024-12-31", "threshold": 0.05, "measure": "gross"}
    lines = event("e1", "acquisition", 100.0, date="2023-07-01")
    with pytest.raises(MethodError, match=r"no delta for \[2023\]"):
        restate(series, lines, **arguments)
    assert restate(series, lines, mid_year="pro_rata", **arguments).recalculated
    with pytest.raises(MethodError, match="unknown choice for events within a year"):
        restate(series, lines, mid_year="half", **arguments)


def test_a_base_of_several_years_is_their_mean():
    """Mean of 2020 and 2021 is 1,000; 100 in one of the two years is 5 % of it, 10 % in both."""
    one = event("e1", "acquisition", 0.0).assign(delta_kg=[100.0, 0.0, 0.0])
    both = event("e1", "acquisition", 100.0)
    shares = [significance(e, base_year=(2020, 2021), base_kg=1000.0)["single"].item() for e in (one, both)]
    assert shares == pytest.approx([0.05, 0.10])
    made = restate(SERIES, one, base_year=(2020, 2021), as_of="2024-01-01", threshold=0.06, measure="gross")
    assert not made.recalculated
    with pytest.raises(MethodError, match="no base year 2018, 2019"):
        restate(SERIES, one, base_year=(2018, 2019, 2020), as_of="2024-01-01", threshold=0.06, measure="gross")


def test_a_change_of_method_without_kilograms_has_no_size():
    """What is not known is measured as nothing, and never as a kilogram."""
    blank = event("m", "method", float("nan"))
    table = significance(blank, base_year=2020, base_kg=1000.0, threshold=0.001)
    assert table[["single", "net", "gross"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]
    assert not table["triggers"].item()


def test_there_is_no_share_of_a_base_year_without_emissions():
    """Nothing in the base year: no event can be measured against it."""
    for base in (0.0, -1.0):
        with pytest.raises(MethodError, match="share of nothing"):
            significance(event("e1", "acquisition", 1.0), base_year=2020, base_kg=base)


def test_a_series_takes_the_deltas_of_its_scopes_and_method_only():
    """Scopes 1 and 2, market-based: -10 and -50 act; location-based and scope 3 are of other series. Events with scope
    2 against a series that does not say its method are refused.
    """
    posts = (("1", "", -10.0), ("2", "location-based", -20.0), ("2", "market-based", -50.0), ("3", "", -400.0))
    lines = pd.concat([event("e1", "divestment", kg, scope=s, scope2_method=m) for s, m, kg in posts])
    arguments = {"base_year": 2020, "as_of": "2024-01-01", "threshold": 0.05, "measure": "gross"}
    series = SERIES.copy()
    series.attrs["scopes"] = ("1", "2")
    made = restate(series, lines, scope2_method="market-based", **arguments)
    assert made.restated.tolist() == [940.0, 940.0, 940.0, 1000.0]
    assert made.significance["single"].tolist() == pytest.approx([0.06])
    with pytest.raises(MethodError, match="does not state its method"):
        restate(series, lines, **arguments)


def test_a_year_that_stands_twice_is_not_restated():
    """Location- and market-based in one series would be."""
    with pytest.raises(MethodError, match="appear twice"):
        restate(pd.concat([SERIES, SERIES]), event("e1", "acquisition", 100.0), base_year=2020, as_of="2024-01-01",
                threshold=0.05, measure="gross")


def test_like_for_like_names_what_it_leaves_out():
    """Only entities present in both years are compared."""
    table = pd.DataFrame({2020: [100.0, 50.0, None], 2023: [90.0, None, 70.0]}, index=["a", "sold", "bought"])
    series, left_out = like_for_like(table, (2020, 2023))
    assert series.tolist() == [100.0, 90.0]
    assert left_out == ["bought", "sold"]


def test_a_splice_needs_an_overlap_year():
    """Ratio new/old in the year calculated by both: 110/100 carries 80 to 88."""
    spliced = splice(pd.Series({2020: 80.0, 2021: 100.0}), pd.Series({2021: 110.0, 2022: 105.0}))
    assert spliced.tolist() == pytest.approx([88.0, 110.0, 105.0])
    with pytest.raises(MethodError, match="both methods"):
        splice(pd.Series({2020: 80.0}), pd.Series({2021: 110.0}))
    # Nothing by the old method in the year of both: a ratio would be infinite, and so would 2020.
    with pytest.raises(MethodError, match="the overlap year 2021 of the series is zero by the old method"):
        splice(pd.Series({2020: 80.0, 2021: 0.0}), pd.Series({2021: 110.0}))
