"""ADEME Car Labelling: the exhaust of the type-approval test by model and energy."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from carbon.core.errors import FileRefused
from carbon.factors.sources import car_labelling

LINES = """Marque;"Libellé modèle";Energie;"CO2 vitesse mixte Min";"CO2 vitesse mixte Max"
RENAULT;CLIO;ESSENCE;110,00;130,00
RENAULT;CLIO;ESSENCE;120,00;
RENAULT;CLIO;GAZOLE;100,00;104,00
RENAULT;ZOE;ELECTRIC;;
VOLVO;XC60;"ELEC+ESSENC HR";22,00;30,00
"""


def test_versions_of_a_model_are_averaged_and_their_range_is_stated(tmp_path: Path):
    """110-130 is 120, a version with one figure is 120: the petrol Clio is 120 g, CO2 alone, of 110 to 130."""
    path = tmp_path / "cars.csv.gz"
    path.write_bytes(gzip.compress(LINES.encode("utf-8-sig")))
    found = car_labelling.import_car_labelling(path)
    clio = found.table.set_index("activity").loc["car.type_approval.renault_clio.petrol"]
    assert clio["co2e_kg"] == clio["co2_kg"] == pytest.approx(0.12) and clio["unit"] == "km"
    assert "2 versions, 110 to 130 g CO2/km; type approval" in clio["notes"]


def test_cars_that_are_charged_are_left_out(tmp_path: Path):
    """An electric car has no exhaust, the test of a plug-in hybrid is no use: neither becomes a factor near zero."""
    path = tmp_path / "cars.csv"
    path.write_text(LINES, encoding="utf-8-sig")
    found = car_labelling.import_car_labelling(path)
    assert found.left_out["rows"].tolist() == [1, 1] and found.kept == 3
    assert not found.table["activity"].str.contains("zoe|xc60").any()
    path.write_text("a;b\n1;2\n")
    with pytest.raises(FileRefused, match="no list of ADEME Car Labelling"):
        car_labelling.import_car_labelling(path)
