"""Faults of parameters: what a check found, in plain words, and where in the file it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

Key = tuple[str | int, ...]
_WORDS = {
    "missing": "is missing", "extra_forbidden": "is unknown",
    "greater_than_equal": "must be at least {ge:g}", "less_than_equal": "must be at most {le:g}",
    "greater_than": "must be above {gt:g}", "less_than": "must be below {lt:g}",
    "finite_number": "must be a finite number", "literal_error": "must be {expected}",
    **dict.fromkeys(("float_parsing", "float_type"), "must be a number, e.g. 0.05"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "must be a whole number, e.g. 12"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "must be keys and values"),
    "fault": "{what}", "list_type": "must be a list", "string_type": "must be a string",
    "string_too_short": "must have at least {min_length} characters", "too_short": "must have at least {min_length}",
}
"""Kind of fault -> its words; any other has the words of the check that found it."""
_AT = "at"


def fault_at(where: Sequence[str | int], what: str) -> ValueError:
    """Return the error of a value further inside than the model whose check finds it, to raise there."""
    key = ".".join(map(str, where))
    return PydanticCustomError("fault", "{key}: {what}", {"key": key, "what": what, _AT: tuple(where)})


def place_of(error: Mapping[str, Any]) -> Key:
    """Return the keys that lead to the value of a fault."""
    return (*error["loc"], *error.get("ctx", {}).get(_AT, ()))


def words_of(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a value, and where a share was written as a percentage, the share."""
    given = error.get("ctx", {})
    template = _WORDS.get(error["type"])
    if template is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return template.format_map(given) + _as_share(error["input"], given.get("le", given.get("lt")))


def _as_share(value: Any, most: Any) -> str:
    """Return the share that a percentage is, "" where the limit is no share or the value is no percentage."""
    try:
        percent = float(value)
    except (TypeError, ValueError):
        return ""
    return f"; write {percent / 100:g} for {percent:g} %" if 0 < (most or 0) <= 1 < percent <= 100 else ""


def fault_words(error: ValidationError, *, of_all: str = "the whole") -> str:
    """Return all faults in one line: field (`of_all`: the words for none) and what is wrong with it."""
    return "; ".join(f"{'.'.join(map(str, place_of(e))) or of_all}: {words_of(e)}"
                     for e in error.errors(include_url=False))
