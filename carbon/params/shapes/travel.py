"""How trips are counted: bands of flights, trains and cars that a company declares, and its vehicles."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Annotated, Literal

from pydantic import Field, model_validator

from carbon.params.shapes.types import Model, Share

VehicleFuel = Literal[
    "", "diesel", "petrol", "hybrid", "plug_in_hybrid", "battery_electric", "lpg", "cng", "unknown_fuel"]
VehicleSize = Literal[
    "", "average", "small", "medium", "large", "mini", "supermini", "lower_medium", "upper_medium", "executive",
    "luxury", "sports", "dual_purpose_4x4", "mpv", "compact", "light_truck", "class_i", "class_ii", "class_iii",
    "scooter"]
Ownership = Literal["owned", "leased_in_approach", "leased_outside", "private"]
"""Whose a vehicle is: the first two are run by the company under its consolidation approach."""


class CompanyVehicles(Model):
    """What holds for vehicles of the company that vehicles.csv does not list."""

    ownership: Literal["owned", "leased_in_approach", "leased_outside"]
    fuel: VehicleFuel = ""
    size: VehicleSize = ""
    """Size of vehicles whose records give none; "average" accepts the average car."""
    charged_at_metered_sites: Share | None = None
    """Share of the electricity of battery and plug-in vehicles that the meters of the sites already hold."""


class Vehicle(Model):
    """One vehicle of params/<company>/vehicles.csv."""

    vehicle: Annotated[str, Field(min_length=1)]
    """Its number or plate; compared without case and punctuation, and never published."""
    ownership: Ownership
    fuel: VehicleFuel = ""
    size: VehicleSize = ""
    charged_at_metered_sites: Share | None = None


class FlightBand(Model):
    """One band of params/<company>/flight_bands.csv: flights longer than over_km, up to up_to_km, in one cabin."""

    over_km: Annotated[float, Field(ge=0)]
    up_to_km: Annotated[float, Field(gt=0)] = inf
    """The last band of a cabin has no end."""
    cabin: Literal["average", "economy", "premium_economy", "business", "first"]
    activity: str = ""
    """An activity of the library or of the company's factors.csv, by passenger.km; or kg_per_passenger_km."""
    kg_per_passenger_km: Annotated[float, Field(ge=0)] | None = None
    gwp_set: Literal["", "AR4GWP100", "AR5GWP100", "AR6GWP100"] = ""
    evidence: str = ""

    @model_validator(mode="after")
    def _one_factor(self) -> FlightBand:
        if (self.activity == "") == (self.kg_per_passenger_km is None):
            raise ValueError("give either an activity or kg_per_passenger_km")
        if self.kg_per_passenger_km is not None and not self.evidence:
            raise ValueError("kg_per_passenger_km needs its evidence")
        if self.up_to_km <= self.over_km:
            raise ValueError("up_to_km is not beyond over_km")
        return self

    @property
    def name(self) -> str:
        """Return the activity of its flights."""
        return self.activity or f"flight.own.{self.over_km:g}_{self.up_to_km:g}km.{self.cabin}"


def faults_of_bands(bands: Sequence[FlightBand]) -> list[str]:
    """Return gaps and overlaps: each cabin's bands begin at 0 km, follow one another, and the last has no end."""
    faults = []
    for cabin in dict.fromkeys(b.cabin for b in bands):
        end = 0.0
        for band in sorted((b for b in bands if b.cabin == cabin), key=lambda b: b.over_km):
            if band.over_km != end:
                what = "overlap" if band.over_km < end else "leave a gap"
                faults.append(f"bands of cabin {cabin} {what} between {min(end, band.over_km):g} and "
                              f"{max(end, band.over_km):g} km")
            end = max(end, band.up_to_km)
        if end != inf:
            faults.append(f"the last band of cabin {cabin} ends at {end:g} km: leave its up_to_km blank")
    return faults


class Travel(Model):
    """How trips become passenger-kilometres."""

    flight_bands: Literal["desnz", "ademe", "epa", "own"]
    """Whose bands of distance, and whose factors, flights have; own: those of params/<company>/flight_bands.csv."""
    non_co2: Literal["none", "as_published"]
    rail: dict[str, str]
    """Country -> rail activity; the key `other` is for every other country."""
    car: str = "car.average.unknown_fuel"
    flight_detour_km: Annotated[float, Field(ge=0)]
    """0 where the factor already holds its own uplift (DESNZ: 8 %)."""
    rail_detour: Annotated[float, Field(ge=1)]
    road_detour: Annotated[float, Field(ge=1)]
    namesakes: Literal["refuse", "largest"] = "refuse"
    """Reject a name that several towns have, or choose the largest: stated in `quality` and in a warning."""
    company_vehicles: CompanyVehicles | None = None

    @model_validator(mode="after")
    def _one_uplift(self) -> Travel:
        if self.flight_bands == "desnz" and self.flight_detour_km:
            raise ValueError(f"flight_detour_km {self.flight_detour_km:g} with flight_bands desnz: these factors hold "
                             "an uplift of 8 % already; write 0")
        return self
