"""What a waste factor counts: transport only, or the treatment too; by publisher and treatment."""

from __future__ import annotations

from functools import cache

from carbon.core import packaged

WASTE = "waste."


@cache
def boundary_of(source_id: str, activity: str) -> str:
    """Return the boundary of a publisher's factor for a waste activity; "" for other activities and unknown sources.

    Source: data/waste_boundaries.csv, from the publishers' own notes.
    """
    return next((line["boundary"] for line in _lines(activity) if source_id.startswith(line["source"])), "")


@cache
def boundary_in(region: str, activity: str) -> str:
    """Return the boundary of a country's own publisher for a waste activity's treatment; "" where none is known."""
    return next((line["boundary"] for line in _lines(activity) if region == line["region"]), "")


@cache
def country_of(source_id: str) -> str:
    """Return the country that a publisher of waste factors counts for; "" where the source is unknown."""
    return next((line["region"] for line in _table() if source_id.startswith(line["source"])), "")


def _lines(activity: str) -> list[dict[str, str]]:
    if not activity.startswith(WASTE):
        return []
    treatment = activity.rpartition(".")[2]
    return [line for line in _table() if line["treatment"] == treatment]


@cache
def _table() -> list[dict[str, str]]:
    return packaged.read_rows("carbon.factors", "data/waste_boundaries.csv")
