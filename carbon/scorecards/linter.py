"""Rules that definitions of indicators must meet: all failures of all indicators in one table.

Rules: raw, relative, evaluable, limited, objectivised, audience (the framework); units, duplicates and datapoints (this
project's). Rules of values are in `value_rules`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from carbon.scorecards.catalogue import (
    AUDIENCES,
    BASELINE_COMPUTED,
    COMPUTED,
    DIRECTIONS,
    FREQUENCIES,
    IN_PERCENT,
    LANGUAGES,
    PERCENT,
    Catalogue,
    Formula,
    datapoints,
)

ERROR, WARNING = "error", "warning"
PER_THEME, PUBLIC, PER_BODY = 4, 3, 4
REVIEW_PERIODS = 1.5
DAYS_PER_MONTH = 365.0 / 12
COLUMNS = ["indicator", "rule", "severity", "what"]
_CARBON = ("co2", "carbon", "ges", "ghg")
Failure = tuple[str, str, str, str]
Formulas = Mapping[str, Formula]
Row = Mapping[str, str]


def check(catalogue: Catalogue, *, on: date | None = None) -> pd.DataFrame:
    """Return all failures of a catalogue, sorted by indicator and rule: indicator, rule, severity, what.

    on: Day for the age of the last review; without it K-OBJ does not judge that age.
    """
    return pd.DataFrame(failures_of(catalogue, on=on), columns=COLUMNS)


def failures_of(catalogue: Catalogue, *, on: date | None = None) -> list[Failure]:
    """Return the lines of `check`."""
    rows, formulas = catalogue.rows, catalogue.formulas
    performance = frozenset(row["id"] for row in rows if row["audience"] == "performance")
    failures: list[Failure] = []
    for row in rows:
        for rule in (_raw, _relative, _evaluable, _units, _objectivised, _audience):
            failures += [(row["id"] or "(no id)", *failure) for failure in rule(row, formulas, performance)]
    if on is not None:
        failures += _reviews(rows, on)
    failures += [*_limits(rows), *_twice(rows)]
    return in_order(failures)


def in_order(failures: Iterable[Failure]) -> list[Failure]:
    """Return broken rules by indicator, rule and words."""
    return sorted(failures, key=lambda failure: (failure[0], failure[1], failure[3]))


def sound(definitions: Iterable[Row], failures: Iterable[Failure]) -> list[Row]:
    """Return the definitions of indicators, `Catalogue.rows`, that break no rule."""
    broken = {name for name, _, severity, _ in failures if severity == ERROR}
    return [row for row in definitions if row["id"] and row["id"] not in broken]


def _raw(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if row["formula_id"] in formulas and formulas[row["formula_id"]].fault:
        return
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
    formula = formulas.get(row["formula_id"])
    return "" if formula is None else str(getattr(formula, part))


def _relative(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    if row["formula_id"] in formulas and formulas[row["formula_id"]].fault:
        return
    for part in ("numerator_unit", "denominator_unit"):
        if not row[part]:
            yield "K-REL", ERROR, f"no {part}: an indicator is relative, and both parts are shown"
        elif _wanted(formulas, row, part) not in ("", row[part]):
            yield "K-REL", ERROR, f"{part} {row[part]!r} is not the formula's ({_wanted(formulas, row, part)})"


def _evaluable(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    formula = formulas.get(row["formula_id"])
    if formula is None:
        yield "K-EVAL", ERROR, f"formula {row['formula_id']!r} is not known: the value cannot be computed"
    elif formula.fault:
        yield "K-EVAL", ERROR, formula.fault
    if row["direction"] not in DIRECTIONS:
        yield "K-EVAL", ERROR, f"direction {row['direction']!r} is not up or down"
    if row["frequency"] not in FREQUENCIES:
        yield "K-EVAL", ERROR, f"frequency {row['frequency']!r} is not one of {', '.join(FREQUENCIES)}"
    yield from _targets(row)
    for key in COMPUTED:
        if row[key]:
            yield "K-EVAL", ERROR, f"`{key}` is typed: it is computed, never written"


def _targets(row: Row) -> Iterator[tuple[str, str, str]]:
    """Check baseline and target with their days; a target may be left open, except of a public indicator."""
    baseline, target = number_of(row["baseline"]), number_of(row["target"])
    is_open = not row["target"] and not row["target_date"]
    if baseline is None and row["baseline"] != BASELINE_COMPUTED:
        yield "K-EVAL", ERROR, f"baseline {row['baseline']!r} is not a number, nor `{BASELINE_COMPUTED}`"
    if is_open and row["audience"] == "public":
        yield "K-EVAL", ERROR, "no target: a public indicator has one"
    elif target is None and not is_open:
        yield "K-EVAL", ERROR, f"target {row['target']!r} is not a number"
    if baseline is not None and target is not None and row["direction"] in DIRECTIONS:
        yield from side_of_target(baseline, target, row)
    start, end = day_of(row["baseline_date"]), day_of(row["target_date"])
    has_start = bool(row["baseline_date"]) or row["baseline"] != BASELINE_COMPUTED or not is_open
    if start is None and has_start:
        yield "K-EVAL", ERROR, f"baseline_date {row['baseline_date']!r} is not a date like 2030-12-31"
    if end is None and not is_open:
        yield "K-EVAL", ERROR, f"target_date {row['target_date']!r} is not a date like 2030-12-31"
    if start and end and end <= start:
        yield "K-EVAL", ERROR, "target_date is not after baseline_date"


def side_of_target(baseline: float, target: float, row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield a fault where a target is the baseline, or lies on its wrong side."""
    gain = (target - baseline) * (1 if row["direction"] == "up" else -1)
    if gain == 0:
        yield "K-EVAL", ERROR, "target = baseline: nothing can be evaluated"
    elif gain < 0:
        yield "K-EVAL", ERROR, f"target {row['target']} is on the wrong side of {baseline:.6g} for " \
                               f"{row['direction']!r}"


def _units(row: Row, formulas: Formulas, _: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Check that baseline and target can be values of the formula, and that a percentage is no fraction of one: what
    is at most 1 needs a sign, the unit of the indicator, or a larger number next to it.
    """
    formula = formulas.get(row["formula_id"])
    numbers = {key: number for key in ("baseline", "target") if (number := number_of(row[key])) is not None}
    if formula is None or not numbers:
        return
    for key, number in numbers.items():
        if not formula.low <= number <= formula.high:
            yield ("K-UNIT", ERROR,
                   f"{key} {row[key]} is not between {formula.low:g} and {formula.high:g} {formula.unit}")
    signed = row[IN_PERCENT].split()
    if signed and formula.unit != PERCENT:
        yield "K-UNIT", ERROR, f"{' and '.join(signed)} in %, and the formula is in {formula.unit or 'no unit'}"
    bare = [key for key, number in numbers.items() if key not in signed and number > 0]
    if formula.unit == PERCENT != row["unit"] and bare and max(numbers.values()) <= 1:
        typed_values = ", ".join(f"{key} {row[key]}" for key in bare)
        yield ("K-UNIT", ERROR, f"{typed_values} in %: write 30 for 30 %, not 0.30; a number of at most 1 has its "
               f"sign: {numbers[bare[0]]:g} %")


def _objectivised(row: Row, *_: Any) -> Iterator[tuple[str, str, str]]:
    for key, why in (("owner", "a body answers for it"), ("evidence_uri", "where the evidence is kept"),
                     ("source_system", "where the value comes from")):
        if not row[key]:
            yield "K-OBJ", ERROR, f"no {key}: {why}"
    if row["last_review"] and day_of(row["last_review"]) is None:
        yield "K-OBJ", ERROR, f"last_review {row['last_review']!r} is not a date like 2025-06-30"
    for name in feeds_of(row["feeds"]):
        if name not in datapoints():
            yield "K-REG", WARNING, f"feeds {name!r}, which is no datapoint known here: {', '.join(datapoints())}"


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
        last, months = day_of(row["last_review"]), FREQUENCIES.get(row["frequency"])
        if last is None and row["target"]:
            yield row["id"], "K-OBJ", WARNING, "never reviewed"
        elif last is not None and months and (on - last).days > REVIEW_PERIODS * months * DAYS_PER_MONTH:
            yield row["id"], "K-OBJ", WARNING, f"last review {last}: over {REVIEW_PERIODS:g} periods ago"


def _limits(rows: Sequence[Row]) -> Iterator[Failure]:
    """Yield the indicators beyond each limit, in the order of the file: the first ones are within it."""
    counts = Counter[tuple[str, ...]]()
    for row in rows:
        theme, audience, body = row["theme"], row["audience"], row["body"] or row["owner"]
        counts.update([("theme", theme), ("audience", audience), ("body", audience, body)])
        if theme and counts["theme", theme] > PER_THEME:
            yield row["id"], "K-LIM", ERROR, f"theme {theme!r} has over {PER_THEME} indicators: this one is beyond them"
        if audience == "public" and counts["audience", audience] > PUBLIC:
            yield row["id"], "K-LIM", ERROR, f"over {PUBLIC} public indicators: this one is beyond them"
        if audience != "governance" and body and counts["body", audience, body] > PER_BODY:
            yield (row["id"], "K-LIM", ERROR,
                   f"{body!r} has over {PER_BODY} {audience} indicators: this one is beyond them")


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


def feeds_of(text: str) -> list[str]:
    """Return the datapoints that a cell names, separated by ";"."""
    return [name.strip() for name in text.replace(",", ";").split(";") if name.strip()]


def number_of(text: str) -> float | None:
    """Return a finite number, None for any other text."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def day_of(text: str) -> date | None:
    """Return a day like 2024-12-31, None for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
