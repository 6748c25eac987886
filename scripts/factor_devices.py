"""Embodied emissions of digital devices and of data transfer (ADEME, publicodes-acv-numerique), the rows in use only.

The figures are MIT at their repository but rest on an ADEME/Arcep study and the NegaOctet database: the note stands on
each row, game consoles, headsets, speakers and chargers are not shipped, and a company can bring its own figures.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.factors.sources.imported import complete

SOURCE = "ademe_numerique_2026"
NOTE = "single published figure; rests on an ADEME/Arcep study and the NegaOctet database"
DEVICES = {
    "laptop": "it.laptop", "desktop_pro": "it.desktop", "desktop_perso": "it.desktop_personal",
    "monitor": "it.monitor", "smartphone": "it.smartphone", "tablet": "it.tablet", "printer": "it.printer",
    "projector": "it.projector", "tv": "it.tv", "internet_box": "it.internet_box",
    "external_hdd": "it.external_hdd", "external_ssd": "it.external_ssd", "usb_stick": "it.usb_stick",
}
PARTS = {"manufacture_kgco2e": "manufacture", "distribution_kgco2e": "distribution",
         "end_of_life_kgco2e": "end_of_life"}
DATACENTRE = {"server_embodied": "it.server", "firewall_embodied": "it.firewall", "switch_embodied": "it.switch",
              "router_embodied": "it.router", "storage_unit_embodied": "it.storage_disk"}
NETWORK = {"ademe_fixed_fr": ("data_transfer.fixed", "FR"), "ademe_mobile_fr": ("data_transfer.mobile", "FR"),
           "ademe_fixed_eu": ("data_transfer.fixed", "EU27"), "ademe_mobile_eu": ("data_transfer.mobile", "EU27")}


def read(data: Path) -> pd.DataFrame:
    """Devices by part, data-centre gear and networks as factors."""
    digital = data / "digital"
    tables = [_devices(pd.read_csv(digital / "devices_ademe.csv")),
              _datacentre(pd.read_csv(digital / "datacentre_ademe.csv")),
              _network(pd.read_csv(digital / "network_intensity.csv"))]
    table = pd.concat(tables, ignore_index=True)
    return complete(table.assign(
        valid_from=2026, valid_to=2026, gwp_set="", source_id=SOURCE, edition="commit 70676e47",
        licence="MIT (repository); single figures of an ADEME/Arcep study", verification="original_file",
        notes=NOTE, life_cycle=table["activity"].str.startswith("data_transfer")))


def _devices(lines: pd.DataFrame) -> pd.DataFrame:
    long = lines[lines["device"].isin(DEVICES)].melt(["device", "name_fr"], list(PARTS), "column", "kg")
    part = long["column"].map(PARTS)
    element = "ademe-numerique-" + long["device"].str.replace("_", "-")
    return pd.DataFrame({
        "factor_id": element + "-" + part.str.replace("_", "-"), "element_id": element,
        "activity": long["device"].map(DEVICES), "label": long["name_fr"] + ", " + part.str.replace("_", " "),
        "part": part, "region": "GLO", "unit": "unit", "co2e_kg": long["kg"],
        "page": "acv-terminaux.publicodes: " + long["device"]})


def _datacentre(lines: pd.DataFrame) -> pd.DataFrame:
    rows = lines[lines["item"].isin(DATACENTRE)]
    element = "ademe-numerique-" + rows["item"].str.replace("_", "-")
    return pd.DataFrame({
        "factor_id": element, "element_id": element, "activity": rows["item"].map(DATACENTRE),
        "label": rows["item"].str.replace("_", " "), "part": "manufacture", "region": "GLO", "unit": "unit",
        "co2e_kg": rows["value"].astype("float64"), "page": "data center.publicodes: " + rows["item"]})


def _network(lines: pd.DataFrame) -> pd.DataFrame:
    rows = lines[lines["id"].isin(NETWORK)]
    element = "ademe-numerique-" + rows["id"].str.replace("_", "-")
    return pd.DataFrame({
        "factor_id": element, "element_id": element, "activity": rows["id"].map(lambda i: NETWORK[i][0]),
        "label": "Data transfer, " + rows["network"] + " network, " + rows["scope"], "part": "total",
        "region": rows["id"].map(lambda i: NETWORK[i][1]), "unit": "GB", "co2e_kg": rows["value"] / 1000,
        "page": "transmission.publicodes: " + rows["id"]})
