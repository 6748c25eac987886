"""The line of a target: what marks a year is named, years are joined where they follow each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import faults, texts

from carbon.reports.figures.drawing import NARROW, WIDE
from carbon.reports.figures.years import draw_budget, draw_targets, draw_years
from carbon.reports.words.language import Words

LONG = "growth with the number of employees and other very long words"


def table(*targets: str, gaps: tuple[int, ...] = (), reason: str = "") -> pd.DataFrame:
    years = np.arange(2015, 2031)
    known, fitted = (years <= 2024) & ~np.isin(years, gaps), years > 2024
    tonnes = 20_000.0 - 500.0 * (years - 2015)
    marks = ["exceptional_year; contract_begins" if y == 2020 else "explained_break" if y == 2022 else
             "target_year" if y == 2030 else "" for y in years]
    lines = pd.DataFrame({"year": years, "co2e_t": np.where(known, tonnes, np.nan), "pathway_t": 0.98 * tonnes,
                          "status": np.where(years < 2022, "reported", "computed"), "mark": marks,
                          "reason": np.where(years == 2022, reason, ""),
                          "gap_t": np.where(known, 0.02 * tonnes, np.nan),
                          "median_t": np.where(fitted, tonnes, np.nan)})
    for level, share in ((95, 0.3), (80, 0.2), (50, 0.1)):
        lines[f"low_{level}_t"], lines[f"high_{level}_t"] = (np.where(fitted, tonnes * (1 + s), np.nan)
                                                             for s in (-share, share))
    return pd.concat([lines.assign(target=target) for target in targets], ignore_index=True)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_text_lies_on_another(language: str, width: float):
    """One target and three with long names and reasons, and a budget, at both widths."""
    words = Words(language)
    budget = table("a").rename(columns={"median_t": "line_t"})[["year", "co2e_t", "pathway_t", "line_t"]]
    for svg in (draw_years(table("a", reason=LONG * 3), width, words=words),
                draw_targets(table(LONG, "Scope 3, catégories 1 à 8", "c"), width, words=words),
                draw_budget(budget, width, words=words)):
        assert faults(svg) == []


def test_what_marks_a_year_is_named_once_with_its_year():
    """An exceptional year, a contract and a break with its reason, and an event of the boundary, each by its year."""
    svg = draw_years(table("a", reason="exchange rates"), WIDE, words=Words("en"), named_years=[
        (2018, "divestment of a site"), (2020, "offices closed"), (1999, "before the line")])
    shown = " ".join(text for text, _ in texts(svg))
    assert "2018: divestment of a site" in shown and "exchange rates" in shown and "before the line" not in shown
    assert "2020: exceptional year, a contract begins (offices closed)" in shown
    assert [n for n, _ in texts(svg) if n in "123"] == ["1", "2", "3"] * 2  # in the key, and at their years


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_are_named_below_the_years(width: float):
    """Lines (in a narrow drawing), circles and numbers are named below the years: the drawing comes first."""
    svg = draw_years(table("a", reason="exchange rates"), width, words=Words("en"))
    height = {text: box[1] for text, box in texts(svg)}
    named = [y for text, y in height.items() if text.startswith(("open circles", "2020:", "2022:")) or (
        width == NARROW and text.startswith(("emitted", "what the target", "trend")))]
    assert len(named) == (6 if width == NARROW else 3) and min(named) > height["2024"]


def test_circles_are_named_where_both_are_drawn():
    """A first year, all calculated, has no open circle and no key of circles."""
    svg = draw_years(table("a").query("year >= 2022"), WIDE, words=Words("en"))
    assert "open circles" not in svg and "open circles" in draw_years(table("a"), WIDE, words=Words("en"))


def test_a_year_without_a_figure_is_not_joined():
    """Nine segments join ten years; with one unknown there are seven, and no line runs across."""
    def segments(svg: str) -> int:
        return svg.count('stroke-width="2.2"')

    assert segments(draw_years(table("a"), WIDE, words=Words("en"))) == 9
    assert segments(draw_years(table("a", gaps=(2018,)), WIDE, words=Words("en"))) == 7


def test_reported_years_are_open_and_computed_ones_full():
    """Seven open circles and three full ones, and one of each in the key."""
    svg = draw_years(table("a"), WIDE, words=Words("en"))
    assert svg.count('fill="white" stroke="#16324f"') == 8
    assert svg.count('fill="#16324f" stroke="#16324f"') == 4


def test_the_target_of_the_first_screen_is_not_drawn_again():
    """With others beside it; alone it is drawn."""
    two, one = (texts(draw_targets(table(*names), WIDE, words=Words("en"), first_target="first"))
                for names in (("first", "b"), ("first",)))
    assert "first" not in dict(two) and "first" in dict(one)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_legend_names_what_is_drawn(width: float):
    """Of three years there is a level without a fan: nothing is shaded, and the legend names no shade."""
    few = table("a").assign(**{f"{end}_{level}_t": np.nan for end in ("low", "high") for level in (95, 80, 50)})
    shown = " ".join(text for text, _ in texts(draw_years(few, width, words=Words("en"))))
    assert "trend" in shown and "shaded" not in shown
    assert "shaded" in " ".join(text for text, _ in texts(draw_years(table("a"), width, words=Words("en"))))


def test_one_year_alone_is_next_to_its_name():
    """A first inventory has one dot, at the right end by its figure, and no year after it."""
    first = table("a").query("year == 2024").assign(pathway_t=np.nan)
    svg = draw_years(first, WIDE, words=Words("en"))
    assert "2025" not in [text for text, _ in texts(svg)] and faults(svg) == []


def test_of_many_targets_the_first_are_drawn_and_the_others_counted():
    """Five and one that the page opens with: two drawings, and a line for the three others; of three, none is left."""
    shown = dict(texts(draw_targets(table(*"abcdef"), WIDE, words=Words("en"), first_target="a")))
    assert [name for name in "abcdef" if name in shown] == ["b", "c"]
    assert "Other targets, in the data of this chart: 3" in shown
    assert not any("Other targets" in text for text, _ in texts(draw_targets(table(*"abc"), WIDE, words=Words("en"),
                                                                            first_target="a")))


def test_a_year_without_a_figure_is_not_on_the_axis_of_a_single_year():
    """A company's first year alone: its year, and not the one before it, which has no records."""
    alone = table("a")[lambda lines: lines["year"] == 2024].assign(pathway_t=np.nan)
    for width in (WIDE, NARROW):
        written = " ".join(text for text, _ in texts(draw_years(alone, width, words=Words("en"))))
        assert "2024" in written and "2023" not in written


def test_a_level_is_not_called_a_trend():
    """What few years leave is one figure for every year to come: the drawing names it as their own note does."""
    flat = table("a").assign(median_t=lambda lines: np.where(lines["median_t"].notna(), 500.0, np.nan))
    of = {name: " ".join(text for text, _ in texts(draw_years(lines, NARROW, words=Words("en")))) for name, lines in (
        ("level", flat), ("last", flat.drop(columns=["low_80_t", "high_80_t"])), ("trend", table("a")))}
    assert "level kept (shaded: 80%)" in of["level"] and "last level kept" in of["last"]
    assert "trend" not in of["level"] + of["last"] and "trend (shaded: 80%)" in of["trend"]
