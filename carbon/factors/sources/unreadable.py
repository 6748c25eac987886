"""
Files that are not what their name says: refused in words, whatever the reader underneath calls it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError

from carbon.core.errors import FileRefused

_BROKEN = (CalamineError, zipfile.BadZipFile, EOFError, OSError, UnicodeError, json.JSONDecodeError,
           pd.errors.ParserError, pd.errors.EmptyDataError)


@contextmanager
def refused_if_unreadable(path: Path, what: str, *, remedy: str) -> Iterator[None]:
    """
    Turn what readers raise on a broken or foreign file into a refusal.

    Parameters
    ----------
    what
        What the file was expected to be, e.g. "a file of the format base_carbone".

    Raises
    ------
    FileRefused
        The file cannot be decoded, unpacked or cut into columns.
    """
    try:
        yield
    except _BROKEN as broken:
        said = str(broken).strip().split("\n", 1)[0]
        raise FileRefused(f"{path.name}: not {what}: {said}", code="factor_file_unreadable",
                          what_to_do=remedy) from None
