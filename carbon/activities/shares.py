"""
How much was rejected, against what the company's parameters accept.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import money, money_codes
from carbon.core.errors import RejectedShareError
from carbon.core.params import AcceptedRejects, CompanyParams
from carbon.core.words_coded import distinct_rows, spread, stacked, with_text

ROWS = "rows"
_JUDGED = ["kind", "measure", "size", "bad"]
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
    known = ledger.loc[ledger["outcome"] != "excluded", ["kind", "unit", "amount", "outcome", "counts_row"]]
    known = known.assign(bad=known["outcome"] == "rejected")
    counted = known.loc[known["counts_row"], ["kind", "bad"]]
    counted = counted.assign(measure=spread(pd.Series([ROWS]), np.zeros(len(counted), dtype=np.intp)), size=1.0)
    table = stacked([counted[_JUDGED], _amounts(known, params, year, fx)])
    groups = table.assign(rejected=table["size"].where(table["bad"], 0.0)).groupby(["kind", "measure"], observed=True)
    sums = with_text(groups[["rejected", "size"]].sum().reset_index()).rename(columns={"size": "of"})
    share = (sums["rejected"] / sums["of"]).where(sums["of"] > 0, 0.0)
    accepted = [params.max_rejected_share.get(k, AcceptedRejects()) for k in sums["kind"]]
    limit = [a.rows if m == ROWS else a.amount for a, m in zip(accepted, sums["measure"], strict=True)]
    out = sums.assign(share=share, limit=np.array(limit, dtype=np.float64))
    return out.sort_values(["kind", "share", "measure"], ascending=[True, False, True], ignore_index=True)


def _amounts(known: pd.DataFrame, params: CompanyParams, year: int, fx: pd.DataFrame | None) -> pd.DataFrame:
    amounts = known[known["amount"].notna() & (known["unit"] != "")]
    code, units = pd.factorize(amounts["unit"])
    unit = pd.Series(units, dtype="str")
    codes = unit[unit.isin(sorted(money_codes.codes()))].reset_index(drop=True)
    last = pd.Series(pd.Timestamp(year, 12, 31), index=codes.index)
    rates = money.find_rates(codes, last, to=params.currency, basis="transaction_date", fx=fx)["fx_rate"]
    rate = unit.map(dict(zip(codes, rates, strict=True))).astype("float64")
    measure = unit.mask(rate.notna(), params.currency)
    table = amounts.assign(measure=spread(measure, code),
                           size=amounts["amount"].abs() * rate.fillna(1.0).to_numpy()[code])[_JUDGED]
    pair, pairs = distinct_rows(table[["kind", "measure"]])
    good = np.bincount(pair[~table["bad"].to_numpy()], minlength=len(pairs)) > 0
    return table[good[pair]]


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
    columns = ["source_file", "source_line", "reason", "amount", "unit"]
    raise RejectedShareError(f"More was rejected than is accepted: {told}", rows=rejects.loc[order, columns],
                             hint=_TO_DO)
