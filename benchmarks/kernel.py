"""How fast ledgers become totals, against the physical floor and against other engines, on the machine at hand.

    python -m benchmarks kernel             ten million rows
    python -m benchmarks kernel_long        a hundred million, time and memory

floor: decode the needed columns once, one multiply, one bincount. Peers join the same factors and group by the same
columns; those that are not installed are left out. Times are CPU seconds (medians) over the floor's; each contender
runs in processes of its own, so that peak memory is its own.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from benchmarks.results import Result, result
from carbon.emissions.bulk import KEY, bulk_totals
from carbon.records.grids.ledgers import parquet_ledger, text_ledger

ROWS, REPEATS = 10_000_000, 3
BY = ["company", "year"]
COLUMNS = [*dict.fromkeys([*KEY, *BY]), "quantity"]
TEXTS = ["activity", "unit", "region", "scope", "company"]
PLACE = ["scope", "category", "scope2_method"]
ROW_GROUP = 1_000_000
BAR = {1: 1.6, 2: 2.2}
BAR_AUDIT = 5.5
MEMORY_MIB = 500


def activities() -> pd.DataFrame:
    """Return 443 activities with the unit, scope and category of each."""
    rows = [(f"purchase.nace.X{i:03d}", "EUR", "3", 1 + i % 2) for i in range(400)]
    rows += [(f"flight.k{i:02d}", "passenger.km", "3", 6) for i in range(40)]
    rows += [("electricity", "kWh", "3", 8), ("natural_gas", "kWh_HHV", "1", 0), ("diesel", "L", "1", 0)]
    return pd.DataFrame(rows, columns=["activity", "unit", "scope", "category"])


REGIONS = ["FR", "DE", "ES", "GB", "BE"]


def lines_per_unit(keys: pd.DataFrame, parts: int) -> pd.DataFrame:
    """Return factors in the form of `resolve`: `parts` lines for one unit of each key. Numbers only, no real factor."""
    base = keys["activity"].map({a: i for i, a in enumerate(activities()["activity"])}).to_numpy(np.float64)
    region = keys["region"].map({r: i for i, r in enumerate(REGIONS)}).to_numpy(np.float64)
    blocks = [pd.DataFrame({
        "activity_id": [str(i) for i in range(len(keys))], "scope": keys["scope"].astype("str"),
        "category": keys["category"].astype("int64"), "scope2_method": "", "kyoto": True,
        "kg_per_unit": (0.01 + base / 997 + region / 31 + keys["year"].astype(float) / 7919) / (part + 1),
        "factor_id": keys["activity"].astype("str") + f".{part}", "source_id": "bench", "part": f"part{part}",
        "reason": "exact"}) for part in range(parts)]
    return pd.concat(blocks, ignore_index=True)


def write_ledger(path: Path, rows: int) -> None:
    """Write a ledger in row groups of a million, drawn from a seeded generator."""
    kinds = activities()
    rng = np.random.default_rng(7)
    words = {c: pa.array(kinds[c].astype("str").unique().tolist()) for c in ("activity", "unit", "scope")}
    codes = {c: pd.factorize(kinds[c])[0].astype(np.int32) for c in words}
    words |= {"region": pa.array(REGIONS), "company": pa.array([f"company-{i:02d}" for i in range(20)])}
    writer = None
    for start in range(0, rows, ROW_GROUP):
        n = min(ROW_GROUP, rows - start)
        kind = rng.integers(0, len(kinds), n)
        index = {c: codes[c][kind] for c in codes} | {
            "region": rng.integers(0, 5, n, dtype=np.int32), "company": rng.integers(0, 20, n, dtype=np.int32)}
        table = pa.table({
            **{c: pa.DictionaryArray.from_arrays(index[c], words[c]) for c in TEXTS},
            "year": rng.integers(2021, 2025, n).astype(np.int16),
            "category": kinds["category"].to_numpy(np.int8)[kind], "quantity": rng.lognormal(5, 1.6, n).round(2)})
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=ROW_GROUP)
    if writer:
        writer.close()


def write_text(path: Path, ledger: Path) -> None:
    """Write the same ledger as delimited text."""
    file, writer = pq.ParquetFile(ledger), None
    for i in range(file.num_row_groups):
        table = file.read_row_group(i)
        writer = writer or pacsv.CSVWriter(path, table.schema, write_options=pacsv.WriteOptions(quoting_style="none"))
        writer.write(table)
    if writer:
        writer.close()


def floor(path: Path, parts: int) -> float:
    """Decode, one multiply, one bincount by a column that is there: no join, no exactness."""
    file = pq.ParquetFile(path, read_dictionary=TEXTS, pre_buffer=False)
    sums = np.zeros(1_000)
    for i in range(file.num_row_groups):
        table = file.read_row_group(i, columns=COLUMNS, use_threads=False)
        codes = table.column("activity").chunk(0).indices.to_numpy()
        kg = table.column("quantity").to_numpy() * 1.25
        sums += np.bincount(codes, kg, minlength=1_000)
    return float(sums.sum())


@dataclass(frozen=True)
class PerUnit:
    """Emissions of one unit of each key, for a process that gets them by pickle."""

    parts: int

    def __call__(self, keys: pd.DataFrame) -> pd.DataFrame:
        return lines_per_unit(keys, self.parts)


def totals(path: Path, parts: int, **how: Any) -> pd.DataFrame:
    """Return the totals of carbon, of a Parquet or a CSV ledger."""
    text = path.suffix == ".csv"
    ledger = text_ledger(path, COLUMNS, separator=",") if text else parquet_ledger([path], COLUMNS)
    return bulk_totals(ledger, len(ledger), per_unit=PerUnit(parts), by=BY, **how)


def ours(path: Path, parts: int) -> float:
    """Return the sum of all totals of carbon in one thread [kg]."""
    return float(totals(path, parts)["co2e_kg"].sum())


def ours_two_threads(path: Path, parts: int) -> float:
    """Return the sum of all totals of carbon in two threads [kg]."""
    return float(totals(path, parts, threads=2)["co2e_kg"].sum())


def ours_with_audit(path: Path, parts: int) -> float:
    """Write a line for every row: its number, factor, place and kilograms, as Parquet."""
    out = path.with_suffix(".audit.parquet")
    writers: list[pq.ParquetWriter] = []

    def write(number: int, lines: pa.Table) -> None:
        if not writers:
            words = [f.name for f in lines.schema if pa.types.is_dictionary(f.type)]
            writers.append(pq.ParquetWriter(out, lines.schema, compression="none", use_dictionary=words,
                                            write_statistics=False))
        writers[0].write_table(lines)

    table = totals(path, parts, audit=write)
    writers[0].close()
    out.unlink()
    return float(table["co2e_kg"].sum())


def factor_table(parts: int) -> pd.DataFrame:
    """Return the factors as a table to join, for the peers."""
    keys = activities().merge(pd.DataFrame({"region": REGIONS}), how="cross").merge(
        pd.DataFrame({"year": np.arange(2021, 2025, dtype=np.int16)}), how="cross")
    lines = lines_per_unit(keys, parts)
    at = lines["activity_id"].astype(int)
    return keys.loc[at, ["activity", "unit", "region", "year"]].reset_index(drop=True).assign(
        kg_per_unit=lines["kg_per_unit"], factor_id=lines["factor_id"])


def by_pandas(path: Path, parts: int) -> float:
    """Read, merge, multiply and group with pandas."""
    ledger = pd.read_parquet(path, columns=COLUMNS)
    joined = ledger.merge(factor_table(parts), on=["activity", "unit", "region", "year"], how="inner", validate="m:m")
    kg = joined["quantity"] * joined["kg_per_unit"]
    return float(kg.groupby([joined[c] for c in [*BY, "scope", "category"]], observed=True).sum().sum())


_JOIN = "from {source} l join factors using (activity, unit, region, year)"


def _duckdb(parts: int) -> Any:
    # A peer, which is not installed with the project.
    import duckdb  # type: ignore[import-not-found]

    link = duckdb.connect()
    link.execute("set threads to 1; set enable_progress_bar = false")
    link.register("factors", factor_table(parts))
    return link


def by_duckdb(path: Path, parts: int) -> float:
    """Join, multiply and group with DuckDB in one thread."""
    source = "read_csv(?)" if path.suffix == ".csv" else "read_parquet(?)"
    rows = _duckdb(parts).execute(
        "select company, l.year, scope, category, sum(quantity * kg_per_unit) " + _JOIN.format(source=source) +
        " group by all", [str(path)]).fetchall()
    return float(sum(r[-1] for r in rows))


def by_duckdb_with_audit(path: Path, parts: int) -> float:
    """Write the join row by row, as Parquet with codes and without compression; then sum it with DuckDB."""
    link, out = _duckdb(parts), path.with_suffix(".duck.parquet")
    link.execute(f"copy (select file_row_number as row, quantity * kg_per_unit as co2e_kg, l.category, factor_id, "
                 f"'bench' as source_id, 'part0' as part, l.scope, '' as scope2_method, 'exact' as reason, company, "
                 f"l.year {_JOIN.format(source=f'read_parquet({str(path)!r}, file_row_number=true)')}) to '{out}' "
                 "(format parquet, compression uncompressed)")
    rows = link.execute(f"select company, year, scope, category, sum(co2e_kg) from read_parquet('{out}') group by all"
                        ).fetchall()
    out.unlink()
    return float(sum(r[-1] for r in rows))


def by_polars(path: Path, parts: int) -> float:
    """Scan, join, multiply and group with Polars."""
    # A peer, which is not installed with the project.
    import polars as pl  # type: ignore[import-not-found]

    texts = dict.fromkeys(["activity", "unit", "region"], pl.Categorical)
    factors = pl.from_pandas(factor_table(parts)).cast(texts).lazy()
    table = pl.scan_parquet(path).join(factors, on=["activity", "unit", "region", "year"]).group_by(
        [*BY, "scope", "category"]).agg((pl.col("quantity") * pl.col("kg_per_unit")).sum()).collect()
    return float(table["quantity"].sum())


def _measured(work: Callable[[Path, int], float], path: Path, parts: int, pipe: Any) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        total = work(path, parts)
    except ImportError as missing:
        pipe.send({"absent": str(missing)})
        return
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "mib": peak, "total": total})


def measure(work: Callable[[Path, int], float], path: Path, parts: int, repeats: int) -> dict[str, Any]:
    """Return medians over fresh processes, forked after the imports."""
    context = multiprocessing.get_context("fork")
    samples: list[dict[str, Any]] = []
    for _ in range(repeats):
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=_measured, args=(work, path, parts, send))
        process.start()
        send.close()
        try:
            samples.append(receive.recv())
        except EOFError:
            return {"absent": "the process died"}
        finally:
            process.join()
        if "absent" in samples[0]:
            return samples[0]
    return {"samples": [s["cpu"] for s in samples], "total": samples[0]["total"],
            **{k: statistics.median(s[k] for s in samples) for k in ("cpu", "wall", "mib")}}


CONTENDERS: dict[str, Callable[[Path, int], float]] = {
    "floor": floor, "carbon": ours, "carbon, 2 threads": ours_two_threads, "duckdb": by_duckdb, "polars": by_polars,
    "pandas merge": by_pandas,
}


def over(found: dict[str, dict[str, Any]], base: float, *without: str) -> dict[str, float]:
    """Return the CPU of each contender over the floor's."""
    return {n: m["cpu"] / base for n, m in found.items() if "cpu" in m and n not in without}


def from_parquet(path: Path, rows: int) -> tuple[list[Result], float]:
    """Return the bars of totals with one and two parts a factor and of memory, and the floor [CPU s]."""
    results, floor_s = [], 0.0
    for parts in (1, 2):
        found = {name: measure(work, path, parts, 1 if work is by_pandas else REPEATS)
                 for name, work in CONTENDERS.items()}
        base = found["floor"]["cpu"]
        floor_s = floor_s or base
        results += [
            result(f"{rows:,} rows of Parquet, {parts} part(s) a factor", "x floor (CPU)",
                   [s / base for s in found["carbon"]["samples"]], BAR[parts],
                   peers=over(found, base, "floor", "carbon")),
            result(f"{rows:,} rows of Parquet, {parts} part(s) a factor, peak memory", "MiB",
                   [found["carbon"]["mib"]], MEMORY_MIB,
                   peers={n: m["mib"] for n, m in found.items() if "mib" in m and n != "carbon"})]
    return results, floor_s


def with_audit(path: Path, rows: int, base: float) -> list[Result]:
    """Return the bars with the per-row table written too: against the floor, and against DuckDB."""
    found = {"carbon": measure(ours_with_audit, path, 1, REPEATS),
             "duckdb": measure(by_duckdb_with_audit, path, 1, 1)}
    samples = [s / base for s in found["carbon"]["samples"]]
    peers = over(found, base, "carbon")
    return [result(f"{rows:,} rows of Parquet with the per-row audit table written", "x floor (CPU)", samples,
                   BAR_AUDIT, peers=peers),
            *_faster(f"{rows:,} rows of Parquet with the per-row audit table written, over DuckDB", found)]


def from_text(path: Path, rows: int) -> list[Result]:
    """Return the bars of the same totals from delimited text."""
    found = {"carbon": measure(ours, path, 1, REPEATS), "duckdb": measure(by_duckdb, path, 1, REPEATS)}
    return _faster(f"{rows:,} rows of delimited text, over DuckDB", found)


def _faster(name: str, found: dict[str, dict[str, Any]]) -> list[Result]:
    if "absent" in found["duckdb"]:
        return []
    theirs = found["duckdb"]["cpu"]
    return [result(name, "x DuckDB (CPU)", [s / theirs for s in found["carbon"]["samples"]], 1.0)]


def on_workers(path: Path, rows: int) -> list[Result]:
    """Return the bar of two Dask workers: the wall time beyond half of one process's [s]; the bytes are the same."""
    from distributed import Client, LocalCluster

    started = time.perf_counter()
    here = totals(path, 1)
    alone = time.perf_counter() - started
    extra, same = [], []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        for _ in range(REPEATS):
            started = time.perf_counter()
            same.append(totals(path, 1, client=client).equals(here))
            extra.append(time.perf_counter() - started - alone / 2)
    return [result(f"{rows:,} rows on 2 Dask workers, beyond cluster start and half the work of one process", "s",
                   extra, 2.0, peers={"one process": alone}),
            result(f"{rows:,} rows on 2 Dask workers, runs with other bytes than one process", "runs",
                   [float(not s) for s in same], 0)]


def results() -> list[Result]:
    """Return all bars on ten million rows, and those of a DataFrame."""
    from benchmarks.frames import frames

    with tempfile.TemporaryDirectory() as folder:
        ledger, text = Path(folder) / "ledger.parquet", Path(folder) / "ledger.csv"
        write_ledger(ledger, ROWS)
        found, base = from_parquet(ledger, ROWS)
        found += with_audit(ledger, ROWS, base)
        found += on_workers(ledger, ROWS)
        write_text(text, ledger)
        return [*found, *from_text(text, ROWS), *frames()]
