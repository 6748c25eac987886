"""A declared baseline: activity growth x intensity and known closures, where one inventory has to be enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError, ParamsError
from carbon.levers.baseline import Baseline, grid_indices, group_name, require_match
from carbon.params.shapes.lever_life import DeclaredBaseline
from carbon.trajectory import Target, groups_of


def declared_baseline(
    table: pd.DataFrame, stated: DeclaredBaseline, *, last: int, first_year: int, last_year: int,
    targets: Sequence[Target], grid: Mapping[str, Mapping[int, float]], name: str,
) -> Baseline:
    """Carry every stream forward as the company states.

    B_s(y) = B_s(last) x ((1 + activity) (1 + intensity))^(y - last) x product of (1 - share) of closures begun by y;
    electricity of a region with a grid pathway follows (1 + activity)^(y - last) x grid(y)

    table: `streams` of the last inventory, of year `last`.
    name: How the file is called in errors.

    Raises ParamsError: A stream that no rule selects; a rule or closure that selects none. MethodError: The plan does
    not start the year after the last inventory; a grid pathway of a region without electricity.
    """
    if first_year != last + 1:
        raise MethodError(f"the plan starts in {first_year}, the last inventory is of {last}",
                          hint="set plan.first_year in levers.yml to the year after the last inventory")
    years = np.arange(first_year, last_year + 1)
    on_grid, grid_index = grid_indices(table, grid, years, last)
    index, open_ = np.ones((len(table), len(years))), np.ones(len(table), dtype=bool)
    for i, rule in enumerate(stated.growth):
        where = f"{name}: plan.baseline.growth.{i}"
        hit = open_ & (require_match(table, rule.where, where=where) if rule.where else True)
        activity = (1 + rule.activity) ** (years - last)
        index[hit] = np.where(on_grid[hit, None], activity * grid_index[hit],
                              activity * (1 + rule.intensity) ** (years - last))
        open_ &= ~hit
    if open_.any():
        raise ParamsError(f"{name}: plan.baseline.growth: no rule for {table['activity'][open_].iloc[0]} and "
                          f"{int(open_.sum()) - 1} other streams", hint="end with a rule without `where`")
    for i, closure in enumerate(stated.closures):
        hit = require_match(table, closure.where, where=f"{name}: plan.baseline.closures.{i}.where")
        index[hit] *= np.where(years >= closure.first_year, 1 - closure.share, 1.0)
    group = table["scope"].map({s: group_name(members) for s, (members, _) in groups_of(targets).items()}).astype("str")
    return Baseline(table.assign(group=group, grid=on_grid), years, index, grid_index, {})

