"""Sentences next to the figure of a target: the fit and its backtest, what it takes, the chance, the budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from carbon.accounting.expectations.measures import SEPARATOR
from carbon.core.errors import MethodError
from carbon.core.units import KG_PER_T
from carbon.reports.words.breaches import cause_text
from carbon.reports.words.claims import LIKELY
from carbon.reports.words.language import Words, term_key
from carbon.reports.words.phrases import phrase
from carbon.reports.words.sentence import Sentence, check_printed, percent, sentence
from carbon.trajectory import Course, Target, Trajectory, course, likelihood, required_rate
from carbon.trajectory.budget import Budget
from carbon.trajectory.fitting.fitted import ALARM
from carbon.trajectory.fitting.scores import ENOUGH_FORECASTS
from carbon.trajectory.words import BUDGET, WORDS_BELOW_YEARS, Reliability

if TYPE_CHECKING:
    from carbon.accounting.years.restated import View
    from carbon.trajectory.fitting.breaks import Break
    from carbon.trajectory.reduction_target import ReductionTarget

SEED = 2026
"""Of the simulated paths behind the chance to keep the budget; printed with it."""
HASH_SHOWN = 12
ALMOST = 0.99
"""A probability above it is printed as "> 99 %"."""
Note = tuple[str, str]


def target_text(target: Target | None, words: Words) -> str:
    """Return the target as it is stated."""
    if target is None:
        return words("trajectory.no_target")
    return words(
        "trajectory.target", reduction=words.percent(target.reduction, 0), scopes=_scopes(target.scopes, words),
        method=words.term("method", target.scope2_method), base_year=base_text(target, words),
        target_year=target.target_year,
    )


def stated_target(target: ReductionTarget, weight: float, words: Words) -> Sentence:
    """Return what is cut, by when, from which base and in which scopes; weight: their share of the total, or NaN."""
    scopes = _scopes(target.scopes, words)
    if 0 < weight <= 1:
        share = check_printed(percent(words, weight, 0), words.language, target.id)
        scopes = words("hero.share_of", text=scopes, share=share)
    return sentence(words, "hero.target", f"target {target.id}", reduction=percent(words, -target.reduction, 0),
                    target_year=target.target_year, base=base_text(target, words), scopes=scopes,
                    behind={"base_year": target.base_year})


def _scopes(scopes: Sequence[str], words: Words) -> str:
    if len(scopes) == 1:
        return words(f"scope.{scopes[0]}").lower()
    scope_names = words("list.and", first=", ".join(scopes[:-1]), last=scopes[-1])
    return words("trajectory.scopes", scopes=scope_names)


def base_text(target: ReductionTarget, words: Words) -> str:
    """Return the base year, or the years whose mean is the base."""
    if not target.base_years:
        return str(target.base_year)
    return words("trajectory.mean_base", years=", ".join(map(str, target.base_years)))


def base_event_text(target: Target, events: Mapping[int, str], words: Words) -> str:
    """Return the years of the base that the company marks as exceptional, with their reasons; "" where none is."""
    marked = [y for y in target.years_of_base if y in events]
    if not marked:
        return ""
    return words("trajectory.base_event", named=_named(marked, events, words))


def _named(years: Sequence[int], events: Mapping[int, str], words: Words) -> str:
    return words("text.list").join(f"{y}{words('text.colon')}{events[y]}" for y in years)


def view_notes(history: View, words: Words) -> list[Note]:
    """Return the view of the history behind the figure, with the beginning of its hash; nothing without an event."""
    if not len(history.significance):
        return []
    key = "trajectory.view_restated" if history.recalculated else "trajectory.view_kept"
    return [("view", words(key, day=words.date(history.as_of.date()), sha256=history.sha256[:HASH_SHOWN]))]


def fit_notes(fitted: Trajectory | None, refused: str, events: Mapping[int, str], words: Words) -> list[Note]:
    """Return what was fitted, how its interval did on this company's own past, and which years are marked."""
    if fitted is None:
        return [("fit", words("trajectory.no_fit", reason=phrase(refused, words.language)))]
    notes = [("fit", _fit_text(fitted, words))]
    if fitted.has_interval:
        notes.append(("record", _record(fitted, words)))
    if fitted.event_years:
        event_texts = _named(fitted.event_years, events, words)
        rate = words.percent(fitted.rate_unmarked, 1, sign=True)
        notes.append(("event_years", words("trajectory.events", named=event_texts, rate=rate)))
    return [*notes, *_alarms(fitted, words)]


def _fit_text(fitted: Trajectory, words: Words) -> str:
    """Return model, rate and p; with three or four years only the sign, and what the figure shows instead."""
    fields: dict[str, object] = {"years": len(fitted.used), "p": _p_text(fitted.p_value, words)}
    if not fitted.has_trend:
        key = "trajectory.sign" if fitted.has_interval else "trajectory.sign_alone"
        return words(key, sign=words(f"sign.{fitted.sign}"), **fields)
    return words("trajectory.fit", model=words.term("model", fitted.model),
                 rate=words.percent(fitted.rate, 1, sign=True), **fields)


def progress_notes(way: Course, year: int, common: Callable[[], View] | None, words: Words) -> list[Note]:
    """Return the change since the target's base, as restated, and like-for-like where events moved the boundary.

    common: makes the like-for-like view; None where no event is known: then both are the same.
    """
    target = way.target
    assert target is not None
    fields = {"base_year": base_text(target, words), "change": _since_base(way, year, words)}
    if common is None:
        return [("progress", words("trajectory.progress", **fields))]
    try:
        view = common()
        like = _since_base(course(view, target), year, words)
    except MethodError as error:
        reason = phrase(error.what, words.language)
        return [("progress", words("trajectory.progress_alone", reason=reason, **fields))]
    if not view.left_out:
        return [("progress", words("trajectory.progress_restated", like=like, **fields))]
    return [("progress", words("trajectory.progress_both", like=like, left_out=", ".join(view.left_out), **fields))]


def constant_notes(progress: tuple[int, float] | None, words: Words) -> list[Note]:
    """Return the change at constant factors: the year it is since, and the share; nothing where it is not known."""
    if progress is None:
        return []
    since, share = progress
    return [("constant", words("trajectory.constant", change=words.percent(share, 1, sign=True), since=since))]


def moved_notes(way: Course, words: Words) -> list[Note]:
    """Return the years to which new editions, rates or methods moved the series, which the trend has in it."""
    return [("warning", words("trajectory.moved", year=year, cause=phrase(cause, words.language)))
            for year, cause in way.moved.items()]


def _since_base(way: Course, year: int, words: Words) -> str:
    if not way.base_kg > 0:
        return words.number(float("nan"))
    return words.percent(float(way.series.loc[year]) / way.base_kg - 1, 1, sign=True)


def way_notes(way: Course, year: int, words: Words) -> list[Note]:
    """Return what it now takes in four forms, the chance by the trend, and the budget of the pathway."""
    end_year = int(way.pathway.index[-1])
    end = float(way.pathway.loc[end_year])
    try:
        fitted: Trajectory | None = way.fit
    except MethodError:
        fitted = None
    return [("required", _required(way, end, year, words)), *_chance(fitted, way.target, words),
            *_budget(way, fitted, words)]


def _record(fitted: Trajectory, words: Words) -> str:
    scores = fitted.scores[fitted.scores["model"] == fitted.model]
    if scores.empty or int(scores["forecasts"].iloc[0]) < ENOUGH_FORECASTS:
        return words("trajectory.no_record")
    line = scores.iloc[0]
    verdict = words("trajectory.consistent" if line["p_value"] >= 0.05 else "trajectory.inconsistent")
    return words("trajectory.record", inside=int(line["inside"]), forecasts=int(line["forecasts"]), verdict=verdict,
                 p=_p_text(float(line["p_value"]), words), skill=words.percent(float(line["skill"]), 0, sign=True))


def _alarms(fitted: Trajectory, words: Words) -> list[Note]:
    first = int(fitted.series.index[0])
    alarms = [words("trajectory.break_known" if found_break.explained else "trajectory.break", year=found_break.year,
                    factor=words.number(found_break.factor, 2),
                    cause=_cause(found_break, words))
              for found_break in fitted.breaks]
    alarms += [words("trajectory.first_event", year=first)] if first in fitted.event_years else []
    if abs(fitted.tracking_signal) > ALARM:
        alarms.append(words("trajectory.lags", signal=words.number(fitted.tracking_signal, 1)))
    if fitted.gaps:
        alarms.append(words("trajectory.gaps", years=", ".join(map(str, fitted.gaps))))
    if fitted.without_figure:
        alarms.append(words("trajectory.without_figure", years=", ".join(map(str, fitted.without_figure))))
    if fitted.without_spread:
        alarms.append(words("trajectory.no_spread"))
    if not fitted.has_interval:
        alarms.append(words("trajectory.no_interval"))
    return [("warning", " ".join(alarms))] if alarms else []


def _cause(found_break: Break, words: Words) -> str:
    """Return what explains a break; else what it may be, with the stream that the records of its year name."""
    if found_break.explained:
        return phrase(found_break.explained, words.language)
    parts = [words.term("carrier", part) for part in words.term("kind", found_break.stream).split(SEPARATOR)]
    return ", ".join(filter(None, [SEPARATOR.join(parts), cause_text(found_break.cause, words)]))


def _p_text(p_value: float, words: Words) -> str:
    text = words.number(p_value, 2)
    return text if text.startswith("<") else f"= {text}"


def _required(way: Course, end: float, year: int, words: Words) -> str:
    now, target_year = float(way.series.loc[year]), int(way.pathway.index[-1])
    base = "" if way.target is None else base_text(way.target, words)
    if not now > 0:
        return words("trajectory.nothing_left", year=year)
    required = required_rate(now, end, years=target_year - year, base_kg=way.base_kg)
    forms = dict(zip(required["form"], required["value"], strict=True))
    return words(
        "trajectory.required", rate=words.percent(-float(forms["compound"]), 1, sign=True), year=year,
        target_year=target_year, tonnes=_tonnes(-float(forms["linear"]), words, sign=True),
        current=words.percent(-float(forms["linear, share of current"]), 1, sign=True),
        base=words.percent(-float(forms["linear, share of base"]), 1, sign=True), base_year=base)


def _chance(fitted: Trajectory | None, target: Target | None, words: Words) -> list[Note]:
    """Return the chance, by the fit, of meeting the target with its record; the reason where there is none."""
    if fitted is None or target is None:
        return []
    try:
        probability = fitted.p_meet(target)
    except MethodError as error:
        return [("probability", words("trajectory.no_chance", reason=phrase(error.what, words.language)))]
    low, high = LIKELY[term_key(likelihood(probability))]
    text = sentence(words, "trajectory.probability", "trend of the target's series", year=target.target_year,
                    p=likely_text(fitted, probability, words),
                    record=record_text(fitted.reliability_of(probability, target), words),
                    behind={"probability": probability, "low": low, "high": high})
    return [("probability", str(text))]


def record_text(record: Reliability, words: Words) -> str:
    """Return how many forecasts like a probability came true, to print next to it."""
    came, of = (words.number(n, 0) for n in (record.true, record.forecasts))
    return words("trajectory.reliability", came=came, forecasts=of)


def likely_text(fitted: Trajectory, probability: float, words: Words) -> str:
    """Return a probability in words, with its percent where the years are enough; never 0 or 100 %."""
    event_texts = words.term("likelihood", likelihood(probability))
    few = len(fitted.used) < WORDS_BELOW_YEARS
    if few:
        return event_texts
    # No forecast is certain: neither 0 nor 100 % is printed.
    percent = f"> {words.percent(ALMOST, 0)}" if probability > ALMOST else words.percent(max(probability, 1e-9), 0)
    return f"{event_texts} ({percent})"


def _budget(way: Course, fitted: Trajectory | None, words: Words) -> list[Note]:
    try:
        state = way.budget
    except MethodError as error:
        return [("budget", words("trajectory.no_budget", reason=phrase(error.what, words.language)))]
    (now, now_kg), last = (state.last_year, state.now_kg), int(way.pathway.index[-1])
    if state.remaining_kg <= 0:
        return [("budget", words("trajectory.budget_gone", size=_tonnes(-state.remaining_kg, words), year=now,
                                 target_year=last, spent=state.exhausted_in))]
    key = "over" if state.overshoot_kg > 0 else "under"
    text = words(f"trajectory.budget_{key}", size=_tonnes(abs(state.overshoot_kg), words), year=now,
                 base_year=way.pathway.index[0], remaining=_tonnes(state.remaining_kg, words), target_year=last)
    text = f"{text} {_used_up(state, fitted, words)}"
    if state.straight_line is None:
        line = words("trajectory.budget_no_line")
    else:
        step = now_kg - float(state.straight_line.iloc[0])
        key = "line" if not state.slack_kg else "slack" if step else "level"
        line = words(f"trajectory.budget_{key}", step=_tonnes(-step, words, sign=True),
                     slack=_tonnes(state.slack_kg, words))
    return [("budget", f"{text} {line}"), *_budget_chance(fitted, state, words)]


def _used_up(state: Budget, fitted: Trajectory | None, words: Words) -> str:
    """Return when what is left will be used up, at today's level and on the median of the trend; or why never."""
    if state.years_at_level is None:
        return words("trajectory.used_never")
    lasts = words.number(state.years_at_level, 1)
    text = words("trajectory.used_level", spent=state.exhausted_in, years=lasts)
    if fitted is None or not fitted.has_trend:
        return f"{text} {words('trajectory.used_no_trend')}"
    path = fitted.table.set_index("year")["median_kg"]
    try:
        spent = state.exhausted_on(path)
    except MethodError as error:
        return f"{text} {words('trajectory.used_unknown', reason=phrase(error.what, words.language))}"
    if spent is None:
        return f"{text} {words('trajectory.used_later', last=int(path.index[-1]))}"
    return f"{text} {words('trajectory.used_trend', spent=spent)}"


def _budget_chance(fitted: Trajectory | None, state: Budget, words: Words) -> list[Note]:
    if fitted is None:
        return []
    try:
        probability = fitted.p_budget(state, seed=SEED)
    except MethodError as error:
        return [("budget_chance", words("trajectory.no_chance", reason=phrase(error.what, words.language)))]
    record = fitted.reliability(probability, state.last_year + state.years_left, kind=BUDGET)
    return [("budget_chance", words("trajectory.budget_chance", p=likely_text(fitted, probability, words), seed=SEED,
                                    record=record_text(record, words)))]


def _tonnes(kg: float, words: Words, *, sign: bool = False) -> str:
    tonnes = kg / KG_PER_T
    digits = 0 if abs(tonnes) >= 100 else 1 if abs(tonnes) >= 1 else 3
    return words.signed(tonnes, digits) if sign else words.number(tonnes, digits)
