"""Patterns of the rows of one year that are errors: no other year and no published figure is needed.

Each pattern is a value by key with what it moves if it is an error [kg CO2e]; its band is a row of `limits`. A pattern
has few chances to occur in honest records: the chance is in the docstring that finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from carbon.accounting.expectations import copied
from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.copied import Pattern
from carbon.accounting.expectations.limited import Stated
from carbon.core.columns import Groups, Places, Rows, group_codes
from carbon.core.exact import exact_sum
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Texts

RISING_ROWS, ROWS_OF_ONE_NUMBER, ROWS_OF_A_CURRENCY, ROWS_OF_A_METER, DISTINCT = 8, 12, 6, 6, 8
"""Rows, and distinct amounts, from which a pattern is no chance."""
MANY_PEOPLE, FEW_ANSWERS, A_TENTH = 15, 10, 0.1
ROUND, BROKEN = 0.5, 0.8
"""Shares of whole amounts that end in 0 or 5, at most where they are cents, and of the other rows with a broken one."""
ONE_RATE = 0.5
"""Share of rows that have one rate of VAT."""
PAID = 0.25
"""Share of a meter's mean bill from which a bill is one of more than a standing charge."""
MOST_METERS, NAMED = 40, 3
_SHORT, _LOSSES, _TIGHT, _VARIES = 1e-3, 0.06, 0.04, 0.04
"""What a main meter may read less and more than its parts; of one part alone: how near its ratio stays, and how much it
varies.
"""
OF_A_TRIP = ("mode", "origin", "destination", "cabin_class", "direction", "supplier")
POWERS = np.array([1e-3, 1e-2, 0.1, 10.0, 100.0, 1000.0])
NEAR_A_POWER = 0.01
FUELS = ("diesel", "petrol", "lpg", "bioethanol", "e85", "cng", "kerosene", "aviation", "marine")
"""First words of carriers that heat no building."""


def patterns(kind: str, rows: Rows, of: Stated) -> Iterator[Pattern]:
    """Yield the patterns of a kind's measurable rows (`measures`)."""
    find: Mapping[str, tuple[Callable[[], Iterator[Pattern]], ...]] = {
        "energy": (lambda: _rising(rows, ("site", "carrier", "meter")), lambda: _zero_readings(rows),
                   lambda: _whole_meters(rows), lambda: _without_power(rows, of.sites_in_use),
                   lambda: _silent(rows, of.silent_sites),
                   lambda: copied.money_read(rows, "quantity", "carrier", of.currency, of.rates)),
        "water": (lambda: _rising(rows, ("site", "service")),),
        "purchases": (lambda: _rising(rows, _known_by(rows)), lambda: _by_vat(rows),
                      lambda: _another_currency(rows, of), lambda: _whole_numbers(rows), lambda: copied.with_tax(rows),
                      lambda: copied.other_days(rows, ("supplier", "account", "category"), by=_known_by(rows))),
        "travel": (lambda: copied.one_number(rows, "passengers"), lambda: copied.one_number(rows, "trips"),
                   lambda: copied.money_read(rows, "distance", "mode", of.currency, of.rates),
                   lambda: copied.one_class(rows), lambda: copied.ways_back(rows),
                   lambda: copied.other_days(rows, OF_A_TRIP, each=True)),
        "freight": (lambda: copied.other_days(rows, OF_A_TRIP, each=True),),
        "commuting": (lambda: _answered(rows),),
    }
    for pattern in find.get(kind, ()):
        yield from pattern()


def _known_by(rows: Rows) -> tuple[str, ...]:
    """Return the first column of purchases that distinguishes them."""
    return next(((c,) for c in ("account", "category", "supplier") if any(rows.column(c).distinct)), ())


def _rising(rows: Rows, key_columns: tuple[str, ...]) -> Iterator[Pattern]:
    """Yield which share of steps from row to row goes up: cumulated amounts, the index of a meter. n rows in any order
    rise throughout once in n! times, 1 in 40,000 of eight. Money may grow month by month: its last row must be half of
    the number of rows times the first, as a sum since January is.
    """
    some = rows.where(rows["_amount"] > 0).assign(_unit="share of steps up from row to row")
    if not len(some) or not all(c in rows for c in key_columns):
        return
    groups = some.groups([*key_columns, "_unit"])
    order, first = _in_time(some, groups)
    size, at = some["_amount"][order], groups.number[order]
    n = np.bincount(at, minlength=len(groups))
    up = np.bincount(at[1:], weights=~first[1:] & (size[1:] > size[:-1]), minlength=len(groups))
    start, end = size[first], size[np.append(np.flatnonzero(first)[1:], len(size)) - 1]
    is_money = "carrier" not in key_columns and "service" not in key_columns
    counts = (n >= RISING_ROWS) & (end > start) & (~np.bool_(is_money) | (end >= n / 2 * start))
    kg, total = (exact_sum(some[c], groups.number, len(groups)) for c in ("_kg", "_amount"))
    share = np.where(counts, up / np.maximum(n - 1, 1), np.nan)
    yield Pattern(some, key_columns, m.RISING, share, kg * (1 - np.clip((end - start) / total, 0, 1)), groups)


def _in_time(rows: Rows, groups: Groups) -> tuple[Places, Flags]:
    """Return the order of rows by group, day and line, and which of these is the first of its group."""
    order = np.lexsort((rows["source_line"].astype(np.int64), rows["period_start"].astype(np.int64), groups.number))
    at = groups.number[order]
    return order, np.append(True, at[1:] != at[:-1])


def _zero_readings(rows: Rows) -> Iterator[Pattern]:
    """Yield which share of a meter's rows is zero and paid for, or zero between ordinary amounts. A building that is
    not heated has months of nothing, with small ones before and after, and a standing charge.
    """
    rows = rows.where(rows["_amount"] >= 0).assign(_unit="share of readings that are zero")
    if not len(rows):
        return
    key_columns = ("site", "carrier", "meter")
    groups = rows.groups([*key_columns, "_unit"])
    order, _ = _in_time(rows, groups)
    at, amount, paid_money = groups.number[order], rows["_amount"][order], np.nan_to_num(rows["_money"][order])
    n, used_rows = (np.bincount(at, weights=flags, minlength=len(groups)) for flags in (amount >= 0, amount > 0))
    mean, bill = (np.bincount(at, weights=column, minlength=len(groups)) / np.maximum(used_rows, 1)
                  for column in (amount, np.where(amount > 0, paid_money, 0.0)))
    before, after = _nearest(amount, at), _nearest(amount[::-1], at[::-1])[::-1]
    least, most = np.minimum(before, after), np.maximum(before, after)
    heats = ~rows.by_word("carrier", lambda c: c.startswith("electricity"), bool)[order]
    between = (least >= mean[at] / 2) & (most >= np.where(heats, 1.0, 0.75) * mean[at])
    odd = (amount == 0) & (between | ((paid_money > PAID * bill[at]) & (bill[at] > 0)))
    count = np.bincount(at, weights=odd, minlength=len(groups))
    kg = exact_sum(rows["_kg"], groups.number, len(groups))
    share = np.where((n >= ROWS_OF_A_METER) & (used_rows > 0), count / n, np.nan)
    yield Pattern(rows, key_columns, m.ZERO_READINGS, share, kg * count / np.maximum(used_rows, 1), groups)


def _nearest(amount: Floats, at: Places) -> Floats:
    """Return the last amount above zero before each row of its group, 0 without one."""
    place = np.maximum.accumulate(np.where(amount > 0, np.arange(len(amount)), -1))
    has_place = (place >= 0) & (at[place] == at)
    return np.where(has_place, amount[place], 0.0)


def _by_vat(rows: Rows) -> Iterator[Pattern]:
    """Yield how many times an amount is that of its VAT, where that is a power of ten: a digit too many in one. Of
    opposite signs it is -1 times: a credit note with one sign lost. The rate of the company is the one that half of its
    rows with VAT have. A row with VAT in part is near a power of ten of it, within a percent, once in a hundred times.
    """
    vat, size = np.abs(rows["_vat"]), np.abs(rows["_amount"])
    some = rows.where((rows["_vat"] * rows["_amount"] > 0) & (size > 0))
    if len(some) < ROWS_OF_ONE_NUMBER:
        return
    against = rows.where(rows["_vat"] * rows["_amount"] < 0).assign(_unit="times the amount of its VAT")
    if 0 < len(against) < A_TENTH * len(some):  # of more, it is how the export writes m.VAT
        groups = against.groups([*_known_by(against), "_unit"])
        yield Pattern(against, _known_by(against), m.BY_VAT, np.full(len(groups), -1.0),
                      2 * np.abs(exact_sum(against["_kg"], groups.number, len(groups))), groups)
    share = (vat / np.where(size > 0, size, np.nan))[(rows["_vat"] * rows["_amount"] > 0) & (size > 0)]
    rates, counts = np.unique(np.round(share, 3), return_counts=True)
    rate = float(rates[counts.argmax()])
    if rate <= 0 or counts.max() < ONE_RATE * len(some):
        return
    power = POWERS[np.abs(np.log(rate / share)[:, None] - np.log(POWERS)).argmin(axis=1)]
    odd = np.abs(rate / share / power - 1) < NEAR_A_POWER
    if odd.any():
        odd_rows, power = some.where(odd).assign(_unit="times the amount of its VAT"), power[odd]
        key_columns = _known_by(odd_rows)
        groups = odd_rows.groups([*key_columns, "_unit"])
        kg = exact_sum(np.abs(odd_rows["_kg"] * (1 - 1 / power)), groups.number, len(groups))
        yield Pattern(odd_rows, key_columns, m.BY_VAT, power[groups.first], kg, groups)


def _whole_numbers(rows: Rows) -> Iterator[Pattern]:
    """Yield accounts whose amounts are all whole, and not round, among others with cents: an account in cents. Of n
    amounts with cents, all are whole once in 100^n times; prices that are agreed end in 0 or 5.
    """
    key_columns = _known_by(rows)
    some = rows.where(rows["_amount"] != 0).assign(_unit="whole amounts among broken ones")
    if not key_columns or not len(some):
        return
    size = np.abs(some["_amount"])
    groups = some.groups([*key_columns, "_unit"])
    broken, n = np.abs(size - np.rint(size)) > 1e-6, np.bincount(groups.number)
    of_group = np.bincount(groups.number, weights=broken)
    others = (broken.sum() - of_group) / np.maximum(len(some) - n, 1)
    ends = np.bincount(groups.number, weights=np.rint(size) % 5 == 0) / n
    distinct = np.bincount(groups.number[np.unique(group_codes([groups.number, size]), return_index=True)[1]],
                           minlength=len(n))
    is_cents = (of_group == 0) & (distinct >= DISTINCT) & (ends <= ROUND) & (others >= BROKEN)
    yield Pattern(some, key_columns, m.WHOLE_NUMBERS, is_cents.astype(np.float64),
                  0.99 * np.abs(exact_sum(some["_kg"], groups.number, len(groups))), groups)


def _another_currency(rows: Rows, of: Stated) -> Iterator[Pattern]:
    """Yield which share of an account's rows, bought at home, is in other currencies, and how far the rate moves it."""
    key_columns = _known_by(rows)
    at_home = rows.where((rows["country"] == of.country) | (rows["country"] == ""))
    if not key_columns or not len(at_home) or (at_home["currency"] == of.currency).all():
        return
    groups = at_home.groups([*key_columns])
    foreign = (at_home["currency"] != of.currency) & (at_home["currency"] != "")
    n, odd = np.bincount(groups.number), np.bincount(groups.number, weights=foreign)
    at_home = at_home.assign(_unit="share of rows in another currency")
    rates = of.rates(at_home["currency"], at_home["period_end"], of.currency)
    moved = np.where(foreign & (rates > 0), np.abs(at_home["_kg"] / rates - at_home["_kg"]), 0.0)
    yield Pattern(at_home, key_columns, m.ANOTHER_CURRENCY, np.where(n >= ROWS_OF_A_CURRENCY, odd / n, np.nan),
                  exact_sum(np.nan_to_num(moved), groups.number, len(groups)))


def _whole_meters(rows: Rows) -> Iterator[Pattern]:
    """Yield the meters that read, period by period, what some other meters of a carrier read together."""
    key_columns = ("site", "carrier", "meter")
    for carrier in dict.fromkeys(rows.column("carrier").tolist()):
        of_carrier = rows.where(carrier=carrier)
        of_carrier = of_carrier.where(_unit=copied.commonest_unit(of_carrier)).assign(
            _unit="meters that read what others read")
        meter = of_carrier.groups([*key_columns, "_unit"])
        cell = group_codes([of_carrier[c].astype(np.int64) for c in ("period_start", "period_end")])
        shape = (int(cell.max()) + 1, len(meter))
        if shape[0] < ROWS_OF_A_METER or not 2 <= shape[1] <= MOST_METERS:
            continue
        readings = np.zeros(shape)
        np.add.at(readings, (cell, meter.number), np.nan_to_num(of_carrier["_amount"]))
        is_full = (readings > 0).all(axis=0)
        site, is_whole = of_carrier["site"][meter.first], np.zeros(shape[1])
        for one in np.flatnonzero(is_full).tolist():
            others = np.flatnonzero(is_full & (np.arange(shape[1]) != one))
            is_whole[one] = holds_parts(readings[:, one], readings[:, others], site[others] == site[one])
        kg = exact_sum(of_carrier["_kg"], meter.number, shape[1])
        yield Pattern(of_carrier, key_columns, m.WHOLE_METER, is_whole, kg, meter)


def _without_power(rows: Rows, sites: Sequence[str]) -> Iterator[Pattern]:
    """Yield sites of the year that have no electricity: each building has it, bought or within the rent. At stake,
    where nothing is measured: as much as the fuels of the site's building emit; else the mean of the other sites; else
    a tenth of what the site's records emit [design].
    """
    site, is_power = rows.by_word("site", fold), rows.by_word("carrier", lambda c: c.startswith("electricity"), bool)
    if (is_power & (site == "")).any():
        return
    moves = rows.by_word("carrier", lambda c: c.startswith(FUELS), bool)
    powered = set(site[is_power])
    every = site if not powered else site[~moves]
    in_the_dark = sorted({*every.tolist(), *map(fold, sites)} - powered - {""})
    at_stake, given_names = {}, {fold(name): name for name in sites}
    for name in in_the_dark:
        of_site = site == name
        at_stake[name if of_site.any() else given_names[name]] = (
            float(rows["_kg"][of_site & ~moves].sum()) or float(rows["_kg"][is_power].sum()) / max(len(powered), 1)
            or A_TENTH * float(rows["_kg"][of_site].sum()))
    if at_stake:  # one cause, once
        yield _of_sites(rows, site, at_stake, m.WITHOUT_POWER, "kWh of electricity")


def _silent(rows: Rows, silent: Sequence[str]) -> Iterator[Pattern]:
    """Yield sites of params that no record names. At stake: what the smallest other site emits, each [design]."""
    if not silent:
        return
    site, energy = rows.by_word("site", fold), rows.groups(["site"])
    kg = exact_sum(rows["_kg"], energy.number, len(energy))[rows["site"][energy.first] != ""]
    if len(kg):
        yield _of_sites(rows, site, dict.fromkeys(silent, max(float(kg.min()), 0.0)), m.WITHOUT_RECORDS,
                        "kWh of a site without records")


def _of_sites(rows: Rows, site: Texts, at_stake: Mapping[str, float], measure: str,
              unit: str) -> Pattern:
    """Return one line for all sites in the dark, the largest first."""
    order = sorted(at_stake, key=lambda name: -at_stake[name])
    places = np.flatnonzero(site == order[0])
    spelt = [str(rows["site"][np.flatnonzero(site == name)[0]]) if (site == name).any() else name for name in order]
    more = f" and {len(spelt) - NAMED} more" if len(spelt) > NAMED else ""
    one = rows.take(places[:1] if len(places) else np.array([0])).assign(
        _unit=unit, _scope=np.array(["2"], dtype=object),
        site=np.array([", ".join(spelt[:NAMED]) + more], dtype=object))
    return Pattern(one, ("site",), measure, np.zeros(1), np.array([sum(at_stake.values())]))


def _answered(rows: Rows) -> Iterator[Pattern]:
    """Yield the answers of a survey over the people of its group, of fewer than ten, or than a tenth of the people. At
    stake: the standard error of a share, at most 1 / sqrt(answers).
    """
    key_columns = ("site", "group")
    groups = rows.groups([*key_columns])
    answers = exact_sum(np.nan_to_num(rows["answers"].astype(np.float64)), groups.number, len(groups))
    people = np.zeros(len(groups))
    np.maximum.at(people, groups.number, np.nan_to_num(rows["headcount"].astype(np.float64)))
    share = answers / np.maximum(people, 1)
    share = np.where((people >= MANY_PEOPLE) & ((answers < FEW_ANSWERS) | (share < A_TENTH)), share, np.nan)
    kg = exact_sum(rows["_kg"], groups.number, len(groups))
    yield Pattern(rows.assign(_unit="answers over headcount"), key_columns, m.ANSWERED, share,
                  kg / np.sqrt(np.maximum(answers, 1.0)))


def holds_parts(whole_meter: Floats, parts: Floats, named_parts: Flags) -> bool:
    """Return whether a main meter [cells] reads what other meters [cells, parts] read together, and losses.

    Of all, of those its name declares, or of those with a weight above one half in the least squares of its readings.
    All ratios lie in 1 to 1.06; independent meters that vary by a tenth do that in six cells once in 4,000 times.
    """
    sets = [np.ones(parts.shape[1], dtype=bool), named_parts]
    if 0 < parts.shape[1] <= len(whole_meter) - 3:
        weights = np.linalg.lstsq(parts, whole_meter, rcond=None)[0]
        sets.append((weights > 0.5) & (weights < 1.5))
    for chosen_parts in sets:
        total = parts[:, chosen_parts].sum(axis=1)
        if chosen_parts.any() and (total > 0).all():
            ratio = whole_meter / total
            is_alone = chosen_parts.sum() == 1 and (np.ptp(ratio) > _TIGHT or np.std(total) < _VARIES * np.mean(total))
            if (ratio >= 1 - _SHORT).all() and (ratio <= 1 + _LOSSES).all() and not is_alone:
                return True
    return False
