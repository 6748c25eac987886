"""An acceptance names its breach, its reason, who looked at it and when; nothing of these may be blank."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from carbon.params.shapes.expected import Accepted

ENTRY = {"code": "amount_unexpected", "reason": "a new machine", "by": "energy desk", "on": "2025-02-01"}


def test_the_least_entry_is_code_reason_name_and_day():
    """The four fields of the contract; year, kind, key, unit and value narrow it."""
    entry = Accepted.model_validate(ENTRY)
    assert (entry.year, entry.kind, entry.key, entry.unit, entry.value) == (None,) * 5
    assert entry.title == "amount_unexpected"
    assert Accepted.model_validate({**ENTRY, "kind": "energy", "key": "paris"}).title == (
        "amount_unexpected of energy paris")


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"by": ""}, {"on": "soon"}, {"code": None}, {"row": 5}])
def test_a_blank_or_unknown_field_is_not_accepted(wrong: dict[str, object]):
    """A reason of blanks, nobody's name, no day, no code, a field that does not exist."""
    with pytest.raises(ValidationError):
        Accepted.model_validate({**ENTRY, **wrong})
