"""Rules that definitions of indicators must meet: all failures of all indicators in one table.

Rules: raw, relative, evaluable, limited, objectivised, audience (the framework); duplicates, gaming and stale data
(this project's).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from carbon.scorecards.catalogue import AUDIENCES, COMPUTED, DIRECTIONS, FREQUENCIES, LANGUAGES, Catalogue, by_formula

ERROR, WARNING = "error", "warning"
CATALOGUE = "(catalogue)"
PER_THEME, PUBLIC = 4, 3
REVIEW_PERIODS = 1.5
WORSE_SHARE, POPULATION = 0.05, 0.8
DAYS_PER_MONTH = 365.0 / 12
COLUMNS = ["indicator", "rule", "severity", "what"]
_CARBON = ("co2", "carbon", "ges", "ghg")
Failure = tuple[str, str, str, str]
Formulas = Mapping[str, Mapping[str, Any]]
Row = Mapping[str, str]


def check(catalogue: Catalogue, *, on: date | None = None) -> pd.DataFrame:
    """Return all failures of a catalogue, sorted by indicator and rule: indicator, rule, severity, what.

    Parameters
    ----------
    on
        Day for the age of the last review; without it K-OBJ does not judge that age.
    """
    table, formulas = catalogue.table, by_formula()
    cells = zip(*(table[c].tolist() for c in table.columns), strict=True)
    rows: list[Row] = [dict(zip(table.columns, row, strict=True)) for row in cells]
    performance = frozenset(row["id"] for row in rows if row["audience"] == "performance")
    failures: list[Failure] = []
    for row in rows:
        for rule in (_raw, _relative, _evaluable, _objectivised, _audience):
            failures += [(row["id"] or "(no id)", *failure) for failure in rule(row, formulas, performance)]
    if on is not None:
        failures += _reviews(rows, on)
    failures += [*_limits(rows), *_twice(rows)]
    failures.sort(key=lambda failure: (failure[0], failure[1], failure[3]))
    return pd.DataFrame(failures, columns=COLUMNS)


def _raw(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    unit = row["raw_unit"].lower()
    wanted_unit = _wanted(formulas, row, "raw_unit")
    if not unit:
        yield "K-RAW", ERROR, "no raw unit: the absolute value is stored in its unit of origin"
    elif any(word in unit for word in _CARBON):
        yield "K-RAW", ERROR, f"raw unit {row['raw_unit']!r} is a result: name the activity beneath it (kWh, km, units)"
    elif wanted_unit and row["raw_unit"] != wanted_unit:
        yield "K-RAW", ERROR, f"raw unit {row['raw_unit']!r} is not the formula's ({wanted_unit})"
    if not row["source_system"]:
        yield "K-RAW", ERROR, "no source_system: where the raw value is kept"


def _wanted(formulas: Formulas, row: Row, part: str) -> str:
    return str(formulas.get(row["formula_id"], {}).get(part, ""))


def _relative(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    for part in ("numerator_unit", "denominator_unit"):
        if not row[part]:
            yield "K-REL", ERROR, f"no {part}: an indicator is relative, and both parts are shown"
        elif _wanted(formulas, row, part) not in ("", row[part]):
            yield "K-REL", ERROR, f"{part} {row[part]!r} is not the formula's ({_wanted(formulas, row, part)})"


def _evaluable(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if row["formula_id"] not in formulas:
        yield "K-EVAL", ERROR, f"formula {row['formula_id']!r} is not known: the value cannot be computed"
    if row["direction"] not in DIRECTIONS:
        yield "K-EVAL", ERROR, f"direction {row['direction']!r} is not up or down"
    if row["frequency"] not in FREQUENCIES:
        yield "K-EVAL", ERROR, f"frequency {row['frequency']!r} is not one of {', '.join(FREQUENCIES)}"
    baseline, target = _number(row["baseline"]), _number(row["target"])
    for name, number in (("baseline", baseline), ("target", target)):
        if number is None:
            yield "K-EVAL", ERROR, f"{name} {row[name]!r} is not a number"
    if baseline is not None and target is not None and row["direction"] in DIRECTIONS:
        gain = (target - baseline) * (1 if row["direction"] == "up" else -1)
        if gain == 0:
            yield "K-EVAL", ERROR, "target = baseline: nothing can be evaluated"
        elif gain < 0:
            yield "K-EVAL", ERROR, f"target {row['target']} is on the wrong side of {row['baseline']} for " \
                                   f"{row['direction']!r}"
    start, end = _day(row["baseline_date"]), _day(row["target_date"])
    for name, day in (("baseline_date", start), ("target_date", end)):
        if day is None:
            yield "K-EVAL", ERROR, f"{name} {row[name]!r} is not a date like 2030-12-31"
    if start and end and end <= start:
        yield "K-EVAL", ERROR, "target_date is not after baseline_date"
    for key in COMPUTED:
        if row[key]:
            yield "K-EVAL", ERROR, f"`{key}` is typed: it is computed, never written"


def _objectivised(row: Row, *_: Any) -> Iterator[tuple[str, str, str]]:
    for key, why in (("owner", "a body answers for it"), ("evidence_uri", "where the evidence is kept"),
                     ("source_system", "where the value comes from")):
        if not row[key]:
            yield "K-OBJ", ERROR, f"no {key}: {why}"
    if row["last_review"] and _day(row["last_review"]) is None:
        yield "K-OBJ", ERROR, f"last_review {row['last_review']!r} is not a date like 2025-06-30"


def _audience(row: Row, _: Formulas, performance: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if row["audience"] not in AUDIENCES:
        yield "K-AUD", ERROR, f"audience {row['audience']!r} is not one of {', '.join(AUDIENCES)}"
    if not row["theme"]:
        yield "K-AUD", ERROR, "no theme"
    if row["audience"] != "public":
        return
    for language in LANGUAGES:
        if not row[f"label_{language}"]:
            yield "K-AUD", ERROR, f"no plain label in {language}: a public indicator has one in each language"
    if row["traces_to"] not in performance:
        yield "K-AUD", ERROR, f"traces to {row['traces_to']!r}, which is no performance indicator"


def _reviews(rows: Sequence[Row], on: date) -> Iterator[Failure]:
    for row in rows:
        last, months = _day(row["last_review"]), FREQUENCIES.get(row["frequency"])
        if last is None:
            yield row["id"], "K-OBJ", WARNING, "never reviewed"
        elif months and (on - last).days > REVIEW_PERIODS * months * DAYS_PER_MONTH:
            yield row["id"], "K-OBJ", WARNING, f"last review {last}: over {REVIEW_PERIODS:g} periods ago"


def _limits(rows: Sequence[Row]) -> Iterator[Failure]:
    for theme, count in sorted(Counter(row["theme"] for row in rows).items()):
        if theme and count > PER_THEME:
            yield CATALOGUE, "K-LIM", ERROR, f"theme {theme!r} has {count} indicators, at most {PER_THEME}"
    public = sum(row["audience"] == "public" for row in rows)
    if public > PUBLIC:
        yield CATALOGUE, "K-LIM", ERROR, f"{public} public indicators, at most {PUBLIC}"


def _twice(rows: Sequence[Row]) -> Iterator[Failure]:
    for name, count in sorted(Counter(row["id"] for row in rows).items()):
        if count > 1:
            yield name, "K-DUP", ERROR, f"the id appears {count} times"
    # The public figure and the performance one it traces to may share a formula: that is what tracing means.
    names_by_meaning: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        if row["formula_id"]:
            names_by_meaning.setdefault((row["formula_id"], row["scope"], row["audience"]), []).append(row["id"])
    for (formula, scope, _), ids in sorted(names_by_meaning.items()):
        if len(ids) > 1:
            where = f" for {scope}" if scope else ""
            yield ids[0], "K-DUP", WARNING, f"formula {formula}{where} is also that of {', '.join(ids[1:])}"


def check_values(values: pd.DataFrame, before: pd.DataFrame, *, on: date) -> pd.DataFrame:
    """Check values: a ratio that improves while its raw value worsens, and stale or partial data.

    Parameters
    ----------
    values, before
        `computation.VALUES` of a period and of the one before; `before` may be empty.
    """
    faults: list[Failure] = []
    pairs = values.merge(before[["indicator_id", "value", "raw"]], on="indicator_id", how="left",
                         validate="one_to_one", suffixes=("", "_before"))
    sign = np.where(pairs["direction"] == "up", 1.0, -1.0)
    better = sign * (pairs["value"] - pairs["value_before"]) > 0
    worse = sign * (pairs["raw"] - pairs["raw_before"]) < -WORSE_SHARE * pairs["raw_before"].abs()
    faults += [(row["indicator_id"], "K-GAME", WARNING,
                f"the ratio goes from {row['value_before']:.4g} to {row['value']:.4g} while the raw value goes from "
                f"{row['raw_before']:.6g} to {row['raw']:.6g}") for row in pairs[better & worse].to_dict("records")]
    for row in values[values["value"].notna()].to_dict("records"):
        age = (pd.Timestamp(on) - row["date"]).days
        if age > FREQUENCIES.get(row["frequency"], 12.0) * DAYS_PER_MONTH + 1:
            faults.append((row["indicator_id"], "K-DATA", WARNING, f"{age} days old, frequency {row['frequency']}"))
        if row["population"] < POPULATION:
            faults.append((row["indicator_id"], "K-DATA", WARNING, f"covers {row['population']:.0%} of the population"))
    return pd.DataFrame(faults, columns=COLUMNS).sort_values(["indicator", "rule"], ignore_index=True)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
