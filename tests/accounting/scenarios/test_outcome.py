"""The lever of a what-if cuts and adds the same kilograms as the what-if does."""

import pytest
import yaml

from carbon.accounting.scenarios.chain import what_if
from carbon.core.errors import MethodError
from carbon.levers.baseline import matching, streams
from carbon.params.shapes.levers import Lever

KNOWN = {"capex": 1000, "opex_per_year": 0, "savings_per_year": 50}


@pytest.fixture(scope="module")
def begun(hand):
    """A what-if in which nothing is changed yet."""
    return what_if(hand)


def as_lever(text):
    """The entry with what it asks for filled in."""
    (id_, entry), = yaml.safe_load(text).items()
    assert entry["lifetime_years"] == "<years>" and entry["cost"]["capex"] == "<capex>"
    return Lever(id=id_, **entry | {"cost": entry["cost"] | KNOWN, "lifetime_years": 5, "earliest_start": 2026})


def effect(lever, table):
    """Kilograms that the lever takes from the streams, less those that it adds."""
    kg = table["location_kg"].to_numpy()
    gone = sum(cut.reduction.likely * kg[matching(table, cut.where)].sum() for cut in lever.cuts)
    return gone - gone * sum(add.kg_per_kg_cut.likely for add in lever.adds)


@pytest.mark.parametrize("step", [
    lambda w: w.move({"mode": "air"}, to="rail", share=0.3), lambda w: w.cut({"kind": "purchases"}, share=0.2),
    lambda w: w.electrify({"activity": "natural_gas"}, unit="kWh_HHV", kwh_per_unit=0.3),
    lambda w: w.cut({"scope": "2"}, share=0.1).cut({"kind": "energy"}, share=0.5)])
def test_a_lever_has_the_effect_of_its_what_if(begun, step):
    """Kilograms cut less those added on the streams of the year."""
    made = step(begun)
    lever = as_lever(made.lever("by-rail", label="By train"))
    kg = made.base.total("location-based") - made.inventory.total("location-based")
    assert effect(lever, streams(begun.base.emissions)) == pytest.approx(kg, rel=1e-9)
    assert "what if, on the records of 2024" in str(lever.evidence)


def test_what_a_new_stream_adds_is_taken_off_the_cut(hand_company, tmp_path):
    """Gas becomes electricity, of which the year has none."""
    header, _, _, gas, _ = hand_company.energy.splitlines()
    base = hand_company.inventory(tmp_path, energy=f"{header}\n{gas}\n")
    made = what_if(base).electrify({"activity": "natural_gas"}, unit="kWh_HHV", kwh_per_unit=0.3)
    lever, table = as_lever(made.lever("pump", label="Heat pump")), streams(base.emissions)
    assert "electricity" not in table["activity"].tolist() and not lever.adds
    kg = base.total("location-based") - made.inventory.total("location-based")
    assert effect(lever, table) == pytest.approx(kg, rel=1e-9)


def test_a_what_if_that_cuts_nothing_is_no_lever(begun):
    """A lever cuts a stream."""
    with pytest.raises(MethodError, match="no stream falls"):
        begun.lever("idle", label="Idle")
