"""Capital goods in two views of one asset record: the year of purchase, and spread over the depreciation years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number


def capital_goods_views(bought_kg: pd.Series, *, depreciation_years: int) -> pd.DataFrame:
    """Calculate emissions of assets by year, in the year of purchase and amortised; do not add the two together.

    purchase year: E(y);  amortised: sum over purchases of the last n years of E / n, n the depreciation years

    Parameters
    ----------
    bought_kg
        Cradle-to-gate kg CO2e of the purchases, by year; a year without a purchase is 0, not absent.

    Returns
    -------
    DataFrame
        year (to the last year of depreciation), purchase_year_kg, amortised_kg, moving_average_kg (mean of the
        purchases of the last n years that are known). Over the whole life both views sum to the same kilograms.

    Raises
    ------
    MethodError
        Years with gaps; a life that is not whole years; unknown or negative emissions.

    References
    ----------
    GHG Protocol, Scope 3 Standard (2011), category 2 (year of purchase, not depreciated); BEGES practice (amortised).
    """
    refuse_no_number("capital goods", at_least=0, bought_kg=bought_kg)
    refuse_no_number("capital goods", at_least=1, depreciation_years=depreciation_years)
    n = int(depreciation_years)
    if not isinstance(bought_kg, pd.Series) or not len(bought_kg) or bought_kg.isna().any() or n != depreciation_years:
        raise MethodError("purchases of each year and a life in whole years are needed",
                          hint="a Series of kg by year, 0 where nothing was bought, and e.g. depreciation_years=5")
    years = bought_kg.index.to_numpy()
    if not np.issubdtype(years.dtype, np.integer) or (np.diff(years) != 1).any():
        raise MethodError(f"the years {list(years)} have gaps or are not in order",
                          hint="index by year, in order, 0 where nothing was bought")
    purchases = np.r_[bought_kg.to_numpy(dtype=float), np.zeros(n - 1)]
    spread = np.convolve(bought_kg.to_numpy(dtype=float) / n, np.ones(n))
    years_known = np.minimum(np.arange(1, len(purchases) + 1), n)
    all_years = np.arange(years[0], years[0] + len(purchases))
    mean = np.where(np.arange(len(purchases)) < len(years), spread * n / years_known, np.nan)
    return pd.DataFrame({"year": all_years, "purchase_year_kg": purchases, "amortised_kg": spread,
                         "moving_average_kg": mean})
