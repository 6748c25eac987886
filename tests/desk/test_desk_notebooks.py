"""The notebooks at the desk: the seven are there, and each figure that is drawn is seen."""

from __future__ import annotations

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

FOLDER = Path(__file__).parents[2] / "notebooks"
DESK = ["1_inventory", "2_trajectory", "3_factors", "4_data_quality", "5_responsible_digital", "6_compare", "7_plan"]


def test_the_seven_notebooks_are_there():
    """Inventory, trajectory, factors, data quality, responsible digital, comparison, plan."""
    assert sorted(p.stem for p in FOLDER.glob("[0-9]_*.ipynb")) == DESK


@pytest.mark.parametrize("name", DESK)
def test_each_figure_is_seen(name):
    """Every cell that draws has its picture stored: not the first of the notebook only."""
    cells = [c for c in nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells if c.cell_type == "code"]
    exhibits = {f"report.{entry.name}()" for entry in EXHIBITS.values() if entry.figure}
    drawing = [c for c in cells if ".plot_" in c.source or c.source in exhibits]
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
