"""Faults of parameters in plain words."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError, model_validator

from carbon.params.shapes.faults import fault_at, fault_words, place_of


class Rate(BaseModel):
    share: Annotated[float, Field(ge=0, le=1)] = 0
    years: Annotated[int, Field(ge=1)] = 1
    low: Annotated[float, Field(le=0)] = 0
    stops: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self):
        for name, year in self.stops.items():
            if year < 2025:
                raise fault_at(["stops", name], f"{year} is before 2025")
        return self


def faults(**values):
    with pytest.raises(ValidationError) as wrong:
        Rate.model_validate(values)
    return wrong.value


@pytest.mark.parametrize(("values", "words"), [
    ({"share": 70}, "share: must be at most 1; write 0.7 for 70 %"), ({"share": -0.1}, "share: must be at least 0"),
    ({"share": "a"}, "share: must be a number, e.g. 0.05"), ({"years": 0}, "years: must be at least 1"),
    ({"low": 20}, "low: must be at most 0"), ({"stops": {"x": 2020}}, "stops.x: 2020 is before 2025"),
    ({"stops": 3}, "stops: must be keys and values"), ({"share": 700}, "share: must be at most 1")])
def test_what_is_wrong_and_what_to_write(values, words):
    """A limit, a kind and a percentage in place of a share, each with its field; a limit of 0 is no share."""
    assert fault_words(faults(**values)) == words


def test_a_check_of_a_whole_model_names_the_value_inside():
    """`fault_at` adds the keys within the model to those that lead to it."""
    assert place_of(faults(stops={"x": 2020}).errors()[0]) == ("stops", "x")
