"""The table of default uncertainties, and the first of its lines that fits each row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.emissions.uncertainty.pedigree import PACKAGE
from carbon.emissions.uncertainty.sources import Codes, Columns

Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class SlotSources:
    """Sources of one slot: the place of each row's source among them (-1 for none), and source_id, of, distribution,
    spread, centre, stated, ask, evidence, effort, after and shared_over_years of each.
    """

    slot: str
    at: Codes
    sources: Columns


def defaults() -> pd.DataFrame:
    """Read the packaged table: of, class, tier, activity, part, unit (prefixes; "" is any), gsd2, shared_by, ask ...

    Round numbers of this project, from no publication: every result that uses them states so. The other columns
    (correlation, shared_over_years, effort, after, narrower_because) are described in the citation next to the table.
    """
    numbers = dict.fromkeys(("gsd2", "shared_over_years", "correlation", "after"), "amount")
    return packaged.read_csv(PACKAGE, "data/uncertainty_defaults.csv", numbers)


@cache
def packaged_rules() -> Columns:
    """Return the packaged table as plain columns."""
    return columns_of(defaults())


def columns_of(table: pd.DataFrame) -> Columns:
    """Return a table as plain columns."""
    return {str(name): values.to_numpy() for name, values in table.items()}


def rules_of(rules: Columns, *classes: str) -> Columns:
    """Return the rules of some kinds of uncertainty, in their order."""
    of_class = np.isin(rules["of"], classes)
    return {name: values[of_class] for name, values in rules.items()}


def first_fit(rules: Columns, **columns: Words) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of the first rule that fits each row.

    Its tier is the row's, and the row's activity, part and unit begin as the rule's do; "" fits all.

    Raises
    ------
    MethodError
        Rows to which no rule applies.
    """
    n = len(next(iter(columns.values())))
    first_rule: npt.NDArray[np.int64] = np.full(n, -1)
    texts = {name: values.astype(str) for name, values in columns.items()}
    for i in range(len(rules["of"])):
        fits = first_rule < 0
        for name, values in texts.items():
            if rule_word := rules[name][i]:
                fits &= values == rule_word if name == "tier" else np.strings.startswith(values, str(rule_word))
        first_rule[fits] = i
    if (first_rule < 0).any():
        raise MethodError(f"{int((first_rule < 0).sum()):,} rows to which no default uncertainty applies",
                          rows=pd.DataFrame(columns)[first_rule < 0])
    return {name: values[first_rule] for name, values in rules.items()}
