"""Tables of method."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from carbon.params.shapes.files import FilePattern
from carbon.reports.tables import catalogue as tables
from carbon.reports.tables.method import method_choices_table
from carbon.reports.words.language import Words


def test_every_factor_used_is_listed_with_its_source(inventory):
    """A company's own contract is a factor too; the shares sum to one."""
    table = tables.factors_table(inventory)

    assert set(table["factor_id"]) == set(inventory.emissions["factor_id"])
    assert table["share"].sum() == pytest.approx(1, rel=1e-12)
    listed = table[table["factor_id"] == "fr-gas"].iloc[0]
    assert (listed["edition"], listed["page"], listed["source_id"]) == ("23.8", "row 12", "ademe_test")


def test_what_a_company_swears_of_a_file_is_among_its_methods(inventory):
    """The statement, its reason and its day are in the table of choices: a guard was silenced by it."""
    said = {"what": "tax_counts", "reason": "a charity recovers none", "on": "2024-02-01"}
    file = FilePattern.model_validate({"pattern": "a.csv", "kind": "purchases", "swears": [said]})
    params = inventory.params.model_copy(update={"files": [file]})
    table = method_choices_table(replace(inventory, params=params)).set_index("key")
    assert table.loc["files.swears", "value"] == (
        "the amounts hold tax that is not recovered; reason: a charity recovers none; known since 1 February 2024")


def test_trains_and_cars_of_the_params_have_names(inventory):
    """What readers see of each choice of travel is a name in their language, never a key of the factor library."""
    params = inventory.params.model_copy(update={"travel": inventory.params.travel.model_copy(
        update={"rail": {"FR": "rail.tgv", "GB": "rail.national", "other": "rail.international"}})})
    for language in ("en", "fr"):
        table = method_choices_table(replace(inventory, params=params), words=Words(language))
        values = table.loc[table["key"].str.startswith("travel."), "value"]
        assert len(values) and [v for v in values if re.search(r"[a-z]\.[a-z]|_", v)] == []


def test_the_method_of_a_year_without_factors_is_an_empty_table(inventory):
    """Where every row was rejected there is no factor to list, and no error."""
    assert tables.factors_table(replace(inventory, emissions=inventory.emissions.iloc[:0])).empty
