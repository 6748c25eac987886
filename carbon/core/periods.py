"""Reporting years and pro rata by day, exact to the last bit.

A share of a period is cut on the binary grid of the whole quantity, so the shares of all years add up to
the whole exactly, in any order, whichever years are asked for.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import UsageError

_MANTISSA_BITS = 53
_HALF_A_YEAR = 184


def reporting_year(year: int, starts: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return first and last day of a reporting year, both included.

    A reporting year bears the number of the calendar year in which it ends: with `starts` "04-01", 2024 is
    1 April 2023 to 31 March 2024 [design].

    Raises UsageError: `starts` is not a day that every year has.
    """
    try:
        start = pd.Timestamp(f"2001-{starts}")
    except ValueError:
        raise UsageError(
            f"reporting_year_starts {starts!r} is not a day of every year",
            hint="write month and day as MM-DD, e.g. 01-01 or 04-01, in the company's params",
        ) from None
    first = start.replace(year=year if starts == "01-01" else year - 1)
    return first, first.replace(year=first.year + 1) - pd.Timedelta(days=1)


def days_in_words(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """Return the days of a period in words: "1 April 2021 to 31 March 2022"."""
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


def factor_year(year: int, starts: str) -> int:
    """Return the calendar year whose factors and prices a reporting year takes: the one with most of its days.

    April 2021 to March 2022 takes those of 2021; a year from July on, of two equal halves, the newer ones. Source:
    DESNZ, Greenhouse gas reporting: conversion factors, guidance on the year of the factors.
    """
    first, last = reporting_year(year, starts)
    in_first = (pd.Timestamp(first.year, 12, 31) - first).days + 1
    return first.year if in_first > _HALF_A_YEAR else last.year


def years_of_days(days: npt.NDArray[np.datetime64], starts: str) -> npt.NDArray[np.int64]:
    """Return the reporting year of each day."""
    calendar = days.astype("datetime64[Y]").astype(np.int64) + 1970
    if starts == "01-01":
        return calendar
    begins = pd.to_datetime(pd.Series(calendar.astype("str")) + f"-{starts}").to_numpy().astype("datetime64[D]")
    return np.asarray(calendar + (days.astype("datetime64[D]") >= begins), dtype=np.int64)


def share_by_days(
    quantity: npt.NDArray[np.float64], *, first: npt.NDArray[np.int64], stop: npt.NDArray[np.int64],
    days: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Calculate the part of each quantity on its days `first` to `stop` - 1, counted from 0, of `days` days.

    part = C(stop) - C(first), C(d) = round(quantity x d / days) on the grid of one unit in the last place of
    the quantity: each part is within one such unit of the true one, and consecutive parts sum to the whole
    exactly. Negative quantities (credit notes) mirror positive ones. NaN stays NaN.
    """
    missing = np.isnan(quantity)
    mantissa, exponent = np.frexp(np.where(missing, 0.0, np.abs(quantity)))
    steps = np.ldexp(mantissa, _MANTISSA_BITS).astype(np.int64)
    part = _steps_to(steps, stop, days) - _steps_to(steps, first, days)
    value = np.ldexp(part.astype(np.float64), exponent - _MANTISSA_BITS)
    return np.where(missing, np.nan, np.copysign(value, quantity))


def _steps_to(
    steps: npt.NDArray[np.int64], day: npt.NDArray[np.int64], days: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    # steps x day / days without leaving 64 bits: whole steps a day first, then the rounded remainder.
    per_day, rest = np.divmod(steps, days)
    return per_day * day + (2 * rest * day + days) // (2 * days)


def latest_end_before(group: npt.NDArray[np.intp], last: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """Return, for each line, the latest last day of the lines above it in its group; NaT for the first of them.

    Lines of a group follow one another; `group` is any number of the group.
    """
    until = last.astype("datetime64[D]").astype(np.int64)
    new = np.ones(len(group), dtype=bool)
    new[1:] = group[1:] != group[:-1]
    floor = np.cumsum(new) * (int(np.ptp(until)) + 1) if len(until) else until  # no group reaches the next one's days
    latest = np.maximum.accumulate(until + floor) - floor
    above = np.append(latest[:1], latest[:-1]).astype("datetime64[D]")
    above[new] = np.datetime64("NaT", "D")
    return above
