"""Scopes and the fifteen scope 3 categories, in the standard's own words.

Source: GHG Protocol, Corporate Standard (2004) ch. 4; Scope 3 Standard (2011), table 5.3.
"""

from __future__ import annotations

CALENDAR = "01-01"
"""First day of a reporting year that is the calendar's."""
SCOPES = ("1", "2", "3")
LOCATION = "location-based"
MARKET = "market-based"
NO_METHOD = ""
SCOPE2_METHODS = (LOCATION, MARKET)

CATEGORIES: dict[int, str] = {
    1: "Purchased goods and services",
    2: "Capital goods",
    3: "Fuel- and energy-related activities (not included in scope 1 or scope 2)",
    4: "Upstream transportation and distribution",
    5: "Waste generated in operations",
    6: "Business travel",
    7: "Employee commuting",
    8: "Upstream leased assets",
    9: "Downstream transportation and distribution",
    10: "Processing of sold products",
    11: "Use of sold products",
    12: "End-of-life treatment of sold products",
    13: "Downstream leased assets",
    14: "Franchises",
    15: "Investments",
}
NO_CATEGORY = 0
"""`category` of scope 1 and 2 rows."""
SCOPE_FIGURES: dict[str, tuple[str, str]] = {
    "scope1": ("1", NO_METHOD), "scope2-location": ("2", LOCATION), "scope2-market": ("2", MARKET),
    "scope3": ("3", NO_METHOD),
}
"""Figure of a scope, as in figure ids -> scope and scope 2 method."""
TOTAL_FIGURES = {"total-location": LOCATION, "total-market": MARKET}
"""Figure of a total -> its scope 2 method."""
FUEL_AND_ENERGY = 3

GWP_SETS = ("AR4GWP100", "AR5GWP100", "AR6GWP100")

OWN_SOLD = "electricity.own_sold"
"""`group` of own generation used on site whose certificates were sold: physically without emission, and without a claim
on that in the market-based method.
"""

TIERS = ("measured", "supplier-specific", "physical average", "spend", "extrapolated", "estimated")
"""Method tiers, best first (Scope 3 Standard, ch. 7; our words)."""

PARTS = ("combustion", "fugitive", "upstream", "losses", "manufacture", "distribution", "contrails",
         "end_of_life", "use", "total")
"""Parts of a factor. `total` is a factor whose source does not split it."""

REPORTED = "reported.co2e."
"""Activity of emissions that another company reported [kg CO2e], followed by the GWP set of its report."""
FUEL_SOLD = "fuels sold"
"""`group` of fuels that the company sells: only what their combustion emits is in category 11."""
NOT_OF_FUELS_SOLD = ("upstream", "losses", "distribution")
"""Parts that a seller of fuels has counted before the sale (Technical Guidance, chapter 11, fuels and feedstocks)."""
NO_UPSTREAM, NO_LOSSES = "no upstream: ", "no losses: "
"""Beginning of the words, in the reason of an energy's factor, that state why a part of it has no figure."""
LIFE_CYCLE = "life-cycle grid factor accepted: its upstream is inside this figure"
WITH_LOSSES = "losses are inside this figure"
"""Words, in the reason of an energy's factor, on the parts of the energy that it holds."""


def scope_name(scope: str, method: str = NO_METHOD) -> str:
    """Label of a scope for readers, e.g. "Scope 2 (market-based)"."""
    return f"Scope {scope} ({method})" if method else f"Scope {scope}"

ROUTES: dict[str, dict[str, tuple[str, int] | None]] = {
    "1": {"combustion": ("1", NO_CATEGORY), "fugitive": ("1", NO_CATEGORY), "use": ("1", NO_CATEGORY),
          "total": ("1", NO_CATEGORY), "upstream": ("3", FUEL_AND_ENERGY), "losses": ("3", FUEL_AND_ENERGY),
          "distribution": ("3", FUEL_AND_ENERGY), "manufacture": None, "end_of_life": None},
    "2": {"combustion": ("2", NO_CATEGORY), "total": ("2", NO_CATEGORY), "upstream": ("3", FUEL_AND_ENERGY),
          "losses": ("3", FUEL_AND_ENERGY), "distribution": ("3", FUEL_AND_ENERGY), "manufacture": None,
          "end_of_life": None},
}
"""Where each part of a factor goes, by the scope of its activity, for assets the company operates. None: not counted,
because the asset itself is counted in category 2 in the year of purchase. A part that is absent has no place
(contrails of an own fleet would need a rule). Scope 3 activities keep every part in their own category.

Source: Technical Guidance for Calculating Scope 3 Emissions (2013), table 3.1; Scope 3 Standard (2011), table 5.3.
"""

LINES: list[tuple[str, int, str]] = [
    ("1", NO_CATEGORY, NO_METHOD), ("2", NO_CATEGORY, LOCATION), ("2", NO_CATEGORY, MARKET),
    *(("3", category, NO_METHOD) for category in CATEGORIES),
]
"""Scope, category and scope 2 method of each line of an inventory, in the standard's order."""
