"""Build the packaged table of ZIP codes and eGRID subregions from EPA's Power Profiler.

    python scripts/build_zones.py FOLDER

FOLDER is a git directory of github.com/USEPA/power-profiler (or a clone of it): `app/data/zip.csv` lists each ZIP
code with its utilities and their subregion. Writes carbon/core/data/zip_zones.csv, one row for each set of states and
subregions with its ZIP codes, and its citation beside it.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import yaml

OUT = Path(__file__).resolve().parents[1] / "carbon" / "core" / "data"
SOURCE = "app/data/zip.csv"


def groups(content: bytes) -> list[list[str]]:
    """Return states, subregions and ZIP codes of each group; consecutive ZIP codes as "80201-80225"."""
    places: dict[str, tuple[set[str], set[str]]] = {}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        states, zones = places.setdefault(row["zip"], (set(), set()))
        states.add(row["state"])
        zones.add(row["SUBRGN"])
    spans: dict[tuple[str, ...], list[list[str]]] = {}
    for code in sorted(places):
        group = spans.setdefault(tuple("|".join(sorted(words)) for words in places[code]), [])
        if group and int(code) == int(group[-1][1]) + 1:
            group[-1][1] = code
        else:
            group.append([code, code])
    return [[*key, " ".join(first if first == last else f"{first}-{last}" for first, last in group)]
            for key, group in sorted(spans.items())]


def main(folder: str) -> None:
    """Write the table and its citation."""
    def git(*words: str) -> bytes:
        return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True).stdout

    content = git("show", f"HEAD:{SOURCE}")
    commit, day = git("log", "-1", "--format=%H %cs", "--", SOURCE).decode().split()
    path = OUT / "zip_zones.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["states", "zones", "zips"])
        writer.writerows(groups(content))
    citation = {
        "title": "Power Profiler: ZIP codes, utilities and eGRID subregions",
        "publisher": "United States Environmental Protection Agency (EPA)",
        "edition": f"eGRID2023, commit {commit} of {day}", "table": f"github.com/USEPA/power-profiler, {SOURCE}",
        "licence": "MIT, Copyright (c) 2023 U.S. Environmental Protection Agency; work of the United States Government",
        "attribution": "Contains data of the United States Environmental Protection Agency, Power Profiler",
        "date_fetched": "2026-11-28", "source_sha256": {"zip.csv": sha256(content).hexdigest()},
        "table_sha256": sha256(path.read_bytes()).hexdigest(), "verification": "official_file_copy",
        "notes": ["One row a set of states and subregions; consecutive ZIP codes are a span, e.g. 80201-80225.",
                  "A ZIP code served by utilities of several subregions has them all: which one is the utility's."],
    }
    (OUT / "zip_zones.yml").write_text(yaml.safe_dump(citation, allow_unicode=True, sort_keys=False, width=110),
                                       encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
