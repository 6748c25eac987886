"""Strings of a company in both languages: `{en: ..., fr: ...}` in its params is read in the language of its report.

Names, labels and the evidence of a lever stay in both languages until they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LANGUAGES = ("en", "fr")
_BY_YEAR = ("event_years", "missing_years")
_IN_LISTS = {"rules": ("reason", "exclude"), "instruments": ("evidence",), "categories": ("reason",),
             "expected": ("reason",)}
"""List or mapping of params -> its strings that may be in both languages."""


_RANGE = re.compile(r"(\d{4})-(\d{4})")


def in_report_language(data: Any, *, only: str = "") -> Any:
    """Replace each string in several languages by that of `language`, else by the first one given.

    With `only`, the one key of that name: the rules of a file of their own.

    Raises ValueError: A string in a language that no report is written in; an empty string.
    """
    if not isinstance(data, Mapping):
        return data
    language = str(data.get("language"))
    params = dict(data)
    for key in _BY_YEAR:
        if isinstance(params.get(key), Mapping):
            params[key] = {year: _text(value, language, f"{key}.{year}")
                           for year, value in year_by_year(key, params[key]).items()}
    for key, fields in _IN_LISTS.items():
        value = params.get(key)
        if isinstance(value, Mapping):
            params[key] = {name: _line(line, fields, language, f"{key}.{name}") for name, line in value.items()}
        elif isinstance(value, list):
            params[key] = [_line(line, fields, language, f"{key}.{at}") for at, line in enumerate(value)]
    return {only: params[only]} if only else params


def _line(line: Any, fields: tuple[str, ...], language: str, place: str) -> Any:
    if not isinstance(line, Mapping):
        return line
    return {name: _text(value, language, f"{place}.{name}") if name in fields else value
            for name, value in line.items()}


def _text(value: Any, language: str, place: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    if not value or set(value) - set(LANGUAGES) or not all(isinstance(t, str) and t.strip() for t in value.values()):
        raise ValueError(f"{place}: a string in several languages is {{en: ..., fr: ...}}")
    return value.get(language) or next(iter(value.values()))


def year_by_year(key: str, value: Any) -> Any:
    """Return the reason of each year where a key's years may be a range, "1991-1999"; any other value as it is."""
    if key not in _BY_YEAR or not isinstance(value, Mapping):
        return value
    return {year: text for name, text in value.items() for year in _years(name)}


def _years(key: Any) -> list[Any]:
    match = _RANGE.fullmatch(key) if isinstance(key, str) else None
    return [key] if match is None else list(range(int(match[1]), int(match[2]) + 1)) or [key]
