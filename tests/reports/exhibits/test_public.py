"""The opening of the public page."""

from __future__ import annotations

import dataclasses
import math
import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from pages_at_random import YEAR, allows, inventory_of, numbers, opening_of, openings, read, total_of
from text_of_page import text_of

from carbon.reports.exhibits import public
from carbon.reports.exhibits.headline import Compared, Opening, change_in_words
from carbon.reports.exhibits.public import plain
from carbon.reports.tables.inventory import headline_table
from carbon.reports.words.language import Words


def test_plain_words_give_each_scope_its_tonnes(report, page):
    """Three scopes with tonnes and shares of the headline total, and the categories that are left out by name."""
    text = text_of(page, report.plain())
    words, table = report.words, report.headline().table.set_index("figure")["co2e_t"]

    for name in ("scope1", "scope2-market", "scope3"):
        share = words.percent(table[name] / table["total-market"], 0)
        assert f"{words.tonnes(table[name], report.digits)}\u00a0t ({share})" in text
    assert "Employee commuting" in text


def test_the_public_page_opens_with_one_figure(small, page):
    """The headline total first; the scopes and the other method with their ids; how it compares, each target, what is
    left out, what was rejected.
    """
    found = page(str(small.plain().html))
    text = " ".join(" ".join(found.text).split())
    total = small.inventory.total("location-based") / 1000

    scopes = small.inventory.table.groupby(["scope", "scope2_method"])["co2e_kg"].sum() / 1000
    assert found.figures == {
        **{f"petit-studio/2025/total-{m}": [pytest.approx(small.inventory.total(f"{m}-based") / 1000)]
           for m in ("location", "market")},
        **{f"petit-studio/2025/scope2-{m}": [pytest.approx(scopes["2", f"{m}-based"])] for m in ("location", "market")},
        **{f"petit-studio/2025/scope{n}": [pytest.approx(scopes[n].sum())] for n in ("1", "3")}}
    assert found.values[0] == pytest.approx(total)
    assert "En 2025, Petit Studio a émis 42,7 tonnes de CO₂e" in text
    # 42.73 of 42.78 t last year, of 45.68 in the base year: 1 - 42.73 / 45.68 = 6.5 %
    assert ("à peu près autant qu’en 2024, y compris à facteurs constants ; 6,5 % de moins qu’en 2019 (chiffre "
            "publié à l’époque).") in text
    assert text.count("du niveau permis par l’objectif cette année") == 2 and "très improbable" in text
    assert "Pas encore comptés : Déchets" in text and "avec la méthode fondée sur le marché, le total serait de" in text
    assert "Achats : 3 lignes" in text and "491,40 EUR" in text
    assert "unité" not in text and "EUR : " not in text


def test_of_many_targets_the_first_are_in_sight(page):
    """Five: three with their chances, two folded with how far they are; the fold states how many are above, how many
    cannot be judged.
    """
    gaps = tuple(zip("abcde", (1.0, -2.0, 3.0, -4.0, math.nan), strict=True))
    opening = Opening(words=Words("en"), digits=1, changes=pd.DataFrame(), gaps=gaps, unjudged=("e",), lines=(),
                      chances=tuple((label, f"Chance of {label}.") for label in "abcde"), rejects=pd.DataFrame())
    sight, _, fold = str(public._aims(opening)).replace("\u00a0", " ").partition("<details")
    assert sight.count("<li>") == 3 and [f"Chance of {label}." in sight for label in "abc"] == [True] * 3
    assert "Other targets: 2; exceeded this year: 0; cannot be judged: 1</summary>" in fold
    assert "d: 4.0 t below what the target allows this year." in fold and "e: cannot be judged" in fold
    few = dataclasses.replace(opening, gaps=gaps[:3])
    assert "<details" not in public._aims(few) and "Chance of" not in fold


def test_energy_without_a_factor_is_named_in_the_language(inventory):
    """The carrier as readers know it, not the key of the activity."""
    emissions = inventory.emissions[~inventory.emissions["factor_id"].isin(["fr-elec-up", "fr-gas-up"])]
    lines = public._left_out(dataclasses.replace(inventory, emissions=emissions), Words("fr"))
    text = str(lines[-1]).replace("\u00a0", " ").replace("\u202f", " ").lower()
    assert ("amont de 10 000 kwh pcs (gaz naturel, fr) et amont et pertes de 20 000 kwh (électricité, fr)."
            in text)


@pytest.mark.parametrize(("now", "text"), [
    (93.6, "6.4% less than in 2024"), (102.0, "2.0% more than in 2024"), (99.6, "about as much as in 2024")])
def test_a_change_is_said_in_words(now: float, text: str):
    """Less, more, or about as much below half a percent, of 100 t the year before."""
    change = Compared(2024, 100.0, now, now / 100.0 - 1, "same method")
    assert str(change_in_words(change, 2025, Words("en"))) == text


PLAIN = {
    "en": {"less": r"{share}% less than in (?P<year>\d{4})", "more": r"{share}% more than in (?P<year>\d{4})",
           "same": r"about as much as in (?P<year>\d{4})", "above": r"{t} t above what", "below": r"{t} t below what",
           "at": "exactly what the target allows", "emitted": r"emitted\s+{total}\s",
           "none": "no records", "figure": "no figure for", "part": r"{t} t \({share}%\) from",
           "contract": "by the contracts bought|with the contracts bought", "no contract": "[Nn]o contract"},
    "fr": {"less": r"{share} % de moins qu’en (?P<year>\d{4})", "more": r"{share} % de plus qu’en (?P<year>\d{4})",
           "same": r"à peu près autant qu’en (?P<year>\d{4})",
           "above": r"{t} t au-dessus du", "below": r"{t} t en dessous",
           "at": "exactement le niveau permis", "emitted": r"a émis\s+{total}\s",
           "none": "aucune donnée sur", "figure": "aucun chiffre pour", "part": r"{t} t \({share} %\) pour",
           "contract": "les contrats achetés", "no contract": "[Aa]ucun contrat|sans contrat"},
}


@given(openings())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_public_page_states_is_true_of_any_figures(inventory, case):
    """Less, more, as much, above, below, shares and missing figures, each read by its pattern, are true of the
    tonnes.
    """
    made = inventory_of(inventory, case)
    headline = headline_table(made)
    opening, of_year = opening_of(case, headline)
    text, said, language = read(plain(headline, made, opening)), PLAIN[case["language"]], case["language"]
    known, total = total_of(case)

    for key, sign in (("less", -1), ("more", 1)):
        for m in numbers(said[key], text):
            then = of_year[int(m["year"])]
            assert then > 0 and (total - then) * sign > 0 and int(m["year"]) < YEAR
            assert allows(m["share"], abs(total / then - 1), language, share=True)
    for m in numbers(said["same"], text):
        assert abs(total / of_year[int(m["year"])] - 1) < 0.0051
    for key, gap in (("above", case["gap"]), ("below", -case["gap"])):
        matches = numbers(said[key], text)
        assert len(matches) == (gap > 0) and all(allows(m["t"], gap, language) for m in matches)
    assert (said["at"] in text) == (case["gap"] == 0)
    emitted = numbers(said["emitted"], text)
    assert len(emitted) == (total > 0) and all(allows(m["total"], total, language) for m in emitted)
    for m in numbers(said["part"], text):
        assert min(known) >= 0 and any(
            allows(m["t"], t, language) and allows(m["share"], t / total, language, share=True) for t in known)
    assert (said["figure"] in text) == (len(known) < 3 and case["rejected"])
    first, second = case["scopes"][1:3] if case["method"] == "location-based" else case["scopes"][2:0:-1]
    # Without scope 2 by the other method, its total is known where another scope has records.
    others = [case["scopes"][0], second, case["scopes"][3]]
    has_electricity = first == first and any(t == t for t in others)
    assert bool(re.search(said["contract"], text)) == (has_electricity and case["contract"])
    assert bool(re.search(said["no contract"], text)) == (has_electricity and not case["contract"])


@pytest.mark.torture
def test_what_the_public_page_states_is_true_at_length(inventory):
    """The same of 1,000 pages."""
    promise = test_what_the_public_page_states_is_true_of_any_figures
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings, max_examples=1_000)
    promise(inventory=inventory)
