"""The design page and the style sheet name the same sizes and colours."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GRAMMAR = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
SHEET = (ROOT / "carbon" / "reports" / "templates" / "report.css").read_text(encoding="utf-8")


def test_the_sizes_of_letters_are_those_of_the_design_page():
    """Each size in rem that the style sheet gives letters is named on the page, and each named one is used."""
    named = re.search(r"sizes ([0-9., and]+) rem; [^.]*? from ([0-9.]+) to ([0-9.]+) rem", GRAMMAR)
    assert named is not None
    on_page = {float(size) for size in re.findall(r"[0-9.]+", named[1])} | {float(named[2]), float(named[3])}
    in_sheet = {float(size) for value in re.findall(r"font-size: ([^;}]+)", SHEET)
                for size in re.findall(r"([0-9.]+)rem", value)}
    assert in_sheet == on_page


def test_text_and_page_are_as_wide_as_the_design_page_states():
    """The column, the width of text and the widths from which a rail and two figures side by side are shown."""
    grid = GRAMMAR.partition("## Grid and type")[2].partition("## Palette")[0]
    column, rail, two, measure = (re.search(words, grid)[1] for words in (
        r"column of (\d+) rem", r"left of it from (\d+) rem", r"From (\d+) rem the first two", r"at most (\d+) rem"))
    assert f"--measure: {measure}rem; --page: {column}rem" in SHEET
    assert f"min-width: {rail}rem" in SHEET and f"min-width: {two}rem" in SHEET


def test_the_colours_of_the_design_page_are_in_the_style_sheet():
    """Ink, muted and lines on both grounds."""
    line = next(line for line in GRAMMAR.splitlines() if line.startswith("| ink, muted, lines"))
    light, dark = (re.findall(r"#[0-9a-f]{6}", cell) for cell in line.split("|")[2:4])
    for colours, block in zip((light, dark), re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2], strict=True):
        assert len(colours) == 3 and [c for c in colours if c not in block] == []
