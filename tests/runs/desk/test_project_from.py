"""A project from a folder of exports: nothing but answers, and an inventory can be calculated."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import carbon as cb
from carbon.core.errors import UsageError
from carbon.params.files.load import load_company, load_runs
from carbon.params.files.project import Project
from carbon.records.files.company import read_company
from carbon.runs.desk.new_project import defaults_of, make_project
from carbon.runs.desk.project_from import desk_of, write_project

EXPORTS = Path(__file__).parent / "exports"
"""What an invented firm's ledger, meter and travel tool give, as a German, a British and a French one write them."""
CHOSEN = {("account_transactions.csv", "columns.supplier"): "Contact", ("Reisen_2024.csv", "columns.origin"): "Von",
          ("Reisen_2024.csv", "columns.destination"): "Nach"}
"""Where the first offer is not the answer."""
POWER, SPEND = "electricity:kWh", 10636.25
WORLD = {"DE": "de", "GB": "gb", "FR": "fr"}


def answer_all(desk):
    """Answer every question as a person would, until none is left."""
    for one in desk.files:
        while one.questions:
            question = one.questions[0]
            text = CHOSEN.get((one.name, question.key)) or question.offers[0].answer
            one.answer(question, text)


@pytest.mark.parametrize("country", WORLD)
def test_three_exports_become_a_project_by_answers_alone(tmp_path, country):
    """Ledger, meters and trips are read to the last cent and kWh; files, params, sites and year are in their places."""
    desk, left = desk_of([EXPORTS / WORLD[country]], company="acme", country=country)
    assert left == [] and all(one.questions for one in desk.files)
    answer_all(desk)
    assert desk.unsettled == []

    names = write_project(tmp_path / "new", desk, company="acme", country=country)

    project = Project(tmp_path / "new")
    params = load_company(project, "acme")
    records = read_company("acme", 2024, project=project)
    assert {name.rpartition("/")[0] for name in names if name.startswith("data/raw")} == {"data/raw/acme/2024"}
    assert load_runs(project).runs[0].years == [2024] and params.currency == defaults_of(country)["currency"]
    assert [site.country for site in params.sites.values()] == [country]
    assert not any("country" in f.constants for f in params.files)  # the site states it, so that a new one is asked for
    assert all("{year}" in f.pattern or "2024" not in f.pattern for f in params.files)
    assert records.rejects.empty and {k: len(t) for k, t in records.records.items()} == {
        "purchases": 5, "energy": 4, "travel": 4}
    assert records.records["purchases"]["amount"].sum() == pytest.approx(SPEND)
    assert records.records["energy"]["quantity"].sum() == pytest.approx(16595.2)
    text = (tmp_path / "new" / "params" / "acme.yml").read_text(encoding="utf-8")
    assert "# each row fills one of the two" in text
    assert "price_basis: purchaser\n" in text and "deflator: world_bank\n" in text


def test_a_swiss_firm_is_asked_what_its_rows_state_of_themselves(tmp_path):
    """Debit and credit in francs, two tariffs, expenses that were turned down: read by answers alone."""
    desk, _ = desk_of([EXPORTS / "ch"], company="acme", country="CH")
    chosen = {"columns.origin": "Von", "columns.site": "Objekt",
              "values.mode.Privatauto": "car", "rows.Status = bewilligt": "count", "rows.Status = abgelehnt": "skip",
              "rows.Status = in Prüfung": "skip"}
    asked = set()
    for one in desk.files:
        while one.questions:
            question = one.questions[0]
            asked.add(question.key)
            one.answer(question, chosen.get(question.key) or question.offers[0].answer)
    assert set(chosen) <= asked and "columns.currency" not in asked

    write_project(tmp_path / "new", desk, company="acme", country="CH")
    records = read_company("acme", 2024, project=Project(tmp_path / "new"))
    sums = {kind: table["distance" if kind == "travel" else "quantity" if kind == "energy" else "amount"].sum()
            for kind, table in records.records.items()}
    assert records.rejects.empty and sums == pytest.approx({"purchases": 8235.5, "energy": 16595.2, "travel": 261})
    assert (records.ledger["code"] == "subtotal").sum() == 2  # the two that were turned down or wait, with their km


def test_what_is_open_stays_a_comment(tmp_path):
    """Without answers no entry is written: each is a comment with its questions, and the files are copied. The digital
    estate, where it is asked for, is laid out next to them.
    """
    desk, _ = desk_of([EXPORTS / "fr"], company="acme", country="FR", year=2024)
    names = write_project(tmp_path / "new", desk, company="acme", country="FR", digital=True)
    assert {"data/raw/acme/digital/parc.csv", "params/acme/fleet.yml"} <= set(names)
    assert load_company(Project(tmp_path / "new"), "acme").files == []
    text = (tmp_path / "new" / "params" / "acme.yml").read_text(encoding="utf-8")
    assert "  # ? kind: What are its rows? One of: purchases" in text
    assert "  # ? columns.amount: If purchases: Which column is `amount`? One of: {Débit} - {Crédit}" in text
    assert len([*(tmp_path / "new" / "data" / "raw" / "acme" / "2024").iterdir()]) == 3


def test_a_file_of_several_years_is_asked_for(tmp_path):
    """Its years are offered; answered with both, it is in both folders, and each reads its own rows."""
    (tmp_path / "trips.csv").write_text(
        "date,mode,origin,destination,distance_km,cabin_class,passengers,trips\n"
        "2023-01-02,rail,Ulm,Hof,9.5,,1,1\n2024-01-02,rail,Ulm,Hof,9.5,,1,1\n2024-02-02,rail,Ulm,Hof,9,,1,1\n")
    desk, _ = desk_of([tmp_path / "trips.csv"], company="acme", country="DE")
    question, = desk.files[0].questions
    assert (question.key, [offer.answer for offer in question.offers]) == ("year", ["2023", "2024"])
    with pytest.raises(UsageError, match="the year of its rows is not certain"):
        write_project(tmp_path / "new", desk, company="acme", country="DE")
    desk.files[0].answer(question, "2023 and 2024")

    write_project(tmp_path / "new", desk, company="acme", country="DE")
    project = Project(tmp_path / "new")
    assert load_runs(project).runs[0].years == [2023, 2024]
    assert [len(read_company("acme", y, project=project).records["travel"]) for y in (2023, 2024)] == [1, 2]


@pytest.mark.parametrize("way", ["mode", "how"])
@pytest.mark.parametrize(("days", "starts"), [
    (("2024-04-03", "2025-03-28"), "?"), (("2024-12-12", "2025-12-10"), "01-01"),
    (("2023-04-03", "2025-03-28"), "01-01")])
def test_a_year_that_is_no_calendar_year_is_asked_for(tmp_path, days, starts, way):
    """Rows from April to March are of one reporting year, which params do not make up; a first bill of December is of a
    calendar year, and a ledger of several years proves nothing. So it is for a file with a column that is asked for.
    """
    lines = "".join(f"{day},rail,Ulm,Hof,9.5,,1,1\n" for day in days)
    (tmp_path / "trips.csv").write_text(
        f"date,{way},origin,destination,distance_km,cabin_class,passengers,trips\n{lines}")
    desk, _ = desk_of([tmp_path / "trips.csv"], company="acme", country="NZ", year=2025)
    assert bool(desk.files[0].questions) == (way == "how")
    write_project(tmp_path / "new", desk, company="acme", country="NZ")
    line, = re.findall("reporting_year_starts: .*", (tmp_path / "new" / "params" / "acme.yml").read_text("utf-8"))
    assert line.startswith(f'reporting_year_starts: "{starts}"')
    assert ("2025 is the year that ends in 2025" in line) == (starts == "?")


@pytest.mark.parametrize(("paths", "country", "message"), [
    (["de"], "XX", "'XX' is not the code of a country"), (["nowhere.csv"], "DE", "no such file"),
    (["de", "de"], "DE", "two files are called")])
def test_what_no_project_can_be_made_from(paths, country, message):
    """No country, a missing file, two files of one name."""
    with pytest.raises(UsageError, match=message):
        desk_of([EXPORTS / path for path in paths], company="acme", country=country)


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    """Ordinary records of any country: C is its code, CUR its currency."""
    folder = tmp_path_factory.mktemp("ordinary")
    energy = ("electricity,6400,kWh", "natural_gas,500,m3", "heating_oil,500,L", "diesel,500,L", "petrol,300,L",
              "district_heat,1000,kWh")
    land = ("rail,400,", "car,400,", "taxi,40,", "bus,40,", "metro,40,", "hotel,,2")
    flights = [f"2024-03-04,air,{way},{cabin},1,1,,,,\n" for cabin in ("economy", "business") for way in
               ("LHR,JFK", "BRU,MAD", "ZRH,LHR")]
    (folder / "energy.csv").write_text("period_start,period_end,site,country,carrier,quantity,unit\n" + "".join(
        f"2024-01-01,2024-12-31,office,C,{line}\n" for line in energy))
    (folder / "travel.csv").write_text(
        "date,mode,origin,destination,cabin_class,trips,passengers,distance,distance_unit,nights,country\n"
        + "".join(flights) + "".join("2024-03-05,{},,,,1,1,{},km,{},C\n".format(*line.split(",")) for line in land))
    (folder / "purchases.csv").write_text("date,supplier,category,description,amount,currency,country\n"
                                          "2024-01-31,L,software,x,1250,CUR,C\n2024-06-30,L,legal,y,4800,CUR,C\n")
    return folder


@pytest.mark.parametrize("country", ["BE", "CH", "FR", "GB", "US", "JP", "PL"])
def test_the_defaults_of_a_country_compute_every_ordinary_record(tmp_path, ordinary, country):
    """Fuels, power, heat, business flights over 2,000 km, journeys on land and purchases: no row is rejected."""
    make_project(tmp_path / "new", company="acme", country=country)
    raw = tmp_path / "new" / "data" / "raw" / "acme" / "2024"
    shutil.rmtree(raw)
    raw.mkdir()
    for path in ordinary.iterdir():
        text = path.read_text().replace(",C", f",{country}").replace(f"{country}UR", defaults_of(country)["currency"])
        (raw / path.name).write_text(text)

    inventory = cb.inventory("acme", 2024, project=Project(tmp_path / "new"))

    assert inventory.rejects.empty and set(inventory.emissions["kind"]) == {"purchases", "energy", "travel"}


@pytest.mark.parametrize(("text", "remedy"), [("Sweden", "--country SE"), ("se", "--country SE"), ("XX", "e.g. SE")])
def test_a_country_is_named_by_its_code(text, remedy):
    """Any country with a currency of its own or shared; a name is answered with its code."""
    with pytest.raises(UsageError) as refused:
        defaults_of(text)
    assert remedy in refused.value.hint
    assert defaults_of("SE") == {"currency": "SEK", "chain": ["SE", "GB", "FR", "EU27", "GLO"],
                                 "other": ["GB", "FR", "GLO"], "life_cycle_grid": ["SE"], "also": []}


@pytest.mark.parametrize(("country", "year", "line"), [
    ("HR", 2022, "currency: HRK # other"), ("HR", 2023, "currency: EUR # other"), ("BG", 2025, "currency: BGN # other"),
    ("HT", 2024, "currency: HTG # or USD, by the company's books; other"), ("FR", 1995, "currency: EUR # other")])
def test_the_currency_of_a_country_is_that_of_the_year(tmp_path, country, year, line):
    """Kuna read as euros would be 7.5 times what was spent; where two are in use, params name both."""
    make_project(tmp_path / "new", country=country, year=year)
    assert f"\n{line}" in (tmp_path / "new" / "params" / "my-company.yml").read_text(encoding="utf-8")
