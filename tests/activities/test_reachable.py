"""Every packaged activity is reached by a record, or is on a list with the reason why it is not."""

from __future__ import annotations

import csv
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from carbon.activities import classify
from carbon.activities.kinds.energy import carriers
from carbon.activities.kinds.flights import bands
from carbon.activities.kinds.modes import COMPANY, activities
from carbon.core import vocabulary
from carbon.factors import load
from carbon.factors.library import releases

LIST = Path(__file__).with_name("unreachable.csv")


@pytest.fixture(scope="module")
def packaged_activities():
    """All activities of all releases."""
    return {a for release in releases()["release"] for a in load(release).table["activity"].unique()}


def listed() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def trips() -> list[dict]:
    """One trip for each line of the tables of modes and of flights."""
    drive = {"distance": 800.0, "distance_unit": "km"}
    lines = []
    for (mode, region), of_mode in activities().items():
        for detail, size, fuel in of_mode:
            own = {"mode_detail": "company"} if mode.startswith(COMPANY) else {"mode_detail": detail}
            lines.append({**drive, "mode": mode.removeprefix(COMPANY), "size": size, "fuel": fuel,
                          "country": region or "FR", "nights": 1.0, **own})
    lines += [{"mode": "car", "distance": 5.0, "distance_unit": "L", "fuel": f} for f in ("diesel", "petrol", "lpg")]
    return lines


def flights() -> list[dict]:
    """Flights of every cabin between towns of every haul, and of lengths in every band."""
    ends = [("LHR", "EDI"), ("LHR", "CDG"), ("LHR", "JFK"), ("CDG", "JFK"), ("CDG", "LYS"), ("CDG", "FCO"),
            ("CDG", "ATH")]
    cabins = ["", "economy", "premium_economy", "business", "first"]
    return [{"origin": a, "destination": b, "cabin_class": cabin} for a, b in ends for cabin in cabins]


def others(names: set[str]) -> dict[str, list[dict]]:
    """Records of the kinds whose words are names of activities, with every word that a file may have."""
    def tails(head: str) -> list[str]:
        return sorted(n.removeprefix(head) for n in names if n.startswith(head))

    units = {"energy": "kWh", "mass": "kg", "volume": "L", "volume_scf": "scf", "energy_HHV": "kWh_HHV",
             "energy_LHV": "kWh_LHV"}
    metered = [{"carrier": c, "unit": units[row["dimensions"].split()[0]], "country": "FR"}
               for c, row in carriers().iterrows() if row["activity"]
               and (c in vocabulary.words_of("carrier").values())]
    treatments = set(vocabulary.words_of("treatment").values())
    materials = {t.rpartition(".")[0] for t in tails("waste.")}
    return {
        "energy": metered,
        "water": [{"service": s} for s in sorted(set(vocabulary.words_of("water").values()))],
        "waste": [{"material": m, "treatment": t, "country": c} for m in materials for t in treatments
                  for c in ("GB", "US", "FR")],
        "freight": [{"mode": m, "quantity": 1.0, "unit": "tonne.km"} for m in tails("freight.")],
        "refrigerants": [{"gas": g} for g in tails("refrigerant.")],
        "equipment": [{"item": i} for i in (*tails("it."), *(n for n in names if n.startswith(("furniture.",
                                                                                            "building."))))],
        "homeworking": [{}], "commuting": [{"mode": "car"}]}


def test_every_packaged_activity_is_reached_or_listed(read, packaged_activities):
    """What no record leads to is on the list with a reason; what the list names is packaged and not reached."""
    declared = {"company_vehicles": {"ownership": "owned", "fuel": "unknown_fuel", "charged_at_metered_sites": 0.0}}
    found = set(classify(read(travel=trips(), travel_params=declared, **others(packaged_activities))
                         ).activities["activity"])
    for scheme in sorted(set(bands()["scheme"])):
        found |= set(classify(read(travel=flights(), travel_params={"flight_bands": scheme})
                              ).activities["activity"])
    apart = packaged_activities - found
    patterns = listed()
    unexplained = sorted(a for a in apart if not any(fnmatchcase(a, p["activity"]) for p in patterns))
    idle = [p["activity"] for p in patterns if not any(fnmatchcase(a, p["activity"]) for a in apart)]
    assert not unexplained, unexplained
    assert not idle, idle
    assert all(p["reason"] for p in patterns)
