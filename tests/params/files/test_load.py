"""Parameter files: text stays text, and each fault names file, line, key, value and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from carbon.core.errors import ParamsError, UsageError
from carbon.params.files.company_overrides import read_params_table
from carbon.params.files.load import DEFAULT, load_company, load_runs, origins
from carbon.params.files.project import Project
from carbon.runs.desk.new_project import make_project


@pytest.mark.parametrize(("old", "new", "fault"), [
    ("base_year: 2022", "base_year: 02022", "params/acme.yml:8: `base_year` = '02022': must be a whole number"),
    ("base_year: 2022", "base_year: 2_022", "`base_year` = '2_022': must be a whole number"),
    ("base_year: 2022", "base_year: 12:30:00", "`base_year` = '12:30:00': must be a whole number"),
    ("base_year: 2022\n", "", "key `base_year` is missing: it is required and has no default"),
    ("gwp: AR5GWP100", "gwp: AR7", "`gwp` = 'AR7'"),
    ("gwp:", "gpw:", "unknown key `gpw`; did you mean `gwp`?"),
    ("max_gap: 5", "max_gap: '5.0'", "`factors.vintage.max_gap` = '5.0': must be a whole number"),
    ("road_detour: 1.5", "road_detour: nan", "`travel.road_detour` = 'nan': must be a number"),
    ("road_detour: 1.5", "road_detours: 1.5", "unknown key `travel.road_detours`; did you mean `road_detour`?"),
    ("files: []", "files:\n  - {pattern: a.csv, kind: purchases, period: [2024-1-1, 2024-12-31]}",
     "`files.0.period.0` = '2024-1-1': must be a day"),
    ("files: []", "files: []\nmax_rejected_share: {purchases: {rows: 1.5}}",
     "`max_rejected_share.purchases.rows` = '1.5'"),
    ("files: []", "files: []\nrules: [{id: a, when: {supplier: [X]}}]", "give exactly one of activity, exclude"),
    ("company: acme", "company: other", "`company: other` is not the file's name"),
    *(("files: []", f"files: []\ntargets: [{{id: t, scopes: ['1'], scope2_method: location-based, base_year: 2020, "
       f"base_years: {years}, target_year: 2030, reduction: 0.4}}]", fault) for years, fault in (
        ("[2020]", "a mean base is two or more different years"),
        ("[2020, 2019]", "a mean base is two or more different years"),
        ("[2020, 2020]", "a mean base is two or more different years"),
        ("[2018, 2019]", "base_year 2020 is not one of base_years [2018, 2019]"),
        ("[2019, 02020]", "`targets.0.base_years.1` = '02020'"))),
    ("country: FR", "country: XX", "`country` = 'XX': 'XX' is no country"),
    ("reporting_year_starts: 01-01", "reporting_year_starts: 02-30", "'02-30' is no day of every year"),
    ("flight_detour_km: 0", "flight_detour_km: 95", "these factors hold an uplift of 8 % already; write 0"),
    ("namur: BE", "namur: ZZ", "`sites.namur` = 'ZZ': 'ZZ' is no country"),
    ("files: []", "files: []\nemployees: {2024: -25}", "`employees.2024` = '-25'"),
    ("files: []", "files: []\ncategories: {16: {status: excluded, reason: x}}", "`categories.16"),
    ("files: []", "files: []\nmax_rejected_share: {purchasez: {rows: 0.1}}",
     "`max_rejected_share.purchasez`: unknown kind 'purchasez'; did you mean 'purchases'?"),
    ("files: []", "files: []\nmax_rejected_share: {fec: {rows: 0.1}}",
     "`max_rejected_share.fec`: unknown kind 'fec'; did you mean 'purchases'?"),
    ("files: []", "files:\n  - {pattern: a.csv, kind: enrgy}", "`files.0.kind`: unknown kind 'enrgy'"),
    *(("files: []", f"files:\n  - {{pattern: {pattern}, kind: energy}}", "must stay in data/raw/<company>/<year>/")
      for pattern in ("../../../etc/passwd", "/etc/passwd", "a/../../b.csv")),
    *(("files: []", f"files: []\ntargets: [{{id: t, scopes: ['1'], scope2_method: location-based, base_year: 2025, "
       f"target_year: {year}, reduction: 0.4}}]", f"target_year {year} does not come after base_year 2025")
      for year in (2020, 2025)),
])
def test_each_fault_is_named(folder, old, new, fault):
    """A wrong type, a missing choice, a misspelt key: file, line, key and value stand in the error."""
    path = folder.project.params_file("acme")
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(ParamsError, match=re.escape(fault)):
        load_company(folder.project, "acme")


@pytest.mark.parametrize("name", ["runs", "Acme", "../params/acme", "acme.yml", "", "folder"])
def test_a_company_is_a_file_of_its_name(folder, name):
    """The runs of the project, a folder, another case and a way through the folders are no company."""
    (folder.project.root / "params" / "runs.yml").touch()
    (folder.project.root / "params" / "folder.yml").mkdir()

    with pytest.raises(UsageError, match=re.escape(f"No company {name!r}")):
        load_company(folder.project, name)


def test_a_base_may_be_the_mean_of_declared_years(folder):
    """Of a target and of the policy that judges events; a file that declares none has the base year alone."""
    path = folder.project.params_file("acme")
    assert load_company(folder.project, "acme").base_year_policy is None
    path.write_text(path.read_text() + """
base_year_policy: {threshold: 0.05, measure: gross, scopes: ['1'], base_years: [2018, 2019, 2020]}
targets:
  - {id: t, scopes: ['1'], scope2_method: location-based, base_year: 2020, target_year: 2030, reduction: 0.4}
  - {id: m, scopes: ['1'], scope2_method: location-based, base_year: 2019, base_years: [2018, 2019, 2020],
     target_year: 2030, reduction: 0.4}
""")

    params = load_company(folder.project, "acme")

    assert params.base_year_policy.base_years == (2018, 2019, 2020)
    assert [t.base_years for t in params.targets] == [(), (2018, 2019, 2020)]


def test_words_stay_words(folder):
    """NO is Norway, 606 is an account, yes is a word."""
    path = folder.project.params_file("acme")
    path.write_text(path.read_text().replace("country: FR\n", "country: NO\n") +
                    "rules: [{id: yes, when: {account: [0606]}, exclude: x}]\n")

    params = load_company(folder.project, "acme")

    assert params.country == "NO"
    assert params.rules[0].id == "yes"
    assert params.rules[0].when.account == ["0606"]


def test_rules_of_the_folder_come_first(folder):
    """params/<company>/rules.yml is merged before the file's own rules; one id twice is refused."""
    path = folder.project.params_file("acme")
    path.write_text(path.read_text() + "rules: [{id: b, when: {supplier: [X]}, exclude: x}]\n")
    folder.write("params/acme/rules.yml", "rules: [{id: a, when: {supplier: [Y]}, exclude: y}]\n")
    assert [r.id for r in load_company(folder.project, "acme").rules] == ["a", "b"]

    folder.write("params/acme/rules.yml", "rules: [{id: b, when: {supplier: [Y]}, exclude: y}]\n")
    with pytest.raises(ParamsError, match="'b' is given twice"):
        load_company(folder.project, "acme")


def test_runs_and_tables(folder):
    """runs.yml is checked like the rest; tables of a company come before shared ones, as text."""
    assert load_runs(folder.project).runs[0].years == [2024]
    folder.write("params/shared/fx.csv", "currency,rate\nXOF,655.957\n")
    assert read_params_table(folder.project, "acme", "fx.csv")["rate"].tolist() == ["655.957"]
    folder.write("params/acme/fx.csv", "currency,rate\nXOF,0655\n")
    assert read_params_table(folder.project, "acme", "fx.csv")["rate"].tolist() == ["0655"]
    assert read_params_table(folder.project, "acme", "entities.csv").empty
    folder.write("params/acme/fx.csv", "currency,rate\nXOF,1,2\n")
    with pytest.raises(ParamsError, match="line 2: not as many cells"):
        read_params_table(folder.project, "acme", "fx.csv")


def test_the_runs_are_those_of_the_file_as_it_stands(folder):
    """A file that changes is read anew, a wrong one is refused each time, and one that comes back is itself again."""
    path = folder.project.runs_file
    before = path.read_text()
    for _ in range(2):
        assert load_runs(folder.project).runs[0].years == [2024]
        path.write_text(before.replace("2024", "2023"))
        assert load_runs(folder.project).runs[0].years == [2023]
        path.write_text(before + "worker: 3\n")
        for _ in range(2):
            with pytest.raises(ParamsError, match="unknown key `worker`"):
                load_runs(folder.project)
        path.write_text(before)
    path.unlink()
    with pytest.raises(ParamsError, match=r"runs\.yml: no such file"):
        load_runs(folder.project)


TEXTS = """event_years: {2020: {en: closed, fr: fermé}}
categories: {7: {status: excluded, reason: {en: no survey, fr: pas d’enquête}}}
rules: [{id: b, when: {supplier: [X]}, exclude: {fr: interne}}]
"""


@pytest.mark.parametrize(("language", "said"), [("en", ["closed", "no survey", "own", "interne"]),
                                                ("fr", ["fermé", "pas d’enquête", "propre", "interne"])])
def test_a_text_in_two_languages_is_that_of_the_report(folder, language: str, said: list[str]):
    """{en: ..., fr: ...} of a year, a category, a rule here or in rules.yml: the report's own, else the one that is
    given.
    """
    path = folder.project.params_file("acme")
    path.write_text(re.sub(r"language: \w\w", f"language: {language}", path.read_text()) + TEXTS)
    folder.write("params/acme/rules.yml",
                 "rules: [{id: a, when: {supplier: [Y]}, exclude: {en: own, fr: propre}}]\n")
    params = load_company(folder.project, "acme")

    assert [params.event_years[2020], params.categories[7].reason, *(r.exclude for r in params.rules)] == said


@pytest.mark.parametrize("text", ["{de: zu}", "{}", "{en: ' '}", "{en: [a]}"])
def test_a_text_in_no_language_of_a_report_is_refused(folder, text: str):
    """Another language, none, a blank or a list: the place is named, in the params and in rules.yml."""
    path = folder.project.params_file("acme")
    before = path.read_text()
    path.write_text(before + f"event_years: {{2020: {text}}}\n")
    with pytest.raises(ParamsError, match=re.escape("event_years.2020")):
        load_company(folder.project, "acme")

    path.write_text(before)
    folder.write("params/acme/rules.yml", f"rules: [{{id: a, when: {{supplier: [Y]}}, exclude: {text}}}]\n")
    with pytest.raises(ParamsError, match=re.escape("rules.0.exclude")):
        load_company(folder.project, "acme")


def test_years_may_be_a_range(folder):
    """`2011-2014` is each of its four years, in both tables of years; a range that ends before it begins, or a word, is
    named as it is written.
    """
    path = folder.project.params_file("acme")
    text = (path.read_text() + "missing_years: {2011-2014: none, 2016: none}\n"
            "event_years: {2020-2021: {en: pandemic, fr: pandémie}}\n")
    path.write_text(text)
    params = load_company(folder.project, "acme")
    assert list(params.missing_years) == [2011, 2012, 2013, 2014, 2016]
    assert list(params.event_years) == [2020, 2021]
    for wrong in ("2014-2011", "often"):
        path.write_text(text.replace("2011-2014", wrong))
        with pytest.raises(ParamsError, match=f"`missing_years.{wrong}` = '{wrong}': must be a whole number"):
            load_company(folder.project, "acme")


@pytest.mark.parametrize("company", ["petit-studio", "nuage-logiciels", "cap-conseil"])
def test_what_an_example_company_says_is_in_both_languages(company: str):
    """Every text of its params that a report prints has both languages: years, categories, exclusions, evidence,
    labels.
    """
    root = Path(__file__).parents[3] / "params"
    files = [root / f"{company}.yml", root / company / "rules.yml", root / company / "levers.yml"]
    alone = []

    def walk(value: object, place: str) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
        for key, inner in pairs:
            years = place in ("event_years", "missing_years")
            said = years or key in ("exclude", "evidence", "label", "name")
            said = said or (key == "reason" and place.startswith("categories"))
            if said and not (isinstance(inner, dict) and set(inner) == {"en", "fr"}):
                alone.append(f"{place}.{key}: {inner}")
            walk(inner, f"{place}.{key}".strip("."))

    for file in files:
        walk(yaml.safe_load(file.read_text(encoding="utf-8")), "")
    assert alone == []


def test_every_value_has_its_file_and_line_or_is_a_default(tmp_path):
    """Own, shared and default values are told apart; the value is the one that counts, to its last level."""
    make_project(tmp_path / "p", company="trust-a")
    project = Project(tmp_path / "p")
    own = project.params_file("trust-a")
    (project.root / "params/shared/a.yml").write_text("".join(
        line for line in own.read_text().splitlines(keepends=True) if not line.startswith("company:")))
    own.write_text("company: trust-a\nextends: shared/a.yml\nbreach_share: 0.1\ntravel:\n  rail_detour: 1.25\n")

    found = {it.key: (it.value, it.place) for it in origins(project, "trust-a")}

    assert found["breach_share"] == (0.1, "params/trust-a.yml:3")
    assert found["travel.rail_detour"] == (1.25, "params/trust-a.yml:5")
    assert found["currency"][1].startswith("params/shared/a.yml:")
    assert found["travel.road_detour"][1].startswith("params/shared/a.yml:")
    assert found["factors.vintage.older_max_gap"] == (50, DEFAULT)
