"""What an answer on the boundary explains is not asked; what it does not explain is."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.boundary.presence import PRESENCE
from carbon.accounting.expectations.answered import answers_of, boundary_explained
from carbon.accounting.expectations.breaches import breaches_of
from carbon.accounting.expectations.held import held_of
from carbon.accounting.expectations.limited import _sites
from carbon.accounting.expectations.measures import KG, MEASURES, SEPARATOR
from carbon.core.ledgers import EVENTS
from carbon.params.shapes.boundary import Answer

LEAST = dict.fromkeys(("", "1", "2", "3"), 1.0)
OFFICE, ANNEX = {"office electricity kWh": 6000.0}, {"annex electricity kWh": 42_000.0, "annex heating_oil L": 9000.0}


def year(meters: dict[str, float], months: dict[str, int] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`MEASURES` and `PRESENCE` of a year with a bill a month of each meter; one kg a unit."""
    lines, present = [], []
    for name, amount in meters.items():
        site, carrier, unit = name.split()
        bills = (months or {}).get(site, 12)
        lines += [(SEPARATOR.join(("site", "carrier")), SEPARATOR.join((site, carrier)), measure, f"{carrier}:{unit}",
                   value, bills, amount) for measure, value in (
                       ("level", amount), ("rows", bills), ("months", bills), ("months to the end", bills))]
        present.append({"kind": "energy", "site": site, "stream": f"{carrier} {unit}", "amount": amount, "kg_1": amount,
                        "rows": bills})
    for unit in {line[3] for line in lines}:
        of = [line for line in lines if line[3] == unit and line[2] == "level"]
        amount, kg = (sum(line[at] for line in of) for at in (4, 6))
        lines.append(("kind", "", "level", unit, amount, 12 * len(of), kg))
    total = sum(meters.values())
    lines.append(("kind", "", "level", KG, total, 12, total))
    table = pd.DataFrame(lines, columns=["dimension", "key", "measure", "unit", "value", "rows", "co2e_kg"])
    measures = table.assign(kind="energy", scope="1", example="a.csv:2")[list(MEASURES.columns)]
    presence = pd.DataFrame(present).reindex(columns=list(PRESENCE.columns))
    words = dict.fromkeys(("kind", "entity", "site", "file", "meter", "stream"), "")
    presence = presence.astype(dict.fromkeys(words, object)).fillna(words | {"kg_2": 0.0, "kg_3": 0.0})
    return measures.astype(MEASURES.dtypes), presence


def breaches(now: dict[str, float], before: dict[str, float], *words: str, site: str = "Annex",
             months: dict[str, int] | None = None) -> set[tuple[str, str]]:
    """What of a year is out of its bands, by the one before and answers on a site."""
    (this, present), (past, presence) = year(now, months), year(before)
    answers = [Answer(site=site, year=2024, word=word) for word in words]
    found = breaches_of(boundary_explained(this, {2023: past}, {2023: presence}, present, answers), least_kg=LEAST)
    return {(str(line["measure"]), str(line["key"])) for line in found.to_dict("records")}


@pytest.mark.parametrize("word", ["closed", "outsourced"])
def test_what_went_is_asked_neither_by_its_name_nor_as_a_whole(word: str):
    """All heating oil was the annex's, and most of the electricity: 0 L of the kind as a whole is no question."""
    assert breaches(OFFICE, OFFICE | ANNEX)
    assert not breaches(OFFICE, OFFICE | ANNEX, word)


@pytest.mark.parametrize(("word", "site"), [("closed", "depot"), ("not_reported", "Annex")])
def test_what_no_answer_explains_is_asked(word: str, site: str):
    """A word on another site, and one that states the records to be missing, explain nothing."""
    assert breaches(OFFICE, OFFICE | ANNEX, word, site=site) == breaches(OFFICE, OFFICE | ANNEX)


@pytest.mark.parametrize("now", [{}, {"annex electricity kWh": 420.0, "annex heating_oil L": 90.0}])
def test_what_went_long_ago_and_came_back_is_asked(now: dict[str, float]):
    """A site that closed in 2021 and has records of 2023 again: that it has none in 2024, or a hundredth, is asked."""
    (this, present), (past, presence) = year(OFFICE | now), year(OFFICE | ANNEX)
    found = [breaches_of(boundary_explained(this, {2023: past}, {2023: presence}, present, answers), least_kg=LEAST)
             for answers in ([], [Answer(site="Annex", year=2021, word="closed")])]
    assert len(found[0]) and found[0].equals(found[1])


def test_another_error_is_found_next_to_an_answer():
    """Seven times the office's kWh, as much as the annex had, in the year in which it went; or a part of the oil."""
    assert breaches({"office electricity kWh": 42_000.0}, OFFICE | ANNEX, "divested")
    both = OFFICE | {"office heating_oil L": 5000.0}
    assert not breaches(both, both | ANNEX, "closed")
    assert breaches(OFFICE | {"office heating_oil L": 50.0}, both | ANNEX, "closed")


def test_what_came_is_no_reason_to_ask_of_the_whole():
    """Eight times the kWh of the year before, as a site was acquired; eight times the office's own is asked."""
    assert ("level", "") in breaches(OFFICE | ANNEX, OFFICE)
    assert not breaches(OFFICE | ANNEX, OFFICE, "acquired")
    assert breaches({"office electricity kWh": 48_000.0} | ANNEX, OFFICE, "acquired")


def test_what_came_is_not_held_by_a_band_that_it_is_in():
    """A thousand times the kWh of an acquired site are no breach of the whole, and nothing is said to hold them."""
    (this, present), (past, presence) = year(OFFICE | {"annex electricity kWh": 4.2e7}), year(OFFICE)
    table = boundary_explained(this, {2023: past}, {2023: presence}, present, [
        Answer(site="Annex", year=2024, word="acquired")])
    assert {of["key"]: of["free_kg"] for of in held_of(table).streams} == {
        "annex · electricity": 4.2e7, "office · electricity": 0.0}


def test_months_after_a_site_went_are_not_missing():
    """Two months of the annex, which closed in the year: a sixth of the amount, and no more is asked; ten times is."""
    part = {"annex electricity kWh": 7000.0, "annex heating_oil L": 1500.0}
    assert breaches(OFFICE | part, OFFICE | ANNEX, months={"annex": 2})
    assert not breaches(OFFICE | part, OFFICE | ANNEX, "closed", months={"annex": 2})
    assert breaches(OFFICE | part | {"annex heating_oil L": 90_000.0}, OFFICE | ANNEX, "closed", months={"annex": 2})


def test_accounts_may_be_less_by_all_that_went():
    """No words of accounts state their site: each may be less by what the annex bought, and no less."""
    past = pd.DataFrame([{
        "kind": "purchases", "dimension": "account", "key": key, "measure": "level", "unit": "EUR", "rows": 200,
        "value": value, "co2e_kg": value, "scope": "3", "example": ""} for key, value in (
            ("rent", 1000.0), ("works", 8000.0))])
    now = past[past["key"] == "works"].assign(value=300.0, co2e_kg=300.0)
    presence = year(OFFICE | ANNEX)[1].head(2).assign(
        kind="purchases", stream="", site=["annex", "office"], kg_1=0.0, kg_3=[1100.0, 7900.0])
    found = [breaches_of(boundary_explained(now, {2023: past}, {2023: presence}, presence.tail(1), answers),
                         least_kg=LEAST)["key"].tolist()
             for answers in ([], [Answer(site="annex", year=2024, word="closed")])]
    assert found == [["works", "rent"], ["works"]]


def test_an_event_of_the_ledger_is_an_answer():
    """A divestment answers as the same word of params does, for the year in which the site is missed as well."""
    events = EVENTS.empty().reindex([0]).assign(entity="annex", kind="divestment", date=pd.Timestamp("2024-01-01"))
    assert {(a.level, a.name, a.word, a.year) for a in answers_of(events, "01-01")} == {
        (level, "annex", "divested", year) for level in ("entity", "site") for year in (2024, 2025)}


@pytest.mark.parametrize(("word", "of", "asked"), [
    ("renamed", "office", ()), ("opened", "", ()), ("not_reported", "", ("annex",)), ("closed", "", ("annex",))])
def test_a_site_is_not_missed_before_it_came(word: str, of: str, asked: tuple[str, ...]):
    """The year before the annex came, or had its name, it is no site without records."""
    params = SimpleNamespace(sites={"office": None, "annex": None},
                             boundary=[Answer(site="annex", year=2024, word=word, of=of)])
    records = {"energy": pd.DataFrame({"site": ["office"]})}
    assert _sites(params, 2023, records)[1] == asked
