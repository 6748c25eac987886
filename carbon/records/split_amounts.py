"""
Amounts that two columns share: whole euros in one, cents in the other.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from carbon.core.errors import FileRefused
from carbon.records.contract import Contract
from carbon.records.fields import Context
from carbon.records.grids import Grid
from carbon.records.headings import Layout
from carbon.records.numbers import parse_numbers
from carbon.records.vocabulary import heading_key

_CENTS = re.compile(r"(?!.*\b(per|price|prix|preis|rate|taux)\b)(.* )?(cents?|cts?|centimes?|eurocents?|pence|pennies"
                    r"|centesimi|centimos|rappen|groszy|grosze|haleru|oren?|ore)( .*)?")


def refuse_split_amounts(table: pd.DataFrame, body: Grid, layout: Layout, contract: Contract, context: Context) -> None:
    """
    Refuse amounts beside a column of cents that is not read: 1234 and 50 are 1234.50.

    Cents that are a hundred times the amount in every row say the same once more, and are no part of it.

    Raises
    ------
    FileRefused
        The heading of the cents, and what to do.
    """
    column = contract.measure[0]
    if column != "amount" or column in context.options.columns or column not in layout.columns:
        return
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        if position in layout.columns.values() or not _CENTS.fullmatch(heading_key(heading)):
            continue
        distinct = body.columns[position].distinct()
        cents = parse_numbers(distinct).numbers[distinct.codes]
        amount = table[column].to_numpy()
        both = ~np.isnan(cents) & ~np.isnan(amount) & (cents != 0)
        if both.any() and not np.isclose(cents[both], 100 * amount[both], rtol=1e-12, atol=0.005).all():
            whole = layout.headings[layout.columns[column]]
            raise FileRefused(
                f"{context.name}: {heading!r} may hold the cents of {whole!r}", code="amount_split",
                what_to_do="write each amount in one column, e.g. 1234.50; or declare `columns: {amount: ...}` in the "
                           "company's params where the amounts are whole")
