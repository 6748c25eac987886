"""Types of parameters: countries, names of folders, flags, mean bases."""

import pytest
from pydantic import TypeAdapter, ValidationError

from carbon.core.params.types import Country, Flag, MeanBase, Model, Slug


@pytest.mark.parametrize(("kind", "value", "accepted"), [
    (Country, "FR", True), (Country, "XX", False), (Country, "fr", False), (Slug, "petit-studio", True),
    (Slug, "con", False), (Slug, "../x", False), (Slug, "com1", False), (Flag, "true", True), (Flag, "yes", False),
    (Flag, 1, False), (MeanBase, (2018, 2019), True), (MeanBase, (2018,), False), (MeanBase, (2019, 2018), False)])
def test_only_values_of_one_meaning_are_accepted(kind, value, accepted):
    """Folders that exist on no system, words for flags and bases of one year are not."""
    adapter = TypeAdapter(kind)
    if accepted:
        adapter.validate_python(value)
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_an_unknown_key_raises_and_nothing_changes_after_loading():
    """A misspelt key is never ignored."""
    class One(Model):
        a: int

    with pytest.raises(ValidationError, match="Extra inputs"):
        One(a=1, b=2)
    with pytest.raises(ValidationError, match="frozen"):
        One(a=1).a = 2
