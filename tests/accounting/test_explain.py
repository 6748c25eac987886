"""A figure is explained by its rows, their factors and the lines of the files."""

import pytest

from carbon.core.exact import exact_total


def test_every_emission_row_leads_to_its_line_and_its_factor(hand, hand_company):
    """factor_id, source_id, source_file and source_line on each; the raw line has the quantity."""
    columns = ["factor_id", "source_id", "source_file"]
    assert (hand.emissions[columns] != "").all(axis=None)
    diesel = hand.emissions[hand.emissions["activity"] == "diesel"]
    assert diesel["source_line"].tolist() == [5, 5]
    assert hand_company.energy.splitlines()[4] == "lyon,diesel,2024-01-01,2024-12-31,100,L"


def test_any_figure_is_explained_by_its_rows(hand):
    """The figure is the exact sum of the rows shown; each names quantity, factor, page, file and line."""
    found = hand.explain("scope1")

    assert found.co2e_kg == pytest.approx(610.0, rel=1e-9)
    assert exact_total(found.rows["co2e_kg"]) == found.co2e_kg
    assert "2,000 kWh_HHV x 0.18 kg/kWh_HHV = 360.000 kg  natural_gas, combustion" in found.formula
    assert "p. 1" in found.formula
    assert "data/raw/hand/2024/energy.csv line 4" in found.formula
    for name in ("total-market", "scope2-location", "3.6", "energy/diesel", "site/lyon", "supplier/Beta",
                 f"activity/{hand.emissions['activity_id'].iloc[0]}"):
        assert len(hand.explain(name).rows), name
    assert hand.explain("3.5").formula == "no rows: excluded: not weighed"
