"""The result of classification."""

from __future__ import annotations

from carbon.activities import classify


def test_its_line_counts_activities_ledger_and_open_groups(read):
    """Printed, it is one line: company, year, and how many rows ended where."""
    lines = [{"account": "64", "amount": 5.0}, {"account": "999", "supplier": "A"}, {"account": "999", "supplier": "B"}]
    rules = [{"id": "out", "when": {"account": ["64"]}, "exclude": "wages"}]
    text = repr(classify(read(purchases=lines, energy=[{}], rules=rules)))
    assert text == "Classified(petite-boite 2024: 1 activities, 3 ledger lines, 2 groups unclassified)"
