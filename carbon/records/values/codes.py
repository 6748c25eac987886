"""Codes of sites, meters, accounts: "LYON " is the site Lyon that params declare; "a1" next to "A1" is asked."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.text import code_key
from carbon.records.grids.cells import Column
from carbon.records.values.fields import Context

CODES = ("site", "meter", "account")


def as_declared(name: str, column: Column, declared: Collection[str], context: Context) -> Column:
    """Return the codes of a column, those of params as params write them; warn of others that differ in case alone."""
    spellings: dict[str, set[str]] = {}
    for text in (column.words if column.coded else pc.unique(column.text)).to_pylist():
        spellings.setdefault(code_key(text), set()).add(text.strip())
    declared_of = {code_key(code): code for code in declared}
    settled = {*declared_of, *map(code_key, vars(context.options)["values"].get(name, ()))}
    several = [sorted(words) for key, words in spellings.items() if len(words) > 1 and key not in settled]
    if several:
        one, other = several[0][:2]
        context.warn_of("codes_differ_in_case", column=name, one=one, other=other)
    if all(words == {declared_of[key]} for key, words in spellings.items() if key in declared_of):
        return column
    distinct = column.distinct()
    texts = pa.array([declared_of.get(code_key(text), text) for text in distinct.texts.to_pylist()], pa.string())
    return Column(pa.DictionaryArray.from_arrays(pa.array(distinct.codes), texts), column.marks)
