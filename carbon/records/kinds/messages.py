"""Messages of the reading rules: what is wrong with a row, column or file and what to do (data/messages.csv).

A name is a code, or a code and a variant of it: "duplicate.headcount". Words in braces are given with the name, those
of the name as well: "{column}_missing". `{skip}` and `{swear:net_of_tax}` are the same everywhere. No table library is
loaded here: the process of a schedule refuses files by their size alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from carbon.core import packaged
from carbon.core.display import Displayed
from carbon.core.errors import FileRefused


@dataclass(frozen=True)
class Problem:
    """Why a cell cannot be used, and what to do. `code` is a stable word that tests and params refer to."""

    code: str
    reason: str
    what_to_do: str


def cell_error(shown_text: str) -> Problem:
    """Return the problem of a workbook's cell that shows an error, or a number otherwise than it is stored."""
    return Problem("cell_error", f"the cell shows {shown_text}",
                   "repair or reformat the cell in the workbook, and save it again")


@dataclass(frozen=True, repr=False)
class Warned(Displayed):
    """Something a reader should know that does not stop a row or a file."""

    code: str
    text: str


class _Swear:
    """The line of params that states something of a file."""

    def __format__(self, what: str) -> str:
        return f'`swears: [{{what: {what}, reason: "...", on: YYYY-MM-DD}}]` of the file in params'


_ALWAYS = {"skip": "delete the row, or name it under `skip_rows_where` in the company's params", "swear": _Swear()}


@cache
def _table() -> dict[str, tuple[str, str]]:
    rows = packaged.read_rows("carbon.records", "data/messages.csv")
    return {row["name"]: (row["reason"], row["what_to_do"]) for row in rows}


def problem(name: str, /, **words: Any) -> Problem:
    """Return a message of the table with its words. Raises KeyError: no such message, or a word is not given."""
    code = name.partition(".")[0]
    return Problem(*(text.format(**_ALWAYS, **words) for text in (code, *_table()[name])))


def warned(name: str, file: str, /, **words: Any) -> Warned:
    """Return a warning of a file."""
    message = problem(name, **words)
    return Warned(message.code, f"{file}: {message.reason}")


def refusal(name: str, file: str, /, *, columns: tuple[str, ...] = (), facts: dict[str, Any] | None = None,
            **words: Any) -> FileRefused:
    """Return the refusal of a file, with what the answer of params needs."""
    message = problem(name, **words)
    return FileRefused(f"{file}: {message.reason}" if file else message.reason, code=message.code,
                       what_to_do=message.what_to_do, columns=columns, facts=facts)
