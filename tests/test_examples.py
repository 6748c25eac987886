"""The example records: made by a script, the same every time, and equal to the committed files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "data" / "raw"
BINARY = {".xlsx", ".parquet"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The records made, and one year of them a second time, each in a process of its own."""
    folders = (tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second"))
    for folder, years in zip(folders, ([], ["2024"]), strict=True):
        subprocess.run([sys.executable, str(ROOT / "scripts" / "make_examples.py"), str(folder), *years], check=True)
    return folders


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_examples_made_twice_are_the_same_bytes(made: tuple[Path, Path]) -> None:
    """No clock, no path and no unseeded draw reaches a file."""
    first, second = (_hashes(folder) for folder in made)

    assert second.keys() >= {"cap-conseil/2024/ledger.parquet", "nuage-logiciels/2024/achats.xlsx"}
    assert {name: first[name] for name in second} == second


def test_committed_examples_are_what_the_script_makes(made: tuple[Path, Path]) -> None:
    """Text files byte by byte; workbooks and Parquet cell by cell, as their compression depends on the machine."""
    ours, committed = _hashes(made[0]), _hashes(RAW)
    assert set(ours) == {name for name in committed if not Path(name).name.startswith(".")}
    for name in ours:
        if Path(name).suffix not in BINARY:
            assert ours[name] == committed[name], name
        elif ours[name] != committed[name]:
            pd.testing.assert_frame_equal(_cells(made[0] / name), _cells(RAW / name), obj=name)


def _cells(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_excel(path, header=None)


def test_examples_stay_small() -> None:
    """All records together are under 10 MB."""
    assert sum(p.stat().st_size for p in RAW.rglob("*") if p.is_file()) < 10_000_000


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_large_ledger_is_large(year: int) -> None:
    """The consulting group's ledger has at least 60,000 lines a year, in four currencies."""
    ledger = pd.read_parquet(RAW / "cap-conseil" / str(year) / "ledger.parquet")
    assert len(ledger) >= 60_000
    assert {"EUR", "GBP", "CHF", "USD"} <= set(ledger["currency"])


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_every_accounting_entry_balances(year: int) -> None:
    """Debit equals credit in each entry, to the cent."""
    path = RAW / "petit-studio" / str(year) / f"000000000FEC{year}1231.txt"
    lines = pd.read_csv(path, sep="\t", dtype=str, encoding="iso-8859-15", keep_default_na=False)
    cents = lines[["Debit", "Credit"]].apply(lambda s: s.str.replace(",", "").astype(int))
    by_entry = cents.groupby(lines["EcritureNum"]).sum()

    assert lines.shape[1] == 18
    assert (by_entry["Debit"] == by_entry["Credit"]).all()
