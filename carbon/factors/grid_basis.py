"""What one kWh of a grid factor is, generated or delivered, and the share of generation that each grid loses.

The losses are outside a factor per generated kWh, and inside one per delivered kWh.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pandas as pd

from carbon.core import packaged
from carbon.core.errors import TableError
from carbon.core.text_columns import lines_of
from carbon.factors.release_tables import PACKAGE, shared_table
from carbon.params.shapes.company import FactorPolicy

GENERATION, DELIVERED, UNSTATED = "generation", "delivered", ""
BASIS_TABLE, LOSSES_TABLE = "grid_basis", "grid_losses"
_LOSS_COLUMNS = {"region": "text", "year": "integer", "loss_share": "amount", "source_id": "text", "page": "text"}


class LossShare(NamedTuple):
    """Lost kWh / generated kWh of a grid in one year, with its source."""

    region: str
    year: int
    share: float
    source_id: str
    page: str


def basis_of(source_id: str, policy: FactorPolicy) -> str:
    """Return GENERATION, DELIVERED or UNSTATED: the company's own statement (`factors.grid_basis`), else that of the
    release.
    """
    basis_by_prefix = {**_packaged_basis(policy.release), **policy.grid_basis}
    prefixes = [prefix for prefix in basis_by_prefix if source_id.startswith(prefix)]
    return basis_by_prefix[max(prefixes, key=len)] if prefixes else UNSTATED


@cache
def _packaged_basis(release: str) -> dict[str, str]:
    table = packaged.csv_text(shared_table(release, BASIS_TABLE)[1])
    return dict(zip(table["source_prefix"], table["basis"], strict=True))


@cache
def loss_shares(release: str) -> pd.DataFrame:
    """Return the loss shares of a release: region, year, loss_share, source_id, page.

    Raises TableError: A share is not between 0 and 1; the release lists no such table, or a cut one has other bytes.
    """
    file, content = shared_table(release, LOSSES_TABLE)
    table = packaged.typed_csv(content, _LOSS_COLUMNS, file, only=list(_LOSS_COLUMNS))
    bad = ~table["loss_share"].between(0, 1, inclusive="left")
    if bad.any():
        raise TableError("Loss shares that are not between 0 and 1", rows=table[bad],
                         hint=f"correct {file}: a share of generation, e.g. 0.05")
    return table


@cache
def loss_citations(release: str) -> dict[str, str]:
    """Return source_id -> citation of the loss shares of a release."""
    file, _ = shared_table(release, LOSSES_TABLE)
    entries = packaged.read_yaml(PACKAGE, f"data/{file.removesuffix('.csv')}.yml")["sources"]
    return {name: str(entry["attribution"]) for name, entry in entries.items()}


def loss_share(regions: list[str], year: int, policy: FactorPolicy, shares: pd.DataFrame) -> LossShare | str:
    """Return the loss share of the first of some regions that has one for a year, or why it is not used ("": no share).

    Sources are those that the policy names under `parts_from: {losses: [...]}`, in that order: the share that a grid
    loses is a choice of method. The year itself, else the latest before it, else (where the policy allows) the first
    after it.
    """
    later = policy.vintage.max_gap if policy.vintage.later == "allow" else 0
    ranked = [((of_year > year, abs(of_year - year), rank), LossShare(region, of_year, share, source, page))
              for region, of_year, share, source, page in lines_of(shares, list(_LOSS_COLUMNS))
              if -later <= year - of_year <= policy.vintage.older_max_gap
              for rank, prefix in enumerate(policy.parts_from.get("losses", [])) if source.startswith(prefix)]
    for region in regions:
        of_region = [(rank, share) for rank, share in ranked if share.region == region]
        nearest = [share for rank, share in of_region if rank == min(of_region)[0]]
        if nearest:
            return nearest[0] if len(nearest) == 1 else (
                f"several loss shares of {region}: name one source in factors.parts_from")
    return ""
