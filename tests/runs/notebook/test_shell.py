"""The shell of a notebook records what a kernel would send."""

from __future__ import annotations

import json
import os

import nbformat


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
