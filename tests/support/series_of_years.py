"""Emissions by year: given ones, and ones that fall by 4 % a year with noise from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd


def noisy(n: int = 9, start: int = 2015, shock: float = 0.03) -> pd.Series:
    noise = np.random.Generator(np.random.PCG64(4)).normal(0, shock, n)
    return pd.Series(1000 * np.exp(-0.04 * np.arange(n) + noise), index=range(start, start + n))


def marked(**attrs: object) -> pd.Series:
    made = noisy()
    made.attrs.update(attrs)
    return made


def series(*kg: float) -> pd.Series:
    return pd.Series(kg, index=pd.Index(range(2020, 2020 + len(kg)), name="year"))
