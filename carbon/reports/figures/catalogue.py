"""All figures in one place: `cb.figures.plot_scopes(inv)`. Each takes `ax=None` and returns the Axes."""

from carbon.core.public_names import box_all
from carbon.reports.figures.bridge import plot_bridge, plot_budget, plot_target_comparison
from carbon.reports.figures.compare import (
    plot_companies,
    plot_factors_by_region,
    plot_profiles,
    plot_purchase_models,
)
from carbon.reports.figures.digital import plot_budgets, plot_scorecard, plot_service, plot_thresholds
from carbon.reports.figures.expectations import plot_breaches
from carbon.reports.figures.fleet import plot_age_pyramid, plot_cohorts, plot_exits, plot_longer, plot_quarters
from carbon.reports.figures.inventory import (
    plot_categories,
    plot_coverage,
    plot_energy,
    plot_scopes,
    plot_suppliers,
    plot_travel,
)
from carbon.reports.figures.pivots import plot_heatmap, plot_icicle, plot_pareto, plot_slope
from carbon.reports.figures.plan import plot_calendar, plot_cost_curve, plot_tornado, plot_tracks, plot_wedges
from carbon.reports.figures.trajectory import plot_scopes_by_year, plot_trajectory

__all__ = [
    "plot_age_pyramid", "plot_breaches", "plot_bridge", "plot_budget", "plot_budgets", "plot_calendar",
    "plot_categories", "plot_cohorts", "plot_companies", "plot_cost_curve", "plot_coverage", "plot_energy",
    "plot_exits", "plot_factors_by_region", "plot_heatmap", "plot_icicle", "plot_longer", "plot_pareto",
    "plot_profiles", "plot_purchase_models", "plot_quarters", "plot_scopes", "plot_scopes_by_year", "plot_scorecard",
    "plot_service", "plot_slope", "plot_suppliers", "plot_target_comparison", "plot_thresholds", "plot_tornado",
    "plot_tracks", "plot_trajectory", "plot_travel", "plot_wedges"]
box_all(globals(), __all__)
