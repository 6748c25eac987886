"""Names of the official workbooks of the UK, their columns, and a factor of theirs by its parts."""

from __future__ import annotations

import pandas as pd

FULL = {2026: "ghg-conversion-factors-2026-full-set.xlsx", 2025: "ghg-conversion-factors-2025-full-set.xlsx",
        2024: "ghg-conversion-factors-2024-full_set__for_advanced_users__v1_1.xlsx"}
HEAD = ["kg CO2e", "kg CO2e of CO2 per unit", "kg CO2e of CH4 per unit", "kg CO2e of N2O per unit"]


def element(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["element_id"].eq(name)].set_index("part")
