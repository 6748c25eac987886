"""The glossary: one line a term in both languages, and the words that reports use for rows and for the bridge."""

from __future__ import annotations

import csv
import re
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


OTHER_SENSE = {
    "accepted": {"choice.allow_mixed_gwp", "choice.factors_vintage", "value.vintage_later_allow",
                 "signoff_state.changed_since_signed"},  # admitted by params, not signed
    "calorific value": {"column.energy_kwh"},  # its abbreviation, in a heading
    "commuting": {"absent.commuting", "kind.commuting"},  # the trips of records, not the category
    "contrails": {"column.contrails_t"},  # shortened, in a heading
    "emission factor": {"publication.epa_hub"},  # a publication's own title
    "evidence": {"column.evidence_file", "filing.sheet.action_evidence", "filing.sheet.transition_evidence"},
    "global warming potential": {"ask.gwp", "hero.interval_about", "hero.interval_ends"},  # its abbreviation
    "ledger": {"measure.emissions_per_money_of_the_ledger", "measure.price_in_the_ledger"},  # accounts of money
    "purchased goods and services": {"category.purchased_goods_and_services"},  # the standard's French title
}
"""Term -> strings in which the English word has another sense, or is a short form of the same French term."""
COMMON = {"baseline", "budget", "pathway", "plan", "target"}
"""Terms whose English word is also an everyday one."""


def stems(french: str) -> list[list[str]]:
    """Beginnings of the words of each French term of a cell: inflected words count."""
    parts = [re.findall(r"\w{4,}", part.lower()) for part in re.split(r"[,;/()]", french)]
    return [[word[:5] for word in part] for part in parts if part]


def test_a_term_of_the_glossary_has_its_french_term_in_every_string():
    """One French term for each English one: a string with the English term has the glossary's French one."""
    rows = [row for path in STRINGS.parent.glob("*strings.csv") for row in csv.DictReader(
        path.read_text(encoding="utf-8").splitlines())]
    compared, unlike = 0, []
    for english, french, _ in terms():
        term = re.split(r" \(|, ", english)[0].lower()
        for row in rows if term not in COMMON else ():
            text = re.sub(r"\{\w+\}", "", row["en"].lower())
            if re.search(rf"\b{re.escape(term)}s?\b", text) and row["key"] not in OTHER_SENSE.get(term, ()):
                compared += 1
                if not any(all(stem in row["fr"].lower() for stem in part) for part in stems(french)):
                    unlike.append((term, row["key"], row["fr"]))
    assert unlike == [] and compared > 150
