"""Every block of code on the pages runs: shell and Python, in a scratch project; what cannot run is marked `text`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```\s*?\n(?:\s*<!-- exits (\d) -->)?", re.MULTILINE | re.DOTALL)
SHELL, PYTHON = ("sh", "bash", "console"), ("python",)
# `text` marks what is not run; data and settings are not code.
KNOWN = {*SHELL, *PYTHON, "text", "yaml", "csv", "json", "ini", "cron", "sql", "toml"}
TUTORIAL = DOCS / "tutorial" / "first-inventory.md"


def blocks(page: Path, languages: tuple[str, ...]) -> list[tuple[str, int]]:
    """Code of the page's blocks in these languages, and the exit code each announces."""
    found = []
    for indent, language, code, exits in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language in languages:
            lines = [line.removeprefix(indent).removeprefix("$ ") for line in code.splitlines()]
            found.append(("\n".join(lines), int(exits or 0)))
    return found


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """`carbon` on the path, no project of ours in the way."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "CARBON_PROJECT": "", "MPLBACKEND": "agg", "NO_COLOR": "1"}


def test_every_language_is_known():
    """
    A block in a language nobody runs or names would look tested and not be.
    """
    used = {language for page in DOCS.rglob("*.md") for _, language, _, _ in BLOCK.findall(page.read_text("utf-8"))}
    assert used - KNOWN == set()


def test_the_tutorial_runs_line_by_line(environment, tmp_path):
    """
    From an empty folder and three files to a report, with the exit codes the page announces.
    """
    script = ["set -u"]
    for code, exits in blocks(TUTORIAL, SHELL):
        *before, last = [line for line in code.splitlines() if line.strip()] if "<<" not in code else [code]
        script += [f"{line} || exit 90" if "<<" not in line else line for line in before]
        script.append(last)
        script.append(f"code=$?; [ $code -eq {exits} ] || {{ echo \"exit $code, not {exits}\" >&2; exit 91; }}")
    done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=tmp_path, env=environment, text=True,
                          capture_output=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    page = tmp_path / "my-project/data/processed/atelier-exemple/2025/annual_report.html"
    assert page.is_file() and "Atelier Exemple" in page.read_text(encoding="utf-8")
    assert "Imprimerie Fictive" in done.stdout  # classify asked for it
    assert "total-location = " in done.stdout


@pytest.mark.parametrize("page", ["index", "tutorial/desk"])
def test_python_of_a_page_runs_in_order(page, environment, tmp_path):
    """
    All Python blocks of a page, as one session on a copy of the example project.
    """
    for name in ("params", "data/raw", "data/ledger"):
        shutil.copytree(ROOT / name, tmp_path / name)
    code = "\n".join(code for code, _ in blocks(DOCS / f"{page}.md", PYTHON))
    assert "cb.inventory" in code
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_broken_block_would_be_seen():
    """
    Blocks are found with their announced exit code, indented ones too.
    """
    found = BLOCK.findall("1. x\n\n   ```sh\n   carbon check\n   ```\n\n<!-- exits 2 -->\n\n```python\nx = 1\n```\n")
    assert [(language, exits) for _, language, _, exits in found] == [("sh", "2"), ("python", "")]
