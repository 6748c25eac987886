"""The French regulatory inventory (BEGES V5): twenty-two posts on six axes, scope 2 location-based.

Lists and routing are dated data (data/beges_v5*.csv). Category 1 has two posts, goods and services: a purchase of
for which the routing has no post is rejected, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION
from carbon.core.params.plan_record import PlanRecord
from carbon.levers.followup import ActionsFollowed
from carbon.reports.filings import transition
from carbon.reports.filings.counting import (
    PACKAGE,
    TOTAL,
    Counting,
    counting,
    gas_table,
    longest_prefix,
    with_states,
)
from carbon.reports.tables.sums import in_scopes
from carbon.reports.words.figure_ids import figure_id
from carbon.reports.words.language import Words

FORMAT = "beges_v5"
_KEY = ["scope", "category", "activity"]


def count(inventory: Any) -> Counting:
    """Return the posts "1.1" to "6.1" as lines; scope 2 is location-based, and upstream and losses of energy are in
    4.1.

    Raises MethodError: An activity without a post: goods or services, or burnt in boilers or in engines, is not known.
    """
    rows = in_scopes(inventory.emissions)
    keys = rows[_KEY].drop_duplicates().reset_index(drop=True)
    company_posts = inventory.params.beges_posts
    keys["line"] = [_post(scope, category, activity, company_posts)
                    for scope, category, activity in keys.itertuples(index=False, name=None)]
    _refuse_open(keys, rows)
    routed_rows = rows[_KEY].merge(keys, on=_KEY, how="left", validate="many_to_one")
    return counting(FORMAT, inventory, routed_rows["line"].set_axis(rows.index), scope2_method=LOCATION)


def tables(
    inventory: Any, words: Words, plans: Sequence[PlanRecord] = (), actions: ActionsFollowed | None = None
) -> dict[str, pd.DataFrame]:
    """Return "lines", the twenty-two posts and their total, and the sheets of the transition plan (`transition`)."""
    return {"lines": posts_table(inventory, words),
            **transition.tables(inventory, count(inventory), plans, actions, words)}


def posts_table(inventory: Any, words: Words) -> pd.DataFrame:
    """Return all posts, also those without a figure.

    Columns: figure_id (of the total), post, name, co2_t, ch4_t, n2o_t, unsplit_co2e_t, co2e_t (NaN: nothing was
    counted), biogenic_co2_t, rows, status and reason; the last line is the total, the exact sum of its rows.
    """
    counted_rows = count(inventory).counted
    table = posts()[["post", words.language]].rename(columns={words.language: "name"}, errors="raise")
    by_post = gas_table(counted_rows, ["line"])
    table = table.merge(by_post, left_on="post", right_index=True, how="left", validate="one_to_one")
    total_row = gas_table(counted_rows.assign(line=TOTAL), ["line"]).reset_index()
    total_row = total_row.rename(columns={"line": "post"}, errors="raise")
    table = pd.concat([table, total_row.assign(name=words("scope.total"))], ignore_index=True)
    table["rows"] = table["rows"].fillna(0).astype("int64")
    ids = [figure_id(inventory, "total-location") if p == TOTAL else "" for p in table["post"]]
    table.insert(0, "figure_id", ids)
    return with_states(table, inventory, "post", lambda *of: _routing().get(of, {}).get("", ""))


@lru_cache(maxsize=1)
def posts() -> pd.DataFrame:
    """Return the twenty-two posts: post, axis, en, fr."""
    return packaged.read_csv(PACKAGE, "data/beges_v5.csv", {"axis": "integer"})


@lru_cache(maxsize=1)
def _routing() -> dict[tuple[str, int], dict[str, str]]:
    """Return the routing: (scope, category) -> {beginning of an activity key: post}."""
    table = packaged.read_csv(PACKAGE, "data/beges_v5_routing.csv", {"category": "integer"})
    posts: dict[tuple[str, int], dict[str, str]] = {}
    for scope, category, activity, post in table[[*_KEY, "post"]].itertuples(index=False, name=None):
        posts.setdefault((scope, category), {})[activity] = post
    return posts


def _post(scope: str, category: int, activity: str, company_posts: Mapping[str, str]) -> str:
    """Return post of the longest beginning that fits, the company's own first where the packaged one has a choice; ""
    for none.
    """
    packaged_posts = _routing().get((scope, category), {})
    if "" in packaged_posts:
        return packaged_posts[""]
    for posts in ({a: p for a, p in company_posts.items() if _fits_scope(p, scope)}, packaged_posts):
        if (prefix := longest_prefix(posts, activity)):
            return posts[prefix]
    return ""


def _fits_scope(post: str, scope: str) -> bool:
    """Return whether a company may name this post for a row of this scope: axis 1 and 2 as the scope, goods or services
    in 3.
    """
    return post in ("4.1", "4.5") if scope == "3" else post.startswith(f"{scope}.")


def _refuse_open(keys: pd.DataFrame, rows: pd.DataFrame) -> None:
    left = keys[keys["line"] == ""]
    if left.empty:
        return
    kg = rows.groupby(_KEY)["co2e_kg"].sum().rename("co2e_kg").reset_index()
    unrouted = left.drop(columns="line").merge(kg, on=_KEY, how="left", validate="one_to_one")
    raise MethodError(f"{len(left)} activities have no BEGES post: the routing leaves a choice between several",
                      rows=unrouted, hint="set it in the company's params, e.g. beges_posts: {lpg: \"1.1\"}; "
                                       "4.1 is goods, 4.5 services, 1.1 boilers, 1.2 engines")
