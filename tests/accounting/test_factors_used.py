"""The factors behind an inventory: each that a row names, with what it gave to the headline total."""

import numpy as np
import pytest

from carbon.emissions.market import INSTRUMENT, SOURCE


def test_each_factor_of_a_row_is_listed_once_with_what_it_emitted(hand):
    """Market-based: 56 kg from the residual mix, nothing from the location-based grid factor; the sum is the total."""
    emitted = hand.factors.set_index("factor_id")["emitted_kg"]

    assert emitted.index.is_unique and emitted.index.is_monotonic_increasing
    assert set(emitted.index) == set(hand.emissions["factor_id"])
    assert emitted["electricity.combustion"] == 0.0
    assert emitted["electricity.residual.total"] == pytest.approx(56.0, rel=1e-9)
    assert emitted.sum() == pytest.approx(hand.total("market-based"), rel=1e-12)
    assert not {"decoy-year", "decoy-region"} & set(emitted.index)


def test_a_contract_is_a_factor_with_its_evidence_as_page(hand):
    """300 kWh certified at zero: a factor among the others; the company's contracts are one of the sources."""
    row = hand.factors.set_index("factor_id").loc[INSTRUMENT + "GO-1"]

    assert (row["co2e_kg"], row["emitted_kg"], row["page"]) == (0.0, 0.0, "cancelled for the test")
    assert np.isnan(row["uncertainty_pct"]) and row["source_id"] == SOURCE
    assert set(hand.factor_sources["source_id"]) == {"hand", SOURCE}
