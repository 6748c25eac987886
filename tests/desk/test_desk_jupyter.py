"""JupyterLab for real, in Chromium: notebook 1 run from top to bottom, the explorer driven by the mouse."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
TOKEN = "desk"  # of a server on 127.0.0.1 that lives for one test
START_S, RUN_MS = 60, 60_000
PICTURES = os.environ.get("CARBON_PICTURES")
"""A folder: the pictures of the documentation are taken on the way."""
CELLS = ("import carbon as cb", 'inv = cb.inventory("petit-studio", 2024)', "inv.explore()")
WRONG = ("import carbon as cb", 'cb.inventory("petit-studo", 2024)')


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A copy of the project with JupyterLab on it; ends with the module."""
    root = tmp_path_factory.mktemp("desk") / "project"
    for name in ("params", "data/raw", "data/ledger", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    for name, cells in (("explore", CELLS), ("wrong", WRONG)):
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        nbformat.write(notebook, root / f"notebooks/{name}.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = root.parent / "settings"
    quiet = settings / "user/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--allow-root",
               f"--ServerApp.root_dir={root}", "--ServerApp.allow_remote_access=False",
               f"--LabApp.workspaces_dir={settings}/workspaces", f"--LabApp.user_settings_dir={settings}/user"]
    environment = {**os.environ, "CARBON_PROJECT": str(root), "JUPYTER_CONFIG_DIR": str(settings),
                   "JUPYTER_DATA_DIR": str(settings / "data"), "JUPYTER_RUNTIME_DIR": str(settings / "run"),
                   "IPYTHONDIR": str(settings / "ipython")}
    with (root.parent / "lab.log").open("wb") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], cwd=root, env=environment,
                                  stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/api/status?token={TOKEN}", server, root.parent / "lab.log")
        yield f"http://127.0.0.1:{port}", root
    finally:
        # JupyterLab waits for its kernels: on a busy machine longer than a test should.
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            with urlopen(address, timeout=5) as answer:
                assert "started" in json.load(answer)
                return
        except OSError:
            assert server.poll() is None, log.read_text()[-2000:]
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start in {START_S} s: {log.read_text()[-2000:]}")


@pytest.fixture
def run_all(browser, desk):
    """Open a notebook, Run All, wait for the last cell; gives the page."""
    contexts = []

    def opened(name: str):
        address, _ = desk
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(RUN_MS)
        page.goto(f"{address}/lab/workspaces/{name}/tree/notebooks/{name}.ipynb?token={TOKEN}")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        page.locator(".jp-StatusBar-Item, .jp-StatusBar-TextItem", has_text="| Idle").first.wait_for()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        page.locator("li[data-command='runmenu:run-all']").click()
        return page

    yield opened
    for context in contexts:
        context.close()


def _finished(page, root: Path, name: str):
    """The notebook as it was run: saved by JupyterLab itself."""
    end = time.monotonic() + RUN_MS / 1000
    while time.monotonic() < end:
        # Cells out of view are not in the page: the file that JupyterLab saves shows how far it is.
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        try:
            saved = nbformat.read(root / f"notebooks/{name}.ipynb", as_version=4)
        except ValueError:  # it is being written
            continue
        code = [c for c in saved.cells if c.cell_type == "code"]
        failed = any(o.output_type == "error" for c in code for o in c.outputs)
        if failed or all(c.execution_count for c in code):
            return code
    return pytest.fail("JupyterLab did not run the notebook to its end")


def _strip(root: Path, name: str) -> None:
    path = root / f"notebooks/{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)


def test_notebook_1_runs_from_top_to_bottom(run_all, desk):
    """Without stored outputs: Run All leaves no error, and every figure is there to be seen."""
    _, root = desk
    _strip(root, "1_inventory")
    page = run_all("1_inventory")
    code = _finished(page, root, "1_inventory")

    assert [o.evalue for c in code for o in c.outputs if o.output_type == "error"] == []
    drawing = [c for c in code if ".plot_" in c.source]
    assert drawing and all(any("image/png" in o.get("data", {}) for o in c.outputs) for c in drawing)
    figure = page.locator(".jp-OutputArea-output img").first
    figure.scroll_into_view_if_needed()
    assert figure.is_visible() and figure.evaluate("i => i.complete && i.naturalWidth > 300")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "jupyterlab.png")


def test_the_explorer_is_driven_by_the_mouse(run_all):
    """Scope 3, its largest category, supplier and row, each by a click, down to the factor's page; and back to the
    total.
    """
    page = run_all("explore")
    box = page.locator(".jp-OutputArea .carbon-explorer")
    box.locator(".carbon-line").first.wait_for()
    assert "Scope 3" in box.locator(".carbon-line").first.inner_text()
    for shown in ("Purchased", "Atelier Code Fictif", ", line "):
        box.locator(".carbon-line").first.click()
        # The next step's own lines: the trail changes before them.
        box.locator(".carbon-line", has_text=shown).first.wait_for()
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "explorer.png")
    box.locator(".carbon-line").first.click()
    detail = box.locator(".carbon-detail")
    detail.wait_for()
    words = detail.inner_text()
    assert "file and line" in words and "page" in words and "kg CO2e" in words
    box.locator(".carbon-trail").first.click()
    box.locator(".carbon-line", has_text="Scope 3").wait_for()
    assert box.locator(".carbon-trail").count() == 1


def test_an_error_is_one_box(run_all):
    """A misspelt company: what, and what to do; not one frame of our code."""
    page = run_all("wrong")
    box = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText"
                       "[data-mime-type='application/vnd.jupyter.error']").last
    box.wait_for()
    words = box.inner_text()
    assert "UsageError" in words and "petit-studio" in words
    assert "Traceback" not in words and "carbon/" not in words and len(words.splitlines()) <= 8
