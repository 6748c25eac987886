"""What the shipped companies and a new project pin: a release that cannot change."""

import re
from pathlib import Path

import pytest

from carbon.factors import releases

ROOT = Path(__file__).resolve().parents[2]
PINNED = [p for f in ("params", "carbon/runs/data/new_project/params") for p in sorted((ROOT / f).glob("*.yml"))]
COMPANIES = [p for p in PINNED if p.name != "runs.yml"]


@pytest.mark.parametrize("path", COMPANIES, ids=lambda p: p.stem)
def test_every_shipped_company_pins_a_cut_release(path):
    """A report made today can be made again to the same bytes: its factors stand in a release that is cut."""
    found = re.findall(r"^\s*release: (\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    cut = releases().query("status == 'cut'")["release"].tolist()

    assert len(found) == 1
    assert found[0] in cut
