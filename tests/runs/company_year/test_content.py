"""Where the content of a set comes from: a function by its name, with what its module shares and keeps of a failure."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from carbon.runs.company_year.content import load_source, rejects_of_failure, sharing


@pytest.fixture
def source(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    return "shared_content:of_rows"


def test_a_source_is_a_function_by_its_name(source):
    """`module:function`; a function that the module lacks is an error, not another function."""
    assert load_source(source).__name__ == "of_rows"
    with pytest.raises(AttributeError, match="of_columns"):
        load_source("shared_content:of_columns")


def test_years_are_shared_only_where_the_module_can(source):
    """`share` of the module of the source, or None."""
    share = sharing(source)
    assert share is not None and share.__module__ == "shared_content"
    assert sharing("fake_content:of_rows") is None


def test_rejects_of_a_failure_are_those_of_the_source(source, monkeypatch):
    """A source without such a function has none: an empty file, never those of another company-year."""
    assert rejects_of_failure(source, None, "alpha", 2024) == b""
    module = ModuleType("with_rejects")
    module.rejects_of_failure = lambda project, company, year: f"{company},{year}\n".encode()
    monkeypatch.setitem(sys.modules, "with_rejects", module)
    assert rejects_of_failure("with_rejects:of_rows", None, "alpha", 2024) == b"alpha,2024\n"
