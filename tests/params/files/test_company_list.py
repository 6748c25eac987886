"""Params of many companies from a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import ParamsError
from carbon.params.files.company_list import company_files
from carbon.params.files.load import load_company, load_runs
from carbon.params.files.project import Project
from carbon.runs.desk.new_project import make_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a shared file of everything but the names."""
    make_project(tmp_path / "p", company="sample")
    found = Project(tmp_path / "p")
    own = found.params_file("sample")
    shared = "".join(line for line in own.read_text().splitlines(keepends=True)
                     if not line.startswith(("company:", "name:")))
    (found.root / "params/shared/trusts.yml").write_text(shared)
    own.unlink()
    return found


def write(project: Project, text: str) -> Path:
    """Write the table, and the files made of it."""
    table = project.root / "params/companies.csv"
    table.write_text("company,extends,name.en,employees.2024,sites.main.country\n" + text)
    for path, content in company_files(project, table).items():
        path.write_text(content)
    return table


def test_each_line_of_the_table_is_the_params_of_a_company(project):
    """A line gives its keys at their levels, a blank cell nothing; a pattern in runs.yml names them all."""
    write(project, 'trust-a,shared/trusts.yml,"Trust A, north",120.5,GB\ntrust-b,shared/trusts.yml,Trust B,,\n')

    one, other = load_company(project, "trust-a"), load_company(project, "trust-b")

    assert (one.name, one.employees[2024]) == ({"en": "Trust A, north"}, 120.5)
    assert one.sites["main"].country == "GB"
    assert other.name == {"en": "Trust B"}
    assert "main" not in other.sites
    runs = project.runs_file.read_text()
    project.runs_file.write_text(runs.replace("company: sample", "company: trust-*"))
    assert [entry.company for entry in load_runs(project).runs] == ["trust-a", "trust-b"]
    project.runs_file.write_text(runs.replace("company: sample", "company: ward-*"))
    with pytest.raises(ParamsError, match=r"no company of params/ fits `ward-\*`"):
        load_runs(project)


def test_written_again_from_a_changed_table_and_never_over_a_file_of_ones_own(project):
    """Files that were written from the table are written again; one that was not is named, and nothing is written."""
    table = write(project, "trust-a,shared/trusts.yml,Trust A,1,\n")
    write(project, "trust-a,shared/trusts.yml,Trust A,2,\n")
    assert load_company(project, "trust-a").employees == {2024: 2}

    project.params_file("trust-a").write_text("company: trust-a\n")
    with pytest.raises(ParamsError, match=r"params/companies.csv:2: params/trust-a.yml was not written from the table"):
        company_files(project, table)


@pytest.mark.parametrize(("lines", "said"), [
    ("trust-a,shared/trusts.yml,A,,\ntrust-a,shared/trusts.yml,A,,\n", "companies.csv:3: company 'trust-a' is on an"),
    ("trust-a,shared/trusts.yml,A,many,\ntrust-b,shared/trusts.yml,B,,\n", "`employees.2024` = 'many'"),
    ("trust-a,shared/trusts.yml,A\n", "companies.csv, line 2: not as many cells as headings"),
    ("Trust A,shared/trusts.yml,A,,\n", "'Trust A'"),
])
def test_a_table_with_a_fault_writes_nothing(project, lines: str, said: str):
    """Every fault is named with its line or key, and no company of the table is written."""
    with pytest.raises(ParamsError) as refused:
        write(project, lines)
    assert said in str(refused.value)
    assert not list((project.root / "params").glob("trust*.yml"))


def test_a_fault_that_all_companies_share_is_said_once(project):
    """One wrong line of the shared file is one line of the message, whatever the number of companies."""
    shared = project.root / "params/shared/trusts.yml"
    shared.write_text(shared.read_text().replace("country: FR", "country: France"))
    with pytest.raises(ParamsError) as refused:
        write(project, "".join(f"trust-{n},shared/trusts.yml,T,,\n" for n in range(30)))
    assert refused.value.what.count("\n") == 0
    assert "'France'" in refused.value.what
