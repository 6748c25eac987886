"""The errors of carbon: each names what, which rows, which value, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 5
EARLIER = "an earlier year"


class CarbonError(Exception):
    """Base of all errors raised on purpose.

    The text is one screen: what happened, the first five rows it happened to, and a hint.

    Parameters
    ----------
    what
        One sentence, with counts, values and names.
    rows
        The rows it happened to; the first five are shown.
    hint
        What to do, naming the file and the key to edit.
    """

    def __init__(self, what: str, *, rows: pd.DataFrame | None = None, hint: str = "") -> None:
        self.what = what
        self.rows = rows
        self.hint = hint
        super().__init__(self._text())

    def _text(self) -> str:
        parts = [self.what]
        if self.rows is not None and len(self.rows):
            parts.append(self.rows.head(SHOWN_ROWS).to_string(index=False))
            if len(self.rows) > SHOWN_ROWS:
                parts.append(f"... and {len(self.rows) - SHOWN_ROWS:,} more")
        if self.hint:
            parts.append(f"Hint: {self.hint}")
        return "\n".join(parts)

    def of_earlier(self, year: int) -> None:
        """Put the earlier year that the error is of before its sentence: "2022, an earlier year: ...".

        What a later year cannot be made without is named as that year's, and once.
        """
        self.what = f"{year}, {EARLIER}: {self.what}"
        self.args = (self._text(),)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross processes whole, whatever arguments their class asks for.
        return _restored, (type(self), self.args, self.__dict__)

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: one readable box instead of forty frames.
        return [f"{type(self).__name__}: {self}"]


def _restored(kind: type[CarbonError], args: tuple[object, ...], state: dict[str, object]) -> CarbonError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class UsageError(CarbonError):
    """The call cannot be carried out as given: arguments, names, environment (exit code 2)."""


class ParamsError(CarbonError):
    """A parameter file is refused: file, line, key and value are named."""


class TableError(CarbonError):
    """A table breaks its contract."""


class FileRefused(CarbonError):
    """A whole input file is refused.

    `code` is a stable word that scripts may test; `what_to_do` names the remedy; `columns` are those of the kind that
    are missing or may be several columns of the file; `facts` are what the answer of params names
    (`params.shapes.answers`): headings, sheets, columns.
    """

    def __init__(self, what: str, *, code: str, what_to_do: str, rows: pd.DataFrame | None = None,
                 columns: tuple[str, ...] = (), facts: Mapping[str, Any] | None = None) -> None:
        self.code, self.columns = code, columns
        self.what_to_do = what_to_do
        self.facts = dict(facts or {})
        super().__init__(what, rows=rows, hint=what_to_do)


class LedgerError(CarbonError):
    """Rows or amounts read do not equal rows or amounts accounted for."""


class RejectedShareError(CarbonError):
    """More rows or money were rejected than the company's params accept."""


class BreachError(CarbonError):
    """A year does not fit what is expected of it, by more than params let pass, and nobody accepted it by name.

    `breaches` are the fields of the run summary.
    """

    def __init__(self, what: str, *, hint: str, breaches: list[dict[str, object]]) -> None:
        self.breaches = breaches
        super().__init__(what, hint=hint)


class UnitError(CarbonError):
    """An unknown unit, a change of dimension, or a missing calorific basis."""


class MissingFactorError(CarbonError):
    """No factor fits an activity."""


class AmbiguousFactorError(CarbonError):
    """Several factors fit equally well; none is taken in silence."""


class MoneyError(CarbonError):
    """No exchange rate, no price index, or an unknown currency."""


class MethodError(CarbonError):
    """The method does not hold for this input (too few years, a zero on a log scale, mixed methods ...)."""


class SentenceError(CarbonError):
    """A sentence of a first page is not true of its own numbers."""


class RunError(CarbonError):
    """A notebook run failed or did not pass its checks; nothing was published."""


class LockedError(RunError):
    """Another run holds this company-year."""


OWN_ERRORS = tuple(name for name, kind in list(globals().items())
                   if isinstance(kind, type) and issubclass(kind, CarbonError))
"""Names of all errors raised on purpose: each states itself what to do."""
