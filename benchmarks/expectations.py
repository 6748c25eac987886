"""What expectations cost of a published company-year: measures, bands and breaches over `carbon run --only`.

    python -m benchmarks expectations

The bar is of the published company-year, which is what a company waits for; an inventory is compared at the first look
at its warnings or expectations, and its share is a peer. Both are CPU seconds of fresh processes and their children.
The earlier years, which a run of one year computes to compare with, are measured next to it: a run of all years
computes each once in any case.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.projects import CARBON, seconds
from benchmarks.results import ROOT, Result, result, table
from benchmarks.start import compiled

COMPANIES, YEAR, BAR_PERCENT = ("petit-studio", "nuage-logiciels", "cap-conseil"), 2025, 10
_ASK = """
import sys
from time import process_time as now
import carbon as cb
from carbon.accounting.expectations.expected import expected_of
start = now()
inventory = cb.inventory(sys.argv[1], int(sys.argv[2]))
bare = now()
measures = inventory.measures
measured = now()
past = inventory.past()
read = now()
expected_of(inventory, measures, past)
print(bare - start, measured - bare, read - measured, now() - read)
"""


def parts(company: str, year: int = YEAR) -> tuple[float, float, float, float]:
    """Return CPU seconds of an inventory alone, its measures, the earlier years, and bands with breaches."""
    made = subprocess.run([sys.executable, "-c", _ASK, company, str(year)], cwd=ROOT, check=True, text=True,
                          capture_output=True, env={**os.environ, "CARBON_PROJECT": str(ROOT)})
    inventory, measures, earlier, bands = (float(word) for word in made.stdout.split())
    return inventory, measures, earlier, bands


def published(company: str, year: int = YEAR) -> float:
    """Return CPU seconds of `carbon run --only COMPANY/YEAR` in a copy of the project without published sets."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        for name in ("notebooks", "params"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copytree(ROOT / "data" / "raw" / company, root / "data" / "raw" / company)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds([*CARBON, "run", "--only", f"{company}/{year}"], root)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def results() -> list[Result]:
    """Return the share of each example company's published year [%], and of its bare inventory."""
    compiled()
    found = []
    for company in COMPANIES:
        inventory, measures, earlier, bands = parts(company)
        run = published(company)
        print(f"{company}: inventory {inventory:.2f} s, measures {measures:.2f} s, earlier years {earlier:.2f} s, "
              f"bands and breaches {bands:.2f} s, published {run:.2f} s", file=sys.stderr)
        found.append(result(f"expectations: of the published year, {company}", "%",
                            [100 * (measures + bands) / run], BAR_PERCENT,
                            peers={"of the inventory alone": 100 * (measures + bands) / inventory,
                                   "earlier years, of the published year": 100 * earlier / run}))
    return found


if __name__ == "__main__":
    print(table(results()))
