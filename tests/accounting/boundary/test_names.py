"""Which names may be one, and which are two."""

import pytest

from carbon.accounting.boundary.names import ALIKE, likeness


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("Main office", "Main offices", True), ("North bldg", "North building", True), ("HQ", "Head Quarters", True),
    ("Part-Dieu Lyon", "LYON PART DIEU", True), ("Bürohaus", "Burohaus", True), ("Lyon", "Lyon Gerland", True),
    ("Torbay Hospital", "Torbay District General Hospital", True), ("Lyon2", "Lyon 2", True),
    ("Hall 1", "Hall 12", False), ("Hall", "Hall 2", False), ("Site A", "Site B", False), ("Lyon", "Nice", False),
    ("Bethlam Royal Hospital", "Bethlem Royal Hospital", True), ("Feilding Palmer", "Fielding Palmer", True),
    ("Homerton Hospital", "Hommerton Hospital", True), ("The Alexandra Hospital", "Alexandra Hospital Redditch", True),
    ("Eastwood House", "Westwood House", False), ("Hall Mill", "Hall Hill", False), ("La", "Le", False),
    ("Building North", "Building South", False), ("King's Mill", "Kings Mill Hospital", True), ("", "Lyon", False)])
def test_words_that_begin_abbreviate_or_hold_one_another_are_alike(one, other, alike):
    """Numbers and single letters are equal or differ; the order of the two names changes nothing."""
    assert (likeness(one, other) >= ALIKE) == (likeness(other, one) >= ALIKE) == alike
