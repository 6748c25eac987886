"""The region of an activity: the rule's, the record's, its site's, the company's."""

from __future__ import annotations

import pytest

from carbon.activities import classify

ANY = [{"id": "any", "when": {"supplier": ["*"]}, "activity": "purchase.nace.S96"}]


@pytest.mark.parametrize(("line", "region"), [
    ({"country": "DE", "site": "madrid"}, "DE"), ({"site": "madrid"}, "ES"), ({}, "FR"),
])
def test_region_of_a_purchase(read, line, region):
    """The record's country, else its site's, else the company's."""
    found = classify(read(purchases=[line], rules=ANY, sites={"madrid": "ES"})).activities["region"]
    assert found.tolist() == [region]


def test_a_rule_can_fix_the_region(read):
    """A rule's region comes before the record's country."""
    rules = [{**ANY[0], "region": "GLO"}]
    assert classify(read(purchases=[{"country": "DE"}], rules=rules)).activities["region"].tolist() == ["GLO"]
