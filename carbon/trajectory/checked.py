"""
What a series must be before anything is fitted to it or held against it; each refusal with its remedy.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.inventory.by_year import refuse_no_series

FEWEST_YEARS = 3


def checked_series(series: pd.Series, missing_years: Iterable[int] = ()) -> pd.Series:
    """
    The series by year, ascending, without unknown years; positive, one value a year, one method, no unrestated break.

    Parameters
    ----------
    missing_years
        Years known to have no figure, besides those that the series itself declares (`attrs["missing_years"]`, from the
        company's params). Nothing is invented for them: models use the dates of the others.

    Raises
    ------
    MethodError
        An index that is not years; a year twice; fewer than three years; zero, negative or infinite values; a year
        without a figure between others that is not declared; a significant event or another GWP set between its first
        and last year that is not restated.
    """
    if not isinstance(series, pd.Series):
        raise MethodError(f"one series of kg by year is needed, not a {type(series).__name__}",
                          hint="take one column, or fit_parts for several")
    _refuse_other_index(series.index)
    refuse_no_series(series)
    # The attributes of the series say what it is of; dropping rows must not lose them.
    clean = series.dropna().sort_index().astype(float)
    clean.attrs.update(series.attrs)
    if len(clean) < FEWEST_YEARS:
        raise MethodError(f"{len(clean)} year{'s' * (len(clean) != 1)} with a figure: no direction; three are needed",
                          hint="add earlier years to reported_inventories")
    if not (np.isfinite(clean) & (clean > 0)).all():
        bad = clean.index[~(np.isfinite(clean) & (clean > 0))].tolist()
        raise MethodError(f"zero or negative emissions in {bad} do not fit a log scale",
                          hint="fit the parts that are positive, or close the source")
    _refuse_gaps(clean, [int(y) for y in missing_years])
    refuse_breaks(clean)
    return clean


def _refuse_gaps(clean: pd.Series, declared: list[int]) -> None:
    known = sorted(y for y in declared if y in clean.index)
    if known:
        raise MethodError(f"years {known} are declared missing and have a figure",
                          hint="leave them out of missing_years; a year to be marked goes to event_years")
    gaps = [y for y in missing_years_of(clean) if y not in {*declared, *clean.attrs.get("missing_years", ())}]
    if gaps:
        raise MethodError(f"no figure for {', '.join(map(str, gaps))} between {clean.index[0]} and {clean.index[-1]}",
                          hint=f"add them to reported_inventories, or declare them: missing_years={gaps} (in params "
                               "with the reason); nothing is invented for them")


def refuse_breaks(series: pd.Series) -> None:
    """
    Years before and after a significant event are not one series until it is restated.

    Raises
    ------
    MethodError
        The events inside the series.
    """
    years = series.dropna().index
    inside = [f"{what} ({year})" for what, year in series.attrs.get("breaks", ())
              if len(years) and years.min() < year <= years.max()]
    if inside:
        raise MethodError(f"a series as reported crosses {', '.join(inside)}",
                          hint="take the restated view: inventories.restated().series(...)")


def refuse_other_method(series: pd.Series, scope2_method: str, *, what: str) -> None:
    """
    A location-based base against market-based years, or the other way round.

    Raises
    ------
    MethodError
        The series says that it is of the other method.
    """
    own = series.attrs.get("scope2_method", "")
    if own and own != scope2_method:
        raise MethodError(f"{what} is {scope2_method} and the series is {own}: the two never mix",
                          hint=f'take inventories.series(scopes, "{scope2_method}")')


def missing_years_of(clean: pd.Series) -> list[int]:
    """
    Years inside the series without a figure: they are not invented; models use the dates.
    """
    return [y for y in range(int(clean.index[0]), int(clean.index[-1])) if y not in clean.index]


def _refuse_other_index(index: pd.Index) -> None:
    whole = pd.api.types.is_integer_dtype(index) or (
        pd.api.types.is_float_dtype(index) and bool((index == np.floor(index)).all()))
    if not whole or not len(index) or index.min() < 1850 or index.max() > 2200:
        raise MethodError(f"the index must be calendar years, it is {list(index[:5])}",
                          hint="index the series by year: positions would hide gaps")
