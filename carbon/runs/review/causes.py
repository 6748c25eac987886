"""Causes of the change between two sets: which row moved by its records, by a factor, by params or by code.

A company that names another factor release changes one line of its params, and all that this moves is a change of
factors. Two things prove it: the manifest has a hash of the params without the release, and the packaged releases have
the factors that only one of them has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import UsageError
from carbon.factors.energy_parts import DERIVED
from carbon.factors.library import load
from carbon.runs.publish.sets import PARAMS_BUT_RELEASE, published_table

CAUSES = ("inputs", "factors", "params", "code")
ROUNDING = 1e-12
AND = "+"
"""Between the factors of one row of the comparison."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Changes:
    """What differs between two sets.

    files: inputs with other bytes; parts: names of the dependencies that differ; releases: of both; params: whether
    more of what moves emissions differs than the release; years: whether the reporting years differ; factors: ids that
    both sets have with another value; ids: factors and elements of each release.
    """

    files: frozenset[str]
    parts: frozenset[str]
    releases: tuple[str, str]
    params: bool
    years: bool
    factors: frozenset[str]
    ids: tuple[frozenset[str], frozenset[str]]

    def by_release(self, one: str, two: str) -> bool:
        """Return whether a factor of the one side, or what it was calculated from, is not in the other's release."""
        gone_ids, new = self._only
        return any(_is_of(i, gone_ids) for i in one.split(AND)) or any(_is_of(i, new) for i in two.split(AND))

    @cached_property
    def _only(self) -> tuple[frozenset[str], frozenset[str]]:
        of_a, of_b = self.ids
        return of_a - of_b, of_b - of_a

    def of_years(self, one: str, two: str) -> bool:
        """Return whether both sides have a published factor, each that of its year."""
        return self.years and all(i in ids for text, ids in zip((one, two), self.ids, strict=True)
                                  for i in text.split(AND))

    @property
    def rest(self) -> str:
        """Cause of a row that is in one set alone, or has another quantity: a rule or a factor lets rows in or out."""
        return self._first("params", "factors", "code")

    @property
    def rest_of_values(self) -> str:
        """Cause of another result with the same factor."""
        return self._first("params", "code", "factors")

    def _first(self, *order: str) -> str:
        """Return the first cause that really differs; what none of them explains came with the inputs."""
        differs = {"params": self.params, "code": bool(self.parts & {"code", "packages"}),
                   "factors": "factors" in self.parts or len(set(self.releases)) > 1}
        return next((cause for cause in order if differs[cause]), "inputs")


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any], folders: tuple[Path, Path]) -> Changes:
    """Return what differs between two sets, from their manifests and published factors."""
    before, after = old["dependencies"], new["dependencies"]
    inputs = before["inputs"].keys() | after["inputs"].keys()
    releases = (str(old.get("release", "")), str(new.get("release", "")))
    same_release = releases[0] == releases[1]
    ids = _ids(releases[0])
    return Changes(
        files=frozenset(name for name in inputs if before["inputs"].get(name) != after["inputs"].get(name)),
        parts=frozenset(part for part in before if before[part] != after.get(part)), releases=releases,
        params=before["params"] != after["params"] and not _same_choices(old, new), years=old["year"] != new["year"],
        factors=_changed_factors(*folders), ids=(ids, ids if same_release else _ids(releases[1])))


def _same_choices(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return whether the sets prove that nothing that moves emissions differs in the params but the factor release."""
    before, after = old["dependencies"]["params"], new["dependencies"]["params"]
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    one, two = (manifest.get("settings", {}).get(PARAMS_BUT_RELEASE) for manifest in (old, new))
    return changed == {f"params/{old['company']}.yml"} and one is not None and one == two


def _ids(release: str) -> frozenset[str]:
    try:
        table = load(release).table if release else None
    except UsageError:  # a release of another version of the package
        table = None
    return frozenset() if table is None else frozenset([*table["factor_id"], *table["element_id"]])


def _is_of(factor_id: str, ids: frozenset[str]) -> bool:
    """Return whether a factor is one of these, or a part calculated from one of them, whose id ends its own."""
    return factor_id in ids or (factor_id.startswith(DERIVED) and any(
        factor_id.endswith(name) or f"{name}-minus-" in factor_id for name in ids))


def _changed_factors(a: Path, b: Path) -> frozenset[str]:
    """Return the factors whose published value differs between the sets."""
    one, two = (published_table(folder, "factors").set_index("factor_id")["co2e_kg"] for folder in (a, b))
    shared_ids = one.index.intersection(two.index)
    return frozenset(shared_ids[(one[shared_ids] != two[shared_ids]).to_numpy()])


def change_by_cause(rows: pd.DataFrame, changes: Changes) -> dict[str, npt.NDArray[np.float64]]:
    """Split the change of each row by cause [kg]; the parts of a row sum to its change.

    change = (quantity_b - quantity_a) x kg_a / quantity_a + the rest; the first is of the row, the rest of its factor

    `rows`: Paired rows: kg_a, kg_b, quantity_a, quantity_b, unit_a, unit_b, factor_id_a, factor_id_b, source_file_a,
    source_file_b, `_merge`, and `known` (its record is in both sets).
    """
    change = (rows["kg_b"] - rows["kg_a"]).to_numpy()
    paired = (rows["_merge"] == "both").to_numpy()
    per_unit = np.divide(rows["kg_a"], rows["quantity_a"], out=np.zeros(len(rows)), where=rows["quantity_a"] != 0)
    comparable = paired & (rows["quantity_a"] != 0).to_numpy()
    moved = np.where(comparable, (rows["quantity_b"] - rows["quantity_a"]).to_numpy() * per_unit, change)
    # In another unit the record is the same, and its factor is not.
    moved = np.where(paired & (rows["unit_a"] != rows["unit_b"]).to_numpy(), 0.0, moved)
    # What only rounding leaves is not a cause.
    moved = np.where(np.abs(change - moved) <= ROUNDING * np.abs(rows[["kg_a", "kg_b"]]).max(axis=1), change, moved)
    by_release = _of_pairs(rows, changes.by_release)
    from_input = (rows["source_file_a"].isin(changes.files) | rows["source_file_b"].isin(changes.files)).to_numpy()
    row_cause = np.where(from_input, "inputs", changes.rest)
    # A part of a record that both sets have, with a factor that one release has, did not come with the file.
    row_cause = np.where(~paired & by_release & rows["known"].to_numpy(dtype=bool), "factors", row_cause)
    factor_cause = _factor_cause(rows, changes, by_release, from_input)
    return {cause: np.where(row_cause == cause, moved, 0.0) + np.where(factor_cause == cause, change - moved, 0.0)
            for cause in CAUSES}


def _factor_cause(rows: pd.DataFrame, changes: Changes, by_release: Flags, from_input: Flags) -> npt.NDArray[Any]:
    names = sorted({*rows["factor_id_a"], *rows["factor_id_b"]})
    new_values = {name for name in names if changes.factors.intersection(name.split(AND))}
    table = (rows["factor_id_a"].isin(new_values) | rows["factor_id_b"].isin(new_values)).to_numpy()
    other = (rows["factor_id_a"] != rows["factor_id_b"]).to_numpy()
    published = by_release | (_of_pairs(rows, changes.of_years) & (not changes.params))
    choice: npt.NDArray[Any] = np.full(len(rows), changes.rest)
    if not changes.params and "factors" not in changes.parts:
        # An instrument or a decision in the company's own files; without one, the release.
        without_file = changes.rest if len(set(changes.releases)) > 1 or not changes.files else "inputs"
        choice = np.where(from_input, "inputs", without_file)
    return np.where(table | published, "factors", np.where(other, choice, changes.rest_of_values))


def _of_pairs(rows: pd.DataFrame, is_so: Any) -> Flags:
    """Return a test of the factors of both sides for each row, asked once for each pair of factors."""
    pairs = rows[["factor_id_a", "factor_id_b"]].drop_duplicates()
    answers = {pair: is_so(*pair) for pair in pairs.itertuples(index=False, name=None)}
    return np.array([answers[pair] for pair in zip(rows["factor_id_a"], rows["factor_id_b"], strict=True)], dtype=bool)


def factor_movers(rows: pd.DataFrame, totals: Mapping[str, pd.Series[Any]], folders: tuple[Path, Path]) -> pd.DataFrame:
    """Return what changed factors moved, largest first: activity, part, factor_a, edition_a, factor_b, edition_b, and
    one column a total [t CO2e]; each sums to the tonnes of factors in that total.

    `rows`: Paired rows with the kilograms that `factors` moved. `totals`: Column -> mask of the rows of the total.
    `folders`: Of both sets: their factors have source, edition and year.
    """
    by = ["activity", "part", "factor_id_a", "factor_id_b"]
    moved = rows[rows["factors"] != 0]
    columns = {name: moved["factors"].where(mask[moved.index], 0.0) / 1000.0 for name, mask in totals.items()}
    table = moved[by].assign(**columns).groupby(by, sort=True, observed=True).sum().reset_index()
    for side, folder in zip("ab", folders, strict=True):
        editions = _editions(published_table(folder, "factors"))
        words = table[f"factor_id_{side}"].map(
            lambda ids, editions=editions: AND.join(dict.fromkeys(editions.get(i, "") for i in ids.split(AND))))
        table = table.rename(columns={f"factor_id_{side}": f"factor_{side}"}).assign(**{f"edition_{side}": words})
    order = table[list(totals)].abs().max(axis=1).sort_values(ascending=False, kind="stable").index
    names = ["activity", "part", "factor_a", "edition_a", "factor_b", "edition_b"]
    return table.loc[order, [*names, *totals]].reset_index(drop=True)


def _editions(factors: pd.DataFrame) -> dict[str, str]:
    """Return source, edition and year of each factor in words."""
    columns = [factors[c].astype("str") for c in ("source_id", "edition", "valid_from") if c in factors]
    return {name: " ".join(words).strip() for name, *words in zip(factors["factor_id"], *columns, strict=True)}
