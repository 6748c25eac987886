"""A total and its parts, both fitted: the sum of medians is not the median of the sum, and the gap is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import chdtri, ndtr

from carbon.accounting.years.by_year import refuse_no_series
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.trajectory.checked_series import FEWEST_YEARS, event_years_of, refuse_no_draws
from carbon.trajectory.fitting.fit import fit
from carbon.trajectory.fitting.fitted import DRAWS, Trajectory

_GRID = np.linspace(-6, 6, 2401)
PRIOR_STEPS = 10
"""Worth, in yearly steps, of the common correlation that each pair's own is shrunk to [design]."""


@dataclass(frozen=True)
class Parts(HandsOut, Displayed):
    """Fits of a total and of its parts, and how far they disagree.

    A part without a fit is in `closed` (zero in the last year) or `held` (zeros before: its last value is kept, without
    an interval). gap: year, top_down_kg (median of the total), bottom_up_kg (median of the simulated sum, by `seed`),
    sum_of_medians_kg, low_80_kg, high_80_kg (of the simulated sum; NaN of three years, which have no interval),
    gap_kg = bottom_up - top_down [kg CO2e]. shared: mean correlation of the parts' yearly shocks.
    """

    total: Trajectory
    parts: Mapping[str, Trajectory]
    gap: pd.DataFrame
    shared: float
    seed: int
    closed: tuple[str, ...] = ()
    held: Mapping[str, float] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Paths drawn for the simulated sum."""
        return int(self.gap.attrs["draws"])

    @property
    def left_out(self) -> tuple[str, ...]:
        """Parts without a figure in every year (`by_part`): neither in the total nor in the sum."""
        return tuple(self.gap.attrs["left_out"])

    def __repr__(self) -> str:
        last = self.gap.iloc[-1]
        if not self.total.has_interval:
            return f"Parts({len(self.parts)} fitted on three years: their sum cannot be simulated)"
        share = last["gap_kg"] / last["top_down_kg"]
        return f"Parts({len(self.parts)} fitted, {int(last['year'])}: bottom-up {share:+.1%} of top-down)"


def fit_parts(
    table: pd.DataFrame, *, until: int, seed: int, event_years: Iterable[int] | None = None, draws: int = DRAWS,
    missing_years: Iterable[int] = (),
) -> Parts:
    """Fit the total and each part, and simulate the sum of the parts with shared shocks.

    The table is kg CO2e, one row a year, one column a part, by one scope 2 method. Parts move together: their shocks
    are drawn with the correlation of their past yearly changes, each pair's own shrunk to the mean of all pairs. A part
    that ends in zero is closed; one with zeros before is held at its last value. The seed is printed with the result.
    """
    table = _checked(table)
    refuse_no_draws(draws, seed)
    years, gaps = event_years_of(table, event_years), tuple(missing_years)
    ended = tuple(str(c) for c in table.columns[table.iloc[-1] == 0])
    positive = [c for c in table.columns if c not in ended and (table[c] > 0).all()]
    constant = {str(c): float(table[c].iloc[-1]) for c in table.columns if c not in ended and c not in positive}
    total, *fits = (fit(of, until=until, event_years=years, missing_years=gaps)
                    for of in (table.sum(axis=1), *(table[c] for c in positive)))
    parts = {str(c): one for c, one in zip(positive, fits, strict=True)}
    correlation = _correlation(np.log(table.loc[~table.index.isin(years), positive].to_numpy(dtype=float)))
    sums = _sums(total, parts, correlation, draws, seed) + sum(constant.values())
    gap = _gap(total, parts, sums, sum(constant.values()))
    gap.attrs.update({"draws": draws, "left_out": tuple(table.attrs.get("left_out", ()))})
    return Parts(total, parts, gap, _mean_off_diagonal(correlation), seed, ended, constant)


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table in the order of its years: the last year decides which parts are closed."""
    if not isinstance(table, pd.DataFrame):
        raise MethodError(f"one column a part is needed, not a {type(table).__name__}", hint="fit() takes one series")
    if twice := sorted({str(c) for c in table.columns[table.columns.duplicated()]}):
        raise MethodError(f"parts {twice} stand twice", hint="one column a part; the same tonnes are not summed twice")
    for name in table.columns:
        refuse_no_series(table[name])
    if table.shape[1] < 2 or len(table) < FEWEST_YEARS:
        raise MethodError(f"{table.shape[1]} parts over {len(table)} years are too few",
                          hint="at least two parts and three years; fit() takes one series")
    if bad := table.columns[table.isna().any()].astype(str).tolist():
        raise MethodError(f"parts {bad} have years without a figure; a missing part is not zero",
                          hint="keep the years in which every part is known")
    if below := table.columns[(table < 0).any()].astype(str).tolist():
        raise MethodError(f"parts {below} are negative in some years and have no log scale",
                          hint="fit credits and removals as series of their own")
    return table.sort_index()


def _correlation(logs: np.ndarray) -> np.ndarray:
    """Return the correlation of yearly changes, each pair shrunk to the mean of all pairs, as years are few."""
    steps = np.diff(logs, axis=0)
    n, k = steps.shape
    if k < 2:
        return np.eye(k)
    with np.errstate(divide="ignore", invalid="ignore"):
        own_correlation = np.nan_to_num(np.corrcoef(steps, rowvar=False))
    common = np.clip(_mean_off_diagonal(own_correlation), 0, 1)
    mixed = (n * own_correlation + PRIOR_STEPS * common) / (n + PRIOR_STEPS)
    np.fill_diagonal(mixed, 1.0)
    values, vectors = np.linalg.eigh(mixed)
    nearest_matrix = (vectors * np.clip(values, 1e-9, None)) @ vectors.T
    scale = np.sqrt(np.diagonal(nearest_matrix))
    return nearest_matrix / np.outer(scale, scale)


def _mean_off_diagonal(correlation: np.ndarray) -> float:
    k = len(correlation)
    return float(correlation[np.triu_indices(k, 1)].mean()) if k > 1 else 0.0


def _sums(
    total: Trajectory, parts: Mapping[str, Trajectory], correlation: np.ndarray, draws: int, seed: int
) -> np.ndarray:
    """Return the sum of the fitted parts [kg], (draws, years): 0 where none is fitted, NaN where no interval is."""
    horizon = len(total.table)
    if not parts or not total.has_interval:
        return np.full((1, horizon), np.nan if parts else 0.0)
    rng = np.random.Generator(np.random.PCG64(seed))
    shared = max(_mean_off_diagonal(correlation), 0.0)
    shocks = rng.standard_normal((draws, horizon, len(parts))) @ np.linalg.cholesky(correlation).T
    spread = rng.standard_normal(draws) * np.sqrt(shared)
    # One draw of how wide the years are, shared as far as the parts are: a common normal seen through each chi-square.
    own_shocks = rng.standard_normal((draws, len(parts))) * np.sqrt(1 - shared)
    sums = np.zeros((draws, horizon))
    for j, p in enumerate(fitted.predictive for fitted in parts.values()):
        # sqrt(df / chi-square) on a grid of normal scores: what turns a normal into a Student draw.
        width = np.interp(spread + own_shocks[:, j], _GRID, np.sqrt(p.df / chdtri(p.df, ndtr(_GRID))))
        sums += np.exp(p.location + shocks[:, :, j] @ p.root.T * width[:, None])
    return sums


def _gap(total: Trajectory, parts: Mapping[str, Trajectory], sums: np.ndarray, held_kg: float) -> pd.DataFrame:
    low, middle, high = np.quantile(sums, [0.10, 0.50, 0.90], axis=0)
    top = total.table["median_kg"].to_numpy()
    medians = np.sum([f.table["median_kg"].to_numpy() for f in parts.values()], axis=0) + held_kg
    return pd.DataFrame({"year": total.table["year"].to_numpy(), "top_down_kg": top, "bottom_up_kg": middle,
                         "sum_of_medians_kg": medians, "low_80_kg": low, "high_80_kg": high, "gap_kg": middle - top})
