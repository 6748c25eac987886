"""What would change a service: one changed answer, everything recomputed. Levers do not add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.schemas import NUMBER, TEXT, Table
from carbon.digital import packaged_tables
from carbon.digital.services.answers import Answered
from carbon.digital.services.impacts import CLIMATE, VALUE, Grids, climate
from carbon.digital.services.service import SMALL, Service, service

LEVER = Table("lever", {
    "lever_id": TEXT, "service_id": TEXT, "parameter": TEXT, "from_value": TEXT, "to_value": TEXT,
    "avoided_co2e_kg": NUMBER, "share": NUMBER, "label": TEXT, "raises": TEXT,
}, key=("lever_id",))
"""One lever alone: avoided kg CO2e a year and its share of the total; raises: criteria that it makes worse."""
FOLDED = "smaller levers"


def levers(base: Service) -> pd.DataFrame:
    """Recompute each lever alone: avoided = base - changed, the largest first; those under 1 % are one line."""
    total_kg = _kg(base.answers, base.grids)
    rows = [_row(base, lever_id, total_kg) for lever_id in lever_ids(base)]
    table = LEVER.validate(pd.DataFrame([r for r in rows if r is not None], columns=list(LEVER.columns)))
    table = table.sort_values(["avoided_co2e_kg", "lever_id"], ascending=[False, True], ignore_index=True)
    small = table["share"].abs() < SMALL
    if not small.any():
        return table
    folded = {"lever_id": FOLDED, "service_id": base.answers.service_id, "parameter": "", "from_value": "",
              "to_value": "", "avoided_co2e_kg": float("nan"), "share": float("nan"), "raises": "",
              "label": f"{int(small.sum())} under {SMALL:.0%} each"}
    return LEVER.validate(pd.concat([table[~small], pd.DataFrame([folded])], ignore_index=True))


def lever_ids(base: Service) -> list[str]:
    """Return the packaged levers, and one for each other country to host in."""
    return [*packaged_tables.levers(), *(f"host_in_{z}" for z in sorted(base.other_grids))]


def with_levers(base: Service, chosen: Sequence[str]) -> Service:
    """Recompute the service with a set of levers together.

    Raises
    ------
    UsageError
        An unknown lever, one twice, or two countries to host in.
    """
    unknown_levers = [lever for lever in chosen if lever not in lever_ids(base)]
    if unknown_levers or len(set(chosen)) != len(chosen) or sum(c.startswith("host_in_") for c in chosen) > 1:
        raise UsageError(f"Not a set of levers: {list(chosen)}", hint=f"each once, of {', '.join(lever_ids(base))}")
    answers, grids = base.answers, base.grids
    for lever in chosen:
        answers, grids = _pulled(base, lever, answers, grids)
    return service(answers, grid_users=grids.users, grid_datacentre=grids.datacentre, factors=base.factors,
                   other_grids=base.other_grids)


def _pulled(base: Service, lever: str, answers: Answered, grids: Grids) -> tuple[Answered, Grids]:
    if lever.startswith("host_in_"):
        grid = base.other_grids[lever.removeprefix("host_in_")]
        return replace(answers, datacentre_zone=grid.zone), replace(grids, datacentre=grid)
    row = packaged_tables.levers()[lever]
    value = float(row["value"])
    if row["change"] == "set" and _no_better(row["answer"], float(getattr(answers, row["answer"])), value):
        return answers, grids  # the service is already there
    return answers.changed(row["answer"], row["change"], value), grids


def _no_better(answer: str, before: float, value: float) -> bool:
    return before >= value if answer == "server_lifespan_years" else before <= value


def _kg(answers: Answered, grids: Grids) -> float:
    return float(pd.Series(climate(answers, grids, at=VALUE)).sum())


def _row(base: Service, lever: str, total_kg: float) -> tuple[object, ...] | None:
    answers, grids = _pulled(base, lever, base.answers, base.grids)
    if (answers, grids) == (base.answers, base.grids):
        return None
    avoided = total_kg - _kg(answers, grids)
    if lever.startswith("host_in_"):
        name, label = "datacentre_zone", f"host in {answers.datacentre_zone}"
    else:
        row = packaged_tables.levers()[lever]
        name, label = row["answer"], row["label_en"]
    before, after = getattr(base.answers, name), getattr(answers, name)
    values = [f"{v:.6g}" if isinstance(v, float | int) else str(v) for v in (before, after)]
    share = avoided / total_kg if total_kg else float("nan")
    return (lever, base.answers.service_id, name, *values, avoided, share, label, _raised(base, answers, grids))


def _raised(base: Service, answers: Answered, grids: Grids) -> str:
    """Return the further criteria that the lever makes worse; empty where none is known."""
    if base.factors is None:
        return ""
    after = service(answers, grid_users=grids.users, grid_datacentre=grids.datacentre, factors=base.factors)
    criteria = [c for c in after.table["criterion"].drop_duplicates() if c != CLIMATE]
    return ", ".join(c for c in criteria if after.total(c)[0] > base.total(c)[0] * (1 + 1e-9))
