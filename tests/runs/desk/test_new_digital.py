"""`carbon init --digital`: tables with headings that are read back, choices as they are, and nothing invented."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from checked_files import checked_in

from carbon.core import vocabulary
from carbon.core.errors import UsageError
from carbon.params.files.load import check_params, load_company
from carbon.params.files.project import Project
from carbon.params.files.strict_yaml import parse_yaml
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.digital import DigitalPolicies, FleetParams
from carbon.records.files.digital import read_digital
from carbon.records.headings.matching import Headings
from carbon.records.kinds.contract import DIGITAL, KINDS
from carbon.runs.desk.new_digital import digital_estate, language_of, speaks_french_too
from carbon.runs.desk.new_project import make_project
from carbon.scorecards.catalogue import AUDIENCES
from carbon.scorecards.company import indicators_of

COUNTRIES = {"FR": ";", "DE": ","}
MODELS = {"fleet": FleetParams, "digital_policies": DigitalPolicies}
ROWS = """PC-01;PC portable;Arbre 14;Arbre;13/02/2021;01/03/2021;En service;Paris;Neuf;5;;;;;1 249,50
PC-02;Ordinateur fixe;;Baie;05/11/2016;;Réformé;Paris;Neuf;;20/03/2024;Don;Atelier;;900
TEL-1;Téléphone portable;;Galet;28/06/2023;;En stock;Lyon;Reconditionné;3;;;;COPE;310,25
"""


def headings(country: str) -> dict[str, list[str]]:
    """Kind that the name of each file states -> its headings."""
    files = digital_estate("acme", country, language_of(country))
    tables = {name: data for name, data in files.items() if name.endswith(".csv")}
    stems = {name: name.rpartition("/")[2].removesuffix(".csv").replace("_", " ") for name in tables}
    return {str(vocabulary.canonical("digital file", stems[name])): data.decode("utf-8-sig").strip().split(
        COUNTRIES[country]) for name, data in tables.items()}


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_heading_is_read_as_its_own_column(country):
    """Every table but trips, and in each every column that is read, in its order; no heading means two columns."""
    laid_out = headings(country)
    assert set(laid_out) == DIGITAL - {"trips"}
    wrong = {}
    for kind, row in laid_out.items():
        # A day alone is asked for the two ends of its period.
        columns = [f.name for f in KINDS[kind].fields if f.name not in KINDS[kind].unread_persons(())
                   and (kind, f.name) != ("hosting", "date")]
        places, _, twice = Headings(KINDS[kind], FilePattern(pattern="*", kind=kind)).match(row)
        if twice or sorted(places, key=places.__getitem__) != columns or len(row) != len(columns):
            wrong[kind] = (row, places, twice)
    assert wrong == {}


def test_a_french_company_has_french_headings_and_another_english_ones():
    """No heading is that of the other language, but for PUE, which is the word in both."""
    french, english = ({heading for row in headings(country).values() for heading in row} for country in COUNTRIES)
    assert french & english == {"PUE"} and {"N° d'inventaire", "État à l'achat"} <= french and "Asset tag" in english


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_choice_has_its_comment_and_no_rule_is_in_force(country):
    """Both files are valid as they are; rules of devices, hosts and trips are comments, valid without their #."""
    for stem, model in MODELS.items():
        text = digital_estate("acme", country, language_of(country))[f"params/acme/{stem}.yml"].decode("utf-8")
        lines = text.splitlines()
        stated = [i for i, line in enumerate(lines) if line and not line.startswith("#")]
        assert [lines[i] for i in stated if not lines[i - 1].startswith("# ")] == []
        assert not re.search(r"(?m)^# (en|fr): |COUNTRY", text) and ("é" in text) == (country == "FR")
        in_force = check_params(parse_yaml(text, stem), model)
        rules = check_params(parse_yaml(re.sub(r"(?m)^# (?=  |[a-z_]+:(?: \S|$))", "", text), stem), model)
        if isinstance(in_force, FleetParams):
            assert in_force.policy == FleetParams.model_fields["policy"].default != rules.policy
            assert in_force.grid_zone == country and not in_force.planned_lifespan_years
        else:
            assert in_force.model_fields_set == {"active_months", "onboarding_days"}
            assert rules.hosting and rules.purchasing and rules.travel and rules.training_course


def test_the_example_with_its_digital_estate_is_accepted_as_it_is(tmp_path):
    """`carbon check` names no fault, no table is kept, no indicator is decided; START.md lists every file."""
    names = make_project(tmp_path / "new", company="acme", year=2025, example=True, digital=True)
    project = Project(tmp_path / "new")
    checked = checked_in(project, company="acme", year=2025)
    assert [f["path"] for f in checked["files"] if f["refused"] or f["rows_rejected"]] == [] and checked["files"]
    records = read_digital("acme", project=project)
    assert not records.tables and not records.refused and records.fleet and records.policies
    assert records.service is None and records.commitments is not None and not records.commitments.commitments
    # Every practice is followed and none is judged: no rule is broken, and no line is on a page.
    found = indicators_of(records, 2025, inventory=None)
    assert found.violations.empty and set(found.table["status"]) == {"no data"}
    assert all(found.scorecard(audience).empty for audience in AUDIENCES)
    start = (tmp_path / "new" / "START.md").read_text(encoding="utf-8")
    assert [n for n in names if "/digital/" in n and f"`{n.rpartition('/')[2]}`" not in start] == []
    assert "data/raw/acme/digital/" in start and "my-company" not in start and "FILES" not in start


def test_a_belgian_company_is_laid_out_in_the_language_that_it_names(tmp_path):
    """French headings, comments and report on the Belgian grid; without a word the files are English, which is asked
    where French is official too; a language without words is not accepted.
    """
    make_project(tmp_path / "new", company="acme", country="BE", digital=True, language="fr")
    params = load_company(Project(tmp_path / "new"), "acme")
    assert (params.language, params.country) == ("fr", "BE")
    assert (tmp_path / "new/data/raw/acme/digital/parc.csv").read_text("utf-8-sig").startswith("N° d'inventaire;")
    fleet = (tmp_path / "new/params/acme/fleet.yml").read_text("utf-8")
    assert "grid_zone: BE" in fleet and "é" in fleet
    assert [c for c in ("BE", "CH", "LU", "CA", "FR", "DE", "US") if speaks_french_too(c)] == ["BE", "CH", "LU", "CA"]
    with pytest.raises(UsageError, match="'nl' is no language of reports"):
        make_project(tmp_path / "other", company="acme", country="BE", digital=True, language="nl")


def test_a_french_stock_list_is_filled_in_under_its_own_headings(tmp_path):
    """Three devices typed in French are read to the last column, and none is rejected."""
    make_project(tmp_path / "new", company="acme", digital=True)
    path = tmp_path / "new" / "data" / "raw" / "acme" / "digital" / "parc.csv"
    path.write_bytes(path.read_bytes() + ROWS.encode("utf-8"))
    records = read_digital("acme", project=Project(tmp_path / "new"))
    devices = records.tables["assets"]
    assert records.rejects.empty and list(records.tables) == ["assets"]
    assert devices["category"].tolist() == ["laptop", "desktop", "smartphone"]
    assert devices["status"].tolist() == ["in use", "retired", "in stock"]
    assert devices["purchased_on"].dt.strftime("%Y-%m-%d").tolist() == ["2021-02-13", "2016-11-05", "2023-06-28"]
    assert devices["in_service_on"].dropna().tolist() == [pd.Timestamp(2021, 3, 1)]
    assert devices["amount_eur"].tolist() == [1249.5, 900, 310.25]
    assert devices["planned_lifespan_years"].dropna().tolist() == [5, 3]
    text_columns = ["model", "brand", "site", "condition_at_purchase", "exit_route", "exit_partner", "private_use"]
    assert devices[text_columns].to_dict("list") == {
        "model": ["Arbre 14", "", ""], "brand": ["Arbre", "Baie", "Galet"], "site": ["Paris", "Paris", "Lyon"],
        "condition_at_purchase": ["new", "new", "refurbished"], "exit_route": ["", "donated", ""],
        "exit_partner": ["", "Atelier", ""], "private_use": ["", "", "COPE"]}
