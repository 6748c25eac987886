"""The options of one file: those of params, with the parts of its path."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from carbon.core.params.company import FilePattern
from carbon.records.headings.faults import unknown_column
from carbon.records.headings.layout import Layout
from carbon.records.kinds.contract import Contract
from carbon.records.kinds.messages import refusal

PATH_TIME = ("year", "month")


def with_path(options: FilePattern, parts: dict[str, str], contract: Contract, name: str) -> FilePattern:
    """Return the options with the named parts of the path as constants; declared options outrank the path.

    Raises FileRefused: `constants` or `values` name a column that the kind does not have.
    """
    for key, group in (("constants", options.constants), ("values", options.model_dump()["values"])):
        for column in group:
            if column not in contract.name_of:
                raise unknown_column(f"`{key}` in params name", column, contract, name)
    of_path = {k: v for k, v in parts.items() if k in contract.name_of and k not in PATH_TIME}
    return options.model_copy(update={"constants": {**of_path, **options.constants}}) if of_path else options


def dated_by_path(options: FilePattern, parts: dict[str, str], layout: Layout, name: str) -> FilePattern:
    """Return the options with the path's year (and month) as the period, where the file has no dates of its own."""
    dated = {"date", "period_start"} & {*layout.columns, *layout.joined}
    if "year" not in parts or options.period is not None or dated:
        return options
    if not re.fullmatch(r"(19|20)\d{2}", parts["year"]) or not re.fullmatch(r"0?[1-9]|1[0-2]", parts.get("month", "1")):
        raise refusal("path_unfit", name, year=parts["year"], month=parts.get("month", ""))
    return options.model_copy(update={"period": days_of(parts["year"], parts.get("month"))})


def days_of(year: str, month: str | None) -> tuple[date, date]:
    """Return first and last day of a year, or of one month of it."""
    first, last = (1, 12) if month is None else (int(month), int(month))
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])
