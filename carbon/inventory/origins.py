"""
What each emission row rests on besides its factor and its quantity: meter, exchange rate, price index, fallbacks.

Rows with the same words share the doubt about them (`emissions.uncertainty.doubts_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import units
from carbon.core.words_coded import distinct_rows, spread
from carbon.emissions.scope2 import GRID_AVERAGE
from carbon.emissions.uncertainty.defaults import EXCHANGE, METER, MODEL, PRICES

if TYPE_CHECKING:
    from carbon.inventory.result import Inventory

_VINTAGES = ("older vintage", "later vintage")
_FROZEN = "frozen in another GWP set"


def with_origins(inventory: Inventory, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Emission rows of an inventory with the columns meter, exchange rate, price index and model choice; "" for none.

    meter: as the energy records name it. exchange rate: "<basis> USD>EUR" where an amount, or the factor's price, is in
    another currency. price index: whether the spend was brought to the factor's prices, and of which year these are.
    model choice: the widest of the compromises in choosing the factor that `reason` names.
    """
    factors = inventory.factors.drop_duplicates("factor_id").set_index("factor_id")
    asked = rows[["factor_id", "unit", "reason", "region", "gwp_used"]].assign(paid=_paid(inventory, rows))
    code, distinct = distinct_rows(asked)
    told = {EXCHANGE: _exchange(distinct, factors), PRICES: _prices(distinct, factors),
            MODEL: _compromise(distinct, factors)}
    return rows.assign(**{METER: _meters(inventory, rows)}, **{c: spread(words, code) for c, words in told.items()})


def _meters(inventory: Inventory, rows: pd.DataFrame) -> pd.Categorical:
    energy = inventory.records.get("energy")
    if energy is None:
        return _of_ids(rows["record_id"], pd.Series(dtype="str"), pd.Series(dtype="str"))
    named = energy[energy["meter"].astype("str") != ""]
    return _of_ids(rows["record_id"], named["record_id"], named["meter"])


def _paid(inventory: Inventory, rows: pd.DataFrame) -> pd.Categorical:
    """
    The exchange rate of an amount paid in another currency; "" for others.
    """
    own, activities = inventory.params.currency, inventory.activities
    if "currency" not in activities:
        return _of_ids(rows["activity_id"], pd.Series(dtype="str"), pd.Series(dtype="str"))
    foreign = ~activities["currency"].isin(["", own]) & (activities["unit"] == own)
    bought = activities.loc[foreign, ["activity_id", "currency"]]
    told = set() if inventory.fx is None else set(inventory.fx["currency"])
    code, known = pd.factorize(bought["currency"])
    words = [f"{'company' if c in told else inventory.params.fx} {c}>{own}" for c in known]
    return _of_ids(rows["activity_id"], bought["activity_id"], pd.Series(spread(pd.Series(words, dtype="str"), code)))


def _of_ids(ids: pd.Series, known: pd.Series, words: pd.Series) -> pd.Categorical:
    """
    The word of each id, "" for those without; by Arrow, which makes no object of millions of ids.
    """
    at = pc.index_in(pa.array(ids, pa.large_string()), value_set=pa.array(known, pa.large_string()))
    code, said = pd.factorize(words)
    place = np.append(code, len(said))[at.fill_null(len(known)).to_numpy(zero_copy_only=False)]
    return spread(pd.Series([*said, ""], dtype="str"), place)


def _exchange(rows: pd.DataFrame, factors: pd.DataFrame) -> pd.Series:
    money = _currencies(factors["unit"])
    priced = _looked_up(rows["factor_id"], {f: money[u] for f, u in factors["unit"].items()})
    spent = _looked_up(rows["unit"], _currencies(rows["unit"]))
    crossed = (priced != "") & (spent != "") & (priced != spent)
    return rows["paid"].mask(crossed, "year_mean " + spent + ">" + priced)


def _currencies(written: pd.Series) -> dict[Any, str]:
    """
    Unit -> the currency it is money of; "" for physical units.
    """
    found = {u: units.unit(u).dimension for u in written.unique()}
    return {u: d.removeprefix("currency:") if d.startswith("currency:") else "" for u, d in found.items()}


def _prices(rows: pd.DataFrame, factors: pd.DataFrame) -> pd.Series:
    reason = rows["reason"]
    of = _looked_up(rows["factor_id"], factors["price_year"].astype("str").to_dict())
    lagging = reason.str.contains("not deflated", regex=False)
    word = pd.Series(np.where(lagging, "not deflated", "deflated"), index=rows.index, dtype="str")
    return (word + ", prices of " + of).where(reason.str.contains("deflated", regex=False), "").astype("str")


def _compromise(rows: pd.DataFrame, factors: pd.DataFrame) -> pd.Series:
    reason = rows["reason"]
    at = rows["factor_id"]
    region, since = (_looked_up(at, factors[c].astype("str").to_dict()) for c in ("region", "valid_from"))
    place = rows["region"].astype("str")
    vintage = reason.str.contains(_VINTAGES[0], regex=False) | reason.str.contains(_VINTAGES[1], regex=False)
    choices = [
        (reason.str.contains("region fallback", regex=False), "region fallback " + place + ">" + region),
        (reason.str.contains(GRID_AVERAGE, regex=False), "grid average " + place),
        (vintage, "vintage " + since),
        (reason.str.contains(_FROZEN, regex=False), "gwp " + rows["gwp_used"].astype("str")),
    ]
    found = _nothing(rows)
    for where, words in reversed(choices):  # the first that holds stays
        found = found.mask(where, words)
    return found.astype("str")


def _looked_up(keys: pd.Series, words: Mapping[Any, str]) -> pd.Series:
    """
    The words of each key, "" where there are none; asked once for each distinct key.
    """
    codes, known = pd.factorize(keys)
    found = pd.Series([words.get(k, "") for k in known], dtype="str")
    return found.take(codes).set_axis(keys.index)


def _nothing(rows: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=rows.index, dtype="str")
