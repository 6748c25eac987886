"""Numbers and days of parameter files have one plain form."""

from datetime import date
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from carbon.records.params.written_types import badly_written


class Inner(BaseModel):
    day: date | None = None
    shares: dict[int, Annotated[float, Field(ge=0)]] = {}
    name: str = ""


@pytest.mark.parametrize(("value", "expected", "keys"), [
    ("12", int, []), ("012", int, [()]), ("1_000", int, [()]), ("1.5", float, []), ("nan", float, [()]),
    ("1e3", float, []), ("2024-12-31", date, []), ("2024-1-1", date, [()]), ("012", str, []), (None, int, []),
    ("012", int | str, []),
    (["1", "02"], list[int], [(1,)]), (["1", "02", "03"], tuple[int, ...], [(1,), (2,)]),
    ({"day": "1/1/2024", "shares": {"2024": "0.5", "02": "05"}, "name": "05"}, Inner,
     [("day",), ("shares", "02"), ("shares", "02")])])
def test_a_value_that_is_not_in_its_plain_form_is_named_by_its_key(value, expected, keys):
    """Lists, mappings, models and unions are looked into; strings may be anything."""
    assert [key for key, _, _ in badly_written(value, expected)] == keys


def test_the_expected_form_is_stated():
    """The message gives an example of what to write."""
    assert list(badly_written("yes", float)) == [((), "yes", "must be a number, e.g. 0.05")]
