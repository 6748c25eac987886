"""The engine in the forked child shows what a kernel shows; what was found on the way stays found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from carbon.core.errors import UsageError
from carbon.runs.notebook.parameters import check_parameters, declared_parameters
from carbon.runs.schedule.execute import worker_count
from carbon.runs.schedule.session import Options, Reporter, run

CELLS = (
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "print('one')\nprint('two')\npd.DataFrame({'x': [1.5]}).style.hide(axis='index') and company",
    "from IPython.display import HTML, display, update_display\nh = display(HTML('<b>a</b>'), display_id='d')",
    "update_display(HTML('<b>b</b>'), display_id='d')\nyear",
    "fig, ax = plt.subplots()\nax.plot([1, 2])\nprint('drawn')",
    "float(np.random.random())",
    "pd.DataFrame({'company': [company], 'year': [year]})",
    "_",
    "%matplotlib inline\n2 + 2;",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
)
NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
THREE = {"alpha": [2024], "beta": [2024], "gamma": [2024]}


class Heard(Reporter):
    """Keeps the names of events."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def event(self, name, fields):
        self.events.append(f"{name}: {fields.get('reason', '')}" if name != "ended" else name)


def publish(project, **options) -> list[str]:
    from carbon.records.params.load import load_runs

    heard = Heard()
    summary = run(project.project, load_runs(project.project), Options(source="fake_content:of_rows", **options), heard)
    assert summary.exit_code == 0, summary.rows
    return heard.events


def notebook_of(project, company: str) -> nbformat.NotebookNode:
    path = project.project.processed(company, 2024) / "annual_report.ipynb"
    return nbformat.reads(path.read_text(), as_version=4)


def test_forked_children_and_kernels_publish_the_same_notebook(thin):
    """Streams, results, displays and their updates, figures, awaits: the same bytes from both engines. The forking one
    never fell back, although it had rehearsed; its figures did not vanish; each child has its own seed.
    """
    forked, isolated = thin("forked", THREE), thin("isolated", THREE)
    for project in (forked, isolated):
        project.cells(*CELLS)
    assert "fallback" not in " ".join(publish(forked))
    publish(isolated, isolated=True, only=("alpha",))
    one, two = notebook_of(forked, "alpha"), notebook_of(isolated, "alpha")
    # The global random state of a kernel is seeded by the operating system: that cell alone may differ.
    draw = next(n for n, cell in enumerate(one.cells) if "random" in cell.source)
    for n, (a, b) in enumerate(zip(one.cells, two.cells, strict=True)):
        assert n == draw or json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True), a.source
    drawn = {notebook_of(forked, company).cells[draw].outputs[0].data["text/plain"] for company in THREE}
    assert len(drawn) == 3, "children of one parent draw the same numbers"
    shown = [o for cell in one.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(shown) == 1


READING = """
import os, sys
from pathlib import Path
from carbon.runs.schedule.parent import preload
preload({"carbon.runs.company_year.inventory_content:of_company_year"})
import pyarrow as pa, pyarrow.parquet as pq
import carbon as cb
cb.annual_report("cap-conseil", 2022)
folder = Path(sys.argv[1])
ROW = {"date": "2024-03-01", "category": "Paper", "description": "paper" * 25, "supplier": "Papeterie", "amount": 12.5,
       "currency": "EUR", "company": "c"}
lines = ",".join(ROW) + "\\n" + (",".join(map(str, ROW.values())) + "\\n") * 200_000
(folder / "long.csv").write_text(lines)
table = pa.table({name: [value] * 200_000 for name, value in ROW.items()})
pq.write_table(table, folder / "long.parquet", row_group_size=10_000)
for name in ("long.csv", "long.parquet"):
    cb.read_records(folder / name, "purchases")
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads by /proc")
def test_reading_leaves_the_process_that_forks_with_one_thread(tmp_path):
    """A report, a long CSV and a long Parquet file are read in the process that forks: a second thread left there would
    forbid forking.
    """
    from carbon.runs.schedule.execute import child_environment

    done = subprocess.run([sys.executable, "-c", READING, str(tmp_path)], capture_output=True, text=True,
                          env=child_environment(str(NOTEBOOKS.parent)))
    assert done.stdout.strip() == "1", done.stderr


def outputs_in_a_child(source: str, *, unbind: bool = False) -> list[tuple[str, str]]:
    """(type, error name) of each output of one cell, run in a forked process."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        from matplotlib_inline.backend_inline import flush_figures

        from carbon.runs.notebook.shell import NotebookShell, run_cell

        shell = NotebookShell.fresh()
        if unbind:
            shell.events.unregister("post_execute", flush_figures)
        cell = nbformat.v4.new_code_cell(source)
        run_cell(shell, cell)
        os.write(write, json.dumps([(o.output_type, o.get("ename", "")) for o in cell.outputs]).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return [tuple(o) for o in json.loads(os.read(read, 10_000))]


def test_an_error_stands_once_in_the_outputs():
    """IPython prints a traceback where a kernel sends it: recorded, not printed as well."""
    assert outputs_in_a_child("1 / 0") == [("error", "ZeroDivisionError")]


def test_a_semicolon_at_the_end_silences_a_cell():
    """As in a kernel: not one within a text or a comment, and blanks or a comment after it change nothing."""
    shown, silent = ["7", "'a;'", "7 # ;", "';'"], ["7;", "7 ; ", "7; # why", "';';"]
    assert [outputs_in_a_child(cell) for cell in shown] == [[("execute_result", "")]] * 4
    assert [outputs_in_a_child(cell) for cell in silent] == [[]] * 4


def test_a_figure_drawn_for_another_shell_is_an_error_not_a_gap():
    """Bound to an earlier shell, the inline backend shows nothing and says nothing: the cell fails instead."""
    plot = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()"
    assert outputs_in_a_child(plot) == [("display_data", "")]
    assert outputs_in_a_child(plot, unbind=True) == [("error", "RunError")]


def test_workers_never_exceed_jobs_or_memory(monkeypatch):
    """As asked, but never more than there are jobs, nor more than free memory holds."""
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Free", (), {"available": 3000 * 2**20})())
    assert worker_count(8, 100, 1000) == 3
    assert worker_count(8, 2, 100) == 2
    assert worker_count(None, 100, 5000) == 1


@pytest.mark.parametrize(("given", "message"), [
    ({"compny": "x"}, "has no parameter `compny`"), ({"year": "2024"}, "must be int as in the notebook, is str"),
    ({"year": True}, "must be int as in the notebook, is bool"), ({"company": ("a", "b")}, "not a plain value"),
    ({"x; import os": 1}, "is not a parameter name"), ({"__class__ = 1": 1}, "is not a parameter name"),
])
def test_a_parameter_is_one_the_notebook_declares_with_its_type(given, message):
    """What papermill takes in silence, or would paste as code, is refused."""
    declared = {"company": str, "year": int}
    with pytest.raises(UsageError, match=message):
        check_parameters(given, declared)
    check_parameters({"company": "a'); import os; ('", "year": 2024}, declared)


@pytest.mark.parametrize(("source", "message"), [
    ('company = "a"\nyear = 1 + 1', "more than `name = plain value`"), ('company = "a"', "does not set `year`"),
    ('company = 1\nyear = 2024', "does not set `company` to a string"),
])
def test_the_parameters_cell_only_sets_plain_values(source, message):
    """A computation there would be overwritten, or overwrite what papermill injects."""
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    with pytest.raises(UsageError, match=message):
        declared_parameters({"cells": [cell]})
    with pytest.raises(UsageError, match="0 code cells tagged"):
        declared_parameters({"cells": []})


def test_hostile_parameter_values_arrive_unchanged(thin):
    """Quotes, newlines and code in a value are text in the notebook, byte for byte."""
    project = thin(companies={"alpha": [2024]})
    hostile = "');\nimport os; os._exit(3) #\\ {{x}} %s é\u2028"
    project.write_runs({"alpha": [2024]}, parameters={"title": hostile})
    project.cells("assert title.encode().hex() == " + repr(hostile.encode().hex()) + "\n'unchanged'",
                  parameters='company = "alpha"\nyear = 2024\ntitle = ""')
    publish(project)
