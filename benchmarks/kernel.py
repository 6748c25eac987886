"""
How fast ledgers become totals, against the physical floor and against other engines, on the machine at hand.

    python benchmarks/kernel.py [--rows 10000000] [--repeats 3] [--json benchmarks/results.json]

floor: decode the needed columns once, one multiply, one bincount. Peers join the same factors and group by the same
columns; those that are not installed are left out with a word. The times are CPU seconds (medians); with wall seconds
and peak memory beside them, each contender in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from carbon.emissions.bulk import KEY, bulk_totals

BY = ["company", "year"]
COLUMNS = [*dict.fromkeys([*KEY, *BY]), "quantity"]
TEXTS = ["activity", "unit", "region", "scope", "company"]
PLACE = ["scope", "category", "scope2_method"]
ROW_GROUP = 1_000_000
BAR = {1: 1.6, 2: 2.2}
MEMORY_MIB = 500


def activities() -> pd.DataFrame:
    """
    443 activities with the unit, scope and category of each.
    """
    rows = [(f"purchase.nace.X{i:03d}", "EUR", "3", 1 + i % 2) for i in range(400)]
    rows += [(f"flight.k{i:02d}", "passenger.km", "3", 6) for i in range(40)]
    rows += [("electricity", "kWh", "3", 8), ("natural_gas", "kWh_HHV", "1", 0), ("diesel", "L", "1", 0)]
    return pd.DataFrame(rows, columns=["activity", "unit", "scope", "category"])


REGIONS = ["FR", "DE", "ES", "GB", "BE"]


def lines_per_unit(keys: pd.DataFrame, parts: int) -> pd.DataFrame:
    """
    Factors as they come out of `resolve`: `parts` lines for one unit of each key. Numbers only, no real factor.
    """
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
    """
    A ledger in row groups of a million, drawn from a seeded generator.
    """
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


def reader(path: Path) -> tuple[Callable[[int], pa.Table], int]:
    file = pq.ParquetFile(path, read_dictionary=TEXTS, pre_buffer=False)
    return lambda i: file.read_row_group(i, columns=COLUMNS, use_threads=False), file.num_row_groups


def floor(path: Path, parts: int) -> float:
    """
    Decode, one multiply, one bincount by a column that is there: no join, no exactness.
    """
    read, n = reader(path)
    sums = np.zeros(1_000)
    for i in range(n):
        table = read(i)
        codes = table.column("activity").chunk(0).indices.to_numpy()
        kg = table.column("quantity").to_numpy() * 1.25
        sums += np.bincount(codes, kg, minlength=1_000)
    return float(sums.sum())


def ours(path: Path, parts: int, threads: int = 1) -> float:
    read, n = reader(path)
    table = bulk_totals(read, n, per_unit=lambda k: lines_per_unit(k, parts), by=BY, threads=threads)
    return float(table["co2e_kg"].sum())


def ours_two_threads(path: Path, parts: int) -> float:
    return ours(path, parts, threads=2)


def ours_with_audit(path: Path, parts: int) -> float:
    read, n = reader(path)
    out = path.with_suffix(".audit.parquet")
    writers: list[pq.ParquetWriter] = []

    def write(number: int, lines: pa.Table) -> None:
        if not writers:
            words = [f.name for f in lines.schema if pa.types.is_dictionary(f.type)]
            writers.append(pq.ParquetWriter(out, lines.schema, compression="none", use_dictionary=words,
                                            write_statistics=False))
        writers[0].write_table(lines)

    table = bulk_totals(read, n, per_unit=lambda k: lines_per_unit(k, parts), by=BY, threads=1, audit=write)
    writers[0].close()
    out.unlink()
    return float(table["co2e_kg"].sum())


def factor_table(parts: int) -> pd.DataFrame:
    """
    The factors as a table to join, for the peers.
    """
    keys = activities().merge(pd.DataFrame({"region": REGIONS}), how="cross").merge(
        pd.DataFrame({"year": np.arange(2021, 2025, dtype=np.int16)}), how="cross")
    lines = lines_per_unit(keys, parts)
    at = lines["activity_id"].astype(int)
    return keys.loc[at, ["activity", "unit", "region", "year"]].reset_index(drop=True).assign(
        kg_per_unit=lines["kg_per_unit"], factor_id=lines["factor_id"])


def by_pandas(path: Path, parts: int) -> float:
    ledger = pd.read_parquet(path, columns=COLUMNS)
    joined = ledger.merge(factor_table(parts), on=["activity", "unit", "region", "year"], how="inner", validate="m:m")
    kg = joined["quantity"] * joined["kg_per_unit"]
    return float(kg.groupby([joined[c] for c in [*BY, "scope", "category"]], observed=True).sum().sum())


def by_duckdb(path: Path, parts: int) -> float:
    import duckdb  # type: ignore[import-not-found]

    link = duckdb.connect()
    link.execute("set threads to 1")
    link.register("factors", factor_table(parts))
    rows = link.execute(
        "select company, l.year, scope, category, sum(quantity * kg_per_unit) from read_parquet(?) l "
        "join factors using (activity, unit, region, year) group by all", [str(path)]).fetchall()
    return float(sum(r[-1] for r in rows))


def by_polars(path: Path, parts: int) -> float:
    import polars as pl  # type: ignore[import-not-found]

    factors = pl.from_pandas(factor_table(parts)).lazy()
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
    """
    Medians over fresh processes, forked after the imports.
    """
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
    "floor": floor, "carbon": ours, "carbon, 2 threads": ours_two_threads, "carbon, audit written": ours_with_audit,
    "duckdb": by_duckdb, "polars": by_polars, "pandas merge": by_pandas,
}


def run(rows: int, repeats: int, peers: bool) -> list[dict[str, Any]]:
    """
    Measure every contender with one and with two parts a factor, and print the table.
    """
    results = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.parquet"
        write_ledger(path, rows)
        print(f"{rows:,} rows, {path.stat().st_size / 2**20:.0f} MiB Parquet, load {os.getloadavg()[0]:.1f}, "
              f"{os.cpu_count()} CPUs, medians of {repeats}")
        for parts in (1, 2):
            found = {name: measure(work, path, parts, repeats) for name, work in CONTENDERS.items()
                     if peers or name.startswith(("floor", "carbon"))}
            print_table(found, parts)
            results.append(as_result(rows, parts, found))
    return results


def print_table(found: dict[str, dict[str, Any]], parts: int) -> None:
    base = found["floor"]["cpu"]
    print(f"\n{parts} part{'s' if parts > 1 else ''} a factor{'':<14}  CPU s   x floor   wall s   peak MiB")
    for name, m in found.items():
        if "absent" in m:
            print(f"  {name:<26} left out: {m['absent']}")
        else:
            print(f"  {name:<26} {m['cpu']:>6.2f} {m['cpu'] / base:>9.2f} {m['wall']:>8.2f} {m['mib']:>10.0f}")


def as_result(rows: int, parts: int, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    base, own = found["floor"]["cpu"], found["carbon"]
    ratio = own["cpu"] / base
    return {
        "name": f"kernel: {rows:,} rows of Parquet, {parts} part(s) a factor", "unit": "x floor (CPU)",
        "samples": [s / base for s in own["samples"]], "measured": ratio, "bar": BAR[parts],
        "ok": ratio <= BAR[parts] and own["mib"] <= MEMORY_MIB,
        "peers": {n: m["cpu"] / base for n, m in found.items() if "cpu" in m and n not in ("floor", "carbon")},
        "peak_mib": own["mib"], "machine": platform.platform(), "date": datetime.now(UTC).date().isoformat()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results = run(given.rows, given.repeats, not given.no_peers)
    if given.json:
        before = json.loads(given.json.read_text()) if given.json.exists() else []
        kept = [r for r in before if r["name"] not in {n["name"] for n in results}]
        given.json.write_text(json.dumps([*kept, *results], indent=1) + "\n")


if __name__ == "__main__":
    main()
