"""Parameters of files and of classification rules."""

import pytest
from pydantic import ValidationError

from carbon.params.shapes.files import Condition, FilePattern, Rule


@pytest.mark.parametrize("pattern", ["../a.csv", "/a.csv", "a/../b.csv", "a\\b.csv"])
def test_no_pattern_leaves_the_folder_of_the_year(pattern):
    """A file of another company or of the system is never read."""
    with pytest.raises(ValidationError, match="must stay in data/raw"):
        FilePattern(pattern=pattern, kind="energy")


@pytest.mark.parametrize(("total", "accepted"), [
    ("1234.50 EUR", True), ("-3", True), ("1,234.50", False), ("EUR 3", False), ("", False)])
def test_a_control_total_is_a_plain_number_with_its_unit(total, accepted):
    """A thousands separator could be read as a decimal one."""
    if accepted:
        assert FilePattern(pattern="a.csv", kind="energy", control_total=total).control_total == total
    else:
        with pytest.raises(ValidationError, match="is not a sum"):
            FilePattern(pattern="a.csv", kind="energy", control_total=total)


@pytest.mark.parametrize("fields", [{}, {"activity": "a", "exclude": "b"}, {"exclude": "b", "set_aside_for": "energy"}])
def test_a_rule_has_one_outcome(fields):
    """An activity, an exclusion, or setting aside for another record."""
    with pytest.raises(ValidationError, match="give exactly one"):
        Rule(id="r", when=Condition(), **fields)
    with pytest.raises(ValidationError, match="goes with"):
        Rule(id="r", when=Condition(), activity="a", otherwise={"activity": "b"})
