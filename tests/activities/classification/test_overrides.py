"""Rules of the company for physical records."""

from __future__ import annotations

from company_rules import rule

from carbon.activities import classify


def test_rules_for_physical_records(read):
    """A rule with kind energy excludes readings, or moves them to another scope and category."""
    rules = [rule("sold on", {"kind": ["energy"], "site": ["annexe"]}, exclude="used by a tenant"),
             rule("leased", {"kind": ["energy"], "site": ["depot"]}, activity="electricity", scope="3", category=8)]
    energy = [{"site": "annexe", "country": "FR"}, {"site": "depot", "country": "FR"}]
    result = classify(read(energy=energy, rules=rules))
    assert result.activities[["scope", "category", "rule"]].values.tolist() == [["3", 8, "leased"]]
    assert result.ledger["reason"].tolist() == ["used by a tenant (rule sold on)"]
