"""Checks of a run before it is published: each function raises RunError with the reason."""

from __future__ import annotations

import re
from typing import Any

from carbon.core.errors import RunError

PLOT_CALL = re.compile(r"\bplot_\w+\s*\(")
PICTURES = {"image/png", "image/svg+xml"}
SHOWN = 300


def check_cells(notebook: Any) -> None:
    """Check that every code cell ran to its end, in order, and that none wrote to stderr or ended the process."""
    ran = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for position, cell in enumerate(ran, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise RunError(f"cell {position}: {output.ename}: {output.evalue}"[:SHOWN])
            if output.output_type == "stream" and output.name == "stderr":
                raise RunError(f"cell {position} wrote to stderr: {output.text.strip()[:SHOWN]}",
                               hint="correct the cause of the message: a report with a warning is not published")
        status = cell.metadata.get("papermill", {}).get("status")
        if status != "completed" or cell.execution_count is None:
            raise RunError(f"cell {position} of {len(ran)} did not run: {_first_line(cell)}")
        if cell.execution_count != position:
            raise RunError(f"cell {position} ran as number {cell.execution_count}: {_first_line(cell)}")


def _first_line(cell: Any) -> str:
    return str(cell.source).strip().splitlines()[0][:80]


def count_figures(notebook: Any) -> int:
    """Count the figures of a notebook and check that every cell that plots shows one."""
    total = 0
    for position, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        figures_in_cell = sum(not PICTURES.isdisjoint(output.get("data", {})) for output in cell.outputs)
        called = len(PLOT_CALL.findall(cell.source))
        if called > 0 and figures_in_cell == 0:
            raise RunError(f"cell {position + 1} plots but shows no figure: {_first_line(cell)}")
        total += figures_in_cell
    return total


def check_no_paths(data: bytes, paths: list[str], *, name: str) -> None:
    """Check that an output contains no path of this machine: it would differ elsewhere and disclose the path."""
    for path in paths:
        if len(path) > 1 and path.encode() in data:
            raise RunError(f"{name} holds a path of this machine: {path}")
