"""The rule that decides each record: first in file order, by all its conditions."""

from __future__ import annotations

import re

import pytest
from company_rules import rule, rules_of

from carbon.activities import classify
from carbon.core.errors import ParamsError


def test_first_rule_in_file_order_wins(read):
    """A later rule that matches as well changes nothing."""
    rules = [rule("a", {"supplier": ["Nuage*"]}, activity="purchase.nace.J62_63"),
             rule("b", {"supplier": ["*"]}, activity="purchase.nace.S96")]
    assert rules_of(read, [{"supplier": "Nuage SA"}, {"supplier": "Pluie"}], rules) == ["a", "b"]


@pytest.mark.parametrize(("condition", "matches", "differs"), [
    ({"supplier": ["électricité de l'ouest"]}, {"supplier": "ELECTRICITE  DE L'OUEST"}, {"supplier": "Electricité"}),
    ({"supplier": ["a?c*"]}, {"supplier": "abcdef"}, {"supplier": "acdef"}),
    ({"category": ["Voyages (avion)"]}, {"category": "voyages (AVION)"}, {"category": "voyages"}),
    ({"account": ["615"]}, {"account": "6156"}, {"account": "1615"}),
    ({"keyword": ["hébergement"]}, {"description": "Facture HEBERGEMENT, mars"}, {"description": "hebergements"}),
    ({"keyword": ["abonn*"]}, {"description": "abonnement annuel"}, {"description": "desabonnement"}),
    ({"keyword": ["gare de l'est"]}, {"description": "Taxi Gare-de-l'Est"}, {"description": "gare de lyon"}),
    ({"country": ["GB"]}, {"country": "GB"}, {"country": "FR"}),
    ({"site": ["lyon"]}, {"site": "Lyon"}, {"site": "lyon2"}),
    ({"supplier": ["x"], "account": ["6"]}, {"supplier": "x", "account": "61"}, {"supplier": "x", "account": "2"}),
])
def test_conditions(read, condition, matches, differs):
    """Texts are case- and accent-blind globs, accounts prefixes, keywords whole words; all fields must match."""
    result = classify(read(purchases=[matches, differs], rules=[rule("r", condition, activity="x")]))
    assert result.activities["source_line"].tolist() == [2]
    assert result.ledger["code"].tolist() == ["unclassified"]


def test_a_rule_without_condition_is_refused(read):
    """It would swallow every line."""
    with pytest.raises(ParamsError, match=re.escape("Rule 'all' has no condition")):
        classify(read(purchases=[{}], rules=[rule("all", {}, activity="x")]))


def test_a_rule_without_kind_leaves_physical_records_alone(read):
    """A rule about a supplier's bills does not exclude its meter readings."""
    given = read(energy=[{"supplier": "Watt"}], purchases=[{"supplier": "Watt"}],
                 rules=[rule("watt", {"supplier": ["Watt"]}, exclude="paid by the landlord")])
    result = classify(given)
    assert result.activities["kind"].tolist() == ["energy"]
    assert result.ledger["kind"].tolist() == ["purchases"]
