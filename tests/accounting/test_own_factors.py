"""The company's own factors that nothing used, each with the filter that left no record for it."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting.company import inventory_of
from carbon.core import schemas
from carbon.records.files.company import read_company


@pytest.fixture(scope="module")
def with_own(hand_company, tmp_path_factory):
    """The company by hand with own factors: each a change of one that is used."""
    def made(**changes):
        library = hand_company.library()
        gas = library.table[library.table["factor_id"] == "natural_gas.combustion"]
        rows = pd.concat([gas.assign(factor_id=name, element_id=name, source_id="company", part="total",
                                     **change) for name, change in changes.items()], ignore_index=True)
        own = library.with_overrides(schemas.FACTORS.validate(rows).assign(tier="supplier-specific"))
        records = read_company("hand", 2024, project=hand_company.write(tmp_path_factory.mktemp("own")))
        return inventory_of(records, own)
    return made


def test_each_unused_own_factor_says_why(with_own):
    """Activity, region, unit and year that match no record are named, and one warning lists them; a used one is not."""
    inv = with_own(place={"region": "DE"}, wrong_unit={"unit": "unit"},
                   past={"valid_from": 2025, "valid_to": 2025}, other={"activity": "coal"})
    unused = inv.unused_factors().set_index("factor_id")["why"]

    assert sorted(unused.index) == ["other", "past", "place", "wrong_unit"]
    assert unused["place"] == "region: the records are of FR" and unused["other"] == "activity: no record has it"
    assert unused["wrong_unit"] == "unit: the records are in kWh_HHV"
    assert unused["past"] == "year: the records are of 2024"
    warning = inv.warnings.set_index("code")["text"]["own_factor_unused"]
    assert all(name in warning for name in unused.index)


def test_a_series_of_years_gives_no_warning(with_own):
    """An own factor of another year is listed, without a warning where the year has one of its own."""
    inv = with_own(this={"co2e_kg": 0.2}, last={"valid_from": 2023, "valid_to": 2023})
    assert inv.unused_factors()["why"].tolist() == ["year: it is of another year, and this year has one of its own"]
    assert "own_factor_unused" not in set(inv.warnings["code"])


def test_nothing_is_said_where_all_are_used(with_own, hand):
    """Neither with own factors in use nor without any."""
    for inv in (with_own(used={"co2e_kg": 0.2}), hand):
        assert inv.unused_factors().empty and "own_factor_unused" not in set(inv.warnings["code"])


def test_a_stated_uncertainty_of_nothing_is_a_warning(make_emissions):
    """A misspelt supplier leaves the default in force: it is named; what is there is not."""
    from types import SimpleNamespace

    from carbon.accounting.own_factors import unused_statements
    from carbon.params.shapes.uncertainty import StatedUncertainty

    emissions = make_emissions({"supplier": "ACME", "group": "north"})
    records = {"energy": pd.DataFrame({"meter": ["m1"]})}

    def warned(of, name):
        line = StatedUncertainty(of=of, id=name, evidence="e", **({"correlation": 0.1} if of == "class" else {
            "percent": 5}))
        return unused_statements(SimpleNamespace(uncertainty=[line]), emissions, records, ["element"])

    for there in (("supplier", "ACME"), ("meter", "m1"), ("survey", "north"), ("factor", "f"), ("factor", "element"),
                  ("activity", "diesel"), ("class", "waste")):
        assert warned(*there) == []
    for absent in (("supplier", "ACMEE"), ("meter", "m2"), ("factor", "g"), ("class", "wastes")):
        assert warned(*absent)[0][0] == "uncertainty_unused"
        assert absent[1] in warned(*absent)[0][1]
    assert "supplier ACMEE (nearest: ACME)" in warned("supplier", "ACMEE")[0][1]
    # Of another spelling it is not: asked, with the line that makes the two one.
    [_, (code, text)] = warned("supplier", "Acme")
    assert code == "codes_differ_in_case" and "`values: {supplier: {ACME: Acme}}`" in text
