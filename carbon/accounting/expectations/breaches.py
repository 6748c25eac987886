"""Breaches: measures outside their band, each cause once, with the tonnes at stake and what it may be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import EXPECTATIONS
from carbon.accounting.expectations.measures import KG, SEPARATOR, WHOLE
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table

Floats = npt.NDArray[np.float64]

BREACHES = Table("breaches", {
    "code": TEXT, **{c: k for c, k in EXPECTATIONS.columns.items() if c not in ("before_kg", "co2e_kg")},
    "at_stake_kg": NUMBER, "cause": TEXT, "fails": FLAG, "accepted": TEXT,
})
"""One breach. at_stake_kg: how far the headline total would move if the measure were as expected [kg CO2e]; fails: a
run does not publish the year until it is accepted (of `breaches_of`: whether its size alone may be why); accepted: the
reason in params, who and when, "" without one.
"""
SLIPS = {1000.0: "MWh for kWh, t for kg, thousands of a currency", 100.0: "cents, or a decimal comma",
         12.0: "a year's total in each month", 10.0: "a digit too many"}
SHORTFALLS = {1000.0: "kWh for MWh, kg for t, a column in thousands", 100.0: "two digits missing, or a decimal comma",
              12.0: "a month's amount for the year", 10.0: "a digit missing"}
POWERS = (10.0, 100.0, 1000.0)
NEAR, DOUBLE = 0.22, 0.05
"""How near a ratio is to a power, or to two [ln]."""
NAMED = 3
"""Keys without rows that a breach names."""
EXPLAINED = 1.5
"""Times what is at stake of finer keys up to which a coarser one is explained by them."""


def breaches_of(expectations: pd.DataFrame, *, least_kg: Mapping[str, float]) -> pd.DataFrame:
    """Return the measures outside their band with enough at stake, largest first, each cause once.

    Of the measures of one key only the one with the most at stake is listed; its accounts, meters or routes
    replace a kind where they explain it.

    least_kg: emissions from which a breach is listed [kg CO2e], by scope; "" for what belongs to none.
    """
    expectations = expectations.assign(high=expectations["high"].replace(np.inf, np.nan))  # if all came
    value, low, high = (expectations[c].to_numpy() for c in ("value", "low", "high"))
    tolerance = 1e-9 * np.fmax(np.abs(high), 1.0)  # a band may have no upper end
    outside = (value < low - tolerance) | (value > high + tolerance)
    negative = (expectations["measure"] == m.LEVEL) & (value < 0)
    turned = negative & ((expectations["expected"] > 0) | (expectations["dimension"] == WHOLE)
                         | (expectations["years"] == 0))
    rows = expectations[outside | turned.to_numpy()]
    below = ((rows["measure"] == m.LEVEL) & (rows["value"] < 0)).to_numpy()
    codes = {measure: of.code for measure, of in m.described().items()}
    code = np.where(below, codes[m.NEGATIVE], rows["measure"].map(codes).to_numpy(dtype=object))
    rows = rows.assign(at_stake_kg=_at_stake(rows), code=code)
    # Totals below zero and a carrier of next to nothing are listed whatever their size; what months hold is a guess.
    least = np.array([least_kg[scope] for scope in rows["scope"].tolist()], dtype=np.float64)
    part = {m.TOTAL: 0.0, m.OF_A_METER: 0.0, m.MONTHS: 0.5, m.TO_END: 0.5}
    least *= [part.get(name, 1.0) for name in rows["measure"].tolist()]
    at_stake = rows["at_stake_kg"].to_numpy()
    rows = rows[(at_stake >= least) & (at_stake > 0)]
    rows = rows.assign(fails=~rows["measure"].isin(m.questions()))
    rows = _gone_together(_most_telling(_one_a_key(_below_once(rows))))
    rows = rows.assign(accepted="", cause=[_cause(*line) + more for *line, more in zip(
        *(rows[c] for c in ("measure", "value", "expected", "unit", "years", "_more")), strict=True)])
    return BREACHES.validate(rows[list(BREACHES.columns)].reset_index(drop=True).astype(BREACHES.dtypes))


def _at_stake(rows: pd.DataFrame) -> Floats:
    """Return how far the total would move if each measure were as expected [kg CO2e]."""
    value, expected, kg = (rows[c].to_numpy() for c in ("value", "expected", "co2e_kg"))
    kg, before = np.abs(kg), np.abs(np.nan_to_num(rows["before_kg"].to_numpy()))
    usual = np.nan_to_num(expected)
    measure, count = rows["measure"].to_numpy(dtype=object), np.maximum(rows["rows"].to_numpy(), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.nan_to_num(kg * np.abs(1 - expected / value), posinf=0.0)
        lost_kg = before * np.clip(1 - value / expected, 0, 1)
    at_stake = np.where(value < expected, np.maximum(np.where(value > 0, more, 0.0), lost_kg), more)
    # Half the price of before: twice the quantity, of which half is too much.
    cheaper = np.where(value < expected, kg * np.clip(1 - value / np.where(usual > 0, usual, np.nan), 0, 1), more)
    negative_rows = np.abs(value - usual) / count * 2 * kg
    with np.errstate(divide="ignore", invalid="ignore"):
        of_inverse = kg * np.abs(1 - value / expected)
        lost_months = np.maximum(kg / np.maximum(value, 1.0), before / 12.0) * np.clip(usual - value, 0, None)
    for name, size in {
        m.MONTHS: lost_months, m.TO_END: lost_months, m.AMOUNTS: kg,
        m.SHARE: np.maximum(kg, before) * np.abs(value - usual),
        **dict.fromkeys(m.group("limit"), more), **dict.fromkeys(m.INVERSE, of_inverse),
        **dict.fromkeys(m.group("pattern"), kg), **dict.fromkeys(m.group("odd"), kg * value),
        m.VAT_INSIDE: kg * value / 6, m.OTHER_YEAR: kg * value, m.AT_A_RATIO: kg * value / 2, m.PEAK: more,
        m.SUMS: kg / 2, m.NEGATIVE: 2 * kg * np.clip(value - usual, 0, None), m.NEGATIVE_ROWS: negative_rows,
        m.REPEATED: kg * np.clip(value - usual, 0, None), m.PLACE: np.maximum(before, 0.0), m.VAT: more,
        m.TOTAL: 2 * kg, m.PRICE: cheaper,
        **dict.fromkeys((m.EXCLUDED, m.REJECTED), np.clip(before - kg, 0, None)),
    }.items():
        at_stake = np.where(measure == name, size, at_stake)
    at_stake = np.where((measure == m.LEVEL) & (value < 0), 2.0 * kg + before, at_stake)
    return np.asarray(np.nan_to_num(at_stake, posinf=0.0), dtype=np.float64)


def _one_a_key(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the measure of each key with most at stake; no question where a claim has half as much or more."""
    keys = ["kind", "dimension", "key"]
    claimed = rows["at_stake_kg"].where(rows["fails"], 0.0).groupby([rows[c] for c in keys]).transform("max")
    rows = rows[rows["fails"] | (2 * claimed < rows["at_stake_kg"])]
    order = rows["measure"].map({name: i for i, name in enumerate(m.described())})
    rows = rows.assign(_order=order).sort_values(["at_stake_kg", "_order"], ascending=[False, True])
    rows = rows.drop_duplicates(keys).drop(columns="_order")
    # One total among the rows of an account, of their supplier and of their file.
    again = rows.duplicated(["kind", "measure", "example", "at_stake_kg"]) & (rows["measure"] == m.SUMS)
    return rows[~again]


def _most_telling(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out coarser keys that finer ones explain: their breaches have most of what is at stake. Questions in place
    of a coarser claim stop a run as it would.
    """
    depth = rows["dimension"].map(lambda d: 0 if d == WHOLE else 1 + d.count(SEPARATOR))
    kept_levels: list[pd.DataFrame] = []
    for kind, of_kind in rows.assign(_depth=depth).groupby("kind", sort=False):
        finer = claimed = 0.0
        for _, level in of_kind.groupby(-of_kind["_depth"]):
            explained = (level["at_stake_kg"] <= finer * EXPLAINED) & ~_is_kind_below(level)
            if (level.loc[explained & level["fails"], "at_stake_kg"] > claimed * EXPLAINED).any():
                kept_levels = [of.assign(fails=of["fails"] | (of["kind"] == kind)) for of in kept_levels]
            kept_levels.append(level[~explained])
            finer = max(finer, float(level["at_stake_kg"].sum()))
            claimed = max(claimed, float(level.loc[level["fails"], "at_stake_kg"].sum()))
    unexplained = pd.concat(kept_levels) if kept_levels else rows
    return unexplained.sort_values(["at_stake_kg", "kind", "key"], ascending=[False, True, True])


def _below_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the records of a kind below zero are the cause of: keys and emissions below zero, scope totals."""
    is_kind = _is_kind_below(rows)
    kinds = rows[is_kind]
    of_kind = pd.MultiIndex.from_frame(rows[["kind", "unit"]]).isin(pd.MultiIndex.from_frame(kinds[["kind", "unit"]]))
    of_kind |= (rows["unit"] == KG) & rows["kind"].isin(kinds["kind"])
    below = (rows["measure"] == m.LEVEL) & (rows["value"] < 0) & ~is_kind & of_kind
    return rows[~below & ~((rows["measure"] == m.TOTAL) & rows["scope"].isin(kinds["scope"]))]


def _is_kind_below(rows: pd.DataFrame) -> pd.Series:
    """Flag the amounts of whole kinds that are below zero, in their own unit."""
    return (rows["measure"] == m.LEVEL) & (rows["value"] < 0) & (rows["dimension"] == WHOLE) & (rows["unit"] != KG)


def _gone_together(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one line for all keys of a kind that have no rows this year: the largest, with what is at stake of all."""
    is_gone = ((rows["measure"] == m.LEVEL) & (rows["value"] == 0)).to_numpy()
    kept_rows = [rows[~is_gone].assign(_more="")]
    for _, of_kind in rows[is_gone].groupby("kind", sort=False):
        others = [SEPARATOR.join(word for word in key.split(SEPARATOR) if word.strip())
                  for key in of_kind["key"].tolist()[1:]]
        more = f"; so do {', '.join(others[:NAMED])}" if others else ""
        more += f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        kept_rows.append(of_kind.head(1).assign(_more=more, at_stake_kg=of_kind["at_stake_kg"].sum()))
    return pd.concat(kept_rows).sort_values(["at_stake_kg", "kind", "key"], ascending=[False, True, True])


def _cause(measure: str, value: float, expected: float, unit: str, years: int) -> str:
    """Return in words what the breach may be."""
    first, _, below = m.described()[measure].cause.partition("|")
    if first or (value < 0 and np.isnan(expected)):
        text = below if below and value < 0 else first or m.described()[m.TOTAL].cause
        return text.format(unit=unit, value=value, expected=expected, missing=expected - value)
    if value < 0:
        return m.described()[m.NEGATIVE].cause
    if measure in m.group("limit"):
        return _beyond(expected / value if measure in m.INVERSE else value / expected)
    if value == 0:
        return "no rows this year: closed, renamed, or a file that is missing?"
    if measure == m.PEAK and not years:
        return f"one row {value:,.0f} times the next: a digit too many, or cents?"
    return _slip(value / expected, measure) if expected > 0 else "no earlier year has it"


def _slip(ratio: float, measure: str) -> str:
    power = min(SLIPS, key=lambda p: abs(abs(np.log(ratio)) - np.log(p)))
    if abs(abs(np.log(ratio)) - np.log(power)) < NEAR:
        times = f"{power:g} times" if ratio > 1 else f"1/{power:g} of"
        # A price a thousand times too low is that of an amount a thousand times too high.
        of_more = (ratio > 1) != (measure == m.PRICE and power == max(POWERS))
        return f"{times} the years before: {(SLIPS if of_more else SHORTFALLS)[power]}?"
    if abs(np.log(ratio / 2)) < DOUBLE:
        return "twice the years before: a file entered twice?"
    return f"{ratio:.2g} times the years before"


def _beyond(ratio: float) -> str:
    """Return how far an amount is from what is published, to the nearest power: its middle is no measurement."""
    power = min(POWERS, key=lambda p: abs(abs(np.log(ratio)) - np.log(p)))
    many = "too much" if ratio > 1 else "too little"
    return f"some {power:g} times {many}: {(SLIPS if ratio > 1 else SHORTFALLS)[power]}?"
