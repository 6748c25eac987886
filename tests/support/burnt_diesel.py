"""Diesel, burnt and upstream, and emissions without instruments."""

from __future__ import annotations

from carbon.emissions.calculate import calculate_emissions

DIESEL = [
    {"part": "combustion", "co2e_kg": 2.5, "co2_kg": 2.49, "ch4_kg": 0.0001, "n2o_kg": 0.00002, "biogenic_co2_kg": 0.2},
    {"part": "upstream", "co2e_kg": 0.6},
]


def emissions_of(activities, matched):
    return calculate_emissions(activities, matched, instruments=[], residual=None)
