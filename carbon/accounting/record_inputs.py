"""The inputs of a formula as its record has them: areas, uses, shares, amounts, next to the quantity that they gave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.text_columns import Values, by_word, pick, plain_values

_KINDS = ("leased_assets", "shared_logistics", "processing", "product_use", "end_of_life", "franchises", "investments",
          "homeworking", "commuting", "freight")
"""Kinds of record whose quantity is the result of a formula of several columns."""
_ELSEWHERE = (frozenset(schemas.WATER.columns) | {"vehicle"}) - {"quantity", "unit"}
"""Columns that every record has: where and when; they are columns of the explanation or of the file. The number of a
vehicle may lead to a person.
"""


def with_inputs(rows: pd.DataFrame, records: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Add the column `inputs` to rows with a `record_id`: "area 200 m2, total_area 2000 m2, occupied_share 0.75".

    "" for records whose quantity is as they give it, and where the records are not at hand.
    """
    inputs = np.full(len(rows), "", dtype=object)
    for kind in _KINDS:
        table = records.get(kind)
        if table is None or not len(table):
            continue
        place = pd.Index(table["record_id"]).get_indexer(pd.Index(rows["record_id"]))
        of_kind = np.flatnonzero(place >= 0)
        if len(of_kind):
            inputs[of_kind] = _in_words(table.take(place[of_kind]))
    return rows.assign(inputs=pd.array(inputs, dtype="str"))


def _in_words(table: pd.DataFrame) -> Values:
    words: Values = np.full(len(table), "", dtype=object)
    names = [c for c in table.columns if c not in _ELSEWHERE and not c.endswith("_unit") and c != "unit"]
    for name in names:
        values = plain_values(table[name].array)
        text = values if values.dtype == object else by_word(values, lambda v: "" if np.isnan(v) else f"{v:.10g}")
        unit = "unit" if name == "quantity" else f"{name}_unit"
        text = pick(text == "", "", text + " " + plain_values(table[unit].array)) if unit in table else text
        part = by_word(text, lambda t, name=name: f"{name} {t.strip()}" if t else "")  # type: ignore[misc]
        words = pick(part == "", words, pick(words == "", part, words + ", " + part))
    return words
