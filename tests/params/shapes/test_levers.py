"""Parameters of levers: ranges that rise, one way to give an addition, relations without circles."""

import pytest
from pydantic import ValidationError

from carbon.params.shapes.levers import Add, Cut, Range, Select, check_relations


def test_one_number_is_a_certain_range_and_a_range_rises():
    """low <= likely <= high."""
    assert Range.model_validate(0.3) == Range(low=0.3, likely=0.3, high=0.3)
    with pytest.raises(ValidationError, match="must rise"):
        Range(low=2, likely=1, high=3)


@pytest.mark.parametrize(("reduction", "said"), [(-0.1, "must not be negative"), (1.1, "more than the stream has")])
def test_a_reduction_is_a_share_of_its_stream(reduction, said):
    """What a lever adds is under `adds`."""
    with pytest.raises(ValidationError, match=said):
        Cut(where={"scope": ["1"]}, reduction=reduction)


def test_streams_are_selected_and_additions_given_in_one_way():
    """An empty selection would be the full inventory."""
    with pytest.raises(ValidationError, match="name at least one"):
        Select()
    with pytest.raises(ValidationError, match="give exactly one"):
        Add(to={"scope": ["1"]}, kg_per_year=1, kg_per_kg_cut=1)


class _Relations:
    def __init__(self, prerequisites=(), exclusions=()):
        self.prerequisites, self.exclusions = list(prerequisites), list(exclusions)


@pytest.mark.parametrize(("levers", "said"), [
    ({"a": _Relations(["b"]), "b": _Relations(["a"])}, "circular, a -> b -> a"),
    ({"a": _Relations(["x"])}, "no lever of this file"), ({"a": _Relations(["a"])}, "is itself"),
    ({"a": _Relations(["b"], ["b"]), "b": _Relations()}, "also a prerequisite")])
def test_a_lever_never_waits_for_itself(levers, said):
    """Circles, unknown names and contradictions are named."""
    with pytest.raises(ValueError, match=said):
        check_relations(levers)
