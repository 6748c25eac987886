"""Drawings of a page: what is measured, divided and outlined before it is placed."""

from __future__ import annotations

import itertools

import pytest
from drawn import faults, texts

from carbon.reports.figures.drawing import (
    CONTRAST,
    LINE,
    NARROW,
    SIZE,
    Drawing,
    contrast,
    edge_of,
    text_width,
    ticks,
    wrapped,
)
from carbon.reports.figures.theme import LIGHT, MUTED


def test_black_on_white_has_the_contrast_of_the_standard():
    """21:1 by WCAG 2.2, and a colour with itself 1:1; #767676 is the grey of 4.54:1 that its notes name."""
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.01)


def test_every_mark_can_be_told_from_the_ground():
    """Each colour with a meaning has 3:1 itself, or an edge that has."""
    colours = {*LIGHT.ordered, LIGHT.pathway, LIGHT.pale}
    assert [c for c in colours if contrast(c) < CONTRAST and contrast(edge_of(c)) < CONTRAST] == []
    assert edge_of(LIGHT.ordered[0]) == LIGHT.ground and edge_of(LIGHT.ground) == MUTED


def test_a_text_is_divided_between_its_words_and_stays_whole():
    """Each line fits and no letter is lost; a word wider than the room goes on in the next line."""
    assert " ".join(wrapped("one two three four", 60)) == "one two three four"
    assert all(text_width(line) <= 60 for line in wrapped("one two three four", 60))
    assert "".join(wrapped("W" * 50, 60)) == "W" * 50 and len(wrapped("W" * 50, 60)) == 13
    assert wrapped("upstream (7.06 t).", 80) == ["upstream", "(7.06\u00a0t)."]
    assert wrapped("WW", 0) == ["W", "W"] and wrapped("", 9) == [""]


@pytest.mark.parametrize(("low", "high"), [(0, 7.3), (0, 9_999), (-40, 12), (0, 0.0003), (0, 0)])
def test_a_scale_holds_its_values_in_even_round_steps(low: float, high: float):
    """From at most the least to at least the largest value, with few steps of one size."""
    marks = ticks(low, high)
    assert marks[0] <= low and marks[-1] >= high and 2 <= len(marks) <= 8
    steps = {round(b - a, 12) for a, b in itertools.pairwise(marks)}
    assert len(steps) == 1


def test_keys_take_as_many_lines_as_they_need():
    """Ten names on a phone are below each other, none on another; what follows begins under them."""
    drawing = Drawing(NARROW)
    y = drawing.keys([(LIGHT.ordered[0], f"name of the part number {i}") for i in range(10)])
    assert faults(drawing.svg()) == [] and y > 5 * SIZE * LINE


def test_a_text_of_the_data_is_escaped():
    """A name is a string of the drawing, never markup."""
    drawing = Drawing(NARROW)
    drawing.text(0, 20, "<script>&")
    assert texts(drawing.svg())[0][0] == "<script>&" and "<script" not in drawing.svg()
