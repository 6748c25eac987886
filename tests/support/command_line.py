"""The command line within this process: an interpreter for each call would cost most of what tests of verbs take."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from carbon.cli import main


class Ended(NamedTuple):
    """How a call ended."""

    returncode: int
    stdout: str
    stderr: str


def carbon(root: Path, *words: str, **environment: str) -> Ended:
    """`carbon WORDS` in a folder, as from a shell: messages, JSON of errors and exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (contextlib.chdir(root), mock.patch.dict(os.environ, {"CARBON_PROJECT": "", **environment}),
          mock.patch.object(sys, "argv", ["carbon", *words]), contextlib.redirect_stdout(out),
          contextlib.redirect_stderr(err)):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())
