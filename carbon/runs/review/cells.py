"""The cells of a published notebook against those of the template that it names: code of a set is read, never run."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carbon.runs.notebook.papermill_run import TIMES, normalised
from carbon.runs.publish.sets import NOTEBOOK
from carbon.runs.review.meaning import Finding

SHOWN_LINES = 6


def changed_cells(template: Path, parameters: Mapping[str, Any], stored: Mapping[str, Any]) -> list[Finding]:
    """List the cells in which a published notebook differs from its template with its parameters, outputs apart."""
    template_cells, stored_cells = _cells(_parametrised(template, parameters)), _cells(stored)
    findings = []
    for number in range(max(len(template_cells), len(stored_cells))):
        one = stored_cells[number] if number < len(stored_cells) else None
        two = template_cells[number] if number < len(template_cells) else None
        if one != two:
            where = f"{NOTEBOOK} cell {number + 1}"
            findings.append(Finding(where, "", *_lines(one, two), "cell is not the template's"))
    return findings


def _parametrised(template: Path, parameters: Mapping[str, Any]) -> Any:
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    notebook = load_notebook_node(str(template))
    return normalised(parameterize_notebook(notebook, dict(parameters), kernel_name="python3", language="python"))


def _cells(notebook: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return type, source, metadata without times, and attachments of each cell."""
    return [(str(cell.get("cell_type")), "".join(cell.get("source", "")),
             repr(sorted((k, v) for k, v in cell.get("metadata", {}).items() if k not in TIMES)),
             repr(cell.get("attachments", {}))) for cell in notebook["cells"]]


def _lines(stored: tuple[str, ...] | None, template: tuple[str, ...] | None) -> tuple[str, str]:
    """Return the lines of a stored cell that the template lacks, and those that the template has in their place."""
    one, two = ((cell[1].splitlines() if cell else []) for cell in (stored, template))
    if one == two and stored and template:
        return " ".join((stored[0], *stored[2:])), " ".join((template[0], *template[2:]))
    differing_lines = [line for line in difflib.ndiff(two, one) if line[:2] in ("+ ", "- ")]
    sides = ["\n".join([line[2:] for line in differing_lines if line.startswith(sign)][:SHOWN_LINES]) for sign in "+-"]
    return sides[0] or "(no cell)", sides[1] or "(no cell)"
