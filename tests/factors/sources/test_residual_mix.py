"""Residual mixes that the user brings."""

from __future__ import annotations

import pytest

from carbon.factors.sources import residual_mix


def test_residual_mixes_come_with_evidence(write):
    """724.56 g CO2/kWh = 0.72456 kg, CO2 only and said so; no evidence, no figure, no region: left out, never 0."""
    path = write("r.csv", "region;year;g_co2_per_kwh;evidence\nDE;2024;724.56;edition 2024, table 2\n"
                                       "AT;2024;;table 2\nIT;2024;441.2;\nItaly;2024;441.2;table 2\n")
    found = residual_mix.import_residual_mix(path)
    row = found.table.iloc[0]
    assert (row["activity"], row["region"], row["notes"]) == ("electricity.residual", "DE", "CO2 only")
    assert row["co2e_kg"] == pytest.approx(0.72456) and found.kept == 1
    assert set(found.left_out["reason"]) == {"no figure", "no evidence", "no ISO code"}
