"""What a run must show before it is published: every cell ran, every figure is there."""

from __future__ import annotations

import nbformat
import pytest

from carbon.core.errors import RunError
from carbon.runs.company_year.checks import check_cells, check_no_paths, count_figures


def executed(*outputs: list[nbformat.NotebookNode], source: str = "x") -> nbformat.NotebookNode:
    """A notebook as a run leaves it, with these outputs a cell."""
    cells = [nbformat.v4.new_code_cell(source, execution_count=n, outputs=o,
                                       metadata={"papermill": {"status": "completed"}})
             for n, o in enumerate(outputs, start=1)]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_cell_left_out_is_a_failure():
    """A cell that did not run, or ran out of order, is no part of a whole report."""
    check_cells(executed([], [], []))
    skipped = executed([], [], [])
    skipped.cells[1].execution_count = None
    with pytest.raises(RunError, match="cell 2 of 3 did not run"):
        check_cells(skipped)
    pending = executed([], [])
    pending.cells[1].metadata.papermill.status = "pending"
    with pytest.raises(RunError, match="cell 2 of 2 did not run"):
        check_cells(pending)
    twice = executed([], [])
    twice.cells[1].execution_count = 3
    with pytest.raises(RunError, match="cell 2 ran as number 3"):
        check_cells(twice)


def test_a_figure_that_vanishes_is_a_failure():
    """A cell that plots and shows nothing is found: the table below it would stand without its figure."""
    shown = nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    assert count_figures(executed([shown], source="ax = cb.figures.plot_bars(inv)")) == 1
    drawn = nbformat.v4.new_output("display_data", data={"image/svg+xml": "<svg/>"})
    assert count_figures(executed([drawn], source="report.scopes()")) == 1
    with pytest.raises(RunError, match="plots but shows no figure"):
        count_figures(executed([], source="ax = cb.figures.plot_bars(inv)"))


def test_a_path_of_this_machine_is_found_in_any_output():
    """The folder of the project anywhere in the bytes of an output; an empty path or "/" is none."""
    check_no_paths(b"<p>a/b</p>", ["/srv/project", "/", ""], name="page.html")
    with pytest.raises(RunError, match=r"page\.html holds a path of this machine: /srv/project"):
        check_no_paths("été /srv/project/data".encode(), ["/srv/project"], name="page.html")
