"""What a company may state of its own uncertainty."""

import pydantic
import pytest

from carbon.params.shapes.uncertainty import SCORES, StatedUncertainty

FACTOR = {"of": "factor", "id": "f", "evidence": "report, p. 3"}
ALL_SCORES = dict.fromkeys(SCORES, 2)


@pytest.mark.parametrize(("given", "fault"), [
    ({}, "give one of"),
    ({"percent": 10, "low_percent": -5, "high_percent": 5}, "give one of"),
    ({"low_percent": -5}, "two ends"),
    ({"reliability": 2}, "scores need all"),
    ({**ALL_SCORES, "basic": 1.05}, "`best`"),
    ({"correlation": 0.5}, "of a class"),
    ({"of": "class", "percent": 5}, "of a class"),
    ({"low_percent": -5, "high_percent": 5, "distribution": "uniform"}, "needs percent"),
    ({"percent": 120, "distribution": "triangular"}, "negative"),
    ({"percent": 10, "evidence": ""}, "evidence"),
    ({"percent": -10}, "percent"),
    ({"percent": float("nan")}, "percent"),
    ({"low_percent": -100, "high_percent": 5}, "low_percent"),
    ({**ALL_SCORES, "basic": 1, "best": 3}, "best"),
    ({"percent": 10, "site": "x"}, "site"),
    ({"percent": 0.15}, "0.15 may be 15 %"),
    ({"low_percent": -0.1, "high_percent": 20}, "-0.1 may be -10 %"),
    ({"percent": "12,5"}, "'12,5' is no number"),
])
def test_an_unclear_statement_is_rejected(given, fault):
    """Two forms at once, half a range, scores without direction, no evidence, an impossible number: never guessed."""
    with pytest.raises(pydantic.ValidationError, match=fault):
        StatedUncertainty.model_validate(FACTOR | given)


def test_each_form_is_accepted():
    """+-, range, scores and the correlation of a class."""
    for given in ({"percent": 0}, {"low_percent": -10, "high_percent": 30}, {**ALL_SCORES, "basic": 1.0, "best": 1},
                  {"of": "class", "id": "waste", "correlation": 1}):
        assert StatedUncertainty.model_validate(FACTOR | given)


def test_what_a_table_has_as_strings_is_read():
    """Scores and percentages of a CSV file; less than one percent is stated with its sign."""
    scores = dict.fromkeys(SCORES, "2") | {"basic": "1.05", "best": "5"}
    assert StatedUncertainty.model_validate(FACTOR | scores).scores == ALL_SCORES
    assert StatedUncertainty.model_validate(FACTOR | {"percent": "15 %"}).percent == 15
    assert StatedUncertainty.model_validate(FACTOR | {"percent": "0.2 %"}).percent == 0.2
