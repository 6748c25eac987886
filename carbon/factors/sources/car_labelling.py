"""ADEME Car Labelling: CO2 of cars sold new in France, by model and energy [kg CO2 per km], of the type-approval test.

What such a factor is: the exhaust CO2 of the WLTP test, the mean of the lowest and highest version over the versions on
sale, not weighted by sales. No CH4 or N2O, no upstream, and less than on the road. Litres or the average factors come
first; this one compares two models. Electric cars have no exhaust; plug-in hybrids are left out: their test
assumes a share of electric driving that their use does not have.
"""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, imported, slug

SOURCE_ID = "ademe_car_labelling_2026"
LICENCE = "Licence Ouverte / Open Licence 2.0"
_LOW, _HIGH = "CO2 vitesse mixte Min", "CO2 vitesse mixte Max"
_ENERGIES = {"ESSENCE": "petrol", "GAZOLE": "diesel", "ESS+ELEC HNR": "petrol_hybrid", "GAZ+ELEC HNR": "diesel_hybrid",
             "ESS+G.P.L.": "lpg", "SUPERETHANOL": "e85"}
"""HNR: a hybrid that is not charged from outside."""


def import_car_labelling(path: Path) -> Imported:
    """Import the exhaust CO2 of each model and energy [kg CO2 per km, WLTP].

    Raises
    ------
    FileRefused
        The file is no list of Car Labelling.
    """
    content = Path(path).read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    cars = pd.read_csv(io.BytesIO(content), sep=";", decimal=",", encoding="utf-8-sig")
    missing = [c for c in ("Marque", "Libellé modèle", "Energie", _LOW, _HIGH) if c not in cars.columns]
    if missing:
        raise FileRefused(f"{Path(path).name}: no list of ADEME Car Labelling; missing {missing[:3]}",
                          code="not_car_labelling", what_to_do="name ademe-car-labelling.csv as downloaded")
    cars = cars.assign(low=cars[_LOW].fillna(cars[_HIGH]), high=cars[_HIGH].fillna(cars[_LOW]), reason="",
                       example=cars["Marque"].astype("str") + " " + cars["Libellé modèle"].astype("str"))
    for fails, why in ((cars["Energie"].eq("ELECTRIC"), "electric: nothing leaves the exhaust, its kWh are counted"),
                       (~cars["Energie"].isin([*_ENERGIES, "ELECTRIC"]), "plug-in hybrid: the test assumes too much "
                                                                         "electric driving"),
                       (cars["low"].isna(), "no figure of the combined cycle")):
        cars["reason"] = cars["reason"].mask(cars["reason"].eq("") & fails, why)
    kept_rows = cars["reason"].eq("")
    return imported(_columns(cars[kept_rows]), read=len(cars), kept=int(kept_rows.sum()), left_out=cars[~kept_rows])


def _columns(cars: pd.DataFrame) -> pd.DataFrame:
    cars = cars.assign(middle=(cars["low"] + cars["high"]) / 2)
    models = cars.groupby(["Marque", "Libellé modèle", "Energie"], sort=True).agg(
        versions=("middle", "size"), middle=("middle", "mean"), low=("low", "min"), high=("high", "max")).reset_index()
    name = slug(models["Marque"].str.replace(".", "") + " " + models["Libellé modèle"])
    energy = models["Energie"].map(_ENERGIES)
    element = SOURCE_ID.replace("_", "-") + "-" + name.str.replace("_", "-") + "-" + energy.str.replace("_", "-")
    kg = (models["middle"] / 1000).round(6)
    spread = (models["versions"].astype("str") + " versions, " + models["low"].map("{:g}".format) + " to "
              + models["high"].map("{:g}".format) + " g CO2/km")
    return pd.DataFrame({
        "factor_id": element, "element_id": element, "activity": "car.type_approval." + name + "." + energy,
        "label": models["Marque"] + " " + models["Libellé modèle"] + ", " + models["Energie"] + ", WLTP",
        "part": "combustion", "region": "FR", "valid_from": 2026, "valid_to": 9999, "unit": "km", "co2e_kg": kg,
        "gwp_set": "", "co2_kg": kg, "source_id": SOURCE_ID, "edition": "commit f3bdd322 (2026-08-20)",
        "page": models["Marque"] + ", " + models["Libellé modèle"] + ", " + models["Energie"], "licence": LICENCE,
        "verification": "official_file_copy",
        "notes": spread + "; type approval (WLTP), exhaust CO2 only, below real driving; not weighted by sales"})
