"""Builds the packaged tables of `carbon/digital/data` from the published extracts beside the project.

    python scripts/build_digital_tables.py ../shared/data/digital

Only rows in use are taken; figures are copied as they stand. Each table gets its citation beside it. Nothing of the
share-alike folder is read.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

OUT = Path(__file__).resolve().parents[1] / "carbon" / "digital" / "data"
FETCHED = "2026-11-24"
STUDY = "single figures of an ADEME-Arcep study that rests on the NegaOctet database"
ADEME = {"publisher": "ADEME", "licence": "MIT", "date_fetched": FETCHED}
DEVICES = {
    "laptop": ("laptop", "Laptop", "Ordinateur portable"), "desktop_pro": ("desktop", "Desktop", "Ordinateur fixe"),
    "monitor": ("monitor", "Monitor", "Écran"), "smartphone": ("smartphone", "Smartphone", "Smartphone"),
    "tablet": ("tablet", "Tablet", "Tablette"), "printer": ("printer", "Printer", "Imprimante"),
}
SLUGS = {"ordinateurportable": "laptop", "ordinateurfixeprofessionnel": "desktop", "ecran": "monitor",
         "smartphone": "smartphone", "tabletteclassique": "tablet"}
STEPS = ["manufacture", "distribution", "end_of_life"]
HEADLINE = ["climate_change", "acidification", "particulate_matter", "ionising_radiation", "resource_minerals"]
DATACENTRE = ["server", "firewall", "switch", "router", "network_gear", "storage_unit", "support_equipment", "it_room"]


def write(name: str, table: pd.DataFrame, files: list[Path], citation: dict[str, Any]) -> None:
    text = table.to_csv(index=False, lineterminator="\n")
    (OUT / f"{name}.csv").write_text(text, encoding="utf-8")
    digests = {p.name: sha256(p.read_bytes()).hexdigest() for p in files}
    whole = {**citation, **({"source_sha256": digests} if digests else {}),
             "table_sha256": sha256(text.encode()).hexdigest()}
    (OUT / f"{name}.yml").write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=110), "utf-8")


def text(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def devices(data: Path) -> None:
    first, second = data / "devices_ademe.csv", data / "devices_impactco2.csv"
    table = text(first).set_index("device").loc[list(DEVICES)]
    names = pd.DataFrame(list(DEVICES.values()), columns=["device", "label_en", "label_fr"], index=table.index)
    out = names.assign(
        **{f"{s}_kg": table[f"{s}_kgco2e"] for s in STEPS}, lifespan_years=table["default_lifespan_years"],
        active_power_w=table["active_power_w"], hours_per_day=table["use_hours_per_day"], region="FR",
        study="ademe-arcep", source_id="ademe_numerique_2026", licence="MIT", note=STUDY,
        description=table["description"])
    write("devices", out, [first], {
        "title": "Digital devices: embodied emissions by step, life, power and hours of use", **ADEME,
        "edition": "incubateur-ademe/publicodes-acv-numerique, commit 70676e47, src/acv-terminaux.publicodes",
        "table": "devices by name_fr", "verification": "official_file_copy",
        "notes": [f"The repository is MIT; the figures are {STUDY}. Keep this note on each row.",
                  "Only rows in use are carried; a company may replace them with its own device_factors.csv.",
                  "desktop is the professional one (6 hours a day). hours_per_day is active use."]})
    other = text(second)
    other = other[other["slug"].isin(SLUGS)]
    parts = other[["construction_kgco2e", "assembly_distribution_kgco2e", "end_of_life_kgco2e"]].astype(float)
    editions = pd.DataFrame({"device": other["slug"].map(SLUGS), "embodied_kg": parts.sum(axis=1).round(6),
                             "study": "ademe-arcep", "source_id": "ademe_impact_co2_2026", "licence": "MIT",
                             "note": STUDY}).sort_values("device")
    write("device_editions", editions, [second], {
        "title": "The same devices in another edition of the same study, for display beside the first", **ADEME,
        "edition": "incubateur-ademe/impactco2, commit 8076a489, src/data/categories/numerique.json",
        "table": "numerique.json", "verification": "official_file_copy",
        "notes": [f"The repository is MIT; the figures are {STUDY}.",
                  "Two editions of one study are not two sources: they never narrow a range."]})


def bands() -> None:
    rows = [("model", "", 1.5, 1.5), ("category", "", 2, 2), ("category", "monitor", 1.5, 5), ("spend", "", 3, 3)]
    table = pd.DataFrame(rows, columns=["tier", "device", "divide_by", "multiply_by"]).assign(status="assumed")
    write("bands", table, [], {
        "title": "How far a figure of a tier may be off: the value is divided and multiplied by these",
        "publisher": "this project", "edition": "2026.0", "table": "own judgement, printed as \"assumed\"",
        "licence": "Apache-2.0", "date_fetched": FETCHED, "verification": "assumed",
        "notes": ["Why so wide: the median of manufacturers' published sheets over the category average is 1.3 for "
                  "laptops, 1.4 desktops, 5.1 monitors, 0.7 smartphones and 0.9 tablets (one collection, 2023)."]})


def datacentre(data: Path) -> None:
    path = data / "datacentre_ademe.csv"
    table = text(path)
    table = table[table["item"].str.startswith(tuple(DATACENTRE)) & ~table["item"].str.contains("borderstep")]
    write("datacentre", table.assign(source_id="ademe_numerique_2026"), [path], {
        "title": "A server, its share of network gear and room, and a disk", **ADEME,
        "edition": "incubateur-ademe/publicodes-acv-numerique, commit 70676e47, src/data center.publicodes",
        "table": "data center.publicodes", "verification": "official_file_copy",
        "notes": [f"The repository is MIT; the figures are {STUDY}.",
                  "Shares per server: APL Datacenter, market average."]})


def network(data: Path) -> None:
    path = data / "network_intensity.csv"
    table = text(path)
    table = table[table["unit"] == "gCO2e/GB"].rename(columns={"value": "g_per_gb", "scope": "boundary"})
    table = table.assign(source_id="ademe_numerique_2026")
    write("network", table[["id", "network", "zone", "boundary", "g_per_gb", "source_id"]], [path], {
        "title": "Networks: grams of CO2e per gigabyte, fixed and mobile, France and Europe", **ADEME,
        "edition": "incubateur-ademe/publicodes-acv-numerique, commit 70676e47, src/transmission.publicodes",
        "table": "transmission.publicodes", "verification": "official_file_copy",
        "notes": [f"The repository is MIT; the figures are {STUDY}.",
                  "1 GB = 1e9 bytes. \"EU\" is the model's Europe."]})


def page(data: Path) -> None:
    path = data / "swdm_v4.csv"
    write("page", text(path).assign(source_id="swdm_v4"), [path], {
        "title": "Sustainable Web Design model, version 4: constants and ratings",
        "publisher": "The Green Web Foundation", "edition": "co2.js 0.19.0, commit 27cbe832, src/constants/index.js",
        "table": "constants", "licence": "Apache-2.0", "date_fetched": FETCHED, "verification": "official_file_copy",
        "notes": ["A page estimate, not a life-cycle assessment; never added to one."]})


def boundaries(data: Path) -> None:
    path = data / "planetary_boundaries.csv"
    table = text(path).rename(columns={"category": "criterion", "ef31_normalisation_per_person": "ef31_normalisation",
                                       "ef_weighting_pef": "ef31_weight", "boavizta_key": "key"})
    table["headline"] = table["criterion"].isin(HEADLINE).map({True: "true", False: "false"})
    columns = ["criterion", "name", "unit", "global_limit_per_year", "ef31_normalisation", "ef31_weight", "key",
               "headline", "note"]
    write("planetary_boundaries", table[columns], [path], {
        "title": "Global limits by impact category, EF 3.1 normalisation and weights",
        "publisher": "Sala et al. 2020, J. Environ. Manage., PMC7315131 (limits); European Commission (EF 3.1)",
        "edition": "limits 2020; EF 3.1 as carried by MTES-MCT/ecobalyse, commit 00100a3d, public/data/impacts.json",
        "table": "limits for the world; normalisation per person", "licence": "MIT; facts of an open-access article",
        "date_fetched": FETCHED, "verification": "secondary_transcription",
        "notes": ["Per person: limit / 6 916 183 482 (world, 2010), the convention of the article.",
                  "Land use has no agreed limit in points: no ratio.",
                  "Ozone normalisation: 0.053648 here, 0.0523 in two other transcriptions."]})


def reuse(data: Path) -> None:
    path = data / "reuse_and_lifetime_targets.csv"
    table = text(path)
    keep = table["id"].str.startswith("reuse_target") | table["id"].isin(
        ["refurb_smartphone_avoided", "refurb_laptop_avoided"])
    write("reuse_targets", table[keep], [path], {
        "title": "Legal targets of reuse, and what a refurbished device avoids",
        "publisher": "French Republic (decree 2023-266); ADEME 2022, as reported by the press named row by row",
        "edition": "2023; 2022", "table": "row by row", "licence": "facts, no licence needed", "date_fetched": FETCHED,
        "verification": "second-hand", "notes": ["Targets bind French public bodies, for devices under 10 years."]})


def travel(data: Path) -> None:
    path = data / "travel_factors_impactco2.csv"
    table = text(path).set_index("mode").loc[["plane_short", "plane_medium", "plane_long", "tgv", "intercites"]]
    limits = {"plane_short": (500, 1000), "plane_medium": (1000, 2000), "plane_long": (2000, ""), "tgv": (0, ""),
              "intercites": (0, "")}
    out = pd.DataFrame({
        "factor": table.index, "over_km": [limits[m][0] for m in table.index],
        "up_to_km": [limits[m][1] for m in table.index], "fuel_kg": table["fuel_kgco2e_per_pkm"],
        "contrails_kg": table["contrails_kgco2e_per_pkm"], "build_kg": table["vehicle_build_kgco2e_per_pkm"],
        "source_id": "ademe_impact_co2_2026"})
    write("travel_factors", out, [path], {
        "title": "Train and plane: kg CO2e per passenger-kilometre, contrails apart", **ADEME,
        "edition": "incubateur-ademe/impactco2, commit 8076a489, src/data/categories/deplacement.json",
        "table": "deplacement.json", "verification": "official_file_copy",
        "notes": ["Under 500 km the short-haul factor is used and flagged: the source has none."]})
    rules = data / "policy_thresholds.csv"
    table = text(rules).rename(columns={"id": "policy_id"})
    write("travel_policies", table, [rules], {
        "title": "Published rules of train or plane, for comparison",
        "publisher": "French Republic (orders by number); a public report of a business club (2025-09-14)",
        "edition": "row by row", "table": "row by row", "licence": "facts, no licence needed", "date_fetched": FETCHED,
        "verification": "second-hand", "notes": ["Each row is one fact with its own source."]})


ANSWERS = [
    (1, "users", "Users a year", "Utilisateurs par an", ""),
    (2, "hours_per_user", "Hours of use per user and year", "Heures d'usage par utilisateur et par an", ""),
    (3, "devices", "Devices, by share of hours", "Appareils, en part des heures", "laptop 0.6; smartphone 0.4"),
    (4, "gb_per_user", "Gigabytes per user and year", "Gigaoctets par utilisateur et par an", ""),
    (5, "mobile_share", "Share of data on the mobile network", "Part des données sur le réseau mobile", "0.3"),
    (6, "zone", "Where the users are", "Où sont les utilisateurs", "FR"),
    (7, "servers", "Servers, or the share of a host", "Serveurs, ou part d'un hôte", ""),
    (8, "storage", "Disks, or terabytes and copies", "Disques, ou téraoctets et copies", ""),
    (9, "pue", "PUE of the data centre", "PUE du centre de données", "1.4"),
    (9, "datacentre_zone", "Country of the data centre", "Pays du centre de données", "FR"),
    (10, "server_lifespan_years", "Life of the servers, years", "Durée de vie des serveurs, années", "5"),
]
LEVERS = [
    ("mobile_half", "mobile_share", "multiply", 0.5, "half of the mobile data over a fixed line",
     "la moitié des données mobiles passe par une ligne fixe"),
    ("data_half", "gb_per_user", "multiply", 0.5, "half the data a user", "moitié moins de données par utilisateur"),
    ("servers_fewer", "servers", "multiply", 0.75, "a quarter fewer servers, fuller",
     "un quart de serveurs en moins, mieux remplis"),
    ("servers_longer", "server_lifespan_years", "set", 7, "servers kept for seven years", "serveurs gardés sept ans"),
    ("pue_lower", "pue", "set", 1.2, "a data centre with a PUE of 1.2", "un centre de données au PUE de 1,2"),
    ("devices_longer", "device_extra_years", "add", 1, "users keep their devices one year longer",
     "les utilisateurs gardent leurs appareils un an de plus"),
    ("storage_half", "disks", "multiply", 0.5, "half the storage kept", "moitié moins de stockage"),
]


def service() -> None:
    own = {"publisher": "this project", "edition": "2026.0", "licence": "Apache-2.0", "date_fetched": FETCHED,
           "verification": "assumed"}
    write("answers", pd.DataFrame(ANSWERS, columns=["no", "answer", "label_en", "label_fr", "default"]), [], {
        "title": "Ten questions about a digital service, and what stands where no answer is given", **own,
        "table": "own judgement; every default used is listed in the result",
        "notes": ["A question without a default must be answered."]})
    columns = ["lever_id", "answer", "change", "value", "label_en", "label_fr"]
    write("service_levers", pd.DataFrame(LEVERS, columns=columns), [], {
        "title": "What could be changed about a digital service", **own,
        "table": "own judgement; each lever recomputes the service with one changed answer",
        "notes": ["Levers do not add up: a set of them is recomputed together."]})


F3 = "France 3 Régions"
RAIL = [
    ("rennes_2017", f"{F3}, 2 July 2017, first train under 1 h 30 to Rennes (article 1290573)", 2017,
     [("Rennes", 85), ("Brest", 205), ("Quimper", 211), ("Saint-Malo", 134)], "Paris", "best"),
    ("bordeaux_2017", "RTL, 29 June 2017, new high-speed lines to Rennes and Bordeaux (article 7789150503)", 2017,
     [("Bordeaux", 124)], "Paris", "best"),
    ("oceane_2017", "Ailleurs Business, March 2017, \"Nouveaux temps de trajets SNCF\"", 2017,
     [("La Rochelle", 146), ("Poitiers", 78), ("Angoulême", 103), ("Bayonne", 233), ("Agen", 190), ("Pau", 249)],
     "Paris", "best"),
    ("strasbourg_2016", "Déplacements Pros, May 2016, \"Strasbourg à 1h46 de Paris à compter du 3 juillet\"", 2016,
     [("Strasbourg", 106), ("Colmar", 137)], "Paris", "best"),
    ("toulouse_2017", f"{F3}, 2 July 2017, Paris-Toulouse in little over 4 h (article 1290575)", 2017,
     [("Toulouse", 249)], "Paris", "best"),
    ("alsace_germany_2016", f"{F3}, 2016, new trains Strasbourg-Germany (article 1027155)", 2016,
     [("Stuttgart", 78), ("Munich", 229), ("Frankfurt", 105)], "Strasbourg", "best"),
    ("barcelona_2013", "Wanted in Europe, December 2013, \"Barcelona to Paris via TGV\"", 2013,
     [("Barcelona", 385)], "Paris", "best"),
    ("eurostar_2007", "Business Travel News Europe, 20 September 2007, Brussels to London under two hours", 2007,
     [("Paris", 135), ("Brussels", 111)], "London", "best"),
    ("geneva_2020", "Tribune de Genève, May 2020, timetable of the TGV Geneva-Paris (8:18 to 11:29)", 2020,
     [("Geneva", 191)], "Paris", "typical"),
]


def rail_times() -> None:
    rows = [(origin, to, "train", minutes, kind, year, key, words) for key, words, year, ends, origin, kind in RAIL
            for to, minutes in ends]
    columns = ["origin", "destination", "mode", "minutes", "kind", "year", "source_id", "source"]
    write("rail_times", pd.DataFrame(rows, columns=columns).sort_values(["origin", "destination"]), [], {
        "title": "Published rail times of some pairs of cities, main station to main station, one way",
        "publisher": "the press, named row by row", "edition": "2007 to 2020, row by row", "table": "row by row",
        "licence": "facts, no licence needed", "date_fetched": FETCHED, "verification": "second-hand",
        "notes": ["Each row is one fact from its own page; no set of timetables was copied.",
                  "A best time is not a typical one: the kind is printed. Your own table goes before this one."]})


def main(data: Path) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for build in (devices, datacentre, network, page, boundaries, reuse, travel):
        build(data)
    bands()
    service()
    rail_times()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
