"""Electricity that the company generates itself: used on site, sold with or without its certificates, fed to the grid.

Own panels, wind and water emit nothing when they generate: their own use has no scope 2 emission, and what their
manufacture emitted is in category 2 in the year of purchase. Power fed to the grid is never negative scope 2. Where the
certificates of own use are sold, its market-based figure is that of any other electricity (`emissions.calculate`).

Source: GHG Protocol, Scope 2 Guidance (2015), ch. 5 (scopes by method of receipt) and 6 (total consumption, not net of
exports), table 7.1, criterion 7; Scope 3 Standard (2011), table 5.4, category 2.
"""

from __future__ import annotations

import numpy as np

from carbon.activities.draft import Draft
from carbon.core import units
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import OWN_SOLD
from carbon.core.text_columns import among, by_word

KEPT, UNSTATED, EXPORTED = "electricity.own", "electricity.solar_pv", "electricity.exported"


def set_apart(draft: Draft) -> Draft:
    """Exclude own use and exports, each with its reason; warn of the kWh whose certificates nobody speaks of."""
    carrier = draft.rows["carrier"]
    if not among(carrier, {KEPT: 0, UNSTATED: 0, EXPORTED: 0, OWN_SOLD: 0}).any():
        return draft
    unstated = carrier == UNSTATED
    if unstated.any():
        kwh = exact_total(np.asarray(draft.rows["quantity"][unstated] * by_word(
            draft.rows["unit"][unstated], lambda unit: float(units.convert(1.0, unit, "kWh")), np.float64)))
        draft = draft.warn("own_generation_certificates", (
            f"{kwh:,.0f} kWh of own solar electricity count as zero: that their certificates were kept, or never "
            f"issued, is not stated; write the carrier {KEPT!r} where they were, {OWN_SOLD!r} where they were sold"))
    draft = draft.end(
        (carrier == KEPT) | unstated, "excluded", code="own_generation",
        reason="own generation used on site: no scope 2 emission; its equipment is in category 2")
    return draft.end(
        draft.rows["carrier"] == EXPORTED, "excluded", code="exported",
        reason="own generation fed to the grid: never negative scope 2")
