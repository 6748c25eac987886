"""The twenty-two posts in six categories that BEGES V5 and ISO 14064-1:2018 share, and the post of each emission row.

Names and routing are dated data (data/beges_v5*.csv, data/iso_14064_1.csv). Category 4 has two posts for purchases,
goods and services, and scope 1 has boilers and engines: where neither the routing nor the company names one, a row is
in its category and in no post.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import packaged
from carbon.core.columns import distinct_rows
from carbon.reports.filings.counting import PACKAGE, longest_prefix

OPEN = ".x"
"""End of the line of rows whose category is known and whose post is not: "4.x"."""
Place = tuple[str, int]
"""Scope and category of scope 3 (0: none)."""


@lru_cache(maxsize=1)
def routing() -> dict[Place, dict[str, str]]:
    """Return the routing: (scope, category) -> {beginning of an activity key: post}."""
    table = packaged.read_csv(PACKAGE, "data/beges_v5_routing.csv", {"category": "integer"})
    posts: dict[Place, dict[str, str]] = {}
    for scope, category, activity, post in table.itertuples(index=False, name=None):
        posts.setdefault((scope, category), {})[activity] = post
    return posts


def names(format: str, language: str) -> dict[str, str]:
    """Return line -> name of the categories ("1") and posts ("1.1") of a framework."""
    table = packaged.read_csv(PACKAGE, f"data/{format}.csv")
    return dict(zip(table["line"], table[language], strict=True))


def posts_of(rows: pd.DataFrame, company_posts: Mapping[str, str]) -> pd.Series[Any]:
    """Return the post of each emission row, on its index."""
    code, keys = distinct_rows(rows[["scope", "category", "activity"]])
    posts = [_post(scope, int(category), activity, company_posts)
             for scope, category, activity in keys.itertuples(index=False, name=None)]
    return pd.Series(np.array(posts, dtype=object)[code], index=rows.index, dtype="str")


def _post(scope: str, category: int, activity: str, company_posts: Mapping[str, str]) -> str:
    """Return post of the longest beginning that fits, the company's own first where the packaged one has a choice."""
    packaged_posts = routing()[scope, category]
    if "" in packaged_posts:
        return packaged_posts[""]
    for posts in ({a: p for a, p in company_posts.items() if _fits_scope(p, scope)}, packaged_posts):
        if (prefix := longest_prefix(posts, activity)):
            return posts[prefix]
    return next(iter(packaged_posts.values()))[0] + OPEN


def _fits_scope(post: str, scope: str) -> bool:
    """Return whether a company may name this post for a row of this scope: in 3 goods or services, else its axis."""
    return post in ("4.1", "4.5") if scope == "3" else post.startswith(f"{scope}.")
