"""Nothing lost, nothing twice: every record ends once, and its amount with it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbon.activities import classify
from carbon.activities.amounts import amounts_read
from carbon.params.files.project import Project
from carbon.records.files.company import read_company

RULES = [
    {"id": "out", "when": {"account": ["64"]}, "exclude": "wages"},
    {"id": "power", "when": {"account": ["6061"]}, "set_aside_for": "energy"},
    {"id": "fees", "when": {"account": ["62"]}, "activity": "purchase.nace.M69_70"},
]
DAYS = pd.date_range("2023-10-01", "2025-03-31").strftime("%Y-%m-%d").tolist()
amounts = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)
periods = st.tuples(st.integers(0, len(DAYS) - 1), st.integers(0, 400)).map(
    lambda p: {"period_start": DAYS[p[0]], "period_end": DAYS[min(p[0] + p[1], len(DAYS) - 1)]})


def line(**columns: st.SearchStrategy) -> st.SearchStrategy:
    return st.tuples(st.fixed_dictionaries(columns), periods).map(lambda pair: {**pair[0], **pair[1]})


bought = line(account=st.sampled_from(["606100", "622600", "641000", "999"]), amount=amounts,
              currency=st.sampled_from(["EUR", "USD", "QQQ"]), site=st.sampled_from(["", "lyon"]))
metered = line(carrier=st.sampled_from(["electricity", "natural_gas"]), quantity=amounts,
               meter=st.sampled_from(["", "A"]), unit=st.sampled_from(["kWh", "MWh", "kWh_HHV", "m3", "kW"]))
trips = line(mode=st.sampled_from(["air", "rail", "car", "hotel"]), origin=st.sampled_from(["CDG", "LYS", "QQQ", ""]),
             destination=st.sampled_from(["CDG", "JFK"]), nights=st.floats(1, 9), passengers=st.floats(1, 9),
             distance=st.floats(1, 9e3) | st.just(float("nan")), distance_unit=st.just("km"))


def ended(result) -> pd.DataFrame:
    """Every end of every record: record_id, kind, amount, unit, counts_row."""
    columns = ["record_id", "kind", "counts_row"]
    counted = result.activities[[*columns, "record_amount", "record_unit"]].set_axis(
        [*columns, "amount", "unit"], axis=1)
    return pd.concat([result.ledger[[*columns, "amount", "unit"]], counted], ignore_index=True)


def exact(table: pd.DataFrame) -> dict[tuple[str, str], Fraction]:
    sums: dict[tuple[str, str], Fraction] = {}
    for kind, unit, amount in table[["kind", "unit", "amount"]].dropna().itertuples(index=False):
        sums[kind, unit] = sums.get((kind, unit), Fraction(0)) + Fraction(amount)
    return sums


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.tuples(st.lists(bought, max_size=6), st.lists(metered, max_size=6), st.lists(trips, max_size=6)))
def test_rows_and_amounts_are_conserved(read, lines):
    """Whatever the records: each ends once, and the amounts by kind and unit add up exactly."""
    records = read(purchases=lines[0], energy=lines[1], travel=lines[2], rules=RULES)
    result = classify(records)
    ends = ended(result)
    before = pd.concat([amounts_read(t, k).assign(record_id=t["record_id"].array) for k, t in records.records.items()])

    assert sorted(ends.loc[ends["counts_row"], "record_id"]) == sorted(before["record_id"])
    assert exact(ends) == exact(before)
    assert not result.activities[["quantity"]].isna().any(axis=None)
    assert (result.ledger["reason"] != "").all()


@pytest.mark.torture
def test_rows_and_amounts_are_conserved_at_length(read):
    """The same promise over 1,000 companies."""
    promise = test_rows_and_amounts_are_conserved
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings, max_examples=1_000)
    promise(read=read)


def test_shuffling_and_splitting_files_changes_nothing(read):
    """The order of the records changes no row, and records of one kind read from two files add up to the same."""
    rng = np.random.default_rng(3)
    lines = [{"account": a, "amount": float(x), "supplier": s, "currency": c} for a, x, s, c in zip(
        rng.choice(["606100", "622600", "641000", "999"], 500), rng.normal(0, 1000, 500).round(2),
        rng.choice(list("ABC"), 500), rng.choice(["EUR", "GBP"], 500), strict=True)]
    records = read(purchases=lines, energy=[{"period_start": "2024-01-01", "period_end": "2024-04-30"}], rules=RULES)
    once = classify(records)
    mixed = {k: t.sample(frac=1, random_state=5).reset_index(drop=True) for k, t in records.records.items()}
    again = classify(replace(records, records=mixed))

    for name, key in (("activities", "activity_id"), ("ledger", "record_id")):
        first, second = getattr(once, name).sort_values(key), getattr(again, name).sort_values(key)
        pd.testing.assert_frame_equal(first.reset_index(drop=True), second.reset_index(drop=True))
    pd.testing.assert_frame_equal(once.unclassified, again.unclassified)


def test_empty_records_give_empty_tables(read):
    """No record: no activity, no ledger line, and no zero."""
    result = classify(read())
    assert result.activities.empty and result.ledger.empty and result.unclassified.empty


def test_doubling_every_quantity_doubles_every_activity(read):
    """Classification is linear in what is measured."""
    lines = {"purchases": [{"account": "622600", "amount": 33.3}], "energy": [{"quantity": 71.7}],
             "travel": [{"origin": "CDG", "destination": "JFK", "passengers": 2.0}]}
    twice = {"purchases": [{"account": "622600", "amount": 66.6}], "energy": [{"quantity": 143.4}],
             "travel": [{"origin": "CDG", "destination": "JFK", "passengers": 4.0}]}
    once, double = classify(read(rules=RULES, **lines)), classify(read(rules=RULES, **twice))
    assert (double.activities["quantity"] == 2 * once.activities["quantity"]).all()


@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels"])
def test_nearly_all_of_the_amount_is_classified(company):
    """At least 95 % of the purchases' amount, each line without its sign, is no line that waits for a decision."""
    records = read_company(company, 2024, project=Project(Path(__file__).parents[2]))
    total = records.records["purchases"]["amount"].abs().sum()

    waiting = classify(records).unclassified["amount"].abs().sum()

    assert 0 < waiting <= 0.05 * total
