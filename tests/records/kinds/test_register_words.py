"""Words of a meter's registers: the way they divide the hours, and the part of each."""

import pytest

from carbon.records.kinds.register_words import TOTAL, may_be_channels, parts_of


@pytest.mark.parametrize(("word", "parts"), [
    ("Heures pleines", {"hours": "full"}), ("HC", {"hours": "low"}), ("T2", {"number t": "2"}), ("TOT", {TOTAL: ""}),
    ("1.8.1", {"number obis": "1"}), ("HP hiver", {"high and low season": "full high",
                                                     "winter and summer": "full winter"}), ("Mill", {})])
def test_a_register_is_a_part_of_each_way_that_has_its_word(word, parts):
    """A word of several ways is a part of each; one that is not known is a part of no way."""
    assert parts_of(word) == parts


def test_numbers_of_a_meter_register_may_be_channels():
    """Register 1 and 2 may be energy drawn and fed in; numbers of tariffs and named registers divide the hours."""
    assert may_be_channels("meter register", ["1", "2"])
    assert not may_be_channels("tariff", ["1", "2"])
    assert not may_be_channels("meter register", ["1", "HC"])
