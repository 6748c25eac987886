"""The instrument ledger of a company-year: what each claim covered, and each that is not applied, with its kWh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import MARKET
from carbon.core.text_columns import lines_of, records_of, text_table, values_of
from carbon.emissions import scope2
from carbon.emissions.market import INSTRUMENT, READ, kwh_per_unit, meters, served_rows
from carbon.emissions.quality_criteria import Assessed, Unmet, assess
from carbon.params.shapes.certificates import how_many
from carbon.params.shapes.company import CompanyParams
from carbon.params.shapes.instrument import Instrument

NATURAL_GAS = "natural_gas"
KWH_OF_A_CERTIFICATE = 1000.0
"""Size of a guarantee of origin (Directive (EU) 2018/2001, art. 19(2)), of a North American REC and of an I-REC."""
NOT_APPLIED = schemas.Table("instruments_not_applied", {
    **dict.fromkeys(("instrument", "kind", "carrier", "region"), schemas.TEXT),
    **dict.fromkeys(("kg_per_kwh", "kwh", "covered_kwh", "lower_kg"), schemas.NUMBER),
    **dict.fromkeys(("criterion", "reason", "remedy", "evidence"), schemas.TEXT)}, key=("instrument",))


def assessed(params: CompanyParams, activities: pd.DataFrame, first: date, last: date) -> Assessed:
    """Divide the company's instruments, cut to the year, by whether they meet all quality criteria."""
    in_year = scope2.for_period(params.instruments, first, last)
    if not in_year:
        return Assessed((), ())
    carriers: set[str] = {it.carrier for it in in_year}
    places = {carrier: _places(activities, carrier) for carrier in carriers}
    return assess(in_year, places, first=first, last=last, vintage=params.instrument_vintage)


def _places(activities: pd.DataFrame, carrier: str) -> pd.DataFrame:
    at = (np.flatnonzero(activities["activity"] == carrier) if carrier == NATURAL_GAS
          else served_rows(activities, carrier))
    return pd.DataFrame({c: values_of(activities[c]).take(at) for c in ("site", "region")}).drop_duplicates()


def uses(activities: pd.DataFrame, applied: tuple[Instrument, ...]) -> pd.DataFrame:
    """Return the kWh of each applied instrument: volume, allocated, unused; and of each carrier the kWh uncovered."""
    carriers = (scope2.ELECTRICITY, *sorted({i.carrier for i in applied} - {scope2.ELECTRICITY}))
    tables = [scope2.instrument_use(scope2.allocate(
        meters(_readings(activities, carrier)), [i for i in applied if i.carrier == carrier]), carrier)
        for carrier in carriers]
    return pd.concat(tables, ignore_index=True)


def _readings(activities: pd.DataFrame, carrier: str) -> pd.DataFrame:
    return activities[[*READ]].take(served_rows(activities, carrier))


def not_applied(activities: pd.DataFrame, emissions: pd.DataFrame, claims: Assessed) -> pd.DataFrame:
    """Return the instruments that are not applied, each with the criteria it misses and what it would change.

    lower = sum over rows (kWh that it would cover x (kg/kWh of the residual mix or average in its place - its own))

    Returns
    -------
    DataFrame
        instrument, kind, carrier, region, kg_per_kwh, kwh (volume of the year; without one, covered_kwh), covered_kwh
        (of what no applied instrument covers), lower_kg [kg CO2e] (NaN for gas: scope 1 has no market-based figure),
        criterion, reason, remedy ("; "-joined), evidence.
    """
    if not claims.not_applied:
        return NOT_APPLIED.empty()
    lines: list[tuple[object, ...]] = []
    for carrier in dict.fromkeys(it.carrier for it, _ in claims.not_applied):
        of_carrier = [(it, missed) for it, missed in claims.not_applied if it.carrier == carrier]
        lines += (_lines_of_gas(of_carrier) if carrier == NATURAL_GAS
                  else _lines_of(activities, emissions, claims.applied, of_carrier))
    table = pd.DataFrame(lines, columns=list(NOT_APPLIED.columns))
    return NOT_APPLIED.validate(schemas.retyped(table, NOT_APPLIED.dtypes))


def _line(it: Instrument, missed: tuple[Unmet, ...], kwh: float, covered: float, lower: float) -> tuple[object, ...]:
    return (it.id, it.kind, it.carrier, it.region, it.kg_per_kwh, kwh, covered, lower,
            "; ".join(m.criterion for m in missed), "; ".join(m.reason for m in missed),
            "; ".join(m.remedy for m in missed), it.evidence)


def _lines_of_gas(claims: list[tuple[Instrument, tuple[Unmet, ...]]]) -> list[tuple[object, ...]]:
    return [_line(it, missed, np.nan if it.volume_kwh is None else it.volume_kwh, 0.0, np.nan) for it, missed in claims]


def _lines_of(
    activities: pd.DataFrame, emissions: pd.DataFrame, applied: tuple[Instrument, ...],
    claims: list[tuple[Instrument, tuple[Unmet, ...]]],
) -> list[tuple[object, ...]]:
    """Cover with the claims what the applied instruments left; a foreign claim as if it were of the sites' market."""
    carrier = claims[0][0].carrier
    readings = _readings(activities, carrier)
    table, rates = meters(readings), _rest_rates(emissions, readings)
    rest = scope2.allocate(table, [i for i in applied if i.carrier == carrier]).rest_kwh
    missed_by, region_of = {it.id: missed for it, missed in claims}, {it.id: it.region for it, _ in claims}
    foreign = {name for name, missed in missed_by.items() if "same market" in {m.criterion for m in missed}}
    at_home = scope2.allocate(table.assign(kwh=rest), [it for it, _ in claims if it.id not in foreign])
    abroad = scope2.allocate(table.assign(kwh=at_home.rest_kwh, region=""), [
        it.model_copy(update={"region": ""}) for it, _ in claims if it.id in foreign])
    lines = []
    for it, kwh in (*zip(at_home.instruments, at_home.kwh, strict=True),
                    *zip(abroad.instruments, abroad.kwh, strict=True)):
        covered, shown_claim = exact_total(kwh), it.model_copy(update={"region": region_of[it.id]})
        lines.append(_line(shown_claim, missed_by[it.id], covered if it.volume_kwh is None else it.volume_kwh, covered,
                           exact_total(kwh * (rates - it.kg_per_kwh))))
    return lines


def _rest_rates(emissions: pd.DataFrame, readings: pd.DataFrame) -> np.ndarray:
    """Return the kg/kWh that the uncovered kWh of each reading take in the market-based figure; 0 where all are."""
    market = emissions[(emissions["scope2_method"] == MARKET)
                       & ~emissions["factor_id"].astype("str").str.startswith(INSTRUMENT)]
    per_unit = market.groupby("activity_id", observed=True)["kg_per_unit"].sum()
    rates = readings["activity_id"].astype("str").map(per_unit).fillna(0.0).to_numpy(dtype=np.float64)
    return rates / kwh_per_unit(readings)


def warned(claims: Assessed, use: pd.DataFrame, missed: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Return the warnings of the ledger, code and text.

    `instrument_not_applied`: kWh, tonnes, criterion and remedy of each claim that misses a criterion;
    `instrument_unused`: an applied one that covers nothing, with the sites that have consumption;
    `certificates_too_few`: one that covers more than its certificates, at the usual 1 MWh each.
    """
    lines = [("instrument_not_applied", _warning(line)) for line in records_of(missed)]
    covered = dict(lines_of(use, ["instrument", "allocated_kwh"]))
    for name, carrier in lines_of(use, ["instrument", "carrier"]):
        if not name or covered[name] != 0:
            continue
        sites = ", ".join(sorted(set(_places(activities, carrier)["site"]))) or "none"
        lines.append(("instrument_unused", f"instrument {name} covers no kWh of {carrier}: its days, region or sites "
                      f"have no consumption that is left; sites with consumption: {sites}"))
    for it in claims.applied:
        certified = how_many(it.certificate_numbers) * KWH_OF_A_CERTIFICATE
        if it.certificate_numbers and covered[it.id] > certified:
            lines.append(("certificates_too_few", f"instrument {it.id} covers {covered[it.id]:,.0f} kWh with "
                          f"certificates of {certified:,.0f} kWh at 1 MWh each: list all their numbers, or reduce its "
                          "volume"))
    return text_table(lines, ["code", "text"])


def _warning(line: Mapping[str, Any]) -> str:
    volume = "a volume that is not stated" if np.isnan(line["kwh"]) else f"{line['kwh']:,.0f} kWh"
    effect = ("listed next to scope 1" if np.isnan(line["lower_kg"]) else
              f"the market-based figure would be {line['lower_kg'] / 1000:,.3f} t CO2e lower")
    return (f"{line['kind']} {line['instrument']} ({line['carrier']}, {line['region']}, {volume}) is not applied: "
            f"{line['reason']}; {effect}; {line['remedy']}")
