"""Make the records of the three invented example companies under data/raw.

    python scripts/make_examples.py [FOLDER [YEAR ...]]

The same bytes every time: each file has a seeded generator of its own, and no file holds a clock or a path.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from examples import cap_conseil, digital, nuage_logiciels, petit_studio, reported

COMPANIES = {m.COMPANY: m for m in (petit_studio, nuage_logiciels, cap_conseil)}
YEARS = (2022, 2023, 2024, 2025)


def make_all(root: Path, years: Sequence[int]) -> None:
    """Write every company's years, reported history and digital estate under `root`."""
    for name, module in COMPANIES.items():
        reported.make(root, name)
        digital.make(root, name)
        for year in years:
            module.make(root, year)


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent / "data" / "raw"
    folder, *years = sys.argv[1:] or [str(default)]
    make_all(Path(folder), [int(year) for year in years] or YEARS)
