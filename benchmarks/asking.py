"""A million emission rows asked in a line, against plain pandas on the same tables as Parquet files."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.frames import activities, match
from benchmarks.results import Result, result
from carbon.accounting.frames.asked import Asked
from carbon.accounting.frames.tidy import rows_of
from carbon.core import schemas
from carbon.emissions import calculate_emissions

COPIES, REPEATS, METHOD = 5, 5, "market-based"
BAR_ROWS, BAR_PIVOT = 2.0, 0.5


class Ledger(SimpleNamespace, Asked):
    """What the tidy frame is made from."""

    def _tidy(self, scope2_method: str, names: Any) -> Any:
        return rows_of(self, scope2_method, names)  # type: ignore[arg-type]


def ledger() -> Ledger:
    """Repeat 100,000 activities, of two rows each, five times, on days of the year; strings as in long ledgers."""
    one = activities()
    table = pd.concat([one] * COPIES, ignore_index=True)
    ids = pd.array([f"2024/ledger.csv:{i}" for i in range(len(table))], dtype="str")
    days = np.datetime64("2024-01-01", "s") + np.random.default_rng(2).integers(0, 366, len(table)).astype(
        "timedelta64[D]")
    texts = [c for c, k in schemas.ACTIVITIES.columns.items() if k == schemas.TEXT and not c.endswith("_id")]
    table = table.assign(activity_id=ids, record_id=ids, period_start=days, period_end=days)
    table = table.astype(dict.fromkeys(texts, "category"))
    emissions = calculate_emissions(table, match(table), instruments=[], residual=None)
    return Ledger(company="bench", year=2024, activities=table, emissions=emissions,
                  records={"purchases": pd.DataFrame()})


def by_pandas(folder: Path) -> pd.DataFrame:
    """Return suppliers by quarter from the files, as docs/how-to/ask.md does it."""
    rows = pd.read_parquet(folder / "emissions.parquet")
    rows = rows[rows["kyoto"] & rows["scope2_method"].isin(["", METHOD])]
    days = pd.read_parquet(folder / "activities.parquet")[["activity_id", "period_start"]]
    rows = rows.merge(days, on="activity_id", validate="many_to_one")
    rows["quarter"] = rows["period_start"].dt.to_period("Q").astype(str)
    top = rows.groupby("supplier", observed=True)["co2e_kg"].sum().abs().nlargest(10).index
    rows["supplier"] = rows["supplier"].astype(object).where(rows["supplier"].isin(top), "others")
    return rows.pivot_table("co2e_kg", "supplier", "quarter", "sum", margins=True)


def seconds(call: Callable[[], Any], repeats: int = REPEATS) -> list[float]:
    """Return the CPU seconds of some calls."""
    found = []
    for _ in range(repeats):
        started = time.process_time()
        call()
        found.append(time.process_time() - started)
    return found


def results() -> list[Result]:
    """Return the bars of rows and pivot, with what pandas takes for the same pivot."""
    table = ledger()
    pivot = seconds(lambda: table.pivot("supplier", "quarter", "co2e_kg", scope2_method=METHOD))
    rows = seconds(lambda: table.rows(scope2_method=METHOD))
    with tempfile.TemporaryDirectory() as folder:
        for name in ("emissions", "activities"):
            getattr(table, name).to_parquet(Path(folder) / f"{name}.parquet", index=False)
        peers = {"pandas on the files": min(seconds(lambda: by_pandas(Path(folder)), 2))}
    count = f"{len(table.emissions):,} rows"
    return [result(f"asking: rows of {count}", "s (CPU)", rows, BAR_ROWS),
            result(f"asking: suppliers by quarter of {count}", "s (CPU)", pivot, BAR_PIVOT, peers=peers)]
