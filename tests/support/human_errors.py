"""Human errors in the files of invented firms, from a table: what is changed, in which column and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

Table = pd.DataFrame
Change = Callable[[Table, "pd.Series[bool]", str, str], Table]


def rows_of(table: Table, where: str) -> pd.Series[bool]:
    """Return which rows `column=word&months=1;2` names; "row=2" is the second of them, "odd" each other one."""
    chosen = pd.Series(True, index=table.index)
    day = next((c for c in ("date", "period_start") if c in table), "")
    for part in filter(None, where.split("&")):
        name, _, word = part.partition("=")
        place = chosen.cumsum()
        if name == "months":
            chosen &= table[day].str[5:7].astype(int).isin([int(month) for month in word.split(";")])
        elif name in ("odd", "tenth"):
            chosen &= place % (2 if name == "odd" else 10) == 1
        else:
            chosen &= place == int(word) if name == "row" else table[name].astype(str) == word
    return chosen


def _times(table: Table, at: pd.Series[bool], column: str, value: str) -> Table:
    numbers = pd.to_numeric(table[column])
    return table.assign(**{column: numbers.where(~at, (numbers * float(value)).round(4))})


def _put(table: Table, at: pd.Series[bool], column: str, value: str) -> Table:
    return table.assign(**{column: table[column].astype(object).where(~at, value)})


def _again(table: Table, at: pd.Series[bool], column: str, value: str) -> Table:
    more = table[at]
    return pd.concat([table, more.assign(**{column: value + more[column].astype(str)}) if column in more else more])


def _days(table: Table, at: pd.Series[bool], column: str, value: str) -> Table:
    more = table[at]
    numbered = more.assign(invoice="N" + more["invoice"]) if "invoice" in more else more
    return pd.concat([table, numbered.assign(**{column: more[column].str[:8] + value})])


def _scaled(table: Table, at: pd.Series[bool], column: str, value: str) -> Table:
    return table.assign(**{column: table[column].where(~at, (pd.to_numeric(table["amount"]) * float(value)).round(2))})


def _total(table: Table, at: pd.Series[bool], column: str, value: str) -> Table:
    some = table[at]
    return pd.concat([table, some.tail(1).assign(invoice="", **{column: round(some[column].sum(), 2)})])


CHANGES: Mapping[str, Change] = {
    "times": _times, "put": _put, "again": _again, "days": _days, "scaled": _scaled, "total": _total,
    "cut": lambda table, at, column, value: table[~at],
    "none": lambda table, at, column, value: table.iloc[:0],
    "copy": lambda table, at, column, value: table.assign(**{column: table[column].where(~at, table[value])}),
    "cumulate": lambda table, at, column, value: table.assign(
        **{column: table[column].where(~at, table[column].where(at, 0).cumsum())}),
}


def with_error(tables: Mapping[str, Table], line: Mapping[str, str]) -> dict[str, Table]:
    """Return a year's files with the error of one line of the table in the file of its kind."""
    table = tables[line["kind"]]
    change = CHANGES[line["change"]]
    return {**tables, line["kind"]: change(table, rows_of(table, line["where"]), line["column"], line["value"])}
