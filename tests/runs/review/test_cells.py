"""A published notebook has the cells of its template with its parameters, and no other: code of a set never runs."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest

from carbon.runs.notebook.papermill_run import normalised
from carbon.runs.publish.identity import indented
from carbon.runs.review.cells import changed_cells

PARAMETERS = {"company": "alpha", "year": 2024}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A template, and the notebook that papermill makes of it."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    path = tmp_path_factory.mktemp("cells") / "annual_report.ipynb"
    cells = [nbformat.v4.new_code_cell(s) for s in ("import carbon as cb", "cb.inventory(company, year)")]
    declared = nbformat.v4.new_code_cell('company = ""\nyear = 0', metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[declared, *cells]), path)
    made = parameterize_notebook(load_notebook_node(str(path)), PARAMETERS, kernel_name="python3", language="python")
    return path, json.loads(indented(normalised(made)))


def spoiled(stored, number: int, **fields):
    changed = copy.deepcopy(stored)
    changed["cells"][number].update(fields)
    return changed


def test_the_cells_of_the_template_are_no_difference(pair):
    """Parameters in a cell of their own, ids and times aside, outputs not looked at."""
    template, stored = pair
    assert len(stored["cells"]) == 4 and changed_cells(template, PARAMETERS, stored) == []
    assert changed_cells(template, PARAMETERS, spoiled(stored, 3, outputs=[{"output_type": "error"}])) == []


def test_every_kind_of_other_cell_is_shown(pair):
    """Four more lines, a cell more, a cell less, other parameters, another type, a tag: each with both sides."""
    template, stored = pair
    lines = "import carbon as cb\nimport carbon.factors\ncarbon.factors.half = True"
    [found] = changed_cells(template, PARAMETERS, spoiled(stored, 2, source=lines))
    assert found.where == "annual_report.ipynb cell 3" and found.now == "(no cell)"
    assert found.stored == "import carbon.factors\ncarbon.factors.half = True"

    more = copy.deepcopy(stored)
    more["cells"].append({"cell_type": "code", "source": "1", "metadata": {}})
    [found] = changed_cells(template, PARAMETERS, more)
    assert (found.where, found.stored, found.now) == ("annual_report.ipynb cell 5", "1", "(no cell)")
    less = copy.deepcopy(stored)
    del less["cells"][3]
    [found] = changed_cells(template, PARAMETERS, less)
    assert (found.stored, found.now) == ("(no cell)", "cb.inventory(company, year)")
    [found] = changed_cells(template, {**PARAMETERS, "year": 2023}, stored)
    assert (found.stored, found.now) == ("year = 2024", "year = 2023")
    [found] = changed_cells(template, PARAMETERS, spoiled(stored, 2, cell_type="raw"))
    assert found.stored.startswith("raw") and found.now.startswith("code")
    [found] = changed_cells(template, PARAMETERS, spoiled(stored, 2, metadata={"tags": ["nbval-skip"]}))
    assert "nbval-skip" in found.stored
