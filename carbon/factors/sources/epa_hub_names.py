"""
The Hub's units and labels in the library's own words; a label without a name here becomes a slug.
"""

from __future__ import annotations

UNITS = {
    "short ton": "short ton", "scf": "scf", "gallon": "US gallon", "vehicle-mile": "mile",
    "passenger-mile": "passenger.mile", "short ton-mile": "short ton.mile",
}

WAYS = {
    "recycled": "recycling", "landfilled": "landfill", "combusted": "combustion", "composted": "composting",
    "anaerobically_digested_dry_digestate_with_curing": "anaerobic_digestion_dry",
    "anaerobically_digested_wet_digestate_with_curing": "anaerobic_digestion_wet",
}
"""Slug of a waste column -> treatment."""

RENAMED = {
    "Natural Gas": "natural_gas", "Propane": "propane", "Propane Gas": "propane.gas", "Butane": "butane",
    "Distillate Fuel Oil No. 2": "heating_oil", "Liquefied Petroleum Gases (LPG)": "lpg",
    "Residual Fuel Oil No. 6": "fuel_oil", "Kerosene": "kerosene", "Motor Gasoline": "petrol.stationary",
    "Kerosene-Type Jet Fuel": "jet_fuel.stationary", "Aviation Gasoline": "aviation_spirit.stationary",
    "Anthracite": "coal.anthracite", "Bituminous": "coal.bituminous", "Sub-bituminous": "coal.sub_bituminous",
    "Lignite": "coal.lignite", "Mixed (Commercial Sector)": "coal.commercial",
    "Mixed (Electric Power Sector)": "coal.electricity_generation", "Mixed (Industrial Coking)": "coal.coking",
    "Mixed (Industrial Sector)": "coal.industrial", "Coal Coke": "coal.coke",
    "Petroleum Coke (Solid)": "petroleum_coke", "Wood and Wood Residuals": "wood.residuals",
    "Landfill Gas": "landfill_gas", "Biodiesel (100%)": "biodiesel.100", "Ethanol (100%)": "bioethanol",
    "Diesel Fuel, mobile": "diesel", "Motor Gasoline, mobile": "petrol",
    "Aviation Gasoline, mobile": "aviation_spirit",
    "Kerosene-Type Jet Fuel, mobile": "jet_fuel", "Compressed Natural Gas (CNG), mobile": "cng",
    "Liquefied Natural Gas (LNG), mobile": "lng", "Liquefied Petroleum Gases (LPG), mobile": "lpg.mobile",
    "Residual Fuel Oil, mobile": "marine_fuel_oil", "Steam and Heat": "steam",
    "Passenger Car": "car.average.unknown_fuel", "Light-Duty Truck": "car.light_truck.unknown_fuel",
    "Motorcycle": "motorbike.average", "Intercity Rail - Northeast Corridor": "rail.intercity_northeast_corridor",
    "Intercity Rail - Other Routes": "rail.intercity_other_routes",
    "Intercity Rail - National Average": "rail.national", "Commuter Rail": "rail.commuter",
    "Transit Rail (i.e. Subway, Tram)": "rail.underground", "Bus": "bus.average",
    "Air Travel - Short Haul (< 300 miles)": "flight.under_300mi.average",
    "Air Travel - Medium Haul (>= 300 miles, < 2300 miles)": "flight.300_2300mi.average",
    "Air Travel - Long Haul (>= 2300 miles)": "flight.over_2300mi.average",
    "Medium- and Heavy-Duty Truck": "freight.hgv.average", "Rail": "freight.rail",
    "Waterborne Craft": "freight.sea.average", "Aircraft": "freight.air.average",
}
