"""The registry of exhibits: every entry can be made, is a method of the report, and is made once."""

from __future__ import annotations

import inspect
import re

import pytest

from carbon.core.errors import UsageError
from carbon.reports.exhibits.annual import SHEETS, AnnualReport
from carbon.reports.exhibits.registry import EXHIBITS, is_shown
from carbon.reports.page.audiences import AUDIENCES, GOVERNANCE, PERFORMANCE, PUBLIC
from carbon.reports.words.language import Words


@pytest.fixture(scope="module")
def report(make, report_of) -> AnnualReport:
    """One report: what several exhibits need is computed once."""
    return report_of(make())


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_is_a_method_that_says_what_it_is(report, name: str):
    """Tab completion lists it, `help` has a sentence of it, and the method gives the exhibit of its name."""
    method = getattr(AnnualReport, name)

    assert name in dir(report)
    assert (method.__name__, method.__doc__) == (name, EXHIBITS[name].about)
    assert getattr(report, name)() is report.exhibit(name)
    assert report.exhibit(name).title == Words("en")(f"exhibit.{report.exhibit(name).name}")


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_need_is_something_the_report_has(name: str):
    """A need names an argument of the function, and an attribute of the report or another exhibit; never itself."""
    entry = EXHIBITS[name]
    for needs, function in ((entry.needs, entry.table), (entry.figure_needs, entry.chart or entry.figure),
                            (entry.html_needs, entry.html)):
        pairs = [(argument, source or argument) for argument, _, source in (n.partition("=") for n in needs)]
        fields = {*AnnualReport.__dataclass_fields__, *vars(AnnualReport)}
        assert [source for _, source in pairs if source not in fields or source == name] == []
        taken = inspect.signature(getattr(function, "func", function)).parameters if needs else {}
        open_ended = any(p.kind is p.VAR_KEYWORD for p in taken.values())
        assert open_ended or {argument for argument, _ in pairs} <= set(taken)


def test_no_exhibit_has_the_name_of_what_others_need():
    """A method set for an exhibit would hide an attribute of the same name."""
    methods = {entry.about for entry in EXHIBITS.values()}
    own = {name for name, value in vars(AnnualReport).items() if getattr(value, "__doc__", "") not in methods}

    assert own & set(EXHIBITS) == set()


def test_an_exhibit_is_made_once_for_the_same_options(report):
    """The notebook, the page and the workbook show the same object; another number of suppliers is another exhibit."""
    assert report.suppliers() is report.exhibit("suppliers")
    assert report.suppliers(n=1) is report.exhibit("suppliers", n=1)
    assert report.suppliers(n=1).table["supplier"].iloc[0] == report.suppliers().table["supplier"].iloc[0]
    assert report.suppliers(n=1) is not report.suppliers()


def test_an_unknown_exhibit_is_not_accepted(report):
    """The known ones are listed."""
    with pytest.raises(UsageError, match=re.escape("'scope' is not an exhibit")):
        report.exhibit("scope")


def test_the_workbook_and_the_pages_take_their_exhibits_from_the_registry():
    """What has a sheet, and who is shown what, is said by the entry alone."""
    assert tuple(name for name, entry in EXHIBITS.items() if entry.sheet) == SHEETS
    assert {name for name in EXHIBITS if not any(is_shown(name, audience) for audience in AUDIENCES)} == set()
    assert [is_shown("plain", audience) for audience in (PERFORMANCE, PUBLIC, GOVERNANCE)] == [False, True, False]
    assert [is_shown("of_an_analyst", audience) for audience in AUDIENCES] == [True, False, False]
