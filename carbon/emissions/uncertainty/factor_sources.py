"""Sources of a factor's error: its own, and the part that it has in common with others of its publisher's model.

A publisher's +- holds for a whole factor: its parts (combustion, upstream, manufacture; gases) have one source, so that
their sum has the stated uncertainty whatever the parts. Of the logarithm's variance sigma^2, `correlation` is common to
all factors of a class of one publisher, and 1 - correlation is the factor's own: their sum is sigma^2 for any value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from carbon.core import units
from carbon.core.columns import Rows
from carbon.emissions.market import INSTRUMENT
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.rules import SlotSources, Words, first_fit, rules_of
from carbon.emissions.uncertainty.sources import NO_SOURCE, Columns
from carbon.emissions.uncertainty.stated import Spread, Stated

FACTOR, FAMILY = "factor", "factor family"
_FIGARO = re.compile(r"figaro.*|sdes_ges501")
"""Sources built on the tables of FIGARO: SDES takes what imported products contain from them. They err together."""
_EDITION = re.compile(r"(?:_v?\d+)+$")
_OWN = "company"
"""How source_id of a company's own factors begins: no publisher's model is behind them."""
OF_FACTOR = ("activity", "part", "tier", "source_id", "unit", "factor_id")
"""Columns of emission rows that decide the sources of their factors."""
_BY_ELEMENT, _BY_CLASS = "element", "class"


@dataclass(frozen=True)
class FactorFacts:
    """What is known of the factors of some rows, by factor_id."""

    percent: Mapping[str, float] = field(default_factory=dict)
    """+- % at 95 % as the publisher states it."""
    element: Mapping[str, str] = field(default_factory=dict)
    """element_id: parts with one element are one published factor."""
    correlation: float | None = None
    """In place of the declared correlation of every class: 0 and 1 are the two ends."""


def factor_sources(rows: Rows, facts: FactorFacts, rules: Columns, statements: Stated) -> list[SlotSources]:
    """Return the factors' own sources and those of their families."""
    code, names, words = _factors(rows)
    rule = first_fit(rules_of(rules, FACTOR), **{c: words[c] for c in ("tier", "activity", "part", "unit")})
    percent = np.array([facts.percent.get(name, np.nan) for name in names], dtype=np.float64)
    element = np.array([facts.element.get(name, name) for name in names], dtype=object)
    company_spreads = [statements.find((FACTOR, name), (FACTOR, element_id))
                       for name, element_id in zip(names, element, strict=True)]
    by_rule = (rule["shared_by"] == _BY_ELEMENT) & np.isnan(percent)
    key = np.where(_one_percent(element, percent) | by_rule, element, names)
    # A statement of one part is of that part alone; one of the element is of all of its parts.
    key = np.array([name if (FACTOR, name) in statements.spreads else element_id if spread else at
                    for at, name, element_id, spread in zip(key, names, element, company_spreads, strict=True)],
                   dtype=object)
    no_statement = np.array([spread is None for spread in company_spreads], dtype=bool)
    by_class = (rule["shared_by"] == _BY_CLASS) & np.isnan(percent) & no_statement
    key = np.where(by_class, rule["class"], key)
    # One source a key: its words are those of the first of its parts by name, in any order of the rows.
    order = np.argsort(names.astype(str), kind="stable")
    ids, at = np.unique(key.astype(str), return_inverse=True)
    first = np.full(len(ids), -1)
    first[at[order][::-1]] = order[::-1]
    table = _spreads(percent[first], {c: v[first] for c, v in rule.items()}, [company_spreads[i] for i in first],
                     np.char.startswith(names[first].astype(str), INSTRUMENT) if len(first) else np.zeros(0, bool))
    table |= {"source_id": np.array([f"{FACTOR}:{i}" for i in ids], dtype=object), "of": _filled(FACTOR, len(ids)),
              "ask": rule["ask"][first] + " (" + words["activity"][first] + ")"}
    family, families = _families(table, rule["class"][first], words["source_id"][first], rule, first, facts, statements)
    return [SlotSources(FACTOR, at[code], table), SlotSources(FAMILY, np.where(
        family[at] < 0, NO_SOURCE, family[at])[code], families)]


def _factors(rows: Rows) -> tuple[npt.NDArray[np.int64], Words, dict[str, Words]]:
    """Return the factor of each row, the distinct factors, and words of the first row of each."""
    groups = rows.groups(["factor_id"])
    firsts, nothing = rows.take(groups.first), _filled("", len(groups))
    words = {c: firsts.get(c, nothing) for c in OF_FACTOR}
    is_instrument = np.array([name.startswith(INSTRUMENT) for name in words["factor_id"]], dtype=bool)
    words["activity"] = np.where(is_instrument, INSTRUMENT, words["activity"])
    words["unit"] = np.array([units.unit(u).dimension if u else "" for u in words["unit"]], dtype=object)
    is_own = np.array([s.startswith(_OWN) for s in words["source_id"]], dtype=bool)
    words["tier"] = np.where(is_own, words["tier"], "")  # an average stays one where the quantity is a supplier's
    return groups.number, words["factor_id"], words


def _one_percent(element: Words, percent: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return whether a factor's publisher states one +- for all parts of its element that are there."""
    names, at = np.unique(element.astype(str), return_inverse=True)
    least, most = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(least, at, np.nan_to_num(percent, nan=-np.inf))  # of a part without one the two differ
    np.maximum.at(most, at, np.nan_to_num(percent, nan=np.inf))
    return (least == most)[at]


def _spreads(percent: npt.NDArray[np.float64], rule: Columns, company_spreads: list[Spread | None],
             is_instrument: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[np.generic]]:
    """Return distribution, spread, centre and evidence of each source: company's, publisher's, or the rule's."""
    published = ~np.isnan(percent)
    sigma = sigma_of_gsd2(np.where(published, 1 + np.where(published, percent, 0) / 100, rule["gsd2"]))
    company = np.array([s is not None for s in company_spreads], dtype=bool)
    by = np.where(company, "company", np.where(published | is_instrument, "publisher", ""))
    return {
        "distribution": np.array([s.distribution if s else LOGNORMAL for s in company_spreads], dtype=object),
        "spread": np.array([s.spread if s else x for s, x in zip(company_spreads, sigma, strict=True)],
                           dtype=np.float64),
        "centre": np.array([s.centre if s else 1.0 for s in company_spreads], dtype=np.float64),
        "evidence": np.array([s.evidence if s else "" for s in company_spreads], dtype=object),
        "by": by.astype(object), "stated": by != "", "class": rule["class"], "effort": rule["effort"],
        "after": rule["after"], "shared_over_years": rule["shared_over_years"]}


def _families(table: dict[str, npt.NDArray[np.generic]], classes: Words, publishers: Words, rule: Columns,
              first: npt.NDArray[np.intp], facts: FactorFacts, statements: Stated
              ) -> tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[np.generic]]]:
    """Take the common part out of each source's spread; return the family of each source, and the families. A family's
    multiplier is one standard normal number to the power of each factor's own sigma; as sources have one spread each,
    factors of a family with another sigma (a published +- among defaults) are a family of their own.
    """
    declared = np.array([statements.correlation.get(str(c), r) for c, r in
                         zip(classes, rule["correlation"][first], strict=True)], dtype=np.float64)
    share = declared if facts.correlation is None else np.where(declared > 0, facts.correlation, 0.0)
    model = np.array([_FIGARO.sub("figaro", _EDITION.sub("", str(p))) for p in publishers], dtype=object)
    none = np.array([m == "" or m.startswith(_OWN) for m in model], dtype=bool)
    out = none | (table["by"] == "company") | (table["distribution"] != LOGNORMAL) | (declared == 0)
    share = np.where(out, 0.0, share)
    sigma = table["spread"].astype(np.float64)
    names = np.array([f"{FAMILY}:{m}/{c}/{s:.6f}" for m, c, s in zip(model, classes, sigma, strict=True)], dtype=object)
    ids, at = np.unique(names[~out].astype(str), return_inverse=True)
    family = np.full(len(names), -1, dtype=np.int64)
    family[~out] = at
    one = np.zeros(len(ids), dtype=np.int64)
    one[at] = np.flatnonzero(~out)
    table["spread"] = sigma * np.sqrt(1 - share)
    return family, {
        "source_id": ids.astype(object), "of": _filled(FAMILY, len(ids)), "distribution": _filled(LOGNORMAL, len(ids)),
        "spread": sigma[one] * np.sqrt(share[one]), "centre": np.ones(len(ids)), "evidence": _filled("", len(ids)),
        "by": table["by"][one], "stated": table["stated"][one], "class": classes[one],
        "effort": _filled("none", len(ids)), "after": np.exp(2 * sigma[one] * np.sqrt(share[one])),
        "shared_over_years": table["shared_over_years"][one], "ask": _filled(
            "nothing: the publisher's model is behind all of these factors", len(ids))}


def _filled(word: str, n: int) -> Words:
    return np.full(n, word, dtype=object)
