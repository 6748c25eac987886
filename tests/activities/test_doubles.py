"""The same energy in two scopes: a remark, and nothing changes."""

from __future__ import annotations

from carbon.activities import classify


def test_one_kwh_in_two_scopes_is_found(read):
    """900 kWh metered and 0.9 MWh given again as an activity of leased assets for the same days: listed, both kept."""
    days = {"period_start": "2024-01-01", "period_end": "2024-01-31"}
    found = classify(read(
        energy=[{"quantity": 900.0, **days}, {"quantity": 800.0, **days, "site": "lille", "country": "FR"}],
        activities=[{"activity": "electricity", "quantity": 0.9, "unit": "MWh", "category": 8, "site": "", **days}]))

    texts = found.warnings.loc[found.warnings["code"] == "two_scopes", "text"].tolist()
    assert len(texts) == 1
    assert "energy.csv:2" in texts[0] and "activities.csv:2" in texts[0]
    assert found.activities["quantity"].tolist() == [900.0, 800.0, 0.9]
