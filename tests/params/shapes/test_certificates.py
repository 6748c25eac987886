"""Numbers of certificates are compared as ranges: one certificate is recognised in whichever way it is written."""

import pytest

from carbon.params.shapes.certificates import NumberRange, how_many, number_range, same_certificates


@pytest.mark.parametrize(("text", "expected"), [
    ("GO-DE-000120", NumberRange("go de", 120, 120)), ("GO-0001..GO-0120", NumberRange("go", 1, 120)),
    ("GO-0001 to 0120", NumberRange("go", 1, 120)), ("GO-0001 – GO-0120", NumberRange("go", 1, 120)),
    ("643002406801000000000000000001", NumberRange("", 643002406801000000000000000001, 643002406801000000000000000001)),
    ("serial", NumberRange("serial", 0, 0)),
])
def test_numbers_and_ranges(text, expected):
    """Prefix and digits, one number or two."""
    assert number_range(text) == expected


def test_how_many_certificates_ranges_are():
    """Both ends of a range count."""
    assert how_many(["A-001..A-100", "A-200", "serial"]) == 102


@pytest.mark.parametrize(("numbers", "registry", "others", "other_registry", "twice"), [
    (["A-1..A-100"], "R", ["A-100"], "R", "A-1..A-100"), (["A-1..A-100"], "R", ["A-101..A-200"], "R", ""),
    (["A-5"], "R", ["a-005"], "r", "A-5"), (["A-5"], "R", ["A-5"], "S", ""), (["A-5"], "", ["A-5"], "S", "A-5"),
    (["643002406801000001"], "AIB", ["643002406801000001"], "EECS", "643002406801000001"),
])
def test_one_certificate_in_two_lists(numbers, registry, others, other_registry, twice):
    """Overlap within a registry; long numbers are one certificate whatever the registry is called."""
    assert same_certificates(numbers, registry, others, other_registry) == twice
