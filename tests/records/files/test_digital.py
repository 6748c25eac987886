"""The digital estate of a company: files of any form and two languages, rows rejected one by one, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from checked_files import checked_in

from carbon.core.errors import FileRefused, ParamsError
from carbon.params.files.project import Project
from carbon.params.shapes.digital import DigitalPolicies
from carbon.records.files.digital import DigitalRecords, coded, read_answers, read_digital
from carbon.scorecards.catalogue import by_formula
from carbon.scorecards.declared import measured
from carbon.scorecards.tables import YearTables

ROOT = Path(__file__).resolve().parents[3]
COMPANY = "atelier-exemple"
STOCK = """N° d'inventaire;Type de matériel;Modèle;Date d'achat;Statut;État à l'achat;Date de sortie;Mode de sortie
PC-01;PC portable;Arbre 14;13/02/2021;En service;Neuf;;
PC-02;Ordinateur fixe;;05/11/2016;Réformé;Neuf;20/03/2024;Don
TEL-1;Téléphone portable;;28/06/2023;En stock;Reconditionné;;
"""
HOSTS = "service,provider,kwh,pue,renewable_share,location\nsite,Nord,100,1.2,1,FR\n"


def project(tmp_path: Path, files: dict[str, bytes | str], params: str = "") -> Project:
    source = (ROOT / "params" / "petit-studio.yml").read_text(encoding="utf-8").replace("petit-studio", COMPANY)
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / f"{COMPANY}.yml").write_text(source + params, encoding="utf-8")
    folder = tmp_path / "data" / "raw" / COMPANY / "digital"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return Project(tmp_path)


def read(tmp_path: Path, files: dict[str, bytes | str], params: str = "") -> DigitalRecords:
    return read_digital(COMPANY, project=project(tmp_path, files, params))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_french_stock_list_with_semicolons_is_read_by_its_own_words(tmp_path, encoding):
    """Headings, days, kinds of device, states and ways out are those of a French export, in either encoding."""
    devices = read(tmp_path, {"parc.csv": STOCK.encode(encoding)}).tables["assets"]
    assert devices["category"].tolist() == ["laptop", "desktop", "smartphone"]
    assert devices["status"].tolist() == ["in use", "retired", "in stock"]
    assert devices["exit_route"].tolist() == ["", "donated", ""]
    assert devices["purchased_on"].dt.strftime("%Y-%m-%d").tolist() == ["2021-02-13", "2016-11-05", "2023-06-28"]
    assert devices["condition_at_purchase"].tolist() == ["new", "new", "refurbished"]


def test_a_workbook_is_read_as_its_name_states(tmp_path):
    """Formations.xlsx with English or French headings is the training table; leavers keep the day they left."""
    rows = pd.DataFrame({"Matricule": ["A1", "A2"], "Date d'embauche": pd.to_datetime(["2020-01-06", "2021-03-01"]),
                         "Date de départ": pd.to_datetime([None, "2022-09-30"]), "Formation": ["MOOC NR"] * 2,
                         "Terminé le": pd.to_datetime(["2021-05-01", None])})
    rows.to_excel(tmp_path / "f.xlsx", index=False)
    records = read(tmp_path, {"Formations.xlsx": (tmp_path / "f.xlsx").read_bytes()})
    records = replace(records, policies=DigitalPolicies(training_course="MOOC NR", onboarding_days=90))
    formula = {"x": by_formula()["training_rate"].parts}
    rate = {year: measured(formula, YearTables(records, year)).measures.iloc[0] for year in (2021, 2022)}
    # In 2021 both were there and one had done it; whoever left in September 2022 is not among the people of its end.
    assert (rate[2021]["numerator"], rate[2021]["denominator"]) == (1.0, 2.0)
    assert (rate[2022]["numerator"], rate[2022]["denominator"]) == (1.0, 1.0)


def test_one_column_of_days_proves_the_order_of_another(tmp_path):
    """05/03 alone is two days; below a heading next to 13/02 of the same list it is the fifth of March."""
    devices = read(tmp_path, {"parc.csv": STOCK.replace("20/03/2024", "05/03/2024")}).tables["assets"]
    assert devices["retired_on"].max() == pd.Timestamp(2024, 3, 5)


def test_a_sign_that_is_the_unit_of_the_column_is_read_and_another_is_rejected(tmp_path):
    """1 200,00 € is an amount in euros; $900 is none of this column, however its number reads."""
    lines = STOCK.splitlines()
    priced = "\n".join([f"{lines[0]};Prix HT", f"{lines[1]};1 200,50 €", f"{lines[2]};900,00 $", f"{lines[3]};80,25"])
    records = read(tmp_path, {"parc.csv": priced})
    assert records.tables["assets"]["amount_eur"].tolist() == [1200.5, 80.25]
    assert records.rejects["code"].tolist() == ["unit_conflict"]


def test_names_of_persons_do_not_enter_the_tables(tmp_path):
    """Who was trained is a number of the list, with no secret needed; users of devices and travellers are not read."""
    text = "employee,hired_on,course,completed_on\nAda Exemple,2020-01-06,nr,\nada exemple,2020-01-06,mooc,\n"
    people = read(tmp_path, {"training.csv": text}).tables["training"]
    assert people["person_id"].tolist() == ["person 1", "person 1"]


@pytest.mark.parametrize(("name", "text", "code", "value"), [
    ("hosting.csv", HOSTS.replace(",1.2,", ",0.8,"), "value_impossible", "0.8"),
    ("hosting.csv", HOSTS.replace(",1,FR", ",30,FR"), "value_impossible", "30"),
    ("hosting.csv", HOSTS + "site,Nord,100,1.2,1,FR\n", "duplicate", "site"),
    # An invoice of a day: without its period it would count in every year.
    ("hosting.csv", HOSTS.replace("location", "location,date").replace("FR\n", "FR,2022-03-05\n"),
     "period_start_missing", "2022-03-05"),
    ("audits_rgaa.csv", "service,date,compliant,non_compliant,not_applicable,untested\ns,2024-05-02,40,20,18,0\n",
     "criteria_missing", "0"),
    ("parc.csv", STOCK.replace("20/03/2024", "20/03/2014"), "days_reversed", "20/03/2014"),
    ("parc.csv", STOCK.replace("Réformé", "Quelque part"), "status_unknown", "Quelque part"),
    ("parc.csv", STOCK.replace("13/02/2021", "13/13/2021"), "date_impossible", "13/13/2021"),
])
def test_a_row_that_cannot_be_is_rejected_and_the_others_go_on(tmp_path, name, text, code, value):
    """One line of the list of rejects names the cell; read = in the table + rejected."""
    records = read(tmp_path, {name: text})
    rejects = records.rejects
    assert rejects["code"].tolist() == [code] and rejects["value"].tolist() == [value]
    file_read = records.reads[0]
    assert file_read.rows_read == sum(len(t) for t in records.tables.values()) + file_read.rows_rejected


def test_what_was_true_in_a_year_is_stated_by_its_days(tmp_path):
    """A host that was left in 2023 and its successor are two rows of one service; a day that both have is refused."""
    dated = ("service,provider,kwh,from,to\nsite,Nord,100,2020-01-01,2022-12-31\nsite,Sud,90,2023-01-01,\n")
    records = read(tmp_path, {"hosting.csv": dated})
    assert not len(records.rejects) and records.tables["hosting"]["provider"].tolist() == ["Nord", "Sud"]
    other = tmp_path / "other"
    other.mkdir()
    assert read(other, {"hosting.csv": dated.replace("2022-12-31", "2023-01-01")}).rejects["code"].tolist() == [
        "duplicate", "duplicate"]


def test_a_file_that_cannot_be_read_costs_its_table_and_no_other(tmp_path):
    """A broken stock list is a reason for its own table; hosts are read, and `check` lists it and a stranger."""
    files = {"parc.csv": "colonne\nx\n", "hosting.csv": HOSTS, "notes.csv": "a,b\n1,2\n"}
    here = project(tmp_path, files)
    records = read_digital(COMPANY, project=here)
    assert records.keeps("assets") and len(records.table("hosting")) == 1
    with pytest.raises(FileRefused, match=r"parc\.csv"):
        records.table("assets")
    year = here.raw(COMPANY, 2024)
    year.mkdir(parents=True)
    (year / "achats.csv").write_text("a,b\n", encoding="utf-8")
    checked = checked_in(here, company=COMPANY, year=2024)
    refused = {f["path"].rpartition("/")[2]: f["refused"]["code"] for f in checked["files"] if f["refused"]}
    assert refused.keys() >= {"parc.csv", "notes.csv"} and refused["notes.csv"] == "kind_unknown"
    pasted = next(f["refused"]["paste"] for f in checked["files"] if f["path"].endswith("notes.csv"))
    assert "it_purchases" in pasted and "hotel_nights" not in pasted  # kinds of this folder, as the message has them


def test_headings_alone_are_a_table_that_is_not_kept(tmp_path):
    """A file laid out and not filled in is no table and no fault; an empty file is one."""
    records = read(tmp_path, {"parc.csv": STOCK.splitlines()[0] + "\n", "hosting.csv": b""})
    assert not records.keeps("assets") and records.refused["hosting"].code == "file_empty"


def test_params_may_say_what_a_file_with_another_name_is(tmp_path):
    """An entry of `files` with a kind of the digital estate claims files of that folder, with its own columns."""
    entry = "  - {pattern: export*.csv, kind: hosting, columns: {service: Quoi}}\n"
    source = HOSTS.replace("service,", "Quoi,")
    here = project(tmp_path, {"export 2024.csv": source})
    path = tmp_path / "params" / f"{COMPANY}.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("files:\n", f"files:\n{entry}", 1), encoding="utf-8")
    assert read_digital(COMPANY, project=here).tables["hosting"]["service"].tolist() == ["site"]


def test_a_device_of_two_files_is_refused(tmp_path):
    """The same device in two lists would count twice."""
    records = read(tmp_path, {"parc.csv": STOCK, "inventaire.csv": STOCK})
    assert records.refused["assets"].code == "duplicate" and "assets" not in records.tables


def test_answers_of_a_file_are_checked(tmp_path):
    """A share that is no number names its line."""
    text = (ROOT / "params" / "petit-studio" / "service.yml").read_text(encoding="utf-8")
    path = tmp_path / "answers.yml"
    path.write_text(text, encoding="utf-8")
    assert read_answers(path).service_id == "site-vitrine"
    path.write_text(text.replace("users: 60000", "users: many"), encoding="utf-8")
    with pytest.raises(ParamsError, match="users"):
        read_answers(path)


MONTHS = "Service;Hébergeur;Mois;Consommation kWh;PUE;g CO2/kWh;Pays\n" + "".join(
    f"Extranet;Nord;{month:02d}/2025;{30 + month};1,25;130;Belgique\n" for month in range(1, 13))


def test_a_monthly_statement_of_a_host_is_twelve_periods(tmp_path):
    """Months of one column are the periods of a list without start and end; a country in words is its code."""
    hosts = read(tmp_path, {"hebergement.csv": MONTHS}).tables["hosting"]
    assert len(hosts) == 12 and hosts["kwh"].sum() == 12 * 30 + 78 and set(hosts["location"]) == {"BE"}
    assert hosts.loc[1, ["period_start", "period_end"]].astype("str").tolist() == ["2025-02-01", "2025-02-28"]
    assert set(hosts["grid_g_per_kwh"]) == {130.0}


def test_of_two_rows_for_the_same_days_none_is_taken(tmp_path):
    """100 and 90 kWh of one host, both without days: nobody knows which is true; the same row twice counts once."""
    files = {"hosting.csv": f"{HOSTS}site,Nord,90,1.2,1,FR\nother,Nord,5,1.2,1,FR\nother,Nord,5,1.2,1,FR\n"}
    records = read(tmp_path, files)
    assert records.tables["hosting"]["service"].tolist() == ["other"]
    assert records.rejects["code"].tolist() == ["duplicate"] * 3


def test_a_heading_that_nobody_reads_is_named_with_the_columns_that_the_table_lacks(tmp_path):
    """Of purchases that call their support otherwise, both are stated; where nothing is lacking, nothing is."""
    orders = ("Date d'achat;Type de matériel;Marque;Modèle;Quantité;Montant HT (EUR);État à l'achat;{}\n"
              "15/01/2025;PC portable;Cime;C15;1;900;neuf;7\n")
    read_as = read(tmp_path, {"achats_informatiques.csv": orders.format("Suivi du fabricant")}).reads[0]
    assert [w.code for w in read_as.warnings] == ["columns_left"]
    assert "'support_years'; not read: 'Suivi du fabricant'" in read_as.warnings[0].text
    other = tmp_path / "other"
    other.mkdir()
    assert not read(other, {"achats_informatiques.csv": orders.format("Durée du support (années)")}).reads[0].warnings


def test_a_device_of_no_known_kind_is_named_with_its_number(tmp_path):
    """A word of another language is no computer: the list keeps it, and states so; `values` of params settles it."""
    stock = STOCK.replace("Ordinateur fixe", "Portatile").replace("Téléphone portable", "Displays")
    found = read(tmp_path, {"parc.csv": stock})
    assert found.tables["assets"]["category"].tolist() == ["laptop", "Portatile", "monitor"]
    assert [(w.code, "'Portatile' 1;" in w.text) for w in found.reads[0].warnings] == [("device_unknown", True)]
    path = tmp_path / "params" / f"{COMPANY}.yml"
    entry = "files:\n  - {pattern: parc.csv, kind: assets, values: {category: {Portatile: laptop}}}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("files:\n", entry, 1), encoding="utf-8")
    answered = read_digital(COMPANY, project=Project(tmp_path))
    assert answered.tables["assets"]["category"].iloc[1] == "laptop" and not answered.reads[0].warnings


def test_the_lines_to_paste_for_a_file_known_by_its_name_make_a_whole_entry(tmp_path):
    """Such a file has no entry yet: pasted, the lines state its kind as well, and params with them are sound."""
    stock = STOCK.replace("13/02/2021", "03/02/2021").replace("20/03/2024", "05/03/2024").replace("28/06", "06/06")
    here = project(tmp_path, {"parc.csv": stock})
    here.raw(COMPANY, 2024).mkdir(parents=True)
    (here.raw(COMPANY, 2024) / "achats.csv").write_text("a,b\n", encoding="utf-8")
    checked = checked_in(here, company=COMPANY, year=2024)
    pasted = yaml.safe_load(next(r["paste"] for r in checked["rejects"] if r["code"] == "date_ambiguous"))
    assert pasted == {"files": [{"pattern": "parc.csv", "kind": "assets", "date_format": "?"}]}
    path = here.params_file(COMPANY)
    entry = "files:\n  - {pattern: parc.csv, kind: assets, date_format: '%d/%m/%Y'}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("files:\n", entry, 1), encoding="utf-8")
    assert not len(read_digital(COMPANY, project=here).rejects)


def test_a_list_of_courses_without_a_day_of_their_end_is_refused(tmp_path):
    """Nobody trained, 0 %, would be the figure of a column that is not there; its empty cells mean "not yet"."""
    people = "Matricule;Nom;Date d'entrée;Formation\n7;Z;01/02/2020;écoconception\n"
    assert read(tmp_path, {"formations.csv": people}).refused["training"].code == "columns_missing"
    other = tmp_path / "other"
    other.mkdir()
    text = people.replace("Formation\n", "Formation;Fin de formation\n").replace("écoconception", "écoconception;")
    assert read(other, {"formations.csv": text}).tables["training"]["completed_on"].isna().all()


def test_countries_devices_and_units_of_services_are_read_by_their_words(tmp_path):
    """One word or several with their shares, in French; a region and a unit of one's own stay as they are."""
    services = ("Service;Version;Utilisateurs par an;Heures par utilisateur;Go par utilisateur;Terminaux;"
                "Pays des utilisateurs;Serveurs;Disques;Pays du centre de données\n"
                'A;1;10;1;1;"ordinateur portable 70 %; GSM 0,3";"Belgique 80%; France 0,2";1;1;Belgique\n'
                "B;1;10;1;1;ordinateur portable;Pays-Bas;1;1;europe-west9\n")
    uses = ("Service;Usage;Machine ou modèle ou hébergeur;Quantité;Unité;Pays ou région;Du;Au\n"
            "A;IA;mistral-large-2;5;réponses;Belgique;01/01/2025;31/12/2025\n"
            "A;SaaS;Suite;5;sièges;eu-west-3;01/01/2025;31/12/2025\n")
    tables = read(tmp_path, {"services_numeriques.csv": services, "consommation_cloud.csv": uses}).tables
    of_services = tables["services"]
    assert of_services["devices"].tolist() == ["laptop 0.7; smartphone 0.3", "laptop"]
    assert of_services["zone"].tolist() == ["BE 0.8; FR 0.2", "NL"]
    assert of_services["datacentre_zone"].tolist() == ["BE", "europe-west9"]
    assert tables["service_uses"][["unit", "zone"]].to_numpy().tolist() == [["response", "BE"], ["sièges", "eu-west-3"]]


@pytest.mark.parametrize(("text", "words", "code"), [
    ("GSM 0.25; smartphone 0.5; laptop 0.25", "device", "smartphone 0.75; laptop 0.25"),
    ("eu-west 1", "country", "eu-west 1"), ("prompts 1000", "counted thing", "prompts 1000")])
def test_two_names_of_one_thing_keep_both_of_their_shares(text, words, code):
    """The second share replaced the first, so that a quarter was lost; a number that is no share is left as it is."""
    assert coded(text, words) == code
