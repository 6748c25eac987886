"""One notebook run through papermill, and the normalised notebook that is published."""

from __future__ import annotations

import logging
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4.rwbase import split_lines, strip_transient

from carbon.core.errors import OWN_ERRORS, RunError
from carbon.runs.notebook.parameters import check_parameters, declared_parameters

CELL_FIELDS = {"cell_type", "id", "metadata", "source", "outputs", "execution_count", "attachments"}
OWN_LINE = re.compile(r"carbon/([\w/]+\.py):(\d+)")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
TIMES = ("papermill", "execution")
"""Metadata that papermill and JupyterLab fill with times."""


def run_notebook(path: Path, parameters: Mapping[str, Any], *, engine: str, folder: Path, timeout: int) -> Any:
    """Run a notebook with checked parameters and return it as it is after its last cell.

    `engine`: "carbon" (in this process) or "nbclient" (papermill's own: a kernel process). `folder`: Working folder of
    the cells. `timeout`: Limit of one cell [s]; the limit of the whole run is kept by whoever started this process.

    Raises UsageError: A parameter that the notebook does not declare; RunError: A cell failed: names the cell, the
    error and its message.
    """
    import papermill
    from papermill.engines import papermill_engines
    from papermill.execute import raise_for_execution_errors
    from papermill.parameterize import parameterize_notebook

    template = nbformat.from_dict(_template(path.read_text(encoding="utf-8")))  # a copy: its cells will run
    check_parameters(parameters, declared_parameters(template))
    if engine == "carbon":
        from carbon.runs.notebook.engine import CarbonEngine

        papermill_engines.register("carbon", CarbonEngine)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    with warnings.catch_warnings(), _options(engine, timeout) as options, chdir(folder):
        warnings.filterwarnings("ignore", module=r"(papermill|nbclient|jupyter_client|zmq|nbformat)")
        # Its steps one by one: `papermill.execute_notebook` writes and reads the notebook before them and after.
        notebook = parameterize_notebook(template, dict(parameters), kernel_name=options["kernel_name"],
                                         engine_name=engine)
        try:
            notebook = papermill_engines.execute_notebook_with_engine(engine, notebook, progress_bar=False,
                                                                      autosave_cell_every=0, **options)
            raise_for_execution_errors(notebook, None)
        except papermill.PapermillExecutionError as error:
            raise RunError(_failure(error)) from error
    return notebook


@lru_cache(maxsize=1)
def _template(text: str) -> Any:
    """Return a notebook as papermill reads it; most company-years of a process have the same one."""
    from papermill.execute import remove_error_markers
    from papermill.iorw import load_notebook_node

    return remove_error_markers(load_notebook_node(nbformat.reads(text, as_version=4)))


@contextmanager
def _options(engine: str, timeout: int) -> Iterator[dict[str, Any]]:
    """Yield the options of an engine; only a kernel process needs a folder, for its sockets."""
    if engine == "carbon":
        yield {"kernel_name": None}
        return
    # ipc: two kernels can race for a TCP port, and a TCP kernel listens to the whole machine. The sockets' names are
    # numbered per name: without one of its own, two kernels would answer each other.
    from jupyter_client.manager import KernelManager
    from traitlets.config import Config

    with tempfile.TemporaryDirectory(prefix="carbon-") as sockets:
        config = Config(KernelManager={"transport": "ipc", "ip": f"{sockets}/k",
                                       "connection_file": f"{sockets}/kernel.json"})
        yield {"execution_timeout": timeout, "config": config, "kernel_manager_class": KernelManager,
               "kernel_name": "python3"}


def _failure(error: Any) -> str:
    if "MemoryError" in error.ename:
        return f"memory: cell {error.exec_count} asked for more than the limit: {error.evalue}".rstrip(": ")
    place = f"cell {error.exec_count}" if error.exec_count else "a cell"
    if error.ename == "SystemExit":
        return (f"{place}: SystemExit: {error.evalue}: the cell ended the notebook, the cells after it did not run\n"
                "Hint: take exit() or sys.exit() out of the notebook")
    message = f"{place}: {error.ename}: {error.evalue}".rstrip(": ")[:2000]
    # An error raised on purpose names its remedy; any other one needs the line it came from.
    lines = [] if error.ename.endswith(OWN_ERRORS) else OWN_LINE.findall(ANSI.sub("", "\n".join(error.traceback)))
    return f"{message} (carbon/{lines[-1][0]} line {lines[-1][1]})" if lines else message


def normalised(notebook: Any) -> Any:
    """Return the notebook without what differs between two runs: times, random ids, paths, details of the kernel."""
    cells = [_normal_cell(cell, number) for number, cell in enumerate(notebook.cells, start=1)]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"}}
    # Cell ids need minor version 5. A copy: what follows changes it.
    result = nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    nbformat.validate(result)
    return strip_transient(split_lines(result))


def _normal_cell(cell: Any, number: int) -> dict[str, Any]:
    fields = {name: value for name, value in cell.items() if name in CELL_FIELDS}
    fields["metadata"] = {name: value for name, value in cell.metadata.items() if name not in TIMES}
    return {**fields, "id": f"cell-{number:03d}"}
