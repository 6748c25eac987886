"""
A group's records by the declared approach: what counts in part is cut, what the group sells itself is eliminated.

weight = share of equity (equity share); 1 where the group has the control, the share of equity where it is joint, else
0 (financial control); 1 where the group operates, else 0 (operational control). A weight holds from a day to a day; a
row over several weights counts for each by its days. The rest of each row is excluded with its amount.

Source: GHG Protocol Corporate Standard (2004), ch. 3; what is not consolidated belongs to category 15 (Scope 3
Standard, table 5.10). Elimination at the seller's weight [design]: the part of the seller that the group does not
count stays bought from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.draft import ORIGIN, Draft
from carbon.core import periods
from carbon.core.group import WHOLE, Group, days_of, group_of, weights
from carbon.core.words import fold

__all__ = ["Group", "consolidated", "eliminated", "group_of"]

_FIX = "write its name as in the entities file, or add it there with share, control and evidence"



def consolidated(draft: Draft, group: Group | None, *, extensive: tuple[str, ...]) -> Draft:
    """
    The rows at the weight of their entity; the rest is excluded with its amount, an unknown entity is rejected.

    part = quantity x sum over periods of (weight x days in the period) / days of the row, exactly.
    """
    if group is None:
        return draft
    company = draft.rows["company"].astype("str")
    key = company.map({name: fold(name) for name in company.unique()})
    draft = draft.reject(~key.isin(group.names), "entity_unknown", "neither the company nor one of its entities", _FIX,
                         "company")
    if draft.rows.empty:
        return draft
    weight = weights(draft.rows, key[draft.rows.index], group)
    words = _percent(weight, days_of(draft.rows), draft.rows.index) + " of " + draft.rows["company"].astype("str") + \
        f" is consolidated under {group.approach}"
    return _keep(draft, weight, "not_consolidated", words, extensive)


def eliminated(draft: Draft, group: Group | None, *, extensive: tuple[str, ...]) -> Draft:
    """
    The purchases without what one entity bought from another, at the seller's weight; each pair is a remark.
    """
    if group is None or draft.rows.empty:
        return draft
    supplier, company = draft.rows["supplier"].astype("str"), draft.rows["company"].astype("str")
    seller = supplier.map({name: fold(name) for name in supplier.unique()})
    inside = seller.isin(group.names) & (seller != company.map({name: fold(name) for name in company.unique()}))
    if not inside.any():
        return draft
    weight = weights(draft.rows, seller.where(inside, ""), group)
    outside = days_of(draft.rows) * WHOLE - np.where(inside, weight, 0)
    for text in _pairs(draft.rows[inside]):
        draft = draft.warn("inter_company", text)
    words = "bought from " + supplier + ", which the group consolidates: its own emissions are counted"
    return _keep(draft, outside, "inter_company", words, extensive)


def _keep(draft: Draft, weight: npt.NDArray[np.int64], code: str, words: pd.Series,
          extensive: tuple[str, ...]) -> Draft:
    """
    Each row at weight / (days x WHOLE); what is left of it is excluded, a row of weight 0 wholly.
    """
    gone, left = weight == 0, weight[weight > 0]
    draft = draft.end(gone, "excluded", code=code, reason=words)
    rows = draft.rows
    whole = days_of(rows) * WHOLE
    part = left < whole
    if not part.any():
        return draft
    none = np.zeros_like(left)
    cut = {c: periods.share_by_days(rows[c].to_numpy(dtype=np.float64), first=none, stop=left, days=whole)
           for c in dict.fromkeys(("record_amount", *extensive))}
    lines = rows.loc[part, list(ORIGIN)].assign(
        outcome="excluded", stage="classification", code=code, reason=words[~gone][part].to_numpy(), what_to_do="",
        column="", value="", amount=(rows["record_amount"].to_numpy() - cut["record_amount"])[part],
        unit=rows["record_unit"], counts_row=False)
    return replace(draft, rows=rows.assign(**cut), ended=(*draft.ended, lines))


def _percent(weight: npt.NDArray[np.int64], days: npt.NDArray[np.int64], index: pd.Index) -> pd.Series:
    share = pd.Series(100 * weight / (days * WHOLE), index=index)
    return share.map({s: f"{s:.4f}".rstrip("0").rstrip(".") + " %" for s in share.unique()}).astype("str")


def _pairs(rows: pd.DataFrame) -> Iterator[str]:
    table = rows.groupby(["company", "supplier", "currency"], sort=True)["amount"].agg(["count", "sum"]).reset_index()
    for company, supplier, currency, count, total in table.itertuples(index=False, name=None):
        yield (f"{company} bought from {supplier} in {count:,} lines of {total:,.2f} {currency}: eliminated at the "
               "weight of the seller")
