"""A small recorded plan, and emission rows of a year after it."""

import numpy as np
import pandas as pd

from carbon.params.shapes.plan_record import PlanRecord


def recorded(**changes) -> PlanRecord:
    """Two levers on 100 kg of flights (60 kg left: wedges 30 and 10), one that starts later, 50 kg without a lever."""
    lever = {"label": {"en": "A", "fr": "Un"}, "decarbonisation_lever": "", "track": "both", "to": [], "capex": {},
             "running_per_year": 0, "npv": 0, "evidence": "a test"}
    flights, heat = {"activity": ["flight.*"]}, {"activity": ["natural_gas"]}
    values = {
        "company": "some-company", "inventory_year": 2024, "first_year": 2025, "last_year": 2025, "gwp": "AR6GWP100",
        "release": "r1", "currency": "EUR", "price_year": 2024, "discount_rate": 0.04,
        "scope2_method": "location-based", "status": "optimal", "meets": True, "gap": 0.0, "cost": 0.0, "targets": [],
        "limits": [], "not_planned": [], "inputs": {},
        "levers": [{**lever, "id": "a", "start": 2025, "where": [flights]},
                   {**lever, "id": "b", "start": 2025, "where": [flights]},
                   {**lever, "id": "later", "start": 2025, "where": [heat]}],
        "streams": [
            {"scope": "3", "scope2_method": "", "levers": ["a", "b"], "baseline_kg": [100.0], "plan_kg": [60.0],
             "wedge_kg": {"a": [30.0], "b": [10.0]}},
            {"scope": "1", "scope2_method": "", "levers": ["later"], "baseline_kg": [50.0], "plan_kg": [50.0],
             "wedge_kg": {"later": [0.0]}},
        ],
    }
    return PlanRecord.model_validate(values | changes)


def emitted(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """Emission rows: scope, activity, scope 2 method, kg."""
    table = pd.DataFrame(rows, columns=["scope", "activity", "scope2_method", "co2e_kg"])
    return table.assign(kyoto=True, category=np.where(table["scope"] == "3", 6, 0), region="FR", site="", supplier="")
