"""Every figure on four sheets, to be looked at: on a light and a dark ground, in 3 x 2 inches, and four to a figure.

    python scripts/contact_sheet.py            docs/img/contact-sheet-*.png, of the example companies
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import carbon as cb
from carbon import digital

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "img"
Plot = Callable[..., Axes]


def figures() -> dict[str, Plot]:
    """Name -> the figure of an example company, to be called with `ax`."""
    return {**_of_a_year(), **_over_years(), **_of_a_plan(), **_digital()}


def _bound(plot: Plot, *given: Any, **named: Any) -> Plot:
    return lambda ax=None: plot(*given, ax=ax, **named)


def _of_a_year() -> dict[str, Plot]:
    own, year, method = cb.figures, cb.inventory("petit-studio", 2024), {"scope2_method": "market-based"}
    all_three = [year, cb.inventory("nuage-logiciels", 2024), cb.inventory("cap-conseil", 2024)]
    return {name: _bound(getattr(own, f"plot_{name}"), year, **method) for name in (
        "bars", "heatmap", "pareto", "icicle", "map")} | {
        "months": _bound(own.plot_bars, year, by="month", hue="kind", **method),
        "sites": _bound(own.plot_bars, all_three[2], by="site", hue="scope", palette="crest", unit="%", **method),
        "multiples": _bound(own.plot_multiples, all_three, **method),
        "breaches": _bound(own.plot_breaches, _breaches())}


def _breaches() -> pd.DataFrame:
    """Breaches of no company: the examples have none. Each form of value and band once."""
    lines = [("Energy, lyon · Natural gas · meter PCE-0001", "amount", 2.1e7, "kWh", 2.4e4, 1.4e4, 4.5e4),
             ("Purchases", "months with records", 9.0, "", 12.0, 12.0, 12.0),
             ("Travel, Air", "price", 0.0039, "per passenger-km", 0.046, 0.0092, 0.23),
             ("Purchases, account 604000", "amount", -1.2e5, "EUR", 1.1e5, 6.4e4, 2.0e5),
             ("Travel, Rail · Lyon · Lille", "share of repeated amounts", 50.0, "%", 0.0, 0.0, 1.0)]
    return pd.DataFrame(lines, columns=["subject", "measure", "measured", "unit", "expected", "low", "high"])


def _over_years() -> dict[str, Plot]:
    own, history = cb.figures, cb.inventories("cap-conseil")
    view, method = history.restated(), "market-based"
    series = view.series(("1", "2"), method)
    target = cb.Target("minus-42", scopes=("1", "2"), scope2_method=method, base_year=2019, target_year=2030,
                       reduction=0.42)
    pathway = target.pathway(series[2019])
    fit = cb.fit(series, until=2030, event_years=history.params.event_years)
    table = cb.tables.trajectory_table(series, history.status(), pathway=pathway, fit=fit.table)
    bridge = history.bridge(2022, 2025, scope2_method=method, driver="employees")
    return {"slope": _bound(own.plot_slope, history, scope2_method=method),
            "slope_scopes": _bound(own.plot_slope, history, hue="scope", scope2_method=method),
            "map_cabins": _bound(own.plot_map, history.inventories[2024], hue="cabin", top=12, scope2_method=method),
            "years": _bound(own.plot_bars, history, by="year", hue="scope", scope2_method=method),
            "trajectory": _bound(own.plot_trajectory, table),
            "budget": _bound(own.plot_budget, cb.tables.budget_table(series, pathway)),
            "bridge": _bound(own.plot_bridge, cb.tables.bridge_table(bridge))}


def _of_a_plan() -> dict[str, Plot]:
    own, made, of = cb.figures, cb.plan("nuage-logiciels"), cb.tables
    return {"wedges": _bound(own.plot_wedges, of.wedges_table(made, limit="scope-3", language="en")),
            "cost_curve": _bound(own.plot_cost_curve, of.cost_curve_table(made, language="en")),
            "calendar": _bound(own.plot_calendar, of.calendar_table(made, language="en"), of.capex_table(made),
                               currency="EUR"),
            "tornado": _bound(own.plot_tornado, of.sensitivity_table(made, limit="scope-3", language="en"))}


def _digital() -> dict[str, Plot]:
    own, fleet = cb.figures, digital.company_fleet("nuage-logiciels", 2025)
    service = digital.company_service("nuage-logiciels", hosts=["DE", "BE"])
    found = cb.indicators("cap-conseil", 2025, inventory=cb.inventory("cap-conseil", 2025))
    return {"age_pyramid": _bound(own.plot_age_pyramid, fleet), "quarters": _bound(own.plot_quarters, fleet, "01-01"),
            "exits": _bound(own.plot_exits, fleet), "longer": _bound(own.plot_longer, fleet),
            "service": _bound(own.plot_service, service),
            "thresholds": _bound(own.plot_thresholds, digital.company_travel_policy("cap-conseil", 2025)),
            "scorecard": _bound(own.plot_scorecard, found, "performance")}


def _pixels(figure: Figure, dpi: int) -> np.ndarray:
    figure.set_dpi(dpi)
    figure.canvas.draw()
    image = np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()  # type: ignore[attr-defined]  # Agg's own
    plt.close(figure)
    return image


def _own(plot: Plot) -> Figure:
    figure = plot().get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def _grid(plots: list[Plot], rows: int, columns: int, size: tuple[float, float]) -> Figure:
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for plot, ax in zip(plots, axes.flat, strict=False):
        plot(ax)
    for ax in axes.flat[len(plots):]:
        ax.set_axis_off()
    return figure


def _tiled(images: list[np.ndarray], columns: int) -> np.ndarray:
    """Images in columns, one below the other, each new one where the least stands."""
    ground, gap, width = images[0][0, 0], 6, max(image.shape[1] for image in images)
    heights, places = [0] * columns, []
    for image in images:
        column = heights.index(min(heights))
        places.append((heights[column], column * (width + gap)))
        heights[column] += image.shape[0] + gap
    sheet = np.full((max(heights), columns * (width + gap), 3), ground, dtype=np.uint8)
    for image, (top, left) in zip(images, places, strict=True):
        sheet[top:top + image.shape[0], left:left + image.shape[1]] = image
    return sheet


def main() -> None:
    """Draw the four sheets."""
    mpl.use("agg")
    plots = list(figures().values())
    warnings.filterwarnings("error", message="constrained_layout not applied")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context():
        sns.set_theme(style="whitegrid")
        sheets = {"light": _tiled([_pixels(_own(plot), 55) for plot in plots], 4),
                  "small": _tiled([_pixels(_grid([plot], 1, 1, (3, 2)), 110) for plot in plots], 5),
                  "grid": _tiled([_pixels(_grid(four, 2, 2, (7.4, 5.6)), 80) for four in
                                  (plots[i:i + 4] for i in range(0, len(plots), 4))], 3)}
    with plt.style.context("dark_background"):
        sheets["dark"] = _tiled([_pixels(_own(plot), 55) for plot in plots], 4)
    for name, sheet in sheets.items():
        plt.imsave(IMAGES / f"contact-sheet-{name}.png", sheet)
        print(f"docs/img/contact-sheet-{name}.png")


if __name__ == "__main__":
    sys.exit(main())
