"""The quality criteria of contractual instruments: each is a check of fields with evidence.

Source: GHG Protocol, Scope 2 Guidance (2015), ch. 7 (pages 58 to 65), table 7.1 (numbers of `CRITERIA`); heat, steam
and cooling: appendix A (pages 94 and 95). The pages are those of its table of contents. Criterion
8, that a residual mix is available or its absence disclosed, is met by the warning `no_residual_mix` of each inventory.
Gas is burnt in scope 1, which has no market-based figure (GHG Protocol, Interim Update on Accounting for Biomethane
Certificates, 2023): its certificates are listed, and lower no total.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from carbon.core.zones import market_of
from carbon.params.shapes.company import InstrumentVintage
from carbon.params.shapes.instrument import Instrument

CRITERIA = {
    "direct rate": "1: it conveys the direct emission rate of the energy generated",
    "unique claim": "2: it is the only claim on that generation",
    "cancelled": "3: it is tracked, and redeemed, retired or cancelled for the company",
    "vintage": "4: it is issued and redeemed as close as possible to the consumption",
    "same market": "5: it is from the market of the consumption",
    "supplier rate": "6: a supplier's rate is of the energy delivered, with the certificates accounted for",
    "contract": "7: the certificates of a contract's generation go to the company and to nobody else",
    "plant age": "of a programme: the plant is young enough",
    "scope 1": "gas is burnt in scope 1, which has no market-based figure",
}
_ENDED = ("cancelled", "transferred")


@dataclass(frozen=True)
class Unmet:
    """A criterion that an instrument does not meet: why, and what would meet it."""

    criterion: str
    reason: str
    remedy: str


def unmet_of_itself(it: Instrument) -> list[Unmet]:
    """Return the criteria that an instrument's own fields do not meet, whenever and wherever it is used."""
    checks: tuple[Callable[[Instrument], Unmet | None], ...] = (
        _rate, _unique, _cancelled, _vintage_stated, _supplier_rate, _contract, _plant_age, _gas)
    return [fault for check in checks if (fault := check(it)) is not None]


def unmet(it: Instrument, *, first: date, last: date, vintage: InstrumentVintage, meters: pd.DataFrame) -> list[Unmet]:
    """Return the criteria that an instrument does not meet for the consumption of a reporting year.

    Parameters
    ----------
    it
        An instrument, cut to the year (`scope2.for_period`).
    first, last
        Reporting year, both days included.
    vintage
        How far generation may lie from it [months].
    meters
        Consumption of the instrument's carrier: site, region.
    """
    faults = [*unmet_of_itself(it), _vintage(it, first, last, vintage), _market(it, meters)]
    return [fault for fault in faults if fault is not None]


def _has_certificates(it: Instrument) -> bool:
    return it.kind == "certificate" or (it.kind == "contract" and it.certificates in _ENDED)


def _rate(it: Instrument) -> Unmet | None:
    if it.rate_basis == "direct":
        return None
    reason = ("the rate is of the whole life cycle, scope 2 counts generation alone" if it.rate_basis
              else "the basis of its rate is not stated")
    return Unmet("direct rate", reason, "state the direct emissions of generation in kg_per_kwh, with "
                 "rate_basis: direct")


def _unique(it: Instrument) -> Unmet | None:
    if it.also_claimed:
        return Unmet("unique claim", f"it is claimed twice: also by {it.also_claimed}",
                     "keep it where its certificates were cancelled for, and list the numbers of each share")
    absent = [name for name in ("registry", "certificate_numbers") if not getattr(it, name)]
    if _has_certificates(it) and absent:
        return Unmet("unique claim", f"without {' and '.join(absent)}, nobody can see that it is claimed once",
                     "give registry and certificate_numbers of the cancellation statement")
    return None


def _cancelled(it: Instrument) -> Unmet | None:
    absent = [name for name in ("cancelled_for", "cancelled_on") if not getattr(it, name)]
    if _has_certificates(it) and absent:
        return Unmet("cancelled", f"{' and '.join(absent)} not stated",
                     "give the beneficiary and the day of the cancellation statement")
    return None


def _vintage_stated(it: Instrument) -> Unmet | None:
    if _has_certificates(it) and it.generated_from is None:
        return Unmet("vintage", "when its energy was generated is not stated",
                     "give generated_from and generated_to of the certificates")
    return None


def _supplier_rate(it: Instrument) -> Unmet | None:
    if it.kind != "supplier_rate":
        return None
    if not it.delivered_rate:
        return Unmet("supplier rate", "that the rate is of the energy delivered is not stated",
                     "delivered_rate: true where the supplier's disclosure shows it, attributes that were sold counted "
                     "as residual mix")
    if it.certificates not in ("cancelled", "none_issued"):
        return Unmet("supplier rate", "the certificates behind the rate are "
                     + (it.certificates or "not accounted for"),
                     "certificates: cancelled (for its customers) or none_issued, as the supplier's disclosure shows")
    return None


def _contract(it: Instrument) -> Unmet | None:
    if it.kind != "contract" or it.certificates in (*_ENDED, "none_issued"):
        return None
    return Unmet("contract", "the certificates of its generation are " + (it.certificates or "not accounted for"),
                 "certificates: cancelled, transferred (to the company, and cancelled for it) or none_issued")


def _plant_age(it: Instrument) -> Unmet | None:
    limit = it.plant_max_age_years
    if limit is None:
        return None
    if it.commissioned is None:
        return Unmet("plant age", f"its programme asks for a plant of at most {limit:g} years, and none is dated",
                     "give commissioned, the day on which the plant began to generate")
    age = ((it.generated_from or it.start) - it.commissioned).days / 365.25
    if age <= limit:
        return None
    return Unmet("plant age", f"the plant is {age:.1f} years old, its programme asks for at most {limit:g}",
                 "use certificates of a younger plant, or leave plant_max_age_years out where no programme asks")


def _gas(it: Instrument) -> Unmet | None:
    if it.carrier != "natural_gas":
        return None
    return Unmet("scope 1", "gas is burnt in scope 1, which has no market-based figure",
                 "report it next to the inventory, as a separate line")


def _vintage(it: Instrument, first: date, last: date, vintage: InstrumentVintage) -> Unmet | None:
    if it.generated_from is None or it.generated_to is None:
        return None
    earliest = pd.Timestamp(first) - pd.DateOffset(months=vintage.months_before)
    latest = pd.Timestamp(last) + pd.DateOffset(months=vintage.months_after)
    if pd.Timestamp(it.generated_from) >= earliest and pd.Timestamp(it.generated_to) <= latest:
        return None
    return Unmet("vintage", f"generated {it.generated_from} to {it.generated_to}, not between {earliest.date()} and "
                 f"{latest.date()}", "use certificates generated near the reporting year; `instrument_vintage` of the "
                 "params states how near")


def _market(it: Instrument, meters: pd.DataFrame) -> Unmet | None:
    served = meters[meters["site"].isin(it.sites)] if it.sites else meters
    markets = {market_of(region) for region in served["region"].unique().tolist()}
    home = market_of(it.region)
    foreign = sorted(markets - {home}) if it.sites or home not in markets else []
    if not foreign:
        return None
    return Unmet("same market", f"it is of the market {it.region}, the consumption is in {', '.join(foreign)}",
                 "name the market where it was cancelled in region, and sites of that market only")


@dataclass(frozen=True)
class Assessed:
    """Instruments of a reporting year that count, and those that do not with the criteria they miss."""

    applied: tuple[Instrument, ...]
    not_applied: tuple[tuple[Instrument, tuple[Unmet, ...]], ...]


def assess(
    instruments: Sequence[Instrument], meters: dict[str, pd.DataFrame], *, first: date, last: date,
    vintage: InstrumentVintage,
) -> Assessed:
    """Divide the instruments of a year by whether they meet all quality criteria; arguments as of `unmet`.

    Parameters
    ----------
    meters
        By carrier: site, region of its consumption.
    """
    faults = [(it, tuple(unmet(it, first=first, last=last, vintage=vintage, meters=meters[it.carrier])))
              for it in instruments]
    return Assessed(tuple(it for it, missed in faults if not missed), tuple((it, m) for it, m in faults if m))
