"""A group of companies: how much of each entity counts under the declared approach, day by day.

weight = share of equity (equity share); 1 where the group has the control, the share of equity where it is joint, else
0 (financial control); 1 where the group operates, else 0 (operational control). A weight holds from a day to a day.

Source: GHG Protocol Corporate Standard (2004), ch. 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import ParamsError
from carbon.core.text import fold
from carbon.params.shapes.company import CompanyParams

WHOLE = 1_000_000
"""Weights are counted in millionths, so that cutting a row loses nothing."""
_OF_CONTROL = {
    "operational_control": {"operational": "whole", "full": "whole", "none": "nothing"},
    "financial_control": {"financial": "whole", "full": "whole", "joint": "share", "none": "nothing"}}


@dataclass(frozen=True, repr=False)
class Group(Displayed):
    """Weights of the entities of a group: entity, key (folded name), weight [millionths], first and last day (or
    NaT).
    """

    approach: str
    parent: frozenset[str]
    table: pd.DataFrame
    country: Mapping[str, str] = field(default_factory=dict)
    """Key of an entity -> its country, where the file states one."""

    @property
    def names(self) -> frozenset[str]:
        """Folded names of the company and of its entities."""
        return self.parent | frozenset(self.table["key"])


def group_of(params: CompanyParams, entities: pd.DataFrame | None) -> Group | None:
    """Read the group that a company's entities file describes; None without one.

    Raises ParamsError: A share outside 0 to 1, a control that does not decide under the declared approach, two weights
    on one day, two countries of one entity.
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
                          rows=undecided[where], hint="write `full`, `none`, or the control the approach is named for")
    share = np.rint(entities["share"].to_numpy() * WHOLE).astype(np.int64)
    weight = np.select([rule == "whole", rule == "share"], [np.full(len(rule), WHOLE), share], 0)
    table = pd.DataFrame({"entity": entities["entity"].astype("str"), "key": entities["entity"].map(fold),
                          "weight": weight, "first": entities["period_start"], "last": entities["period_end"]})
    _refuse_overlaps(table)
    parent = frozenset(fold(n) for n in (params.company, *params.name.values()))
    return Group(params.consolidation, parent, table, _countries(table["key"], entities))


def _countries(key: pd.Series, entities: pd.DataFrame) -> dict[str, str]:
    countries = pd.DataFrame({"key": key, "country": entities["country"].fillna("").astype("str")})
    countries = countries[countries["country"] != ""].drop_duplicates()
    twice = countries["key"].duplicated(keep=False)
    if twice.any():
        raise ParamsError(f"{countries.loc[twice, 'key'].nunique()} entities have two countries", rows=countries[twice],
                          hint="an entity is in one country; a branch abroad is an entity of its own")
    return dict(zip(countries["key"], countries["country"], strict=True))


def _refuse_overlaps(table: pd.DataFrame) -> None:
    first = table["first"].fillna(pd.Timestamp(1900, 1, 1))
    ordered = table.assign(first=first, last=table["last"].fillna(pd.Timestamp(2200, 1, 1))).sort_values(
        ["key", "first"], kind="stable")
    before = ordered.groupby("key")["last"].shift()
    twice = ordered[ordered["first"] <= before]
    if len(twice):
        raise ParamsError(f"{len(twice)} entities have two weights on one day", rows=twice[["entity", "first", "last"]],
                          hint="let each period of an entity end on the day before the next begins")


def days_of(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the days of each row's period, both ends counted."""
    return np.asarray((rows["period_end"] - rows["period_start"]).dt.days + 1, dtype=np.int64)


def weights(rows: pd.DataFrame, key: pd.Series, group: Group) -> npt.NDArray[np.int64]:
    """Return weight x days of each row [millionths x days]; the parent counts fully unless it is an entity itself."""
    days = days_of(rows)
    of_parent = key.isin(group.parent - frozenset(group.table["key"])).to_numpy()
    total = np.where(of_parent, days * WHOLE, 0)
    begin, end = rows["period_start"].to_numpy("datetime64[D]"), rows["period_end"].to_numpy("datetime64[D]")
    table = group.table
    for entity, weight, since, until in zip(table["key"], table["weight"], table["first"].to_numpy("datetime64[D]"),
                                            table["last"].to_numpy("datetime64[D]"), strict=True):
        first, last = np.fmax(begin, since), np.fmin(end, until)
        inside = np.clip((last - first).astype(np.int64) + 1, 0, None)
        total += np.where((key == entity).to_numpy(), inside * int(weight), 0)
    return np.asarray(total, dtype=np.int64)
