"""GWP by the name a refrigerant goes by."""

import pytest

import carbon as cb
from carbon.core import gases
from carbon.core.errors import MethodError


@pytest.mark.parametrize(("gas", "gwp_set", "value"), [
    ("R-410A", "AR4GWP100", 2087.5),  # (675 + 3500) / 2
    ("R410A", "AR5GWP100", 1923.5),  # (677 + 3170) / 2
    ("r 410a", "AR6GWP100", 2255.5),  # (771 + 3740) / 2
    ("R-404A", "AR5GWP100", 0.44 * 3170 + 0.52 * 4800 + 0.04 * 1300),
    ("R-407C", "AR6GWP100", 0.23 * 771 + 0.25 * 3740 + 0.52 * 1530),
    ("HFC-134a", "AR5GWP100", 1300), ("R-22", "AR5GWP100", 1760), ("SF6", "AR5GWP100", 23500),
])
def test_a_blend_has_the_gwp_of_its_gases(gas, gwp_set, value):
    """A blend by its number is the sum of mass share x GWP of its published composition; a gas is what it was."""
    assert cb.gwp(gas, gwp_set) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("gas", "words"), [
    ("R-422D", 'search\\("R-422D"\\)'), ("R-499A", "blend_gwp takes a composition"),
    ("unobtainium", "Unknown gas"), ("CO2e", "Unknown gas"),
])
def test_a_blend_without_a_composition_is_refused_with_the_way(gas, words):
    """A blend whose composition is not packaged has no GWP made up; the message says where to look or what to give."""
    with pytest.raises(MethodError, match=words):
        cb.gwp(gas, "AR6GWP100")


def test_a_blend_in_an_unknown_set_is_refused():
    """No set is a default, for blends either."""
    with pytest.raises(MethodError, match="Unknown GWP set"):
        cb.gwp("R-410A", "AR7GWP100")


def test_the_core_says_what_a_blend_is():
    """Asked in the module of single gases, the number of a blend is not answered with three gases that look alike."""
    with pytest.raises(MethodError, match=r"carbon\.gwp knows the blends"):
        gases.blend_gwp("R-410A", "AR5GWP100")
