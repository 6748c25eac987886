"""Levers of a company, and the plans recorded in its ledger."""

import pytest

from carbon.core.errors import ParamsError, UsageError
from carbon.records.params.levers import has_levers, plan_files, read_levers, read_plans


def test_a_company_without_levers_is_another_fault_than_no_company(folder):
    """The file is named where the company exists; a company that does not is named itself."""
    assert not has_levers("acme", project=folder.project)
    with pytest.raises(UsageError, match=r"acme has no levers: params/acme/levers\.yml"):
        read_levers("acme", project=folder.project)
    with pytest.raises(UsageError, match="No company 'other'"):
        read_levers("other", project=folder.project)


def test_plans_come_in_the_order_of_their_numbers_whatever_their_year(folder):
    """2023-10 was recorded after 2024-009; hidden files are passed over."""
    for name in ("2024-009.json", "2023-010.json", ".lock"):
        folder.write(f"data/ledger/acme/plans/{name}", "{}")
    assert [p.name for p in plan_files("acme", project=folder.project)] == ["2024-009.json", "2023-010.json"]


@pytest.mark.parametrize(("name", "words"), [("notes.txt", "is not a recorded plan"),
                                             ("2024-001.json", "is not a recorded plan")])
def test_the_ledger_holds_plans_and_nothing_else(folder, name, words):
    """Another file, or one whose content is no plan, is an error and never passed over."""
    assert read_plans("acme", project=folder.project) == []
    folder.write(f"data/ledger/acme/plans/{name}", "{}")
    with pytest.raises(ParamsError, match=words):
        read_plans("acme", project=folder.project)
