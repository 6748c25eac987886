"""Run the notebooks and store their outputs, without anything that differs from one run to the next.

    python scripts/run_notebooks.py              all of notebooks/
    python scripts/run_notebooks.py NAME ...     some of them, by name or path

Kept: words, code, outputs, execution counts. Taken out: times, machine details, random cell ids.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from traitlets.config import Config

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
TIMEOUT_S = 600
NOT_KEPT = ("papermill", "execution")
TEXT = ("text/plain", "text/html")
WIDGET = "application/vnd.jupyter.widget-view+json"
"""Points to a model of the kernel that drew it, under a random name; the text beside it stays."""


def main(names: list[str]) -> None:
    """Run each notebook in its own kernel, in the notebooks' folder."""
    # The kernel that nbclient starts is this very Python.
    os.environ.setdefault("CARBON_PROJECT", str(ROOT))
    os.chdir(NOTEBOOKS)  # kernel and client must agree on the folder of their socket
    for path in [_path(name) for name in names] or sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        # ipc: a kernel that listens on a TCP port can be reached from outside.
        config = Config()
        config.KernelManager.transport = "ipc"
        NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3", config=config,
                       kernel_manager_class=AsyncKernelManager).execute()
        path.write_text(nbformat.writes(stripped(notebook)) + "\n", encoding="utf-8")
        print(f"{path.name}: {sum(c.cell_type == 'code' for c in notebook.cells)} cells")


def stripped(notebook: Any) -> Any:
    """The notebook without what differs between two runs."""
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:03d}"
        cell["metadata"] = {k: v for k, v in cell.metadata.items() if k not in NOT_KEPT}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            _refuse_machine_details(output, number)
    notebook["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook["nbformat_minor"] = 5
    return notebook


def _refuse_machine_details(output: Any, number: int) -> None:
    texts = [output.get("text", ""), *(output.get("data", {}).get(kind, "") for kind in TEXT)]
    for text in map("".join, texts):
        if str(ROOT) in text or " at 0x" in text:
            raise SystemExit(f"cell {number} shows a path or an address of this machine: {text[:200]}")


def _path(name: str) -> Path:
    return NOTEBOOKS / (Path(name).stem + ".ipynb")


if __name__ == "__main__":
    main(sys.argv[1:])
