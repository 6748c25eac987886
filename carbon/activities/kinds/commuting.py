"""Commuting surveys scaled up to all staff, group by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.activities.amounts import of_unit
from carbon.activities.draft import Draft
from carbon.activities.kinds import travel
from carbon.core.text_columns import among, by_word, pick
from carbon.params.shapes.company import CompanyParams
from carbon.records.rules.statement_checks import DAYS_A_YEAR

EXTENSIVE = ("days",)
CATEGORY = 7
ON_FOOT = ("walk", "bicycle", "none")
_FIX = "correct the source file"


def measured(draft: Draft, params: CompanyParams) -> Draft:
    """Measure each answer: activity and quantity, category 7, scaled by its group's response.

    quantity = answers x headcount / respondents x days x 2 x distance one way [passenger.km; km for a car]; a
    distance that `ways` states to be of both ways counts once

    respondents are all answers of the group, whatever their mode. Walking and cycling burn nothing and are excluded
    after they have counted as answers. A group whose headcount is not stated, or stated in two ways, is rejected: the
    response rate must be known.

    References
    ----------
    GHG Protocol, Scope 3 Technical Guidance, category 7.
    """
    draft = _with_response(draft)
    return draft.then(_without_motor, lambda d: _as_trips(d), lambda d: travel.with_activity(d, params), _scaled)


def _with_response(draft: Draft) -> Draft:
    rows = draft.rows
    impossible = (rows["days"] < 0) | (rows["days"] > DAYS_A_YEAR)
    draft = draft.reject(impossible, "days_impossible", f"a year has no more than {DAYS_A_YEAR} days", _FIX, "days")
    rows = draft.rows
    by = pd.DataFrame({c: rows[c] for c in ("group", "headcount", "answers")}).groupby("group")
    headcounts = by["headcount"].transform("nunique").to_numpy()
    draft = draft.assign(_respondents=by["answers"].transform("sum").to_numpy()).reject(
        np.isnan(rows["headcount"]) | (headcounts != 1), "response_rate_unknown",
        "the headcount of the group is not stated, or stated in two ways", "give one headcount a group", "headcount")
    rows = draft.rows
    return draft.reject((rows["_respondents"] <= 0) | (rows["_respondents"] > rows["headcount"]), "response_impossible",
                        "more answers than people, or none", _FIX, "answers")


def _without_motor(draft: Draft) -> Draft:
    return draft.end(among(draft.rows["mode"], ON_FOOT), "excluded", code="no_motor", column="mode",
                     reason="on foot or by bicycle: nothing is burnt")


def _as_trips(draft: Draft) -> Draft:
    modes = [m for m in travel.MODES if m not in ("air", "hotel")]
    draft = draft.reject(~among(draft.rows["mode"], modes), "mode_unknown", "no such mode of commuting", _FIX, "mode")
    draft = draft.reject(~of_unit(draft.rows["distance_unit"], "km"), "distance_unit",
                         "the distance is not in a unit of length", _FIX, "distance_unit")
    rows = draft.rows
    rate = rows["_respondents"] / rows["headcount"]
    at_home = {"origin": "", "destination": "", "cabin_class": "", "traveller": "", "vehicle": "", "nights": np.nan,
               "passengers": 1.0}
    return draft.assign(
        **at_home, trips=rows["answers"] * rows["days"] / rate,
        quality=by_word(rate, lambda r: f"response rate {r:.0%}"), rule="", supplier="", contract="",
        scope="3", category=CATEGORY, tier=pick(rate < 1, "extrapolated", "physical average"),
        **{"return": rows["ways"] != "both_ways"}, amount=np.nan, fx_rate=np.nan,
    ).then(lambda d: travel.with_given_distance(d))


def _scaled(draft: Draft) -> Draft:
    group = draft.rows["group"]
    return draft.assign(group=pick(group == "", "commuting", group))
