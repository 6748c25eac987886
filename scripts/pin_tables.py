"""Write the sha256 of packaged tables into the citation next to each, and of shared tables into a factor release.

    python scripts/pin_tables.py                    # after a change of units.csv, zones.csv, a table of words ...
    python scripts/pin_tables.py --release 2026.1   # the shared tables of a release, dated; never after it is published

The library refuses to load while a pinned table has other bytes. Citations without a hash (words of readers, headings)
stay without one: LEFT names them.
"""

from __future__ import annotations

import argparse
import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import yaml

PACKAGE = Path(__file__).parents[1] / "carbon"
RELEASES = PACKAGE / "factors" / "data" / "releases.yml"
SHARED = ("grid_basis", "grid_losses")
"""Tables that figures of a release are calculated with."""
LEFT = {"params/data/answers.csv", "params/data/kinds.csv", "runs/data/offers.csv", "core/data/words.csv",
        "core/data/word_sources.csv", "factors/data/synonyms.csv", "reports/data/digital_strings.csv",
        *(f"records/data/{name}.csv" for name in (
            "headings", "kind_columns", "marks", "messages", "rules", "sums"))}
"""Words and rules by which files and factors are read, and words of readers: their change is a change of the code."""
LINE = re.compile(r"^((?:table_|font_)?sha256): .*\n", re.MULTILINE)


def main() -> None:
    """Pin every table with a citation, or the shared tables of one release."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release")
    release = parser.parse_args().release
    if release:
        releases = yaml.safe_load(RELEASES.read_text())
        releases[release]["shared"] = {n: {**entry, "pinned": date.today()} for n, entry in shared_listing().items()}
        RELEASES.write_text(yaml.safe_dump(releases, sort_keys=True))
        return
    for path in sorted([*PACKAGE.glob("*/data/*.csv"), *PACKAGE.glob("*/data/*.woff")]):
        citation = path.with_suffix(".yml")
        if citation.is_file() and path.relative_to(PACKAGE).as_posix() not in {*LEFT, *_of_releases()}:
            citation.write_text(pinned(citation.read_text(encoding="utf-8"), path.read_bytes()), encoding="utf-8")


def shared_listing() -> dict[str, dict[str, str]]:
    """Return file and hash of the shared tables, by name, as a release lists them."""
    return {name: {"file": f"{name}.csv", "sha256": sha256((RELEASES.parent / f"{name}.csv").read_bytes()).hexdigest()}
            for name in SHARED}


def pinned(citation: str, content: bytes) -> str:
    """Return the text of a citation with the sha256 of its table, in its own key or a new last line."""
    digest = sha256(content).hexdigest()
    if LINE.search(citation):
        return LINE.sub(rf"\1: {digest}\n", citation, count=1)
    return f"{citation.rstrip()}\nsha256: {digest}\n"


def _of_releases() -> set[str]:
    return {f"factors/data/{name}.csv" for name in SHARED}


if __name__ == "__main__":
    main()
