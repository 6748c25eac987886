"""`carbon diff`: why each total differs between two sets, by input, factor, params and code; the parts sum to the
change.

Emission rows of both sets are paired. A row's change is split at its quantity: (change of quantity) x old kg per unit
is what the records or the rules moved, the rest is what the factor moved. Each part then has one cause, found in the
two manifests: the file it came from, the factor table, the params or the code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD
from carbon.records.params.project import Project
from carbon.runs.publish.sets import MANIFEST, SET, current_set, published_table, read_manifest

CAUSES = ("inputs", "factors", "params", "code")
ROW = ["record_id", "activity", "part", "scope", "category", "scope2_method", "region"]
STREAM = ["activity", "unit", "part", "scope", "category", "scope2_method", "region"]
ROUNDING = 1e-12
KG_PER_T = 1000.0


@dataclass(frozen=True)
class Difference:
    """table: one line a figure: figure, a_t, b_t, change_t and its parts by cause [t CO2e]. changed: parts of the
    manifests that differ, in words. constant: of two years that follow one another, the change of the headline total as
    the later report gives it (since, published_share, share, change_t, moved_most, moved_most_t); else None.
    """

    a: str
    b: str
    table: pd.DataFrame
    changed: dict[str, str]
    constant: dict[str, Any] | None = None

    @property
    def equal(self) -> bool:
        """Return whether every total is the same to the bit."""
        return bool((self.table["a_t"] == self.table["b_t"]).all())

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"a": self.a, "b": self.b, "equal": self.equal, "changed": self.changed,
                "constant_factors": self.constant,
                "figures": json.loads(self.table.to_json(orient="records", double_precision=15))}

    def text(self) -> str:
        """Return what has changed, and the figures that moved, as a string."""
        changed = (f"  {part}: {words}" for part, words in self.changed.items())
        lines = [f"{self.a} -> {self.b}", *changed, *self._constant()]
        moved = self.table[self.table["a_t"] != self.table["b_t"]]
        if moved.empty:
            return "\n".join([*lines, "every total is equal"])
        return "\n".join([*lines, moved.to_string(index=False, float_format=lambda value: f"{value:+,.6f}")])

    def _constant(self) -> list[str]:
        if self.constant is None:
            return []
        of = self.constant
        shares = ["unknown" if of[name] is None else f"{of[name]:+.1%}" for name in ("published_share", "share")]
        most = f"; moved most: {of['moved_most']}, {of['moved_most_t']:+,.3f} t" if of["moved_most"] else ""
        return [f"  headline total: {shares[0]} as published, {shares[1]} at constant factors "
                f"({of['change_t']:+,.3f} t) since {of['since']}{most}"]


def compare(project: Project, a: str, b: str) -> Difference:
    """Compare two sets, each named by company/year, company/year@digest or its folder.

    Raises UsageError: There is no such set.
    """
    return compare_sets(find_set(project, a), find_set(project, b), names=(a, b))


def find_set(project: Project, name: str) -> Path:
    """Return the folder of a set by its name."""
    if Path(name).is_dir() and (Path(name) / MANIFEST).exists():
        return Path(name)
    key, _, digest = name.partition("@")
    company, _, year = key.partition("/")
    folder = project.root / "data" / "processed" / company / year
    set_folder = folder / f"{SET}{digest}" if digest else current_set(folder)
    if not year.isdigit() or set_folder is None or not (set_folder / MANIFEST).exists():
        raise UsageError(f"{name!r} is not a published set", hint="company/year, company/year@digest or a set's folder")
    return set_folder


def compare_sets(a: Path, b: Path, *, names: tuple[str, str]) -> Difference:
    """Compare the sets in two folders."""
    from carbon.runs.company_year.stale import PARTS, changed_names

    old, new = read_manifest(a), read_manifest(b)
    before, after = old["dependencies"], new["dependencies"]
    changed = {part: changed_names(before[part], after[part]) for part in PARTS if before[part] != after[part]}
    same_report = (old["company"], old["year"]) == (new["company"], new["year"])
    rows = _paired(a, b, ROW if same_report else STREAM)
    causes = _causes(rows, before, after, changed, _changed_factors(a, b))
    return Difference(*names, table=_by_figure(rows.assign(**causes)), changed=changed, constant=_constant(old, new))


def _constant(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the later of two reports gives of the change since the earlier, where they follow one another."""
    first, last = sorted((old, new), key=lambda manifest: int(manifest["year"]))
    stated = last.get("summary", {}).get("constant_factors")
    follows = stated is not None and stated["since"] == first["year"] and first["company"] == last["company"]
    return stated if follows else None


def _paired(a: Path, b: Path, keys: list[str]) -> pd.DataFrame:
    """Pair the rows of both sets: one line a key, with kg, quantity, factors and file on both sides."""
    both_sides = [_grouped(published_table(folder, "emissions"), keys) for folder in (a, b)]
    joined = both_sides[0].merge(both_sides[1], on=keys, how="outer", suffixes=("_a", "_b"), validate="one_to_one",
                                 indicator=True)
    numbers = ["kg_a", "kg_b", "quantity_a", "quantity_b"]
    joined[numbers] = joined[numbers].fillna(0.0)
    texts = ["factor_id_a", "factor_id_b", "source_file_a", "source_file_b"]
    joined[texts] = joined[texts].fillna("")
    return joined


def _grouped(emissions: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    counted_rows = emissions[emissions["kyoto"] & emissions["scope"].isin(("1", "2", "3"))]
    groups = counted_rows.groupby(keys, observed=True, dropna=False, sort=True)
    group, size = groups.ngroup().to_numpy(), groups.ngroups
    ids = counted_rows.sort_values("factor_id").groupby(keys, observed=True, dropna=False)["factor_id"]
    return pd.DataFrame({
        "kg": exact_sum(counted_rows["co2e_kg"], group, size),
        "quantity": exact_sum(counted_rows["quantity"], group, size),
        "factor_id": ids.agg(lambda values: "+".join(dict.fromkeys(values))),
        "source_file": groups["source_file"].first(),
    }).reset_index()


def _changed_factors(a: Path, b: Path) -> set[str]:
    """Return the factors whose published value differs between the sets."""
    one, two = (published_table(folder, "factors").set_index("factor_id")["co2e_kg"] for folder in (a, b))
    shared_ids = one.index.intersection(two.index)
    return set(shared_ids[(one[shared_ids] != two[shared_ids]).to_numpy()])


def _causes(rows: pd.DataFrame, before: dict[str, Any], after: dict[str, Any], changed: dict[str, str],
            factors: set[str]) -> dict[str, np.ndarray]:
    """Split the change of each row by cause [kg]; the parts of a row sum to its change."""
    change = (rows["kg_b"] - rows["kg_a"]).to_numpy()
    per_unit = np.divide(rows["kg_a"], rows["quantity_a"], out=np.zeros(len(rows)), where=rows["quantity_a"] != 0)
    in_both = (rows["_merge"] == "both").to_numpy() & (rows["quantity_a"] != 0).to_numpy()
    moved = np.where(in_both, (rows["quantity_b"] - rows["quantity_a"]).to_numpy() * per_unit, change)
    # What only rounding leaves is not a cause.
    moved = np.where(np.abs(change - moved) <= ROUNDING * np.abs(rows[["kg_a", "kg_b"]]).max(axis=1), change, moved)
    row_cause = _row_cause(rows, before, after, changed)
    factor_cause = _factor_cause(rows, changed, factors)
    return {cause: np.where(row_cause == cause, moved, 0.0) + np.where(factor_cause == cause, change - moved, 0.0)
            for cause in CAUSES}


def _row_cause(rows: pd.DataFrame, before: dict[str, Any], after: dict[str, Any],
               changed: dict[str, str]) -> np.ndarray:
    files = sorted({*rows["source_file_a"], *rows["source_file_b"]})
    moved = {name for name in files if before["inputs"].get(name) != after["inputs"].get(name)}
    from_input = (rows["source_file_a"].isin(moved) | rows["source_file_b"].isin(moved)).to_numpy()
    # A rule, a method choice or a factor table may let a row in or out; code is what is left.
    rest = next((cause for cause in ("params", "factors") if cause in changed), "code")
    return np.where(from_input, "inputs", rest)


def _factor_cause(rows: pd.DataFrame, changed: dict[str, str], factors: set[str]) -> np.ndarray:
    names = sorted({*rows["factor_id_a"], *rows["factor_id_b"]})
    changed_ids = {name for name in names if factors.intersection(name.split("+"))}
    table = (rows["factor_id_a"].isin(changed_ids) | rows["factor_id_b"].isin(changed_ids)).to_numpy()
    other = (rows["factor_id_a"] != rows["factor_id_b"]).to_numpy()
    rest = "params" if "params" in changed else "code"
    if "factors" in changed:
        rest_of_choice = "factors"
    else:
        rest_of_choice = "inputs" if "inputs" in changed and "params" not in changed else rest
    return np.where(table, "factors", np.where(other, rest_of_choice, rest))


def _by_figure(rows: pd.DataFrame) -> pd.DataFrame:
    scope, method = rows["scope"], rows["scope2_method"]
    figures = {
        "total-location": method.isin((NO_METHOD, LOCATION)), "total-market": method.isin((NO_METHOD, MARKET)),
        "scope1": scope == "1", "scope2-location": (scope == "2") & (method == LOCATION),
        "scope2-market": (scope == "2") & (method == MARKET), "scope3": scope == "3",
        **{f"3.{c}": (scope == "3") & (rows["category"] == c) for c in sorted(set(rows.loc[scope == "3", "category"]))},
    }
    lines = []
    for figure, mask in figures.items():
        part = rows[mask]
        a, b = exact_total(part["kg_a"]) / KG_PER_T, exact_total(part["kg_b"]) / KG_PER_T
        parts = {f"{cause}_t": exact_total(part[cause]) / KG_PER_T for cause in CAUSES}
        lines.append({"figure": figure, "a_t": a, "b_t": b, "change_t": b - a, **parts})
    return pd.DataFrame(lines)
