"""Distance between two points of the Earth."""

from __future__ import annotations

from typing import Any

import numpy as np

from carbon.core.errors import UsageError
from carbon.core.plain_numbers import refuse_no_number

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth [km], IUGG (Moritz, Geodetic Reference System 1980)."""


def great_circle_km(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    """Great circle distance by the haversine formula, of numbers, arrays or Series of degrees.

    d = 2 R asin(sqrt(sin^2(dlat / 2) + cos lat1 cos lat2 sin^2(dlon / 2))),  R = 6371.0088 km

    Parameters
    ----------
    lat1, lon1, lat2, lon2
        Latitude [-90 to 90 degrees] and longitude [-180 to 180 degrees] of both ends. NaN gives NaN.

    Returns
    -------
    float, array or Series
        Distance [km], symmetric in its ends; on a sphere, so within 0.6 % of the ellipsoid's.

    Raises
    ------
    UsageError
        A latitude or longitude out of range.
    """
    refuse_no_number("great circle", missing=True, lat1=lat1, lon1=lon1, lat2=lat2, lon2=lon2)
    for name, value, limit in (("latitude", lat1, 90), ("latitude", lat2, 90), ("longitude", lon1, 180),
                               ("longitude", lon2, 180)):
        if np.any(np.abs(value) > limit):
            raise UsageError(f"A {name} lies beyond {limit} degrees", hint="give degrees, latitude first")
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance.item() if np.ndim(distance) == 0 else distance
