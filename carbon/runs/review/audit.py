"""`carbon audit`: a sample of rows for an assurer to perform again, and every total by a second path.

Monetary unit sampling, with kg CO2e for money: interval = sum of |kg| / n; from a start that the seed draws, each
activity that holds start + k x interval is in the sample, so that larger ones are likelier and those above the interval
certain. Only what was counted can be drawn: what is missing from the records needs another test (ISA 530, A8, A12).
"""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import RunError, UsageError
from carbon.params.files.project import Project
from carbon.reports.audit_sheet import audit_files
from carbon.runs.publish import write_atomic
from carbon.runs.publish.durable import PRIVATE
from carbon.runs.publish.identity import identity
from carbon.runs.publish.sets import read_manifest, whole_set
from carbon.runs.publish.signoff import AUDITS
from carbon.runs.review.second_path import Product, compare, lines, rows
from carbon.runs.review.source_cells import SourceCells

RISK = 0.05
"""Risk that the stated limit of overstatement is exceeded although no drawn row is wrong."""
COLUMNS = ["item", "source_file", "source_sheet", "source_line", "cell", "cell_value", "record_amount", "record_unit",
           "activity", "rule", "quantity", "unit", "region", "year", "part", "factor_id", "factor_kg", "factor_unit",
           "conversion", "page", "edition", "publisher", "kg_reperformed", "kg_published", "source_seen",
           "activity_right", "factor_right", "kg_right", "remark"]
TICKS = COLUMNS[-5:]
"""Left blank for the assurer."""


@dataclass(frozen=True, repr=False)
class Audit(Displayed):
    """A sample of one set: `table` has a line for each part of each drawn row, `totals` each total by two paths."""

    company: str
    year: int
    identity: str
    seed: int
    size: int
    population: int
    drawn_kg: float
    population_kg: float
    table: pd.DataFrame
    totals: pd.DataFrame
    paths: tuple[str, ...] = ()

    @property
    def interval_kg(self) -> float:
        """Kilograms between two draws."""
        return self.population_kg / self.size

    @property
    def limit_share(self) -> float:
        """Share by which the total is at most overstated, at `RISK`, where every drawn row is right: -ln(risk) / n."""
        return -math.log(RISK) / self.size

    @property
    def agrees(self) -> bool:
        """Whether every total, and every drawn line, is the same by the second path."""
        kg = self.table[["kg_reperformed", "kg_published"]].astype("float64")
        within_rounding = (kg["kg_reperformed"] - kg["kg_published"]).abs() <= 1e-12 * kg["kg_reperformed"].abs()
        return bool(self.totals["agrees"].all() and within_rounding.all())

    def as_json(self) -> dict[str, Any]:
        """Return plain values: what was drawn, each total by two paths, each drawn line, the paths of the sheets."""
        return {"company": self.company, "year": self.year, "identity": self.identity, "seed": self.seed,
                "sample": self.size, "population": self.population, "population_kg": self.population_kg,
                "interval_kg": self.interval_kg, "drawn_kg": self.drawn_kg, "limit_share": self.limit_share,
                "agrees": self.agrees, "paths": list(self.paths),
                "totals": json.loads(self.totals.to_json(orient="records", double_precision=15)),
                "rows": json.loads(self.table.to_json(orient="records", double_precision=15))}

    def text(self) -> str:
        """Return what was drawn, totals that differ, and where the sheets are, as a string."""
        bad = self.totals[~self.totals["agrees"]]
        drawn = self.table["item"].nunique()
        lines = [f"{self.company}/{self.year}: {drawn} rows drawn of {self.population:,}, with "
                 f"{self.drawn_kg / self.population_kg:.0%} of {self.population_kg:,.1f} kg CO2e in absolute values",
                 f"If all are right, the total is overstated by at most {self.limit_share:.1%} (risk {RISK:.0%})",
                 f"Totals by the second path: {len(self.totals) - len(bad)} of {len(self.totals)} equal",
                 *(f"  scope {row['scope']} {row['category'] or ''} {row['scope2_method']}: published "
                   f"{row['published_kg']:,.6f} kg, second path {row['recomputed_kg']:,.6f} kg"
                   for row in bad.to_dict("records")), *self.paths]
        return "\n".join(lines)


def audit(project: Project, company: str, year: int, *, sample: int, seed: int) -> Audit:
    """Draw activities by their kilograms and trace each from its source cell to its kilograms; write the sheets.

    Raises UsageError: No published set, or a sample below 1; RunError: The set is damaged, has no row with kilograms,
    or a total that no second path gives.
    """
    folder = whole_set(project, company, year)
    if sample < 1:
        raise UsageError(f"A sample of {sample} rows", hint="--sample 25")
    if not (folder / "keys.parquet").is_file():
        raise RunError(f"{company}/{year} was published by an earlier version, without the table `keys`",
                       hint="publish again with `carbon run`")
    manifest = read_manifest(folder)
    try:
        totals = pd.DataFrame(compare(folder))
        method = manifest["settings"]["scope2_headline"]
        products = [one for one in lines(folder) if one.line[2] in ("", method)]
    except (ValueError, KeyError) as error:
        raise RunError(f"{company}/{year}: the second path ends: {error}",
                       hint="publish again with `carbon run`") from error
    weights = _weights(products)
    drawn = draw(weights, sample, seed)
    table = _traced(project, folder, manifest, [one for one in products if one.activity["activity_id"] in drawn], drawn)
    result = Audit(company, year, identity(folder), seed, sample, len(weights), math.fsum(weights[a] for a in drawn),
                  math.fsum(weights.values()), table, totals)
    return _written(project, result)


def _weights(products: Iterable[Product]) -> dict[str, float]:
    """Return |kg| of each activity that has any, in the order of the files."""
    kg: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    for one in products:
        activity = one.activity
        kg[activity["source_file"], activity["source_line"], activity["activity_id"]].append(one.kg)
    sums = {key[2]: abs(math.fsum(kg[key])) for key in sorted(kg)}
    return {name: size for name, size in sums.items() if size > 0}


def draw(weights: dict[str, float], sample: int, seed: int) -> dict[str, int]:
    """Return the drawn names and their numbers, 1 for the first: systematic, with a random start.

    Raises RunError: Nothing has a weight.
    """
    total = math.fsum(weights.values())
    if not total:
        raise RunError("No row has kilograms: nothing can be drawn", hint="look at the ledger: `carbon check`")
    interval = total / sample
    following, upto, drawn = random.Random(seed).random() * interval, 0.0, dict[str, int]()  # noqa: S311  (no secret)
    for name, size in weights.items():
        upto += size
        if following < upto:
            drawn[name] = len(drawn) + 1
            following += interval * math.ceil((upto - following) / interval)
    return drawn


def _traced(project: Project, folder: Path, manifest: dict[str, Any], products: list[Product],
            drawn: dict[str, int]) -> pd.DataFrame:
    """Return a line for each part of each drawn activity: source, record, activity, factor, kilograms, blanks."""
    ids = {one.activity["activity_id"] for one in products}
    published = {(row["activity_id"], row["factor_id"], row["scope2_method"]): row["co2e_kg"]
                 for row in rows(folder, "emissions") if row["activity_id"] in ids}
    publishers = {row["source_id"]: row["publisher"] for row in rows(folder, "factor_sources")}
    cells = SourceCells(project, manifest["dependencies"]["inputs"])
    table = []
    for one in products:
        activity, factor = one.activity, one.factor
        name = activity["activity_id"]
        cell, value = cells.of(activity)
        table.append({
            "item": drawn[name], **{c: activity[c] for c in COLUMNS if c in activity}, "cell": cell,
            "cell_value": value, "part": one.part, "quantity": one.quantity, "factor_id": factor["factor_id"],
            "factor_kg": one.factor_kg, "factor_unit": factor["unit"], "conversion": one.conversion,
            "page": factor["page"], "edition": factor["edition"],
            "publisher": publishers.get(factor["source_id"], factor["source_id"]), "kg_reperformed": one.kg,
            "kg_published": published.get((name, factor["factor_id"], one.line[2])), **dict.fromkeys(TICKS, "")})
    return pd.DataFrame(table, columns=COLUMNS).sort_values("item", kind="stable", ignore_index=True)


def _written(project: Project, result: Audit) -> Audit:
    """Write the sheets, XLSX and HTML in both languages, for their owner alone; returns the audit with their paths."""
    folder = project.ledger(result.company) / AUDITS
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for suffix, data in audit_files(result).items():
        path = folder / f"{result.year}-{result.identity[:16]}-{result.size}-{result.seed}.{suffix}"
        write_atomic(path, data, mode=PRIVATE)
        paths.append(project.name_of(path))
    return Audit(**{**result.__dict__, "paths": tuple(paths)})
