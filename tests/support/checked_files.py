"""Files of a project as `carbon check` lists them, without what a run computes; and the warnings of one kind."""

from __future__ import annotations

from carbon.runs.desk.check import check_company_years, refused_runs
from carbon.runs.desk.checked import empty, exit_code, plain_exclusions

BILLS = "date;company;supplier;category;amount;currency;invoice;description\n"


def checked_in(project, paths=(), company=None, year=None):
    """The files of company-years of a project; without paths runs.yml too, where it is refused."""
    years = [of_year.checked for of_year in check_company_years(paths, company, year, project)]
    checked = {key: [line for of_year in years for line in of_year[key]] for key in empty()}
    return plain_exclusions(checked | {"files": [*([] if paths else refused_runs(project)), *checked["files"]]})


def warnings_of(folder, kind, **files):
    folder.params("".join(f"- {{pattern: {name}.csv, kind: {kind}}}\n" for name in files))
    for name, text in files.items():
        folder.raw(f"{name}.csv", text)
    checked = checked_in(folder.project)
    assert exit_code(checked) == 0, checked["rejects"]
    return [w["code"] for w in checked["warnings"]]
