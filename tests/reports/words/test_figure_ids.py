"""Ids of printed figures."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from carbon.accounting.result import Inventory
from carbon.core.ghg_protocol import LOCATION, MARKET, TOTAL_FIGURES
from carbon.reports.words.figure_ids import figure_id, scope_id_name, short, total_name


def test_an_id_names_company_year_and_figure():
    """The last part comes back, also where the figure's own name has a slash."""
    inventory = cast(Inventory, SimpleNamespace(company="a", year=2024))

    assert figure_id(inventory, "total-market") == "a/2024/total-market"
    assert short(figure_id(inventory, "supplier/A/B")) == "supplier/A/B"


def test_totals_and_scopes_have_one_name_a_method():
    """Scope 2 has two names, the other scopes one; scope 1 by a method does not exist."""
    assert tuple(map(total_name, (LOCATION, MARKET))) == tuple(TOTAL_FIGURES)
    assert [scope_id_name("2", method) for method in (LOCATION, MARKET)] == ["scope2-location", "scope2-market"]
    assert [scope_id_name(scope, "") for scope in "13"] == ["scope1", "scope3"]
    with pytest.raises(KeyError):
        scope_id_name("1", MARKET)
