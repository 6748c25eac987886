"""Files of one kind in a project, and the warnings of their check."""

from __future__ import annotations

from carbon.runs.desk.check import check_paths, exit_code

BILLS = "date;company;supplier;category;amount;currency;invoice;description\n"


def warnings_of(folder, kind, **files):
    folder.params("".join(f"- {{pattern: {name}.csv, kind: {kind}}}\n" for name in files))
    for name, text in files.items():
        folder.raw(f"{name}.csv", text)
    checked = check_paths(project=folder.project)
    assert exit_code(checked) == 0, checked["rejects"]
    return [w["code"] for w in checked["warnings"]]
