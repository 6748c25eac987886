"""The most specific packaged activity for the words of a trip: mode, service, size, fuel and country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from carbon.activities.classification.charts import PACKAGE
from carbon.core import packaged
from carbon.core.units import find
from carbon.core.zones import country_of as country_of_zone
from carbon.params.shapes.own_factor import OwnFactor

DECLARED = "declared"
"""A plain train, and one without a factor of its own: the activity that the company's params declare."""
AVERAGE, UNKNOWN_FUEL = "average", "unknown_fuel"
CHARGED = ("battery_electric", "plug_in_hybrid")
SIZED = ("car", "van", "motorbike")
COMPANY = "company "
"""Start of the mode of a vehicle that the company runs."""
COARSER = "coarser factor: "
"""Start of the remark on a row whose factor is wider than its words ask for."""


@dataclass(frozen=True)
class Choice:
    """An activity and its unit, or the code, reason and remedy of a word that is asked about.

    `coarser` is what the factor is where it is wider than the words; `region` is the country whose service it is.
    """

    activity: str = ""
    unit: str = "passenger.km"
    coarser: str = ""
    region: str = ""
    code: str = ""
    reason: str = ""
    what_to_do: str = ""


@dataclass(frozen=True)
class _Line:
    activity: str
    unit: str
    coarser: str


@cache
def activities() -> dict[tuple[str, str], dict[tuple[str, str, str], _Line]]:
    """Load (mode, region) -> (service, size, fuel) -> activity, unit and what is coarser; "" is any other region."""
    lines: dict[tuple[str, str], dict[tuple[str, str, str], _Line]] = {}
    for r in packaged.read_rows(PACKAGE, "data/travel_activities.csv"):
        line = _Line(r["activity"], r["unit"], r["coarser"])
        lines.setdefault((r["mode"], r["region"]), {})[r["service"], r["size"], r["fuel"]] = line
    return lines


@cache
def services() -> dict[tuple[str, str], tuple[str, str]]:
    """Load (mode, service) -> the country whose service it is ("" any) and its name in messages."""
    return {(r["mode"], r["service"]): (r["country"], r["label"])
            for r in packaged.read_rows(PACKAGE, "data/travel_services.csv")}


def country_of(mode: str, service: str) -> str:
    """Return the country whose service it is, "" where several have it."""
    return services().get((mode, service), ("", ""))[0]


Own = Mapping[tuple[str, str], tuple[str, str]]
"""(plain name, region) -> activity and unit of what the company has its own factor for."""
_UNITS = {"passenger_distance": "passenger.km", "distance": "km"}


@cache
def own_trips(own_factors: tuple[OwnFactor, ...]) -> Own:
    """Return the company's own factors of trips by plain name and region: travel.rail.fr.ter in FR is rail.ter."""
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for factor in own_factors:
        unit = find(factor.unit)
        if unit is not None and unit.dimension in _UNITS:
            place = {factor.region.lower(), country_of_zone(factor.region).lower()}
            words = [w for w in factor.activity.removeprefix("travel.").split(".") if w not in place]
            names[".".join(words), factor.region] = factor.activity, _UNITS[unit.dimension]
    return names


def _own_choice(names: Sequence[str], regions: Sequence[str], by_company: Own, asked_words: str = "") -> Choice | None:
    """Return the first name that the company has its own factor for in one of the regions; `asked_words`: coarser."""
    activity = next((by_company[name, region] for name in dict.fromkeys(names) for region in regions
                     if (name, region) in by_company), None)
    return activity and Choice(*activity, _remark(asked_words, activity[0]) if asked_words else "")


def _names(mode: str, service: str, size: str, fuel: str) -> tuple[list[str], list[str]]:
    """Return the plain names of a trip's words, and of what is wider than they are."""
    vehicle = mode.removeprefix(COMPANY)
    if vehicle in SIZED:
        base, asked_size = _base(mode), size or AVERAGE
        wider = [(AVERAGE, fuel)] + ([(asked_size, UNKNOWN_FUEL), (AVERAGE, UNKNOWN_FUEL), ("", "")]
                                     if fuel not in CHARGED else [])
        return _joined(base, asked_size, fuel), [name for words in wider for name in _joined(base, *words)]
    fuel = "" if fuel == UNKNOWN_FUEL else fuel
    of_service = [line.activity for (m, _), lines in activities().items() if m == mode and service
                  for key, line in lines.items() if key == (service, "", "") and line.activity and not line.coarser]
    average = [mode, f"{mode}.{AVERAGE}"]
    average += [line.activity for key, line in activities().get((mode, ""), {}).items() if key == ("", "", "")]
    without_fuel = [f"{mode}.{service}", *of_service] if service else [] if mode == "rail" else average
    return (_joined(mode, service, fuel), [*without_fuel, *average]) if fuel else (without_fuel, average)


def _joined(*words: str) -> list[str]:
    return [".".join(word for word in words if word)]


def _base(mode: str) -> str:
    return {"company car": "company_car", "company motorbike": "company_motorbike", "van": "freight.van",
            "company van": "freight.van"}.get(mode, mode)


def chosen(
    mode: str, service: str, size: str, fuel: str, regions: Sequence[str], by_company: Own | None = None,
) -> Choice:
    """Choose the activity of a trip that is no flight: the company's own for its words, else the published one.

    Where the published one is wider than the words, or is asked about, the company's own of the same width goes first.
    `by_company`: what the company has its own factor for (`own_trips`); the other parameters are those of `published`.
    """
    if not by_company:
        return published(mode, service, size, fuel, regions)
    vehicle = mode.removeprefix(COMPANY)
    home = country_of(vehicle, service)
    places = [home, *regions] if home else regions
    exact, wider = _names(mode, service, size, fuel)
    choice = _own_choice(exact, places, by_company)
    if choice is None:
        choice = published(mode, service, size, fuel, regions)
        if choice.coarser and choice.activity != DECLARED:
            words = " ".join(w.replace("_", " ") for w in (size, fuel, service) if w not in ("", AVERAGE, UNKNOWN_FUEL))
            choice = _own_choice(wider, places, by_company, f"{words} {mode}".strip()) or choice
    return replace(choice, region=home) if home and not choice.code else choice


def published(mode: str, service: str, size: str, fuel: str, regions: Sequence[str]) -> Choice:
    """Choose the packaged activity of a trip that is no flight.

    The first of `regions` with figures for the mode decides; there, the line with the same service, size and fuel, else
    a wider one, named in `coarser`. A train takes figures of its own country alone. A service, size or fuel that does
    not belong to the mode is asked about, with the choices.

    Parameters
    ----------
    mode
        "rail", "tram", "car" ...; "company car" and the like for vehicles that the company runs.
    regions
        The country of the trip, and those whose factors may replace its own, in order.
    """
    vehicle = mode.removeprefix(COMPANY)
    home_region = (country_of(vehicle, service),) if country_of(vehicle, service) else ()
    if home_region or mode == "rail":
        regions = home_region or regions[:1]
    if service and (vehicle, service) not in services():
        choices = [s for m, s in services() if m == vehicle]
        return _asked("service_unknown", f"{vehicle} has no service {service!r}",
                      f"leave `mode_detail` blank, or write one of: {', '.join(choices)}" if choices else
                      "leave `mode_detail` blank")
    region = next((r for r in (*regions, "") if (mode, r) in activities()), "")
    lines = activities().get((mode, region), {})
    if vehicle in SIZED:
        return _of_size(mode, size, fuel, lines, home_region[0] if home_region else "")
    line = lines.get((service, "", fuel)) or lines.get((service, "", "")) or activities().get((mode, ""), {}).get(
        (service, "", ""))
    if line is None:
        return _wider(mode, service, lines, regions[0])
    if not line.activity:
        names = [services()[mode, s][1] for s, _, _ in lines if s and lines[s, "", ""].activity]
        return _asked("service_unclear", f"{_called(mode, service)} may be several services of {regions[0]}",
                      f"name the service: {', '.join(names)}; that of a whole file under `constants: "
                      "{mode_detail: ...}` in params")
    unread = fuel not in ("", UNKNOWN_FUEL) and line is not lines.get((service, "", fuel))
    asked_words = f"{fuel.replace('_', ' ')} {mode}" if unread else _called(mode, service)
    factor = line.coarser or (line.activity if unread else "")
    return Choice(line.activity, line.unit, _remark(asked_words, factor), home_region[0] if home_region else "")


def _asked(code: str, reason: str, what_to_do: str) -> Choice:
    return Choice(code=code, reason=reason, what_to_do=what_to_do)


def _called(mode: str, service: str) -> str:
    return services().get((mode, service), ("", mode))[1]


def _remark(asked_words: str, factor: str) -> str:
    return f"{COARSER}asked for {asked_words}, factor is {factor}" if factor else ""


def _wider(mode: str, service: str, lines: dict[tuple[str, str, str], _Line], region: str) -> Choice:
    """Return what is taken for a service without a figure: the declared train, or the mode's average, as a remark."""
    if mode == "rail":
        return Choice(DECLARED, coarser=_called(mode, service) if service else "", region=country_of(mode, service))
    line = lines[next(key for key in lines if key == ("", "", ""))]
    return Choice(line.activity, line.unit, _remark(_called(mode, service), f"the average of {mode} in {region}"))


def _of_size(mode: str, size: str, fuel: str, lines: dict[tuple[str, str, str], _Line], region: str) -> Choice:
    """Return the activity of a vehicle: its size and fuel, else the average of its fuel, else that of any fuel."""
    size_asked = size or AVERAGE
    fuel = "" if mode.endswith("motorbike") and fuel in ("petrol", UNKNOWN_FUEL) else fuel
    from_exact_to_coarse = [(size_asked, fuel), (AVERAGE, fuel)]
    if fuel not in CHARGED:
        from_exact_to_coarse += [(size_asked, UNKNOWN_FUEL), (AVERAGE, UNKNOWN_FUEL), (size_asked, ""), (AVERAGE, "")]
    for at in dict.fromkeys(from_exact_to_coarse):
        line = lines.get(("", *at))
        if line is not None:
            wider = [word for word, has in zip((size, fuel), at, strict=True)
                     if word not in ("", AVERAGE, UNKNOWN_FUEL, has)]
            asked_words = " ".join(w.replace("_", " ") for w in (*wider, mode))
            return Choice(line.activity, line.unit, _remark(asked_words, line.activity) if wider else "", region)
    return Choice(_joined(_base(mode), size_asked, fuel)[0], "km")


def sizes_of(mode: str, fuel: str, regions: Sequence[str]) -> list[str]:
    """Return the sizes that a vehicle of this fuel may have, in the first of `regions` with figures."""
    region = next((r for r in regions if (mode, r) in activities()), "")
    lines = activities().get((mode, region), {})
    of_this_fuel = [size for _, size, of_fuel in lines if of_fuel in (fuel, "")]
    return of_this_fuel or [size for _, size, of_fuel in lines if of_fuel == UNKNOWN_FUEL and fuel not in CHARGED]
