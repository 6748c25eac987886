"""Devices and the travel rule on a page."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from drawn import faults, marks
from drawn import texts as placed

from carbon.reports.figures.digital_charts import ages_chart, in_order, thresholds_chart
from carbon.reports.figures.drawing import NARROW, WIDE
from carbon.reports.figures.theme import LIGHT
from carbon.reports.words.language import Words

CURVE = pd.DataFrame({"hours": [4.0, 2.0, 6.0], "trips_to_train": 1, "avoided_co2e_kg": [2000.0, 500.0, 3000.0],
                      "extra_nights": 0, "net_avoided_co2e_kg": [1500.0, -100.0, 3000.0], "trips_to_check": 0,
                      "trips_not_covered": 0})


def texts(svg: str) -> list[str]:
    return [text.replace("\u00a0", " ") for text, _ in placed(svg)]


def rule(hours: float, **columns: object) -> SimpleNamespace:
    return SimpleNamespace(result=SimpleNamespace(hours=hours, curve=CURVE.assign(**columns)))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_text_is_cut_off_or_lies_on_another(fleet, width: float, language: str):
    """At both widths, in both languages."""
    words, empty = Words(language), pd.DataFrame()
    drawn = [ages_chart(empty, width, words=words, attempt=SimpleNamespace(result=fleet)),
             thresholds_chart(empty, width, words=words, attempt=rule(4.0))]
    assert [faults(svg) for svg in drawn] == [[], []]


def test_ages_show_every_device_in_stock(fleet):
    """The numbers at the bars, that of devices without a date among them, sum to the exact count."""
    shown = texts(ages_chart(pd.DataFrame(), WIDE, words=Words("en"), attempt=SimpleNamespace(result=fleet)))
    numbers = [int(text.replace(",", "")) for text in shown if text.replace(",", "").isdigit()]
    assert sum(numbers) == fleet.figure("devices in stock") > 0
    assert in_order(["zebra", "printer", "laptop", "apple"]) == ["laptop", "printer", "apple", "zebra"]


def test_thresholds_stand_in_order_and_the_rule_of_today_has_its_own_colour():
    """What hotel nights add again is on top; below zero where nights emit more than trains save; no key without any."""
    svg = thresholds_chart(pd.DataFrame(), WIDE, words=Words("en"), attempt=rule(4.0))
    stacks = [mark for mark in marks(svg) if mark["width"] != "11.0"]  # but for the squares of the keys
    fills = [mark["fill"] for mark in stacks if mark["fill"] in {LIGHT.actual, LIGHT.fan}]
    assert fills == [LIGHT.fan, LIGHT.actual, LIGHT.fan]
    hours = [text for text in texts(svg) if text.endswith(" h") and len(text) < 6]
    assert hours == ["2 h", "4 h", "6 h"] and "added again by hotel nights" in texts(svg)
    same = rule(6.0, net_avoided_co2e_kg=CURVE["avoided_co2e_kg"])
    shown = texts(thresholds_chart(pd.DataFrame(), WIDE, words=Words("en"), attempt=same))
    assert "added again by hotel nights" not in shown and "the rule today: 6 h" in shown
    between = texts(thresholds_chart(pd.DataFrame(), WIDE, words=Words("en"), attempt=rule(5.0)))
    assert not any("the rule today" in text for text in between)  # no bar has its colour
