"""Emission rows at random places of an inventory, drawn from a seed."""

from __future__ import annotations

import numpy as np

from carbon.core.ghg_protocol import LINES


def many(make_emissions, rows=500):
    rng = np.random.default_rng(2)
    places = [LINES[i] for i in rng.integers(0, len(LINES), rows)]
    return make_emissions(*[{"scope": s, "category": c, "scope2_method": m, "co2e_kg": float(kg), "site": f"s{i % 3}"}
                            for i, ((s, c, m), kg) in enumerate(zip(places, rng.lognormal(2, 5, rows), strict=True))])
