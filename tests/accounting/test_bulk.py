"""A ledger of activities in bulk, and in SQL: the inventory of the same activities."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbon.accounting.bulk import PerUnit, ledger_totals
from carbon.accounting.company import inventory
from carbon.core.errors import MissingFactorError
from carbon.emissions.bulk import KEY
from carbon.params.files.project import Project

PROJECT = Project(Path(__file__).parents[2])
LINE = ["scope", "category", "scope2_method"]


@pytest.fixture(scope="module")
def inv():
    return inventory("petit-studio", 2024, project=PROJECT)


@pytest.fixture(scope="module")
def per_unit(inv):
    return PerUnit(inv.params, inv.library)


@pytest.fixture
def parquet(inv, tmp_path):
    """Its activities as a ledger, in row groups of a hundred."""
    table = inv.activities[[*KEY, "company", "quantity"]]
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), tmp_path / "a.parquet", row_group_size=100)
    return tmp_path / "a.parquet"


def test_bulk_totals_are_the_lines_of_the_inventory(inv, per_unit, parquet):
    """Scope by scope, category by category, method by method, to the last bit; on one thread and on two."""
    expected = inv.table[[*LINE, "co2e_kg"]].fillna({"co2e_kg": 0.0})  # a bulk sum of no rows is an empty sum
    for threads in (1, 2):
        found = ledger_totals([parquet], per_unit, threads=threads)
        assert set(found["company"]) == {"petit-studio"}
        both = found.merge(expected, on=LINE, suffixes=("", "_short"), validate="one_to_one")
        assert len(both) == len(expected)
        assert both["co2e_kg"].equals(both["co2e_kg_short"])
    assert (expected["co2e_kg"] > 0).sum() > 4


def test_the_resolved_join_gives_sql_the_same_totals(inv, per_unit, parquet):
    """DuckDB joins the ledger to `to_table` and sums: the inventory, but for the rounding of a plain sum."""
    duckdb = pytest.importorskip("duckdb")
    link = duckdb.connect()
    link.register("factors", per_unit.to_table(inv.activities))
    found = link.execute(f"""
        select to_scope as scope, to_category as category, scope2_method, sum(quantity * kg_per_unit) as co2e_kg
        from '{parquet}' join factors using (activity, unit, scope, category, region, year)
        where kyoto group by all""").df()
    both = found.merge(inv.table, on=LINE, suffixes=("", "_short"), validate="one_to_one")
    assert len(both) == len(found) == (inv.table["rows"] > 0).sum()
    assert np.allclose(both["co2e_kg"], both["co2e_kg_short"], rtol=1e-12)


def test_a_key_without_a_factor_is_refused_not_left_out_of_the_join(inv, per_unit):
    """SQL would drop its rows."""
    keys = inv.activities[list(KEY)].head(3)
    with pytest.raises(MissingFactorError):
        per_unit.to_table(pd.concat([keys, keys.head(1).assign(activity="unobtainium")]))


def test_the_answers_of_matching_stand_beside_their_questions(inv):
    """`Matched.to_table`: each part once, with the columns of its key."""
    from carbon.factors import match_factors

    params = inv.params
    matched = match_factors(inv.activities, inv.library, policy=params.factors, gwp=params.gwp,
                            allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2)
    table = matched.to_table()
    assert len(table) == len(matched.resolved.table)
    assert table["co2e_kg"].tolist() == matched.resolved.table["co2e_kg"].tolist()
    first = table.iloc[0]
    code = matched.resolved.table["key_id"].iloc[0]
    row = inv.activities[matched.codes == code].iloc[0]
    assert first[["activity", "unit", "region", "year", "scope"]].tolist() == row[
        ["activity", "unit", "region", "year", "scope"]].tolist()


def test_the_page_on_big_ledgers_runs_as_printed(inv, parquet, tmp_path, monkeypatch):
    """Every block but the one that starts a cluster, in a folder with the two ledgers it names; all give one total."""
    pytest.importorskip("duckdb")
    page = (PROJECT.root / "docs" / "how-to" / "big-ledgers.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    parquet.rename(tmp_path / "ledger.parquet")
    pd.read_parquet(tmp_path / "ledger.parquet").to_csv(tmp_path / "ledger.csv", index=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARBON_PROJECT", str(PROJECT.root))
    seen, space = [], {"client": None}
    for block in blocks[1:]:
        exec(block, space)
        seen.append(space["totals"]["co2e_kg"].tolist())

    assert len(seen) == 4
    assert seen == seen[:1] * 4
    assert sum(seen[0]) == pytest.approx(inv.table["co2e_kg"].sum())
    assert len(list(tmp_path.glob("audit-*.parquet"))) == -(-len(inv.activities) // 100)
