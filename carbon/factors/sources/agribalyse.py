"""ADEME's AGRIBALYSE, food products by stage [kg CO2e per kg of product]: farm to retail, without the consumer.

The publisher's two tables are read together: the one by stage, and the summary ("synthese") in the same folder, which
has the total and how the consumer prepares the product. The factor is what a buyer pays for: agriculture, processing
and packaging (`manufacture`), transport and retail (`distribution`). A product that the consumer cooks weighs something
else as eaten than as bought: it is left out, the raw product is the factor. Eggs are left out: the publisher's note in
edition 3.2 calls their figures underestimated. Figures are per kg of what is eaten: peel and bones are inside.

The method is EF 3.1: no split by gas, no GWP set of the IPCC.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, imported, joined, slug

SOURCE_ID, EDITION = "ademe_agribalyse_3_2", "3.2"
LICENCE = "Licence Ouverte / Open Licence 2.0"
_CLIMATE, _TOTAL, _CODE = "Changement climatique - ", "Changement climatique", "Code AGB"
_STAGES = {"Agriculture": ("farm", "manufacture"), "Transformation": ("processing", "manufacture"),
           "Emballage": ("packaging", "manufacture"), "Transport": ("transport", "distribution"),
           "Supermarché et distribution": ("retail", "distribution"), "Consommation": ("consumer", "")}
"""Stage of the publisher -> our word, and the part of the factor; the consumer's is in no part."""
_NAMES = {_CODE: "code", "Groupe d'aliment": "group", "Sous-groupe d'aliment": "subgroup",
          "Nom du Produit en Français": "french", "LCI Name": "english"}
_RAW = ("Pas de préparation", "Réfrigéré chez le consommateur")
_DISHES = ("entrées et plats composés",)
"""Groups bought as they are and only heated: their weight does not change."""
_TOLERANCE = 0.02
"""Share by which the stages may miss the printed total: three digits each."""


def import_agribalyse(path: Path) -> Imported:
    """Import food products from the table by stage and the summary next to it [kg CO2e per kg of product].

    Raises
    ------
    FileRefused
        The file has no stages of climate change, or no summary of the same products is in its folder.
    """
    path = Path(path)
    stages = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    missing = [c for c in (*_NAMES, *(_CLIMATE + s for s in _STAGES)) if c not in stages.columns]
    if missing:
        raise FileRefused(f"{path.name}: no table of AGRIBALYSE by stage; missing {missing[:3]}",
                          code="not_agribalyse", what_to_do="name agribalyse-31-detail-par-etape.csv, with "
                          "agribalyse-31-synthese.csv in the same folder")
    # Codes with leading zeros in one table have none in the other.
    stages = stages.assign(number=stages[_CODE].str.lstrip("0"))
    table = stages.merge(_summary(path), on="number", how="left", validate="one_to_one").rename(columns=_NAMES)
    kg = pd.DataFrame({name: pd.to_numeric(table[_CLIMATE + stage], errors="coerce")
                       for stage, (name, _) in _STAGES.items()})
    table = table.assign(reason=_reason(table, kg), example=table["code"] + " " + table["french"])
    kept_rows = table["reason"].eq("")
    return imported(_columns(table[kept_rows], kg[kept_rows]), read=len(table), kept=int(kept_rows.sum()),
                    left_out=table[~kept_rows])


def _summary(path: Path) -> pd.DataFrame:
    """Read total and preparation of each product from the only other table of the folder that has them."""
    for other in sorted(path.parent.glob("*synthese*.csv")):
        table = pd.read_csv(other, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        if {_CODE, _TOTAL, "Préparation", "Approche emballage "} <= set(table.columns):
            return table.assign(number=table[_CODE].str.lstrip("0"))[["number", _TOTAL, "Préparation"]]
    raise FileRefused(f"{path.name}: no summary of edition {EDITION} in its folder", code="agribalyse_without_summary",
                      what_to_do="put agribalyse-31-synthese.csv of the same download next to it")


def _reason(table: pd.DataFrame, kg: pd.DataFrame) -> pd.Series:
    gap = (kg.sum(axis=1) / pd.to_numeric(table[_TOTAL], errors="coerce") - 1).abs()
    as_bought = table["Préparation"].isin(_RAW) | table["group"].isin(_DISHES)
    checks = [
        (table[_TOTAL].isna(), "not in the summary: no total, no preparation"),
        (kg.isna().any(axis=1), "a stage without a figure"),
        (gap.gt(_TOLERANCE), "the stages sum to another figure than the total"),
        (table["subgroup"].eq("œufs"), "eggs: underestimated, by the publisher's own note"),
        (~as_bought, "cooked or heated by the consumer: its weight as eaten is not the weight bought"),
        (kg.drop(columns="consumer").sum(axis=1).le(0), "no emissions before the consumer"),
    ]
    reason = pd.Series("", index=table.index, dtype="str")
    for fails, why in checks:
        reason = reason.mask(reason.eq("") & fails, why)
    return reason


def _columns(rows: pd.DataFrame, kg: pd.DataFrame) -> pd.DataFrame:
    element = "ademe-agribalyse-3-2-" + rows["code"]
    activity = "food." + slug(rows["english"])
    activity = activity.mask(activity.duplicated(keep=False), activity + "_" + rows["code"])
    parts = []
    for part in ("manufacture", "distribution"):
        names = [name for name, of in _STAGES.values() if of == part]
        split = joined(*(name + " " + kg[name].map("{:.6g}".format) for name in names), joint=", ")
        parts.append(pd.DataFrame({
            "factor_id": element + "-" + part, "element_id": element, "activity": activity,
            "label": rows["french"] + ", " + rows["english"], "part": part,
            "co2e_kg": kg[names].sum(axis=1).round(8), "notes": split + "; without the consumer's stage"}))
    return pd.concat(parts).assign(
        region="FR", valid_from=2024, valid_to=9999, unit="kg", gwp_set="", source_id=SOURCE_ID, edition=EDITION,
        page=lambda x: "code AGB " + x["element_id"].str.rpartition("-")[2], licence=LICENCE,
        verification="official_file_copy").sort_values("factor_id", ignore_index=True)
