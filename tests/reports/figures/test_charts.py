"""The charts of the exhibits: every text is inside and free at both widths, and bars are as long as their numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from drawn import faults, marks, texts

from carbon.reports.exhibits.registry import EXHIBITS
from carbon.reports.figures import charts
from carbon.reports.figures.bars import Bar, bars
from carbon.reports.figures.drawing import NARROW, WIDE
from carbon.reports.figures.theme import LIGHT
from carbon.reports.words.language import Words

CHARTS = [name for name, entry in EXHIBITS.items() if entry.chart is not None]
LONG = "growth with the number of employees and other very long words"
NAMES = ["a$b$c", "中文", "شركة المثال", "W" * 400, "x\ny", "Société de services et associés du très long nom", "b"]


def suppliers(names: list[str], tonnes: object) -> pd.DataFrame:
    return pd.DataFrame({"supplier": names, "co2e_t": np.asarray(tonnes, dtype=float)})


def by_year(years: range) -> pd.DataFrame:
    rows = [(y, s, 10_000.0 * (y % 7 + 1), "reported" if y < 2000 else "computed") for y in years for s in "123"]
    return pd.DataFrame(rows, columns=["year", "scope", "co2e_t", "status"])


def waterfall(step: str) -> pd.DataFrame:
    rows = [(f"2023 {step}", 7521.0, np.nan), (step, 7530.6, 9.6), (f"{step} {step}", 7506.0, -24.6),
            (f"2024 {step}", 7506.0, np.nan)]
    return pd.DataFrame(rows, columns=["step", "co2e_t", "change_t"])


CASES = {
    "names of any kind": (charts.suppliers_chart, suppliers(NAMES, [1e6, -3.5e5, 6e5, 5e5, 4e5, 3e5, 0])),
    "forty names": (charts.suppliers_chart, suppliers([f"{LONG} {i}" for i in range(40)], range(40, 0, -1))),
    "one name": (charts.suppliers_chart, suppliers(["a"], [1234567.8])),
    "only below zero": (charts.suppliers_chart, suppliers(["a", "b"], [-30000.0, -4.0])),
    "long steps": (charts.bridge_chart, waterfall(LONG)),
    "forty years": (charts.by_year_chart, by_year(range(1980, 2021))),
    "one year": (charts.by_year_chart, by_year(range(2020, 2021))),
}


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("case", CASES)
def test_no_text_is_cut_off_or_lies_on_another(case: str, width: float):
    """Long and short names, one and forty of them, large numbers: every text is in the drawing and free."""
    chart, table = CASES[case]
    for language in ("en", "fr"):
        assert faults(chart(table, width, words=Words(language))) == []


@pytest.mark.parametrize("name", CHARTS)
def test_no_text_of_a_report_is_cut_off(report, name: str):
    """Each chart of the invented company, wide and on a phone; the two differ."""
    draw = report.exhibit(name).draw
    if draw is None:
        # Its last year has no records, and it has no plan and no digital records: drawn in tests of their own.
        assert name in {"bridge", "wedges", "calendar", "fleet_ages", "thresholds"}
        return
    drawn = [draw(width) for width in (WIDE, NARROW)]
    assert [faults(svg) for svg in drawn] == [[], []] and drawn[0] != drawn[1]
    assert len(texts(drawn[0])) > 1


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_as_long_as_their_numbers(width: float):
    """Twice the tonnes are twice as long; a bar below zero ends where the others begin."""
    svg = bars([Bar("a", ((10.0, LIGHT.actual),), "10 t"), Bar("b", ((20.0, LIGHT.actual),), "20 t"),
                Bar("c", ((-5.0, LIGHT.pathway),), "-5 t")], width)
    first, second, below = marks(svg)
    long = [float(m["width"]) for m in (first, second, below)]
    assert long[1] == pytest.approx(2 * long[0], abs=0.2) and long[2] == pytest.approx(long[0] / 2, abs=0.2)
    assert float(below["x"]) + long[2] == pytest.approx(float(first["x"]), abs=0.2)


def test_a_waterfall_ends_where_the_year_ends():
    """Each step begins where the one before it ended."""
    table = pd.DataFrame({"step": ["2023", "more", "less", "2024"], "change_t": [math.nan, 10.0, -30.0, math.nan],
                          "co2e_t": [100.0, 110.0, 80.0, 80.0]})
    keys = 2
    boxes = [(float(m["x"]), float(m["x"]) + float(m["width"]))
             for m in marks(charts.bridge_chart(table, WIDE, words=Words("en")))[keys:]]
    then, more, less, now = boxes
    assert more[0] == pytest.approx(then[1], abs=0.2) and more[1] == pytest.approx(less[1], abs=0.2)
    assert less[0] == pytest.approx(now[1], abs=0.2)


def test_years_reported_earlier_are_pale_and_named():
    """A stack known only from an earlier report has its colour thinned, and the keys name what that means."""
    svg = charts.by_year_chart(by_year(range(1999, 2001)), WIDE, words=Words("en"))
    pale = [m for m in marks(svg) if m.get("fill-opacity")]
    assert len(pale) == 3 and "reported earlier" in [text for text, _ in texts(svg)]
