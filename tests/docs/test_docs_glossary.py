"""The glossary: one line a term in both languages, and the words that reports use for rows and for the bridge."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STRINGS = ROOT / "carbon/reports/data/strings.csv"


def terms() -> list[list[str]]:
    """English, French, meaning of each line."""
    lines = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_each_term_stands_once_in_order_with_both_languages():
    """Three cells, none empty; sorted by the English term, none twice."""
    table = terms()
    assert all(len(row) == 3 and all(row) for row in table)
    english = [row[0].lower() for row in table]
    assert english == sorted(english) and len(set(english)) == len(english) > 60


@pytest.mark.parametrize("prefix", ["outcome.", "step."])
def test_words_of_the_reports_are_in_the_glossary(prefix):
    """Where a row ended, the bars of the bridge: the report's own words, English and French, each in its column."""
    with STRINGS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["key"].startswith(prefix) and "{" not in row["en"]]
    assert rows
    english = " | ".join(row[0] for row in terms()).lower()
    french = " | ".join(row[1] for row in terms()).lower()
    missing = [r["en"] for r in rows if r["en"].lower() not in english] + [
        r["fr"] for r in rows if r["fr"].lower() not in french]
    assert missing == []
