"""Answers of params to causes: the YAML to paste for a reject, refusal, question or warning, from one table.

    number_ambiguous in energy.csv -> # params/acme.yml: decimal is "," or "."
                                      files:
                                      - {pattern: energy.csv, decimal: '?'}

An answer is written from the top of the file: mappings are merged key by key, entries of lists by their first key. `?`
is an answer that a person has to give; params that still hold it are rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Any

import yaml

from carbon.core import packaged

WIDE = 72
"""Letters of a line to paste: below a cause, on a screen of 80."""
ASKED = "?"
"""An answer that a person has to give."""
RULES = "rules"
"""Key of params whose lines are in a file of their own."""
_FACT = re.compile(r"\{([a-z_]+)\}")
"""`{Debit}` with a capital is a heading, and no fact."""


@dataclass(frozen=True)
class Answer:
    """Values of a company's params that answer a cause, and what they may be."""

    values: dict[str, Any]
    choice: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """What it states in the entry of a file; nothing where it is another key of params."""
        return dict((self.values.get("files") or [{}])[0])


@cache
def _table() -> dict[str, tuple[Any, str]]:
    """Return code -> values with facts in braces, and what may be chosen."""
    rows = packaged.read_rows("carbon.params", "data/answers.csv")
    return {row["code"]: (yaml.safe_load(row["values"]), row["choice"]) for row in rows}


def codes() -> frozenset[str]:
    """Return the codes of causes that params can answer."""
    return frozenset(_table())


def answer(code: str, facts: Mapping[str, Any]) -> Answer | None:
    """Return what params would state against a cause; None where they cannot answer it.

    Parameters
    ----------
    code
        Of the reject, refusal or warning; "<column>_unknown" without a line of its own is that of "word_unknown".
    facts
        What the table's lines name: pattern, kind, column, value, nearest, heading ... A fact that is absent or blank
        is asked; a fact that is a mapping or a list takes the place of its name. `answered_by` names another line of
        the table; `kind_by_name` is the kind of a file that may have no entry yet, which the answer then makes.
    """
    table, code = _table(), facts.get("answered_by", code)
    if code not in table and code.endswith("_unknown") and code.removesuffix("_unknown") == facts.get("column"):
        code = "word_unknown"
    if code not in table:
        return None
    values, choice = table[code]
    given_facts = {name: fact for name, fact in facts.items() if fact}
    if "kind_by_name" in given_facts and "files" in values:
        values = {"files": [{"pattern": "", "kind": "{kind_by_name}"} | entry for entry in values["files"]]}
    return Answer(_filled(values, given_facts), _FACT.sub(lambda m: str(given_facts.get(m[1], "")), choice).strip(" ;"))


def _filled(value: Any, facts: Mapping[str, Any]) -> Any:
    """Return a template with its facts; a string of one fact is that fact, whatever its type."""
    if isinstance(value, dict):
        return {_filled(key, facts): _filled(inner, facts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, facts) for inner in value]
    if not isinstance(value, str):
        return value
    match = _FACT.fullmatch(value)
    return facts.get(match[1], ASKED) if match else _FACT.sub(lambda m: str(facts.get(m[1], ASKED)), value)


def merged(values: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return params with the values of an answer: mappings key by key, list entries by their first key."""
    result = deepcopy(dict(values))
    for key, new in more.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            result[key] = merged(old, new)
        elif isinstance(old, list) and isinstance(new, list):
            result[key] = _entries(old, new)
        elif key not in result or new != ASKED:
            result[key] = deepcopy(new)
    return result


def _entries(old: list[Any], new: list[Any]) -> list[Any]:
    result = list(old)
    for entry in new:
        first = next(iter(entry.items())) if isinstance(entry, dict) and entry else None
        at = next((i for i, old_entry in enumerate(result) if first and isinstance(old_entry, dict)
                   and old_entry.get(first[0]) == first[1]), None)
        if at is not None:
            result[at] = merged(result[at], entry)
        elif entry not in result:
            result.append(deepcopy(entry))
    return result


def paste(company: str, answers: Iterable[Answer | None]) -> str:
    """Return the lines to paste for some answers, joined, with the file they belong to; "" without any answer."""
    values: dict[str, Any] = {}
    choices: dict[str, None] = {}
    for one in answers:
        if one is not None:
            values = merged(values, one.values)
            choices |= {one.choice: None} if one.choice else {}
    if not values:
        return ""
    place = f"params/{company or '<company>'}{'/rules' if set(values) == {RULES} else ''}.yml"
    return "\n".join([f"# {place}", *(line for choice in choices for line in _comment(choice)), _written(values)])


def _comment(choice: str) -> list[str]:
    return wrap(choice, WIDE, initial_indent="# ", subsequent_indent="# ", break_long_words=False)


def together(pastes: Iterable[str]) -> str:
    """Return several results of `paste` as one: the values of each file merged."""
    by_file: dict[str, tuple[dict[str, None], dict[str, Any]]] = {}
    for text in dict.fromkeys(filter(None, pastes)):
        place, *lines = text.splitlines()
        choices, values = by_file.get(place, ({}, {}))
        comments = dict.fromkeys(line for line in lines if line.startswith("# "))
        by_file[place] = choices | comments, merged(values, yaml.safe_load(text))
    return "\n".join("\n".join([place, *choices, _written(values)]) for place, (choices, values) in by_file.items())


def _written(values: Mapping[str, Any]) -> str:
    text = yaml.safe_dump(dict(values), default_flow_style=None, sort_keys=False, allow_unicode=True, width=WIDE)
    return text.rstrip("\n")
