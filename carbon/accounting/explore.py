"""The steps through an inventory: scope, category, supplier, row, factor; each step is a table that adds up.

The steps are plain tables; `explore_view` draws them with buttons where ipywidgets is installed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting import views
from carbon.accounting.explore_view import STEPS, widget_of
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.display import one_line
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import CATEGORIES, NO_CATEGORY, SCOPE2_METHODS, scope_name

KEY_COLUMNS = ("scope", "_category", "_supplier")
ROW_COLUMNS = ["activity", "part", "quantity", "unit", "kg_per_unit", "co2e_kg", "factor_id", "source_file",
               "source_line", "activity_id"]
FACTOR_FIELDS = ("label", "region", "valid_from", "valid_to", "unit", "co2e_kg", "gwp_set", "source_id", "edition",
                 "page", "licence", "verification", "notes")
HINT = "Buttons instead of this table: pip install 'carbon-trajectory[widgets]'"


@dataclass(frozen=True, eq=False, repr=False)
class Explorer:
    """Steps through the rows of one total.

    Attributes
    ----------
    inventory
        Where the rows come from.
    scope2_method
        The method whose scope 2 is in the total.
    """

    inventory: InventoryTables
    scope2_method: str

    def table(self, *path: str) -> pd.DataFrame:
        """Return the table of one step.

        `table()` holds the scopes, `table("3")` its categories, `table("3", "6")` the suppliers of that category.

        Parameters
        ----------
        path
            The `key` of a line at each step so far. Scopes 1 and 2 have no categories: their second step is the
            activity. A line without a supplier is listed by its kind of record and activity.

        Returns
        -------
        DataFrame
            key, name, co2e_kg, share (of the total), rows: largest first. After a supplier: its rows, numbered.
            After a row: the factor and the record, field by field. co2e_kg adds up to the line that was opened.

        Raises
        ------
        UsageError
            A key that is not there; those that are there are named.
        """
        if len(path) >= len(STEPS):
            raise UsageError(f"{'/'.join(path)} is deeper than a factor", hint=f"steps: {' -> '.join(STEPS)}")
        if len(path) == len(STEPS) - 1:
            return self._detail(path)
        rows = self._rows(path)
        if len(path) == len(KEY_COLUMNS):
            return rows[ROW_COLUMNS].assign(key=_numbers(len(rows))).set_index("key").reset_index()
        return self._sums(rows, path)

    def by(self, scope2_method: str) -> Explorer:
        """Return the explorer of the same inventory by another scope 2 method."""
        return replace(self, scope2_method=scope2_method)

    @cached_property
    def total_kg(self) -> float:
        """The total that is opened [kg CO2e]."""
        return views.total_kg(self._counted)

    def _sums(self, rows: pd.DataFrame, path: tuple[str, ...]) -> pd.DataFrame:
        column = KEY_COLUMNS[len(path)]
        table = views.sum_kg_by(rows, [column]).rename(columns={column: "key"})
        table = table.sort_values(["co2e_kg", "key"], ascending=[False, True], ignore_index=True)
        table.insert(1, "name", [self._name(path, str(key)) for key in table["key"]])
        share = table["co2e_kg"] / self.total_kg if self.total_kg > 0 else np.nan
        table.insert(3, "share", share)
        return table

    def _name(self, path: tuple[str, ...], key: str) -> str:
        if not path:
            return scope_name(key, self.scope2_method if key == "2" else "")
        if len(path) == 1 and path[0] == "3":
            return f"{key}. {CATEGORIES[int(key)]}"
        return key

    @cached_property
    def _counted(self) -> pd.DataFrame:
        """The rows of the total with the keys of each step, largest first."""
        rows = views.counted(self.inventory.emissions, scope2_method=self.scope2_method)
        in_category = rows["category"] != NO_CATEGORY
        category = rows["category"].astype("str").where(in_category, rows["activity"])
        supplier = rows["supplier"].where(rows["supplier"] != "", rows["kind"] + ": " + rows["activity"])
        keyed = rows.assign(_category=category, _supplier=supplier, _size=rows["co2e_kg"].abs())
        return keyed.sort_values(["_size", "activity_id", "part"], ascending=[False, True, True], kind="stable")

    def _rows(self, path: tuple[str, ...]) -> pd.DataFrame:
        """Return the rows under a path of at most three keys."""
        rows = self._counted
        for column, key in zip(KEY_COLUMNS, path, strict=False):
            matching_rows = rows[rows[column] == key]
            if matching_rows.empty:
                raise UsageError(f"No {column.strip('_')} {key!r} here", hint=_known(rows[column]))
            rows = matching_rows
        return rows

    def _detail(self, path: tuple[str, ...]) -> pd.DataFrame:
        """One row in words, its factor as published and its record as read: what, field, value."""
        rows = self._rows(path[:-1])
        if path[-1] not in _numbers(len(rows)):
            raise UsageError(f"No row {path[-1]!r} here", hint=f"rows are numbered 1 to {len(rows)}, largest first")
        row = rows.iloc[int(path[-1]) - 1]
        lines = [("row", "", f"{row['quantity']:,.10g} {row['unit']} x {row['kg_per_unit']:.6g} kg = "
                             f"{row['co2e_kg']:,.3f} kg CO2e"),
                 ("row", "why this factor", row["reason"]), ("row", "tier", row["tier"]),
                 ("row", "file and line", f"{row['source_file']}:{row['source_line']}")]
        lines += [("factor", "factor_id", row["factor_id"]), *self._factor(row), *self._record(row)]
        return pd.DataFrame(lines, columns=["what", "field", "value"], dtype="str")

    def _factor(self, row: pd.Series) -> list[tuple[str, str, str]]:
        factors = self.inventory.factors
        matched_factor = factors[(factors["factor_id"] == row["factor_id"]) & (factors["part"] == row["part"])]
        matched_factor = matched_factor if len(matched_factor) else factors[factors["factor_id"] == row["factor_id"]]
        return [("factor", name, str(matched_factor[name].iloc[0])) for name in FACTOR_FIELDS
                if len(matched_factor) and _filled(matched_factor[name].iloc[0])]

    def _record(self, row: pd.Series) -> list[tuple[str, str, str]]:
        """Return the record behind the activity, as it was read."""
        acts = self.inventory.activities
        ids = acts.loc[acts["activity_id"] == row["activity_id"], "record_id"]
        records = self.inventory.records.get(row["kind"])
        if records is None or ids.empty:
            return []
        record = records[records["record_id"] == ids.iloc[0]]
        return [("record", str(name), f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value))
                for name, value in (record.iloc[0].items() if len(record) else ())
                if name not in ("record_id", "source_file", "source_line") and _filled(value)]

    def __repr__(self) -> str:
        steps = " -> ".join(STEPS)
        return one_line(f"Explorer({self.inventory.company} {self.inventory.year}, {self.scope2_method}: "
                        f"{self.total_kg / 1000:,.1f} t CO2e; {steps})")

    def _repr_html_(self) -> str:
        table = self.table()
        body = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{kg / 1000:,.1f}</td><td>{share:.1%}</td>'
                       f"<td>{rows:,}</td></tr>"
                       for name, kg, share, rows in table[["name", "co2e_kg", "share", "rows"]].itertuples(index=False))
        return (f"<table><caption>{escape(repr(self))}</caption><thead><tr><th></th><th>t CO2e</th><th>share</th>"
                f"<th>rows</th></tr></thead><tbody>{body}</tbody></table>")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Return buttons where ipywidgets is installed, and the table that stays in a page without a kernel."""
        plain_views = {"text/plain": repr(self), "text/html": self._repr_html_()}
        try:
            widget = widget_of(self)
        except ImportError:
            return {**plain_views, "text/html": f"{plain_views['text/html']}<p>{escape(HINT)}</p>"}
        bundle: dict[str, Any] = widget._repr_mimebundle_()
        return {**bundle, **plain_views}


def explorer(inventory: InventoryTables, scope2_method: str | None) -> Explorer:
    """Explorer of one total; without a method, the one the company declared as its headline.

    Raises UsageError: Not a scope 2 method.
    """
    method = scope2_method or inventory.params.scope2_headline
    if method not in SCOPE2_METHODS:
        raise UsageError(f"scope2_method {method!r} is unknown", hint=f"one of {', '.join(SCOPE2_METHODS)}")
    return Explorer(inventory, method)


def _numbers(count: int) -> list[str]:
    return [str(number) for number in range(1, count + 1)]


def _filled(value: object) -> bool:
    return not (value is None or value == "" or value is pd.NaT or (isinstance(value, float) and np.isnan(value)))


def _known(values: pd.Series) -> str:
    names = values.drop_duplicates().tolist()
    more = f" ... and {len(names) - 8} more" if len(names) > 8 else ""
    return f"one of {', '.join(map(str, names[:8]))}{more}"
