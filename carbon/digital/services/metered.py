"""Lines of `service_uses` within a year, and what the kWh of hosts replace of a service's calculated power."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.digital_tables import SERVICE_USE
from carbon.core.errors import CarbonError, TableError, UsageError
from carbon.core.text import fold
from carbon.core.text_columns import records_of
from carbon.digital.conditions import share_in
from carbon.digital.services import lines

Days = tuple[pd.Timestamp, pd.Timestamp]
ROUNDING = 1e-6
"""What roundings may add to shares that make a whole."""


@dataclass(frozen=True)
class UseRow:
    """A row of `service_uses` and the share of its period that falls in the year."""

    row: Mapping[Any, Any]
    share: float

    @property
    def host(self) -> str:
        """The host of a metered line, as names are compared."""
        return fold(str(self.row["detail"]))

    def line(self, pue: float = math.nan) -> lines.UseLine:
        """Return the part of the line that is of the year."""
        r = self.row
        return lines.UseLine(str(r["item"]), str(r["detail"]), float(r["quantity"]) * self.share, str(r["unit"]),
                             str(r["zone"]), float(r["vcpu"]), float(r["vcpu_host"]), pue)


def use_rows(uses: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> list[UseRow]:
    """Return the lines that have a day of the year, each with the share of its days that is in it.

    Raises TableError: A quantity of an open period; a share of servers beyond 0 to 1.
    """
    table = SERVICE_USE.validate(uses if "share" in uses else uses.assign(share=math.nan))
    for what, hint, bad in (
            ("quantities of a period without its first or last day", "give both: the part in a year is unknown",
             table["period_start"].isna() | table["period_end"].isna()),
            ("shares of the servers beyond 0 to 1", "write 40% or 0.4", ~table["share"].fillna(1.0).between(0, 1))):
        if bad.any():
            raise TableError(f"service_uses: {int(bad.sum())} {what}", rows=table[bad], hint=hint)
    shares = share_in(table, first, last)
    return [UseRow(row, share) for row, share in zip(records_of(table), shares.tolist(), strict=True) if share]


def in_period(row: Mapping[Any, Any], days: Days) -> npt.NDArray[np.bool_]:
    """Return for each day of the year whether it is in the row's period; a blank end is open."""
    of_year, start, end = pd.date_range(*days), row["period_start"], row["period_end"]
    return np.asarray((of_year >= (days[0] if pd.isna(start) else start)) & (
        of_year <= (days[1] if pd.isna(end) else end)))


def replaced_share(uses: Sequence[UseRow], days: Days) -> npt.NDArray[np.float64]:
    """Return for each day of the year the share of a service's servers and disks that metered kWh replace.

    A host, named in `detail`, replaces its `share`; where one host alone is named, its blank share is all of them.

    Raises UsageError: One of several hosts has no share, or those of a day exceed 1.
    """
    of_hosts = [use for use in uses if use.row["item"] in (*lines.METERED, lines.STATED)]
    by_host = {use.host: np.zeros((days[1] - days[0]).days + 1) for use in of_hosts}
    for use in of_hosts:
        share = float(use.row["share"])
        if use.row["item"] == lines.STATED:
            continue
        if len(by_host) > 1 and math.isnan(share):
            raise UsageError(f"{len(by_host)} hosts, and the kWh of {use.row['detail']!r} are of an unknown share of "
                             "the servers", hint="give `share` in service_uses, e.g. 40%")
        of_line = (1.0 if math.isnan(share) else share) * in_period(use.row, days)
        by_host[use.host] = np.maximum(by_host[use.host], of_line)
    replaced = np.sum([np.zeros((days[1] - days[0]).days + 1), *by_host.values()], axis=0)
    if (replaced > 1 + ROUNDING).any():
        raise UsageError(f"hosts have {replaced.max():.4g} of the servers on one day",
                         hint="shares of one day are at most 1")
    return np.asarray(replaced, dtype=np.float64)


def statements_of(uses: Sequence[UseRow], of_version: Mapping[Any, Any], days: Days) -> Iterator[tuple[object, ...]]:
    """Yield of each host its name, its kWh, the kg CO2e that it states, and the share of the year that it meters."""
    of_hosts = [use for use in uses if use.row["item"] in (*lines.METERED, lines.STATED)]
    for host in dict.fromkeys(use.host for use in of_hosts):
        rows = [use for use in of_hosts if use.host == host]
        kwh = [_to(use, "kWh") for use in rows if use.row["item"] in lines.METERED]
        kg = [_to(use, "kg") for use in rows if use.row["item"] == lines.STATED]
        metered = [in_period(use.row, days) for use in rows if use.row["item"] in lines.METERED]
        yield (rows[0].row["detail"], math.fsum(kwh) if kwh else math.nan, math.fsum(kg) if kg else math.nan,
               float((np.any(metered, axis=0) & in_period(of_version, days)).mean()) if metered else 0.0)


def _to(use: UseRow, unit: str) -> float:
    try:
        return lines.in_unit(use.line(), unit)
    except CarbonError:
        return math.nan
