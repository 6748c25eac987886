"""An IPython shell in place of a kernel: what a cell shows becomes notebook outputs, in this process."""

from __future__ import annotations

import base64
import io
import random
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import nbformat
import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

INLINE = "module://matplotlib_inline.backend_inline"


class Outputs:
    """The outputs of the running cell, in the order they are made, as a kernel's client would have recorded them."""

    def __init__(self) -> None:
        self.of_cell: list[Any] = []
        self._by_id: dict[str, list[Any]] = {}

    def start(self) -> list[Any]:
        """Begin a new cell: return the list that fills as it runs."""
        self.of_cell = []
        return self.of_cell

    def stream(self, name: str, text: str) -> None:
        """Add output of stdout or stderr, joined to the output before it, as a client does."""
        last = self.of_cell[-1] if self.of_cell else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        elif text:
            self.of_cell.append(_output("stream", name=name, text=text))

    def display(self, data: dict[str, Any], metadata: dict[str, Any], display_id: str | None = None,
                update: bool = False) -> None:
        """Add something displayed, or update what has the same id."""
        if update:
            for output in self._by_id.get(display_id or "", []):
                output.data, output.metadata = _plain(data), metadata
            return
        output = _output("display_data", data=_plain(data), metadata=metadata)
        self.of_cell.append(output)
        if display_id:
            self._by_id.setdefault(display_id, []).append(output)

    def result(self, data: dict[str, Any], metadata: dict[str, Any], count: int) -> None:
        """Add the value of the cell's last line."""
        self.of_cell.append(_output("execute_result", data=_plain(data), metadata=metadata, execution_count=count))

    def error(self, ename: str, evalue: str, traceback: list[str]) -> None:
        """Add the error that ended the cell."""
        self.of_cell.append(_output("error", ename=ename, evalue=evalue, traceback=traceback))

    def clear(self) -> None:
        """Remove all outputs of the cell, for `clear_output`."""
        self.of_cell.clear()


def _output(kind: str, **fields: Any) -> Any:
    """Return an output as nbformat makes it, without validation: the notebook is validated before it is published."""
    return nbformat.from_dict({"output_type": kind, **fields})


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for mime, value in data.items()}


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr while a cell runs; no terminal: progress bars and colours stay out of notebooks."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs, self.name = outputs, name

    def write(self, text: str) -> int:
        """Add a string to the outputs of the cell and return its length, as any stream does.

        Raises TypeError: Not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Return True."""
        return True


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(self, data: Any, metadata: Any = None, source: Any = None, *, transient: Any = None,
                update: Any = False, **_: Any) -> None:
        """Add what `display` shows to the outputs of the cell, or replace the one with the same display id."""
        self.shell.outputs.display(data, metadata or {}, (transient or {}).get("display_id"), update)

    def clear_output(self, wait: bool = False) -> None:
        """Forget the outputs of the cell so far."""
        self.shell.outputs.clear()


class _Hook(DisplayHook):
    shell: Any

    def start_displayhook(self) -> None:
        """Print nothing before a result."""

    def write_output_prompt(self) -> None:
        """Print no prompt: the notebook has the count of the cell."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        """Add the value of the cell's last line as its result, in each of its formats."""
        self.shell.outputs.result(format_dict, md_dict or {}, self.prompt_count)

    def finish_displayhook(self) -> None:
        """Print nothing after a result."""


class NotebookShell(InteractiveShell):
    """An IPython shell that records what a cell shows as notebook outputs; nothing is printed, no history is kept."""

    def __init__(self) -> None:
        self.outputs = Outputs()
        # A history takes a thread and an sqlite file.
        super().__init__(display_pub_class=_Publisher, displayhook_class=_Hook,
                         config=Config(HistoryManager={"enabled": False}))
        self.colors = "nocolor"

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException | None, stb: list[str]) -> None:
        # The base class prints; a second print would double every traceback.
        self.outputs.error(etype.__name__, str(evalue), list(stb))

    def enable_gui(self, gui: str | None = None) -> None:
        """Open no window."""

    def ask_exit(self) -> None:
        """Raise an error where a cell calls `exit()`."""
        raise SystemExit("exit() in a cell: the cells after it would not run")

    @classmethod
    def fresh(cls) -> NotebookShell:
        """Return a new shell as the only one of this process; figures of earlier shells are closed."""
        for shell_class in (InteractiveShell, cls):
            shell_class.clear_instance()
        shell: NotebookShell = cls.instance()
        _bind_inline(shell)
        return shell


def _bind_inline(shell: NotebookShell) -> None:
    """Bind matplotlib's inline backend to this shell: bound to an earlier one, every figure is lost in silence."""
    import matplotlib.pyplot as plt
    from IPython.core.pylabtools import activate_matplotlib, select_figure_formats
    from matplotlib_inline.backend_inline import configure_inline_support
    from matplotlib_inline.config import InlineBackend

    plt.close("all")
    activate_matplotlib(INLINE)
    configure_inline_support(shell, INLINE)
    # It sets the formats of figures in the first shell of a process only.
    backend = InlineBackend.instance()
    select_figure_formats(shell, backend.figure_formats, **backend.print_figure_kwargs)


def reseed(seed: int) -> None:
    """Seed the global generators: a forked child would otherwise draw what its siblings draw."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the legacy global state is what a fork shares


def run_cell(shell: NotebookShell, cell: Any) -> bool:
    """Run one cell; its outputs and count are set also when it fails."""
    cell.outputs = shell.outputs.start()
    cell.execution_count = shell.execution_count
    with redirect_stdout(_Stream(shell.outputs, "stdout")), redirect_stderr(_Stream(shell.outputs, "stderr")):
        result = shell.run_cell(cell.source, store_history=True)
    return bool(result.success) and _all_figures_shown(shell)


def _all_figures_shown(shell: NotebookShell) -> bool:
    """Check that no figure is left open: the inline backend shows and closes figures at the end of a cell."""
    import matplotlib.pyplot as plt

    left = plt.get_fignums()
    if left:
        plt.close("all")
        shell.outputs.error("RunError", f"{len(left)} figures were drawn but not shown", [])
    return not left
