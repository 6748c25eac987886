"""Breaches of real records and of the example companies, each judged by hand in `judged.csv` by its records.

true: the amounts that are compared are not those of one thing in both years (a slip, a column that was not read,
records that are missing, another name), so that a correction or a word is needed. false: they are.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import real_records
import yaml

from carbon.accounting.company import inventory
from carbon.params.files.project import Project

JUDGED = pd.read_csv(Path(__file__).with_name("judged.csv"), dtype=str, keep_default_na=False)
EXAMPLES = Path(__file__).parents[3]
on_real = pytest.mark.skipif(not real_records.REAL.is_dir(), reason="the real records are not here")


def faults(company: str, year: int, breaches: pd.DataFrame, judged: pd.DataFrame = JUDGED) -> list[str]:
    """What the breaches of a company-year have that they may not: unjudged ones, false stops, several false ones."""
    known = judged[(judged["company"] == company) & (judged["year"] == str(year))]
    found: list[str] = []
    verdicts: list[str] = []
    for line in breaches.to_dict("records"):
        of = known[[(code, measure) == (line["code"], line["measure"]) and str(line["key"]).startswith(key)
                    and bool(key) == bool(line["key"])
                    for code, measure, key in known[["code", "measure", "key"]].to_numpy()]]
        verdicts += [verdict := of["verdict"].iloc[-1] if len(of) else "unjudged"]
        stops = bool(line["fails"]) and verdict == "false"
        found += [f"{company} {year} {line['code']} {line['key']}: {verdict}"] if stops or verdict == "unjudged" else []
    return found + ([f"{company} {year}: several false ones"] if verdicts.count("false") > 1 else [])


def of_project(root: Path, company: str, years: dict[int, real_records.Tables], starts: str = "01-01", *,
               each: bool = False) -> list[str]:
    """The faults of the last of these years, or of each."""
    real_records.project_of(root, company, years, starts=starts)
    project, found = Project(root), []
    for year in sorted(years) if each else [max(years)]:
        found += faults(company, year, inventory(company, year, project=project).breaches())
    return found


def test_unjudged_breaches_false_stops_and_several_false_ones_are_faults():
    """One true breach that stops is none; one without a verdict, a false one that stops, and two false ones are."""
    judged = pd.DataFrame([("a", "2016", "gas", "level", "one", "true"), ("a", "2016", "gas", "level", "two", "false"),
                           ("a", "2016", "gas", "level", "three", "false")],
                          columns=["company", "year", "code", "measure", "key", "verdict"])

    def of(*lines: tuple[str, bool]) -> list[str]:
        table = [{"code": "gas", "measure": "level", "key": key, "fails": fails} for key, fails in lines]
        return faults("a", 2016, pd.DataFrame(table), judged)

    assert not of(("one", True), ("two", False))
    assert of(("four", False)) and of(("two", True)) and of(("two", False), ("three", False))
    assert faults("b", 2016, pd.DataFrame([{"code": "gas", "measure": "level", "key": "one", "fails": False}]), judged)


@on_real
def test_five_university_buildings_have_no_breach(tmp_path: Path):
    """Ten meters with the months of two years: nothing to judge."""
    for company, years in real_records.buildings():
        assert of_project(tmp_path, company, years) == []


@on_real
def test_two_years_of_a_conference_have_no_breach(tmp_path: Path):
    """Participants of two editions in different places, a fifth of whose towns are not found."""
    name, years = list(real_records.conferences())[1]
    assert of_project(tmp_path, name, {year: years[year] for year in (2014, 2015)}) == []


@pytest.mark.torture
@on_real
def test_each_breach_of_a_council_and_of_conferences_is_judged(tmp_path: Path):
    """45,000 payments of three years, and 33 editions of four conferences but one, which the reader refuses: each year
    with those before it.
    """
    found = []
    for name, years in [*real_records.council(), *real_records.conferences()]:
        years.pop(2015 if name == "popl" else 0, None)  # Mumbai: distances by footprint are 0.6 of the way
        found += of_project(tmp_path / name, name, years, each=True)
    assert found == []


@pytest.mark.torture
@on_real
def test_each_breach_of_hospital_trusts_is_judged(tmp_path: Path):
    """48 trusts with a year before: no false breach stops one, and none has two."""
    found = [of_project(tmp_path / name, name, years, "04-01")
             for name, years in [*real_records.trusts(), *real_records.further_trusts()]]
    assert [fault for of in found for fault in of] == []


@pytest.mark.torture
def test_each_breach_of_the_example_companies_is_judged():
    """The company-years of the repository's own schedule."""
    runs = yaml.safe_load((EXAMPLES / "params" / "runs.yml").read_text())["runs"]
    found = [faults(run["company"], year, inventory(run["company"], year, project=Project(EXAMPLES)).breaches())
             for run in runs for year in run["years"]]
    assert [fault for of in found for fault in of] == []
