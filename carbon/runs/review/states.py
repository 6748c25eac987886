"""Figures of a published set and their states, also of sets of earlier releases, whose figures without rows are 0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from carbon.runs.publish.sets import STATES, published_table, read_manifest


def states_of(folder: Path) -> dict[str, str]:
    """Return the state of each scope, total and category of a set, by the name of its figure; {} without a table."""
    from carbon.accounting.compile import states_by_figure

    manifest = read_manifest(folder)
    if STATES in manifest:
        return {name.split("/", 2)[2]: str(state) for name, state in manifest[STATES].items()}
    known_table = "inventory.parquet" in manifest["outputs"]
    return states_by_figure(published_table(folder, "inventory")) if known_table else {}


def figures_of_set(folder: Path) -> dict[str, float | None]:
    """Return the figures of a set by id [kg CO2e]; None where its state is that it has no number."""
    from carbon.accounting.compile import COMPUTED, has_figure

    manifest: dict[str, Any] = read_manifest(folder)
    states = states_of(folder)
    return {name: kg if has_figure(states.get(name.split("/", 2)[2], COMPUTED)) else None
            for name, kg in manifest["figures"].items()}
