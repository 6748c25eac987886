"""`carbon diff`: why each total differs between two sets, by input, factor, params and code; the parts sum to the
change.

Emission rows of both sets are paired. A row's change is split at its quantity: (change of quantity) x old kg per unit
is what the records or the rules moved, the rest is what the factor moved. Each part then has one cause (`causes`): the
file it came from, the factor table or its release, the params or the code.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.compile import COMPUTED, NO_RECORDS, has_figure, states_by_figure
from carbon.core.errors import RunError, UsageError
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import CATEGORIES, NO_METHOD, SCOPE_FIGURES, TOTAL_FIGURES
from carbon.params.files.project import Project
from carbon.reports.words.editions import named
from carbon.reports.words.language import Words
from carbon.runs.publish.identity import MANIFEST
from carbon.runs.publish.sets import SET, STATES, current_set, no_set, published_table, read_manifest
from carbon.runs.review.causes import AND, CAUSES, change_by_cause, changes_between, factor_movers

ROW = ["record_id", "activity", "part", "scope", "category", "scope2_method", "region"]
STREAM = ["activity", "unit", "part", "scope", "category", "scope2_method", "region"]
KG_PER_T = 1000.0
MOVERS_SHOWN = 10
CLOSED = 1e-9
"""Share of the tonnes of all rows below which a remainder is rounding."""


@dataclass(frozen=True)
class Difference:
    """table: one line a figure: figure, a_t, b_t (NaN where a set has no figure; a_state, b_state: why), change_t and
    its parts by cause [t CO2e]. changed: parts of the manifests that differ, in words. movers: see `factor_movers`.
    constant: of two years that follow one another, the change of the headline total as the later report gives it
    (since, published_share, share, change_t, moved_most, moved_most_t); else None.
    """

    a: str
    b: str
    table: pd.DataFrame
    changed: dict[str, str]
    movers: pd.DataFrame
    constant: dict[str, Any] | None = None

    @property
    def equal(self) -> bool:
        """Return whether every total is the same to the bit; without a figure on both sides, for the same reason."""
        return not self._moved.any()

    @property
    def _moved(self) -> pd.Series[bool]:
        table = self.table
        without = table["a_t"].isna() & table["b_t"].isna()
        return (table["a_t"] != table["b_t"]).mask(without, table["a_state"] != table["b_state"])

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"a": self.a, "b": self.b, "equal": self.equal, "changed": self.changed,
                "constant_factors": self.constant,
                "figures": json.loads(self.table.to_json(orient="records", double_precision=15)),
                "factor_movers": json.loads(self.movers.to_json(orient="records", double_precision=15))}

    def text(self) -> str:
        """Return what has changed, and the figures that moved, as a string."""
        lines = [f"{self.a} -> {self.b}", *(f"  {part}: {words}" for part, words in self.changed.items()),
                 *self._constant()]
        without = self.table[~self._moved & self.table["a_t"].isna()]
        words = [f"  {state} in both: {', '.join(of)}" for state, of in
                 without.groupby(without["a_state"].map(_word), sort=False)["figure"]]
        if self.equal:
            return "\n".join([*lines, *words, "every total is equal"])
        moved = self.table[self._moved]
        for side in "ab":
            tonnes, state = moved[f"{side}_t"], moved[f"{side}_state"].map(_word)
            moved = moved.assign(**{f"{side}_t": tonnes.map("{:+,.6f}".format).where(tonnes.notna(), state)})
        shown_rows = moved.drop(columns=["a_state", "b_state"])
        lines += [shown_rows.to_string(index=False, float_format=lambda value: f"{value:+,.6f}"), *words]
        return "\n".join([*lines, *self._movers_text()])

    def _movers_text(self) -> list[str]:
        """Return the factors that moved most, and the sum of the others."""
        if self.movers.empty:
            return []
        tonnes = self.movers.columns[-2:].tolist()
        names = self.movers[["edition_a", "edition_b"]].replace("", "none").map(_publishers)
        shown_rows = self.movers.assign(factor=names["edition_a"] + " -> " + names["edition_b"])
        shown_rows = shown_rows[["activity", "part", "factor", *tonnes]].head(MOVERS_SHOWN)
        lines = ["", f"Factors that moved ({len(shown_rows)} of {len(self.movers)}):",
                 shown_rows.to_string(index=False, float_format=lambda value: f"{value:+,.6f}")]
        others = self.movers[tonnes].iloc[MOVERS_SHOWN:].sum()
        return lines if len(shown_rows) == len(self.movers) else [
            *lines, "others: " + ", ".join(f"{name} {value:+,.6f}" for name, value in others.items())]

    def _constant(self) -> list[str]:
        if self.constant is None:
            return []
        of = self.constant
        shares = ["unknown" if of[name] is None else f"{of[name]:+.1%}" for name in ("published_share", "share")]
        name = _publishers(of["moved_most"] or "")
        most = f"; moved most: {name}, {of['moved_most_t']:+,.3f} t" if name else ""
        return [f"  headline total: {shares[0]} as published, {shares[1]} at constant factors "
                f"({of['change_t']:+,.3f} t) since {of['since']}{most}"]


def _publishers(editions: str) -> str:
    """Return publications by their publishers' names; an edition that is named by its year has it once."""
    return re.sub(r"(\b\d\S*)( \1)+(?=[\s+]|$)", r"\1", named(editions, {}, Words("en")))


def _word(state: str) -> str:
    return state.partition(": ")[0]


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
    if year.isdigit() and not digest and set_folder is None:
        raise no_set(project, name)
    if not year.isdigit() or set_folder is None or not (set_folder / MANIFEST).exists():
        raise UsageError(f"{name!r} is not a published set", hint="company/year, company/year@digest or a set's folder")
    return set_folder


def compare_sets(a: Path, b: Path, *, names: tuple[str, str]) -> Difference:
    """Compare the sets in two folders.

    Raises UsageError: They are of two companies: no row of the one is a row of the other.
    """
    from carbon.runs.company_year.stale import PARTS, changed_names

    old, new = read_manifest(a), read_manifest(b)
    if old["company"] != new["company"]:
        raise UsageError(f"{names[0]} is of {old['company']} and {names[1]} of {new['company']}: two companies share "
                         "no records", hint="compare two sets or two years of one company")
    before, after = old["dependencies"], new["dependencies"]
    changes = changes_between(old, new, (a, b))
    changed = {part: changed_names(before[part], after[part]) for part in PARTS if before[part] != after[part]}
    if "params" in changed and not changes.params:
        also = "" if changes.releases[0] == changes.releases[1] else " but the factor release"
        changed["params"] += f" (nothing that moves emissions{also})"
    if changes.releases[0] != changes.releases[1]:
        words = f"release {changes.releases[0]} -> {changes.releases[1]}"
        changed["factors"] = f"{words}, {changed['factors']}" if "factors" in changed else words
    rows = _paired(a, b, STREAM if changes.years else ROW)
    rows = rows.assign(**change_by_cause(rows, changes))
    masks = _masks(rows)
    totals = {f"{name.replace('-', '_')}_t": masks[name] for name in TOTAL_FIGURES}
    return Difference(*names, table=_by_figure(rows, (states_of(a), states_of(b))), changed=changed,
                      movers=factor_movers(rows, totals, (a, b)), constant=_constant(old, new))


def _constant(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the later of two reports gives of the change since the earlier, where they follow one another."""
    first, last = sorted((old, new), key=lambda manifest: int(manifest["year"]))
    summary = last.get("summary", {}).get("constant_factors")
    follows = summary is not None and summary["since"] == first["year"] and first["company"] == last["company"]
    return summary if follows else None


def _paired(a: Path, b: Path, keys: list[str]) -> pd.DataFrame:
    """Pair the rows of both sets: one line a key, with kg, quantity, factors and file on both sides."""
    both_sides = [_grouped(published_table(folder, "emissions"), keys) for folder in (a, b)]
    joined = both_sides[0].merge(both_sides[1], on=keys, how="outer", suffixes=("_a", "_b"), validate="one_to_one",
                                 indicator=True)
    numbers = ["kg_a", "kg_b", "quantity_a", "quantity_b"]
    joined[numbers] = joined[numbers].fillna(0.0)
    texts = [f"{name}_{side}" for name in ("factor_id", "source_file", "unit") for side in "ab" if name not in keys]
    joined[texts] = joined[texts].fillna("")
    if "unit" in keys:
        joined["unit_a"] = joined["unit_b"] = joined["unit"]
    record = keys[0]
    in_both = set(both_sides[0][record]) & set(both_sides[1][record])
    return joined.assign(known=joined[record].isin(in_both))


def _grouped(emissions: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    counted_rows = emissions[emissions["kyoto"] & emissions["scope"].isin(("1", "2", "3"))]
    groups = counted_rows.groupby(keys, observed=True, dropna=False, sort=True)
    group, size = groups.ngroup().to_numpy(), groups.ngroups
    ids = counted_rows.sort_values("factor_id").groupby(keys, observed=True, dropna=False)["factor_id"]
    return pd.DataFrame({
        "kg": exact_sum(counted_rows["co2e_kg"], group, size),
        "quantity": exact_sum(counted_rows["quantity"], group, size),
        "factor_id": ids.agg(lambda values: AND.join(dict.fromkeys(values))),
        "source_file": groups["source_file"].first(), **({} if "unit" in keys else {"unit": groups["unit"].first()}),
    }).reset_index()


def _masks(rows: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Return the rows of each figure: totals, scopes, and all fifteen categories."""
    scope, method = rows["scope"], rows["scope2_method"]
    masks = {name: method.isin((NO_METHOD, of)) for name, of in TOTAL_FIGURES.items()}
    masks |= {name: (scope == of) & (method == by) for name, (of, by) in SCOPE_FIGURES.items()}
    return masks | {f"3.{c}": (scope == "3") & (rows["category"] == c) for c in CATEGORIES}


def _by_figure(rows: pd.DataFrame, states: tuple[dict[str, str], dict[str, str]]) -> pd.DataFrame:
    lines = []
    for figure, mask in _masks(rows).items():
        line: dict[str, Any] = {"figure": figure}
        part = rows[mask]
        for side, absent, known_states in (("a", "right_only", states[0]), ("b", "left_only", states[1])):
            has_rows = bool((part["_merge"] != absent).any())
            line[f"{side}_t"] = exact_total(part[f"kg_{side}"]) / KG_PER_T if has_rows else np.nan
            line[f"{side}_state"] = known_states.get(figure, COMPUTED if has_rows else NO_RECORDS)
        # The change is that of the rows: from no records to 12.3 t it is 12.3 t, and `a_state` states that it was no 0.
        change = exact_total(np.concatenate([part["kg_b"], -part["kg_a"]])) / KG_PER_T
        lines.append({**line, "change_t": change, **_parts(part, change)})
    columns = ["figure", "a_t", "b_t", "change_t", *(f"{c}_t" for c in CAUSES), "a_state", "b_state"]
    return pd.DataFrame(lines, columns=columns)


def _parts(rows: pd.DataFrame, change_t: float) -> dict[str, float]:
    """Return the tonnes of each cause, whose sum is the change, the last bit by the largest; RunError if it is not."""
    parts = {f"{cause}_t": exact_total(rows[cause]) / KG_PER_T for cause in CAUSES}
    rest, largest = math.fsum([change_t, *(-t for t in parts.values())]), max(parts, key=lambda name: abs(parts[name]))
    if abs(rest) > CLOSED * float(rows[["kg_a", "kg_b"]].abs().to_numpy().sum()) / KG_PER_T:
        raise RunError(f"The causes of a change of {change_t:g} t leave {rest:g} t")
    return {**parts, largest: parts[largest] + rest}


def states_of(folder: Path) -> dict[str, str]:
    """Return the state of each scope, total and category of a set, by the name of its figure; {} without a table."""
    manifest = read_manifest(folder)
    if STATES in manifest:
        return {name.split("/", 2)[2]: str(state) for name, state in manifest[STATES].items()}
    known_table = "inventory.parquet" in manifest["outputs"]
    return states_by_figure(published_table(folder, "inventory")) if known_table else {}


def figures_of_set(folder: Path) -> dict[str, float | None]:
    """Return the figures of a set by id [kg CO2e]; None where its state is that it has no number."""
    manifest: dict[str, Any] = read_manifest(folder)
    states = states_of(folder)
    return {name: kg if has_figure(states.get(name.split("/", 2)[2], COMPUTED)) else None
            for name, kg in manifest["figures"].items()}
