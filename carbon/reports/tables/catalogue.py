"""All readers' tables in one place: `cb.tables.scopes_table(inv)`."""

from typing import Any

from carbon.core.public_names import box_all
from carbon.core.text import instead
from carbon.reports.tables.bridge import bridge_table, budget_table, events_table, target_comparison_table
from carbon.reports.tables.compare import companies_table, differing_choices_table, factors_by_region_table
from carbon.reports.tables.coverage import (
    accepted_rejects_table,
    amounts_table,
    coverage_table,
    exclusions_table,
    rejects_table,
)
from carbon.reports.tables.expectations import boundary_table, breaches_table, expectations_table
from carbon.reports.tables.inventory import (
    categories_table,
    energy_table,
    headline_table,
    purchases_table,
    scopes_table,
    sites_table,
    suppliers_table,
)
from carbon.reports.tables.method import (
    factors_table,
    gwp_table,
    method_choices_table,
    purchase_models_table,
    reasons_table,
    tiers_table,
)
from carbon.reports.tables.monthly import monthly_energy_table
from carbon.reports.tables.on_map import map_table
from carbon.reports.tables.plan import (
    calendar_table,
    capex_table,
    choice_table,
    cost_curve_table,
    limits_table,
    not_planned_table,
    plan_table,
    sensitivity_table,
    tracks_table,
    wedges_table,
)
from carbon.reports.tables.portfolio import portfolio_table
from carbon.reports.tables.scorecard import scorecard_table
from carbon.reports.tables.trajectory import change_table, scopes_by_year_table, trajectory_table
from carbon.reports.tables.travel import travel_table

__all__ = [
    "accepted_rejects_table", "amounts_table", "boundary_table", "breaches_table",
    "bridge_table", "budget_table", "calendar_table",
    "capex_table", "categories_table", "change_table", "choice_table", "companies_table", "cost_curve_table",
    "coverage_table", "differing_choices_table", "energy_table", "events_table", "exclusions_table",
    "expectations_table", "factors_by_region_table", "factors_table", "gwp_table", "headline_table",
    "limits_table", "map_table", "method_choices_table", "monthly_energy_table", "not_planned_table", "plan_table",
    "portfolio_table", "purchase_models_table", "purchases_table",
    "reasons_table", "rejects_table", "scopes_by_year_table", "scopes_table",
    "scorecard_table", "sensitivity_table", "sites_table", "suppliers_table", "target_comparison_table",
    "tiers_table", "tracks_table", "trajectory_table", "travel_table", "wedges_table",
]
box_all(globals(), __all__)


def __getattr__(name: str) -> Any:
    raise AttributeError(f"cb.tables has no {name!r}; {instead(name, __all__)}")
