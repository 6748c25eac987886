"""`papermill --engine carbon` from the command line, without a schedule: the notebook that the default engine makes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from carbon.runs.notebook.papermill_run import normalised
from carbon.runs.publish.identity import indented

ROOT = Path(__file__).resolve().parents[3]
REPORT = ROOT / "notebooks" / "annual_report.ipynb"


def papermill(folder: Path, notebook: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run papermill with the entry points of pyproject.toml, as an installed carbon has them."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    installed = folder / "carbon-0.dist-info"
    installed.mkdir(exist_ok=True)
    (installed / "entry_points.txt").write_text("".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in of_group.items())
        for group, of_group in points.items()))
    paths = [str(folder), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    out = folder / "out.ipynb"
    done = subprocess.run([sys.executable, "-m", "papermill", str(notebook), str(out), *words], capture_output=True,
                          text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths),
                                          "CARBON_PROJECT": str(ROOT)})
    return done, out


@pytest.mark.torture
def test_the_engine_makes_the_notebook_of_the_default_engine(tmp_path):
    """The annual report is complete, and cell for cell that of a kernel: sources, results and figures."""
    made = {}
    for engine in ("carbon", "nbclient"):
        words = ("--engine", engine, "-p", "company", "petit-studio", "-p", "year", "2024")
        done, out = papermill(tmp_path, REPORT, *words)
        assert done.returncode == 0, done.stderr
        notebook = nbformat.read(out, 4)
        assert {cell.metadata.papermill.status for cell in notebook.cells} == {"completed"}
        made[engine] = normalised(notebook)
    outputs = [output for cell in made["carbon"].cells for output in cell.get("outputs", [])]
    assert len(outputs) > 30
    for one, two in zip(made["carbon"].cells, made["nbclient"].cells, strict=True):
        assert one == two, one.source


def small(folder: Path, *sources: str) -> Path:
    """A notebook of these cells."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "in.ipynb")
    return folder / "in.ipynb"


def test_a_cell_that_raises_ends_the_run_with_the_error_of_papermill(tmp_path):
    """The exit code is not 0, the cell and its error are named, the cells after it did not run, and the file says
    so, and how long each cell took.
    """
    done, out = papermill(tmp_path, small(tmp_path, "1", "1 / 0", "3"), "--engine", "carbon")
    assert done.returncode == 1
    assert "papermill.exceptions.PapermillExecutionError" in done.stderr and "ZeroDivisionError" in done.stderr
    cells = [cell for cell in nbformat.read(out, 4).cells if cell.cell_type == "code"]
    assert [cell.metadata.papermill.status for cell in cells] == ["completed", "failed", "pending"]
    assert [cell.execution_count for cell in cells] == [1, 2, None]
    assert [cell.metadata.papermill.duration is None for cell in cells] == [False, False, True]


def test_a_limit_that_the_engine_cannot_keep_is_rejected(tmp_path):
    """A cell is not stopped from within its own process: --execution-timeout is an error, not a silence."""
    done, _ = papermill(tmp_path, small(tmp_path, "1"), "--engine", "carbon", "--execution-timeout", "5")
    assert done.returncode == 1 and "keeps no --execution-timeout" in done.stderr


@pytest.mark.parametrize("first", ["papermill", "carbon.runs.notebook.engine"])
def test_engine_and_papermill_are_imported_in_any_order(tmp_path, first):
    """Papermill loads its engines while it is being imported: the engine is found whichever of both comes first."""
    small(tmp_path, "1")
    papermill(tmp_path, tmp_path / "in.ipynb")  # writes the entry points
    code = (f"import {first}\nfrom carbon.runs.notebook.engine import CarbonEngine\n"
            "from papermill.engines import papermill_engines\n"
            "assert papermill_engines.get_engine('carbon').__name__ == CarbonEngine.__name__")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])})
    assert done.returncode == 0, done.stderr


def test_a_published_notebook_is_that_of_nbformat() -> None:
    """Lines split, keys in order, times and ids taken out: as nbformat writes the same notebook."""
    output = nbformat.v4.new_output("display_data", {"text/html": "<p>é</p>\n<p>2</p>\n", "image/png": "aGk=\n",
                                                     "application/json": {"b": [1, 2.5], "a": "x\ny"}})
    cell = nbformat.v4.new_code_cell("a = 1\nb = 2", outputs=[output, nbformat.v4.new_output("stream", text="1\n2\n")],
                                     execution_count=1, metadata={"papermill": {"duration": 1.0}, "trusted": True,
                                                                  "tags": ["x"]})
    notebook = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_markdown_cell("# T\ntext")])
    before = json.dumps(notebook)
    data = indented(normalised(notebook))
    read = nbformat.reads(data.decode(), as_version=4)
    assert data == nbformat.v4.writes_json(read).encode() + b"\n"
    assert json.dumps(notebook) == before, "the notebook that ran was changed"
    assert b"papermill" not in data and b"trusted" not in data
