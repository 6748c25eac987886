"""Every figure of the filings as one tidy line: id, value, unit, period, dimensions, framework and its version.

Ids are our own words: no taxonomy is tagged.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.core.periods import reporting_year
from carbon.reports.filings import beges_v5, esrs_e1, ghg_protocol, iso_14064_1
from carbon.reports.filings.counting import framework_versions
from carbon.reports.words.language import Words

FORMAT = "datapoints"
FRANCE = "FR"
"""The French method's posts are given for French companies."""
UNIT, BIOGENIC_UNIT, SHARE_UNIT = "t CO2e", "t CO2", "share"
COLUMNS = ["id", "value", "unit", "period_start", "period_end", "dimensions", "status", "framework",
           "framework_version"]


def datapoints_table(inventory: Any, history: Any, words: Words) -> pd.DataFrame:
    """Return one line a figure: GHG Protocol, ISO 14064-1, ESRS E1-6, and of French companies BEGES.

    Columns: id, value (NaN where there is no figure), unit, period_start, period_end (of the reporting year of the
    value), dimensions ("scope=3;category=6"), status, framework, framework_version.
    """
    parts = [_ghg_protocol(inventory), *_esrs(inventory, history, words)]
    posts = [(iso_14064_1, iso_14064_1.categories_table, "iso_category")]
    posts += [(beges_v5, beges_v5.posts_table, "post")] if inventory.params.country == FRANCE else []
    for module, of, column in posts:
        lines = of(inventory, history, words)
        parts.append(pd.DataFrame({
            "id": "gross_emissions", "value": lines["co2e_t"], "unit": UNIT, "status": lines["status"],
            "dimensions": f"{column.removeprefix('iso_')}=" + lines[column], "year": inventory.year,
            "framework": module.FORMAT}))
    table = pd.concat(parts, ignore_index=True)
    days = {y: reporting_year(int(y), inventory.params.reporting_year_starts) for y in table["year"].unique()}
    first = table["year"].map({y: d[0] for y, d in days.items()})
    last = table["year"].map({y: d[1] for y, d in days.items()})
    table = table.assign(period_start=first.astype("datetime64[s]"), period_end=last.astype("datetime64[s]"),
                         framework_version=table["framework"].map(framework_versions()))
    return table[COLUMNS]


def _ghg_protocol(inventory: Any) -> pd.DataFrame:
    lines = ghg_protocol.lines_table(inventory)
    category = (";category=" + lines["category"].astype("str")).where(lines["category"] > 0, "")
    method = (";scope2_method=" + lines["scope2_method"]).where(lines["scope2_method"] != "", "")
    dimensions = "scope=" + lines["scope"] + category + method
    dimension_values = pd.DataFrame({"dimensions": dimensions, "status": lines["status"], "year": inventory.year,
                          "framework": ghg_protocol.FORMAT})
    total = dimension_values.assign(id="gross_emissions", value=lines["co2e_t"], unit=UNIT)
    biogenic = dimension_values.assign(id="biogenic_co2", value=lines["biogenic_co2_t"], unit=BIOGENIC_UNIT)
    return pd.concat([total, biogenic[biogenic["value"].notna()]], ignore_index=True)


def _esrs(inventory: Any, history: Any, words: Words) -> list[pd.DataFrame]:
    lines = esrs_e1.ar48_table(inventory, history, words)
    year, base = inventory.year, inventory.params.base_year
    columns = [("gross_emissions", "base_year_t", base, UNIT), ("gross_emissions", "previous_t", year - 1, UNIT),
               ("gross_emissions", "current_t", year, UNIT),
               ("annual_target_share_of_base_year", "annual_target_share", year, SHARE_UNIT)]
    columns += [("target_emissions", f"pathway_{y}_t", y, UNIT) for y in esrs_e1.MILESTONES]
    status_of = {"base_year_t": "basis", "current_t": "status"}
    return [pd.DataFrame({"id": name, "value": dimension_values[column], "unit": unit,
                          "dimensions": "row=" + dimension_values["row"] + (";name=" + dimension_values["name"]).where(
                              dimension_values["row"] == "target", "") + f";column={column}",
                          "status": dimension_values[status_of[column]] if column in status_of else "computed",
                          "year": of,
                          "framework": esrs_e1.FORMAT})
            for name, column, of, unit in columns if len(dimension_values := lines[lines[column].notna()])]
