"""A canary suite: code anywhere in a set, or next to it, is data to every verb; a canary that runs leaves a file."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbon.params.files.project import Project, sha256_of
from carbon.runs.publish.identity import identity, record
from carbon.runs.publish.sets import current_set, damage
from carbon.runs.review import confine, review
from carbon.runs.review.review import Sheet
from carbon.runs.review.stranger import judge

WHAT = "my-company/2024"
MODULES = ("conftest.py", "sitecustomize.py", "usercustomize.py", "numpy.py", "pandas.py", "IPython.py", "nbformat.py",
           "ipykernel_launcher.py", "pytest.py", "carbon.py", "json.py", "setup.py")


class Bomb:
    """Unpickled, it leaves its file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def plant_modules(folder: Path, nest: Path) -> None:
    """Modules, settings, a path file and a kernel that Python, pytest or Jupyter would take from a folder."""
    for name in MODULES:
        (folder / name).write_text(f"open({str(nest / name)!r}, 'w').close()\n")
    line = f"import builtins; builtins.open({str(nest / 'pth')!r}, 'w').close()\n"
    (folder / "canary.pth").write_text(line)
    for name in ("pytest.ini", "tox.ini"):
        (folder / name).write_text("[pytest]\naddopts = -p conftest\npythonpath = .\n")
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-p conftest"\npythonpath = ["."]\n')
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": ["touch", str(nest / "kernel")], "display_name": "x"}))


def plant_in_files(folder: Path, nest: Path) -> None:
    """Code in the notebook, its outputs and metadata, in tables, in the workbook, in a page."""
    code = f"open({str(nest / 'cell')!r}, 'w').close()"
    notebook = json.loads((folder / "annual_report.ipynb").read_bytes())
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = [code + "\n", *first["source"]]
    first["metadata"] = {"tags": ["parameters"], "kernel": code}
    first["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {
        "application/javascript": code, "text/html": f"<script>{code}</script>", "text/latex": "\\\\write18{touch x}",
        "application/vnd.jupyter.widget-view+json": {"model_id": "a", "version_major": 2, "version_minor": 0}}}]
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {
        "model_module": "canary", "model_name": code, "state": {"_view_module": f"data:text/javascript,{code}"}}}}}
    notebook["metadata"]["kernelspec"] = {"name": "python3", "display_name": "x", "language": "python",
                                          "argv": ["touch", str(nest / "argv")]}
    (folder / "annual_report.ipynb").write_text(json.dumps(notebook))
    table = pq.read_table(folder / "inventory.parquet")
    bomb = pickle.dumps(Bomb(nest / "pickle"))
    extension = pa.field("bomb", pa.int64(), metadata={
        b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": bomb})
    table = table.append_column(extension, pa.array([0] * len(table)))
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"pickle": bomb})
    pq.write_table(table, folder / "inventory.parquet")
    book = openpyxl.load_workbook(folder / "workbook.xlsx")
    book.worksheets[0]["Z1"] = f"=cmd|'/c touch {nest / 'dde'}'!A0"
    book.worksheets[0]["Z2"] = f'=WEBSERVICE("file://{nest}")'
    book.save(folder / "workbook.xlsx")
    page = folder / "annual_report.html"
    page.write_text(page.read_text("utf-8").replace("</body>", f"<script>{code}</script></body>"), "utf-8")


def rehash(root: Path, folder: Path) -> None:
    """Make the set whole by its manifest and name its identity wherever the old one is."""
    was = identity(folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    names = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json"]
    manifest["outputs"] = {name: sha256_of(folder / name) for name in names}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    record(folder, identity(folder))
    for path in (root / "data" / "processed").glob("*.*"):
        path.write_text(path.read_text("utf-8").replace(was, identity(folder)), "utf-8")
    assert damage(folder) == []


@pytest.fixture
def nest(tmp_path) -> Path:
    """Where a canary that ran leaves its file."""
    folder = tmp_path / "nest"
    folder.mkdir()
    return folder


@pytest.fixture
def planted(published_once, tmp_path, nest) -> Path:
    """A project whose set, and the folders around it, are full of canaries, re-hashed throughout."""
    root = tmp_path / "planted"
    shutil.copytree(published_once, root, symlinks=True)
    folder = current_set(Project(root).processed("my-company", 2024))
    plant_in_files(folder, nest)
    plant_modules(folder, nest)
    rehash(root, folder)
    for around in (folder.parent, folder.parent.parent, root / "data" / "processed", root / "data"):
        plant_modules(around, nest)
    return root


VERBS = (("verify",), ("review", WHAT), ("explain", f"{WHAT}/scope3"), ("diff", WHAT, WHAT),
         ("file", WHAT, "--format", "ghg_protocol"), ("seal", WHAT, "--by", "Reviewer"), ("run",), ("review", "SENT"),
         ("diff", "SENT", WHAT))
ALL = """
import sys
from carbon.cli import app
for words in {verbs!r}:
    try:
        app(list(words), standalone_mode=False)
    except BaseException as error:
        print(words[0], type(error).__name__, error)
"""


def test_no_verb_runs_a_canary(planted, published_once, nest, tmp_path):
    """Each verb over the planted set as the project's own, and over it as received: none of the canaries has run. The
    skip path of `run` leaves the set as it is; nothing that any verb reads is unpickled.
    """
    sent = tmp_path / "sent"
    shutil.copytree(current_set(Project(planted).processed("my-company", 2024)), sent / "set-0123456789abcdef")
    verbs = [tuple(str(sent / "set-0123456789abcdef") if word == "SENT" else word for word in verb) for verb in VERBS]
    told = all_verbs(planted, verbs, tmp_path)
    assert list(nest.iterdir()) == [], told
    for words in ("is not the template's", "nothing was executed", "up to date", "carbon-seal 1 "):
        assert words in told, (words, told)


TAG = "!!python/object/apply:os.system ['touch {nest}/yaml']"
YAML = ("my-company/rules.yml", "my-company/levers.yml", "my-company/actions.yml", "my-company/boundary.yml",
        "shared/prices.yml", "answers.yml")
TABLE, BOOK = (f"data/raw/my-company/2024/{name}" for name in ("table.parquet", "book.xlsx"))
READING = (("check", TABLE, "--kind", "purchases"), ("check", BOOK, "--kind", "purchases"),
           ("map", TABLE, "--kind", "purchases", "--json"),
           ("map", BOOK, "--kind", "purchases", "--answers", "params/answers.yml"),
           ("params", "my-company"), ("plan", WHAT), ("actions", WHAT))
CELLS = ("date", "company", "supplier", "category", "amount", "currency", "description")


def test_code_in_params_records_and_answers_is_text(published_once, tmp_path, nest):
    """A tag of YAML that calls a command in each file of params and in answers, a pickle in the metadata and types of a
    Parquet of records, formulas and templates in cells: every verb that reads them answers, and nothing runs.
    """
    root = tmp_path / "read"
    shutil.copytree(published_once, root, symlinks=True, ignore=shutil.ignore_patterns("processed"))
    folder = root / "data" / "raw" / "my-company" / "2024"
    row = ["2024-03-13", "{{ cycler.__init__.__globals__.os.system('touch " + str(nest / "jinja") + "') }}",
           f"=cmd|'/c touch {nest / 'dde'}'!A0", "paper", "10.25", "EUR", f'=WEBSERVICE("file://{nest}")']
    bomb = pickle.dumps(Bomb(nest / "pickle"))
    fields = [pa.field(name, pa.string(), metadata={b"ARROW:extension:name": b"arrow.py_extension_type",
                                                    b"ARROW:extension:metadata": bomb}) for name in CELLS]
    schema = pa.schema(fields, metadata={b"pandas": bomb, b"pickle": bomb})
    pq.write_table(pa.table([[value] for value in row], schema=schema), folder / "table.parquet")
    book = openpyxl.Workbook()
    book.active.append(CELLS)
    book.active.append(row)
    book.save(folder / "book.xlsx")
    for name in YAML:
        (root / "params" / name).parent.mkdir(exist_ok=True)
        (root / "params" / name).write_text(TAG.format(nest=nest))
    told = all_verbs(root, READING, tmp_path)
    assert list(nest.iterdir()) == [] and "tag" in told, told


def all_verbs(root: Path, verbs: Iterable[tuple[str, ...]], home: Path) -> str:
    """What the verbs print, one after the other in one process."""
    done = subprocess.run([sys.executable, "-P", "-c", ALL.format(verbs=list(verbs))], cwd=root, text=True, check=False,
                          capture_output=True, env={**os.environ, "CARBON_PROJECT": "", "HOME": str(home)})
    return done.stdout + done.stderr


ONE_CELL = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "source": "import json\n1 + 1",
            "outputs": [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                         "data": {"text/plain": "2"}}]}


@pytest.mark.parametrize("really", [False, pytest.param(True, marks=pytest.mark.torture)])
def test_nbval_over_a_genuine_notebook_takes_nothing_from_its_folder(planted, nest, monkeypatch, really):
    """Next to a notebook of one cell: modules, settings, a kernel. nbval starts in a folder that has the notebook
    alone, with no folder to import from and no settings; really started, the cell passes and no canary runs.
    """
    folder = current_set(Project(planted).processed("my-company", 2024))
    (folder / "annual_report.ipynb").write_text(json.dumps({"cells": [ONE_CELL], "metadata": {}, "nbformat": 4,
                                                            "nbformat_minor": 5}))
    run, seen = subprocess.run, []

    def watched(command, **options):
        seen.append((command, [p.name for p in Path(options["cwd"]).iterdir()], options["env"]["PYTHONSAFEPATH"]))
        return run(command, **options) if really else subprocess.CompletedProcess(command, 0, "1 passed", "")

    monkeypatch.setattr(review.subprocess, "run", watched)
    told = review._nbval(Project(planted), Sheet("my-company", 2024))
    [(command, names, safe)] = seen
    assert names == ["annual_report.ipynb"] and safe == "1" and Path(command[-1]).parent != folder
    assert "--noconftest" in command and command[command.index("-c") + 1] == os.devnull
    assert told["passed"] and "1 passed" in told["text"] and list(nest.iterdir()) == []


INSIDE = """
import os, signal, socket
out = []
def attempt(what, call):
    try:
        call()
        out.append(what)
    except OSError:
        pass
def connect():
    socket.create_connection(("127.0.0.1", {port}), timeout=1).close()
attempt("loopback", connect)
attempt("outside", lambda: open({outside!r} + "/canary", "w"))
attempt("sent", lambda: open({sent!r} + "/canary", "w"))
attempt("inputs", lambda: open("params/canary", "w"))
attempt("killed", lambda: os.kill({pid}, signal.SIGKILL))
if "hush" in repr(dict(os.environ)) or os.environ["HOME"] != "/home":
    out.append("environment")
raise RuntimeError("attempts that succeeded: " + " ".join(out or ["none"]))
"""


@pytest.mark.skipif(confine.why_not() != "", reason="this system cannot confine (test_confine holds that it can)")
def test_a_strangers_notebook_that_was_asked_for_reaches_nothing(published_once, tmp_path, nest, monkeypatch):
    """The sender's own notebook has canaries in its first cell: asked for by name, it runs, and each attempt fails."""
    monkeypatch.setenv("CARBON_SALT", "hush-hush-hush-hush")
    root = tmp_path / "sender"
    shutil.copytree(published_once, root, symlinks=True)
    folder = current_set(Project(root).processed("my-company", 2024))
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = INSIDE.format(port=server.getsockname()[1], outside=str(nest), sent=str(root), pid=os.getpid())
        for path in (root / "notebooks" / "annual_report.ipynb", folder / "annual_report.ipynb"):
            notebook = json.loads(path.read_bytes())
            first = next(n for n, c in enumerate(notebook["cells"]) if "import carbon" in "".join(c["source"]))
            notebook["cells"][first]["source"] = code.splitlines(keepends=True)
            path.write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        manifest = json.loads((folder / "manifest.json").read_bytes())
        manifest["dependencies"]["notebook"] = {
            "notebooks/annual_report.ipynb": sha256_of(root / "notebooks" / "annual_report.ipynb")}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        rehash(root, folder)
        told = judge(Project(published_once), folder, execute=True, nbval=True)
    assert told["reason"].endswith("attempts that succeeded: none"), told
    assert list(nest.iterdir()) == [] and not list(root.rglob("canary"))
