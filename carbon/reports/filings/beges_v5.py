"""The French regulatory inventory (BEGES V5): twenty-two posts in six categories, scope 2 location-based.

A row whose post is a choice between several raises an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION
from carbon.levers.followup import ActionsFollowed
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.filings import transition
from carbon.reports.filings.counting import Counting, counting
from carbon.reports.filings.lines import lines_table
from carbon.reports.filings.posts import OPEN, posts_of
from carbon.reports.filings.stated import identity_table, not_stated
from carbon.reports.tables.sums import in_scopes
from carbon.reports.words.language import Words

FORMAT = "beges_v5"
GAS_COLUMNS = ("co2_t", "ch4_co2e_t", "n2o_co2e_t", "other_co2e_t")


def count(inventory: Any) -> Counting:
    """Return the posts "1.1" to "6.1" as lines; scope 2 is location-based, and upstream and losses of energy are in
    4.1.

    Raises MethodError: An activity without a post: goods or services, or burnt in boilers or in engines, is not known.
    """
    rows = in_scopes(inventory.emissions)
    posts = posts_of(rows, inventory.params.beges_posts)
    if (is_open := posts.str.endswith(OPEN)).any():
        unrouted = rows[is_open].groupby(["scope", "category", "activity"])["co2e_kg"].sum().reset_index()
        raise MethodError(f"{len(unrouted)} activities have no BEGES post: the routing leaves a choice between several",
                          rows=unrouted, hint="set it in the company's params, e.g. beges_posts: {lpg: \"1.1\"}; "
                                              "4.1 is goods, 4.5 services, 1.1 boilers, 1.2 engines")
    return counting(FORMAT, inventory, posts, scope2_method=LOCATION)


def tables(inventory: Any, history: Any, words: Words, plans: Sequence[PlanRecord] = (),
           actions: ActionsFollowed | None = None) -> dict[str, pd.DataFrame]:
    """Return "identity", "lines" (posts, subtotals and total: `lines_table`), the sheets of the transition plan
    (`transition`) and "not_stated".
    """
    lines = posts_table(inventory, history, words)
    return {"identity": identity_table(inventory, words), "lines": lines,
            **transition.tables(inventory, count(inventory), plans, actions, words),
            "not_stated": not_stated(inventory, lines, "post", words)}


def posts_table(inventory: Any, history: Any, words: Words) -> pd.DataFrame:
    """Return all posts, also without a figure: `lines_table` with `post`, CO2 in tonnes, other gases in tonnes CO2e."""
    return lines_table(inventory, history, count(inventory), words, line_column="post", gas_columns=GAS_COLUMNS)
