"""Pivots of the tidy frame: exact sums by any columns, with totals that are the inventory's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.frames.guarded import PERIODS
from carbon.accounting.frames.months import by_month, month_numbers
from carbon.accounting.frames.months import labels as month_labels
from carbon.accounting.frames.select import Where, conditioned, refuse_unknown, selected
from carbon.core.columns import Column, Groups
from carbon.core.errors import UsageError
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import CATEGORIES, NO_CATEGORY
from carbon.core.text_columns import text_array
from carbon.core.units import KG_PER_T

TOTAL, OTHERS = "total", "others"
VALUES = ("co2e_t", "co2e_kg", "quantity")
_IN_ORDER = ("year", *PERIODS, "date", "until", "company", "scope", "category", "category_name")
"""Columns whose words have an order of their own and are all listed; other words are listed by size."""
By = str | Sequence[str] | None


def needed(rows: By, columns: By, values: str, where: Where | None) -> list[str]:
    """Return the columns of the tidy frame that a pivot is made from."""
    if values not in VALUES:
        raise UsageError(f"values {values!r} is unknown", hint=f"one of {', '.join(VALUES)}")
    names = [*_names(rows), *_names(columns)]
    if not names:
        raise UsageError("pivot: neither `rows` nor `columns` are given", hint='rows="site", columns="quarter"')
    days = ["date", "until"] if {*names, *conditioned(where)} & {*PERIODS} else []
    measured = ["quantity", "unit"] if values == "quantity" else ["co2e_kg"]
    return list(dict.fromkeys([*names, *days, *measured, *(["category"] if "category_name" in names else []),
                               *conditioned(where)]))


def pivoted(
    frame: pd.DataFrame, rows: By, columns: By, values: str, *, top: int | None, others: bool, where: Where | None,
) -> pd.DataFrame:
    """Return the sums of a frame of `needed` columns by row and column; `Inventory.pivot` describes it."""
    names = [*_names(rows), *_names(columns)]
    refuse_unknown(frame, names)
    measured = "quantity" if values == "quantity" else "co2e_kg"
    frame = _in_months(frame, measured, where) if where else frame
    frame = frame[selected(frame, where)] if where else frame
    frame = _measured(frame, values)
    amount = frame[measured].to_numpy()
    pieces = _pieces(frame, amount, spread=bool({*names} & {*PERIODS}))
    down, across = (_axis(frame, _names(by), pieces, top, others) for by in (rows, columns))
    is_shown = (down.code >= 0) & (across.code >= 0)
    height, width = len(down.keys), len(across.keys)
    cell = (down.code * width + across.code)[is_shown]
    sums = exact_sum(pieces.amount[is_shown], cell, height * width)
    counts = np.bincount(cell, minlength=height * width)
    body = np.where(counts > 0, sums, np.nan).reshape(height, width)
    total = np.array([[exact_total(amount)]])
    if down.names and across.names:
        right, bottom = _margin(down, pieces, amount)[:, None], _margin(across, pieces, amount)[None]
        body = np.block([[body, right], [bottom, total]])
    else:
        body = np.vstack([body, total]) if down.names else np.hstack([body, total])
    table = pd.DataFrame(body / (KG_PER_T if values == "co2e_t" else 1.0), index=down.index(values),
                         columns=across.index(values))
    table.attrs = {**frame.attrs, "values": values}
    return table


def _names(by: By) -> list[str]:
    return [] if by is None else [by] if isinstance(by, str) else list(by)


def _measured(frame: pd.DataFrame, values: str) -> pd.DataFrame:
    """Return the rows that have an amount; quantities of several units have no sum."""
    if values != "quantity":
        return frame
    frame = frame[frame["quantity"].notna()]
    units = frame["unit"].astype("str").drop_duplicates().tolist()
    if len(units) > 1:
        raise UsageError(f"quantities in {', '.join(units)} have no sum", hint=f'choose one: where={{"unit": '
                         f'"{units[0]}"}}')
    return frame


@dataclass(frozen=True)
class _Pieces:
    """Rows, or their parts in each month: the row of each, its month, and its amount."""

    row: npt.NDArray[np.intp]
    month: npt.NDArray[np.int64]
    amount: npt.NDArray[np.float64]
    dated: npt.NDArray[np.bool_]


def _pieces(frame: pd.DataFrame, amount: npt.NDArray[np.float64], *, spread: bool) -> _Pieces:
    if not spread:
        nothing = np.zeros(len(frame), dtype=np.int64)
        return _Pieces(np.arange(len(frame)), nothing, amount, np.ones(len(frame), dtype=bool))
    start, end = (frame[name].to_numpy() for name in ("date", "until"))
    dated = ~(np.isnat(start) | np.isnat(end))
    first, last = month_numbers(start), month_numbers(end)
    if dated.all() and (first == last).all():
        return _Pieces(np.arange(len(frame)), first, amount, dated)
    first_day = np.datetime64("1970-01-01", "D")
    row, month, share = by_month(np.where(dated, start, first_day), np.where(dated, end, first_day))
    return _Pieces(row, month, np.where(share == 1.0, amount[row], amount[row] * share), dated[row])


def _in_months(frame: pd.DataFrame, measured: str, where: Where) -> pd.DataFrame:
    """Return the part of each row in each month that it touches, where a condition is on months or quarters."""
    asked_periods = [name for name in PERIODS if name in where]
    if not asked_periods:
        return frame
    pieces = _pieces(frame, frame[measured].to_numpy(), spread=True)
    month = pieces.month.astype("datetime64[M]")
    first, last = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    parts = frame.iloc[pieces.row].assign(**{measured: pieces.amount})
    parts["date"], parts["until"] = np.maximum(parts["date"], first), np.minimum(parts["until"], last)
    for name in asked_periods:
        labels = month_labels(pieces.month, pieces.month, quarter=name == "quarter").tolist()
        parts[name] = text_array(np.where(pieces.dated, labels, ""))
    return parts


@dataclass(frozen=True)
class _Axis:
    """The keys of one side of a pivot, and the place of each piece among them, -1 where it is not shown."""

    names: list[str]
    code: npt.NDArray[np.intp]
    keys: list[tuple[Any, ...]]

    def index(self, values: str) -> pd.Index:
        """Return the labels, with that of the total at the end; of a side without keys, the name of the values."""
        keys = [*self.keys, (TOTAL, *[""] * (len(self.names) - 1))]
        if len(self.names) < 2:
            return pd.Index([key[0] for key in keys], name=self.names[0]) if self.names else pd.Index([values])
        return pd.MultiIndex.from_tuples(keys, names=self.names)


def _axis(frame: pd.DataFrame, names: list[str], pieces: _Pieces, top: int | None, others: bool) -> _Axis:
    if not names:
        return _Axis([], np.zeros(len(pieces.row), dtype=np.intp), [("",)])
    groups = Groups.of([_column(frame, name, pieces) for name in names])
    size = exact_sum(pieces.amount, groups.number, len(groups))
    in_order = all(name in _IN_ORDER for name in names)
    order = np.arange(len(groups)) if in_order else np.argsort(-np.abs(size), kind="stable")
    kept_order = order if in_order or top is None else order[:top]
    place = np.full(len(groups), len(kept_order) if others else -1, dtype=np.intp)
    place[kept_order] = np.arange(len(kept_order))
    lines = [line if isinstance(line, tuple) else (line,) for line in groups.lines()]
    unnamed = [f"(no {name.removesuffix('_name')})" for name in names]
    keys = [tuple(word if word != "" else no for word, no in zip(lines[at], unnamed, strict=True))
            for at in kept_order.tolist()]
    if others and len(kept_order) < len(order):
        keys.append((OTHERS, *[""] * (len(names) - 1)))
    return _Axis(names, place[groups.number], keys)


def _column(frame: pd.DataFrame, name: str, pieces: _Pieces) -> Column:
    if name in PERIODS:
        column = month_labels(pieces.month, pieces.month, quarter=name == "quarter")
        return column if pieces.dated.all() else Column.of(text_array(np.where(pieces.dated, column.tolist(), "")))
    if name == "category_name":
        names: Mapping[int, str] = {NO_CATEGORY: "", **CATEGORIES}
        column = Column(frame["category"].to_numpy(), pd.Index(text_array([names[n] for n in range(len(names))])))
    else:
        column = Column.of(frame[name])
    return column if len(pieces.row) == len(frame) else column.take(pieces.row)


def _margin(axis: _Axis, pieces: _Pieces, amount: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the exact sum of each key over whole rows; over parts of rows where months are the keys."""
    if {*axis.names} & {*PERIODS}:
        code, of = axis.code, pieces.amount
    else:
        at = np.searchsorted(pieces.row, np.arange(len(amount))) if len(pieces.row) > len(amount) else slice(None)
        code, of = axis.code[at], amount
    return exact_sum(of[code >= 0], code[code >= 0], len(axis.keys))
