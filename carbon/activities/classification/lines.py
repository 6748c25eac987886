"""The rule that decides each record.

The company's rules come first, in file order, then the packaged account map; the first that matches decides. In the
account map the longest prefix decides. A rule without `kind` is for purchases. All is compared on distinct values
and broadcast by code, so a ledger of a million lines costs what its distinct suppliers and accounts cost.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.errors import ParamsError
from carbon.core.text import fold, strip_accents
from carbon.params.shapes.company import Condition, Rule

NO_RULE = -1
DEFAULT_KIND = "purchases"
_COLUMN = {"keyword": "description"}
WHOLE = "$"
"""End of an account that is compared as a whole."""
_FIELDS = ("supplier", "account", "category", "keyword", "site", "country")
Flags = npt.NDArray[np.bool_]


def rule_of_rows(records: Rows, rules: Sequence[Rule], *, kind: str) -> npt.NDArray[np.int64]:
    """Return the position in `rules` of the first rule that matches each record; NO_RULE where none does.

    A text field is a case- and accent-blind glob, `account` a prefix (the whole account with "$" at its end), `keyword`
    whole words of the description ("abonn*" matches any ending). All fields of a condition must match, each with any
    one of its patterns.

    Raises ParamsError: A rule without any condition: it would swallow every line.
    """
    position_of_rule = np.full(len(records), NO_RULE, dtype=np.int64)
    columns = _Columns(records)
    for position, rule in enumerate(rules):
        if not any(getattr(rule.when, field) for field in ("kind", *_FIELDS)):
            raise ParamsError(f"Rule {rule.id!r} has no condition",
                              hint="give at least one of kind, supplier, account, category, keyword, site, country")
        if kind not in (rule.when.kind or [DEFAULT_KIND]):
            continue
        position_of_rule[(position_of_rule == NO_RULE) & columns.match(rule.when)] = position
    return position_of_rule


class _Columns:
    """The distinct values of each text column of a table, factorised once and only when a rule asks for it."""

    def __init__(self, records: Rows) -> None:
        self._records = records
        self._distinct: dict[str, tuple[npt.NDArray[np.int64], list[str]]] = {}
        self._forms: dict[str, list[str]] = {}

    def match(self, when: Condition) -> Flags:
        """Return one flag a record: whether every given field of the condition fits it."""
        flags = np.ones(len(self._records), dtype=bool)
        for field in _FIELDS:
            patterns = getattr(when, field)
            if patterns:
                flags &= self._field(field, patterns)
        return flags

    def _field(self, field: str, patterns: list[str]) -> Flags:
        column = _COLUMN.get(field, field)
        if column not in self._records:
            return np.zeros(len(self._records), dtype=bool)
        codes, values = self._values(column)
        make, test = _MATCHERS.get(field, (plain, _glob))
        forms = self._forms.setdefault(f"{field}:{column}", []) or self._forms[f"{field}:{column}"]
        if len(forms) != len(values):
            forms.extend(map(make, values))
        hit = np.zeros(len(values), dtype=bool)
        for text in patterns:
            hit |= test(forms, text)
        return hit[codes]

    def _values(self, column: str) -> tuple[npt.NDArray[np.int64], list[str]]:
        if column not in self._distinct:
            codes, values = pd.factorize(self._records[column])
            self._distinct[column] = codes.astype(np.int64), [str(v) for v in values]
        return self._distinct[column]


def plain(text: str) -> str:
    """Fold case, accents and spaces of a string; punctuation stays."""
    return " ".join((text if text.isascii() else strip_accents(text)).casefold().split())


def _glob(forms: list[str], pattern: str) -> Flags:
    plain_pattern = plain(pattern)
    if not any(c in plain_pattern for c in "*?["):
        return np.fromiter((form == plain_pattern for form in forms), dtype=bool, count=len(forms))
    match = re.compile(fnmatch.translate(plain_pattern)).match
    return np.fromiter((match(form) is not None for form in forms), dtype=bool, count=len(forms))


def _prefix(forms: list[str], pattern: str) -> Flags:
    if pattern.endswith(WHOLE):
        return np.fromiter((form == plain(pattern[:-1]) for form in forms), dtype=bool, count=len(forms))
    plain_prefix = plain(pattern).removesuffix("*")
    return np.fromiter((form.startswith(plain_prefix) for form in forms), dtype=bool, count=len(forms))


def _words(forms: list[str], pattern: str) -> Flags:
    padded_words = f" {fold(pattern.removesuffix('*'))}" + ("" if pattern.endswith("*") else " ")
    return np.fromiter((padded_words in form for form in forms), dtype=bool, count=len(forms))


_MATCHERS: dict[str, tuple[Callable[[str], str], Callable[[list[str], str], Flags]]] = {
    "account": (plain, _prefix), "keyword": (lambda text: f" {fold(text)} ", _words),
}
