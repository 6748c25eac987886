"""Emission rows of inventories with their sources of uncertainty: as publishers and the company state them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.origins import with_origins
from carbon.core.text_columns import stack
from carbon.emissions.uncertainty import UncertainRows, uncertain_rows_of

_GENERATION = re.compile(r".*generation\.(?P<whole>.+)-minus-(?P<part>.+)")
"""The element of a generation that is what its upstream leaves of a published life-cycle factor."""


def uncertain_rows(
    *parts: tuple[InventoryTables, pd.DataFrame], split_years: bool = False, correlation: float | None = None
) -> UncertainRows:
    """Return emission rows of one or several inventories, one after the other, with their sources.

    What one inventory's params state holds for all of them; of several, the last one's.

    Parameters
    ----------
    parts
        Inventory and some of its emission rows.
    split_years
        Separate the part of each source that is independent each year.
    correlation
        0 to 1: in place of the declared correlation of factors of one publisher's model.

    Raises
    ------
    MethodError
        Rows to which no default applies; the uncertainty of one thing is stated twice.
    """
    percent: dict[str, float] = {}
    elements: dict[str, str] = {}
    for inventory, _ in parts:
        stated, of_element = _facts(inventory)
        percent |= stated
        elements |= of_element
    rows = [with_origins(inventory, part.reset_index(drop=True)) for inventory, part in parts]
    return uncertain_rows_of(rows[0] if len(rows) == 1 else stack(rows), percent, split_years=split_years,
                             elements=elements, own=parts[-1][0].params.uncertainty, correlation=correlation)


def elements_of(inventory: InventoryTables) -> dict[str, str]:
    """Return factor_id -> the published element it is a part of."""
    return _facts(inventory)[1]


def _facts(inventory: InventoryTables) -> tuple[dict[str, float], dict[str, str]]:
    """Return by factor_id the +- % that a publisher states, and the element it holds for.

    A life-cycle factor that was split in generation and upstream is one element, whose +- holds for their sum.
    """
    table = inventory.factors
    ids, stated = table["factor_id"].tolist(), table["uncertainty_pct"].tolist()
    element = table["element_id"].tolist() if "element_id" in table else ids
    percent = {name: value for name, value in zip(ids, stated, strict=True) if not np.isnan(value)}
    elements = dict(zip(ids, element, strict=True))
    for name, of in list(elements.items()):
        if (match := _GENERATION.fullmatch(of)) and name in percent:
            members = [n for n, e in elements.items() if e == match["part"] and n not in percent]
            for member in [name, *members]:
                elements[member], percent[member] = match["whole"], percent[name]
    return percent, elements
