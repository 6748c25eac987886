"""The first page of each audience states what to check, or that nothing was compared."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from breaches_found import GONE, MONTHS, PRICE, SHARE, SOLD, breaches
from text_of_page import text_of

from carbon.accounting.boundary.answers import BOUNDARY
from carbon.reports.exhibits import unexpected
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.unexpected import to_check
from carbon.reports.words.language import Words


def of(report: AnnualReport, found: pd.DataFrame) -> AnnualReport:
    """The report of the same inventory with these breaches."""
    return AnnualReport(dataclasses.replace(report.inventory, found=found), report.history)


def test_three_breaches_by_tonnes_and_how_many_more(report, page):
    """Of five, the three with most at stake are in words, largest first; what the second and the third may be is a
    click away; the rest is counted, with a link to the table of the page.
    """
    made = of(report, breaches(PRICE, SHARE, {}, SOLD, GONE))
    text, public = text_of(page, made.headline()), text_of(page, made.plain())

    at = [text.index(part) for part in ("Natural gas: amount", "supplier Conseil Exemple", "Travel, Air: no records")]
    assert at == sorted(at) and text.index("To check") < at[0]
    folded = re.findall("<summary>(.*?)</summary>", str(to_check(made.inventory, Words("en"), 1)))[:2]
    assert len(folded) == 2 and all("at stake" in line and "?" not in line for line in folded)
    assert "And 2 more, in the table." in text and 'href="#table-breaches"' in str(made.headline().html)
    assert "And 2 more." in public and "href" not in str(made.plain().html)
    assert "Purchases: amount 210,000" in public and "supplier Conseil Exemple" not in public


def test_changes_of_the_boundary_without_a_word_are_counted_with_their_tonnes(report, page, monkeypatch):
    """Two sites that went: their number, the year since, their tonnes and names, on the page and the public one."""
    lines = [{"level": "site", "name": name, "change": "went", "since": 2023, "year": 2024, "co2e_kg": kg,
              "is_open": True} for name, kg in (("Tromso", 523.4e3), ("Hammerfest", 100e3))]
    monkeypatch.setattr(type(report.inventory), "boundary", lambda _: pd.DataFrame(lines))
    for exhibit in (report.headline(), report.plain()):
        assert "Changes of the boundary since 2023 without an explanation (2), 623" in text_of(page, exhibit)


def test_accepted_breaches_are_counted_and_listed_with_their_reason(report, page):
    """An accepted breach is in no sentence: its number is, and the table has its reason."""
    reason = "a second meter since March (A. Martin, 2025-02-01)"
    made = of(report, breaches(MONTHS, {"accepted": reason}))
    text = text_of(page, made.headline())

    assert "months with records 9" in text and "Natural gas: amount" not in text
    assert "checked and accepted, with its reason: 1." in text
    assert made.breaches().table["accepted"].tolist() == ["", reason]
    assert reason in made.breaches()._repr_html_()


def test_without_a_past_the_page_states_that_nothing_was_compared(report, page):
    """No earlier year was read: both openings state it, and no page claims that all is as expected."""
    for exhibit in (report.headline(), report.plain()):
        text = text_of(page, exhibit)
        assert "No amount, price or month was compared with earlier years" in text
        assert "out of line" not in text and "To check" not in text


def test_with_a_past_and_nothing_out_of_line_the_page_states_what_was_compared(small, page):
    """An example company has three earlier years and no breach."""
    text = text_of(page, small.headline())
    assert "Comparaison avec les années antérieures (3) : aucun montant" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["breaches", "expectations"])
def test_the_tables_are_on_the_pages_of_those_who_steer(name: str):
    """The breaches also for those who answer for the report; neither for the public."""
    from carbon.reports.exhibits.registry import is_shown

    assert is_shown(name, "performance") and not is_shown(name, "public")
    assert is_shown(name, "governance") == (name == "breaches")


def test_what_nothing_holds_is_said_with_share_tonnes_and_the_largest():
    """Of 40 t, 30 t have no band that would tell a digit: the page names the largest, the public one no account."""
    lines = [("energy", "site · carrier", "lyon · electricity", 10_000.0, 5.0, 3.0, 9.0),
             ("purchases", "account", "604000", 22_000.0, 5.0, float("nan"), float("nan")),
             ("purchases", "account", "611000", 8_000.0, 5.0, float("nan"), float("nan"))]
    found = pd.DataFrame([{"kind": kind, "dimension": dimension, "key": key, "measure": measure, "co2e_kg": kg,
                           "value": value, "low": low, "high": high, "expected": value, "rows": 4, "unit": "x",
                           "basis": "own past"}
                          for kind, dimension, key, kg, value, low, high in lines for measure in ("rows", "level")])
    kinds = pd.DataFrame([{"kind": kind, "dimension": "kind", "key": "", "measure": "rows", "co2e_kg": kg, "rows": 4,
                           "value": 4.0, "unit": "x"} for kind, kg in (("energy", 10_000.0), ("purchases", 30_000.0))])
    table = pd.concat([found, kinds], ignore_index=True).assign(years=0, held_against="", breach="",
                                                                 before_kg=float("nan"))
    inventory = SimpleNamespace(breaches=breaches, boundary=BOUNDARY.empty, expectations=lambda: table, year=2024,
                                params=SimpleNamespace(employees={2024: 10}, categories={}, sites=("lyon", "nice")),
                                activities=pd.DataFrame({"kind": ["energy", "purchases"], "category": [0, 1],
                                                         "activity": ["electricity", "purchase.nace.C26"]}))
    text, public = (str(to_check(inventory, Words("en"), 1, is_public=of)) for of in (False, True))

    assert "75% of the emissions, 30.0 t" in text and "Compare these with their documents" in text
    read = "Energy, lyon · Electricity: 5 x, 0.500 a person; compared with: own past; 10.0 t"
    plain = text.replace("\u00a0", " ")
    before = plain[:plain.index(read)]
    assert before.count("<details") == before.count("</details>")
    assert "No records of electricity at: nice. Other sites have some (10.0 t CO₂e a site)." in plain
    assert "nice" not in public
    assert "lyon" not in public and "documents" not in public
    assert "The largest: Purchases, account 604000 (22.0 t); Purchases, account 611000 (8.0 t)." in text
    assert "The largest: Purchases (30.0 t)." in public and "604000" not in public


def test_a_stream_that_no_measure_has_is_named_without_an_amount():
    """Purchases without an account have no measure of their own: their line has a dash, and the page is made."""
    assert unexpected._amounts({"amounts": []}, 12.0, Words("en")) == ["\N{EN DASH}"]


@pytest.mark.parametrize(("language", "times"), [("en", "1,600 L, +60% (+1.5 t CO₂e)"),
                                                 ("fr", "+60 % (+1,5 t CO₂e)")])
def test_an_amount_that_moved_within_a_wide_band_is_named_to_those_who_steer(language: str, times: str):
    """Litres at 1.6 times the only year before, within a third to three times of it: 1.5 of 4 t are more. It may also
    be kilograms, 0.8 t more. The public page has neither.
    """
    past = {"kind": "energy", "dimension": "site · carrier", "key": "cork · diesel", "unit": "diesel:L", "rows": 12,
            "co2e_kg": 4000.0, "value": 1600.0, "expected": 1000.0, "low": 333.0, "high": 3000.0, "basis": "own past",
            "years": 1, "held_against": "own past", "breach": "", "before_kg": 2500.0}
    table = pd.DataFrame([{**past, "measure": measure} for measure in ("rows", "level")])
    inventory = SimpleNamespace(breaches=breaches, boundary=BOUNDARY.empty, expectations=lambda: table, year=2024,
                                params=SimpleNamespace(employees={}, categories={}))
    text, public = (str(to_check(inventory, Words(language), 1, is_public=of)).replace("\u00a0", " ").replace(
        "\u202f", " ") for of in (False, True))

    assert times in text and "+0.8 t" in text.replace("+0,8 t", "+0.8 t")
    assert "cork" not in public


def test_an_amount_with_an_earlier_year_is_not_said_to_have_none():
    """Account 218400, a third of the earlier amount in a band that ten times as much is still in: both sentences of the
    page are true of it.
    """
    account = {"kind": "purchases", "dimension": "account", "key": "218400", "unit": "EUR", "rows": 4, "years": 1,
               "co2e_kg": 490.0, "value": 2150.0, "expected": 6400.0, "low": 640.0, "high": 32_000.0,
               "basis": "own past", "held_against": "nothing", "breach": "", "before_kg": 1450.0}
    table = pd.DataFrame([{**account, "measure": measure} for measure in ("rows", "level")])
    inventory = SimpleNamespace(breaches=breaches, boundary=BOUNDARY.empty, expectations=lambda: table, year=2024,
                                params=SimpleNamespace(employees={}, categories={}))
    text = str(to_check(inventory, Words("en"), 1)).replace("\u00a0", " ")

    assert "2,150 EUR, \u221266% (\u22121.0 t" in text
    assert "no earlier year, price or second source would show it" in text
    assert "nothing to check against" not in text


def streams(amounts: dict[str, float], **past: float) -> SimpleNamespace:
    """An inventory of accounts with these emissions [kg], each of one row; with a past, three times as much now."""
    line = {"kind": "purchases", "dimension": "account", "unit": "EUR", "rows": 1, "basis": "", "breach": "",
            "held_against": "", "low": float("nan"), "high": float("nan"), "expected": float("nan"), "years": 0,
            "before_kg": float("nan"), "value": 9.0, **past}
    table = pd.DataFrame([{**line, "key": key, "measure": measure, "co2e_kg": kg}
                          for key, kg in amounts.items() for measure in ("rows", "level")])
    activities = pd.DataFrame({"kind": ["purchases"], "category": [1], "activity": ["purchase.nace.C26"]})
    return SimpleNamespace(breaches=breaches, boundary=BOUNDARY.empty, expectations=lambda: table, year=2024,
                           activities=activities, params=SimpleNamespace(employees={}, categories={}, sites=()))


def test_every_amount_of_a_hundredth_is_in_sight_and_a_smaller_one_is_folded():
    """A first year of forty accounts of 2.4 % and one of 0.5 %: forty lines are open, and one is a click away."""
    amounts = {f"6{n:03}": 2_400.0 for n in range(40)} | {"7001": 500.0}
    text = str(unexpected.checks(streams(amounts), Words("en"), 1)[1]).replace("\u00a0", " ")
    sight = re.sub(r"<details.*?</details>", "", text, flags=re.S)
    assert all(f"account {key}: 9 EUR" in sight for key in amounts if key != "7001")
    assert "7001" in text and "7001" not in sight


def test_what_moved_by_a_hundredth_or_is_held_by_nothing_is_named_without_end():
    """Eight accounts of 12.5 %, three times as much as before, in a band that tells no digit: all eight are named among
    those that nothing holds, and among those that moved, as a multiple.
    """
    past = {"basis": "own past", "low": 0.1, "high": 100.0, "expected": 3.0, "years": 2}
    made = streams({f"6{n:03}": 12_500.0 for n in range(8)}, **past)
    text = str(unexpected.checks(made, Words("en"), 1)[1]).replace("\u00a0", " ")
    unheld, moved = text[text.index("For 100%"):text.index("Changed by")], text[text.index("Changed by"):]
    assert all(f"account 6{n:03}" in unheld and f"account 6{n:03}, 9 EUR, 3 times as much as before" in moved
               for n in range(8))


@pytest.mark.parametrize(("times", "text"), [(0.336, "\u221266%"), (1.021, "+2.1%"), (1.6, "+60%"),
                                             (2.031, "2.03 times as much as before"), (0.004, "\u221299.6%")])
def test_a_move_is_a_percentage_and_from_twice_on_a_multiple(times: float, text: str):
    """A third of the earlier amount is -66 %, and never "0.336 times"; of nearly all, what is left shows."""
    line = {"kind": "purchases", "dimension": "account", "key": "6110", "measure": "level", "unit": "EUR", "value": 9.0,
            "times": times, "co2e_kg": 4_000.0, "moved_kg": 4_000.0 * (1 - 1 / times)}
    assert f"9\u00a0EUR, {text} (" in str(unexpected._move(line, Words("en"), 1))


def test_other_readings_of_several_streams_are_named_once():
    """Two meters that may be reactive energy, one line: the words once, each meter with its amount and tonnes."""
    stream = {"kind": "energy", "dimension": "site · carrier", "unit": "electricity:kWh", "rows": 12,
              "co2e_kg": 40_000.0, "value": 9e4, "asked": "kvarh", "moved_kg": 9_000.0, "measure": "level"}
    both = [{**stream, "key": f"{site} · electricity"} for site in ("cork", "deft")]
    line, = unexpected._mistaken(SimpleNamespace(mistaken=lambda _: both), Words("en"), 1)
    assert str(line).count("reactive energy") == 1 and str(line).count("(+9.0 t CO₂e)") == 2
    assert "cork" in str(line) and "deft" in str(line)
