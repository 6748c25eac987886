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
from carbon.emissions.uncertainty.sources import NO_SOURCE, Columns, UncertainRows
from carbon.emissions.uncertainty.stated import Stated, columns_of

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


def factor_sources(rows: Rows, facts: FactorFacts, rules: Columns, statements: Stated) -> list[SlotSources]:
    """Return the factors' own sources and those of their families."""
    code, names, words = _factors(rows)
    rule = first_fit(rules_of(rules, FACTOR), **{c: words[c] for c in ("tier", "activity", "part", "unit")})
    percent = np.array([facts.percent.get(name, np.nan) for name in names], dtype=np.float64)
    element = [facts.element.get(name, name) for name in names]
    percents: dict[str, set[float]] = {}
    for element_id, stated in zip(element, percent.tolist(), strict=True):
        percents.setdefault(element_id, set()).add(stated)
    company, keys = [], []
    # A statement of one part is of that part alone; one of the element is of all of its parts.
    for name, element_id, stated, by, class_ in zip(names, element, percent.tolist(), rule["shared_by"], rule["class"],
                                                    strict=True):
        company.append(statements.find((FACTOR, name), (FACTOR, element_id)))
        by_element = company[-1] or (by == _BY_ELEMENT if stated != stated else len(percents[element_id]) == 1)
        keys.append(name if (FACTOR, name) in statements.spreads else
                    class_ if by == _BY_CLASS and stated != stated and company[-1] is None else
                    element_id if by_element else name)
    # One source a key: its words are those of the first of its parts by name, in any order of the rows.
    order = np.argsort(names.astype(str), kind="stable")
    ids, at = np.unique(np.array(keys, dtype=str), return_inverse=True)
    first = np.full(len(ids), -1)
    first[at[order][::-1]] = order[::-1]
    published = ~np.isnan(percent)
    sigma = sigma_of_gsd2(np.where(published, 1 + np.nan_to_num(percent) / 100, rule["gsd2"]))
    table = {"source_id": np.array([f"{FACTOR}:{i}" for i in ids], dtype=object),
             "ask": rule["ask"][first] + " (" + words["activity"][first] + ")",
             **columns_of({c: v[first] for c, v in rule.items()}, sigma[first], [company[i] for i in first],
                          (published | (words["activity"] == INSTRUMENT))[first])}
    family, families = _families(table, rule["class"][first], words["source_id"][first], rule, first, statements)
    return [SlotSources(FACTOR, at[code], table), SlotSources(FAMILY, np.where(
        family[at] < 0, NO_SOURCE, family[at])[code], families)]


def with_correlation(rows: UncertainRows, correlation: float) -> UncertainRows:
    """Return rows whose factors have this share in common with their family in place of the declared one, 0 to 1."""
    joint_spread = rows.column("joint_spread")
    spread = joint_spread * np.sqrt(np.where(rows.column("of") == FAMILY, correlation, 1 - correlation))
    return rows.with_columns(spread=np.where(np.isnan(joint_spread), rows.column("spread"), spread))


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


def _families(table: dict[str, npt.NDArray[np.generic]], classes: Words, publishers: Words, rule: Columns,
              first: npt.NDArray[np.intp], statements: Stated
              ) -> tuple[npt.NDArray[np.int64], dict[str, npt.NDArray[np.generic]]]:
    """Take the common part out of each source's spread; return the family of each source, and the families. A family's
    multiplier is one standard normal number to the power of each factor's own sigma; as sources have one spread each,
    factors of a family with another sigma (a published +- among defaults) are a family of their own.
    """
    share = np.array([statements.correlation.get(str(c), r) for c, r in
                      zip(classes, rule["correlation"][first], strict=True)], dtype=np.float64)
    model = np.array([_FIGARO.sub("figaro", _EDITION.sub("", str(p))) for p in publishers], dtype=object)
    none = np.array([m == "" or m.startswith(_OWN) for m in model], dtype=bool)
    out = none | (table["by"] == "company") | (table["distribution"] != LOGNORMAL) | (share == 0)
    share = np.where(out, 0.0, share)
    sigma = table["spread"].astype(np.float64)
    names = np.array([f"{FAMILY}:{m}/{c}/{s:.6f}" for m, c, s in zip(model, classes, sigma, strict=True)], dtype=object)
    ids, at = np.unique(names[~out].astype(str), return_inverse=True)
    family = np.full(len(names), -1, dtype=np.int64)
    family[~out] = at
    one = np.zeros(len(ids), dtype=np.int64)
    one[at] = np.flatnonzero(~out)
    table["spread"], table["joint_spread"] = sigma * np.sqrt(1 - share), np.where(out, np.nan, sigma)
    return family, {
        "source_id": ids.astype(object), "of": _filled(FAMILY, len(ids)), "distribution": _filled(LOGNORMAL, len(ids)),
        "spread": sigma[one] * np.sqrt(share[one]), "joint_spread": sigma[one], "centre": np.ones(len(ids)),
        "evidence": _filled("", len(ids)), "by": table["by"][one], "stated": table["stated"][one],
        "class": classes[one], "effort": _filled("none", len(ids)),
        "after": np.exp(2 * sigma[one] * np.sqrt(share[one])), "shared_over_years": table["shared_over_years"][one],
        "ask": _filled("nothing: the publisher's model is behind all of these factors", len(ids))}


def _filled(word: str, n: int) -> Words:
    return np.full(n, word, dtype=object)
