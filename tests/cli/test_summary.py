"""What a person sees at the end of a run: each failure with its remedy, within a screen; a run without work says so."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pseudo_terminal import shown_at

from carbon.cli.summary import as_json, breaches_cell, gaps_cell, nothing_done, print_summary
from carbon.runs.company_year.job import OK, SKIPPED, Outcome
from carbon.runs.schedule.session import RunSummary

EMPTY = dict.fromkeys(("rows_read", "rows_set_aside", "rows_rejected", "co2e_t", "gap_t", "breaches"))
BIG = {"rows_read": 1_204_331, "rows_set_aside": 12_044, "rows_rejected": 1_204, "gap_t": -104_331.25,
       "co2e_t": {"1": 104_331.25, "2-location": 88_200.5, "2-market": 90_111.0, "3": 2_104_331.0},
       "breaches": [{"t_at_stake": 1240.25, "accepted": ""}]}


def row(company: str, reason: str = "", status: str = "failed") -> dict:
    return {"company": company, "year": 2024, "reason": reason, "status": status}


@pytest.fixture
def closed() -> RunSummary:
    """A run of three: one as it was, one published with large figures, one failed with its remedy."""
    rows = [{**row("alpha", status=SKIPPED), **EMPTY, "path": "data/processed/alpha/2024/annual_report.html"},
            {**row("a-company-of-a-long-name", status=OK), **BIG,
             "path": "data/processed/a-company-of-a-long-name/2024/annual_report.html"},
            {**row("zeta", "params/zeta.yml:7: unknown key `curency`\nHint: edit params/zeta.yml"), **EMPTY,
             "path": ""}]
    outcomes = {f"{r['company']}/2024": Outcome(r["company"], 2024, r["status"], seconds=7.25) for r in rows}
    return RunSummary(rows, outcomes, 1, "data/processed/index.html")


@pytest.mark.parametrize("width", [60, 80, 110, 140])
def test_the_closing_table_fits_the_terminal(closed, width):
    """No line of it is wider; failures come first; company, year and status are whole; a number is whole or its column
    is named as left out; the remedy is below.
    """
    lines = shown_at(width, lambda: print_summary(closed)).splitlines()
    table = lines[:lines.index("zeta/2024: params/zeta.yml:7: unknown key `curency`")]
    assert max(map(len, table)) <= width, table
    rows = [line.split() for line in table if " 2024 " in line]
    assert [one[:3] for one in rows] == [
        ["zeta", "2024", "failed"], ["a-company-of-a-long-name", "2024", "ok"], ["alpha", "2024", "skipped"]]
    left_out = " ".join(table).partition("no room at this width: ")[2]
    for heading, number in (("scope 1", "104,331.2"), ("scope 3", "2,104,331.0"), ("scope 2 market", "90,111.0"),
                            ("rows read", "1,204,331"), ("gap to target", "-104,331.2"), ("breaches", "1,240.2")):
        assert (number in rows[1]) != (heading in left_out), (heading, left_out)
    assert "    Hint: edit params/zeta.yml" in lines
    assert ("path" in left_out) == (width < 200)


def test_a_log_has_every_column_on_one_line(closed, capsys):
    """Where stdout is no terminal, nothing is left out, cut or wrapped."""
    print_summary(closed)
    lines = capsys.readouterr().out.splitlines()
    assert " ".join(lines[0].split()) == ("company year status rows read set aside rejected scope 1 scope 2 location "
                                          "scope 2 market scope 3 gap to target breaches s path")
    assert lines[2].split()[3:] == ["1,204,331", "12,044", "1,204", "104,331.2", "88,200.5", "90,111.0", "2,104,331.0",
                                    "-104,331.2", "1:", "1,240.2", "7.2",
                                    "data/processed/a-company-of-a-long-name/2024/annual_report.html"]


def test_the_gap_of_each_target_is_shown():
    """A company below its small target and far above its large one is not shown as below; one target needs no name; a
    gap that cannot be judged is a dash next to others, and nothing where no target has one.
    """
    small, large, unknown = ({"target": name, "gap_t": gap} for name, gap in (
        ("scopes-1-2", -0.42), ("scope-3", 4290.06), ("net-zero", None)))
    assert gaps_cell({"gap_t": -0.42, "gaps": [small, large]}) == "scopes-1-2 -0.4; scope-3 +4,290.1"
    assert gaps_cell({"gap_t": -0.42, "gaps": [small, unknown]}) == "scopes-1-2 -0.4; net-zero –"
    assert gaps_cell({"gap_t": -0.42, "gaps": [small]}) == gaps_cell({"gap_t": -0.42}) == "-0.4"
    assert gaps_cell({"gap_t": None, "gaps": [unknown, unknown]}) == gaps_cell({"gap_t": None, "gaps": []}) == ""


def test_json_of_a_run_has_time_and_memory(closed):
    """What the closing table shows a person, a program has as well."""
    assert [(one["company"], one["seconds"], one["peak_mb"]) for one in as_json(closed)["runs"]] == [
        ("alpha", 7.25, 0.0), ("a-company-of-a-long-name", 7.25, 0.0), ("zeta", 7.25, 0.0)]


def test_a_run_without_work_says_so(capsys):
    """Also where no terminal is: words in the output, not only a table of `skipped`."""
    current, signed = row("alpha", status="skipped"), row("beta", "signed by reviewer", "skipped")
    assert nothing_done([current, row("beta", status="ok")]) == nothing_done([]) == ""
    assert nothing_done([current, current]) == "Nothing to do: 2 reports are up to date."
    assert nothing_done([current, signed]) == (
        "Nothing done: 1 report is up to date, 1 report is signed and left as signed (see above).")
    rows, outcomes = [{**current, **EMPTY, "path": ""}], {"alpha/2024": Outcome("alpha", 2024, SKIPPED)}
    print_summary(RunSummary(rows, outcomes, 0, ""))
    assert "\nNothing to do: 1 report is up to date.\n" in capsys.readouterr().out


def test_a_run_without_work_imports_no_notebook_library():
    """A schedule that finds nothing changed must not pay for what only running needs: these imports take seconds."""
    code = ("import carbon.cli.project, carbon.cli.summary, carbon.cli.progress, sys; "
            "print(*sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"nbformat", "papermill", "nbconvert", "matplotlib", "scipy"} & set(done.stdout.split())


def test_the_summary_counts_breaches_that_nobody_accepted():
    """Their number and tonnes; accepted ones, and a set of an earlier release without the field, are no number."""
    open_one, accepted = {"t_at_stake": 1240.25, "accepted": ""}, {"t_at_stake": 9.0, "accepted": "a new site"}
    assert breaches_cell({"breaches": [open_one, accepted, open_one]}) == "2: 2,480.5"
    assert breaches_cell({"breaches": [accepted]}) == breaches_cell({"breaches": None}) == breaches_cell({}) == ""
