"""The plan on a page: areas are the table's cuts, and every text is inside and free at both widths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import faults
from drawn import texts as placed

from carbon.reports.exhibits.plan import wedges_by_target
from carbon.reports.figures.drawing import NARROW, WIDE
from carbon.reports.figures.plan_charts import calendar_chart, draw_calendar, most_cut_target, wedges_chart
from carbon.reports.words.language import Words

LONG = "growth with the number of employees and other very long words"


def texts(svg: str) -> list[str]:
    return [text.replace("\u00a0", " ") for text, _ in placed(svg)]


def wide(actions: int, years: range = range(2026, 2031), name: str = "Action") -> dict[str, pd.DataFrame]:
    """One target whose actions cut 1, 2, 3 ... t each year, the last the most."""
    cuts = {f"{name} {n}": [float(n)] * len(years) for n in range(1, actions + 1)}
    table = pd.DataFrame({"year": list(years), "baseline_t": 1000.0} | cuts)
    table["plan_t"] = table["baseline_t"] - table[list(cuts)].sum(axis=1) if cuts else table["baseline_t"]
    return {"all": table.assign(limit_t=np.nan, gap_t=0.0)}


def calendar(actions: int, years: range, name: str = "Action") -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = [(f"a{n}", f"{name} {n}", year, (year - years[0] + 1) / len(years), 1e6 * (year == years[0]), 12.0 * n)
             for n in range(actions) for year in years]
    money = pd.DataFrame({"year": list(years), "capex": [1e6 * actions * (year == years[0]) for year in years],
                          "cap": [1e6 * actions if year % 2 else np.nan for year in years]})
    return pd.DataFrame(lines, columns=["lever", "label", "year", "effect", "capex", "units"]), money


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_text_of_a_plan_is_cut_off_or_lies_on_another(made, width: float, language: str):
    """The plan of an example company; one action and twenty of long names; one year and thirty; no action at all."""
    words = Words(language)
    drawn = [wedges_chart(pd.DataFrame(), width, words=words, names={}, wide=wedges_by_target(made, language),
                          company_plan=made),
             calendar_chart(pd.DataFrame(), width, words=words, company_plan=made)]
    for actions, years, name in ((20, range(2026, 2031), LONG), (1, range(2026, 2027), "a"),
                                 (0, range(2026, 2056), "a"), (3, range(2026, 2056), "W" * 90)):
        drawn.append(wedges_chart(pd.DataFrame(), width, words=words, names={"all": name}, wide=wide(
            actions, years, name)))
        drawn.append(draw_calendar(*calendar(actions, years, name), width, words, "EUR"))
    assert [faults(svg) for svg in drawn] == [[]] * len(drawn)


def test_the_five_largest_cuts_have_an_area_and_the_others_are_one():
    """Of seven actions the two smallest are summed: 1 + 2 t; what is named adds up to baseline less plan."""
    shown = texts(wedges_chart(pd.DataFrame(), NARROW, words=Words("en"), names={"all": "All scopes"}, wide=wide(7)))
    named = {text.rpartition(", 2030: ")[0]: text.rpartition(", 2030: ")[2] for text in shown if ", 2030: " in text}
    assert named["others (2)"] == "\u22123 t" and named["Action 7"] == "\u22127 t"
    assert "Action 2" not in named and "All scopes" in shown
    cuts = sum(float(text[1:-2]) for text in named.values() if text.startswith("\u2212"))
    assert cuts == 1000 - float(named["plan"][:-2])


def test_the_target_that_is_drawn_is_the_one_that_the_plan_cuts_most():
    """Not the first of the params."""
    small, large = wide(1)["all"], wide(7)["all"]
    assert most_cut_target({"small": small, "large": large}) == "large"


def test_an_action_that_adds_is_named_with_its_sign():
    """More trains add to scope 3: that is no cut."""
    tables = wide(2)
    tables["all"]["Action 1"] *= -1
    shown = texts(wedges_chart(pd.DataFrame(), NARROW, words=Words("en"), names={}, wide=tables))
    assert "Action 1, 2030: +1 t" in shown


def test_a_calendar_shows_the_money_of_each_year(made):
    """The numbers over the bars are those of the table, those of zero are not drawn; a year without a cap has none."""
    lines, money = calendar(2, range(2026, 2030))
    shown = texts(draw_calendar(lines, money, WIDE, Words("en"), "EUR"))
    assert shown.count("2,000,000") == 1 and "0" not in shown and "cap" in shown
    assert any("number: units in place" in text for text in shown) and "12" in shown
    alone = texts(draw_calendar(lines.assign(units=1.0), money, WIDE, Words("en"), "EUR"))
    assert not any("units" in text for text in alone)
    assert "cap" not in texts(draw_calendar(lines, money.assign(cap=np.nan), WIDE, Words("en"), "EUR"))
