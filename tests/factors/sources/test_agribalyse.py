"""AGRIBALYSE: two tables of the publisher's layout, written here."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import FileRefused
from carbon.factors.sources import agribalyse

STAGES = ["Agriculture", "Transformation", "Emballage", "Transport", "Supermarché et distribution", "Consommation"]
HEAD = ["Code AGB", "Groupe d'aliment", "Sous-groupe d'aliment", "Nom du Produit en Français", "LCI Name"]
PRODUCTS = {
    # code: group, subgroup, French, English, preparation, total, stages
    "20009": ("fruits et légumes", "légumes", "Carotte, crue", "Carrot, raw", "Pas de préparation", "0.396",
              "0.0828,0.0001,0,0.262,0.0189,0.0323"),
    "20010": ("fruits et légumes", "légumes", "Carotte, cuite", "Carrot, cooked", "Micro-onde", "0.5",
              "0.2,0,0,0.2,0,0.1"),
    "25525": ("entrées et plats composés", "pizzas", "Pizza", "Pizza", "Four", "2", "1,0.5,0.2,0.2,0.05,0.05"),
    "22000": ("viandes, œufs, poissons", "œufs", "Oeuf, cru", "Egg, raw", "Pas de préparation", "1", "1,0,0,0,0,0"),
    "11194": ("aides culinaires", "sauces", "Nuoc mam", "Fish sauce", "Pas de préparation", "1.06", "0.5,0,0,0.4,0,0"),
}


def write(folder: Path, *, summary: bool = True) -> Path:
    """Write the two tables; the code of the carrot has a leading zero in one of them."""
    climate = ",".join(f'"Changement climatique - {s}"' for s in STAGES)
    lines = [",".join(f'"{c}"' for c in HEAD) + "," + climate]
    lines += [",".join([f'"{"0" * (code == "20009")}{code}"', *(f'"{w}"' for w in p[:4])]) + "," + p[6]
              for code, p in PRODUCTS.items()]
    path = folder / "agribalyse-detail-par-etape.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    if summary:
        rows = [f'"{code}","{p[4]}","PACK",{p[5]}' for code, p in PRODUCTS.items()]
        (folder / "agribalyse-synthese.csv").write_text(
            '"Code AGB","Préparation","Approche emballage ","Changement climatique"\n' + "\n".join(rows),
            encoding="utf-8-sig")
    return path


def test_a_raw_good_carries_farm_to_retail_and_no_fridge(tmp_path: Path):
    """Farm 0.0828 + processing 0.0001; transport 0.262 + retail 0.0189; the consumer's 0.0323 is in no part."""
    found = agribalyse.import_agribalyse(write(tmp_path))
    carrot = found.table[found.table["activity"].eq("food.carrot_raw")].set_index("part")["co2e_kg"]
    assert carrot.to_dict() == pytest.approx({"manufacture": 0.0829, "distribution": 0.2809})
    assert set(found.table["activity"]) == {"food.carrot_raw", "food.pizza"}


def test_what_is_no_purchase_or_does_not_add_up_is_left_out_by_reason(tmp_path: Path):
    """Cooked at home, eggs, and stages of another sum than the total; rows read are rows kept and left out."""
    found = agribalyse.import_agribalyse(write(tmp_path))
    reasons = dict(zip(found.left_out["reason"].str.split(":").str[0], found.left_out["rows"], strict=True))
    assert reasons == {"cooked or heated by the consumer": 1, "eggs": 1,
                       "the stages sum to another figure than the total": 1}
    assert found.read == 5 and found.kept == 2


def test_without_its_summary_nothing_is_read(tmp_path: Path):
    """How a product is prepared is in the summary alone: without it, raw and cooked could not be told apart."""
    with pytest.raises(FileRefused, match="no summary"):
        agribalyse.import_agribalyse(write(tmp_path, summary=False))
