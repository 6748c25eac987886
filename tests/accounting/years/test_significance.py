"""After a recalculation the next events are held against the new base, and the sums start again."""

import pandas as pd
import pytest

from carbon.accounting.years.restated import restate
from carbon.accounting.years.significance import counted, event_shares, significance
from carbon.core.errors import CarbonError


def measured(*deltas: float, measure: str = "gross", threshold: float | None = 0.05) -> pd.DataFrame:
    days = pd.date_range("2021-01-01", periods=len(deltas), freq="D")
    events = pd.DataFrame({"event_id": [f"e{n}" for n in range(len(deltas))], "kind": "acquisition", "date": days,
                           "entity": "x", "year": 2020, "delta_kg": deltas})
    return significance(events, base_year=2020, base_kg=1000.0, threshold=threshold, measure=measure)


def test_what_follows_a_recalculation_is_a_share_of_the_new_base():
    """+100 of 1,000 recalculates to 1,100; 54 of that is 4.9 %, of 1,000 it would be 5.4 %; 2 more: 56 / 1,100 = 5.1
    %.
    """
    table = measured(100.0, 54.0, 2.0)
    assert table["triggers"].tolist() == [True, False, True]
    assert table["single"].tolist() == pytest.approx([0.1, 54 / 1100, 2 / 1100])
    assert table["gross"].tolist() == pytest.approx([0.1, 54 / 1100, 56 / 1100])
    sold = measured(-100.0, 40.0, -44.0)
    # -100 of 1,000 leaves 900; 40 of 900 is 4.4 %, and 84 gross, -4 net
    assert sold["net"].tolist() == pytest.approx([0.1, 40 / 900, 4 / 900])
    assert sold["triggers"].tolist() == [True, False, True]


def test_without_a_threshold_all_is_measured_against_the_same_base():
    """Nothing recalculates: sums since the beginning."""
    table = measured(100.0, 54.0, threshold=None)
    assert table["gross"].tolist() == pytest.approx([0.1, 0.154])
    assert not table["triggers"].any()


def test_a_base_that_an_event_takes_away_stays_the_measure():
    """Nothing is no measure: after -1,000 of 1,000 the next 10 are still 1 % of the 1,000. Half a kilogram is one."""
    assert measured(-1000.0, 10.0)["single"].tolist() == pytest.approx([1.0, 0.01])
    assert measured(-999.5, 1.0)["single"].tolist() == pytest.approx([0.9995, 2.0])


def test_exactly_the_threshold_reaches_it():
    """50 of 1,000 is 5 %, however the division is rounded; a hair less is not."""
    assert measured(50.0)["triggers"].tolist() == [True]
    assert measured(49.9999)["triggers"].tolist() == [False]


def test_an_event_on_the_first_day_counts_whole_in_its_year():
    """Pro rata: a purchase on 1 January has all its days; one on 1 July counts for them before, and not in its own
    year.
    """
    lines = pd.DataFrame({"event_year": 2023, "kind": "acquisition", "year": [2022, 2023] * 2, "delta_kg": 10.0,
                          "share": [1.0, 1.0, 0.5, 0.5]})
    assert counted(lines, last_year=2023, mid_year="pro_rata")["part"].tolist() == [1.0, 1.0, 0.5, 0.0]
    assert counted(lines, last_year=2024, mid_year="pro_rata")["part"].tolist() == [1.0] * 4
    assert counted(lines, last_year=2023, mid_year="all_years")["part"].tolist() == [1.0] * 4


def test_an_event_of_one_line_restates_the_one_year_before_it():
    """Two years, a purchase on the first day of the second: 100 become 120, the second stays."""
    day = pd.Series(pd.to_datetime(["2021-01-01"])).astype("datetime64[s]")
    line = pd.DataFrame({"event_id": "e", "kind": "acquisition", "date": day, "entity": "x", "year": 2020, "scope": "1",
                         "scope2_method": "", "delta_kg": 20.0, "reason": "bought", "evidence": "contract",
                         "recorded_on": day})
    made = restate(pd.Series({2020: 100.0, 2021: 130.0}), line, base_year=2020, as_of="2022-01-01", threshold=0.05,
                   measure="gross")
    assert made.restated.tolist() == [120.0, 130.0]


def test_events_without_their_columns_are_named():
    """A table without event_id says which columns are missing."""
    with pytest.raises(CarbonError, match="lack the columns event_id, kind"):
        significance(pd.DataFrame({"delta_kg": [1.0]}), base_year=2020, base_kg=100.0)


def test_events_by_hand():
    """+10 and -8 kg on 100: single 0.10, net 0.02, gross 0.18."""
    assert event_shares([10.0, -8.0], base_kg=100.0) == pytest.approx({"single": 0.1, "net": 0.02, "gross": 0.18})
