"""Builds the packaged tables of `carbon/digital/data` from the published extracts beside the project.

    python scripts/build_digital_tables.py ../shared/data/digital

Only rows in use are taken; figures are copied as they stand. Each table gets its citation beside it. Nothing of the
share-alike folder is read.
"""

from __future__ import annotations

import json
import math
import re
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
    "tv": ("tv", "Television", "Téléviseur"),
}
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
    first = data / "devices_ademe.csv"
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


USES = {
    "email": ("email", "E-mail read by one person", "E-mail lu par une personne", "e-mail"),
    "spam": ("spam", "Unread unwanted e-mail", "Courriel indésirable non lu", "e-mail"),
    "stockagedonnee": ("storage", "One gigabyte stored for a year", "Un gigaoctet stocké pendant un an", "GB.year"),
    "rechercheweb": ("search", "Search on the web", "Recherche sur le web", "search"),
    "streamingvideo": ("streaming", "Hour of video streaming", "Heure de vidéo en ligne", "h"),
    "visioconference": ("video_call", "Hour of a video call", "Heure de visioconférence", "h"),
    "telechargement": ("transfer", "Transfer of one gigabyte", "Transfert d’un gigaoctet", "GB"),
}
STAGES = {13: "terminal_manufacture_kg", 14: "terminal_use_kg", 15: "network_kg", 16: "data_centre_manufacture_kg",
          17: "data_centre_use_kg"}
MENDED = {("search", "terminal_use_kg"): 6.15065458333322e-05,
          ("video_call", "data_centre_use_kg"): 7.0737386078982e-05, ("spam", "network_kg"): 3.580927140366e-05}
"""Cells of the file that its publisher's own model contradicts by a factor of 75 to 900: the model's value."""


def uses(data: Path) -> None:
    path = data.parent / "impactco2" / "usagenumerique.json"
    published = {use["slug"]: {stage["id"]: stage["value"] for stage in use["ecv"]}
                 for use in json.loads(path.read_text("utf-8"))}
    rows = []
    for slug, (use, en, fr, unit) in USES.items():
        cells = {name: MENDED.get((use, name), published[slug].get(stage, "")) for stage, name in STAGES.items()}
        mended = [name for name in STAGES.values() if (use, name) in MENDED]
        rows.append({"use": use, "label_en": en, "label_fr": fr, "unit": unit, **cells, "mended": " ".join(mended),
                     "source_id": "ademe_impact_co2_2026"})
    write("uses", pd.DataFrame(rows), [path], {
        "title": "Uses of the net: kg CO2e per use, by where it arises", **ADEME,
        "edition": "incubateur-ademe/impactco2, commit 8076a489, src/data/categories/usagenumerique.json",
        "table": "usagenumerique.json", "verification": "original_file",
        "notes": ["Stages by id: 13 and 14 manufacture and use of terminals, 15 transmission, 16 and 17 manufacture "
                  "and use of data centres.",
                  "French averages of devices and networks. A stage that the source does not give is blank: it is no "
                  "part of that use.",
                  "Three cells contradict the publisher's own model (publicodes-acv-numerique 2.1.0) by a factor of 75 "
                  "to 900, as slips of a decimal do; they hold the model's value and are named in `mended`. In the "
                  "file: search, use of terminals 0.0502806333 (model 0.0000615); video call, use of data centres "
                  "7.755216e-08 (model 0.0000707); spam, network 0.0026857 (model 0.0000358, that of an e-mail)."]})


USE_MODEL = [
    ("quality_audio", 168 / 1024, "GB/h", "visio"), ("quality_SD", 0.7, "GB/h", "streaming"),
    ("quality_HD", 3, "GB/h", "streaming"), ("quality_4K", 7, "GB/h", "streaming"),
    ("streaming_direct", 94000, "MWh/year", "streaming"), ("streaming_indirect", 357000, "MWh/year", "streaming"),
    ("streaming_users", 167000000, "person", "streaming"), ("streaming_hours_per_day", 2, "h", "streaming"),
    ("streaming_average_size", 1.9, "GB/h", "streaming"), ("streaming_pue", 1.3, "", "data center"),
    ("server_power", 367, "W", "data center"), ("server_active_power", 400, "W", "data center"),
    ("server_user_power", 0.22, "W", "data center"), ("mail_pue", 1.16, "", "data center"),
    ("server_capacity", 3.5524 * 1024 * 1024, "MB", "data center"), ("mails_per_day", 117.7, "e-mail", "email"),
    ("mail_years_kept", 10, "year", "email"), ("mail_copies", 3, "", "email"), ("storage_filled", 0.5, "", "email"),
    ("mail_minutes_to_write", 3, "min", "email"), ("mail_minutes_to_read", 10 / 60, "min", "email"),
    ("search_minutes_to_type", 50 / 60, "min", "recherche web"), ("search_minutes_to_read", 1, "min", "recherche web"),
    ("search_query", 16, "kB", "recherche web"), ("search_page", 144.5, "kB", "recherche web"),
    ("search_server_mb", 10052100000, "MB", "recherche web"), ("search_server_factor", 1000, "", "recherche web"),
    ("grid_FR", 0.0519, "kg CO2e/kWh", "publicodes-commun 2.0.1"),
    ("desktop_embodied", 268.55, "kg CO2e", "acv-terminaux"), ("desktop_hours_per_day", 4, "h", "acv-terminaux"),
    ("mix_streaming_laptop", 0.15, "", "streaming"), ("mix_streaming_tablet", 0.10, "", "streaming"),
    ("mix_streaming_smartphone", 0.05, "", "streaming"), ("mix_streaming_tv", 0.70, "", "streaming"),
    ("mix_video_call_laptop", 1, "", "visio"),
    ("mix_email_desktop", 0.24, "", "email"), ("mix_email_laptop", 0.24, "", "email"),
    ("mix_email_tablet", 0.08, "", "email"), ("mix_email_smartphone", 0.45, "", "email"),
    ("mix_search_desktop", 0.24, "", "recherche web"), ("mix_search_laptop", 0.24, "", "recherche web"),
    ("mix_search_tablet", 0.08, "", "recherche web"), ("mix_search_smartphone", 0.45, "", "recherche web"),
]
"""Parameters of ADEME's model of uses. The shares of an e-mail and a search sum to 1.01, as published."""


def use_model() -> None:
    write("use_model", pd.DataFrame(USE_MODEL, columns=["parameter", "value", "unit", "page"]), [], {
        "title": "Parameters of ADEME's model of uses of the net", **ADEME,
        "edition": "incubateur-ademe/publicodes-acv-numerique 2.1.0, src/*.publicodes",
        "table": "the file named in `page`", "verification": "transcribed from the files",
        "notes": ["Servers, gear and disks are those of datacentre.csv, devices those of devices.csv (but the desktop, "
                  "which is the private one), networks those of network.csv.",
                  "Average shares of devices for an e-mail and a search sum to 1.01, and the electricity of a search "
                  "is multiplied by 1,000: as published."]})


SIZES = {"medium": 1, "large": 2, "xlarge": 4}


def vcpu_of(provider: str, machine: str) -> str:
    """Virtual CPUs that the name of a machine states, "" where it does not."""
    size = machine.rsplit("." if provider == "aws" else "-", 1)[-1]
    if provider == "gcp":
        return size if size.isdigit() and not machine.startswith(("f1-", "g1-")) else ""
    if provider == "azure":
        found = re.match(r"[A-Z]+(\d+)", machine)
        by_rank = re.match(r"DS?\d+i? v2|GS?\d|A\d+$|Basic", machine)  # numbered by rank, not by CPUs
        return found[1] if found and not by_rank and "-" not in machine else ""
    times = re.fullmatch(r"(\d+)xlarge", size)
    if times:
        return str(4 * int(times[1]))
    return "" if machine.startswith("t") and size == "medium" else str(SIZES.get(size, ""))


def cloud(data: Path) -> None:
    folder = data.parent / "cloud"
    names = ["aws-embodied", "azure-embodied", "gcp-embodied"]
    files = [folder / f"ccf-coefficients-{n}.csv" for n in (*names, "aws-use", "azure-use")]
    powers = {p: pd.read_csv(folder / f"ccf-coefficients-{p}-use.csv") for p in ("aws", "azure")}
    both = pd.concat(powers.values()).groupby("Architecture", as_index=False)
    powers["gcp"] = both[["Min Watts", "Max Watts"]].mean()
    tables = []
    for name in names:
        provider = name.split("-")[0]
        power = powers[provider].set_index("Architecture")
        rows = pd.read_csv(folder / f"ccf-coefficients-{name}.csv")
        for unit, column in (("min_w", "Min Watts"), ("max_w", "Max Watts")):
            known = rows["microarchitecture"].map(power[column]) if "microarchitecture" in rows else math.nan
            rows[unit] = pd.Series(known, rows.index).fillna(power[column].mean())
        managed = rows["type"].str.contains(r"^(?:cache|db)\.|\.(?:elasticsearch|search)$")
        rows = rows[~managed].groupby("type", as_index=False)[["total", "min_w", "max_w"]].mean()
        vcpu = [vcpu_of(provider, machine) for machine in rows["type"]]
        family = rows["type"].str.replace(r"(?<=[A-Z])\d+" if provider == "azure" else r"[.\-].*", "", regex=True)
        tables.append(pd.DataFrame({
            "provider": provider, "machine": rows["type"], "vcpu": vcpu,
            "vcpu_host": pd.to_numeric(pd.Series(vcpu)).groupby(family).transform("max").astype("Int64"),
            "embodied_kg": rows["total"].round(2), "min_w": rows["min_w"].round(4), "max_w": rows["max_w"].round(4)}))
    write("cloud_machines", pd.concat(tables).sort_values(["provider", "machine"]), files, {
        "title": "Machines of cloud providers: embodied emissions of the whole machine, power per virtual CPU",
        "publisher": "Cloud Carbon Footprint", "licence": "Apache-2.0", "date_fetched": FETCHED,
        "edition": "cloud-carbon-footprint/ccf-coefficients, commit b0032d92, output/", "table": "by provider",
        "verification": "official_file_copy",
        "notes": ["embodied_kg is that of the whole server. vcpu is what the name states; vcpu_host the largest "
                  "machine of the family in the table, as the publisher takes it.",
                  "min_w and max_w: watts per virtual CPU idle and at full load, mean of the architectures that the "
                  "machine may run on, else of the provider's. For gcp, whose powers are not in the set that was read, "
                  "those of the same architectures at the two others.",
                  "Derived by the publisher from SPECpower and the Teads data set."]})
    regions(folder)
    ratios = text(data / "datacentre_pue_and_power.csv")
    ratios = ratios[ratios["id"].isin(["aws_pue", "azure_pue", "gcp_pue"])]
    write("cloud_pue", pd.DataFrame({"id": ratios["id"].str.removesuffix("_pue"), "value": ratios["value"]}),
          [data / "datacentre_pue_and_power.csv"], {
              "title": "PUE of cloud providers", "publisher": "Cloud Carbon Footprint", "licence": "Apache-2.0",
              "date_fetched": FETCHED, "verification": "official_file_copy", "table": "constants",
              "edition": "cloud-carbon-footprint, commit b7a049c7, packages/*/src/domain/",
              "notes": ["One figure a provider, for all of its regions."]})


COUNTRIES = {"United States": "US", "South Africa": "ZA", "Hong Kong": "HK", "India": "IN", "Japan": "JP",
             "South Korea": "KR", "Singapore": "SG", "Australia": "AU", "Canada": "CA", "China": "CN", "Germany": "DE",
             "Ireland": "IE", "England": "GB", "Italy": "IT", "France": "FR", "Sweden": "SE", "Bahrain": "BH",
             "Brazil": "BR"}


def regions(folder: Path) -> None:
    path = folder / "ccf-grid-aws.csv"
    aws = pd.read_csv(path)
    google = pd.read_csv(OUT.parents[1] / "factors" / "data" / "2026.2" / "cloud_added.csv")
    google = google.assign(name=google["activity"].str.removeprefix("cloud.gcp_").str.replace("_", "-"))
    rows = pd.concat([
        pd.DataFrame({"provider": "aws", "cloud_region": aws["Region"], "zone": aws["Country"].map(COUNTRIES),
                      "activity": ""}),
        google.drop_duplicates("name").rename(columns={"name": "cloud_region", "region": "zone"}).assign(
            provider="gcp")[["provider", "cloud_region", "zone", "activity"]]])
    write("cloud_regions", rows.sort_values(["provider", "cloud_region"]), [path], {
        "title": "Regions of cloud providers and their countries", "publisher": "Cloud Carbon Footprint; Google",
        "licence": "Apache-2.0", "date_fetched": FETCHED,
        "edition": "ccf-coefficients, commit b0032d92, data/grid-emissions-factors-aws.csv; the release's google_cloud_"
                   "regions", "table": "by region", "verification": "official_file_copy",
        "notes": ["activity: that of the region's own yearly factor in the factor library, where its provider "
                  "publishes one."]})


AI = [
    ("mistral-large-2", "response", "400 tokens", 0.00114, "", 0.045, 1.6e-07, 2025,
     "Mistral AI, 22 July 2025, \"Our contribution to a global environmental standard for AI\" (life-cycle analysis "
     "with Carbone 4 and ADEME, reviewed by Resilio and Hubblo): marginal impact of one answer, servers included"),
    ("gemini-apps", "prompt", "median text prompt", "", 0.00024, "", "", 2025,
     "Google, August 2025, \"Measuring the environmental impact of delivering AI at Google scale\" (arXiv 2508.15734): "
     "energy of a prompt, data centre included; its grams are market-based and not taken"),
]


def ai_calls() -> None:
    columns = ["model", "unit", "what", "co2e_kg", "kwh", "water_l", "minerals_kg_sb", "year", "source"]
    write("ai_calls", pd.DataFrame(AI, columns=columns), [], {
        "title": "Calls to models of language whose makers published a figure", "publisher": "the makers, row by row",
        "edition": "row by row", "table": "row by row", "licence": "facts, no licence needed",
        "date_fetched": "2026-11-28", "verification": "second-hand",
        "notes": ["Each row is one fact from its own page. Any other model is not covered: figures of one model say "
                  "nothing of another.",
                  "A row with energy alone lacks the manufacture of its machines: its sum is \"at least\"."]})


ANSWERS = [
    (1, "users", "Users a year", "Utilisateurs par an", "",
     "Count people, not visits: everything of terminals and network grows with them.",
     "Compter des personnes, pas des visites : terminaux et réseau croissent avec elles."),
    (2, "hours_per_user", "Hours of use per user and year", "Heures d'usage par utilisateur et par an", "",
     "Shorten the path to what people come for; an hour less is an hour less of device.",
     "Raccourcir le parcours : une heure de moins est une heure d'appareil de moins."),
    (3, "devices", "Devices, by share of hours", "Appareils, en part des heures", "laptop 0.6; smartphone 0.4",
     "Keep the service usable on old devices, so that nobody replaces one for it.",
     "Rester utilisable sur d'anciens appareils, pour que personne n'en change."),
    (4, "gb_per_user", "Gigabytes per user and year", "Gigaoctets par utilisateur et par an", "",
     "Weigh the pages: smaller pictures, no video that starts by itself, less loaded twice.",
     "Alléger les pages : images réduites, pas de vidéo automatique, moins de rechargements."),
    (5, "mobile_share", "Share of data on the mobile network", "Part des données sur le réseau mobile", "0.3",
     "Let large downloads wait for Wi-Fi.", "Réserver les gros téléchargements au Wi-Fi."),
    (6, "zone", "Where the users are", "Où sont les utilisateurs", "FR",
     "Write the countries with their shares, e.g. FR 0.6; US 0.4: their grids differ by ten times and more.",
     "Écrire les pays et leurs parts, p. ex. FR 0.6; US 0.4 : leurs réseaux diffèrent de dix fois et plus."),
    (7, "servers", "Servers, or the share of a host", "Serveurs, ou part d'un hôte", "",
     "Measure the load, then run fewer and fuller servers; switch off test machines at night.",
     "Mesurer la charge, puis moins de serveurs, mieux remplis ; éteindre la recette la nuit."),
    (8, "storage", "Disks, or terabytes and copies", "Disques, ou téraoctets et copies", "",
     "Give each kind of data an end: delete, then archive, then keep.",
     "Donner une fin à chaque donnée : supprimer, archiver, conserver."),
    (9, "pue", "PUE of the data centre", "PUE du centre de données", "1.4",
     "Ask the host for its measured PUE of the year, not the design value.",
     "Demander à l'hébergeur son PUE mesuré de l'année, pas la valeur de conception."),
    (9, "datacentre_zone", "Country of the data centre", "Pays du centre de données", "FR",
     "Prefer a country with a low-carbon grid, near the users.",
     "Préférer un pays au réseau peu carboné, proche des utilisateurs."),
    (10, "server_lifespan_years", "Life of the servers, years", "Durée de vie des serveurs, années", "5",
     "Keep servers for seven years, or ask the host how long it does.",
     "Garder les serveurs sept ans, ou demander sa pratique à l'hébergeur."),
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
    columns = ["no", "answer", "label_en", "label_fr", "default", "advice_en", "advice_fr"]
    write("answers", pd.DataFrame(ANSWERS, columns=columns), [], {
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
     [("Rennes", 85), ("Brest, FR", 205), ("Quimper", 211), ("Saint-Malo", 134)], "Paris", "best"),
    ("bordeaux_2017", "RTL, 29 June 2017, new high-speed lines to Rennes and Bordeaux (article 7789150503)", 2017,
     [("Bordeaux", 124)], "Paris", "best"),
    ("oceane_2017", "Ailleurs Business, March 2017, \"Nouveaux temps de trajets SNCF\"", 2017,
     [("La Rochelle", 146), ("Poitiers", 78), ("Angoulême", 103), ("Bayonne, FR", 233), ("Agen", 190), ("Pau", 249)],
     "Paris", "best"),
    ("strasbourg_2016", "Déplacements Pros, May 2016, \"Strasbourg à 1h46 de Paris à compter du 3 juillet\"", 2016,
     [("Strasbourg", 106), ("Colmar", 137)], "Paris", "best"),
    ("toulouse_2017", f"{F3}, 2 July 2017, Paris-Toulouse in little over 4 h (article 1290575)", 2017,
     [("Toulouse", 249)], "Paris", "best"),
    ("alsace_germany_2016", f"{F3}, 2016, new trains Strasbourg-Germany (article 1027155)", 2016,
     [("Stuttgart", 78), ("Munich", 229), ("Frankfurt", 105)], "Strasbourg", "best"),
    ("barcelona_2013", "Wanted in Europe, December 2013, \"Barcelona to Paris via TGV\"", 2013,
     [("Barcelona, ES", 385)], "Paris", "best"),
    ("eurostar_2007", "Business Travel News Europe, 20 September 2007, Brussels to London under two hours", 2007,
     [("Paris", 135), ("Brussels", 111)], "London", "best"),
    ("geneva_2020", "Tribune de Genève, May 2020, timetable of the TGV Geneva-Paris (8:18 to 11:29)", 2020,
     [("Geneva, CH", 191)], "Paris", "typical"),
    ("lci_2017", "LCI, June 2017, \"Paris-Bordeaux en 2h et Paris-Rennes en 1h25\" (article 2057219)", 2017,
     [("Lille, FR", 59), ("Lyon", 117), ("Marseille", 190)], "Paris", "best"),
    ("nantes_2017", "RCA La Radio, 21 April 2016, \"Les TGV Nantes-Paris seront plus rapides à partir de l'été 2017\"",
     2017, [("Nantes", 116)], "Paris", "best"),
    ("angers_2017", "Entreprise Angers, \"Angers à 1h18 de Paris en 2017\"", 2017, [("Angers", 78)], "Paris", "best"),
    ("montpellier_2017", "tramwaydemontpellier.net, 8 June 2017: 3 h 00 to the new station, 19 minutes less than to "
     "Saint-Roch", 2017, [("Montpellier", 199)], "Paris", "best"),
    ("nice_2026", "soytuguiadeviaje.com, 2026, \"Paris to Nice bullet train\": fastest 5 h 42, average 6 h 43", 2026,
     [("Nice", 342)], "Paris", "best"),
    ("rhin_rhone_2011", "Routard, December 2011, \"TGV Rhin-Rhône: la Franche-Comté à 2 h de Paris\"", 2011,
     [("Besançon", 125), ("Belfort", 135)], "Paris", "best"),
    ("rhin_rhone_2011", "Routard, December 2011, \"TGV Rhin-Rhône: la Franche-Comté à 2 h de Paris\"", 2011,
     [("Besançon", 120), ("Belfort", 145)], "Lyon", "best"),
    ("rhin_rhone_2011", "Routard, December 2011, \"TGV Rhin-Rhône: la Franche-Comté à 2 h de Paris\"", 2011,
     [("Besançon", 100), ("Belfort", 75)], "Strasbourg", "best"),
    ("ouigo_est_2018", "Déplacements Pros, 2018, \"Ouigo roule vers l'Est\", timetables (a49045)", 2018,
     [("Metz", 91), ("Nancy", 91)], "Paris", "typical"),
    ("reims_2007", "The Age, 20 March 2007, \"France's new high-speed train link\"", 2007, [("Reims", 45)], "Paris",
     "best"),
    ("metz_2016", "Tout-Metz, July 2016, \"Strasbourg - Gare Lorraine TGV en 38 minutes\" (5252)", 2016,
     [("Metz", 50), ("Luxembourg", 96)], "Strasbourg", "best"),
    ("bruxelles_2014", "Europe 1, 8 July 2014, \"Strasbourg et Bruxelles reliées par un TGV direct en 2016\"", 2016,
     [("Brussels", 220)], "Strasbourg", "typical"),
    ("clermont_2020", "France Bleu, 8 November 2020, trains kept (16:01 to 19:34; 1604826141)", 2020,
     [("Clermont-Ferrand", 213)], "Paris", "typical"),
    ("grenoble_2012", "ARDSL, 5 February 2012, \"Grenoble - Paris: le train leader\"", 2012, [("Grenoble", 180)],
     "Paris", "typical"),
    ("chambery_2024", "Nos Alpes, 11 November 2024, timetable Paris-Lyon-Chambéry (7:30 to 9:26 to 10:43)", 2024,
     [("Chambéry", 193)], "Paris", "typical"),
    ("chambery_2024", "Nos Alpes, 11 November 2024, timetable Paris-Lyon-Chambéry (7:30 to 9:26 to 10:43)", 2024,
     [("Chambéry", 77)], "Lyon", "typical"),
    ("marseille_2023b", "Rester sur Terre, February 2023, decree that keeps the flights Lyon-Marseille: 1 h 30", 2023,
     [("Marseille", 90)], "Lyon", "best"),
    ("toulouse_2025", "France 3 Occitanie, 23 May 2025, \"Le parcours du combattant pour les voyageurs\": usually "
     "2 h 30", 2025, [("Bordeaux", 150)], "Toulouse", "typical"),
    ("toulouse_2024", "trains-et-bagnoles.fr, 2024, Intercités 4770 (19:28 to 23:18)", 2024, [("Marseille", 230)],
     "Toulouse", "typical"),
    ("renfe_2023", "Centre Presse Aveyron, 13 July 2023, first AVE Barcelona-Lyon (8:22 to 13:20)", 2023,
     [("Lyon", 298)], "Barcelona, ES", "typical"),
    ("marseille_2013", "France 3 Provence, 15 December 2013, \"TGV: Marseille-Barcelone en 4h17\" (377963)", 2013,
     [("Marseille", 257)], "Barcelona, ES", "typical"),
    ("toulouse_2017b", "agence-seminaire-barcelone.fr, April 2017, \"Barcelone en 3 heures\"", 2017,
     [("Toulouse", 192)], "Barcelona, ES", "typical"),
    ("marseille_2023", "CNews, 13 July 2023, Renfe's line Marseille-Madrid: 8 h 05", 2023, [("Marseille", 485)],
     "Madrid", "typical"),
    ("madrid_2026", "Artículo 14, 20 January 2026: fastest 2 h 30 before the limit of speed of that month, which adds "
     "25 to 35 minutes", 2025, [("Barcelona, ES", 150)], "Madrid", "best"),
    ("malaga_2010", "Treneando, 19 January 2010: best time Madrid-Málaga", 2010, [("Málaga", 145)], "Madrid", "best"),
    ("valencia_2010", "20minutos, December 2010, \"AVE de Madrid a Valencia\" (892745)", 2010, [("Valencia, ES", 95)],
     "Madrid", "best"),
    ("sevilla_2017", "El Boletín, 2017, \"La alta velocidad llega a España\": no more than 2 h 20", 2017,
     [("Seville", 140)], "Madrid", "best"),
    ("murcia_2022", "Spain Travel News, 10 January 2023, AVE Murcia-Madrid since 20 December 2022", 2022,
     [("Murcia", 165)], "Madrid", "best"),
    ("barcelona_2009", "El Correo de Andalucía, January 2009, timetable of the AVE Barcelona-Seville and -Málaga", 2009,
     [("Seville", 337), ("Málaga", 345)], "Barcelona, ES", "typical"),
    ("lausanne_2019", "Europe by Rail, December 2019, Lyria (6:18 to 10:15)", 2019, [("Lausanne", 237)], "Paris",
     "typical"),
    ("zurich_2023", "Watson, November 2023, quiz of train times by the timetable of SBB (548313541)", 2023,
     [("Zurich", 240)], "Paris", "best"),
    ("zurich_2020", "about Travel, December 2020, timetable 2021: Milan and Munich", 2020,
     [("Milan", 197), ("Munich", 240)], "Zurich", "typical"),
    ("brussels_2021", "Euronews, 15 June 2021, 175 years of the line Paris-Brussels", 2021, [("Brussels", 82)], "Paris",
     "best"),
    ("eurostar_2018", "The Brussels Times, April 2018, \"Eurostar launches a direct Amsterdam-London link\"", 2018,
     [("Amsterdam", 221), ("Rotterdam", 181)], "London", "best"),
    ("vrt_2009", "VRT NWS, 11 June 2009, \"Künftig schneller von Brüssel nach Köln\"", 2009,
     [("Cologne", 111), ("Frankfurt", 186)], "Brussels", "best"),
    ("liege_2009", "International Railway Journal, 2009, \"Belgium inaugurates high-speed line\": 1 h 1", 2009,
     [("Cologne", 61)], "Liège", "best"),
    ("bruges_2026", "brugestourisme.com, \"Venir à Bruges en train\", read in November 2026: Lyon 3 h 30, Marseille "
     "5 h, Bruges about 60 minutes", 2026, [("Lyon", 210), ("Marseille", 300), ("Bruges", 60)], "Brussels", "typical"),
    ("bruges_lille_2026", "brugestourisme.com, \"Venir à Bruges en train\", read in November 2026: direct trains, 1 h "
     "20", 2026, [("Bruges", 80)], "Lille, FR", "typical"),
    ("belgium_2025", "opentravelguide.com, \"Best Day Trips from Belgium 2025\", InterCity trains", 2025,
     [("Ghent", 32), ("Leuven", 25), ("Mechelen", 25)], "Brussels", "typical"),
    ("antwerp_2026", "europeanrailguide.com, \"Three great day trips from Brussels\", read in November 2026: about 45 "
     "minutes", 2026, [("Antwerp", 45)], "Brussels", "typical"),
    ("namur_2026", "travelosio.com, \"Best day trips from Brussels\", read in November 2026: around 65 minutes", 2026,
     [("Namur", 65)], "Brussels", "typical"),
    ("charleroi_2025", "Belga, 2025, \"Crucke veut raccourcir le temps de trajet en train entre Charleroi et "
     "Bruxelles\": close to 50 minutes", 2025, [("Charleroi", 50)], "Brussels", "typical"),
    ("ostend_2023", "L'Avenir, 20 June 2023, trains of the line Liège-Brussels-Ostend (5:58 to 7:15)", 2023,
     [("Ostend", 77)], "Brussels", "typical"),
    ("luxembourg_2021", "L'essentiel, 3 March 2021, by the timetable of CFL: 3 h 17 (10012924)", 2021,
     [("Luxembourg", 197)], "Brussels", "typical"),
    ("cologne_2017", "report-K, 2017, 15 years of the line Cologne-Frankfurt", 2017, [("Frankfurt", 76)], "Cologne",
     "typical"),
    ("berlin_2017", "Märkische Oderzeitung, December 2017, regular ICE (1623624)", 2017,
     [("Munich", 270), ("Nuremberg", 200)], "Berlin", "typical"),
    ("hamburg_2009", "news.tourismus.com, 15 June 2009, \"Fahrzeit Berlin-Hamburg wieder kürzer\"", 2009,
     [("Hamburg", 90)], "Berlin", "best"),
    ("italy_2009", "Il Giornale, 13 December 2009, \"Ferrovie, da oggi in treno Milano-Roma in meno di 3 ore\"", 2009,
     [("Milan", 179), ("Naples", 70)], "Rome", "best"),
    ("italy_2009", "Il Giornale, 13 December 2009, \"Ferrovie, da oggi in treno Milano-Roma in meno di 3 ore\"", 2009,
     [("Florence, IT", 37)], "Bologna", "best"),
    ("giorno_2009", "Il Giorno, 29 October 2009, \"Ecco la metropolitana d'Italia\"", 2009,
     [("Turin", 250), ("Venice, IT", 195), ("Verona", 180), ("Bologna", 142)], "Rome", "best"),
    ("giorno_2009", "Il Giorno, 29 October 2009, \"Ecco la metropolitana d'Italia\"", 2009,
     [("Naples", 250), ("Florence, IT", 105)], "Milan", "best"),
    ("giorno_2009", "Il Giorno, 29 October 2009, \"Ecco la metropolitana d'Italia\"", 2009,
     [("Turin", 120), ("Venice, IT", 83)], "Bologna", "best"),
    ("bologna_2008", "guadagnorisparmiando.com, December 2008, Frecciarossa Milan-Bologna", 2008, [("Bologna", 65)],
     "Milan", "best"),
]


def rail_times() -> None:
    rows = [(origin, to, "train", minutes, kind, year, key, words) for key, words, year, ends, origin, kind in RAIL
            for to, minutes in ends]
    columns = ["origin", "destination", "mode", "minutes", "kind", "year", "source_id", "source"]
    write("rail_times", pd.DataFrame(rows, columns=columns).sort_values(["origin", "destination"]), [], {
        "title": "Published rail times of pairs of cities of France and its neighbours, one way",
        "publisher": "the press, named row by row", "edition": "2007 to 2026, row by row", "table": "row by row",
        "licence": "facts, no licence needed", "date_fetched": FETCHED, "verification": "second-hand",
        "notes": ["Each row is one fact from its own page; no set of timetables was copied.",
                  "A best time is not a typical one: the kind is printed. Your own table goes before this one."]})


def main(data: Path) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for build in (devices, datacentre, network, page, boundaries, reuse, travel, uses, cloud):
        build(data)
    use_model()
    ai_calls()
    bands()
    service()
    rail_times()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
