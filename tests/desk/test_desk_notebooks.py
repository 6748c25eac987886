"""The notebooks at the desk: all are there, as articles, and each figure that is drawn is seen."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import nbformat
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from carbon.reports.exhibits.registry import EXHIBITS
from carbon.reports.figures import theme
from carbon.reports.figures.catalogue import plot_bars
from carbon.trajectory.fitting.fitted import Trajectory

FOLDER = Path(__file__).parents[2] / "notebooks"
DESK = ["1_inventory", "2_trajectory", "3_factors", "4_data_quality", "5_responsible_digital", "6_compare", "7_plan",
        "8_analysts_day", "9_portfolio"]
FRENCH = ["1_inventory", "2_trajectory", "5_responsible_digital"]
"""Notebooks that have a French twin, NAME_fr, with the same code and outputs."""


def _cells(name: str, kind: str) -> list:
    return [c for c in nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells if c.cell_type == kind]


def test_the_notebooks_are_there():
    """Inventory, trajectory, factors, data quality, responsible digital, comparison, plan, a day, a portfolio; three in
    French.
    """
    assert sorted(p.stem for p in FOLDER.glob("[0-9]_*.ipynb")) == sorted([*DESK, *(f"{name}_fr" for name in FRENCH)])


@pytest.mark.parametrize("name", FRENCH)
def test_a_french_twin_has_the_same_code(name):
    """But for the language and the titles of its figures; its words are French in every cell, and what its cells show
    is what those of the notebook that `make notebooks` compares show.
    """
    english, french = ([re.sub(r', (words|title)="[^"]*"|^language = .*$', "", c.source,
                               flags=re.MULTILINE) for c in _cells(each, "code")] for each in (name, f"{name}_fr"))
    assert english == french
    shown = [[o.get("data", {}).get("text/plain", o.get("text")) for c in _cells(each, "code")
              if "plot_" not in c.source for o in c.outputs] for each in (name, f"{name}_fr")]
    if any("language=language" in source for source in english):  # other words and marks, the same figures
        assert shown[0] != shown[1]
        shown = [[sorted(re.findall(r"\d", text)) for text in of] for of in shown]
    assert shown[0] == shown[1] and shown[0]
    pairs = list(zip(_cells(name, "markdown"), _cells(f"{name}_fr", "markdown"), strict=True))
    assert pairs and not [a.source for a, b in pairs if a.source == b.source]


@pytest.mark.parametrize("name", DESK)
def test_a_notebook_asks_a_fit_for_what_it_has(name):
    """A method that went away would stop the notebook of whoever opens it, days after the change."""
    asked = {word for c in _cells(name, "code") for word in re.findall(r"\bfit\.([a-z_]+)", c.source)}
    assert asked <= {*dir(Trajectory), *Trajectory.__dataclass_fields__}


@pytest.mark.parametrize("name", DESK)
def test_a_notebook_reads_as_an_article(name):
    """No arithmetic of units, no missing number shown; a day's ten questions in at most 25 cells."""
    code = _cells(name, "code")
    assert [c.source for c in code if re.search(r"/ ?1_?000\b", c.source)] == []
    html = [(c.source, str(o.get("data", {}).get("text/html"))) for c in code for o in c.outputs]
    assert [source for source, text in html if re.search(r"\bNaN\b", text)] == []
    assert name != "8_analysts_day" or len(code) + len(_cells(name, "markdown")) <= 25


@pytest.mark.parametrize("name", [*DESK, *(f"{name}_fr" for name in FRENCH)])
def test_each_figure_is_seen(name):
    """Every cell that draws has its picture stored: not the first of the notebook only."""
    cells = _cells(name, "code")
    exhibits = {f"report.{entry.name}()" for entry in EXHIBITS.values() if entry.figure}
    drawing = [c for c in cells if ".plot" in c.source or c.source in exhibits]
    assert drawing
    unseen = [c.source for c in drawing if not any(
        {"image/png", "image/svg+xml"} & o.get("data", {}).keys() for o in c.outputs)]
    assert unseen == []


def test_what_a_backend_switches_on_while_drawing_stays_on(monkeypatch):
    """Jupyter's backend makes matplotlib interactive during the first figure: drawing must not take that back, and a
    report's style must take back its own settings.
    """
    was, size = mpl.is_interactive(), mpl.rcParams["font.size"]

    def figure_of_a_backend(**look):
        mpl.interactive(True)
        figure = Figure(**look)
        return figure, figure.subplots()

    try:
        mpl.interactive(False)
        monkeypatch.setattr(plt, "subplots", figure_of_a_backend)
        plot_bars(pd.DataFrame({"co2e_t": [1.0, 1.0]}, index=pd.Index(["a", "total"], name="supplier")))
        assert mpl.is_interactive()
        with theme.style():
            assert mpl.rcParams["font.size"] == 10
            mpl.rcParams["font.size"] = size + 3
        assert mpl.rcParams["font.size"] == size
    finally:
        mpl.interactive(was)
