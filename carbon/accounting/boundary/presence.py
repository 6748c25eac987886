"""What a company-year has records of: sites, entities, meters and files, with their emissions, amounts and days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting import views
from carbon.accounting.expectations.measures import DIMENSIONS
from carbon.accounting.inventory_tables import InventoryTables
from carbon.activities.causes import file_pattern
from carbon.core.columns import Column, Rows, group_codes
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import SCOPES
from carbon.core.schemas import AMOUNT, DAY, FLAG, INTEGER, TEXT, Table
from carbon.core.text import fold
from carbon.core.text_columns import Floats, Values, text_array
from carbon.core.vocabulary import MONTHS, is_word
from carbon.records.rules.sums import MOST_SERIES, Amounts, of_some, whole_series

NAMES = ("entity", "site", "file", "meter")
KG_OF = {scope: f"kg_{scope}" for scope in SCOPES}
PRESENCE = Table("presence", {
    "kind": TEXT, **dict.fromkeys(NAMES, TEXT), "stream": TEXT, "amount": AMOUNT,
    **dict.fromkeys(KG_OF.values(), AMOUNT), "rows": INTEGER, "first": DAY, "last": DAY, "sums_site": FLAG,
    "sums_entity": FLAG, "sums_meter": FLAG,
})
"""Rows of one kind, entity, site, file, meter and stream (a carrier, a gas). amount: as recorded; kg_1 to kg_3: by
scope, of the headline total [kg CO2e]; sums_site: the rows of this site are, in each of its days, the sum of others.
"""


def presence_of(inventory: InventoryTables) -> pd.DataFrame:
    """Return what a company-year has records of: `PRESENCE`, of records that count.

    A file's name is without its folder, its numbers and months: those of twelve months, or of two years, are one.
    """
    emitted = views.counted_rows(inventory.emissions, scope2_method=inventory.params.scope2_headline)
    record, co2e_kg = emitted.column("record_id"), emitted["co2e_kg"]
    kg = {KG_OF[s]: np.append(exact_sum(np.where(emitted.column("scope").among(s), co2e_kg, 0.0), record.codes,
                                        len(record.words)), 0.0) for s in SCOPES}
    parents = {fold(name) for name in (inventory.company, *inventory.params.name.values())}
    counted_ids = Column.of(inventory.activities["record_id"]).words
    parts = []
    for kind, table in sorted(inventory.records.items()):
        ids = Column.of(table["record_id"])
        rows = Rows(table).where((counted_ids.get_indexer(ids.words) >= 0)[ids.codes])
        parts += [_of_kind(kind, rows, record.words, kg, parents)] if len(rows) else []
    names = PRESENCE.columns
    return PRESENCE.validate(Rows.stack(parts, names).arrays(names)) if parts else PRESENCE.empty()


def _of_kind(kind: str, rows: Rows, ids: pd.Index[Any], kg: dict[str, Floats], parents: set[str]) -> Rows:
    nothing = Column(np.zeros(len(rows), dtype=np.intp), pd.Index(text_array([""])))
    place = rows.column("record_id")
    at = ids.get_indexer(place.words)[place.codes]  # the last one, of no kilograms, where nothing was emitted
    words = {name: rows.column(name) if name in rows else nothing for name in ("site", "meter")}
    words["entity"] = rows.column("company").map(lambda name: "" if fold(name) in parents else name)
    words["file"] = rows.column("source_file").map(file_key)
    described = [c for c in (DIMENSIONS.get(kind) or ((),))[0] if c in rows and c not in ("site", "meter")]
    stream_columns = [c for c in (*described, "unit") if c in rows] if kind in _METERED else []
    words["stream"] = _joined(rows, stream_columns) if stream_columns else nothing
    amount = np.nan_to_num(rows.get("amount" if kind == "purchases" else "quantity", np.zeros(len(rows))).astype(float))
    group = group_codes([words[c] for c in (*NAMES, "stream")])
    counts = np.bincount(group)
    n, starts, order = len(counts), np.cumsum(counts) - counts, np.argsort(group, kind="stable")
    first = order[starts]
    days = {side: rows[side].astype("datetime64[D]") for side in ("period_start", "period_end")}
    return Rows({
        "kind": kind, **{c: words[c].take(first) for c in (*NAMES, "stream")}, "amount": exact_sum(amount, group, n),
        **{c: exact_sum(values[at], group, n) for c, values in kg.items()}, "rows": counts,
        "first": np.fmin.reduceat(days["period_start"][order], starts).astype(PRESENCE.dtypes["first"]),
        "last": np.fmax.reduceat(days["period_end"][order], starts).astype(PRESENCE.dtypes["last"]),
        **{f"sums_{level}": _is_sum(level, words, amount, days, kind)[first] for level in ("site", "entity", "meter")},
    }, n)


_METERED = ("energy", "water", "waste", "refrigerants")
"""Kinds whose quantities may be summed by carrier, service, material or gas: a total of them is proved by the sums."""


def _joined(rows: Rows, columns: Sequence[str]) -> Column:
    groups = rows.groups(columns)
    lines = zip(*map(Column.tolist, groups.keys()), strict=True)
    return Column.of(text_array(["".join(f"{word} ".lstrip() for word in line).strip() for line in lines])).take(
        groups.number)


def file_key(name: str) -> str:
    """Return the name of a file below its year, without numbers and months: "2024/FEC_mars_20240331.txt" is
    "FEC_*_*.txt".
    """
    parts = name.split("/")
    below = parts[4:] if parts[:2] == ["data", "raw"] and len(parts) > 4 else parts[-1:]
    words = file_pattern("/".join(below))
    pieces = [("*" if fold(piece) in MONTHS else piece) for piece in _split(words)]
    return "".join(pieces)


def _split(name: str) -> list[str]:
    """Split a name into runs of letters and single other characters."""
    pieces: list[str] = []
    for letter in name:
        if pieces and letter.isalpha() and pieces[-1][-1].isalpha():
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _is_sum(level: str, words: dict[str, Column], amount: npt.NDArray[np.float64],
            days: dict[str, npt.NDArray[np.datetime64]], kind: str) -> npt.NDArray[np.bool_]:
    """Flag rows whose site (entity; meter of a site) is, in each cell, the sum of all others, or of those it is named
    in: "Lyon" of "Lyon north" and "Lyon south".
    """
    flags = np.zeros(len(amount), dtype=bool)
    named_rows = np.flatnonzero(~words[level].among(""))
    if kind not in _METERED or not len(named_rows):
        return flags
    folded = words[level].take(named_rows).map(fold)
    series = group_codes([folded])
    names = np.array(folded.take(np.unique(series, return_index=True)[1]).tolist(), dtype=object)
    cells = [words["stream"], *(Column.of(side.astype(np.int64)) for side in days.values())]
    cells += [words["site"]] if level == "meter" else []
    cell = group_codes([column.take(named_rows) for column in cells])
    amounts = Amounts.of(amount[named_rows], measured=True)
    is_whole = whole_series(cell, series, amounts)
    if len(names) <= MOST_SERIES:
        for whole, _ in of_some(cell, series, amounts, named_by(names), of_strangers=False):
            is_whole[whole] = True
    # Flat months and credits are no proof by their numbers alone.
    rows_of = np.split(np.argsort(series, kind="stable"), np.cumsum(np.bincount(series))[:-1])
    for whole, parts in parts_named(names).items():
        if len(parts) < 2:
            continue
        some = np.sort(np.concatenate([rows_of[name] for name in (whole, *parts)]))
        own_series = group_codes([series[some]])
        sums = whole_series(cell[some], own_series, amounts.take(some))
        is_whole[whole] |= sums[own_series[series[some] == whole][0]]
    flags[named_rows] = is_whole[series]
    return flags


def parts_named(names: Values) -> dict[int, list[int]]:
    """Return the sites that each site's name declares to hold, by their places: Lyon total Lyon hall A and B."""
    words = [set() if is_word(fold(name), "row all sites") else
             {word for word in fold(name).split() if not is_word(word, "row is a total")} for name in names]
    holding: dict[str, set[int]] = {}
    for place, of_name in enumerate(words):
        for word in of_name:
            holding.setdefault(word, set()).add(place)
    named_places = {place for place, of_name in enumerate(words) if of_name}
    found_parts = {}
    for place, of_name in enumerate(words):
        others = set.intersection(*sorted((holding[word] for word in of_name), key=len)) if of_name else named_places
        found_parts[place] = sorted(other for other in others if len(words[other]) > len(of_name))
    return {place: parts for place, parts in found_parts.items() if parts}


def named_by(names: Values) -> npt.NDArray[np.bool_]:
    """Return `parts_named` as flags [sites, sites]: whether the name of the first declares that it holds the second."""
    flags = np.zeros((len(names), len(names)), dtype=bool)
    for whole_place, parts in parts_named(names).items():
        flags[whole_place, parts] = True
    return flags
