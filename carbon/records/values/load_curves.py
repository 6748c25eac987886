"""Load curves: steps of power, energy or an index become the energy of each day; missing steps are named.

    energy of a day = sum of its cells (x step [h] where they are power); an index gives its difference to the next

A day has 24 h, or what its time zone gives it. Cells that are no number stay rows of their own, which the reader
rejects; an empty cell is a missing step. Nothing is filled in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.columns import group_codes
from carbon.core.errors import FileRefused
from carbon.core.text_columns import Flags, Ints, Values
from carbon.params.shapes.files import Curve, FilePattern
from carbon.records.grids import cells
from carbon.records.grids.cells import Column, by_cell, letters
from carbon.records.kinds.messages import Warned, refusal, warned
from carbon.records.values.dates import parse_days
from carbon.records.values.numbers import parse_together
from carbon.records.values.wide_headings import steps_a_day

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_NEAR = 0.02
"""Share by which declared steps may differ from the differences of stamps: the edges of gaps."""
_FINEST, _LARGEST, _SHOWN = 9, 2.0**62, 3
_STAMP = r"^\s*(?P<day>.*?\d)[T ]+(?P<h>\d{1,2})[:hH](?P<m>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?" \
         r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<z>Z|[+-]\d{2}:?\d{2})?\s*$"
_LENGTH = re.compile(r"\s*(?:PT)?\s*(\d+)\s*(S|M|MIN|MN|MINUTES?|H|HOURS?|HEURES?)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Steps:
    """Rows of a curve: the number of their meter, the day each belongs to, its second, its length [s]; which are read.

    `second` is on one clock, where stamps have an offset; `local` as they are written.
    """

    meter: Ints
    day: Ints
    second: Ints
    local: Ints
    length: Ints
    sound: Flags
    zoned: bool


@dataclass(frozen=True)
class Part:
    """Rows of one counted column: which of the table, their quantity and their cell; and days, of a load curve."""

    position: int
    rows: Values
    quantity: Column
    cells: pa.Array
    days: dict[str, pa.Array] = field(default_factory=dict)


def days_across(column: Column, steps: int, date_format: str | None) -> Steps:
    """Return the days of rows that hold `steps` columns each: every row is a curve of its own."""
    day, _, _, sound, _ = _stamps(column, date_format)
    rows = np.arange(len(column))
    return Steps(rows, day, day * _DAY, day * _DAY, np.full(len(rows), _DAY // steps_a_day(steps)), sound, False)


def steps_down(column: Column, lengths: Column | None, meters: list[Column], others: list[Column], curve: Curve,
               date_format: str | None, name: str) -> Steps:
    """Return the steps of rows with a stamp each; meters that their columns do not part are parted by the others'.

    Raises FileRefused: `steps_unclear`: the length or named end of a step is not certain. `steps_repeated`: one twice.
    """
    day, local, second, sound, zoned = _stamps(column, date_format, curve.time_zone, name)
    rows = np.flatnonzero(sound)
    for parts in (meters, [*meters, *others]):
        meter = group_codes([*(c.distinct.codes for c in parts), np.zeros(len(column), np.int64)]).astype(np.int64)
        if not _repeated(meter, second, rows).any():
            break
    if curve.measures == "index":
        return Steps(meter, day, second, local, np.zeros(len(day), np.int64), sound, zoned)
    order = rows[np.lexsort([second[rows], meter[rows]])]
    seconds_apart = np.diff(second[order])[np.diff(meter[order]) == 0]
    lengths_found, counts = np.unique(seconds_apart[seconds_apart > 0], return_counts=True)
    if not len(counts):
        raise _unclear(name, "the length of a step does not follow from one stamp", "step: 30 min")
    usual = int(lengths_found[np.argmax(counts)])
    at_end = (curve.stamps or _proved_end(local[order], usual, name)) == "end"
    length, of_stamps = np.full(len(column), usual), _lengths(meter[order], second[order], usual, at_end=at_end)
    if curve.step is None:
        length[order] = of_stamps
    elif lengths is None:
        length[:] = _seconds(curve.step, name)
    else:
        length = by_cell(lengths, lambda text: _seconds(text, name), np.int64)
    if abs(length[order].sum() / of_stamps.sum() - 1) > _NEAR:
        raise _unclear(name, f"steps of {length[order][0] / _MINUTE:g} min are declared, and the stamps are "
                       f"{usual / _MINUTE:g} min apart", f"step: {usual // _MINUTE} min")
    return Steps(meter, (local - at_end) // _DAY, second, local, length, sound, zoned)


def _unclear(name: str, what: str, line: str) -> FileRefused:
    return FileRefused(f"{name}: {what}", code="steps_unclear",
                       what_to_do=f"declare `layout: {{curve: {{{line}}}}}` of the file in the company's params")


def _stamps(column: Column, date_format: str | None, zone: str | None = None,
            name: str = "") -> tuple[Ints, Ints, Ints, Flags, bool]:
    """Return of each row its day, its second as written and on one clock, whether it is read; if all have an offset.
    With a zone, stamps with an offset are in its time.
    """
    distinct = column.distinct
    parts = pc.extract_regex(distinct.texts, _STAMP)
    clock = {c: pc.struct_field(parts, c).fill_null("") for c in ("day", "h", "m", "s", "half", "z")}
    timed = np.asarray(pc.is_valid(parts)).astype(bool)
    days = Column(pc.if_else(pa.array(timed), clock["day"], distinct.texts)).distinct
    parsed = parse_days(days, date_format=re.split(r"[T ]+%[HI]", date_format)[0] if date_format else None)
    whole_days = parsed.first == parsed.last
    sound = whole_days[days.codes] & ~np.isnat(parsed.first)[days.codes]
    day = np.where(sound, parsed.first[days.codes].astype(np.int64), 0)
    h, m, s = (np.asarray(pc.if_else(pc.equal(clock[c], ""), "0", clock[c]).cast(pa.int64())) for c in "hms")
    half = np.asarray(pc.utf8_lower(pc.utf8_slice_codeunits(clock["half"], 0, 1)), dtype=object)
    h = np.where(half != "", h % 12 + 12 * (half == "p"), h)
    local = day * _DAY + h * _HOUR + m * _MINUTE + s + (s == 59)  # a workbook's 00:09:59.999
    seconds = by_cell(Column(clock["z"]), lambda z: int(f"{z[0]}1") * (int(z[1:3]) * _HOUR + int(z[-2:]) * _MINUTE)
                      if z[1:] else 0, np.int64)
    zoned = bool(len(sound)) and bool((np.asarray(clock["z"], dtype=object) != "")[sound].all())
    second = local - seconds
    if zoned and zone:
        _lengths_of_days(np.zeros(1, np.int64), zone, name)
        moved = pd.DatetimeIndex(second.astype("datetime64[s]")).tz_localize("UTC").tz_convert(zone).tz_localize(None)
        local = moved.to_numpy().astype("datetime64[s]").astype(np.int64)
    day = np.where(timed, local // _DAY, day)
    codes = distinct.codes
    return day[codes], local[codes], second[codes], sound[codes], zoned


def _seconds(text: str, name: str) -> int:
    """Return the length of a step: "10 min", "PT30M", "1 h"; a bare number is minutes."""
    match = _LENGTH.fullmatch(text)
    if match is None or not int(match[1]):
        raise _unclear(name, f"{text!r} is no length of a step", "step: 30 min")
    unit = (match[2] or "M").upper()[0]
    return int(match[1]) * {"S": 1, "M": _MINUTE, "H": _HOUR}[unit]


def _repeated(meter: Ints, second: Ints, rows: Ints) -> Flags:
    """Return which rows have the second of an earlier row of their meter."""
    twice = np.zeros(len(meter), dtype=bool)
    twice[rows] = pd.DataFrame({"meter": meter[rows], "second": second[rows]}).duplicated()
    return twice


def _lengths(meter: Ints, second: Ints, usual: int, *, at_end: bool) -> Ints:
    """Return the length of each step: its difference to the next (or last) stamp. A difference that is neither that
    before it nor that after it is a gap, and its step is as long as the one before.
    """
    length = np.full(len(second), usual)
    follows = np.flatnonzero(np.diff(meter) == 0)
    difference = np.diff(second)[follows]
    repeats = (np.diff(difference) == 0) & (np.diff(follows) == 1) & (difference[1:] > 0)
    sound = np.append(repeats, False) | np.append(False, repeats) | (difference == usual)
    before = np.maximum.accumulate(np.where(sound, np.arange(len(difference)), 0)) if len(sound) else follows
    of_before = (meter[follows] == meter[follows[before]]) & sound[before]
    length[follows + at_end] = np.where(of_before, difference[before], usual)
    return length


def _proved_end(local: Ints, usual: int, name: str) -> str:
    """Return which end of its step a stamp names, by the first and the last of whole days."""
    first, last = int(local.min()) % _DAY, int(local.max()) % _DAY
    if usual >= _DAY or (first, last) == (0, _DAY - usual):
        return "start"
    if (first, last) == (usual, 0):
        return "end"
    raise _unclear(name, f"stamps from {first // _HOUR:02d}:{first % _HOUR // _MINUTE:02d} to {last // _HOUR:02d}:"
                   f"{last % _HOUR // _MINUTE:02d} may be the start or the end of their step", "stamps: start")


def _lengths_of_days(days: Ints, zone: str | None, name: str) -> Ints:
    """Return the length of days [s]: 24 h, or what a time zone gives them. Raises FileRefused: `time_zone_unknown`."""
    if zone is None:
        return np.full(len(days), _DAY)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refusal("time_zone_unknown", name, zone=zone) from None
    begin, end = (pd.DatetimeIndex((days + n).astype("datetime64[D]").astype("datetime64[s]")).tz_localize(
        zone, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward") for n in (0, 1))
    return np.asarray((end - begin).total_seconds()).astype(np.int64)


def _in_ticks(values: Values) -> tuple[Values, int]:
    """Return numbers as whole ticks and their divisor, so that no sum depends on its order; else as they are, and 1."""
    for digits in range(_FINEST + 1):
        ticks = np.rint(values * 10.0**digits)
        if (np.abs(values * 10.0**digits - ticks) <= 1e-9 * np.maximum(np.abs(ticks), 1)).all():
            return (ticks.astype(np.int64), 10**digits) if np.abs(ticks).sum() * _DAY < _LARGEST else (values, 1)
    return values, 1


def sums_of_days(values: Values, steps: Steps, parted: Ints, curve: Curve) -> pd.DataFrame:
    """Return the energy of each day of rows of one part: cells [columns, rows], or power x step [h]."""
    good = ~np.isnan(values)
    rows = np.flatnonzero(good.any(axis=0) & steps.sound)
    ticks, divisor = _in_ticks(np.where(good, values, 0.0)[:, rows])
    sums = ticks.sum(axis=0)
    if curve.measures == "power":
        sums, divisor = sums * steps.length[rows], divisor * _HOUR
    return _by_day(rows, sums, divisor, parted, steps.day[rows], steps.day[rows])


def is_of_days(column: Column, parted: Ints, steps: Steps) -> bool:
    """Return whether a column has one word in all steps of each day."""
    day = group_codes([parted[steps.sound], steps.day[steps.sound]])
    return bool(day.max(initial=-1) == group_codes([day, column.distinct.codes[steps.sound]]).max(initial=-1))


def _by_day(rows: Ints, amounts: Values, divisor: int, parted: Ints, day: Ints, until: Ints) -> pd.DataFrame:
    """Return of each day's energy its first and last row, its days since 1970, and the number as it is written."""
    table = pd.DataFrame({"part": parted[rows], "day": day, "first": rows, "last": rows, "until": until,
                          "sum": amounts})
    days = table.groupby(["part", "day"], sort=False, as_index=False).agg(
        {"first": "first", "last": "last", "until": "max", "sum": "sum"})
    return days.assign(text=[repr(v) for v in (days["sum"] / divisor).tolist()])


def differences(values: Values, steps: Steps, curve: Curve, name: str) -> tuple[pd.DataFrame, list[Warned]]:
    """Return what an index rose by from each reading to the next of its meter, by the day of the first.

    Where it falls, it began again at 0 if params give the number where it does; else the text is no number, so that
    the row is rejected: it may have begun again, or be of a new meter.
    """
    rows = np.flatnonzero(~np.isnan(values[0]) & steps.sound)
    rows = rows[np.lexsort([steps.second[rows], steps.meter[rows]])]
    ticks, divisor = _in_ticks(values[0][rows])
    follows = np.flatnonzero(np.diff(steps.meter[rows]) == 0)
    rise, now, after = np.diff(ticks)[follows], rows[follows], rows[follows + 1]
    limit = (curve.rolls_over_at or 0) * divisor
    rolled = (rise < 0) & (rise + limit >= 0) & (rise + limit < limit / 2)
    rise = np.where(rolled, rise + limit, rise).astype(ticks.dtype)
    until = np.maximum((steps.local[after] - 1) // _DAY, steps.day[now])
    falls = (rise < 0) | ((rise > 0) & (steps.second[now] == steps.second[after]))
    energy = _by_day(now[~falls], rise[~falls], divisor, steps.meter, steps.day[now[~falls]], until[~falls])
    texts = [f"{a!r} -> {b!r}" for a, b in zip(values[0][now[falls]].tolist(), values[0][after[falls]].tolist(),
                                               strict=True)]
    warnings = [warned("index_falls", name, example=texts[0])] if texts else []
    if texts:
        fallen = {"first": now[falls], "last": now[falls], "day": steps.day[now[falls]], "until": until[falls]}
        energy = pd.concat([energy, pd.DataFrame({**fallen, "text": texts})], ignore_index=True)
    if rolled.any():
        warnings.append(warned("index_rolled", name, times=int(rolled.sum()), limit=curve.rolls_over_at))
    return energy, warnings


def missing_steps(values: Values, blank: Flags, steps: Steps, curve: Curve, name: str) -> list[Warned]:
    """Return a warning of the steps that the days between the first and the last of each meter lack.

    Raises FileRefused: `steps_repeated`: a day has more steps than it is long, or one twice.
    """
    rows = np.flatnonzero(steps.sound)
    if not len(rows):
        return []
    table = pd.DataFrame({"meter": steps.meter[rows], "day": steps.day[rows], "row": rows, "step": steps.length[rows],
                          "covered": (~blank[:, rows]).sum(axis=0) * steps.length[rows],
                          "twice": _repeated(steps.meter, steps.second, rows)[rows]})
    days = table.groupby(["meter", "day"], as_index=False).agg(
        {"row": "first", "step": "first", "covered": "sum", "twice": "sum"})
    day, covered = (days[c].to_numpy() for c in ("day", "covered"))
    begins = int(day.min())
    long = np.concatenate([[0], np.cumsum(_lengths_of_days(np.arange(begins, day.max() + 1), curve.time_zone, name))])
    expected = (long[1:] - long[:-1])[day - begins]
    allowed = np.where((expected > _DAY) & (not steps.zoned), _HOUR / days["step"], 0)
    over = np.flatnonzero((covered > expected) | ((days["twice"] > allowed) & (blank.shape[0] == 1)))
    if len(over):
        raise refusal("steps_repeated", name, day=_days_of(day)[over[0]], hours=expected[over[0]] / _HOUR,
                      row=int(days["row"][over[0]]) + 1)
    lack = expected - covered
    spans = days.groupby("meter")["day"].agg(["min", "max"]).to_numpy() - begins
    lacking = int((long[spans[:, 1] + 1] - long[spans[:, 0]]).sum()) - int(covered.sum())
    length = int(np.median(steps.length[rows]))
    if lacking < length:
        return []
    worst = [f"{_days_of(day)[i]} ({int(lack[i]) // length})"
             for i in np.argsort(-lack, kind="stable")[:_SHOWN].tolist() if lack[i] >= length]
    gaps = np.flatnonzero((np.diff(day) > 1) & (np.diff(days["meter"]) == 0))[:_SHOWN]
    worst += [f"{_days_of(day[i] + 1)} to {_days_of(day[i + 1] - 1)}" for i in gaps.tolist()]
    mean = np.nansum(values) / max(int((~np.isnan(values)).sum()), 1)
    about = mean * (lacking / _HOUR if curve.measures == "power" else lacking / length)
    return [warned("steps_missing", name, count=lacking // length, steps=(lacking + int(covered.sum())) // length,
                   worst=", ".join(worst), about=about)]


def energy_of(of_series: dict[int, Column], steps: Steps, parted: Ints, curve: Curve, lines: Ints, options: FilePattern,
              name: str) -> tuple[Part, list[Warned]]:
    """Return the rows of one series of cells: energies of days first, then its unreadable cells one by one; warnings.

    `of_series`: Position -> column, one or the steps of a day.
    `parted`: Number of the rows that become one energy a day.
    """
    columns, names = [*of_series.values()], [*map(letters, of_series)]
    codes, _, parsed = parse_together(columns, options)
    numbers = parsed.numbers.copy()
    numbers[[*parsed.problems, *parsed.currencies]] = np.nan
    values, blank = numbers[codes], parsed.blank[codes]
    if curve.measures == "index":
        energy, warnings = differences(values, steps, curve, name)
    else:
        energy, warnings = sums_of_days(values, steps, parted, curve), missing_steps(values, blank, steps, curve, name)
    column, row = np.nonzero(~blank & (np.isnan(values) | ~steps.sound))
    places = list(zip(column.tolist(), row.tolist(), strict=True))
    # Power that is not read must not become an energy by a reader that knows more.
    of_power = " (power)" if curve.measures == "power" else ""
    texts = [columns[c].text[r].as_py() + of_power for c, r in places]
    marks = [cells.TEXT if of_power else int(columns[c].kinds[r]) for c, r in places]
    energy_marks = [cells.TEXT if "->" in t else cells.NUMBER for t in energy["text"]]
    spans = [f"{names[0]}{a}" + ("" if (a, names[0]) == (b, names[-1]) else f":{names[-1]}{b}")
             for a, b in zip(lines[energy["first"]].tolist(), lines[energy["last"]].tolist(), strict=True)]
    cell_names = [f"{names[c]}{lines[r]}" for c, r in places]
    quantity = Column(pa.array([*energy["text"], *texts], pa.string()), np.array([*energy_marks, *marks], np.uint8))
    days = {c: pa.array(_days_of(np.append(energy[end], steps.day[row])))
            for c, end in (("period_start", "day"), ("period_end", "until"))}
    return Part(next(iter(of_series)), np.append(energy["first"], row), quantity,
                pa.array([*spans, *cell_names], pa.string()), days), warnings


def _days_of(days: Ints) -> Values:
    return days.astype("datetime64[D]").astype(str)
