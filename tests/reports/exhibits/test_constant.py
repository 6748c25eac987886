"""What a page says of a change: at constant factors, next to the change as published."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace

import pandas as pd
import pytest
import republished as two
from text_of_page import text_of

from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.constant import bridge_since, constants_of, progress_of
from carbon.reports.exhibits.headline import Compared, Constant, with_constant
from carbon.reports.words.language import Words
from carbon.trajectory import Target

FLEW_MORE = {"things": {"flight.average": 102_400}}
LESS = re.compile(r"% (less|fewer|below|de moins)")


def report(start, end, language="en"):
    """The report of the later year."""
    history = two.history(start, end)
    params = end.params.model_copy(update={"language": language})
    object.__setattr__(end, "params", params)
    return AnnualReport(end, history)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_flew_more_is_not_told_to_have_reduced(tmp_path, page, language):
    """2.4 % more kilometres with a new edition of their factor: neither page says that it is less; both give the
    change as published, and name the edition.
    """
    start = two.year(tmp_path, 2024, things={"flight.average": 100_000})
    made = report(start, two.year(tmp_path, 2025, **FLEW_MORE), language)
    first, public = (text_of(page, exhibit) for exhibit in (made.headline(), made.plain()))
    more, published = ("2.4% more than in 2024 at constant factors", "−7.8% as published") if language == "en" else (
        "2,4\u00a0% de plus qu’en 2024 à facteurs constants", "−7,8\u00a0% selon les chiffres publiés")
    for text in (first, public):
        assert more in text.replace("\u202f", "\u00a0") and published in text.replace("\u202f", "\u00a0")
    assert not LESS.search(public.replace("\u00a0", " ").replace("\u202f", " "))
    assert not LESS.search(first.replace("\u00a0", " ").replace("\u202f", " "))
    for text in (first, public):
        of = "UK government conversion factors" if language == "en" else "facteurs du gouvernement britannique"
        assert f"{of}, 2024 → 2025" in text and "desnz" not in text
    assert constants_of(made.inventory, made.history, Words("en"))[2024].published == pytest.approx(-0.0784)
    table = made.change().table
    # Last year is the base year of this company: twice, of the headline method alone.
    assert table["constant_share"].dropna().tolist() == [pytest.approx(0.024)] * 2
    assert list(table.columns).index("constant_share") == list(table.columns).index("change_share") + 1
    assert "2.4" in str(made.change()._repr_html_()).replace(",", ".")
    assert ("Moved most: " if language == "en" else "Plus forte variation") in first


def test_a_dearer_dollar_is_not_more_emissions(tmp_path, page):
    """The same dollars in another year: "more" and "less" are not said; the rate is named with its tonnes."""
    start, end = (two.year(tmp_path, y, dollars=4_000_000) for y in (2024, 2025))
    made = report(start, end)
    public, first = text_of(page, made.plain()), text_of(page, made.headline())
    assert "about as much as in 2024 at constant factors" in public
    assert "exchange rate of USD" in public and "exchange rate of USD" in first
    assert not re.search(r"% (more|less) than in 2024", public)
    assert made.changes["change_share"].abs().max() > 0.005


POWER = """targets:
  - {id: power, label: {en: Power, fr: Courant}, scopes: ["2"], scope2_method: location-based, base_year: 2024,
     target_year: 2030, reduction: 0.42}
"""


@pytest.mark.parametrize(("language", "first_says", "public_says", "allowed"), [
    ("en", "cannot be judged: what a change of the boundary moves is not", "cannot be judged, because",
     "what the target allows this year"),
    ("fr", "ne peut être évalué\u00a0: l’effet d’un changement", "ne peut être évalué, car",
     "du niveau permis cette année")])
def test_a_target_across_a_site_that_nothing_explains_is_not_judged(tmp_path, page, language: str, first_says: str,
                                                                    public_says: str, allowed: str):
    """London, 40 of 90 t, left the files: neither page states that the firm is above or below what its target allows;
    once params call it closed, both do.
    """
    def pages(params: str) -> list[str]:
        start, end = (two.year(tmp_path, y, kwh=kwh, params=POWER + params) for y, kwh in (
            (2024, {"lyon": 1_000_000, "london": 200_000}), (2025, {"lyon": 1_000_000})))
        made = report(start, end, language)
        return [text_of(page, exhibit) for exhibit in (made.headline(), made.plain())]

    first, public = pages("")
    assert first_says in first and public_says in public
    assert allowed not in first
    answered = pages("boundary: [{site: london, year: 2025, word: closed}]\n")
    assert first_says not in answered[0] and public_says not in answered[1]
    assert allowed in answered[0]


SUBTOTALS = {"by its word": "2024-12-31,Total,software,100213.55,EUR",
             "of a supplier": "2024-12-31,Total Alpha,software,100213.55,EUR",
             "without a word": "2024-12-31,,software,100213.55,EUR"}


@pytest.mark.parametrize("subtotal", SUBTOTALS)
def test_a_subtotal_that_left_the_file_is_no_reduction(tmp_path, page, subtotal: str):
    """Three invoices of 100,213.55 EUR and their sum in 2024; 98,209.28 EUR without a sum in 2025. With the sum
    counted, 2024 would be twice as high and 2025 "below what the target allows", which is 7 % less: it is 2 % less, and
    above.
    """
    target = """targets:
  - {id: all, label: {en: All}, scopes: ["3"], scope2_method: location-based, base_year: 2024,
     target_year: 2030, reduction: 0.42}
max_rejected_share: {purchases: {rows: 0.5, amount: 0.6}}
"""
    lines = {year: [f"{year}-0{i}-03,Alpha,software,{euros},EUR" for i, euros in enumerate(amounts, start=1)]
             for year, amounts in ((2024, (27310.47, 41020.18, 31882.90)), (2025, (27310.47, 41020.18, 29878.63)))}
    lines[2024].append(SUBTOTALS[subtotal])
    made = {}
    for year, rows in lines.items():
        two.year(tmp_path, year, dollars=1, params=target)
        file = tmp_path / "data" / "raw" / two.COMPANY / str(year) / "purchases.csv"
        file.write_text("\n".join(["date,supplier,category,amount,currency", *rows, ""]))
        made[year] = two.read(tmp_path, year, two.library())
    shown = report(made[2024], made[2025])
    public, first = (text_of(page, exhibit) for exhibit in (shown.plain(), shown.headline()))
    assert made[2024].total("location-based") == pytest.approx(10_021.355)
    assert "2.0% less than in 2024" in public
    assert "+0.50 t CO₂e" in first.replace("\u00a0", " ")
    assert "above what the target allows" in first and "below what the target allows" not in first


def test_a_cleaner_grid_stands_next_to_the_change_and_not_in_it(tmp_path, page):
    """Nothing was done but the grid: no change at constant factors, and the grid's tonnes beside it."""
    start, end = (two.year(tmp_path, y, kwh={"lyon": 2_000_000}) for y in (2024, 2025))
    made = report(start, end)
    assert ("about as much as in 2024 at constant factors (−20.0% as published; the difference comes above all from "
            "electricity") in text_of(page, made.plain())
    first = text_of(page, made.headline())
    assert "electricity and heat grids (−20.0 t)." in first
    assert "Not in it, each calculated for this year’s activity (from this year back to the last" in first


def test_a_small_rate_is_not_named_as_the_cause_of_what_another_step_moved(tmp_path, page):
    """The grid moved 20 t, the dollar less than 1 t: the public page names the grid, the first page both."""
    start, end = (two.year(tmp_path, y, kwh={"lyon": 2_000_000}, dollars=10_000) for y in (2024, 2025))
    made = report(start, end)
    assert "above all from electricity" in text_of(page, made.plain())
    first = text_of(page, made.headline())
    assert "Of editions, rates and prices, exchange rate of USD moved most" in first and "Moved most" not in first


@pytest.mark.parametrize(("language", "said", "published"), [
    ("en", "(−0.1% as restated for the boundary or the method; the difference comes above all from new editions)",
     "as published"),
    ("fr", "(−0,1\u202f% après retraitement du périmètre ou de la méthode\u202f; l’écart entre les deux vient surtout "
           "de\u00a0: new editions)", "publiés")])
def test_a_restated_change_is_not_called_published(language: str, said: str, published: str):
    """A site was sold and 2024 restated: the change is not that of the published totals, and the sale, which is not in
    it, not its cause; of the published totals it is.
    """
    constant = Constant(2024, 0.042, 14.9, (("a site sold", -40.0), ("new editions", -16.0)), "", "", 0.0, -0.1,
                        "a site sold")
    opening = SimpleNamespace(words=Words(language), constants={2024: constant}, digits=1)
    restated = with_constant(Compared(2024, 363.5, 363.14, -0.001, "restated"), 2025, opening)
    assert said in restated and published not in restated
    as_published = with_constant(Compared(2024, 400.0, 363.0, -0.0925, "same method"), 2025, opening)
    assert "a site sold)" in as_published and published in as_published


def test_what_changed_both_ways_alike_is_said_once(tmp_path, page):
    """Half the kilometres by the same factor: half as published and at constant factors too."""
    books = two.library(two.factor("both", "flight.average", "passenger.km", 0.2, "desnz_2024", 2020, valid_to=9999),
                        without=("flight-24", "flight-25"))
    start, end = (two.year(tmp_path, y, things={"flight.average": q}, books=books)
                  for y, q in ((2024, 100_000), (2025, 50_000)))
    assert "50.0% less than in 2024, at constant factors too" in text_of(page, report(start, end).plain())


def test_a_target_has_its_progress_at_constant_factors(tmp_path):
    """Of its own scopes, since its base year where that has records, else since last year; none without records."""
    start = two.year(tmp_path, 2024, things={"flight.average": 100_000}, kwh={"lyon": 1000})
    end = two.year(tmp_path, 2025, kwh={"lyon": 1100}, **FLEW_MORE)
    history = two.history(start, end)
    flights = Target(id="t", scopes=("3",), scope2_method="location-based", base_year=2024, target_year=2030,
                     reduction=0.4)
    assert progress_of(flights, history, 2025) == (2024, pytest.approx(0.024))
    power = Target(id="t", scopes=("1", "2"), scope2_method="location-based", base_year=2019, target_year=2030,
                   reduction=0.4)
    assert progress_of(power, history, 2025) == (2024, pytest.approx(0.1))
    assert progress_of(power, two.history(end), 2025) is None


def test_a_year_on_the_way_without_records_has_no_bridge(tmp_path):
    """2024 and 2026 have records, 2025 was only reported: nothing is said since 2024, and nothing is guessed."""
    first, last = two.year(tmp_path, 2024, kwh={"london": 1}), two.year(tmp_path, 2026, kwh={"london": 1})
    history = two.history(first, last)
    line = history.table[history.table["year"] == 2024].assign(year=2025, status="reported")
    between = dataclasses.replace(history, table=pd.concat([history.table, line], ignore_index=True))
    assert bridge_since(history, 2024, 2026, "location-based") is not None
    assert bridge_since(between, 2024, 2026, "location-based") is None


def test_a_year_before_records_has_no_change_at_constant_factors(tmp_path, page):
    """The first year with records: nothing to compare with, and nothing said."""
    end = two.year(tmp_path, 2025, **FLEW_MORE)
    made = AnnualReport(end, two.history(end))
    assert constants_of(end, made.history, Words("en")) == {}
    assert "constant factors" not in text_of(page, made.headline()) + text_of(page, made.plain())
