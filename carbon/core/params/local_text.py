"""Texts of a company in both languages: `{en: ..., fr: ...}` in its params is read as the text of its report's
language.

What else a report prints of a company (names, labels, evidence of a lever) is kept in both and chosen when shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("en", "fr")
_BY_YEAR = ("event_years", "missing_years")
_IN_LISTS = {"rules": ("reason", "exclude"), "instruments": ("evidence",), "categories": ("reason",)}
"""List or mapping of params -> its texts that may be in both languages."""


def in_report_language(data: Any, *, only: str = "") -> Any:
    """Params as read, each text that is in several languages replaced by that of `language`, else by the first given.

    With `only`, the one key of that name: the rules of a file of their own.

    Raises
    ------
    ValueError
        A text in a language that no report is written in; a text that is empty.
    """
    if not isinstance(data, Mapping):
        return data
    language = str(data.get("language"))
    found = dict(data)
    for key in _BY_YEAR:
        if isinstance(found.get(key), Mapping):
            found[key] = {year: _text(value, language, f"{key}.{year}") for year, value in found[key].items()}
    for key, fields in _IN_LISTS.items():
        held = found.get(key)
        if isinstance(held, Mapping):
            found[key] = {name: _line(line, fields, language, f"{key}.{name}") for name, line in held.items()}
        elif isinstance(held, list):
            found[key] = [_line(line, fields, language, f"{key}.{at}") for at, line in enumerate(held)]
    return {only: found[only]} if only else found


def _line(line: Any, fields: tuple[str, ...], language: str, place: str) -> Any:
    if not isinstance(line, Mapping):
        return line
    return {name: _text(value, language, f"{place}.{name}") if name in fields else value
            for name, value in line.items()}


def _text(value: Any, language: str, place: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    if not value or set(value) - set(LANGUAGES) or not all(isinstance(t, str) and t.strip() for t in value.values()):
        raise ValueError(f"{place}: a text in several languages is {{en: ..., fr: ...}}")
    return value.get(language) or next(iter(value.values()))
