"""One small question to the library, and the call to type instead where it has no answer.

The error shows the same call with the choice it lacks, and only a call that was tried and has an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np
import pandas as pd

from carbon.core import countries, zones
from carbon.core.errors import AmbiguousFactorError, MissingFactorError, UsageError
from carbon.core.zones import country_of
from carbon.factors import candidates
from carbon.factors.library import Library
from carbon.factors.matching import FactorTable, Matched, match_factors
from carbon.factors.misses import AMBIGUOUS, OF_UNITS, other_names
from carbon.factors.search import meant, search
from carbon.params.shapes.company import FactorPolicy, Vintage

PURCHASED = ("electricity", "district_heat", "district_cooling", "steam")
_FIRST_REGIONS = ("GLO", "EU27", "FR", "GB", "US")
_STEPS = 4
"""Choices that one call may lack at most: unit, year, price basis, GWP set."""
_SHOWN = 8


@dataclass(frozen=True)
class Question:
    """Activity, quantity, unit and the choices `estimate` was called with; a choice not made is None or empty."""

    activity: str
    quantity: float
    unit: str
    region: str
    year: int
    gwp: str
    library: FactorTable
    scope: str | None = None
    policy: FactorPolicy | None = None
    allow: tuple[str, ...] = ()
    non_co2: str | None = None
    own_library: bool = False

    @property
    def for_scope(self) -> str:
        """The scope asked for; without one "2" for purchased energy, "3" for the rest."""
        return self.scope or ("2" if self.activity.startswith(PURCHASED) else "3")

    @property
    def rules(self) -> FactorPolicy:
        """The policy asked for; without one the strictest: only the region itself, no later vintage."""
        return self.policy or FactorPolicy(release=getattr(self.library, "release", ""), regions={},
                                           vintage=Vintage(later="refuse", max_gap=0),
                                           price_basis="strict", deflator="world_bank_gdp")

    def matched(self) -> Matched:
        """Match the question against the library; the result has its factor or its miss."""
        key = pd.DataFrame({"activity": [self.activity], "unit": [self.unit], "region": [self.region],
                            "year": [self.year], "scope": [self.for_scope]})
        key = key.astype(dict.fromkeys(("activity", "unit", "region", "scope"), "str"))
        return match_factors(key, self.library, policy=self.rules, gwp=self.gwp, strict=False,
                             non_co2=self.non_co2 or "as_published", allow_mixed_gwp=list(self.allow))

    def call(self) -> str:
        """Return the question as the Python call to type."""
        words = [_text(self.activity), f"{self.quantity!r}", _text(self.unit), f"region={_text(self.region)}",
                 f"year={self.year}", f"gwp={_text(self.gwp)}"]
        words += [f"scope={_text(self.scope)}"] if self.scope else []
        words += [f"non_co2={_text(self.non_co2)}"] if self.non_co2 else []
        words += [f"allow_mixed_gwp=[{', '.join(map(_text, self.allow))}]"] if self.allow else []
        words += [f"policy={_typed(self.policy)}"] if self.policy else []
        words += ["factors=factors"] if self.own_library else []
        return f"cb.estimate({', '.join(words)})"


def finite(quantity: object) -> float:
    """Return a quantity that can be multiplied.

    Raises UsageError: Text, a flag, nothing, not a number (NaN) or without end (inf).
    """
    if isinstance(quantity, bool) or not isinstance(quantity, Real):
        raise UsageError(f"The quantity must be a number, is {quantity!r}")
    if not np.isfinite(float(quantity)):
        raise UsageError(f"The quantity must be a finite number, is {quantity!r}",
                         hint="a quantity that is not known has no estimate; leave the row out, or find the figure")
    return quantity if isinstance(quantity, int | float) else float(quantity)


def whole_year(year: object) -> int:
    """Return a year as a whole number.

    Raises UsageError: Anything else: "2024", 2024.5, True.
    """
    if isinstance(year, bool) or not isinstance(year, int | np.integer):
        raise UsageError(f"year must be a whole number such as 2024, is {year!r}")
    return int(year)


def known_region(region: object, library: FactorTable) -> str:
    """Return a region that the library or ISO 3166 has.

    Raises UsageError: Neither; where the word names a country, its code is given.
    """
    library_regions = set(library.table["region"])
    known_places = {*library_regions, *countries.codes(), *(z for c in zones.countries() for z in zones.zones_of(c))}
    if isinstance(region, str) and region in known_places:
        return region
    code = countries.country_code(region) if isinstance(region, str) else ""
    if code:
        raise UsageError(f"Unknown region {region!r}", hint=f'write the ISO code: region="{code}"')
    areas = ", ".join(sorted(r for r in library_regions if r not in countries.codes())[:_SHOWN])
    raise UsageError(f"Unknown region {region!r}: no country has this code or name",
                     hint='write an ISO alpha-2 code, e.g. region="FR"' + (f", or one of {areas}" if areas else ""))


def refusal(question: Question, miss: pd.Series) -> MissingFactorError | AmbiguousFactorError:
    """Return the error of a question without an answer: the reason, and the call that has one."""
    rows = pd.DataFrame({"activity": [question.activity], "unit": [question.unit], "region": [question.region],
                         "year": [question.year]})
    answerable = _mended(question)
    if answerable is None:
        hint = f"{miss['reason']}; {_otherwise(question, miss)}"
    else:
        changes = "\n".join(f"- {line}" for line in _changes(question, answerable, miss))
        policy = "\n(from carbon.params.shapes.company import FactorPolicy, Vintage)" if answerable.policy else ""
        hint = f"{miss['reason']}. If that is what you want, type{policy}\n{answerable.call()}\n{changes}"
    if miss["nearest"]:
        hint += f"\nNearest: {miss['nearest']}"
    if miss["code"] in (AMBIGUOUS, OF_UNITS):
        return AmbiguousFactorError("1 activity has several factors that fit equally well:", rows=rows, hint=hint)
    return MissingFactorError("1 activity has no emission factor:", rows=rows, hint=hint)


def _mended(question: Question) -> Question | None:
    """Return the nearest question that has an answer: one choice at a time, by the reason of each miss."""
    for _ in range(_STEPS):
        misses = question.matched().resolved.misses
        if misses.empty:
            return question
        next_question = _change(question, misses.iloc[0])
        if next_question is None:
            return None
        question = next_question
    return question if question.matched().resolved.misses.empty else None


def _change(question: Question, miss: pd.Series) -> Question | None:
    code, rules = miss["code"], question.rules
    first = str(miss["nearest"]).split(" (", 1)[0]
    if code == "gwp_mixed":
        ids = question.library.table.loc[question.library.table["element_id"] == first, "factor_id"]
        return replace(question, allow=(*question.allow, *([first] if ids.str.startswith(first).all() else ids)))
    if code == AMBIGUOUS:
        source = question.library.table.loc[question.library.table["element_id"] == first, "source_id"].iloc[0]
        return replace(question, policy=rules.model_copy(update={"prefer": [source]}))
    if code == "life_cycle_grid":
        return replace(question, policy=rules.model_copy(update={"life_cycle_grid": [question.region]}))
    if code == "price_basis":
        return replace(question, policy=rules.model_copy(update={"price_basis": "as_is"}))
    if code == "no_price_index":
        return replace(question, policy=rules.model_copy(update={"deflator": "none"}))
    if code == "activity":
        names = [a for a in meant(question.activity) if question.library.table["activity"].eq(a).any()]
        return replace(question, activity=names[0]) if len(names) == 1 else None
    return _year_or_region(question, str(code))


def _year_or_region(question: Question, code: str) -> Question | None:
    fitting = _fitting(question)
    if code == "region":
        for name in other_names(question.activity):
            other_question = replace(question, activity=name)
            if _fitting(other_question)["region"].eq(question.region).any():
                return other_question
    if code == "year":
        mine = fitting[fitting["region"].isin(question.rules.chain(question.region, question.for_scope))]
        later = mine.loc[mine["valid_from"] > question.year, "valid_from"]
        return replace(question, year=int(later.min())) if len(later) else None
    if code == "region" and question.for_scope == "3":
        return replace(question, region=regions[0]) if (regions := _regions(fitting)) else None
    return None


def _fitting(question: Question) -> pd.DataFrame:
    """Return the activity's factors per a unit that the quantity's unit converts to."""
    table = question.library.table
    mine = table[table["activity"] == question.activity]
    unit = candidates.canonical_unit(question.unit)
    country, own_fuels = country_of(question.region), question.rules.own_fuels
    fits = {u: candidates.unit_fit(unit, u, question.activity, country=country, own_fuels=own_fuels) != candidates.UNFIT
            for u in mine["unit"].unique()}
    return mine[mine["unit"].map(fits).astype(bool)]


def _regions(factors: pd.DataFrame) -> list[str]:
    regions = set(factors["region"])
    return [*(r for r in _FIRST_REGIONS if r in regions), *sorted(regions.difference(_FIRST_REGIONS))]


def _changes(question: Question, answerable: Question, miss: pd.Series) -> Iterable[str]:
    """Explain each changed choice in a line."""
    if answerable.activity != question.activity:
        yield f"{question.activity!r} may mean {answerable.activity}, which has factors in {answerable.region}"
    if answerable.region != question.region:
        others = ", ".join(_regions(_fitting(question))[:_SHOWN])
        yield f"region: {question.region} has no such factor; there are some for {others}"
    if answerable.year != question.year:
        yield f"year: {answerable.year} is the nearest year with a factor; the strictest policy takes no later edition"
    if answerable.allow != question.allow:
        yield (f"allow_mixed_gwp: its CO2e is used as published; the publisher's GWP set is not {question.gwp}, or is "
               "not stated")
    if answerable.policy != question.policy:
        yield "policy: another choice than the strictest, " + ", ".join(
            f"{name}={value!r}" for name, value in answerable.rules.model_dump().items()
            if value != question.rules.model_dump()[name])


def _otherwise(question: Question, miss: pd.Series) -> str:
    """Return what to do where no change of a choice gives an answer."""
    by_factor = f"name a factor yourself: cb.estimate({question.quantity!r}, {_text(question.unit)}, factor=...)"
    if miss["code"] == "activity":
        library = question.library if isinstance(question.library, Library) else None
        activities = search(question.activity, library)["activity"].unique()[:_SHOWN] if library else ()
        suggestion = f"the library has {', '.join(activities)}; " if len(activities) else ""
        return f"{suggestion}see cb.factors.search({_text(question.activity)}), or {by_factor}"
    if miss["code"] in ("unit", "unit_unknown"):
        return str(miss["what_to_do"]).partition(", or add a factor")[0]
    return by_factor


def _text(word: str | None) -> str:
    return '"' + str(word).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _typed(policy: FactorPolicy | None) -> str:
    """Return a policy as the Python call to type, without its defaults."""
    assert policy is not None
    choices = {name: getattr(policy, name) for name in policy.model_dump(exclude_defaults=True)}
    vintage = choices.pop("vintage").model_dump(exclude_defaults=True)
    years = ", ".join(f"{k}={v!r}" for k, v in vintage.items())
    return "FactorPolicy(" + ", ".join([*(f"{k}={v!r}" for k, v in choices.items()), f"vintage=Vintage({years})"]) + ")"
