"""Gallons: which one a bare "gal" is, where the country of the row proves it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.text import fold
from carbon.core.units import GALLONS, is_bare_gallon
from carbon.records.grids.cells import Column
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import UNIT, Field
from carbon.records.rules.sheet import Sheet


def take_gallons(sheet: Sheet) -> None:
    """Write which gallon a bare one is, where the country of the row, its site's before its own, is one of `GALLONS`.

    A row whose site and own country differ proves neither. A meaning that params give the word goes first. What stays
    bare is rejected with the choices when its cell is read.
    """
    fields = [f for f in sheet.contract.fields if f.reads == UNIT and f.name in sheet.raw
              and (not f.dimensions or "volume" in f.dimensions)]
    bare = {f.name: rows for f in fields if (rows := _bare(f, sheet)).any()}
    if not bare:
        return
    gallon = _proved(sheet)
    raw = dict(sheet.raw)
    for name, rows in bare.items():
        proved = rows & (gallon != "")
        texts = np.array(raw[name].text.cast(pa.string()).to_pylist(), dtype=object)
        raw[name] = Column(pa.array(np.where(proved, gallon, texts), pa.string()), raw[name].marks)
        for unit in pd.unique(gallon[proved]):
            country = next(c for c, word in GALLONS.items() if word == unit)
            sheet.warn("gallons", f"{int((proved & (gallon == unit)).sum()):,} rows in gallons are in {unit}s: their "
                       f"country is {country}")
    sheet.raw = raw


def _bare(field: Field, sheet: Sheet) -> npt.NDArray[np.bool_]:
    """Return the rows whose unit is a gallon of no country, which params give no meaning."""
    declared: dict[str, str] = vars(sheet.options)["values"].get(field.name, {})
    meant_words = {fold(word) for word in declared}
    return np.asarray(_by_cell(sheet.raw[field.name], lambda text: text if is_bare_gallon(text)
                               and fold(text) not in meant_words else "") != "", dtype=bool)


def _proved(sheet: Sheet) -> npt.NDArray[np.object_]:
    """Return the gallon of each row's country, "" where none is proved."""
    nothing = np.full(len(sheet), "", dtype=object)
    own_country, of_site = (
        _by_cell(sheet.raw[column], country) if column in sheet.raw else nothing
        for column, country in (("country", lambda text: vocabulary.canonical("country", text) or ""),
                                ("site", lambda text: sheet.project.sites.get(text.strip(), ""))))
    country = np.where(of_site == "", own_country, of_site)
    differs = (of_site != "") & (own_country != "") & (of_site != own_country)
    return np.array([GALLONS.get(c, "") for c in np.where(differs, "", country)], dtype=object)


def _by_cell(column: Column, meaning: Callable[[str], str]) -> npt.NDArray[np.object_]:
    distinct = column.distinct()
    words = np.array([meaning(text) for text in distinct.texts.to_pylist()], dtype=object)
    return np.asarray(words[distinct.codes])
