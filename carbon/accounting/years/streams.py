"""Streams of an inventory, which the bridge decomposes.

One stream is a scope, category, activity, unit, region, site and supplier; its quantity and kilograms are exact sums.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from carbon.core.countries import currency_codes
from carbon.core.exact import Floats, Integers, exact_sum
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.core.text_columns import by_word, with_text

STREAM = ["scope", "category", "activity", "unit", "region", "site", "supplier"]
_DECIMALS = 1e6
VALUES = ["co2e_kg", "quantity", "market_kg"]


def streams(emissions: pd.DataFrame) -> pd.DataFrame:
    """Sum quantity and kilograms of each stream; money is summed as read.

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS` of one year.

    Returns
    -------
    DataFrame
        The columns of `STREAM`; co2e_kg (location-based) [kg CO2e]; quantity [unit]; market_kg (market-based minus
        location-based, of scope 2) [kg CO2e].
    """
    rows = emissions[emissions["kyoto"]]
    groups = rows.groupby(STREAM, sort=False, observed=True, dropna=False)
    code = groups.ngroup().to_numpy()
    labels = with_text(rows.loc[~pd.Series(code, index=rows.index).duplicated(), STREAM].reset_index(drop=True))
    n, kg = len(labels), rows["co2e_kg"].to_numpy()
    by_market, by_location = ((rows["scope2_method"] == m).to_numpy() for m in (MARKET, LOCATION))
    main = ~by_market
    market = _sums(np.concatenate([kg[by_market], -kg[by_location]]),
                   np.concatenate([code[by_market], code[by_location]]), n)
    # A part of a stream (its upstream) has the stream's quantity; each activity counts once a stream.
    first = main & ~pd.DataFrame({"g": np.where(main, code, -1), "a": rows["activity_id"].to_numpy()}).duplicated(
    ).to_numpy()
    quantity = rows["quantity"].to_numpy()[first]
    sums = _sums(quantity, code[first], n)
    is_money = by_word(labels["unit"], currency_codes().__contains__, np.bool_)
    if is_money.any():
        is_paid = is_money[code[first]]
        sums[is_money] = decimal_sums(quantity[is_paid], code[first][is_paid], n)[is_money]
    return labels.assign(co2e_kg=_sums(kg[main], code[main], n), quantity=sums, market_kg=market)


def decimal_sums(values: Floats, code: Integers, n: int) -> Floats:
    """Return the sums of decimal numbers as they were read: 0.1 + 0.2 - 0.3 is 0.

    Each group is summed in whole units of its last decimal, up to the sixth; one with longer numbers (an amount in
    another currency) by `exact_sum`.
    """
    scaled = np.rint(values * _DECIMALS)
    is_decimal = (scaled / _DECIMALS == values) & (np.abs(scaled) < 2.0**53)
    in_units = np.bincount(code[~is_decimal], minlength=n) == 0
    return exact_sum(np.where(in_units[code], scaled, values), code, n) / np.where(in_units, _DECIMALS, 1.0)


def _sums(values: np.ndarray, code: np.ndarray, n: int) -> np.ndarray:
    """Sum exactly; most streams of a ledger have one value, which is its own sum."""
    single = (np.bincount(code, minlength=n)[code] == 1) & np.isfinite(values)
    sums = np.zeros(n)
    sums[code[single]] = values[single]
    shared, own_code = np.unique(code[~single], return_inverse=True)
    if len(shared):
        sums[shared] = exact_sum(values[~single], own_code, len(shared))
    return sums


def of_event(deltas: pd.DataFrame) -> pd.DataFrame:
    """Return the deltas of base-year events in one year as streams whose quantity is their kilograms.

    deltas: Lines of `core.ledgers.EVENTS` of one year.
    """
    rows = deltas.assign(activity="event: " + deltas["event_id"], unit="kg CO2e", region="", site=deltas["entity"],
                         supplier="")
    lines = rows[rows["scope2_method"] != MARKET].groupby(STREAM, sort=True)["delta_kg"].sum()
    market = rows[rows["scope2_method"] == MARKET].groupby(STREAM, sort=True)["delta_kg"].sum()
    moved = (market - lines.reindex(market.index, fill_value=0.0)).reindex(lines.index, fill_value=0.0)
    table = pd.DataFrame({"co2e_kg": lines, "quantity": lines, "market_kg": moved})
    return table.reset_index()[[*STREAM, *VALUES]].astype({"category": "int64"})


def aligned(tables: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the streams of several tables in one order, and each table's values on them; zeros where it has none."""
    # States in which nothing changed are one table given several times: it is placed once.
    distinct = {id(t): t for t in tables}
    joined = pd.concat([t[STREAM] for t in distinct.values()], ignore_index=True)
    code = joined.groupby(STREAM, sort=False, dropna=False).ngroup().to_numpy()
    labels = joined[~pd.Series(code).duplicated()].reset_index(drop=True)
    ends = np.cumsum([len(t) for t in distinct.values()])
    placed = {}
    for (key, table), own_code in zip(distinct.items(), np.split(code, ends[:-1]), strict=True):
        on_all = np.zeros((len(labels), len(VALUES)))
        on_all[own_code] = table[VALUES].to_numpy(dtype=float)
        placed[key] = pd.DataFrame(on_all, columns=VALUES)
    return labels, [placed[id(t)] for t in tables]
