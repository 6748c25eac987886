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
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.draft import ORIGIN, Draft
from carbon.core import periods
from carbon.core.display import Displayed
from carbon.core.errors import ParamsError
from carbon.core.params import CompanyParams
from carbon.core.words import fold

WHOLE = 1_000_000
"""Weights are counted in millionths, so that cutting a row loses nothing."""
_OF_CONTROL = {
    "operational_control": {"operational": "whole", "full": "whole", "none": "nothing"},
    "financial_control": {"financial": "whole", "full": "whole", "joint": "share", "none": "nothing"}}
_FIX = "write its name as in the entities file, or add it there with share, control and evidence"


@dataclass(frozen=True, repr=False)
class Group(Displayed):
    """
    Weights of the entities of a group: entity, key (folded name), weight [millionths], first and last day (or NaT).
    """

    approach: str
    parent: frozenset[str]
    table: pd.DataFrame

    @property
    def names(self) -> frozenset[str]:
        return self.parent | frozenset(self.table["key"])


def group_of(params: CompanyParams, entities: pd.DataFrame | None) -> Group | None:
    """
    The group that a company's entities file describes; None where there is none.

    Raises
    ------
    ParamsError
        A share outside 0 to 1, a control that does not decide under the declared approach, two weights on one day.
    """
    if entities is None or entities.empty:
        return None
    where = ["source_file", "source_line", "entity", "share", "control"]
    odd = entities[~entities["share"].between(0, 1)]
    if len(odd):
        raise ParamsError(f"{len(odd)} shares are not between 0 and 1", rows=odd[where], hint="write 50 % as 0.5")
    rule = entities["control"].map(_OF_CONTROL.get(params.consolidation, {}))
    if params.consolidation == "equity_share":
        rule = pd.Series("share", index=entities.index)
    undecided = entities[rule.isna()]
    if len(undecided):
        raise ParamsError(f"The control of {len(undecided)} entities does not decide under {params.consolidation}",
                          rows=undecided[where], hint="say `full`, `none`, or the control the approach is named for")
    share = np.rint(entities["share"].to_numpy() * WHOLE).astype(np.int64)
    weight = np.select([rule == "whole", rule == "share"], [np.full(len(rule), WHOLE), share], 0)
    table = pd.DataFrame({"entity": entities["entity"].astype("str"), "key": entities["entity"].map(fold),
                          "weight": weight, "first": entities["period_start"], "last": entities["period_end"]})
    _refuse_overlaps(table)
    return Group(params.consolidation, frozenset(fold(n) for n in (params.company, *params.name.values())), table)


def _refuse_overlaps(table: pd.DataFrame) -> None:
    first = table["first"].fillna(pd.Timestamp(1900, 1, 1))
    ordered = table.assign(first=first, last=table["last"].fillna(pd.Timestamp(2200, 1, 1))).sort_values(
        ["key", "first"], kind="stable")
    before = ordered.groupby("key")["last"].shift()
    twice = ordered[ordered["first"] <= before]
    if len(twice):
        raise ParamsError(f"{len(twice)} entities have two weights on one day", rows=twice[["entity", "first", "last"]],
                          hint="let each period of an entity end on the day before the next begins")


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
    weight = _weights(draft.rows, key[draft.rows.index], group)
    words = _percent(weight, _days(draft.rows), draft.rows.index) + " of " + draft.rows["company"].astype("str") + \
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
    weight = _weights(draft.rows, seller.where(inside, ""), group)
    outside = _days(draft.rows) * WHOLE - np.where(inside, weight, 0)
    for text in _pairs(draft.rows[inside]):
        draft = draft.warn("inter_company", text)
    words = "bought from " + supplier + ", which the group consolidates: its own emissions are counted"
    return _keep(draft, outside, "inter_company", words, extensive)


def _days(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    return np.asarray((rows["period_end"] - rows["period_start"]).dt.days + 1, dtype=np.int64)


def _weights(rows: pd.DataFrame, key: pd.Series, group: Group) -> npt.NDArray[np.int64]:
    """
    Weight x days of each row [millionths x days]; the parent counts whole unless it is an entity itself.
    """
    days = _days(rows)
    own = key.isin(group.parent - frozenset(group.table["key"])).to_numpy()
    total = np.where(own, days * WHOLE, 0)
    begin, end = rows["period_start"].to_numpy("datetime64[D]"), rows["period_end"].to_numpy("datetime64[D]")
    table = group.table
    for entity, weight, since, until in zip(table["key"], table["weight"], table["first"].to_numpy("datetime64[D]"),
                                            table["last"].to_numpy("datetime64[D]"), strict=True):
        first, last = np.fmax(begin, since), np.fmin(end, until)
        inside = np.clip((last - first).astype(np.int64) + 1, 0, None)
        total += np.where((key == entity).to_numpy(), inside * int(weight), 0)
    return np.asarray(total, dtype=np.int64)


def _keep(draft: Draft, weight: npt.NDArray[np.int64], code: str, words: pd.Series,
          extensive: tuple[str, ...]) -> Draft:
    """
    Each row at weight / (days x WHOLE); what is left of it is excluded, a row of weight 0 wholly.
    """
    gone, left = weight == 0, weight[weight > 0]
    draft = draft.end(gone, "excluded", code=code, reason=words)
    rows = draft.rows
    whole = _days(rows) * WHOLE
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
