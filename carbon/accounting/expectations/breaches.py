"""Breaches: measures outside their band, each cause once, with the tonnes at stake and what it may be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.expectations.bands import EXPECTATIONS
from carbon.accounting.expectations.limits import (
    ANOTHER_CURRENCY,
    ANSWERED,
    BY_VAT,
    FILLED,
    FIRST_CLASS,
    HOME_CURRENCY,
    INVERSE,
    LIMITED,
    NEXT_TO_SITES,
    ODD,
    PATTERNS,
    RISING,
    SITE_PLACE,
    VAT_INSIDE,
    WHOLE_METER,
    WHOLE_NUMBERS,
    WITHOUT_POWER,
    WITHOUT_RECORDS,
    ZERO_READINGS,
)
from carbon.accounting.expectations.measures import (
    AMOUNTS,
    AT_A_RATIO,
    EXCLUDED,
    LEVEL,
    MONTHS,
    NEGATIVE,
    NEGATIVE_ROWS,
    OTHER_YEAR,
    PEAK,
    PLACE,
    PRICE,
    REJECTED,
    REPEATED,
    ROWS,
    SEPARATOR,
    SHARE,
    SUMS,
    TO_END,
    TOTAL,
    VAT,
    WHOLE,
)
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table

Floats = npt.NDArray[np.float64]

BREACHES = Table("breaches", {
    "code": TEXT, **{c: k for c, k in EXPECTATIONS.columns.items() if c not in ("before_kg", "co2e_kg")},
    "at_stake_kg": NUMBER, "cause": TEXT, "fails": FLAG, "accepted": TEXT,
})
"""One breach. at_stake_kg: how far the headline total would move if the measure were as expected [kg CO2e]; fails: a
run does not publish the year until it is accepted; accepted: the reason in params, who and when, "" without one.
"""
CODES = {LEVEL: "amount_unexpected", ROWS: "rows_unexpected", MONTHS: "months_missing", PRICE: "price_unexpected",
         PEAK: "peak_unexpected", VAT: "vat_unexpected", NEGATIVE: "sign_unexpected",
         NEGATIVE_ROWS: "sign_unexpected", REPEATED: "rows_repeated", SUMS: "row_is_a_sum", PLACE: "place_changed",
         AMOUNTS: "year_repeated", TO_END: "months_missing", SHARE: "share_unexpected", TOTAL: "total_negative",
         EXCLUDED: "excluded_unexpected", REJECTED: "rejected_unexpected", OTHER_YEAR: "another_year",
         AT_A_RATIO: "rows_repeated",
         **dict.fromkeys((*LIMITED, *ODD), "beyond_limit"), **dict.fromkeys(PATTERNS, "rows_implausible")}
"""Measure -> code of its breach, in the order in which one is listed before another with as much at stake."""
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

    Parameters
    ----------
    expectations
        `EXPECTATIONS`.
    least_kg
        Emissions from which a breach is listed [kg CO2e], by scope; "" for what belongs to none.
    """
    value, low, high = (expectations[c].to_numpy() for c in ("value", "low", "high"))
    tolerance = 1e-9 * np.fmax(np.abs(high), 1.0)  # a band may have no upper end
    outside = (value < low - tolerance) | (value > high + tolerance)
    negative = (expectations["measure"] == LEVEL) & (value < 0)
    turned = negative & ((expectations["expected"] > 0) | (expectations["dimension"] == WHOLE)
                         | (expectations["years"] == 0))
    rows = expectations[outside | turned.to_numpy()]
    below = ((rows["measure"] == LEVEL) & (rows["value"] < 0)).to_numpy()
    code = np.where(below, CODES[NEGATIVE], rows["measure"].map(CODES).to_numpy(dtype=object))
    rows = rows.assign(at_stake_kg=_at_stake(rows), code=code)
    # Totals below zero are listed whatever their size; months are counted, and what they hold is a guess.
    least = np.array([least_kg[scope] for scope in rows["scope"].tolist()], dtype=np.float64)
    least *= [{TOTAL: 0.0, MONTHS: 0.5, TO_END: 0.5}.get(name, 1.0) for name in rows["measure"].tolist()]
    at_stake = rows["at_stake_kg"].to_numpy()
    rows = rows[(at_stake >= least) & (at_stake > 0)]
    rows = _gone_together(_totals_once(_most_telling(_one_a_key(rows))))
    rows = rows.assign(fails=False, accepted="", cause=[_cause(*line) + more for *line, more in zip(
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
        MONTHS: lost_months, TO_END: lost_months, AMOUNTS: kg, SHARE: np.maximum(kg, before) * np.abs(value - usual),
        **dict.fromkeys(LIMITED, more), **dict.fromkeys(INVERSE, of_inverse), **dict.fromkeys(PATTERNS, kg),
        **dict.fromkeys(ODD, kg * value), VAT_INSIDE: kg * value / 6, OTHER_YEAR: kg * value,
        AT_A_RATIO: kg * value / 2,
        PEAK: more, SUMS: kg / 2,
        NEGATIVE: 2 * kg * np.clip(value - usual, 0, None), NEGATIVE_ROWS: negative_rows,
        REPEATED: kg * np.clip(value - usual, 0, None), PLACE: np.maximum(before, 0.0), VAT: more, TOTAL: 2 * kg,
        PRICE: cheaper, EXCLUDED: np.clip(before - kg, 0, None), REJECTED: np.clip(before - kg, 0, None),
    }.items():
        at_stake = np.where(measure == name, size, at_stake)
    at_stake = np.where((measure == LEVEL) & (value < 0), 2.0 * kg + before, at_stake)
    return np.asarray(np.nan_to_num(at_stake, posinf=0.0), dtype=np.float64)


def _one_a_key(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows["measure"].map({name: i for i, name in enumerate(CODES)})
    rows = rows.assign(_order=order).sort_values(["at_stake_kg", "_order"], ascending=[False, True])
    rows = rows.drop_duplicates(["kind", "dimension", "key"]).drop(columns="_order")
    # One total among the rows of an account, of their supplier and of their file.
    again = rows.duplicated(["kind", "measure", "example", "at_stake_kg"]) & (rows["measure"] == SUMS)
    return rows[~again]


def _most_telling(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out coarser keys that finer ones explain: their breaches have most of what is at stake."""
    depth = rows["dimension"].map(lambda d: 0 if d == WHOLE else 1 + d.count(SEPARATOR))
    kept_levels = []
    for _, of_kind in rows.assign(_depth=depth).groupby("kind", sort=False):
        finer = 0.0
        for _, level in of_kind.groupby(-of_kind["_depth"]):
            explained = level["at_stake_kg"] <= finer * EXPLAINED
            kept_levels.append(level[~explained])
            finer = max(finer, float(level["at_stake_kg"].sum()))
    unexplained = pd.concat(kept_levels) if kept_levels else rows
    return unexplained.sort_values(["at_stake_kg", "kind", "key"], ascending=[False, True, True])


def _totals_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out totals below zero of a scope in which a whole kind of records is below zero: the kind is the cause."""
    negative_kinds = (rows["measure"] == LEVEL) & (rows["dimension"] == WHOLE) & (rows["value"] < 0)
    return rows[(rows["measure"] != TOTAL) | ~rows["scope"].isin(rows.loc[negative_kinds, "scope"])]


def _gone_together(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one line for all keys of a kind that have no rows this year: the largest, with what is at stake of all."""
    is_gone = ((rows["measure"] == LEVEL) & (rows["value"] == 0)).to_numpy()
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
    fixed = {TOTAL: "more credit than debit: credit and debit exchanged, or credit notes of another year?",
             SUMS: "a row is the sum of the others: a total entered as a row?",
             PLACE: f"no longer in {unit}: another country or zone?",
             REPEATED: "rows with the same day, words and amount: a file or month entered twice?",
             AMOUNTS: f"the same amounts as in {expected:.0f}: the file of an earlier year?",
             SHARE: f"another share of {unit}: {expected:.0%} before, {value:.0%} now?",
             VAT: "another share of VAT: amounts with VAT?", VAT_INSIDE: "amounts with VAT?",
             HOME_CURRENCY: "bought at home in another currency: the wrong currency?",
             SITE_PLACE: "another country than that of the site in params: which one?",
             AT_A_RATIO: f"rows again at {unit} times the amount: a budget, or the tax of each row?",
             OTHER_YEAR: "rows of another year: the file of another period?",
             FIRST_CLASS: "first class in place of another?",
             RISING: "each row more than the one before: sums since January, or the index of a meter?",
             ZERO_READINGS: "readings of zero that were paid for, or between ordinary ones: not read?",
             FILLED: f"{value:g} in each row: one number filled down the column?",
             BY_VAT: (f"{value:g} times the amount of its VAT: a digit too many, or too few?" if value > 0 else
                      "amount and VAT of opposite signs: a credit note as an invoice?"),
             ANOTHER_CURRENCY: "an account bought at home in another currency: the wrong currency?",
             WHOLE_METER: "the sum of other meters: a main meter and its parts?",
             NEXT_TO_SITES: "far more a square metre than at the other sites: a digit, a unit, or another area?",
             WITHOUT_POWER: ("no record of a site of params: closed, or a file that is missing?"
                             if unit == WITHOUT_RECORDS else
                             "no electricity of a site in use: not exported, or within the rent?"),
             WHOLE_NUMBERS: "whole amounts among others with cents: an account in cents?",
             ANSWERED: "few answers for so many people: shares or percents in place of answers?"}
    if measure in fixed or (value < 0 and np.isnan(expected)):
        return fixed.get(measure, fixed[TOTAL])
    if measure in (MONTHS, TO_END):
        return f"{expected - value:.0f} months without rows: a file that ends early?"
    if measure in (NEGATIVE, NEGATIVE_ROWS) or value < 0:
        return "other signs than before: credit and debit exchanged?"
    if measure in LIMITED:
        return _beyond(expected / value if measure in INVERSE else value / expected)
    if value == 0:
        return "no rows this year: closed, renamed, or a file that is missing?"
    if measure == PEAK and not years:
        return f"one row {value:,.0f} times the next: a digit too many, or cents?"
    return _slip(value / expected, measure) if expected > 0 else "no earlier year has it"


def _slip(ratio: float, measure: str) -> str:
    power = min(SLIPS, key=lambda p: abs(abs(np.log(ratio)) - np.log(p)))
    if abs(abs(np.log(ratio)) - np.log(power)) < NEAR:
        times = f"{power:g} times" if ratio > 1 else f"1/{power:g} of"
        # A price a thousand times too low is that of an amount a thousand times too high.
        of_more = (ratio > 1) != (measure == PRICE and power == max(POWERS))
        return f"{times} the years before: {(SLIPS if of_more else SHORTFALLS)[power]}?"
    if abs(np.log(ratio / 2)) < DOUBLE:
        return "twice the years before: a file entered twice?"
    return f"{ratio:.2g} times the years before"


def _beyond(ratio: float) -> str:
    """Return how far an amount is from what is published, to the nearest power: its middle is no measurement."""
    power = min(POWERS, key=lambda p: abs(abs(np.log(ratio)) - np.log(p)))
    many = "too much" if ratio > 1 else "too little"
    return f"some {power:g} times {many}: {(SLIPS if ratio > 1 else SHORTFALLS)[power]}?"
