"""Flights on plain numbers: distance flown, factors in bands as published, the same without jumps, and non-CO2
effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

DETOUR_KM = 95.0
"""Flown beyond the great circle [km]: pledge4future/co2calculator, data/detour.csv."""


def distance_flown_km(great_circle_km: Any, *, detour_km: float) -> Any:
    """Calculate the distance flown on one leg [km].

    flown = great circle + detour;  detour 95 km (`DETOUR_KM`), or 0 where the factor holds an uplift of its own

    Raises
    ------
    MethodError
        A leg of zero length, a negative detour.

    References
    ----------
    pledge4future/co2calculator, data/detour.csv (95 km). The UK Government's factors hold 8 % already: one, never both.
    """
    refuse_no_number("distance flown", over=0, great_circle_km=great_circle_km)
    refuse_no_number("distance flown", at_least=0, detour_km=detour_km)
    return great_circle_km + detour_km


def banded_flight_kg(distance_km: Any, *, up_to_km: Sequence[float], kg_per_km: Sequence[float]) -> Any:
    """Calculate one leg by the factor of its band, as published (model "banded") [kg].

    kg = d x f_k,  up_to_{k-1} < d <= up_to_k

    At an edge a longer flight may be the cheaper one: `near_band_edge` shows which legs lie close to one.

    Parameters
    ----------
    up_to_km
        Upper edge of each band, rising; the last may be infinite.
    kg_per_km
        Published factor of each band.

    Raises
    ------
    MethodError
        A leg of zero length or beyond the last band; edges that do not rise; a negative factor.
    """
    edges, factors = _bands(up_to_km, kg_per_km)
    band = _band_of(distance_km, edges)
    return distance_km * (factors[band] if np.ndim(band) else float(factors[band]))


def near_band_edge(distance_km: Any, *, up_to_km: Sequence[float], within_km: float) -> Any:
    """Return whether a leg lies so close to a band's edge that the published factors jump there.

    |d - up_to_k| <= within_km for an edge between two bands

    Raises MethodError: A leg of zero length; edges that do not rise; a negative distance to an edge.
    """
    edges, _ = _bands(up_to_km, [0.0] * np.size(up_to_km))
    refuse_no_number("near a band's edge", over=0, distance_km=distance_km)
    refuse_no_number("near a band's edge", at_least=0, within_km=within_km)
    to_edge_km = np.abs(np.subtract.outer(np.asarray(distance_km, dtype=float), edges[:-1]))
    close = (to_edge_km <= within_km).any(axis=-1)
    return pd.Series(close, index=distance_km.index) if isinstance(distance_km, pd.Series) else (
        bool(close) if np.ndim(close) == 0 else close)


def continuous_bands(
    *, up_to_km: Sequence[float], reference_km: Sequence[float], kg_per_km: Sequence[float]
) -> pd.DataFrame:
    """Calculate a straight line on each band, joined at the edges, through each published factor (model "continuous").

    kg = a_k + b_k d,  kg(reference_k) = reference_k x f_k,  a_k + b_k e_k = a_{k+1} + b_{k+1} e_k at each edge e_k

    These leave one number free, the kg at distance zero. It is taken not below zero, and so that the smallest slope is
    as large as can be (our convention): with two bands that is one straight line wherever it starts above zero.

    Parameters
    ----------
    up_to_km, kg_per_km
        As in `banded_flight_kg`.
    reference_km
        Distance within each band at which its published factor holds.

    Returns
    -------
    DataFrame
        over_km, up_to_km, a_kg, b_kg_per_km: one row a band. b is never negative: kg never falls with distance.

    Raises
    ------
    MethodError
        A reference outside its band; factors that no rising line can join.
    """
    edges, factors = _bands(up_to_km, kg_per_km)
    references = _bands(reference_km, [0.0] * np.size(reference_km))[0]
    lower = np.r_[0.0, edges[:-1]]
    inside = len(references) == len(edges) and bool(((references > lower) & (references <= edges)).all())
    # A reference on the upper edge is its band's; the next band then starts from that point.
    if not inside or not np.isfinite(references).all():
        raise MethodError(f"references {list(reference_km)} do not lie one in each band up to {list(up_to_km)}",
                          hint="give the distance at which each published factor holds, e.g. the mean of its flights")
    free = _kg_at_zero(edges, references, factors)
    a, b = _lines(free, edges, references, factors)
    if (b < -1e-12 * np.abs(factors).max()).any():
        raise MethodError("no line that never falls goes through these factors", rows=pd.DataFrame(
            {"up_to_km": edges, "reference_km": references, "kg_per_km": factors}),
            hint="a longer band emits less in all than a shorter one at its reference: check factors and references")
    return pd.DataFrame({"over_km": lower, "up_to_km": edges, "a_kg": a, "b_kg_per_km": np.maximum(b, 0.0)})


def continuous_flight_kg(
    distance_km: Any, *, up_to_km: Sequence[float], reference_km: Sequence[float], kg_per_km: Sequence[float]
) -> Any:
    """Calculate one leg on the line of its band (model "continuous") [kg]; it never falls with distance.

    kg = a_k + b_k d, a and b from `continuous_bands`

    Raises MethodError: As `continuous_bands`; a leg of zero length or beyond the last band.
    """
    table = continuous_bands(up_to_km=up_to_km, reference_km=reference_km, kg_per_km=kg_per_km)
    band = _band_of(distance_km, table["up_to_km"].to_numpy())
    a, b = table["a_kg"].to_numpy()[band], table["b_kg_per_km"].to_numpy()[band]
    kg = a + b * distance_km
    return float(kg) if np.ndim(kg) == 0 else kg


def non_co2_kg(combustion_co2_kg: Any, *, multiplier: float, contains_non_co2: bool) -> Any:
    """Calculate the warming of a flight beyond its CO2, by a multiplier on the CO2 of combustion [kg CO2e].

    kg = combustion CO2 x (multiplier - 1);  upstream, manufacture, methane and nitrous oxide are not multiplied

    Parameters
    ----------
    contains_non_co2
        Whether the factor behind the CO2 already includes contrails or radiative forcing.

    Raises
    ------
    MethodError
        A factor that already contains it; a multiplier under 1.

    References
    ----------
    GHG Protocol, Scope 3 Technical Guidance, category 6: radiative forcing is allowed, its factor disclosed.
    """
    if contains_non_co2 is not False:
        raise MethodError("a non-CO2 multiplier on a factor that already contains non-CO2 effects counts them twice",
                          hint='take the factor without contrails, or non_co2="as_published"')
    refuse_no_number("non-CO2 effects", at_least=1, multiplier=multiplier)
    refuse_no_number("non-CO2 effects", combustion_co2_kg=combustion_co2_kg)
    return combustion_co2_kg * (multiplier - 1)


def _bands(up_to_km: Sequence[float], kg_per_km: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    try:
        edges, factors = np.asarray(up_to_km, dtype=float), np.asarray(kg_per_km, dtype=float)
    except (TypeError, ValueError):
        edges = factors = np.array([])
    rising = bool(edges.ndim == 1 and edges.size and edges[0] > 0 and (np.diff(edges) > 0).all()
                  and np.isfinite(edges[:-1]).all())
    valid_factors = bool((np.isfinite(factors) & (factors >= 0)).all())
    if edges.ndim != 1 or edges.shape != factors.shape or not rising or not valid_factors:
        raise MethodError(f"bands up to {up_to_km!r} with factors {kg_per_km!r} are not valid",
                          hint="one upper edge in km and one factor of zero or more a band, edges rising")
    return edges, factors


def _band_of(distance_km: Any, edges: np.ndarray) -> Any:
    refuse_no_number("flight", over=0, distance_km=distance_km, hint="a leg has two ends that differ; distances in km")
    km = np.asarray(distance_km, dtype=float)
    if np.isnan(km).any() or (km > edges[-1]).any():
        raise MethodError(f"a leg has no known distance, or one beyond the last band's {edges[-1]:g} km",
                          hint="leave it out, or give a last band without end (float('inf'))")
    return np.searchsorted(edges, km, side="left")


def _lines(
    free: float, edges: np.ndarray, references: np.ndarray, factors: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return intercept and slope of each band, given the kg at distance zero."""
    start_km, start_kg, a, b = 0.0, free, [], []
    for edge, reference, factor in zip(edges, references, factors, strict=True):
        slope = (factor * reference - start_kg) / (reference - start_km)
        a.append(start_kg - slope * start_km)
        b.append(slope)
        start_km, start_kg = edge, start_kg + slope * (edge - start_km)
    return np.array(a), np.array(b)


def _kg_at_zero(edges: np.ndarray, references: np.ndarray, factors: np.ndarray) -> float:
    """Return the kg at distance zero with the largest smallest slope: it lies where the slopes of two bands meet."""
    most = factors[0] * references[0]
    constant = _lines(0.0, edges, references, factors)[1]
    per_kg = _lines(1.0, edges, references, factors)[1] - constant
    meets = [(constant[j] - constant[i]) / (per_kg[i] - per_kg[j]) for i, j in combinations(range(len(edges)), 2)
             if per_kg[i] != per_kg[j]]
    candidates = np.array([0.0, most, *(m for m in meets if 0 <= m <= most)])
    smallest = np.min(constant[:, None] + np.outer(per_kg, candidates), axis=0)
    return float(candidates[np.argmax(smallest)])
