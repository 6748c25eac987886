"""Readers' tables of services, trips, contracts, hosts and indicators: orders of magnitude in words, exact counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.places import airport_town
from carbon.core.units import KG_PER_T
from carbon.digital import packaged_tables
from carbon.digital.conditions import meets
from carbon.digital.services.impacts import CLIMATE, STEPS, TIERS
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.services.service import FOLDED, Service
from carbon.digital.travel_policy import PLANE, TO_CHECK, TRAIN, TravelPolicy
from carbon.params.shapes.digital import Requirement
from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude
from carbon.reports.words.phrases import phrase

_SIGNS = {"<=": "at most", ">=": "at least", "!=": "not", "=": "="}
ROUTES = 8
"""Pairs of places shown of those where planes were taken and the rule asked for the train."""
LEVERS = 10
"""Levers shown of all services."""


def budget_lines(services: Service | ServicePortfolio, words: Words) -> pd.DataFrame:
    """Return services next to one person's yearly share of the planet's limits: service (of several), criterion,
    person_budgets, budget_per_user; criteria without a factor are one line, "not covered".
    """
    if isinstance(services, Service):
        table = services.budgets().assign(service="")
    else:
        table = services.budget[services.budget["service"] != ""] if _is_one(services) else services.budget
    rows = table[table["person_budgets"].notna()]
    is_whole_row = rows["whole"].astype("bool")
    percent = [words("budget.percent", value=words.significant(value)) if value == value else ""
               for value in rows["percent_per_user"]]
    lines = pd.DataFrame({
        "service": [name or words("service.all") for name in rows["service"]],
        "criterion": [words(f"digital_figure.criterion_{criterion}") for criterion in rows["criterion"]],
        "person_budgets": [_at_least(words.significant(value), is_whole, words)
                           for value, is_whole in zip(rows["person_budgets"], is_whole_row, strict=True)],
        "budget_per_user": [text and _at_least(text, is_whole, words)
                            for text, is_whole in zip(percent, is_whole_row, strict=True)]})
    lacking = [c for c in dict.fromkeys(table["criterion"]) if c not in set(rows["criterion"])]
    if lacking:
        names = words("text.list").join(words(f"digital_figure.criterion_{criterion}") for criterion in lacking)
        lines.loc[len(lines)] = [words("service.all"), names, words("magnitude.not_covered"), ""]
    return lines.drop(columns=["service"] if table["service"].nunique() < 2 else [])


def _at_least(text: str, is_whole: bool, words: Words) -> str:
    return text if is_whole else words("budget.at_least", value=text)


def thresholds_table(policy: TravelPolicy) -> pd.DataFrame:
    """Return the gain of each threshold: trips moved, t CO2e avoided before and after extra nights, trips to check."""
    curve = policy.curve
    return pd.DataFrame({
        "hours": curve["hours"], "trips_to_train": curve["trips_to_train"],
        "avoided_t": curve["avoided_co2e_kg"] / KG_PER_T, "extra_nights": curve["extra_nights"],
        "net_avoided_t": curve["net_avoided_co2e_kg"] / KG_PER_T, "trips_to_check": curve["trips_to_check"],
        "trips_not_covered": curve["trips_not_covered"]})


def _is_one(portfolio: ServicePortfolio) -> bool:
    """Return whether a portfolio is one service, which no line then needs to name."""
    return bool(portfolio.by_service["service"].nunique() < 2)


def tier_sums(services: Service | ServicePortfolio, *by: str) -> pd.DataFrame:
    """Sum the climate change of a service, or of all of a year, by tier, or by tier and step [kg CO2e]: value, low and
    high of what is covered, covered.
    """
    table = services.table if isinstance(services, Service) else services.items
    rows = table[table["criterion"] == CLIMATE]
    if not by:
        rows, by = rows.assign(tier=""), ("tier",)
    else:
        rows = rows[rows["tier"] != ""]
    groups = rows.groupby(list(by), sort=False)
    sums = groups[["value", "low", "high"]].sum(min_count=1).assign(covered=groups["covered"].all())
    order = [*TIERS, *STEPS]
    return sums.sort_index(key=lambda names: names.map(lambda name: order.index(name) if name else -1))


def service_lines(services: Service | ServicePortfolio, words: Words) -> pd.DataFrame:
    """Return service_part, step, impact of the year in words: "not covered" where a factor is missing, never zero; then
    their sum.
    """
    parts, total = tier_sums(services, "tier", "step"), tier_sums(services)
    names = [(words.term("service", tier), words.term("service", step)) for tier, step in parts.index]
    names += [(words("service.all"), words("service.all_steps"))] * len(total)
    impact = [magnitude(kg, words, low, high, at_least=not covered)
              for kg, low, high, covered in pd.concat([parts.reset_index(drop=True), total]).itertuples(index=False)]
    return pd.DataFrame(names, columns=["service_part", "step"]).assign(impact=impact)


def portfolio_lines(portfolio: ServicePortfolio, words: Words) -> pd.DataFrame:
    """Return each version of each service in the year: service, impact, per_user, and where one has it version,
    change_share (a year of its answers, against the version before), reason (why a part is not covered).
    """
    rows, items = portfolio.by_service, portfolio.items
    lacking = items[~items["covered"].astype("bool") & (items["reason"].astype("str") != "")
                    & (items["criterion"] == CLIMATE)]
    reasons = {name: list(dict.fromkeys(of["reason"])) for name, of in lacking.groupby("service")}
    impact = [magnitude(kg, words, low, high, at_least=not covered) for kg, low, high, covered in
              rows[["co2e_kg", "low_co2e_kg", "high_co2e_kg", "covered"]].itertuples(index=False)]
    lines = pd.DataFrame({
        "service": rows["service"].astype("str"), "version": rows["version"].astype("str"), "impact": impact,
        "per_user": [magnitude(kg, words, at_least=not covered) if kg == kg else ""
                     for kg, covered in zip(rows["kg_per_user"], rows["covered"], strict=True)],
        "change_share": rows["change_share"],
        "reason": ["; ".join(phrase(text, words.language) for text in (
            [text_given] if text_given else reasons.get(name, ()) if not covered else ()))
            for text_given, name, covered in zip(rows["reason"], rows["service"], rows["covered"], strict=True)]})
    is_filled = lines.replace("", np.nan).notna().any().to_dict()
    return lines[[str(name) for name in lines if is_filled[name] or name in ("service", "impact")]]


def lever_lines(portfolio: ServicePortfolio, words: Words) -> pd.DataFrame:
    """Return the levers of the services by kg: service (of several), lever, saved_share (of that service), avoided;
    small ones, and all beyond the first `LEVERS`, are one line.

    Each is recomputed alone: they do not add up.
    """
    table, packaged = portfolio.levers, packaged_tables.levers()
    top_levers = table[table["lever_id"] != FOLDED].head(LEVERS)
    labels = [packaged[lever][f"label_{words.language}"] if lever in packaged else words("service.host_in", zone=to)
              for lever, to in zip(top_levers["lever_id"], top_levers["to_value"], strict=True)]
    lines = pd.DataFrame({
        "service": top_levers["service"].astype("str"), "lever": labels, "saved_share": top_levers["share"],
        "avoided": [magnitude(kg, words) for kg in top_levers["avoided_co2e_kg"]]})
    if len(top_levers) < len(table):
        others = {"service": "", "lever": words("service.smaller_levers"), "saved_share": math.nan, "avoided": ""}
        lines = pd.concat([lines, pd.DataFrame([others])], ignore_index=True)
    return lines.drop(columns=["service"] if _is_one(portfolio) else [])


def default_lines(portfolio: ServicePortfolio, words: Words) -> pd.DataFrame:
    """Return each default that replaces an answer, once: question, default_value, service (of several: which ones)."""
    table = portfolio.defaults
    rows = pd.DataFrame({
        "question": [_question(label, words) for label in table[f"label_{words.language}"]],
        "default_value": [_typed_words(value, words) for value in table["value"]],
        "service": (table["service"] + " " + table["version"]).str.strip()}).astype("str")
    lines = rows.groupby(["question", "default_value"], sort=False)["service"].agg(", ".join).reset_index()
    return lines.drop(columns=["service"] if _is_one(portfolio) else [])


def _question(label: str, words: Words) -> str:
    """Return the label of a default; that of a line of use, "gcp: n2-standard-8: pue", ends with a word of its own."""
    line, _, name = str(label).rpartition(": ")
    return words("use_default.of", line=line, name=words.term("use_default", name)) if line else label


def _typed_words(text: str, words: Words) -> str:
    """Return a default as readers write it: "laptop 60%; smartphone 40%" of "laptop 0.6; smartphone 0.4"."""
    def word(part: str) -> str:
        if not part.replace(".", "", 1).isdigit():
            return words.term("use_default", words.term("device", part))
        return words.percent(float(part), 0) if 0 < float(part) < 1 else words.tick(float(part))

    return "; ".join(" ".join(map(word, piece.split())) for piece in text.split("; "))


def contract_lines(contracts: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return each electricity contract: site, supplier, kwh, proved_share, both figures of scope 2 in words, proof."""
    return pd.DataFrame({
        "site": contracts["site"], "supplier": contracts["supplier"], "kwh": contracts["kwh"],
        "proved_share": contracts["renewable_kwh"] / contracts["kwh"].where(contracts["kwh"] > 0),
        "by_grid": [magnitude(kg, words) for kg in contracts["location_co2e_kg"]],
        "by_contract": [magnitude(kg, words) if kg == kg else words("contract.not_stated")
                        for kg in contracts["market_co2e_kg"]],
        "proof": [text or words("contract.no_proof") for text in contracts["proof"]]})


def host_lines(hosting: pd.DataFrame, policy: Sequence[Requirement], words: Words) -> pd.DataFrame:
    """Return each hosted service: service_id, host, location, pue, renewable_share, kwh, and in `policy` which of the
    company's conditions it does not meet. Periods that state the same are one line with their kWh together, those
    without kWh another: a sum with an unknown part is no sum.
    """
    unmet: list[list[str]] = [[] for _ in range(len(hosting))]
    for condition in policy:
        for at in np.flatnonzero(~meets(hosting, [condition]).to_numpy()):
            unmet[at].append(_unmet(condition, hosting[condition.column].iloc[at], words))
    met = words("host.met" if policy else "host.no_policy")
    table = pd.DataFrame({
        "service_id": hosting["service"], "host": hosting["provider"], "location": hosting["location"],
        "pue": [words.number(v, 2) for v in hosting["pue"]], "renewable_share": hosting["renewable_share"],
        "kwh": hosting["kwh"], "policy": ["; ".join(texts) or met for texts in unmet]})
    same_words = ["service_id", "host", "location", "pue", "renewable_share", "policy"]
    by_words = table.groupby([*same_words, table["kwh"].isna().rename("lacking")], sort=False, dropna=False)
    lines = by_words["kwh"].sum(min_count=1).reset_index()
    return lines[table.columns]


def _unmet(condition: Requirement, value: Any, words: Words) -> str:
    """Return a condition that a host does not meet, with what it states."""
    is_given = value == value and value != ""
    limit = ", ".join(map(str, condition.value)) if isinstance(condition.value, list) else condition.value
    if is_given and not isinstance(value, str):
        number = words.percent if condition.column.endswith("_share") else words.tick
        value, limit = number(float(value)), limit if isinstance(condition.value, list) else number(float(limit))
    value = value if is_given else words("host.not_stated")
    return words("host.unmet", column=words.term("hosting", condition.column), value=value,
                 asked=f"{words.term('sign', _SIGNS.get(condition.operator, condition.operator))} {limit}")


def routes_lines(trips: TravelPolicy, words: Words) -> pd.DataFrame:
    """Return the pairs of places where planes were taken although the rule requires the train.

    Columns: origin, destination, trips, hours (by train, one way), time_kind (of these hours), co2e_t (as travelled),
    by_rule_t, avoidable_t.
    """
    table = trips.departures.head(ROUTES)
    tonnes = {name: table[f"{of}_co2e_kg"] / KG_PER_T for name, of in (
        ("co2e_t", "actual"), ("by_rule_t", "rule"), ("avoidable_t", "avoidable"))}
    return pd.DataFrame({"origin": table["origin"].map(with_town), "destination": table["destination"].map(with_town),
                         "trips": table["trips"], "hours": table["minutes"] / 60.0,
                         "time_kind": [words.term("time_kind", kind) for kind in table["kind"]],
                         **tonnes}).reset_index(drop=True)


def with_town(place: str) -> str:
    """Return the code of an airport with its town; any other name as it is."""
    town = airport_town(place)
    return f"{town} ({place})" if town else place


def rule_text(trips: TravelPolicy, words: Words) -> str:
    """Return the rule, the trips, how often planes were taken against it, both sums, and the trips it cannot judge."""
    modes = trips.table["rule_mode"]
    asked, estimated, unjudged = (words.number(float(of.sum())) for of in (
        modes == TRAIN, modes == TO_CHECK, ~modes.isin([TRAIN, PLANE])))
    actual, rule = (magnitude(trips.kg(of), words, at_least=trips.unknown > 0) for of in ("actual", "rule"))
    text = words("travel_rule.text", hours=words.tick(trips.hours), trips=words.number(float(len(trips.table))),
                 asked=asked, planes=words.number(float(trips.table["departure"].sum())), actual=actual, rule=rule)
    if modes.isin([TRAIN, PLANE]).all():
        return text
    return f"{text} {words('travel_rule.unjudged', count=unjudged, estimated=estimated)}"
