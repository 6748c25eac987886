"""The quality criteria of instruments, one by one; what an inventory makes of them is in tests/accounting."""

from datetime import date

import pandas as pd
import pytest
from one_meter import instrument

from carbon.core.zones import market_of
from carbon.emissions.quality_criteria import CRITERIA, assess, unmet
from carbon.params.shapes.company import InstrumentVintage

METERS = pd.DataFrame({"site": ["lyon", "denver"], "region": ["FR", "US-eGRID-RMPA"]})
YEAR = {"first": date(2024, 1, 1), "last": date(2024, 12, 31), "vintage": InstrumentVintage()}


def _missed(**given):
    return [m.criterion for m in unmet(instrument(**given), **YEAR, meters=METERS)]


@pytest.mark.parametrize(("made", "missed"), [
    (("2023-07-01", "2023-07-31"), []), (("2023-06-30", "2023-07-31"), ["vintage"]),
    (("2025-03-01", "2025-03-31"), []), (("2025-03-01", "2025-04-01"), ["vintage"])])
def test_a_vintage_lies_six_months_before_to_three_after(made, missed):
    """The whole of the generation lies within the window, both ends included."""
    assert _missed(generated_from=made[0], generated_to=made[1], cancelled_on="2025-06-01") == missed


@pytest.mark.parametrize(("region", "sites", "missed"), [
    ("FR", [], []), ("US", ["denver"], []), ("US-eGRID-NWPP", ["denver"], []), ("US", ["lyon"], ["same market"]),
    ("NO", [], ["same market"]), ("FR", ["lyon", "denver"], ["same market"]), ("NO", ["closed site"], [])])
def test_a_market_is_the_country_of_the_consumption(region, sites, missed):
    """A zone is of its country's market; a site without consumption contradicts nothing, and uses nothing."""
    assert _missed(region=region, sites=sites) == missed


def test_each_fault_names_a_criterion_and_a_remedy():
    """Whatever is missing, its criterion is one of the list, with what would meet it."""
    bare = {"rate_basis": "", "registry": "", "certificate_numbers": [], "cancelled_for": "", "cancelled_on": None,
            "generated_from": None, "generated_to": None, "certificates": "sold", "delivered_rate": False,
            "plant_max_age_years": 10, "carrier": "gas", "region": "NO"}
    faults = [m for kind in ("certificate", "contract", "supplier_rate") for m in unmet(
        instrument(kind=kind, **bare), **YEAR, meters=METERS)]
    assert {m.criterion for m in faults} == set(CRITERIA)
    assert all(m.reason and m.remedy for m in faults)


def test_a_residual_mix_of_the_companys_own_needs_its_rate_and_market_only():
    """A residual mix is published, not cancelled."""
    own = instrument(kind="residual_mix", volume_kwh=None, registry="", certificate_numbers=[], cancelled_for="",
                     cancelled_on=None, generated_from=None, generated_to=None, certificates="", delivered_rate=False)
    split = assess([own], {"electricity": METERS}, **YEAR)
    assert (split.applied, split.not_applied) == ((own,), ())
    assert market_of("AU-NSW") == "AU"
