"""
How much was rejected, against what the company's parameters accept.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import money, money_codes
from carbon.core.errors import RejectedShareError
from carbon.core.params import AcceptedRejects, CompanyParams

ROWS = "rows"
_TO_DO = ("correct the rows or add the rules and factors they need; or accept the share by name in "
          "`max_rejected_share` of the company's params")


def rejected_shares(
    ledger: pd.DataFrame, params: CompanyParams, *, year: int, fx: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    Share of each kind that was rejected, in rows and in each unit of amount.

    share = rejected / (inventoried + set aside + rejected); amounts enter without their sign, excluded rows not at
    all: what is no purchase cannot dilute what was lost. Currencies are brought to the company's own at the rate of
    the year's last quoted day, for this share alone. A unit that only rejected rows have is judged by rows, and so is a
    row without an amount, e.g. a flight of which an end is not found; other flights without a distance are judged by
    their great circles, a unit of their own.

    Returns
    -------
    DataFrame
        kind, measure ("rows" or the unit), rejected, of, share, limit, largest share first within a kind.
    """
    known = ledger[ledger["outcome"] != "excluded"]
    known = known.assign(bad=known["outcome"] == "rejected")
    counted = known[known["counts_row"]].assign(measure=ROWS, size=1.0)
    table = pd.concat([counted, _amounts(known, params, year, fx)])
    sums = table.assign(rejected=table["size"].where(table["bad"], 0.0)).groupby(
        ["kind", "measure"], as_index=False).agg(rejected=("rejected", "sum"), of=("size", "sum"))
    share = (sums["rejected"] / sums["of"]).where(sums["of"] > 0, 0.0)
    accepted = [params.max_rejected_share.get(k, AcceptedRejects()) for k in sums["kind"]]
    limit = [a.rows if m == ROWS else a.amount for a, m in zip(accepted, sums["measure"], strict=True)]
    out = sums.assign(share=share, limit=np.array(limit, dtype=np.float64))
    return out.sort_values(["kind", "share", "measure"], ascending=[True, False, True], ignore_index=True)


def _amounts(known: pd.DataFrame, params: CompanyParams, year: int, fx: pd.DataFrame | None) -> pd.DataFrame:
    amounts = known[known["amount"].notna() & (known["unit"] != "")]
    is_money = amounts["unit"].isin(sorted(money_codes.codes()))
    codes = pd.Series(amounts.loc[is_money, "unit"].unique(), dtype="str")
    last = pd.Series(pd.Timestamp(year, 12, 31), index=codes.index)
    rates = money.find_rates(codes, last, to=params.currency, basis="transaction_date", fx=fx)["fx_rate"]
    rate = amounts["unit"].map(dict(zip(codes, rates, strict=True))).astype("float64")
    converted = is_money & rate.notna()
    size = amounts["amount"].abs() * rate.where(converted, 1.0)
    measure = amounts["unit"].mask(converted, params.currency)
    table = amounts.assign(measure=measure, size=size)
    good = table.loc[~table["bad"], ["kind", "measure"]].drop_duplicates()
    return table.merge(good, on=["kind", "measure"], how="inner", validate="many_to_one")


def check_accepted_share(
    ledger: pd.DataFrame, params: CompanyParams, *, year: int, fx: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    The shares, where all are within what the company accepts; `fx` are its own exchange rates.

    Raises
    ------
    RejectedShareError
        Names kind, share and limit of each share above its limit, with the largest rejects.
    """
    shares = rejected_shares(ledger, params, year=year, fx=fx)
    over = shares[shares["share"] > shares["limit"]]
    if over.empty:
        return shares
    told = "; ".join(
        f"{kind}: {share:.2%} of {measure} rejected, {limit:.2%} accepted" for kind, measure, share, limit in
        zip(over["kind"], over["measure"], over["share"], over["limit"], strict=True))
    rejects = ledger[(ledger["outcome"] == "rejected") & ledger["kind"].isin(over["kind"])]
    order = rejects["amount"].abs().sort_values(ascending=False, na_position="last", kind="stable").index
    columns = ["source_file", "source_line", "code", "value", "amount", "unit"]
    raise RejectedShareError(f"More was rejected than is accepted: {told}", rows=rejects.loc[order, columns],
                             hint=_TO_DO)
