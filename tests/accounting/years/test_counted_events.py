"""Which events count on a day, by the company's own policy."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.years.counted_events import count_events
from carbon.core.errors import MethodError
from carbon.core.ledgers import CALENDAR, EVENTS
from carbon.params.shapes.company import BaseYearPolicy


def sales(*deltas: float) -> pd.DataFrame:
    """Divestments of scope 1, each recorded a year after the one before, with a delta of each year before 2021."""
    rows = [{"event_id": f"e{n}", "kind": "divestment", "date": "2021-01-01", "entity": f"site {n}", "year": year,
             "scope": "1", "category": 0, "scope2_method": "", "delta_kg": delta, "reason": "sold",
             "evidence": "contract", "recorded_on": f"{2021 + n}-02-01"}
            for n, delta in enumerate(deltas) for year in (2019, 2020)]
    table = pd.DataFrame(rows, columns=list(EVENTS.columns))
    days = {c: pd.to_datetime(table[c]).astype("datetime64[s]") for c in ("date", "recorded_on")}
    return EVENTS.validate(table.assign(**days, category=table["category"].astype("int64")))


def history(events: pd.DataFrame, *, policy: bool = True) -> SimpleNamespace:
    """100 kg of scope 1 in each year from 2019 to 2022."""
    params = SimpleNamespace(base_year=2019, scope2_headline="location-based", base_year_policy=BaseYearPolicy(
        threshold=0.05, measure="gross", scopes=["1"]) if policy else None)
    series = pd.Series(100.0, index=range(2019, 2023))
    return SimpleNamespace(events=events, year_starts=CALENDAR, params=params, company="c", years=[*series.index],
                           plain_series=lambda scopes, method: series)


def test_without_events_nothing_is_recalculated():
    """No line acts, the day is unknown, and each answer has tables of its own."""
    first = count_events(history(EVENTS.empty()), None)
    assert not first.recalculated and first.acting.empty and pd.isna(first.day)
    first.significance["note"] = "mine"
    assert "note" not in count_events(history(EVENTS.empty()), None).significance


def test_events_recorded_after_the_day_are_not_known_on_it():
    """-3 kg of 100 is below 5 %; together with -3 kg recorded in 2022 it is 6 %."""
    events = sales(-3.0, -3.0)
    early, late = count_events(history(events), "2021-12-31"), count_events(history(events), None)

    assert (early.recalculated, late.recalculated) == (False, True)
    assert early.significance["event_id"].tolist() == ["e0"]
    assert late.significance["gross"].tolist() == pytest.approx([0.03, 0.06])
    assert late.day == pd.Timestamp("2022-02-01")
    assert late.acting["delta_kg"].tolist() == [-3.0] * 4


def test_events_without_a_policy_have_no_default():
    """The threshold is the company's own choice."""
    with pytest.raises(MethodError, match="no policy"):
        count_events(history(sales(-3.0), policy=False), None)
