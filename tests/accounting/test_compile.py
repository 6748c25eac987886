"""Inventory lines: exact sums of their own rows, all fifteen categories, a word where there is no figure."""

import math

import pandas as pd
import pytest
from emissions_at_random import many

from carbon.accounting.compile import compile_inventory, contradictions
from carbon.accounting.views import counted, total_kg
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LINES
from carbon.core.params.company import CategoryStatement


def lines(table):
    return table.set_index(["scope", "category", "scope2_method"])


def compiled(emissions, **statements):
    said = {int(k[1:]): v for k, v in statements.items()}
    return compile_inventory(emissions, company="c", year=2024, statements=said)


def test_every_line_is_the_exact_sum_of_its_rows(make_emissions):
    """Bit for bit what `math.fsum` gives, in any order of the rows."""
    emissions = many(make_emissions)
    table = lines(compiled(emissions))

    for key in LINES:
        own = emissions[(emissions["scope"] == key[0]) & (emissions["category"] == key[1])
                        & (emissions["scope2_method"] == key[2])]
        assert table.loc[key, "co2e_kg"] == math.fsum(own["co2e_kg"])
        assert table.loc[key, "rows"] == len(own)
    assert compiled(emissions.sample(frac=1, random_state=1)).equals(compiled(emissions))


def test_all_fifteen_categories_have_a_figure_or_a_word(make_emissions):
    """Computed, not relevant, excluded or no records: never a silent zero."""
    said = {
        "c4": CategoryStatement(status="not relevant", reason="no goods"),
        "c7": CategoryStatement(status="excluded", reason="survey in 2025", estimated_t=12.0),
        "c8": CategoryStatement(status="no records", reason="leases asked for"),
        "c9": CategoryStatement(status="no records"),
    }
    table = lines(compiled(make_emissions({"scope": "3", "category": 6}), **said))
    status = {c: table.loc[("3", c, ""), "status"] for c in range(1, 16)}

    assert status[4] == "not relevant: no goods"
    assert status[6] == "computed"
    assert status[7] == "excluded: survey in 2025"
    assert status[8] == "no records: leases asked for"
    assert {status[c] for c in range(1, 16) if c not in (4, 6, 7, 8)} == {"no records"}


def test_a_category_stated_as_excluded_is_counted_when_it_has_rows(make_emissions):
    """The rows win, and the contradiction is said."""
    said = {6: CategoryStatement(status="excluded", reason="small")}
    table = compile_inventory(make_emissions({"scope": "3", "category": 6}), company="c", year=2024, statements=said)

    assert lines(table).loc[("3", 6, ""), "status"] == "computed"
    assert contradictions(table, said) == ["category 6 is stated as 'excluded' but has rows: they are counted"]


def test_gases_outside_kyoto_stand_beside(make_emissions):
    """A row with `kyoto` false enters no line; biogenic CO2 enters no co2e_kg."""
    emissions = make_emissions({"co2e_kg": 5.0, "biogenic_co2_kg": 3.0}, {"co2e_kg": 7.0, "kyoto": False})
    table = lines(compiled(emissions))

    assert table.loc[("1", 0, ""), "co2e_kg"] == 5.0
    assert table.loc[("1", 0, ""), "biogenic_co2_kg"] == 3.0
    assert total_kg(counted(emissions, scope2_method="location-based")) == 5.0


@pytest.mark.parametrize(("row", "says"), [
    ({"company": "other"}, "are not of c/2024"), ({"year": 2023}, "are not of c/2024"),
    ({"scope": "3", "category": 0}, "belong to no line"), ({"scope": "2"}, "belong to no line"),
])
def test_rows_that_belong_nowhere_are_refused(make_emissions, row, says):
    """Another company or year, scope 3 without category, scope 2 without method."""
    with pytest.raises(MethodError, match=says):
        compiled(make_emissions({}, row))


def test_no_emissions_is_an_inventory_without_records(make_emissions):
    """An empty year has all its lines, and each says that there are no records."""
    table = compiled(make_emissions())

    assert len(table) == len(LINES)
    assert set(table["status"]) == {"no records"}


def test_a_row_that_stands_twice_is_refused(make_emissions):
    """Tables put together that overlap: one part of one activity by one factor and one method counts once."""
    once = make_emissions({"co2e_kg": 1.0}, {"co2e_kg": 2.0, "part": "upstream", "scope": "3", "category": 3})

    assert lines(compiled(once))["co2e_kg"].sum() == 3.0
    with pytest.raises(MethodError, match="4 emission rows are duplicates"):
        compiled(pd.concat([once, once]))
    with pytest.raises(MethodError, match="2 emission rows are duplicates"):
        compiled(pd.concat([once, once.tail(1)], ignore_index=True))
