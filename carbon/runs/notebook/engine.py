"""A papermill engine that runs a notebook inside this process, with an IPython shell in place of a kernel.

It is registered in the entry point group `papermill.engine`, for `papermill --engine carbon in.ipynb out.ipynb`.
Papermill loads its entry points while it is being imported, so the class is made when it is first asked for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from carbon.core.errors import UsageError
from carbon.runs.notebook.shell import NotebookShell, run_cell


def __getattr__(name: str) -> Any:
    if name == "CarbonEngine":
        return _engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _engine() -> Any:
    from papermill.engines import Engine

    class CarbonEngine(Engine):  # type: ignore[misc]  # papermill has no type information
        """The cells run in order in this process until the first error; the rest is papermill's own `Engine`."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            """Run the cells of papermill's managed notebook.

            Raises UsageError: `execution_timeout` is set: a cell cannot be stopped from within its own process.
            """
            if options.get("execution_timeout"):
                raise UsageError("The engine carbon keeps no --execution-timeout", hint="use --engine nbclient")
            shell = NotebookShell.fresh()
            is_followed = nb_man.output_path or nb_man.pbar  # or nobody reads the times of cells
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue  # papermill completes what never started
                if is_followed:
                    nb_man.cell_start(cell, index)
                try:
                    if not run_cell(shell, cell):
                        nb_man.cell_exception(cell, cell_index=index)
                        break
                finally:
                    if is_followed:
                        nb_man.cell_complete(cell, cell_index=index)

    return CarbonEngine
