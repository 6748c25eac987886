"""Inputs of plain formulas: numbers, arrays or Series of numbers; text and truth values raise an error.

A single number that is missing (NaN) or infinite raises. In an array or Series a missing value stays missing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError

_HINT = "give a number, or an array or Series of numbers; leave out unknown values, do not guess them"


def refuse_no_number(
    what: str, *, at_least: float | None = None, over: float | None = None, at_most: float | None = None,
    missing: bool = False, hint: str = "", **values: Any,
) -> None:
    """Raise unless each value is a number, an array or a Series of numbers, within the bounds.

    Parameters
    ----------
    what
        The formula, as the error names it.
    at_least, over, at_most
        Bounds of each value; `over` leaves its own number out.
    missing
        NaN alone is "not covered" and makes the result NaN, as it does in an array.

    Raises
    ------
    MethodError
        Text, a list, nothing, a truth value; NaN alone; an infinite value; one beyond the bounds.
    """
    for name, value in values.items():
        many = _numbers(value)
        if many is None or np.isinf(many).any() or (many.ndim == 0 and np.isnan(many) and not missing):
            raise MethodError(f"{what}: {name} is {_shown(value)}, not a known number", hint=hint or _HINT)
        if ((over is not None and (many <= over).any()) or (at_least is not None and (many < at_least).any())
                or (at_most is not None and (many > at_most).any())):
            raise MethodError(f"{what}: {name} is {_shown(value)}; it must be {_bounds(at_least, over, at_most)}",
                              hint=hint or f"correct {name}, or leave the row out and state the reason")


def is_number(value: Any) -> bool:
    """Return whether a value is one finite number; True and False are not."""
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return number and math.isfinite(value)


def share_of(what: str, part: Any, total: Any, *, names: tuple[str, str] = ("part", "total"), hint: str) -> Any:
    """Return part / total, from 0 to 1; `names` are those of both in errors.

    Raises
    ------
    MethodError
        A total that is not above zero, a negative part, a part above the total, or no number (`refuse_no_number`).
    """
    refuse_no_number(what, over=0, **{names[1]: total})
    refuse_no_number(what, at_least=0, **{names[0]: part})
    if np.any(np.asarray(part) > np.asarray(total)):
        raise MethodError(f"{what}: {names[0]} {part} is above {names[1]} {total}", hint=hint)
    return part / total


def _numbers(value: Any) -> np.ndarray | None:
    if isinstance(value, pd.Series):
        number = pd.api.types.is_numeric_dtype(value) and not pd.api.types.is_bool_dtype(value)
        return value.to_numpy(dtype=float, na_value=np.nan) if number else None
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value, dtype=float) if np.issubdtype(value.dtype, np.integer) or np.issubdtype(
            value.dtype, np.floating) else None
    return np.asarray(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray | pd.Series):
        return f"[{', '.join(str(v) for v in list(np.ravel(value))[:5])}{', ...' if np.size(value) > 5 else ''}]"
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else repr(value)


def _bounds(at_least: float | None, over: float | None, at_most: float | None) -> str:
    limits = [("over", over), ("at least", at_least), ("at most", at_most)]
    return " and ".join(f"{word} {bound:g}" for word, bound in limits if bound is not None)
