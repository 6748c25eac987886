"""What each call pays first: a command, and the process that plans and follows a schedule, load no table library."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from signal import SIGKILL

import pytest

from carbon.runs.schedule.execute import Parent, worker_count
from carbon.runs.schedule.processes import kill_tree

WATCHED = """
import json, sys, traceback
HEAVY = ("pandas", "numpy", "pyarrow", "scipy", "matplotlib")
asked = {}

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in HEAVY:
            lines = (f"{f.filename}:{f.lineno}" for f in traceback.extract_stack() if "carbon" in f.filename)
            asked.setdefault(name, [*lines][-1:])

sys.meta_path.insert(0, Watch())
try:
    WORK
finally:
    print("\\n" + json.dumps({name: asked.get(name) for name in HEAVY if name in sys.modules}))
"""
"""Some work, and then which heavy libraries are there, each with the line of carbon that asked for it."""
COMMAND = "from carbon.cli import main; main()"
SCHEDULE = """
    from pathlib import Path
    from carbon.params.files.load import load_runs
    from carbon.params.files.project import Project
    from carbon.cli import progress, summary
    from carbon.runs.schedule.session import Options, run
    project = Project(Path.cwd())
    with progress.reporter(project, as_json=True) as reporter:
        result = run(project, load_runs(project), Options(source="fake_content:of_rows", workers=2), reporter)
    summary.print_summary(result)
"""


def watched(work: str, folder: Path, *arguments: str) -> tuple[str, dict[str, list[str]]]:
    """What the work says, and the heavy libraries it loaded."""
    done = subprocess.run([sys.executable, "-c", WATCHED.replace("WORK", work.strip()), *arguments], cwd=folder,
                          text=True, capture_output=True, env={**os.environ, "CARBON_PROJECT": ""})
    said, _, heavy = done.stdout.rstrip().rpartition("\n")
    assert done.returncode == 0, done.stderr
    return said, json.loads(heavy)


@pytest.mark.parametrize(("work", "arguments", "said"), [
    ("import carbon.cli", [], ""), (COMMAND, ["--help"], "Usage: "), (COMMAND, ["run", "--help"], "Usage: "),
], ids=["import", "help", "help of run"])
def test_a_command_starts_without_a_table_library(tmp_path, work, arguments, said):
    """Help is asked for before there is anything to calculate."""
    text, heavy = watched(work, tmp_path, *arguments)
    assert said in text
    assert heavy == {}


def test_the_process_of_a_schedule_loads_no_table_library(published_once, tmp_path):
    """It finds a real report up to date, and writes summary and index; or stale, when its params are held against their
    schema; and it follows the processes that publish it again, which load what they need.
    """
    root = shutil.copytree(published_once, tmp_path / "project", symlinks=True)
    text, heavy = watched(COMMAND, root, "run", "--dry-run")
    assert "0 to run, 1 up to date" in text and heavy == {}
    text, heavy = watched(COMMAND, root, "run")
    assert "Nothing to do: 1 report is up to date." in text and heavy == {}
    params = root / "params" / "my-company.yml"
    params.write_text(params.read_text() + "# seen\n")
    text, heavy = watched(COMMAND, root, "run", "--dry-run")
    assert "params/my-company.yml changed" in text and heavy == {}
    text, heavy = watched(COMMAND, root, "run")
    assert " ok " in text and "index: " in text and heavy == {}


def test_an_error_with_rows_shows_them_where_no_table_was_read_before():
    """The module of errors does without pandas; whoever has rows to show has brought it."""
    code = ("import sys\nfrom carbon.core.errors import TableError\nassert 'pandas' not in sys.modules\n"
            "import pandas as pd\nrows = pd.DataFrame({'line': range(3, 10), 'amount': 'x'})\n"
            "raise TableError('7 rows are no numbers', rows=rows, hint='correct them')")
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True)
    assert done.stderr.endswith("TableError: 7 rows are no numbers\n line amount\n    3      x\n    4      x\n"
                                "    5      x\n    6      x\n    7      x\n... and 2 more\nHint: correct them\n")


def test_rows_of_a_company_year_that_failed_are_shown_by_the_process_without_pandas(thin):
    """The text of an error crosses the processes whole."""
    project = thin(companies={"alpha": [2024]})
    project.cells("import pandas as pd\nfrom carbon.core.errors import TableError\n"
                  "rows = pd.DataFrame({'line': [7], 'amount': ['x']})\n"
                  "raise TableError('1 row is wrong', rows=rows, hint='mend it')")
    text, heavy = watched(SCHEDULE, project.root)
    assert heavy == {}
    assert "1 row is wrong" in text and " line amount\n" in text and "    7      x" in text and "Hint: mend it" in text


def test_workers_never_exceed_jobs_or_memory(monkeypatch):
    """As asked, but never more than there are jobs, nor more than free memory holds."""
    import psutil

    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Free", (), {"available": 3000 * 2**20})())
    assert worker_count(8, 100, 1000) == 3
    assert worker_count(8, 2, 100) == 2
    assert worker_count(None, 100, 5000) == 1


def test_the_process_that_was_started_ahead_ends_with_its_block_and_what_it_does_not_live_to_do_another_does(thin):
    """Where nothing is to be run it is killed; one that died while the plan was made costs time, never a report."""
    project = thin(companies={"alpha": [2024]})
    with Parent(project.root, ["fake_content:of_rows"]) as idle:
        pass
    assert idle.process.returncode == -SIGKILL
    with Parent(project.root, ["fake_content:of_rows"]) as dead:
        kill_tree(dead.process.pid)
        dead.process.wait()
        summary = project.run(parent=dead)
    assert [row["status"] for row in summary.rows] == ["ok"]
