"""The entry under `files:` that answers about a file make, by the keys of its questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pydantic
import yaml

from carbon.core.display import Displayed
from carbon.core.errors import ParamsError, UsageError
from carbon.params.files.project import Project
from carbon.params.files.sources import resolved, source_of
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.source import SourceProfile
from carbon.records.kinds.contract import ProjectContext

EVERY_ROW = "every row: "
"""Before an answer about a column: the value of every row. A spreadsheet would run "=EUR"."""
ROWS, NONE = "rows", "none"
"""Group of the questions whether rows with a word count; the answer that no known software wrote the file."""


@dataclass(eq=False, repr=False)
class Given(Displayed):
    """A file that is mapped, and what is known about it."""

    path: Path
    name: str
    pattern: str
    context: ProjectContext
    base: FilePattern | None = None
    """The entry that params have already; its keys hold."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Column -> a value of the company's params that is offered, never taken."""
    answers: dict[str, str] = field(default_factory=dict)
    """By key of a question, e.g. {"columns.amount": "{Soll} - {Haben}", "columns.currency": "every row: EUR"}."""
    project: Project | None = None
    """Whose own sources are known next to the packaged ones."""

    def with_answer(self, key: str, text: str) -> Given:
        """Return the same with one more answer."""
        return replace(self, answers={**self.answers, key: text})

    def options(self, kind: str) -> FilePattern:
        """Return the entry as the reader takes it, with what its source reads. Raises UsageError: It is not valid."""
        try:
            return resolved(FilePattern.model_validate(entry_of(self.pattern, kind, self.base, self.answers)),
                            self.project)
        except pydantic.ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            raise UsageError(f"`{'.'.join(map(str, first['loc']))}` = {first['input']!r}: "
                             f"{first['msg'].removeprefix('Value error, ')}", hint="answer again") from None

    def profile(self, name: str) -> SourceProfile:
        """Return a source by its name. Raises UsageError: No such source, or it is not sound."""
        try:
            return source_of(name, self.project).profile
        except ParamsError as wrong:
            raise UsageError(wrong.what, hint=wrong.hint) from None


def entry_of(pattern: str, kind: str, base: FilePattern | None, answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the entry under `files:` that an earlier entry and answers by key make.

    Raises UsageError: An answer is no YAML, or none of those that its question has.
    """
    entry: dict[str, Any] = {} if base is None else base.model_dump(mode="json", exclude_defaults=True)
    entry |= {"pattern": pattern, "kind": kind}
    if "source" in entry:
        entry["source"] = entry["source"].split(" (")[0]
    for key, answer in answers.items():
        group, _, rest = key.partition(".")
        constant = constant_of(answer) if group == "columns" else None
        if constant is not None:
            entry.setdefault("constants", {})[rest] = constant
        elif group in ("columns", "constants"):
            entry.setdefault(group, {})[rest] = answer
        elif group == "values":
            column, _, word = rest.partition(".")
            entry.setdefault("values", {}).setdefault(column, {})[word] = answer
        elif group == ROWS:
            _add_rows(entry, rest, answer)
        elif group == "swears":
            today = datetime.now(tz=UTC).date().isoformat()
            entry[group] = [*entry.get(group, ()), {"what": rest, "reason": answer, "on": today}]
        elif group != "kind" and not (group == "source" and answer == NONE):
            entry[group] = _value(group, answer)
    return entry


def _add_rows(entry: dict[str, Any], rest: str, answer: str) -> None:
    """Add a word to those of its column that count, count below zero or do not count."""
    heading, _, word = rest.partition(" = ")
    key = f"{answer.strip().casefold()}_rows_where"
    if key not in FilePattern.model_fields:
        raise UsageError(f"{answer!r} is not count, minus or skip", hint="answer again")
    words = entry.setdefault(key, {}).setdefault(heading, [])
    words.append(re.sub(r"([*?\[])", r"[\1]", word))


def _value(key: str, answer: str) -> Any:
    if key == "period":
        return re.findall(r"\d{4}-\d{2}-\d{2}", answer)
    if key != "layout":
        return answer
    try:
        return yaml.load(answer, yaml.BaseLoader)  # noqa: S506 (strings alone, as params are read)
    except yaml.YAMLError:
        raise UsageError(f"{answer!r} is no layout", hint="write it as in params, e.g. {headings: date}") from None


def constant_of(answer: str) -> str | None:
    """Return the value that an answer gives every row, "every row: EUR" or "=EUR"; None where it names columns."""
    for mark in (EVERY_ROW.strip(), "="):
        if answer.casefold().startswith(mark):
            return answer[len(mark):].strip()
    return None
