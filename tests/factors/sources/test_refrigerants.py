"""Refrigerants by one word, however a publisher writes them."""

import pytest

from carbon.factors.sources import refrigerants


@pytest.mark.parametrize(("label", "word"), [
    ("R-410A", "r410a"), ("R410A", "r410a"), ("Perfluoromethane (PFC-14)", "pfc14"), ("HFC-43-I0mee", "hfc4310mee"),
    ("Sulphur hexafluoride (SF6)", "sf6"), ("HFC-134a*", "hfc134a"), ("R-290 = propane", "r290"),
])
def test_a_refrigerant_has_one_word(label, word):
    """Two publishers that write a gas differently give factors of the same activity."""
    assert refrigerants.word(label) == word


def test_a_single_gas_is_its_own_composition_where_every_set_has_it():
    """Methane must name its origin and a blend has no single gas: neither has a composition."""
    assert refrigerants.pure("HFC-32") == "HFC-32:1" and refrigerants.pure("Nitrous oxide") == "N2O:1"
    assert [refrigerants.pure(name) for name in ("Methane", "R-410A", "propane")] == ["", "", ""]
