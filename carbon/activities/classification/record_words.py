"""Words of waste, freight and equipment lists, and the names that activities have for them."""

from __future__ import annotations

from functools import cache

import pandas as pd

from carbon.activities.classification.rules import PACKAGE
from carbon.core import packaged
from carbon.core.text_columns import Values, by_word


@cache
def record_words() -> pd.DataFrame:
    """field, word, language, name: what a word in a field of a list means; any other word is a name already."""
    return packaged.read_csv(PACKAGE, "data/record_words.csv")


def named(field: str, slugs: Values) -> Values:
    """Each word of a field by its activity's name, e.g. "carton" is paper_and_board_board; unknown words as they
    are.
    """
    names = _names(field)
    return by_word(slugs, lambda s: names.get(s, s))


@cache
def _names(field: str) -> dict[str, str]:
    table = record_words()
    rows = table[table["field"] == field]
    return dict(zip(rows["word"], rows["name"], strict=True))
