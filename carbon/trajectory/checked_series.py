"""Checks of a series before a fit or a comparison; each error has a hint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import calendar_years, refuse_no_series
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import is_number

FEWEST_YEARS = 3


def checked_series(series: pd.Series, missing_years: Iterable[int] = ()) -> pd.Series:
    """Return a checked series: ascending years, positive, one value a year, one method, no unrestated break.

    `missing_years` are known to have no figure, besides those that the series itself declares
    (`attrs["missing_years"]`, from the company's params). Nothing is invented for them: models use the dates of the
    others. A `range` declares all of its years without a figure.

    Raises MethodError: An index that is not years; a year twice; fewer than three years; zero, negative or infinite
    values; a year without a figure between others that is not declared; a significant event or another GWP set between
    its first and last year that is not restated.
    """
    refuse_no_series(series)
    kg, years = series.to_numpy(dtype=float, na_value=np.nan), series.index.to_numpy().astype("int64")
    order = [place for place in np.argsort(years, kind="stable").tolist() if kg[place] == kg[place]]
    clean = pd.Series(kg[order], index=pd.Index(years[order], name=series.index.name), name=series.name)
    clean.attrs = dict(series.attrs)
    if len(clean) < FEWEST_YEARS:
        number = "1 year" if len(clean) == 1 else f"{len(clean)} years"
        raise MethodError(f"{number} with a figure: no direction; three are needed",
                          hint="add earlier years to reported_inventories")
    if bad := years[order][~(np.isfinite(kg[order]) & (kg[order] > 0))].tolist():
        raise MethodError(f"zero, negative or infinite emissions in {bad} do not fit a log scale",
                          hint="fit the parts that are positive, or close the source")
    ends = {*years[np.isnan(kg)].tolist(), *series.attrs.get("incomplete", ())}
    clean.attrs["without_figure"] = tuple(sorted(int(y) for y in ends if not clean.index[0] < y < clean.index[-1]))
    declared = calendar_years(missing_years, what="missing_years")
    # A range stands for all of its years but those with a figure: 1990, 2000, 2005, 2010, 2015 ...
    if not isinstance(missing_years, range) and (known_years := sorted({*declared} & {*clean.index})):
        raise MethodError(f"years {known_years} are declared missing and have a figure",
                          hint="leave them out of missing_years; a year to be marked goes to event_years")
    if gaps := [y for y in missing_years_of(clean) if y not in {*declared, *clean.attrs.get("missing_years", ())}]:
        raise MethodError(f"no figure for {', '.join(map(str, gaps))} between {clean.index[0]} and {clean.index[-1]}",
                          hint=f"add them to reported_inventories, or declare them: missing_years={gaps} (in params "
                               "with the reason); nothing is invented for them")
    refuse_breaks(clean)
    return clean


def event_years_of(series: pd.Series | pd.DataFrame, given: Iterable[int] | None) -> list[int]:
    """Return the years to mark: those given, else those that the series declares (from the company's params)."""
    return calendar_years(series.attrs.get("event_years", ()) if given is None else given, what="event_years")


def errors_in_order(sd_year: Sequence[float] | pd.Series, series: pd.Series, used_years: pd.Series) -> np.ndarray:
    """Return the error of each year used, positive numbers; a list is by position, so it needs a series in order."""
    if isinstance(sd_year, pd.Series):
        lacking = [int(y) for y in used_years.index if y not in sd_year.index]
        if lacking or sd_year.index.has_duplicates:
            raise MethodError(f"sd_year has no one error for each year: {lacking or 'a year appears twice'}",
                              hint="index it by the years of the series, each once")
        sd_year = sd_year.loc[used_years.index]
    elif not series.index.is_monotonic_increasing:
        raise MethodError("sd_year is given by position, and the years of the series are not in order",
                          hint="give it by year: pd.Series(sd_year, index=series.index)")
    given_errors = np.atleast_1d(np.asarray(sd_year))
    if given_errors.dtype.kind not in "iuf":
        raise MethodError(f"sd_year must be positive numbers, it holds {given_errors.dtype}", hint="e.g. 0.05 for 5 %")
    if len(given_errors) != len(used_years):
        raise MethodError(f"{len(given_errors)} standard deviations for {len(used_years)} years",
                          hint="give one for each year that is not an event year, in order")
    refuse_errors(given_errors)
    return given_errors.astype(float)


def refuse_errors(sd_year: np.ndarray, sd_shared: float = 0.0) -> None:
    """Check known errors of years [ln]: each positive, the shared one not negative."""
    if not (np.isfinite(sd_year) & (sd_year > 0)).all() or not 0 <= sd_shared < np.inf:
        raise MethodError("sd_year must be positive and sd_shared not negative",
                          hint="both are relative errors, e.g. 0.05 for 5 %")


def refuse_choices(levels: Any, model: str, sd_year: Sequence[float] | None, sd_shared: float) -> None:
    """Check the choices of a fit: levels in percent, and known errors only of a model that uses them."""
    if not isinstance(levels, Collection) or not all(is_number(v) and 1 <= v < 100 for v in levels):
        raise MethodError(f"levels={levels!r} are not percentages of an interval",
                          hint="give a list of numbers from 1 to 99: levels=(50, 80, 95); 80 means 80 %")
    if sd_year is None and sd_shared:
        raise MethodError("sd_shared without sd_year would change nothing",
                          hint="give sd_year too: the error of each year on its own")
    refuse_errors(np.ones(1), sd_shared)
    if sd_year is not None and model not in ("auto", "shrunken_drift"):
        raise MethodError(f"{model} does not use sd_year", hint='leave model="auto": known errors add to its noise')


def refuse_no_draws(draws: Any, seed: Any) -> None:
    """Check draws and seed: a simulated figure names its seed, so that it can be drawn again."""
    if not isinstance(draws, int | np.integer) or draws < 1:
        raise MethodError(f"{draws} draws give no chance", hint="leave `draws` out")
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise MethodError(f"seed={seed!r} draws a figure that nobody can draw again",
                          hint="a whole number, e.g. seed=1")


def refuse_no_amount(kg: Any) -> None:
    """Check that an amount is a known number of kilograms; it may be infinite."""
    if not is_number(kg) and not (isinstance(kg, float) and np.isinf(kg)):
        raise MethodError(f"{kg!r} is not an amount of emissions", hint="give kg CO2e as a number")


def refuse_breaks(series: pd.Series) -> None:
    """Check that a series is restated: years before and after a significant event do not compare."""
    years = series.dropna().index
    inside = [f"{what} ({year})" for what, year in series.attrs.get("breaks", ())
              if len(years) and years.min() < year <= years.max()]
    if inside:
        raise MethodError(f"a series as reported crosses {', '.join(inside)}",
                          hint="take the restated view: inventories.restated().series(...)")


def refuse_other_method(series: pd.Series, scope2_method: str, *, what: str) -> None:
    """Check that a series is of the scope 2 method that it is compared with."""
    own_method = series.attrs.get("scope2_method", "")
    if own_method and own_method != scope2_method:
        raise MethodError(f"{what} is {scope2_method} and the series is {own_method}: the two never mix",
                          hint=f'take inventories.series(scopes, "{scope2_method}")')


def missing_years_of(clean: pd.Series) -> list[int]:
    """Return years inside the series without a figure; none is invented, models use the dates."""
    return [y for y in range(int(clean.index[0]), int(clean.index[-1])) if y not in clean.index]


def logs_of(series: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return years and log values of a series, as the models take them."""
    return series.index.to_numpy().astype(float), np.log(series.to_numpy(dtype=float))
