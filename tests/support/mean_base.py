"""A target whose base is the mean of three years."""

from __future__ import annotations

from typing import Any

from carbon.core.ghg_protocol import LOCATION, SCOPES

TARGET = {"id": "t", "scopes": list(SCOPES), "scope2_method": LOCATION, "base_year": 2019, "target_year": 2030,
          "reduction": 0.5, "base_years": [2018, 2019, 2020]}


def mean_t(series: Any) -> float:
    return float((series[2018] + series[2019] + series[2020]) / 3000)
