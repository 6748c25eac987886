"""Types of parameters: countries, names of folders, flags, mean bases."""

import copy
import pickle

import pytest
from pydantic import TypeAdapter, ValidationError

from carbon.core.errors import UsageError
from carbon.params.shapes.types import Country, Flag, MeanBase, Model, Slug


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


class Held(Model):
    """Mappings and lists, one in the other."""

    sites: dict[str, list[str]]
    prefer: list[str]


@pytest.mark.parametrize("change", [
    lambda p: p.sites.clear(), lambda p: p.sites.update(x=[]), lambda p: p.sites.setdefault("x", []),
    lambda p: p.sites.pop("FR"), lambda p: p.sites.__setitem__("x", []), lambda p: p.sites["FR"].append("x"),
    lambda p: p.sites["FR"].__iadd__(["x"]), lambda p: p.sites["FR"].sort(), lambda p: p.prefer.insert(0, "x"),
    lambda p: p.prefer.__delitem__(0)])
@pytest.mark.parametrize("made", [
    lambda p: p, copy.deepcopy, copy.copy, lambda p: pickle.loads(pickle.dumps(p)),
    lambda p: p.model_copy(update={"prefer": ["b", "a"]})])
def test_no_mapping_or_list_of_parameters_changes(change, made):
    """Those of copies, of pickles and inside others neither; copies by dict and list are one's own."""
    params = made(Held(sites={"FR": ["b", "a"]}, prefer=["b", "a"]))
    with pytest.raises(UsageError, match="do not change"):
        change(params)
    assert params == Held(sites={"FR": ["b", "a"]}, prefer=["b", "a"])
    own_copy = dict(params.sites)
    own_copy.clear()
    assert params.model_dump() == {"sites": {"FR": ["b", "a"]}, "prefer": ["b", "a"]}
