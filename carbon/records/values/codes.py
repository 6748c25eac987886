"""Codes of sites and meters: "LYON " is the site Lyon that params declare; "a1" next to "A1" is asked, never merged."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import pyarrow.compute as pc

from carbon.core.text import code_key
from carbon.core.text_columns import by_word, text_array
from carbon.records.grids.cells import Column
from carbon.records.values.fields import Context

CODES = ("site", "meter")


def as_declared(name: str, codes: pd.Series, column: Column, declared: Collection[str], context: Context) -> pd.Series:
    """Return the codes of a column, those of params as params write them; warn of others that differ in case alone."""
    spellings: dict[str, set[str]] = {}
    for text in (column.text.dictionary if column.coded else pc.unique(column.text)).to_pylist():
        spellings.setdefault(code_key(text), set()).add(text.strip())
    declared_of = {code_key(code): code for code in declared}
    several = [sorted(words) for key, words in spellings.items() if len(words) > 1 and key not in declared_of]
    if several:
        one, other = several[0][:2]
        context.warn("codes_differ_in_case", f"`{name}` has {one!r} and {other!r}, which differ in case or spaces "
                     "alone and count as two; where they are one, declare "
                     f"`values: {{{name}: {{{one}: {other}}}}}` in params")
    written = {word: declared_of[key] for key, words in spellings.items() if key in declared_of
               for word in words if word != declared_of[key]}
    return pd.Series(text_array(by_word(codes, lambda code: written.get(code, code)))) if written else codes
