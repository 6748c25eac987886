"""A plan for readers, in tonnes and money: what, when, at what cost, with what probability, and what it depends on."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, SCOPE2_METHODS, SCOPES
from carbon.core.text_columns import lines_of
from carbon.core.units import KG_PER_T
from carbon.emissions.uncertainty.shown import shown_ends
from carbon.levers.chance import BASELINE
from carbon.levers.company import CompanyPlan
from carbon.levers.cost import carried
from carbon.levers.effect import emissions, total_cost
from carbon.levers.problem import Limit
from carbon.levers.record import OTHER, TOTAL, Followed
from carbon.levers.verdict import NO_P
from carbon.reports.words.language import Words, term_key
from carbon.reports.words.phrases import phrase
from carbon.trajectory import likelihood
from carbon.trajectory.words import bounded


def plan_table(company_plan: CompanyPlan, *, language: str = "en") -> pd.DataFrame:
    """Return what will be done: one line a lever, in order of start.

    Columns: lever, label, start, cut_t (wedge of the last year, all scopes, by the first target's scope 2 method; of a
    decided lever what it takes out of the baseline), capex (of all years, less grants), running_per_year (opex + lease
    - savings in the last year), npv (net cost, negative for a gain), currency, evidence.
    """
    method, last = _method(company_plan), int(company_plan.plan.problem.years[-1])
    plan, seed = company_plan.plan, company_plan.params.seed
    wedge = pd.concat([plan.wedges(method, seed=seed), plan.decided_wedges(method, seed=seed)])
    cut = wedge[wedge["year"] == last].set_index("lever")["wedge_kg"]
    table = company_plan.plan.table()
    ids = table["lever"]
    return pd.DataFrame({
        "lever": ids, "label": [label(company_plan, i, language) for i in ids], "start": table["start"],
        "cut_t": ids.map(cut).to_numpy(dtype=float) / KG_PER_T,
        "capex": table["capex"], "running_per_year": table["running_per_year"], "npv": table["npv"],
        "currency": company_plan.params.currency,
        "evidence": [company_plan.lever(i).evidence_in(language) for i in ids]})


def first_year_table(company_plan: CompanyPlan, *, language: str = "en") -> pd.DataFrame:
    """Return what starts in the plan's first year, largest cut of that year first.

    Columns: action, start, cut_t (of the first year, all scopes, as `plan_table`).
    """
    plan, first = company_plan.plan, int(company_plan.plan.problem.years[0])
    starting = plan.table()
    starting = starting[starting["start"] == first]
    wedge = pd.concat([plan.wedges(_method(company_plan), seed=company_plan.params.seed),
                       plan.decided_wedges(_method(company_plan), seed=company_plan.params.seed)])
    cut = wedge[wedge["year"] == first].set_index("lever")["wedge_kg"] / KG_PER_T
    table = pd.DataFrame({"action": [label(company_plan, i, language) for i in starting["lever"]],
                          "start": starting["start"].to_numpy(dtype="int64"),
                          "cut_t": starting["lever"].map(cut).to_numpy(dtype=float)})
    return table.sort_values("cut_t", ascending=False, kind="stable", ignore_index=True)


def not_planned_table(company_plan: CompanyPlan, *, language: str = "en") -> pd.DataFrame:
    """Return levers not planned: lever, label, npv (earliest start), currency, alone_t (last year's cut if alone)."""
    plan, problem = company_plan.plan, company_plan.plan.problem
    last = len(problem.years) - 1
    mask = problem.mask(SCOPES, _method(company_plan))
    whole_sizes = {id_: i for i, id_ in enumerate(problem.lever_ids)}  # the last size of a roll-out is the whole
    out = [i for id_, i in whole_sizes.items() if id_ not in set(company_plan.plan.levers)]
    rows = []
    for i in out:
        start = plan.decided.copy()
        start[i] = problem.earliest[i]
        cut = (plan.baseline[mask, last] - emissions(problem, start)[mask, last]).sum() / KG_PER_T
        rows.append((problem.lever_ids[i], label(company_plan, problem.lever_ids[i], language),
                     total_cost(problem, start) - total_cost(problem, plan.decided), company_plan.params.currency,
                     float(cut)))
    return pd.DataFrame(rows, columns=["lever", "label", "npv", "currency", "alone_t"])


def wedges_table(company_plan: CompanyPlan, *, limit: str, language: str | None = None) -> pd.DataFrame:
    """Return, for the scopes of one target, the baseline, each lever's wedge by Shapley, the plan, and the gap that is
    left.

    Columns: year, baseline_t (decided levers are at work in it), plan_t, limit_t (the target's pathway, NaN where it
    has none), gap_t (plan above the pathway, 0 where it is met), then one column a lever [t], named by its id, or by
    its label in `language`; baseline_t - plan_t = sum of the levers.
    """
    problem = company_plan.plan.problem
    matching = _limit(company_plan, limit)
    wedge = company_plan.plan.wedges(matching.scope2_method, scopes=matching.scopes, seed=company_plan.params.seed)
    wide = wedge.pivot_table(index="year", columns="lever", values="wedge_kg", aggfunc="sum").reindex(problem.years)
    wide = wide[[c for c in company_plan.plan.levers if c in wide.columns and (wide[c].abs() > 0).any()]] / KG_PER_T
    tracks = company_plan.plan.limit_tracks()
    track = tracks[tracks["limit"] == limit].set_index("year")
    table = pd.DataFrame({"baseline_t": track["baseline_kg"], "plan_t": track["plan_kg"],
                          "limit_t": track["limit_kg"]}) / KG_PER_T
    table["gap_t"] = (table["plan_t"] - table["limit_t"]).clip(lower=0.0)
    wide = wide.rename(columns=_names(company_plan, list(wide.columns), language), errors="raise")
    return table.join(wide, validate="one_to_one").reset_index(names="year")


def cost_curve_table(company_plan: CompanyPlan, *, language: str | None = None) -> pd.DataFrame:
    """Return lever, block ("no regret" | "costs money"), annual_cost, abatement_t, cost_per_t (none in the first
    block), from_t, to_t: the plan's levers in the last year; with a language also their label.
    """
    table = company_plan.plan.cost_curve(_method(company_plan), seed=company_plan.params.seed)
    return _labelled(company_plan, language, pd.DataFrame({
        "lever": table["lever"], "block": table["block"], "annual_cost": table["annual_cost"],
        "abatement_t": table["abatement_kg"] / KG_PER_T, "cost_per_t": table["cost_per_t"],
        "from_t": table["from_kg"] / KG_PER_T, "to_t": table["to_kg"] / KG_PER_T,
        "currency": company_plan.params.currency}))


def calendar_table(company_plan: CompanyPlan, *, language: str | None = None) -> pd.DataFrame:
    """Return lever, year, effect (share of full), capex, units that run; with a language also label."""
    return _labelled(company_plan, language, company_plan.plan.calendar())


def capex_table(company_plan: CompanyPlan) -> pd.DataFrame:
    """Return year, capex, cap (NaN where none), running: money by year, in the plan's currency."""
    table = company_plan.plan.cash()
    cap = [company_plan.params.capex_cap.get(int(y), float("nan")) for y in table["year"]]
    table.insert(2, "cap", cap)
    return table


def tracks_table(company_plan: CompanyPlan) -> pd.DataFrame:
    """Return year, scope2_method, baseline_t, plan_t, cut_t: all scopes, both methods, whatever the targets."""
    table = company_plan.plan.tracks()
    kg = table[["baseline_kg", "plan_kg"]] / KG_PER_T
    return table[["year", "scope2_method"]].assign(baseline_t=kg["baseline_kg"], plan_t=kg["plan_kg"],
                                                   cut_t=kg["baseline_kg"] - kg["plan_kg"])


def limits_table(company_plan: CompanyPlan, *, language: str = "en") -> pd.DataFrame:
    """Return target, year ("budget" if cumulative), limit_t, plan_t, above_t, probability (words, or why none)."""
    table, words = company_plan.plan.excess, Words(language)
    return pd.DataFrame({
        "target": table["limit"], "year": table["year"].map(lambda y: words("plan.budget") if y == 0 else str(y)),
        "limit_t": table["limit_kg"] / KG_PER_T, "plan_t": table["kg"] / KG_PER_T,
        "above_t": table["excess_kg"] / KG_PER_T, "probability": table["limit"].map(chances(company_plan, words))})


def chances(company_plan: CompanyPlan, words: Words) -> dict[str, str]:
    """Return the probability of each limit in words with its record, or why there is none."""
    try:
        table = company_plan.chance.table
    except MethodError as cannot:
        reason = words("trajectory.no_chance", reason=phrase(cannot.what.removeprefix(NO_P), words.language))
        return {limit.name: reason for limit in company_plan.plan.problem.limits}
    return {str(row.limit): _likely(row, words) for row in table.itertuples()}


def _likely(row: Any, words: Words) -> str:
    """Return a probability with the record of forecasts like it, or why there is none."""
    if not row.forecasts:
        return words("trajectory.no_chance", reason=phrase(row.record.removeprefix(NO_P), words.language))
    (sign, share), (came, of) = bounded(row.p), (words.number(n, 0) for n in (row.came_true, row.forecasts))
    record = words("trajectory.reliability", came=came, forecasts=of)
    behind = words("text.list").join((f"{sign}{words.percent(share, 0)}", record))
    return f"{words.term('likelihood', likelihood(row.p))} ({behind})"


def sensitivity_table(company_plan: CompanyPlan, *, limit: str, language: str | None = None) -> pd.DataFrame:
    """Return what, kind, low_t, high_t (of the limit's last year), swing_t (largest first), label with a language."""
    table = company_plan.sensitivity(limit)
    effects = pd.DataFrame({"what": table["what"], "kind": table["kind"], "low_t": table["low_kg"] / KG_PER_T,
                         "high_t": table["high_kg"] / KG_PER_T, "swing_t": table["swing_kg"] / KG_PER_T})
    if language is None:
        return effects
    words = Words(language)
    return effects.assign(label=[
        label(company_plan, what, language) if kind == "lever"
        else words("plan.baseline_scopes", scopes=what.removeprefix(BASELINE)) for what, kind in zip(
            effects["what"], effects["kind"], strict=True)])


def followed_table(followed: Followed, *, language: str = "en") -> pd.DataFrame:
    """Return last year's plan against what happened, by lever.

    Columns: lever, label, start (0 in the two closing lines), planned_t, achieved_t, low_t and high_t (its 95 %
    interval as shown, where it is known), difference_t (achieved - planned), shared_with; then the streams without a
    lever at work, then baseline less what was emitted.
    """
    names = {v.id: v.name(language) for v in followed.record.levers}
    table = followed.table
    words = Words(language)
    closing = {kind: words(f"followed.{term_key(kind)}") for kind in (OTHER, TOTAL)}
    label = [names.get(v) or closing[kind] for v, kind in lines_of(table, ("lever", "kind"))]
    shown_t = [shown_ends(*(kg / KG_PER_T for kg in line))
               for line in lines_of(table, ("low_kg", "achieved_kg", "high_kg"))]
    return pd.DataFrame({
        "lever": table["lever"], "label": label, "start": table["start"], "planned_t": table["planned_kg"] / KG_PER_T,
        "achieved_t": table["achieved_kg"] / KG_PER_T, "low_t": [low for low, _ in shown_t],
        "high_t": [high for _, high in shown_t], "difference_t": table["difference_kg"] / KG_PER_T,
        "shared_with": table["shared_with"]})


def sentences(table: pd.DataFrame, column: str, *, language: str) -> pd.DataFrame:
    """Return verdicts or reasons of a plan with their sentences in the reader's language, its decimals too."""
    if language == "en":
        return table
    words = [re.sub(r"(?<=\d)\.(?=\d)", ",", phrase(text, language)) for text in table[column]]
    return table.assign(**{column: [re.sub(r"(?<=\d)%", "\u00a0%", text) for text in words]})


def net_cost(company_plan: CompanyPlan, *, language: str = "en") -> str:
    """Return the net cost in words, rounded to what the inputs carry: "net cost 120,000 EUR", "gain 9,300 EUR"."""
    words, amount = Words(language), company_plan.plan.rounded_cost
    kind = words("plan_gain.gain" if amount < 0 else "plan_gain.cost")
    return f"{kind} {words.number(abs(amount))} {company_plan.params.currency}"


def headline(company_plan: CompanyPlan, *, language: str = "en") -> str:
    """Return company, years, status, net cost and number of levers in a line."""
    plan, params, words = company_plan.plan, company_plan.params, Words(language)
    return words("title.plan", company=company_plan.company, first=params.first_year, last=params.last_year,
                 status=words.term("plan_status", plan.status), cost=net_cost(company_plan, language=language),
                 n=len(plan.levers), all=len(company_plan.levers))


def choice_table(company_plan: CompanyPlan, *, language: str = "en") -> pd.DataFrame:
    """Return how the plan was chosen (what, value): the solver's status and gap, each choice that changes a figure."""
    plan, params, words = company_plan.plan, company_plan.params, Words(language)
    rows = {"status": words.term("plan_status", plan.status),
            "proven_gap": words.percent(plan.gap, 2) if np.isfinite(plan.gap) else str(plan.gap),
            "net_cost": words("choice.net_cost_value", cost=net_cost(company_plan, language=language),
                              year=params.price_year),
            "discount_rate": words("choice.discount_rate_value", rate=words.percent(params.discount_rate)),
            "residual_value": words.term("plan_residual", params.residual_value),
            "years": f"{params.first_year}-{params.last_year}", "limits_kept_in": words.term("plan_meet", params.meet),
            "trajectory_model": params.model, "levers_to_choose_from": str(len(company_plan.levers)),
            "levers_in_the_plan": str(len(plan.levers)), "seed_draws": f"{params.seed}, {words.number(params.draws)}"}
    choices = [(words(f"choice.{key}"), value) for key, value in rows.items()]
    choices += [(words("choice.baseline_of_scopes", scopes=r.group), f"{phrase(str(r.fit), language)}; "
                 f"{phrase(str(r.record), language)}") for r in company_plan.baseline.notes().itertuples()]
    return pd.DataFrame(choices, columns=["what", "value"])


def terminal_table(company_plan: CompanyPlan, *, language: str = "en") -> pd.DataFrame:
    """Return `plan_table` for a terminal: without ids and evidence, money to three digits, as costs are known."""
    return carried_money(plan_table(company_plan, language=language)).drop(columns=["lever", "currency", "evidence"])


def carried_money(table: pd.DataFrame) -> pd.DataFrame:
    """Return lines of `plan_table` with money to three digits: costs of levers carry no more."""
    return table.assign(**{c: [carried(x, x) for x in table[c]] for c in ("capex", "running_per_year", "npv")})


def with_headings(table: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """Return a table with a reader's headings, and its cells in the package's own words where these are known."""
    words = Words(language)
    cells = {c: [_cell(c, v, words) if isinstance(v, str) else v for v in table[c]] for c in table.columns
             if table[c].dtype.kind not in "iuf"}
    heads = {c: words(f"column.{c}") for c in table.columns if words.has(f"column.{c}")}
    return table.assign(**cells).rename(columns=heads, errors="raise")


def _cell(column: str, text: str, words: Words) -> str:
    """Return a word of a vocabulary, an interval, or a phrase with what it is about in parentheses."""
    if (term := words.term(column, text)) != text:
        return term
    if ends := re.fullmatch(r"(\S+) to (\S+)", text):
        low, high = (end if words.language == "en" else end.replace(".", ",") for end in ends.groups())
        return words("followed.between", low=low, high=high)
    about = re.fullmatch(r"(.+)( \([^()]+\))", text)
    return f"{phrase(about[1], words.language)}{about[2]}" if about else phrase(text, words.language)


def _names(company_plan: CompanyPlan, ids: list[str], language: str | None) -> dict[str, str]:
    """Return the label of each lever by its id; the id without a language, and where two levers have one label."""
    labels = ids if language is None else [label(company_plan, i, language) for i in ids]
    return {i: i if labels.count(name) > 1 else name for i, name in zip(ids, labels, strict=True)}


def _labelled(company_plan: CompanyPlan, language: str | None, table: pd.DataFrame) -> pd.DataFrame:
    if language is None:
        return table
    return table.assign(label=[label(company_plan, i, language) for i in table["lever"]])


def label(company_plan: CompanyPlan, id_: str, language: str) -> str:
    """Return a lever's name in the reader's language, else in the first one given; its id where it has none."""
    names = company_plan.lever(id_).label
    return names.get(language) or next(iter(names.values()), id_)


def _method(company_plan: CompanyPlan) -> str:
    method = company_plan.targets[0].scope2_method if company_plan.targets else LOCATION
    return method if method in SCOPE2_METHODS else LOCATION


def _limit(company_plan: CompanyPlan, name: str) -> Limit:
    matching = [x for x in company_plan.plan.problem.limits if x.name == name]
    if not matching:
        names = [x.name for x in company_plan.plan.problem.limits]
        raise MethodError(f"the plan has no limit {name!r}", hint=f"one of {names}")
    return matching[0]
