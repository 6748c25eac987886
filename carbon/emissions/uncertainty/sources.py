"""Rows and the sources of uncertainty they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.display import Displayed, HandsOut, one_line
from carbon.core.errors import MethodError
from carbon.core.text_columns import text_array
from carbon.emissions.uncertainty import distributions

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Columns = Mapping[str, npt.NDArray[Any]]
"""A small table as plain columns."""
NO_SOURCE = -1
COLUMNS = ["source_id", "of", "slot", "distribution", "spread", "stated", "ask", "centre", "class", "by", "evidence",
           "effort", "after", "joint_spread"]
MEAN_OR_ONE, _CV2 = "mean_or_one", "cv2_or_zero"


@dataclass(frozen=True, repr=False)
class UncertainRows(HandsOut, Displayed):
    """Kilograms by row, and for each kind of uncertainty ("factor", "quantity" ...) the source of each row.

    Attributes
    ----------
    kg
        Table value of each row; credit notes are negative.
    codes
        codes[kind, row]: position in `sources`, -1 where the row has no source of this kind.
    kinds
        Names of the kinds, in the order of `codes`.
    sources
        source_id, of (what it is), slot (its kind), distribution, spread, stated (false: a declared default), ask,
        centre (by which the figure moves, 1 for most), class of the defaults, by ("publisher", "company", "" for a
        default), evidence, effort and after (GSD2) of an answer, joint_spread (of a factor and its family, NaN of all
        others); sorted by source_id.
    """

    kg: Floats
    codes: Codes
    kinds: tuple[str, ...]
    _columns: Columns
    """Those of `sources`, and of each multiplier its mean and relative variance, with a last 1 and 0 of no source."""

    def __repr__(self) -> str:
        return one_line(f"UncertainRows({len(self.kg):,} rows, {len(self.column('spread')):,} sources)")

    def _fields(self) -> dict[str, Any]:
        return {**super()._fields(), "sources": self.sources}

    @cached_property
    def sources(self) -> pd.DataFrame:
        """The sources as a table."""
        return Rows({name: self.column(name) for name in COLUMNS}, len(self.column("spread"))).frame()

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return a column of the sources as an array of its own."""
        return self._columns[name].copy()

    @cached_property
    def cv2(self) -> Floats:
        """Relative variance of each source's multiplier."""
        return self.cv2_or_zero[:-1]

    @cached_property
    def cv2_or_zero(self) -> Floats:
        """`cv2` with a last 0, which the code -1 of "no source" finds."""
        return self._columns[_CV2]

    def row_means(self) -> Floats:
        """Calculate the mean kilograms of each row: table value x mean of each of its multipliers."""
        return self.kg * product_of(self.column(MEAN_OR_ONE), self.codes)

    def take(self, rows: npt.NDArray[np.intp]) -> UncertainRows:
        """Return some of the rows, with all sources."""
        return replace(self, kg=self.kg[rows], codes=self.codes[:, rows])

    def with_columns(self, **columns: npt.NDArray[Any]) -> UncertainRows:
        """Return the same rows with other columns of their sources."""
        return replace(self, _columns=_completed({**self._columns, **columns}))


def product_of(values: Floats, codes: Codes) -> Floats:
    """Multiply the values of each row's codes over the kinds; -1 is the place of a last 1."""
    out = np.ones(codes.shape[1])
    for of_kind in codes:
        if of_kind.max(initial=NO_SOURCE) > NO_SOURCE:
            out *= values[of_kind]
    return out


def make_uncertain_rows(kg: npt.ArrayLike, of_row: Mapping[str, pd.Series], sources: pd.DataFrame) -> UncertainRows:
    """Combine rows with sources, from the id of the source each row has in each kind ("" for none).

    Parameters
    ----------
    kg
        Table value of each row [kg CO2e].
    of_row
        Kind -> source_id of each row.
    sources
        source_id, of, distribution ("lognormal": spread is the sd of the logarithm, the table value the median;
        "normal": relative sd; "triangular", "uniform": relative half width), spread; stated, ask and slot (the kind
        in `of_row`, where `of` is more precise) if known.

    Raises
    ------
    MethodError
        A source that is not in the table, twice in it, of another kind or impossible; kilograms missing.
    """
    usual: dict[str, Any] = {"stated": True, "ask": "", "slot": sources["of"], "centre": 1.0, "class": "", "by": "",
                             "evidence": "", "effort": "", "after": 1.0, "joint_spread": np.nan}
    table = sources.assign(**{c: v for c, v in usual.items() if c not in sources})[COLUMNS]
    table = table.sort_values("source_id", ignore_index=True)
    columns = _checked({str(c): values.to_numpy(object if values.dtype == "str" else None)
                        for c, values in table.items()})
    return _made(kg, {kind: _codes(kind, ids, columns) for kind, ids in of_row.items()}, columns)


def place_sources(kg: npt.ArrayLike, of_row: Mapping[str, npt.NDArray[np.integer]], sources: Columns) -> UncertainRows:
    """Combine rows with sources, from the place of the source each row has in each kind (-1 for none).

    `sources` has all its columns; else as `make_uncertain_rows`.
    """
    order = text_array(sources["source_id"]).argsort()
    place = np.full(len(order) + 1, NO_SOURCE, dtype=np.int64)
    place[order] = np.arange(len(order))
    columns = _checked({name: sources[name][order] for name in COLUMNS})
    return _made(kg, {kind: place[at] for kind, at in of_row.items()}, columns)


def _checked(columns: Columns) -> Columns:
    """Return the sorted table; raise if a source is listed twice or its distribution is impossible."""
    ids = columns["source_id"]
    if (twice := ids[1:] == ids[:-1]).any():
        at = np.flatnonzero(np.append(twice, False) | np.append(False, twice))
        raise MethodError("Sources of uncertainty listed twice", rows=Rows(columns, len(ids)).take(at).frame(COLUMNS))
    distributions.check(columns["distribution"], columns["spread"])
    return _completed(columns)


def _completed(columns: Columns) -> Columns:
    """Return the columns with the mean and relative variance of each multiplier, and of none."""
    distribution, spread = columns["distribution"], columns["spread"]
    return {**columns, MEAN_OR_ONE: np.append(distributions.mean(distribution, spread) * columns["centre"], 1.0),
            _CV2: np.append(distributions.cv2(distribution, spread), 0.0)}


def _made(kg: npt.ArrayLike, codes: Mapping[str, Codes], columns: Columns) -> UncertainRows:
    values = np.asarray(kg, dtype=np.float64)
    if not np.isfinite(values).all():
        raise MethodError("Kilograms are missing or infinite")
    stacked = np.stack(list(codes.values())) if codes else np.empty((0, len(values)))
    return UncertainRows(values, stacked.astype(np.int64), tuple(codes), columns)


def _codes(kind: str, ids: pd.Series, columns: Columns) -> Codes:
    number, distinct = pd.factorize(ids)
    place = {name: at for at, name in enumerate(columns["source_id"])}
    words = [str(word) for word in distinct]
    if unknown := [word for word in words if word and word not in place]:
        raise MethodError(f"Rows name unknown sources of uncertainty: {unknown[:5]}")
    if other_kind := [word for word in words if word and columns["slot"][place[word]] != kind]:
        raise MethodError(f"Sources of uncertainty of another kind than {kind!r}: {other_kind[:5]}")
    return np.array([place.get(word, NO_SOURCE) for word in words], dtype=np.int64)[number]
