"""Carbon intensity of the grid at Google Cloud regions by year, from GoogleCloudPlatform/region-carbon-info.

The heading of each table states what the figure is: of 2019 and 2020 the life cycle of generation, later the grid's
intensity. A factor per kWh of a provider's own report; an hour of a machine is no kWh.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.factors.sources.imported import complete

SOURCE = "google_cloud_regions"
YEARS = range(2019, 2025)
COUNTRIES = {
    "africa-south1": "ZA", "asia-east1": "TW", "asia-east2": "HK", "asia-northeast1": "JP", "asia-northeast2": "JP",
    "asia-northeast3": "KR", "asia-south1": "IN", "asia-south2": "IN", "asia-southeast1": "SG", "asia-southeast2": "ID",
    "australia-southeast1": "AU", "australia-southeast2": "AU", "europe-central2": "PL", "europe-north1": "FI",
    "europe-north2": "SE", "europe-southwest1": "ES", "europe-west1": "BE", "europe-west2": "GB", "europe-west3": "DE",
    "europe-west4": "NL", "europe-west6": "CH", "europe-west8": "IT", "europe-west9": "FR", "europe-west10": "DE",
    "europe-west12": "IT", "me-central1": "QA", "me-central2": "SA", "me-west1": "IL", "northamerica-northeast1": "CA",
    "northamerica-northeast2": "CA", "northamerica-south1": "MX", "southamerica-east1": "BR",
    "southamerica-west1": "CL", **dict.fromkeys(
        ["us-central1", "us-central2", "us-east1", "us-east2", "us-east4", "us-east5", "us-south1", "us-west1",
         "us-west2", "us-west3", "us-west4"], "US")}
"""Region of the provider -> the country it names; Location is a town, a state or a country."""


def read(data: Path) -> pd.DataFrame:
    """Regions by year as factors [kg CO2e per kWh]."""
    return complete(pd.concat([_year(data / "cloud" / f"gcp_region_carbon_{year}.csv", year) for year in YEARS],
                              ignore_index=True))


def _year(path: Path, year: int) -> pd.DataFrame:
    lines = pd.read_csv(path)
    heading = lines.columns[-1]
    if "gCO2eq" not in heading:
        raise ValueError(f"{path.name}: the last column is {heading!r}, no intensity")
    lines = lines[lines[heading].notna()]
    is_life_cycle = heading.startswith("Lifecycle")
    region = lines["Google Cloud Region"]
    element = f"{SOURCE.replace('_', '-')}-" + region + f"-{year}"
    return pd.DataFrame({
        "factor_id": element, "element_id": element, "activity": "cloud.gcp_" + region.str.replace("-", "_"),
        "label": "Google Cloud, " + region + ", " + lines["Location"] + ", grid", "region": region.map(COUNTRIES),
        "part": "total" if is_life_cycle else "combustion", "valid_from": year, "valid_to": year, "unit": "kWh",
        "co2e_kg": (lines[heading] / 1000).round(8), "gwp_set": "", "life_cycle": is_life_cycle, "source_id": SOURCE,
        "edition": str(year), "page": f"data/yearly/{year}.csv: " + region, "licence": "Apache-2.0",
        "verification": "official_file_copy",
        "notes": f"{heading}; carbon-free share of the hours not taken into account"})
