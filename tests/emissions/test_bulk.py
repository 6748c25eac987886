"""Bulk ledgers: the totals of the short path, to the last bit, for any row groups, order and threads."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from carbon.core.errors import MethodError, MissingFactorError, TableError
from carbon.core.exact import exact_sum
from carbon.emissions.bulk import bulk_totals
from carbon.emissions.calculate import calculate_emissions
from carbon.emissions.per_unit import lines_per_unit

FACTORS = {
    "diesel": [{"part": "combustion", "co2e_kg": 2.51}, {"part": "upstream", "co2e_kg": 0.61}],
    "electricity": [{"part": "combustion", "co2e_kg": 0.05}, {"part": "losses", "co2e_kg": 0.004}],
    "purchase": [{"co2e_kg": 0.123}], "hcfc": [{"co2e_kg": 1760.0, "part": "fugitive", "kyoto": False}],
}
KINDS = [("diesel", "L", "1", 0), ("electricity", "kWh", "2", 0), ("purchase", "EUR", "3", 1),
         ("purchase", "EUR", "3", 2), ("hcfc", "kg", "1", 0)]
PLACE = ["company", "year", "scope", "category", "scope2_method"]


def ledger(rows, seed=5):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, len(KINDS), rows)
    table = pd.DataFrame([KINDS[k] for k in kind], columns=["activity", "unit", "scope", "category"])
    return table.assign(company=rng.choice(["a", "b"], rows), region=rng.choice(["FR", "DE"], rows),
                        year=rng.integers(2022, 2025, rows), quantity=rng.lognormal(3, 4, rows).round(2))


def feed(table, rows_each):
    groups = [table.iloc[i:i + rows_each] for i in range(0, len(table), rows_each)]
    arrow = [pa.Table.from_pandas(g, preserve_index=False) for g in groups]
    coded_groups = [t.set_column(0, "activity", t.column("activity").dictionary_encode()) for t in arrow]
    return coded_groups.__getitem__, len(groups)


@pytest.fixture
def bulk(match):
    def totals(table, rows_each, threads=1, factors=FACTORS, audit=None):
        read, n = feed(table, rows_each)
        per_unit = lambda keys: lines_per_unit(keys, match=lambda a: match(a, factors))  # noqa: E731
        return bulk_totals(read, n, per_unit=per_unit, by=["company", "year"], threads=threads, audit=audit)
    return totals


def short_path(table, make_activities, match):
    """The same through `calculate_emissions`, row by row."""
    columns = ["activity", "unit", "scope", "category", "company", "region", "year", "quantity"]
    activities = make_activities(*table[columns].to_dict("records"))
    rows = calculate_emissions(activities, match(activities, FACTORS), instruments=[], residual=None)
    rows = rows[rows["kyoto"]]
    groups = rows.groupby(PLACE, sort=True)
    sums = exact_sum(rows["co2e_kg"], groups.ngroup(), groups.ngroups)
    return groups.size().reset_index()[PLACE].assign(co2e_kg=sums)


def same(left, right):
    """Equal where the short path has rows; the other lines of the bulk result are zero."""
    found = left.merge(right[PLACE].astype(left[PLACE].dtypes), on=PLACE, how="inner", validate="1:1")
    if len(found) != len(right) or left["co2e_kg"].sum() != pytest.approx(found["co2e_kg"].sum(), rel=1e-12):
        return False
    left, right = (t.sort_values(PLACE, ignore_index=True) for t in (found, right))
    return left[PLACE].astype(str).equals(right[PLACE].astype(str)) and left["co2e_kg"].equals(right["co2e_kg"])


@pytest.mark.parametrize("rows_each", [1_000, 97])
def test_bulk_totals_are_those_of_the_short_path(bulk, make_activities, match, rows_each):
    """Company x year x scope x category x method, bit for bit; gases outside Kyoto enter neither."""
    table = ledger(1_000)

    assert same(bulk(table, rows_each), short_path(table, make_activities, match))


@pytest.mark.parametrize(("rows_each", "threads"), [(1, 1), (7, 2), (1_000, 2), (5_000, 1)])
def test_row_groups_order_and_threads_move_no_bit(bulk, rows_each, threads):
    """Row groups of 1, 7 and 1000 rows, shuffled rows, one or two threads."""
    table = ledger(400 if rows_each == 1 else 5_000)
    shuffled = table.sample(frac=1, random_state=2)

    assert bulk(shuffled, rows_each, threads).equals(bulk(table, len(table)))


def test_the_audit_rows_sum_to_the_totals(bulk):
    """Each line of the audit names its row, factor and place; their exact sum is the total."""
    seen = []
    table = ledger(2_000)
    totals = bulk(table, 500, audit=lambda i, rows: seen.append(
        rows.to_pandas().assign(row=lambda r: r["row"] + 500 * i)))
    lines = pd.concat(seen).astype({"scope": "str", "scope2_method": "str", "factor_id": "str"})
    at = table.reset_index(drop=True).loc[lines["row"]].reset_index(drop=True)

    diesel = at["activity"].to_numpy() == "diesel"
    assert set(lines.loc[diesel, "factor_id"]) == {"diesel.0", "diesel.1"}
    counted = (at["activity"] != "hcfc").to_numpy()
    whole = exact_sum(lines["co2e_kg"][counted], np.zeros(counted.sum(), int), 1)
    assert whole[0] == pytest.approx(totals["co2e_kg"].sum(), rel=1e-12)


def test_a_key_without_a_factor_is_refused(bulk):
    """Not skipped, not zero."""
    table = ledger(100)
    with pytest.raises(MissingFactorError):
        bulk(table.assign(activity="unobtainium"), 50)


def test_nulls_and_missing_columns_are_refused(bulk):
    """An empty cell is not zero and not a group."""
    table = ledger(100)
    with pytest.raises(TableError, match="1 nulls"):
        bulk(table.assign(region=[None, *table["region"][1:]]), 100)
    with pytest.raises(TableError, match="float64 without nulls"):
        bulk(table.assign(quantity=table["quantity"].mask(table.index == 3)), 100)
    with pytest.raises(TableError, match="no columns"):
        bulk(table.drop(columns="region"), 100)
    with pytest.raises(MethodError, match="missing, infinite"):
        bulk(table.assign(quantity=np.inf), 100)
