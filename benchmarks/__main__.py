"""Measure the bars, print one table, keep it in benchmarks/results.json and docs/benchmarks.md.

    python -m benchmarks [NAME...]

Each benchmark module has `results()` and runs in a fresh process, one after the other. Exit code 1 where a bar is
missed or a benchmark fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks import results

MODULES = ("kernel", "uncertainty", "factors", "records", "trajectory", "schedules", "single", "long", "levers",
           "digital", "start", "expectations", "asking")
LONG = ("kernel_long", "panels")
"""Only by name: they take long, much of the disk, or the extra `bench`."""


def main(names: list[str]) -> int:
    """Measure, print and save the results; return 1 where a bar is missed."""
    load, failed = os.getloadavg()[0], []
    found: list[results.Result] = []
    print(results.machine(load), flush=True)
    for name in names or MODULES:
        started = time.perf_counter()
        try:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
                own = [{**r, "machine": results.machine(load)} for r in fresh.submit(results.measure, name).result()]
        except Exception as error:  # a broken benchmark must not take the others with it
            failed.append(f"{name}: {type(error).__name__}: {error}")
            print(failed[-1], file=sys.stderr)
            continue
        results.save(name, own)
        found += [r for r in results.load() if results.module_of(r) == name]
        print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    print(results.table(found))
    return int(bool(failed) or not all(r["ok"] for r in found))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join([*MODULES, *LONG])}; without one all but {', '.join(LONG)}")
    given = parser.parse_args().names
    if unknown := set(given) - {*MODULES, *LONG}:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}")
    sys.exit(main(given))
