"""Series of a publication, and where its method changed."""

from __future__ import annotations

import pytest

from carbon.factors import editions


@pytest.mark.parametrize(("source_id", "series"), [
    ("desnz_2025", "desnz"), ("epa_hub_2024", "epa_hub"), ("epa_egrid_2023", "epa_egrid"),
    ("sdes_ges501", "sdes_ges501"), ("ember_owid_2026", "ember_owid"), ("epa_supply_chain_1_3", "epa_supply_chain"),
    ("ademe_base_carbone_23", "ademe_base_carbone"), ("company", ""), ("company_supplier_2024", ""),
])
def test_a_series_is_the_source_without_its_edition(source_id, series):
    """Numbers at the end are the edition; what a company brought itself has none."""
    assert editions.series_of(source_id) == series


def test_a_change_of_method_is_named():
    """DESNZ 2026 computes UK electricity another way: the step from 2025 is no change of the grid; from 2024 to 2025,
    of another country or of another fuel it is none.
    """
    assert "method" in editions.break_between("desnz_2026", "electricity", "GB", 2025, 2026)
    for other in (("desnz_2025", "electricity", "GB", 2024, 2025), ("desnz_2026", "electricity", "FR", 2025, 2026),
                  ("desnz_2026", "natural_gas", "GB", 2025, 2026),
                  ("ember_owid_2026", "electricity", "GB", 2025, 2026)):
        assert editions.break_between(*other) == ""
