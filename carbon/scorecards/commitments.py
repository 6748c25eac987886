"""What a company has committed itself to: the verdict of each objective, from its indicators and criteria."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from carbon.core import packaged
from carbon.core.digital_tables import CRITERION
from carbon.core.errors import UsageError
from carbon.core.schemas import NUMBER, TEXT, Table
from carbon.core.text import fold
from carbon.core.text_columns import columns_of, listed
from carbon.params.shapes.commitments import Commitment, Commitments, Objective, Reviewer
from carbon.scorecards.company import Indicators
from carbon.scorecards.computation import BACKWARDS, BEHIND, REACHED, contradicted
from carbon.scorecards.computation import ON_THE_WAY as GOOD_SO_FAR

VERDICTS = Table("commitments", {
    "commitment": TEXT, "kind": TEXT, "title": TEXT, "objective": TEXT, "text": TEXT, "body": TEXT, "verdict": TEXT,
    "why": TEXT, "indicators": TEXT, "evidence": TEXT, "due": TEXT, "reviewed_on": TEXT, "review": TEXT,
}, key=("commitment", "objective"))
"""One objective with its adopted text and its verdict; why: its parts, one after the other: `indicator:ID:STATUS`,
`indicator:ID:contradicted`, `criteria:LIST:met:applicable:untested:rows:published`.
"""
BODIES = Table("reviewers", {
    "commitment": TEXT, "title": TEXT, "role": TEXT, "body": TEXT, "last_on": TEXT, "every_months": NUMBER,
    "state": TEXT, "opinion": TEXT, "evidence": TEXT,
}, key=("commitment", "role"))
"""Committee and independent verifier of each commitment; state: whether its last opinion is recent enough."""
KEPT, ON_THE_WAY, LAGGING, NOT_KEPT, CONTRADICTED, UNJUDGED, EXPIRED = (
    "kept", "on the way", "behind", "not kept", "contradicted", "cannot be judged", "expired")
HIDDEN = "hidden"
_OF_STATUS = {REACHED: KEPT, GOOD_SO_FAR: ON_THE_WAY, BEHIND: LAGGING, BACKWARDS: LAGGING, CONTRADICTED: CONTRADICTED}
IN_TIME, LATE, NEVER = "in time", "late", "never"
DAYS_PER_MONTH = 365.0 / 12
States = Mapping[str, tuple[str, bool]]
"""Indicator -> its status, and whether the figure that it speaks of rose."""
MARGIN = 1.0


def commitments_table(commitments: Commitments, indicators: Indicators | None, criteria: pd.DataFrame | None, *,
                      on: date, language: str) -> pd.DataFrame:
    """Return `VERDICTS`: each objective in its adopted words, next to its verdict on a day.

    kept: every indicator has reached its target, and every criterion is met; behind: one is behind or goes backwards;
    not kept: a criterion fails, or the day is past and it is not kept; contradicted: good, while the figure that it
    speaks of rose; cannot be judged: an indicator is hidden or without progress, a list is incomplete, or nothing
    measures the objective.
    """
    table = None if indicators is None else indicators.table
    states = {} if table is None else dict(zip(listed(table["indicator_id"]), zip(
        listed(table["status"]), contradicted(table).tolist(), strict=True), strict=True))
    lines = [_line(commitment, objective, states, criteria, on, language)
             for commitment in commitments.commitments for objective in commitment.objectives]
    return VERDICTS.validate(columns_of(lines, VERDICTS.dtypes))


def reviewers_table(commitments: Commitments, *, on: date, language: str) -> pd.DataFrame:
    """Return `BODIES`: who looks after each commitment, when last, and whether that is recent enough."""
    lines = [(c.id, _in(c.title, language), role, reviewer.name, _day(reviewer.last_on), float(reviewer.every_months),
              state_of(reviewer.last_on, reviewer.every_months, on), reviewer.opinion, reviewer.evidence)
             for c in commitments.commitments for role, reviewer in _reviewers(c)]
    return BODIES.validate(columns_of(lines, BODIES.dtypes))


def state_of(last: date | None, months: float, on: date) -> str:
    """Return whether a review is in time on a day: not longer ago than its own interval, with a month more."""
    if last is None or last > on:
        return NEVER
    return IN_TIME if (on - last).days <= (months + MARGIN) * DAYS_PER_MONTH else LATE


def criteria_list(framework: str) -> pd.DataFrame:
    """Return a packaged list as the table `criteria`, untested: to be saved as data/raw/<company>/digital/criteres.csv.

    Raises UsageError: No such list is packaged.
    """
    rows = [row for row in packaged.read_rows("carbon.scorecards", "data/criteria.csv")
            if fold(row["framework"]) == fold(framework)]
    if not rows:
        names = sorted({row["framework"] for row in packaged.read_rows("carbon.scorecards", "data/criteria.csv")})
        raise UsageError(f"No list {framework!r} is packaged", hint=f"packaged: {', '.join(names)}; bring any other")
    source = packaged.read_yaml("carbon.scorecards", "data/criteria.yml")
    table = pd.DataFrame(rows).assign(priority="", result="untested", evidence="", list_source=source["attribution"],
                                      list_licence=source["licence"]).astype("str")
    undated = pd.Series(pd.NaT, table.index, dtype="datetime64[s]")
    return CRITERION.validate(table.assign(assessed_on=undated)[list(CRITERION.columns)])


def criteria_result(table: pd.DataFrame | None, framework: str, number: int | None = None) -> tuple[str, str]:
    """Return the verdict of a list of criteria, and its counts as a part of `VERDICTS.why`.

    A list of another length than the published one (`number`, where no packaged table states it), of an unknown length,
    or with an untested criterion, cannot be judged; nor can a packaged list with other criteria.
    """
    if table is None:
        return UNJUDGED, f"criteria:{framework}:0:0:0:0:"
    rows = table[[fold(name) == fold(framework) for name in table["framework"]]]
    ids = {row["criterion_id"] for row in packaged.read_rows("carbon.scorecards", "data/criteria.csv")
           if fold(row["framework"]) == fold(framework)}
    rows = rows[rows["criterion_id"].isin(ids)] if ids else rows
    counts = rows["result"].value_counts()
    met, fails, untested = (int(counts.get(name, 0)) for name in ("compliant", "non_compliant", "untested"))
    sizes = {fold(row["framework"]): row["criteria"] for row in packaged.read_rows("carbon.scorecards",
                                                                                    "data/frameworks.csv")}
    size = sizes.get(fold(framework)) or str(number or "")
    part = f"criteria:{framework}:{met}:{met + fails}:{untested}:{len(rows)}:{size}"
    if str(len(rows)) != size or untested or not met + fails:
        return UNJUDGED, part
    return (NOT_KEPT if fails else KEPT), part


def _line(commitment: Commitment, objective: Objective, states: States, criteria: pd.DataFrame | None,
          on: date, language: str) -> tuple[str, ...]:
    parts = [*_of_indicators(objective, states), *([criteria_result(
        criteria, objective.criteria, objective.criteria_number)] if objective.criteria else [])]
    verdict = _verdict([verdict for verdict, _ in parts], objective, commitment, on)
    reviewed = state_of(objective.reviewed_on, commitment.review_months, on)
    return (commitment.id, commitment.kind, _in(commitment.title, language), objective.id,
            _in(objective.text, language), objective.body or commitment.body, verdict,
            "; ".join(words for _, words in parts), "; ".join(objective.indicators),
            "; ".join([*objective.evidence, *commitment.evidence]), _day(objective.due), _day(objective.reviewed_on),
            reviewed)


def _of_indicators(objective: Objective, states: States) -> Iterator[tuple[str, str]]:
    for name in objective.indicators:
        status, rises = states.get(name, (HIDDEN, False))
        status = CONTRADICTED if rises else status
        yield _OF_STATUS.get(status, UNJUDGED), f"indicator:{name}:{status}"


def _verdict(parts: list[str], objective: Objective, commitment: Commitment, on: date) -> str:
    """Return the worst of the parts; a commitment past its end is expired, an objective past its day is not kept."""
    if commitment.valid_until is not None and on > commitment.valid_until:
        return EXPIRED
    worst = (NOT_KEPT, LAGGING, UNJUDGED, CONTRADICTED, ON_THE_WAY)
    verdict = next((v for v in worst if v in parts), KEPT if parts else UNJUDGED)
    is_past = objective.due is not None and on > objective.due
    return NOT_KEPT if is_past and verdict in (ON_THE_WAY, LAGGING, CONTRADICTED) else verdict


def _reviewers(commitment: Commitment) -> Iterator[tuple[str, Reviewer]]:
    pairs = (("committee", commitment.committee), ("verifier", commitment.verifier))
    yield from ((role, reviewer) for role, reviewer in pairs if reviewer is not None)


def _in(texts: Mapping[Any, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()))


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
