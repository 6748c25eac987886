"""What one person can do this week: the largest saving of the page that is a matter of one trip or one device."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from carbon.digital.devices.fleet import Fleet
from carbon.digital.travel_policy import TravelPolicy
from carbon.reports.tables.digital import with_town
from carbon.reports.tables.fleet import longer_lives
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Figure, Sentence, sentence, significant

BASIS = "kg CO2e that trains or longer lives avoid a year, from the company's own records"


class _Step(NamedTuple):
    kg: float
    text: Sentence
    name: str


def step_lines(trips: TravelPolicy | None, fleet: Fleet | None, words: Words) -> pd.DataFrame:
    """Return the largest saving of a trip or a device, then how large the next one is, in sentences (what)."""
    steps = [] if trips is None else _by_train(trips, words)
    steps += [] if fleet is None else _kept_longer(fleet, words)
    first, second = [*sorted(steps, key=lambda step: -step.kg), None, None][:2]
    lines = [] if first is None else [str(first.text)]
    if first is not None and second is not None:
        lines.append(str(sentence(words, "step.rank", BASIS, behind={"first": first.kg}, step=second.name,
                                  kg=significant(words, second.kg))))
    return pd.DataFrame({"what": lines})


def _by_train(trips: TravelPolicy, words: Words) -> list[_Step]:
    steps = []
    pairs = trips.departures[trips.departures["avoidable_co2e_kg"] > 0]
    for pair in pairs.to_dict("records"):
        kg, count, hours = float(pair["avoidable_co2e_kg"]), float(pair["trips"]), pair["minutes"] / 60.0
        ends = {end: with_town(pair[end]) for end in ("origin", "destination")}
        text = sentence(words, "step.trip", BASIS, behind={"limit": trips.hours}, kg=significant(words, kg),
                        each=significant(words, kg / count), count=Figure(count, words.number(count)),
                        hours=Figure(hours, words.number(hours, 1)), **ends)
        steps.append(_Step(kg, text, words("step.trip_short", **ends)))
    return steps


def _kept_longer(fleet: Fleet, words: Words) -> list[_Step]:
    steps = []
    lives = longer_lives(fleet).sort_values("kept_years").groupby("category").tail(1)
    for life in lives[lives["avoided_co2e_kg"] > 0].to_dict("records"):
        kg, device = float(life["avoided_co2e_kg"]), words.term("device", str(life["category"]))
        today, kept = (Figure(years, words.tick(years)) for years in (life["today_years"], life["kept_years"]))
        text = sentence(words, "step.device", BASIS, kg=significant(words, kg), today=today, kept=kept, device=device)
        steps.append(_Step(kg, text, words("step.device_short", device=device)))
    return steps
