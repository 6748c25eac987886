"""The tidy frame of an inventory: one row a counted thing, by one scope 2 method, with all that an analyst asks by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.accounting import views
from carbon.accounting.frames.guarded import GuardedFrame
from carbon.accounting.frames.months import labels, month_numbers
from carbon.accounting.frames.select import refuse_unknown
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.columns import Column
from carbon.core.errors import MethodError, UsageError
from carbon.core.ghg_protocol import CATEGORIES, PARTS
from carbon.core.text_columns import same_text, text_array, values_of
from carbon.core.units import KG_PER_T

_AS_THEY_ARE = ("company", "year", "scope", "category", "site", "supplier", "kind", "activity", "part", "unit",
                "kg_per_unit", "co2e_kg", "factor_id", "tier", "source_file", "source_line", "activity_id")
OF_RECORDS = ("mode", "route", "cabin", "km")
"""Columns of transport, from the company's own records: "" and NaN for other kinds."""
COLUMNS = ("company", "date", "until", "month", "quarter", "year", "scope", "category", "category_name", "site",
           "place", "supplier", "kind", "activity", "part", *OF_RECORDS, "quantity", "unit", "kg_per_unit", "co2e_kg",
           "co2e_t", "factor_id", "tier", "source_file", "source_line", "activity_id")
"""Columns of the tidy frame, in order."""


class Tidy:
    """The rows of one total of an inventory, column by column, each made when it is asked for."""

    def __init__(self, inventory: InventoryTables, scope2_method: str) -> None:
        self.inventory, self.scope2_method, self._emissions = inventory, scope2_method, inventory.emissions
        views.counted(self._emissions.head(0), scope2_method=scope2_method)  # an unknown method is named
        is_counted = views.is_counted(self._emissions, scope2_method)
        self._at = None if is_counted.all() else np.flatnonzero(is_counted)

    @property
    def names(self) -> list[str]:
        """The columns that can be made: those of the records only where these are at hand."""
        has_records = bool(self.inventory.records) or not len(self.inventory.activities)
        return [name for name in COLUMNS if has_records or name not in OF_RECORDS[1:]]

    def frame(self, names: Sequence[str] | None = None) -> GuardedFrame:
        """Return some columns, all without `names`.

        Raises UsageError: No such column, or one of the records, which a published set does not hold.
        """
        names = self.names if names is None else list(dict.fromkeys(names))
        if absent := [name for name in names if name in COLUMNS and name not in self.names]:
            raise UsageError(f"{', '.join(absent)}: a published set does not hold the records", hint="compute it: "
                             f"cb.inventory({self.inventory.company!r}, {self.inventory.year})")
        refuse_unknown(pd.DataFrame(columns=pd.Index(self.names)), names)
        arrays = {name: self._array(name) for name in names}
        frame = GuardedFrame(arrays, copy=False)
        frame.attrs.update(company=self.inventory.company, year=self.inventory.year, scope2_method=self.scope2_method)
        return frame

    def _array(self, name: str) -> Any:
        if name in _AS_THEY_ARE:
            return self.of_emissions(name)
        made_column = _MADE[name](self)
        return made_column.array() if isinstance(made_column, Column) else made_column

    def of_emissions(self, name: str) -> Any:
        """Return a column of the emissions, as it is stored."""
        return self._taken(values_of(self._emissions[name]))

    def _taken(self, values: Any) -> Any:
        return values if self._at is None else values.take(self._at)

    def column(self, name: str) -> Column:
        """Return a column of the emissions in codes."""
        return Column.of(self.of_emissions(name))

    @cached_property
    def _activity(self) -> npt.NDArray[np.intp]:
        """The place of the activity of each row."""
        ids, all_ids = (values_of(t["activity_id"]) for t in (self._emissions, self.inventory.activities))
        begins = np.concatenate([[True], np.asarray(ids[1:] != ids[:-1])])[:len(ids)]
        if begins.sum() == len(all_ids) and (ids[begins] == all_ids).all():  # in the order of the activities
            return np.asarray(self._taken(np.cumsum(begins) - 1))
        at = _places(ids, self.inventory.activities["activity_id"])
        if (at < 0).any():
            raise MethodError(f"{int((at < 0).sum())} emission rows have no activity")
        return np.asarray(self._taken(at))

    @cached_property
    def _transport(self) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
        """The facts of transport records, and the place of each row's among them."""
        facts = transport(self.inventory)
        return facts, _places(self.of_emissions("record_id"), facts["record_id"]) if len(facts) else np.full(
            len(self.of_emissions("kyoto")), -1)

    def days(self, name: str) -> Any:
        """Return `period_start` or `period_end` of each row."""
        return self.inventory.activities[name].to_numpy().take(self._activity)

    def period(self, quarter: bool) -> Column:
        """Return the month or the quarter of each row."""
        first, last = (month_numbers(self.inventory.activities[c].to_numpy()) for c in ("period_start", "period_end"))
        return labels(first, last, quarter=quarter).take(self._activity)

    def quantity(self) -> npt.NDArray[np.float64]:
        """Return the quantity of each activity once, on the rows of its main part, so that quantities can be summed."""
        scope, part = self.column("scope"), self.column("part")
        order = {word: place for place, word in enumerate(PARTS)}
        of_part = np.array([order.get(word, len(order)) for word in part.words])[part.codes]
        # In scope 2 the parts of a quantity by contracts and by the residual mix sum to it.
        rank = np.where(scope.among("2"), 0, of_part + 100 * scope.among("3"))
        activity = self._activity
        least = np.full(len(self.inventory.activities), 1000)
        np.minimum.at(least, activity, rank)
        return np.where(rank == least[activity], self.of_emissions("quantity"), np.nan)

    def of_record(self, name: str) -> Any:
        """Return a column of transport: mode, route, cabin or km."""
        facts, at = self._transport
        if not len(facts):
            return np.full(len(at), np.nan) if name == "km" else same_text("", len(at))
        values = facts[name].to_numpy()
        empty = np.nan if name == "km" else ""
        taken_values = np.where(at >= 0, values.take(at), empty)
        return taken_values.astype(np.float64) if name == "km" else text_array(taken_values.astype(object))


_MADE: dict[str, Callable[[Tidy], Any]] = {
    "date": lambda of: of.days("period_start"), "until": lambda of: of.days("period_end"),
    "month": lambda of: of.period(quarter=False), "quarter": lambda of: of.period(quarter=True),
    "category_name": lambda of: of.column("category").map(lambda number: CATEGORIES.get(number, "")),
    "place": lambda of: of.of_emissions("region"), "quantity": Tidy.quantity,
    "co2e_t": lambda of: of.of_emissions("co2e_kg") / KG_PER_T,
    **{name: lambda of, name=name: of.of_record(name) for name in OF_RECORDS},  # type: ignore[misc]
}
"""Columns that are no plain column of the emissions -> how each is made."""


def rows_of(inventory: InventoryTables, scope2_method: str, names: Sequence[str] | None = None) -> GuardedFrame:
    """Return the tidy frame of an inventory, or some columns of it; `Inventory.rows` describes it."""
    return Tidy(inventory, scope2_method).frame(names)


def transport(inventory: InventoryTables) -> pd.DataFrame:
    """Return record_id, mode, route, cabin and km (one way, as counted) of each record of travel, freight, commuting.

    Of a published set, which holds no records, the mode of travel alone.
    """
    from carbon.activities.kinds.travel import one_way_km  # the rules of activities: a published set does without them

    parts = []
    if not inventory.records:
        travel = inventory.activities[inventory.activities["kind"] == "travel"]
        parts.append(travel[["record_id", "group"]].rename(columns={"group": "mode"}).drop_duplicates("record_id"))
    for table in inventory.records.values():
        if "mode" in table:
            route: pd.Series | str = ""
            if "origin" in table:
                origin, destination = table["origin"].astype("str"), table["destination"].astype("str")
                route = (origin + " – " + destination).str.strip(" –")  # a hotel night has one end
            cabin = table.get("cabin_class", "")
            km = one_way_km(table, inventory.params) if "cabin_class" in table else np.nan
            parts.append(pd.DataFrame({"record_id": table["record_id"].astype("str"), "mode": table["mode"].astype(
                "str"), "route": route, "cabin": cabin, "km": km}))
    empty = pd.DataFrame({"record_id": [], "mode": [], "route": [], "cabin": [], "km": []})
    return pd.concat(parts, ignore_index=True) if parts else empty.astype({"record_id": "str"})


def _places(values: Any, among: pd.Series) -> npt.NDArray[np.intp]:
    """Return the place of each string in a column of different strings, -1 where it is in none."""
    found_at = pc.index_in(pa.array(values, type=pa.large_string()),
                           pa.array(among.astype("str"), type=pa.large_string()))
    return np.asarray(found_at.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.intp)
