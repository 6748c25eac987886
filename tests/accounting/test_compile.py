"""Inventory lines: exact sums of their own rows, all fifteen categories, a word where there is no figure."""

import math

import numpy as np
import pandas as pd
import pytest
from emissions_at_random import many

from carbon.accounting.compile import compile_inventory, contradictions, scope_states, state_of
from carbon.accounting.views import counted, total_kg
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LINES
from carbon.params.shapes.company import CategoryStatement


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


GRID = {"activity": "electricity", "unit": "kWh", "quantity": 500.0, "scope": "2", "scope2_method": "location-based"}


def test_energy_without_a_factor_is_no_missing_record(make_emissions):
    """A combustion factor alone: category 3 names the kWh; with losses counted beside it, it is partly computed."""
    alone = lines(compiled(make_emissions(GRID)))
    assert alone.loc[("3", 3, ""), "status"] == "no factor: upstream and losses of 500 kWh of electricity in FR"
    lost = {**GRID, "activity_id": "a0", "part": "losses", "scope": "3", "category": 3, "scope2_method": ""}
    beside = lines(compiled(make_emissions({**GRID, "activity_id": "a0"}, lost)))
    assert beside.loc[("3", 3, ""), "status"] == "partly: upstream of 500 kWh of electricity in FR"
    unsplit = lines(compiled(make_emissions({"part": "total", "quantity": 500.0})))
    assert unsplit.loc[("3", 3, ""), "status"] == "inside another figure: upstream of 500 L of diesel in FR"


def test_a_statement_of_no_records_does_not_hide_energy(make_emissions):
    """The company may exclude the category with its reason; it may not call records none."""
    said = {"c3": CategoryStatement(status="no records", reason="none")}
    assert lines(compiled(make_emissions(GRID), **said)).loc[("3", 3, ""), "status"].startswith("no factor: ")
    said = {"c3": CategoryStatement(status="excluded", reason="small")}
    assert lines(compiled(make_emissions(GRID), **said)).loc[("3", 3, ""), "status"] == "excluded: small"


def test_activities_that_no_factor_fits_are_named_in_their_line(make_emissions):
    """With other rows the line is partly computed, without any it has no factor; neither is "no records"."""
    lacks = {("1", 0): ["nothing counted of 9 kg of coal in FR"], ("3", 6): ["nothing counted of 5 km of boat in FR"]}
    table = compile_inventory(make_emissions({"part": "upstream", "scope": "3", "category": 6}), company="c", year=2024,
                              statements={}, without_factor=lacks)
    assert lines(table).loc[("1", 0, ""), "status"] == "no factor: nothing counted of 9 kg of coal in FR"
    assert lines(table).loc[("3", 6, ""), "status"] == "partly: nothing counted of 5 km of boat in FR"


def test_scopes_have_the_states_of_their_lines(make_emissions):
    """A scope without rows has no figure; one of whose categories lacks factors is partly computed."""
    table = compiled(make_emissions(GRID, {"scope": "3", "category": 6, "co2e_kg": 2.0}))
    scopes = scope_states(table).set_index(["scope", "scope2_method"])
    assert np.isnan(scopes.loc[("1", ""), "co2e_kg"]) and scopes.loc[("1", ""), "status"] == "no records"
    assert scopes.loc[("2", "location-based"), "status"] == "computed"
    assert scopes.loc[("3", ""), "co2e_kg"] == 2.0
    assert scopes.loc[("3", ""), "status"] == "partly: upstream and losses of 500 kWh of electricity in FR"
    assert state_of(["no factor: a", "partly: b", "computed"], 1) == "partly: b; and a"
    assert state_of(["no records", "inside another figure: a"], 0) == "inside another figure: a"
