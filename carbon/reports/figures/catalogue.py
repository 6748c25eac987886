"""All figures in one place, `cb.figures.plot_bars(inv, ...)`: `ax=None`, `title` and `palette` in, the Axes out."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from carbon.core.public_names import box_all
from carbon.core.text import instead
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.bridge import plot_bridge, plot_budget
from carbon.reports.figures.digital import (
    plot_age_pyramid,
    plot_exits,
    plot_longer,
    plot_quarters,
    plot_scorecard,
    plot_service,
    plot_thresholds,
)
from carbon.reports.figures.expectations import plot_breaches
from carbon.reports.figures.icicle import plot_icicle
from carbon.reports.figures.map import plot_map
from carbon.reports.figures.pivots import (
    plot_bars,
    plot_heatmap,
    plot_multiples,
    plot_pareto,
    plot_purchase_models,
    plot_slope,
)
from carbon.reports.figures.plan import plot_calendar, plot_cost_curve, plot_tornado, plot_wedges
from carbon.reports.figures.trajectory import plot_trajectory

__all__ = [
    "plot_age_pyramid", "plot_bars", "plot_breaches", "plot_bridge", "plot_budget", "plot_calendar", "plot_cost_curve",
    "plot_exits", "plot_heatmap", "plot_icicle", "plot_longer", "plot_map", "plot_multiples", "plot_pareto",
    "plot_purchase_models", "plot_quarters", "plot_scorecard", "plot_service", "plot_slope", "plot_thresholds",
    "plot_tornado", "plot_trajectory", "plot_wedges"]
_GONE = {
    "plot_bars(inv, by=..., hue=..., where=...) or plot_pareto": (
        "plot_scopes", "plot_categories", "plot_suppliers", "plot_travel", "plot_energy"),
    'plot_bars(history, by="year", hue="scope")': ("plot_scopes_by_year",),
    "plot_multiples([inv, ...])": ("plot_profiles", "plot_companies"),
    "its table of cb.tables": (
        "plot_coverage", "plot_tracks", "plot_budgets", "plot_cohorts", "plot_target_comparison",
        "plot_factors_by_region"),
}
"""What to write -> figures of earlier versions (docs/decisions/0058): a notebook that has one is answered with it."""


def __getattr__(name: str) -> Any:
    now = next((now for now, names in _GONE.items() if name in names), "")
    what = f"is gone; write {now}" if now else f"does not exist; {instead(name, __all__)}"
    raise AttributeError(f"cb.figures: {name} {what}")


def _titled(plot: Callable[..., Any]) -> Callable[..., Any]:
    """Return a figure that also takes a title and a palette, as the figures of questions do."""
    signature = inspect.signature(plot)
    if "title" in signature.parameters:
        return plot

    @functools.wraps(plot)
    def drawn(*args: Any, title: str = "", palette: Any = None, **kwargs: Any) -> Any:
        with theme.palette(palette):
            ax = plot(*args, **kwargs)
        if title:
            caption = ax.get_title(loc="left")
            ax.set_title("", loc="left")
            fitting.title(ax, f"{title}. {caption}" if caption else title)
        return ax

    del drawn.__wrapped__  # the public name is this function, not the one inside
    own = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
           for name, default, kind in (("title", "", "str"), ("palette", None, "str | Sequence[str] | None"))]
    drawn.__signature__ = signature.replace(  # type: ignore[attr-defined]  # read by inspect
        parameters=[*signature.parameters.values(), *own])
    return drawn


globals().update({name: _titled(globals()[name]) for name in __all__})
box_all(globals(), __all__)
