"""The notebooks of the project: words, one call a cell, outputs stored, nothing of the machine that made them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
MACHINE = re.compile(r" at 0x[0-9a-f]{6,}|/(?:home|root|work|tmp|Users)/|\b\d\d:\d\d:\d\d\b|[A-Z]:\\\\")


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts_of(cell) -> str:
    outputs = [output.get("text", "") for output in cell.outputs]
    for output in cell.outputs:
        outputs += ["".join(v) for kind, v in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join("".join(text) for text in outputs)


def test_there_are_notebooks():
    """The parameterised one and the two for the analyst."""
    assert {"annual_report", "1_inventory", "2_trajectory"} <= {p.stem for p in NOTEBOOKS}


def test_outputs_are_stored_in_order(notebook):
    """Without stored outputs a comparison passes and compares nothing."""
    cells = code_of(notebook)

    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert sum(bool(cell.outputs) for cell in cells) > len(cells) / 2


def test_nothing_failed_or_warned(notebook):
    """No error and no message on stderr is stored."""
    outputs = [output for cell in code_of(notebook) for output in cell.outputs]

    assert [o.ename for o in outputs if o.output_type == "error"] == []
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []


def test_one_statement_a_cell_and_no_definition(notebook):
    """Words, and one call a cell: before it come imports or what it is made of; a cell of parameters has one a line."""
    for cell in code_of(notebook):
        tree = ast.parse(cell.source)
        assert not any(isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For)) for n in ast.walk(tree))
        assert all(isinstance(n, (ast.Import, ast.ImportFrom, ast.Assign)) for n in tree.body[:-1])
        assert len(tree.body) <= 3 or "parameters" in cell.metadata.get("tags", [])
        assert not cell.source.rstrip().endswith(";")


def test_nothing_of_the_machine_is_stored(notebook):
    """No address, absolute path or clock time: the outputs are the same on any machine."""
    assert [found for cell in code_of(notebook) for found in MACHINE.findall(texts_of(cell))] == []
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_a_table_stands_beside_each_figure(notebook):
    """Pictures are not compared; a table in the same cell, or in one of the two before or after it, is."""
    cells = code_of(notebook)
    for position, cell in enumerate(cells):
        if any({"image/png", "image/svg+xml"} & output.get("data", {}).keys() for output in cell.outputs):
            near = cells[max(position - 2, 0): position + 3]
            assert any("<table" in texts_of(c) for c in near), cell.source


def test_the_annual_report_declares_company_and_year():
    """One cell tagged `parameters`, and its first call checks them."""
    path = next(p for p in NOTEBOOKS if p.stem == "annual_report")
    cells = code_of(nbformat.read(path, as_version=4))
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    names = [target.id for statement in ast.parse(tagged[0].source).body for target in statement.targets]

    assert len(tagged) == 1
    assert names == ["company", "year"]
    assert "cb.annual_report(company, year)" in [c.source.removeprefix("report = ") for c in cells]
