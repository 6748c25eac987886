"""The registry of reading rules: which rows count, in the order in which the rules are applied (data/rules.csv).

Every rule is a function of the sheet being read. It adds faults, exclusions and warnings to it, refuses the whole file,
or returns a new table. The page docs/reference/reading-rules.md is made of this registry. A new rule is a function of
`Sheet` in the module of its subject and one line of the table; of two faults of a row, the first counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import import_module
from typing import Any, Generic, TypeVar

import pandas as pd

from carbon.core import packaged
from carbon.records.kinds.contract import DIGITAL, KINDS
from carbon.records.rules.sheet import Sheet

Read = TypeVar("Read")


class Stage(IntEnum):
    """When a rule is applied: the part of a sheet that is read by then."""

    CELLS = 1
    VALUES = 2
    TABLE = 3
    RECORDS = 4
    VERDICTS = 5
    FILES = 6


@dataclass(frozen=True)
class Rule(Generic[Read]):
    """One reading rule: `apply` runs on files of `kinds`, in the order of `order`, for the `reason`.

    `codes` are those of the rejects, exclusions, warnings and refusals that it may give, with spaces between.
    """

    order: int
    code: str
    kinds: frozenset[str]
    reason: str
    apply: Callable[[Read], Any]
    codes: str = ""

    @property
    def stage(self) -> Stage:
        """Return the stage: the hundreds of the order."""
        return Stage(self.order // 100)


def kinds_of(*, lands_in: str = "", counts: str = "") -> frozenset[str]:
    """Return the kinds that land in one table, or whose amount is in one column."""
    return frozenset(k for k, c in KINDS.items() if (lands_in and c.lands_in == lands_in) or
                     (counts and c.measure[0] == counts))


EVERY_KIND = frozenset(KINDS)
_GROUPS = {"every": EVERY_KIND, "amounts": kinds_of(counts="amount"), "quantities": kinds_of(counts="quantity"),
           "metered": kinds_of(lands_in="energy"), "travelled": kinds_of(lands_in="travel"), "digital": DIGITAL}
"""Words for several kinds in the table."""


def _rule(row: dict[str, str]) -> Rule[Sheet]:
    module, _, function = row["apply"].partition(".")
    kinds = frozenset().union(*(_GROUPS.get(word, {word}) for word in row["kinds"].split()))
    return Rule(int(row["order"]), row["code"], kinds, row["reason"],
                getattr(import_module(f"carbon.records.rules.{module}"), function), row["codes"])


RULES = tuple(map(_rule, packaged.read_rows("carbon.records", "data/rules.csv")))


@cache
def rules_of(kind: str, stage: Stage) -> tuple[Rule[Sheet], ...]:
    """Return the rules that apply to a kind of file at a stage, in their order."""
    return tuple(rule for rule in RULES if rule.stage == stage and kind in rule.kinds)


def apply_rules(sheet: Sheet, stage: Stage) -> None:
    """Apply the rules of a stage in their order; the table that one returns is that of the next."""
    for rule in rules_of(sheet.contract.kind, stage):
        table: pd.DataFrame | None = rule.apply(sheet)
        if table is not None:
            sheet.table = table
