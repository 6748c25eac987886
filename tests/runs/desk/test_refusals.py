"""`carbon check` states what a run refuses, all at once; a company-year is compared with its own past."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from broken_projects import BREAKS, PARAM, RAW, broken
from metered_project import COMPANY, bills, expect, metered_project

import carbon.accounting.company as company_rooms
import carbon.runs.desk.refusals as refusals
from carbon.accounting.company import inventory
from carbon.activities.classification.desk import KEYS
from carbon.cli.checked_text import lines_of
from carbon.core.errors import BreachError, CarbonError
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.params.shapes import answers
from carbon.reports.exhibits.annual import annual_report
from carbon.runs.company_year.stale import check_notebook
from carbon.runs.desk.check import check_company_years
from carbon.runs.desk.checked import exit_code
from carbon.runs.desk.refusals import check_project, whole_way

ACCEPTED = ('{code: amount_unexpected, year: 2024, kind: energy, key: "office · electricity", reason: a new machine, '
            'by: energy desk, on: 2025-02-01}')


@pytest.fixture
def project(tmp_path):
    """Three usual years, then one of a thousand times the kWh: MWh entered under kWh the other way round."""
    made = metered_project(tmp_path / "project", (2021, 2022, 2023))
    bills(made, 2024, kwh=500_000)
    return made


def test_a_thousand_times_the_years_before_is_a_warning_with_band_tonnes_cause_and_place(project):
    """The warning states value, band, years, tonnes, cause, file with line, and the line of params that accepts it."""
    found = inventory(COMPANY, 2024, project=project)

    assert found.expected.years == (2021, 2022, 2023)
    text = found.warnings.set_index("code").loc["amount_unexpected", "text"]
    for words in ("an amount of 6,000,000 kWh", "outside the expected 3,330 to 10,800 kWh (own past, 3 years)",
                  "1000 times the years before: MWh for kWh", "e.g. data/raw/my-company/2024/energy.csv:2",
                  "{code: amount_unexpected, year: 2024, kind: \"energy\""):
        assert words in text
    breach = found.breaches().iloc[0]
    total = found.total("location-based")
    assert breach["at_stake_kg"] == pytest.approx(total * 0.999, rel=0.05)
    assert found.expectations()["breach"].tolist()[0] == text


def test_a_year_like_those_before_has_no_breach_and_no_warning(project):
    """Steady years fit."""
    found = inventory(COMPANY, 2023, project=project)

    assert len(found.breaches()) == 0 and found.expected.warned == ()
    assert found.expected.years == (2021, 2022)


def test_the_first_year_is_compared_with_nothing_and_says_so(project):
    """No earlier year: no band of its own past."""
    found = inventory(COMPANY, 2021, project=project)

    assert found.expected.years == ()
    assert not (found.expectations()["basis"] == "own past").any()


def test_a_year_without_its_last_months_fails_a_run(project):
    """Nine bills where twelve were: less than five percent of the total or not, the months are missing."""
    bills(project, 2024, months=9)
    breach = inventory(COMPANY, 2024, project=project).breaches().iloc[0]

    assert (breach["code"], breach["value"], breach["fails"]) == ("months_missing", 9, True)


def test_a_large_breach_is_refused_until_it_is_accepted_by_name(project):
    """The error names measure and remedy; the entry in params, with its reason, lets the year pass and stays listed."""
    with pytest.raises(BreachError, match="1000 times the years before") as refused:
        inventory(COMPANY, 2024, project=project).compared().refuse(COMPANY, 2024)
    assert "params/my-company.yml" in refused.value.hint
    meter = inventory(COMPANY, 2024, project=project).breaches().iloc[0]["key"]

    expect(project, ACCEPTED.replace("office · electricity", meter))
    found = inventory(COMPANY, 2024, project=project)
    found.compared().refuse(COMPANY, 2024)
    assert found.breaches()["accepted"].tolist() == ["a new machine (energy desk, 2025-02-01)"]
    assert "amount_unexpected" not in set(found.warnings["code"])


def test_a_past_that_changes_changes_what_is_expected(project):
    """The records of an earlier year are mended in the same process: the next inventory sees them."""
    assert len(inventory(COMPANY, 2024, project=project).breaches()) == 1
    for year in (2021, 2022, 2023):
        bills(project, year, kwh=500_000)

    assert len(inventory(COMPANY, 2024, project=project).breaches()) == 0


def test_an_earlier_year_that_cannot_be_read_is_named(project):
    """The year is computed, and a warning names the earlier one with its reason."""
    (project.raw(COMPANY, 2022) / "energy.csv").write_text("nothing\n", encoding="utf-8")
    found = inventory(COMPANY, 2024, project=project)

    assert found.expected.years == (2021, 2023)
    assert found.warnings.set_index("code").loc["past_unread", "text"].startswith("2022 could not be read")


def test_check_lists_years_breaches_and_verdict(project, monkeypatch):
    """What each company-year was compared with, whether a run fails, and why nothing could be compared."""
    monkeypatch.setenv("CARBON_PROJECT", str(project.root))
    (project.raw(COMPANY, 2022) / "energy.csv").unlink()
    years = [next(iter(check_company_years((), COMPANY, year, project))) for year in (2022, 2023, 2024)]
    found = whole_way(years, project)
    broken, usual, odd = found.expected

    assert (usual["compared_with"], usual["breaches"], usual["fails"]) == ([2021], [], False)
    assert odd["fails"] and odd["breaches"][0]["t_at_stake"] > 1
    assert broken["error"] and broken["compared_with"] == []
    assert {"amount_unexpected", "past_unread"} <= {warning["code"] for warning in found.warnings}
    assert [(r["year"], r["code"]) for r in found.refusals if r["code"] == "breach"] == [(2024, "breach")]


QUICK = ("no region but the own", "a purchase without a rule", "a flight without ends", "a file of another year",
         "levers that are none", "a notebook that is not there")
PAIRS = [("a source that is none", "no headcount"), ("a digital table that is none", "an airport that is none")]
"""All others at length."""


def refused_by_a_run(project):
    """Return the first thing that a run refuses of the company-year, "" where it accepts it."""
    try:
        check_notebook(project, load_runs(project))
        annual_report("made", 2024).inventory.compared().refuse("made", 2024)
    except CarbonError as error:
        return error.what
    return ""


def disagreements(root, cases):
    """Return the cases in which `check` is silent on what a run refuses, with what the run refuses."""
    found = {}
    for number, names in enumerate(cases):
        project = Project(broken(root / str(number), *names))
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(project.root)
            result, refused = check_project([], project=project), refused_by_a_run(project)
        stated = [f["refused"]["reason"] for f in result["files"] if f["refused"]]
        stated += [refusal["reason"] for refusal in result["refusals"]]
        if refused and not (exit_code(result) and any(refused in text or text in refused for text in stated)):
            found[names] = refused, stated
        if len(stated) != len(set(stated)):
            found[names] = "a cause twice", stated
    return found


def test_what_a_run_refuses_was_stated_by_check(tmp_path):
    """A sound project passes both; of each breakage, and of some pairs, `check` states what the run then refuses."""
    assert disagreements(tmp_path, [(), *((name,) for name in QUICK), *PAIRS]) == {}


@pytest.mark.torture
def test_what_a_run_refuses_was_stated_by_check_whatever_is_broken(tmp_path):
    """All breakages of the catalogue, one at a time and in pairs that can be made together."""
    def fit(one, two):
        return BREAKS[one][0] != BREAKS[two][0] or BREAKS[one][0] == PARAM

    cases = [(name,) for name in BREAKS] + [pair for pair in combinations(BREAKS, 2) if fit(*pair)]
    assert disagreements(tmp_path, cases) == {}


def test_params_that_cannot_be_used_hide_no_other_cause(tmp_path, monkeypatch):
    """Every refused file of params, undeclared and refused records and rejected rows are stated, each once."""
    root = broken(tmp_path, "a GWP set that is none", "vehicles that are no table", "levers that are none",
                  "a digital table that is none", "a unit that is none", "a file that is not declared",
                  "a file without rows")
    path = root / PARAM
    path.write_text(path.read_text().replace("pattern: purchases.csv, kind", "pattern: purchases.csv, sort"))
    (root / "params" / "runs.yml").write_text("runs: [{company: made, years: [2024]}]\n")
    (root / "params" / "made" / "rules.yml").write_text("rules: [{id: a}]\n")
    monkeypatch.chdir(root)
    result = check_project([], project=Project(root))
    files = [(f["path"].removeprefix(RAW), f["refused"]["code"]) for f in result["files"] if f["refused"]]
    assert sorted(files) == [
        ("commuting.csv", "no_rows"), ("data/raw/made/digital/devices.csv", "separator_unknown"),
        ("more.csv", "file_undeclared"), ("params/made.yml", "params_refused"),
        ("params/made/rules.yml", "params_refused"), ("params/made/vehicles.csv", "params_refused"),
        ("params/runs.yml", "params_refused")]
    stated = next(f["refused"]["reason"] for f in result["files"] if f["path"] == "params/made.yml")
    assert "AR9GWP100" in stated and "files.2.sort" in stated
    assert [r["code"] for r in result["rejects"]] == ["unit_unknown"]
    assert {r["reason"].split(":")[0] for r in result["refusals"]} == {"params/made/levers.yml"}


def test_a_year_is_computed_once_and_no_later_one(tmp_path, monkeypatch):
    """Of three years, `check` of the second computes the first two: none twice, for comparison and history alike. It
    warns of an uncertainty that is stated of a meter which no record has.
    """
    made = metered_project(tmp_path / "project", (2021, 2022, 2023))
    Path(made.params_folder(COMPANY), "uncertainty.csv").write_text("of,id,percent,evidence\nmeter,nobody,1,a test\n")
    years = []
    for room in (company_rooms, refusals):
        computed = room.inventory_of
        monkeypatch.setattr(room, "inventory_of", lambda records, *a, computed=computed, **k: (
            years.append(records.year), computed(records, *a, **k))[1])
    result = check_project([], company=COMPANY, year=2022, project=made)
    assert sorted(years) == [2021, 2022]
    (text,) = [w["text"] for w in result["warnings"] if w["code"] == "uncertainty_unused"]
    assert text.startswith(f"{COMPANY}/2022: ") and "meter nobody" in text


def test_pasted_lines_answer_their_cause(tmp_path, monkeypatch):
    """The lines of YAML of a region, a vintage, a GWP set and a price basis, merged into params, leave no cause."""
    names = ("no region but the own", "factors of the year alone", "no other GWP set", "no other price basis")
    root = broken(tmp_path, *names)
    monkeypatch.chdir(root)
    for _ in range(4):  # a factor that is found may then be of another year, or of another GWP set
        result = check_project([], project=Project(root))
        pastes = [r["paste"] for r in result["rejects"]]
        if not pastes:
            break
        assert all(pastes), result["rejects"]
        path = Path(root, PARAM)
        merged = answers.merged(yaml.safe_load(path.read_text()), yaml.safe_load(answers.together(pastes)))
        path.write_text(yaml.safe_dump(merged))
    assert (result["rejects"], result["refusals"]) == ([], [])


def test_a_purchase_without_a_rule_is_answered_by_its_category(tmp_path, monkeypatch):
    """One rule of a category serves all its suppliers; the supplier is named only where the line has no category."""
    root = broken(tmp_path, "a purchase without a rule")
    monkeypatch.chdir(root)
    (line,) = check_project([], project=Project(root))["rejects"]
    assert yaml.safe_load(line["paste"])["rules"][0]["when"] == {"category": ["mystery"]}


def test_one_supplier_of_an_account_proposes_nothing_for_the_others(monkeypatch):
    """A rule of the account would decide the lines that nothing is known of too; the supplier's own may be proposed."""
    lines = pd.DataFrame([("EDF", "6226", "", "EUR"), ("Xyz", "6226", "", "EUR"), ("EDF", "6061", "", "EUR")],
                         columns=KEYS)
    proposed = lines[lines["supplier"] == "EDF"].assign(rank=1, activity="electricity")
    monkeypatch.setattr(refusals, "waiting", lambda *_: lines)
    monkeypatch.setattr(refusals, "propose", lambda *_, seen: proposed)
    found = refusals._proposals(None, SimpleNamespace(activities=None))
    assert {key: name for key, name in found.items() if name} == {
        ("supplier", "EDF"): "electricity", ("account", "6061"): "electricity"}


def test_a_breach_is_stated_once_with_the_entry_that_accepts_it(tmp_path, monkeypatch):
    """The text has the breach as a refusal alone; its line of `expected`, answered, lets the year pass."""
    root = broken(tmp_path, "a cabin that bands do not have")
    monkeypatch.chdir(root)
    result = check_project([], project=Project(root))
    (refusal,) = result["refusals"]
    text = "\n".join(lines_of(result))
    assert text.count("a share of first class of 100 %") == 1
    assert "beyond_limit" in {warning["code"] for warning in result["warnings"]}
    pasted = refusal["paste"].replace("reason: '?'", "reason: a sick passenger").replace("by: '?'", "by: travel desk")
    path = Path(root, PARAM)
    answer = yaml.load(pasted.replace("'on': '?'", "'on': 2025-01-31"), yaml.BaseLoader)
    path.write_text(yaml.safe_dump(answers.merged(yaml.load(path.read_text(), yaml.BaseLoader), answer)))
    assert check_project([], project=Project(root))["refusals"] == []


def test_a_reporting_year_that_is_not_the_calendars_is_written_out(tmp_path, monkeypatch):
    """2024 of a year that begins on 1 April is 1 April 2023 to 31 March 2024, in the object and in the text."""
    root = broken(tmp_path)
    Path(root, PARAM).write_text(Path(root, PARAM).read_text().replace('starts: "01-01"', 'starts: "04-01"'))
    monkeypatch.chdir(root)
    result = check_project([], project=Project(root))
    assert result["expected"][0]["days"] == ["2023-04-01", "2024-03-31"]
    assert any(line.startswith("made/2024 = 1 April 2023 to 31 March 2024:") for line in lines_of(result))
    gone = next(f for f in result["files"] if f["path"] == f"{RAW}energy.csv")["excluded"]
    assert gone["code"].tolist() == ["out_of_year"] * 9 and gone["amount"].notna().all()
    text = "\n".join(lines_of(result, every=True))
    assert text.count("excluded (out_of_year)") >= 9 and f"{RAW}energy.csv:5: excluded" in text


def test_no_line_accepts_everything(monkeypatch):
    """A kind of which every row or amount is rejected has no limit to paste; another has the share that it has."""
    shares = pd.DataFrame([("energy", "rows", 1.0, 0.01), ("energy", "kWh", 0.2, 0.01), ("travel", "rows", 0.25, 0.01),
                           ("waste", "rows", 0.0, 0.01)], columns=["kind", "measure", "share", "limit"])
    monkeypatch.setattr(refusals, "rejected_shares", lambda ledger, params, year, fx: shares)
    nothing = SimpleNamespace(ledger=None, year=2024, params=None, fx=None)
    assert refusals._limits(nothing, nothing) == {"travel": {"rows": 0.25, "amount": 0.0}}
