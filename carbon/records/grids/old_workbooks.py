"""Workbooks of before 2007 (.xls): what one costs is tried in a process with limits, before this one opens it.

The library reads every sheet as soon as it opens one, and believes the sizes and chains of sectors that a file states.
"""

from __future__ import annotations

import subprocess
import sys

from carbon.records.grids.workbook_xml import MAX_CELLS
from carbon.records.kinds.messages import refusal

MAX_BYTES = 32 << 20
"""Bytes of a file: with its strings as objects, a larger one takes over 512 MB of memory."""
SECONDS, MEGABYTES = 4, 256
_TRIAL = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
    resource.setrlimit(resource.RLIMIT_AS, ({bytes}, {bytes}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
import python_calamine
try:
    book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    print(sum(sheet.total_height * sheet.total_width for sheet in sheets))
except (python_calamine.CalamineError, ValueError, OSError):
    print(0)
"""
"""Prints the cells of all sheets; 0 where the library refuses the file, which is then stated by whoever opens it."""


def check_cost(data: bytes, name: str) -> None:
    """Check that a workbook opens within limits of memory and time, and that its sheets are not too large.

    Raises FileRefused: It does not, or it is larger than `MAX_BYTES`.
    """
    if len(data) > MAX_BYTES:
        raise refusal("bomb.old_size", name, megabytes=len(data) / 1e6, most=MAX_BYTES / 1e6)
    trial = _TRIAL.format(seconds=SECONDS, bytes=MEGABYTES << 20)
    try:
        done = subprocess.run([sys.executable, "-I", "-c", trial], input=data, capture_output=True, check=False,
                              timeout=10 * SECONDS)
    except subprocess.TimeoutExpired:
        raise refusal("bomb.old_opening", name, megabytes=MEGABYTES, seconds=SECONDS) from None
    if done.returncode or not done.stdout.strip().isdigit():
        raise refusal("bomb.old_opening", name, megabytes=MEGABYTES, seconds=SECONDS)
    if (cells := int(done.stdout)) > MAX_CELLS:
        raise refusal("bomb.old_cells", name, cells=cells, most=MAX_CELLS)
