"""
A papermill engine that runs a notebook inside this process, with an IPython shell in place of a kernel.

Starting a kernel and importing pandas costs five times what a report's cells cost; a process forked from one that has
imported everything pays neither. Papermill keeps parameters, injection, metadata and error reporting.
Registered in the entry point group `papermill.engine`. Papermill loads its entry points while it is being imported,
so this module imports papermill only when it is used.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from carbon.runs.shell import NotebookShell, run_cell


class CarbonEngine:
    """
    Runs the cells in order in this process and stops at the first error; all else is papermill's own `Engine`.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """
        papermill's own call, cell by cell in this process.
        """
        return _engine().execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """
        Name of the notebook's kernel, as papermill finds it.
        """
        return _engine().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """
        Language of the notebook, as papermill finds it.
        """
        return _engine().nb_language(nb, language)


@cache
def _engine() -> Any:
    from papermill.engines import Engine

    class InProcess(Engine):  # type: ignore[misc]  # papermill has no type information
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            shell = NotebookShell.ready()
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                try:
                    if cell.cell_type == "code" and cell.source.strip() and not run_cell(shell, cell):
                        nb_man.cell_exception(cell, cell_index=index)
                        break
                finally:
                    # No time is published; from this one papermill would work out, slowly, how long the cell took.
                    cell.metadata.papermill["start_time"] = None
                    nb_man.cell_complete(cell, cell_index=index)

    return InProcess
