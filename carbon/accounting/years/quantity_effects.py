"""Activity, mix and own intensity: the change between two years whose factors are the same.

V = driver x (group quantity / driver) x (share of the stream in its group) x (kg per unit); a group is an activity and
unit within a scope and category. kg per unit is equal in both years but where one stream joins several factors: it is
mix, like the share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.exact import exact_sum

GROUP = ["scope", "category", "activity", "unit"]
ACTIVITY, MIX, INTENSITY = "activity level", "mix", "own intensity"
_PER_UNIT = "kg per unit"
_CLOSE, _NOTHING = 1e-9, 1e-12
Decompose = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


class Effects(NamedTuple):
    """kg of each step and stream; and which streams have no logarithm, so that their whole change is intensity."""

    effects: dict[str, npt.NDArray[np.float64]]
    signs: npt.NDArray[np.bool_]


def effects(
    labels: pd.DataFrame, first: pd.DataFrame, last: pd.DataFrame, drivers: tuple[float, float], decompose: Decompose
) -> Effects:
    """Decompose the change of each stream; the effects of a stream sum to its change.

    labels: The columns of `GROUP`, a row a stream.
    first, last: co2e_kg and quantity of the same streams.
    drivers: Of both years, positive.
    decompose: `lmdi` or `shapley`.
    """
    groups = labels.groupby(GROUP, sort=False).ngroup().to_numpy()
    x0, x1 = _factors(groups, first, drivers[0]), _factors(groups, last, drivers[1])
    # What is undefined on the side where the stream is absent did not change.
    x0, x1 = x0.fillna(x1).fillna(0.0), x1.fillna(x0).fillna(0.0)
    signs = np.sign(x0.to_numpy()) * np.sign(x1.to_numpy())
    # Amounts that cancel leave kilograms of rounding, nothing next to the other year.
    nothing = _NOTHING * np.maximum(np.abs(first["co2e_kg"].to_numpy(float)), np.abs(last["co2e_kg"].to_numpy(float)))
    usable = _multiplies(x0, first, nothing) & _multiplies(x1, last, nothing) & ~(signs < 0).any(axis=1)
    change = (last["co2e_kg"] - first["co2e_kg"]).to_numpy(dtype=float)
    by_factor = decompose(x0[usable], x1[usable]).reindex(labels.index, fill_value=0.0)
    values = np.column_stack([by_factor[ACTIVITY], by_factor[MIX] + by_factor[_PER_UNIT], by_factor[INTENSITY]])
    values[~usable, 2] = change[~usable]  # no growth of the driver
    # The rounding of logarithms is closed in the largest effect of its stream.
    largest = np.abs(values).argmax(axis=1)
    values[np.arange(len(values)), largest] += change - values.sum(axis=1)
    return Effects(dict(zip((ACTIVITY, MIX, INTENSITY), values.T, strict=True)), ~usable)


def _multiplies(factors: pd.DataFrame, table: pd.DataFrame, nothing: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    # A group whose lines cancel has no shares: its product is not its value.
    product = np.where((factors == 0).any(axis=1), 0.0, factors.prod(axis=1, skipna=False))
    return np.isclose(product, table["co2e_kg"], rtol=_CLOSE, atol=nothing)


def _factors(groups: npt.NDArray[Any], table: pd.DataFrame, driver: float) -> pd.DataFrame:
    quantity, kg = table["quantity"].to_numpy(dtype=float), table["co2e_kg"].to_numpy(dtype=float)
    group = exact_sum(quantity, groups, int(groups.max(initial=-1)) + 1)[groups]
    with np.errstate(divide="ignore", invalid="ignore"):
        share, per_unit = quantity / group, kg / quantity
    return pd.DataFrame({
        ACTIVITY: driver, INTENSITY: group / driver, MIX: np.where(group != 0, share, np.nan),
        _PER_UNIT: np.where(quantity != 0, per_unit, np.nan),
    }, index=table.index)
