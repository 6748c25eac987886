"""ADEME Base Carbone: the CSV of 67 columns, a sample and small files of the same layout."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from carbon.core.errors import FileRefused
from carbon.factors.sources import base_carbone, import_source
from carbon.factors.sources.imported import Imported

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "base_carbone_sample" / "Base_Carbone_Test.csv"
NAMES = list(base_carbone._NAMES)
COLUMNS = [*NAMES, *(f"colonne {i}" for i in range(67 - len(NAMES)))]
ELEMENT = {
    "Type Ligne": "Elément", "Identifiant de l'élément": "900", "Type de l'élément": "Facteur d'émission",
    "Statut de l'élément": "Valide générique", "Nom base français": "Chose", "Unité français": "kgCO2e/kg",
    "Localisation géographique": "France continentale", "Période de validité": "déc-18", "Incertitude": "30",
    "Total poste non décomposé": "3,25",
}


def line(**changes: str) -> dict[str, str]:
    named = {"kind": "Type Ligne", "id": "Identifiant de l'élément", "total": "Total poste non décomposé",
             "stage": "Type poste", "unit": "Unité français", "status": "Statut de l'élément",
             "place": "Localisation géographique", "validity": "Période de validité", "name": "Nom poste français",
             "co2b": "CO2b"}
    return ELEMENT | {named[k]: v for k, v in changes.items()}


def stage(part: str, total: str, **more: str) -> dict[str, str]:
    return line(kind="Poste", stage=part, total=total, **more)


def read(path: Path, *lines: dict[str, str], encoding: str = "cp1252") -> Imported:
    table = pd.DataFrame([dict.fromkeys(COLUMNS, "") | given for given in lines], dtype="str")
    path.write_bytes(table.to_csv(sep=";", index=False).encode(encoding))
    return base_carbone.import_base_carbone(path)


def reasons(found: Imported) -> dict[str, int]:
    return dict(zip(found.left_out["reason"], found.left_out["rows"], strict=True))


def test_stages_are_kept_and_their_total_left_out(tmp_path: Path):
    """2.68 burnt + 0.567 before = 3.247, printed as 3.25: two parts, never the total beside them."""
    found = read(tmp_path / "b.csv", line(), stage("Combustion", "2,68"), stage("Amont", "5,67E-1"))
    assert found.table.set_index("part")["co2e_kg"].to_dict() == {"combustion": 2.68, "upstream": 0.567}
    assert reasons(found) == {"total of an element whose parts are kept": 1}


def test_a_workbook_reads_like_the_csv(tmp_path: Path):
    """Numbers and dates of cells: the same factors, the same words, so that a CSV of the same edition stands once."""
    lines = [line(validity="31/12/2023", total="3,25"), stage("Combustion", "2,68", validity="31/12/2023"),
             stage("Amont", "5,67E-1", validity="31/12/2023")]
    by_csv = read(tmp_path / "b.csv", *lines)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    for given in lines:
        numbers = {"Total poste non décomposé": float(given["Total poste non décomposé"].replace(",", ".")),
                   "Identifiant de l'élément": 900, "Incertitude": 30, "Période de validité": date(2023, 12, 31)}
        sheet.append([numbers.get(column, given.get(column, "")) for column in COLUMNS])
    book.save(tmp_path / "b.xlsx")
    by_book = base_carbone.import_base_carbone(tmp_path / "b.xlsx")

    pd.testing.assert_frame_equal(by_book.table, by_csv.table)


@pytest.mark.parametrize("stages", [
    (stage("Combustion", "2,68"), stage("Amont", "0,1")),
    (stage("Carburant (amont/combustion)", "2,68"), stage("Amont", "0,567")),
])
def test_stages_that_do_not_make_the_total_leave_it_whole(tmp_path: Path, stages: tuple[dict[str, str], ...]):
    """Another sum, or a stage that mixes two parts: the total is kept, unsplit and said so."""
    found = read(tmp_path / "b.csv", line(), *stages)
    assert found.table["part"].tolist() == ["total"] and "unsplit" in found.table["notes"].item()
    assert found.table["co2e_kg"].item() == 3.25 and found.left_out["rows"].sum() == 2


def test_stages_that_miss_the_printed_total_are_said_with_the_difference(tmp_path: Path):
    """Rounded stages are kept with a note, stages of another sum leave the total with one; both give the figures."""
    split = read(tmp_path / "b.csv", line(), stage("Combustion", "2,68"), stage("Amont", "5,67E-1"))
    # 2.68 + 0.567 = 3.247, printed as 3.25: 0.003 less
    assert split.table["notes"].str.contains("stages sum to 3.247, the source prints 3.25 as their total (-0.003)",
                                             regex=False).all()
    whole = read(tmp_path / "b.csv", line(), stage("Combustion", "2,68"), stage("Amont", "0,1"))
    assert "stages sum to 2.78, the source prints 3.25 as their total (-0.47)" in whole.table["notes"].item()
    assert reasons(whole) == {"part of an element kept as its total: the stages sum to another figure": 2}
    exact = read(tmp_path / "b.csv", line(), stage("Combustion", "2,68"), stage("Amont", "0,57"))
    assert not exact.table["notes"].str.contains("sum to").any()


@pytest.mark.parametrize("change, reason", [
    ({"status": "Archivé"}, "archived or withdrawn"), ({"total": ""}, "no figure"),
    ({"total": "-1,2"}, "negative: avoided or stored, never netted"),
    ({"unit": "kgCO2e/pantoufle"}, "a unit this package does not know"),
    ({"place": "Atlantide"}, "a place this package does not know"),
])
def test_what_is_left_out_says_why(tmp_path: Path, change: dict[str, str], reason: str):
    """Each line that is no factor here has one reason; the good line beside it stays."""
    found = read(tmp_path / "b.csv", line(**change), line(id="901"))
    assert reasons(found) == {reason: 1} and found.kept == 1


@pytest.mark.parametrize("text, year", [
    ("déc-18", 2018), ("20/12/2021", 2021), ("Année 2022", 2022), ("Décembre 2017", 2017), ("31-mars-21", 2021),
    ("11/03/2024 00:00", 2024), ("2026", 2026), ("", 0), ("en cours", 0),
])
def test_validity_is_read_from_free_text(text: str, year: int):
    """The publisher writes an end of validity in many ways; no year is made up."""
    assert base_carbone._years(pd.Series([text], dtype="str")).item() == year


def test_euros_by_the_thousand(tmp_path: Path):
    """560 kg per thousand euros = 0.56 kg per euro, at purchaser price."""
    row = read(tmp_path / "b.csv", line(unit="kgCO2e/keuro", total="560")).table.iloc[0]
    assert (row["co2e_kg"], row["unit"], row["price_basis"], row["price_year"]) == (0.56, "EUR", "purchaser", 2018)


def test_contrails_are_not_leaks(tmp_path: Path):
    """
    "Emissions fugitives" named "Trainées de condensation" is the part contrails.
    """
    found = read(tmp_path / "b.csv", line(total="0,2"), stage("Combustion", "0,1"),
                 stage("Emissions fugitives", "0,1", name="Trainées de condensation"))
    assert found.table["part"].tolist() == ["combustion", "contrails"]


def test_biogenic_uptake_is_not_netted(tmp_path: Path):
    """Wood: 1.36 kg burnt stands apart; the uptake of -1.36 is not subtracted from it."""
    found = read(tmp_path / "b.csv", line(total="0,05"), stage("Combustion", "0", co2b="1,36"),
                 stage("Amont", "0,05", co2b="-1,36"))
    assert found.table["biogenic_co2_kg"].tolist() == [1.36, 0.0]


def test_a_copy_saved_as_utf8_reads_the_same(tmp_path: Path):
    """The encoding is proved by the bytes."""
    one, two = (read(tmp_path / f"{e}.csv", line(), encoding=e).table for e in ("cp1252", "utf-8"))
    pd.testing.assert_frame_equal(one, two)


def test_other_columns_are_refused(tmp_path: Path):
    """66 columns are not the publisher's export."""
    (tmp_path / "x.csv").write_text(";".join(NAMES) + "\n", encoding="cp1252")
    with pytest.raises(FileRefused, match="67 expected"):
        base_carbone.import_base_carbone(tmp_path / "x.csv")


@pytest.fixture
def sample() -> Path:
    if not SAMPLE.exists():
        pytest.skip("the sample is not beside the project")
    return SAMPLE


@pytest.mark.official
def test_official_sample_line_by_line(sample: Path):
    """117 lines read; figures and pages as in the file, read by eye."""
    found = base_carbone.import_base_carbone(sample)
    assert (found.read, found.kept) == (117, 93)
    assert reasons(found) == {
        "archived or withdrawn": 1, "total of an element whose parts are kept": 21,
        "part of an element kept as its total: unknown parts": 2}
    grid = found.table[found.table["activity"].eq("electricity")].set_index("part")
    assert grid["co2e_kg"].to_dict() == {"combustion": 0.0338, "upstream": 0.0135, "losses": 0.00474}
    assert grid["page"]["losses"] == "id 42513, Poste Transport et distribution" and set(grid["valid_from"]) == {2022}
    oil = found.table[found.table["activity"].eq("heating_oil")].set_index("part")
    assert oil["co2e_kg"].to_dict() == {"combustion": 2.68, "upstream": 0.567} and oil["co2_kg"]["combustion"] == 2.66


@pytest.mark.official
def test_official_size_is_read_whole(sample: Path, tmp_path: Path):
    """The sample repeated with new ids to 18,603 lines, the size of V23.6."""
    lines = pd.read_csv(sample, sep=";", encoding="cp1252", dtype="str", keep_default_na=False)
    ids = "Identifiant de l'élément"
    whole = pd.concat([lines.assign(**{ids: lines[ids] + f"{n:03}"}) for n in range(159)], ignore_index=True)
    (tmp_path / "big.csv").write_bytes(whole.to_csv(sep=";", index=False).encode("cp1252"))
    found = base_carbone.import_base_carbone(tmp_path / "big.csv")
    assert (found.read, found.kept) == (18603, 93 * 159)


def of(found: Imported) -> dict[str, tuple[str, str, float]]:
    return {i.rpartition("-")[2]: (a, u, kg) for i, a, u, kg in zip(*(
        found.table[c] for c in ("element_id", "activity", "unit", "co2e_kg")), strict=True)}


def test_a_linear_metre_is_no_millilitre(tmp_path: Path):
    """
    "kgCO2e/mL" of a beam is per mètre linéaire: as millilitres, a beam would be a thousand times a litre.
    """
    assert of(read(tmp_path / "b.csv", line(unit="kgCO2e/mL", total="3,22")))["900"] == ("base_carbone.900", "m", 3.22)


def test_elements_of_a_known_category_have_words_for_names(tmp_path: Path):
    """The category gives the first word; "< 400" and "> 400" stay two things; an unknown category keeps the id."""
    boat = {"Code de la catégorie": "Transport de marchandises > Fluvial", "Nom base français": "Bateau"}
    found = read(tmp_path / "b.csv",
                 line(id="1") | boat | {"Nom attribut français": "< 400 TPL"},
                 line(id="2") | boat | {"Nom attribut français": "> 400 TPL"},
                 line(id="3") | {"Code de la catégorie": "Inconnu"},
                 line(id="4") | {"Code de la catégorie": "Achats de biens > Mobilier", "Nom base français": "Chaise"})
    assert [a for a, _, _ in of(found).values()] == [
        "freight.barge.bateau_moins_de_400_tpl", "freight.barge.bateau_plus_de_400_tpl", "base_carbone.3",
        "furniture.chaise"]


WASTE = {"Code de la catégorie": "Traitement des déchets > Emballages", "Nom base français": "Emballages",
         "Nom attribut français": "Verre", "Unité français": "kgCO2e/tonne de déchets"}


@pytest.mark.parametrize(("boundary", "name"), [
    ("Incinération - Impacts", "waste.emballages_verre.combustion"),
    ("Stockage - Impacts", "waste.emballages_verre.landfill"),
    ("Recyclage granulés - Impacts", "waste.emballages_verre_granules.closed_loop_recycling"),
    ("Fin de vie moyenne filière - Impacts", "waste.emballages_verre.average"),
    ("Fin de vie hors recyclage - Impacts", "waste.emballages_verre_hors_recyclage.average"),
    ("Incinération - Emissions évitées", "base_carbone.900"),
])
def test_a_waste_is_named_by_its_own_treatment(tmp_path: Path, boundary: str, name: str):
    """Treatment and variant come from the boundary; what is avoided has no name of a treatment."""
    found = read(tmp_path / "b.csv", line() | WASTE | {"Nom frontière français": boundary})
    assert found.table["activity"].item() == name


def network(attribute: str, total: str, comment: str) -> dict[str, str]:
    return line(unit="kgCO2e/kWh", total=total) | {
        "Code de la catégorie": "Réseaux de chaleur / froid > Bretagne", "Nom base français": "Réseau de chaleur",
        "Nom attribut français": attribute, "Commentaire français": comment}


def test_a_network_is_a_region_with_its_combustion_apart(tmp_path: Path):
    """0.228 in all, 0.201 burnt: 0.027 is upstream; the default for other networks is no average of France."""
    found = read(tmp_path / "b.csv",
                 network("22, LANNION, Hopital", "0,228", "Valeur DPE de combustion sans ACV = 0,201 kgCO2/kWh."),
                 network("Autres réseaux de chaleurs", "0,385", "") | {"Identifiant de l'élément": "901"},
                 network("35, Rennes, Nord", "0,1", "sans valeur") | {"Identifiant de l'élément": "902"})
    parts = found.table.set_index(["region", "part"])["co2e_kg"].to_dict()
    lannion = "FR-lannion-hopital"
    assert parts == pytest.approx({(lannion, "combustion"): 0.201, (lannion, "upstream"): 0.027,
                                   ("FR-rennes-nord", "total"): 0.1})
    assert reasons(found) == {"a place this package does not know": 1}


def test_another_edition_has_ids_of_its_own(tmp_path: Path):
    """The file's name states V23.9: its factors stand next to the package's of 23.6 and can be preferred by name."""
    table = read(tmp_path / "Base_Carbone_V23.9.csv", line()).table.iloc[0]
    assert (table["source_id"], table["element_id"], table["edition"]) == (
        "ademe_base_carbone_23_9", "ademe-base-carbone-23-9-900", "23.9")
    assert read(tmp_path / "Base_Carbone_V23.6.csv", line()).table["source_id"].item() == "ademe_base_carbone_23"


def test_the_electricity_of_a_train_is_no_manufacture(tmp_path: Path):
    """The stage "Energie" of a transport drives it; of a chair it makes it."""
    transport = {"Code de la catégorie": "Transport de personnes > Ferroviaire"}
    train = read(tmp_path / "b.csv", line(total="1") | transport, stage("Energie", "1") | transport)
    assert train.table["part"].tolist() == ["combustion"]
    assert read(tmp_path / "c.csv", line(total="1"), stage("Energie", "1")).table["part"].tolist() == ["manufacture"]


def test_an_element_of_a_group_is_valid_from_its_last_change_to_its_end(tmp_path: Path):
    """Changed in 2022 and valid to 2026: a company of 2024 is within it; a network has the year of its data."""
    chair = line(validity="31/12/2026") | {"Code de la catégorie": "Achats de biens > Mobilier",
                                           "Nom base français": "Chaise", "Date de modification": "2022-03-29"}
    found = read(tmp_path / "b.csv", chair, network("35, Rennes, Nord", "0,1", "combustion sans ACV = 0 kgCO2/kWh.") | {
        "Identifiant de l'élément": "902", "Nom frontière français": "2021", "Période de validité": "2023"})
    spans = found.table.set_index("factor_id")[["valid_from", "valid_to"]].T.to_dict("list")
    assert spans == {"ademe-base-carbone-23-900": [2022, 2026], "ademe-base-carbone-23-902-combustion": [2021, 2023],
                     "ademe-base-carbone-23-902-upstream": [2021, 2023]}


GOLDEN = Path(__file__).with_name("base_carbone_golden.csv")
"""Ten lines of our own in the layout of the whole export: its 67 columns, Windows-1252, semicolons, decimal commas."""


def test_the_layout_of_the_whole_export_becomes_a_table_of_ones_own():
    """Parts, networks, treatments, units and places of every kind of line; rows read are rows kept and left out."""
    found = import_source("base_carbone", GOLDEN)
    rows = {(r.activity, r.part, r.region, r.unit): r.co2e_kg for r in found.table.itertuples()}
    north = "FR-exempleville-reseau-nord"
    assert rows == pytest.approx({
        ("material.ciment_d_exemple_fabrication", "total", "FR", "t"): 800,
        ("furniture.chaise_d_exemple_bois", "manufacture", "FR", "unit"): 7.5,
        ("furniture.chaise_d_exemple_bois", "distribution", "FR", "unit"): 4.5,
        ("district_heat", "combustion", north, "kWh"): 0.15, ("district_heat", "upstream", north, "kWh"): 0.05,
        ("waste.emballages_exemple.combustion", "total", "FR", "t"): 130,
        ("material.poutre_d_exemple", "total", "FR", "m"): 3.2, ("base_carbone.910008", "total", "NL", "kg"): 0.5})
    assert reasons(found) == {"archived or withdrawn": 1, "negative: avoided or stored, never netted": 1,
                              "total of an element whose parts are kept": 1}
