"""Write docs/factors.md from the packaged tables: coverage, licences, verification, what was left out.

    python scripts/build_factor_docs.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core import packaged
from carbon.factors import library
from carbon.factors.diff import to_markdown
from carbon.factors.sources import IMPORTERS

PAGE = Path(__file__).parent.parent / "docs" / "factors.md"
PACKAGE = "carbon.factors"
SECOND_HAND = "secondary_transcription"
HEAD = """# Emission factors

Generated from the packaged tables by `scripts/build_factor_docs.py`; a test holds it up to date. Change the \
tables, not this page.

Release **{release}** ({status}): {factors:,} factor parts of {elements:,} factors, {pairs:,} pairs of activity \
and region, {sources} sources.
An inventory pins a release in its params. A cut release never changes: a table whose bytes differ is refused.

- A factor is an *element*: one `total`, or its parts (`combustion`, `upstream`, `losses`, `contrails`, \
`manufacture` ...), which add up. Next to a `total` are only parts that it does not contain.
- `valid_from` and `valid_to` are the edition or data year; for the Base Carbone `valid_to` is its published end \
of validity. 9999: no end.
- An empty cell is not a figure; 0 is. Biogenic CO2 has its own column and is never in `co2e_kg`.
- Methane and nitrous oxide are kg of gas. Where a source prints kg CO2e, its own values are divided out: AR5 (28, \
265), for DESNZ until 2022 AR4 (25, 298). Where it does not state its set, only CO2 is carried as a gas.
- A release lists the tables of the one before it from their folder, and adds rows in tables named `_added`: older \
rows keep their bytes and ids.
- Older editions (DESNZ 2018-2023) hold what most companies measure; `carbon factors import desnz_flat FILE` reads all \
of a flat file since 2016. Parts that they print in AR4 without gases (upstream) are asked for in an inventory of \
AR5: `allow_mixed_gwp: [desnz_2022]`.
- French gas (kWh HHV, mix of 2022), diesel (B7), petrol (SP95, SP95-E10 and SP98 together), LPG, butane, propane, B10 \
and E85 are the Base Carbone's, with combustion and upstream apart. The totals that release 2026.1 quoted are named \
`.unsplit` (`diesel.unsplit`): records never take them. Other blends have their own name: `diesel.b10`, \
`fuel.gazole_routier_b100`, `fuel.gazole_non_routier`.
- Region `DE-supply`: what the industries of a country produce, for purchases whose supplier's country the record \
states (`supplier_country`); the country alone: what its industries buy. A purchase in France from Germany is of \
region `FR-from-DE`: supply of Germany, else demand of France.
- Food (`food.*`) is AGRIBALYSE 3.2 per kg of product from farm to retail: `manufacture` (farm, processing, \
packaging) and `distribution` (transport, retail), each stage in the notes; the consumer's fridge and cooking are in \
no part, products that the consumer cooks are left out (take the raw one), eggs too (underestimated, by the \
publisher's note). `farm.*` is the gate of the farm (AGRIBALYSE 3.1, in the Base Carbone).
- Labels are those of the publisher: the Base Carbone and the car list are French, food is French with its English name
  behind. A report in English shows a label that has no English words as it is.
- French heat and cold networks (2021) are regions: `sites: {{plant: {{country: FR, heat_network: "Grenoble, réseau \
métropole de Grenoble"}}}}`; combustion is scope 2, the rest of the life cycle is upstream.
- `car.type_approval.*` is the exhaust CO2 of the WLTP test by model, below real driving: to compare two models, not \
to replace litres.
- `cloud.gcp_*` is per kWh of the provider's own report, by region and year.
- Blends of refrigerants follow the GWP set by their composition; a release gives it to blends that an older table \
prints without (`composed`).
- A newer Base Carbone of your own: `carbon factors import base_carbone Base_Carbone_V23.9.csv`, then \
`factors.imported: [...]` and `prefer: [ademe_base_carbone_23_9, ...]`; the edition in the file's name is in its ids.
- UK electricity changes method in 2026 (0.13096 kg/kWh, 0.177 in 2025): a break in the series, not a fall in \
emissions.
- `verification`: `original_file` (from the publisher's own repository), `official_file_copy` (read by cell from \
a copy of the publisher's file), `secondary_transcription` (second-hand: see below), `company evidence`.
"""
LOSSES = """## Grid losses

`carbon/factors/data/grid_losses.csv`: shares of electricity lost in transmission and distribution, by region and year \
(kWh lost = kWh used x share / (1 - share)). eGRID's are shares of the supply; the World Bank's, shares of a country's \
own output: too high for a country that imports much of its electricity, too low for one that exports. Sources, \
licences and what was left out are in grid_losses.yml.

"""
OWN = """## Your own factors

`params/<company>/factors.csv` in this layout (UTF-8, comma or semicolon); those valid in the year are chosen \
before any published factor and shown as the top tier.

| column | |
| --- | --- |
| factor_id, activity, region, unit, co2e_kg, valid_from, evidence | required; `evidence` names the document: \
contract, product declaration, measurement |
| valid_to | 9999 if empty |
| part | `total` if empty; parts of one `element_id` add up, never next to their total |
| gwp_set | AR4GWP100, AR5GWP100 or AR6GWP100; empty: unstated |
| co2_kg, ch4_fossil_kg, ch4_nonfossil_kg, n2o_kg, biogenic_co2_kg, composition | kg of gas per unit; a blend as \
`HFC-32:0.5;HFC-125:0.5` |
| price_year, price_basis | required where the unit is a currency; basis `basic` or `purchaser` |
| tier | measured, supplier-specific (if empty) ... |
| label, element_id, uncertainty_pct, life_cycle, kyoto, source_id, edition, licence, verification, notes | \
optional; `source_id` begins with `company` |

A supplier's product footprint in PACT v3 JSON is read by `carbon.factors.sources.read_pact(path, activity=...)`.
A residual mix is a CSV with region, year, evidence and one of g_co2e_per_kwh, g_co2_per_kwh, kg_co2e_per_kwh.
"""


WIDE = ["refrigerant", "waste", "material", "hotel_night", "furniture", "food", "farm", "fuel", "cloud", "it",
        "building", "flight", "bus", "motorbike", "meal"]
"""Groups of which all activities are one line of the coverage."""


def text() -> str:
    """The page."""
    chosen = library.load()
    table = chosen.table
    first = table.drop_duplicates("element_id")
    release = packaged.read_yaml(PACKAGE, "data/releases.yml")[chosen.release]
    themes = {theme: _rows(entry["file"]) for theme, entry in sorted(release["tables"].items())}
    head = HEAD.format(release=chosen.release, status=chosen.status, factors=len(table), elements=len(first),
                       pairs=len(table.drop_duplicates(["activity", "region"])), sources=len(chosen.sources))
    parts = [head, "## Tables\n", to_markdown(_counts(themes)), _sources(chosen, table), _by_licence(chosen, table),
             _second_hand(table), _verification(table), _matrix(themes), *_coverage(themes), _left_out(release), LOSSES,
             _importers(), OWN]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _rows(file: str) -> pd.DataFrame:
    return packaged.read_csv(PACKAGE, f"data/{file}", {"valid_from": "integer", "valid_to": "integer"})


def _counts(themes: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = [(theme, len(t), t["element_id"].nunique(), t["activity"].nunique(), t["region"].nunique(),
             _years(t)) for theme, t in themes.items()]
    return pd.DataFrame(rows, columns=["table", "factor parts", "factors", "activities", "regions", "years"])


def _years(rows: pd.DataFrame) -> str:
    first, last = rows["valid_from"].min(), rows["valid_from"].max()
    return f"{first}" if first == last else f"{first}-{last}"


def _sources(chosen: library.Library, table: pd.DataFrame) -> str:
    counts = table["source_id"].value_counts()
    shown = chosen.sources.assign(factors=chosen.sources["source_id"].map(counts))
    columns = ["source_id", "title", "publisher", "edition", "licence", "citation", "factors"]
    return "## Sources and licences\n\n" + to_markdown(shown[columns])


def _by_licence(chosen: library.Library, table: pd.DataFrame) -> str:
    counts = table["source_id"].value_counts()
    rows = chosen.sources.assign(factors=chosen.sources["source_id"].map(counts))
    kinds = rows.groupby("licence").agg(factors=("factors", "sum"), sources=("source_id", _joined)).reset_index()
    return "### By licence\n\n" + to_markdown(kinds)


def _matrix(themes: dict[str, pd.DataFrame]) -> str:
    """Groups of activities by country and year: countries that a group covers in the same years are one line."""
    rows = pd.concat([table.assign(group=theme.removesuffix("_added")) for theme, table in themes.items()])
    rows = rows.assign(country=rows["region"].where(rows["region"].isin(["EU27", "GLO"]), rows["region"].str[:2]))
    years = rows.groupby(["group", "country"]).agg(years=("valid_from", _runs)).reset_index()
    lines = years.groupby(["group", "years"]).agg(countries=("country", "size"), names=("country", _joined))
    return ("## Countries and years\n\nThe first year of validity of each factor of a group; places below a country "
            "(grid zones, heat networks) are its country's.\n\n" + to_markdown(lines.reset_index()))


def _runs(values: pd.Series) -> str:
    """Write years as runs: 2018-2021, 2024."""
    found = sorted(set(values))
    starts = [y for y in found if y - 1 not in found]
    ends = [y for y in found if y + 1 not in found]
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def _second_hand(table: pd.DataFrame) -> str:
    rows = table[table["verification"].eq(SECOND_HAND)]
    kinds = rows.groupby(["source_id", "activity"]).agg(
        factors=("factor_id", "size"), regions=("region", _some), years=("valid_from", _range), note=("notes", "first"))
    kinds = kinds.reset_index()
    purchases = kinds["activity"].str.startswith("purchase.")
    whole = kinds[purchases].groupby("source_id").agg(
        factors=("factors", "sum"), regions=("regions", "first"), years=("years", "first"), note=("note", "first"))
    whole = whole.reset_index().assign(activity="purchase.nace.*")
    listed = pd.concat([kinds[~purchases], whole], ignore_index=True)[list(kinds.columns)]
    return ("## What is second-hand\n\nQuoted by a third party or through a derived table; check against the original "
            "before relying on one alone.\n\n" + to_markdown(listed))


def _verification(table: pd.DataFrame) -> str:
    counts = table.groupby("verification").agg(factors=("factor_id", "size"), sources=("source_id", "nunique"))
    return "## Verification status\n\n" + to_markdown(counts.reset_index())


def _coverage(themes: dict[str, pd.DataFrame]) -> list[str]:
    return ["## Coverage\n\nActivities of one family are on one line; `+n` counts further regions.\n",
            *(f"### {theme}\n\n" + to_markdown(_families(rows)) for theme, rows in themes.items())]


def _families(rows: pd.DataFrame) -> pd.DataFrame:
    family = rows["activity"].str.split(".").str[:2].str.join(".")
    single = rows["activity"].str.split(".").str[0]
    wide = single.isin(WIDE) | family.str.startswith("car.voiture")
    regions = _joined if single.eq("electricity").any() else _some
    table = rows.groupby([family.mask(wide, single).rename("activity"), rows["source_id"]]).agg(
        activities=("activity", "nunique"), parts=("part", _joined), units=("unit", _joined),
        regions=("region", regions),
        years=("valid_from", _range), factors=("factor_id", "size"))
    return table.reset_index()


def _joined(values: pd.Series) -> str:
    return ", ".join(sorted(set(values)))


def _some(values: pd.Series) -> str:
    found = sorted(set(values))
    return ", ".join(found[:12]) + (f" +{len(found) - 12}" if len(found) > 12 else "")


def _range(values: pd.Series) -> str:
    found = sorted(set(values))
    return f"{found[0]}" if len(found) == 1 else f"{found[0]}-{found[-1]}"


def _left_out(release: dict[str, Any]) -> str:
    # The newest folder has the whole account, of the tables that stand in older ones too.
    folder = max(entry["file"].split("/")[0] for entry in release["tables"].values())
    files = packaged.read_yaml(PACKAGE, f"data/{folder}/left_out.yml")
    rows = [(source, entry.get("rows_read", ""), entry.get("rows_kept", ""), *(line[k] for k in (
        "reason", "rows", "example"))) for source, entry in files.items() for line in entry["left_out"]]
    table = pd.DataFrame(rows, columns=["source", "read", "kept", "left out because", "rows", "example"])
    return ("## What was left out, and why\n\nFor workbooks a row is one figure with its gases. "
            "Read = kept + left out.\n\n" + to_markdown(table))


def _importers() -> str:
    table = pd.DataFrame([(f"`{name}`", f"`{function}`") for name, function in sorted(IMPORTERS.items())],
                         columns=["source", "function in carbon.factors.sources"])
    return ("## Importers\n\nA publisher's file, as downloaded, is read by `carbon factors import SOURCE "
            "FILE`.\n\n" + to_markdown(table))


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"{PAGE.name}: {len(text().splitlines())} lines")
