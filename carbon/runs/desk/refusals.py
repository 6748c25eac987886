"""What `carbon run` refuses of company-years, all causes at once: its own computation, which writes nothing.

Files that are refused are left out, and every reject is accepted while the inventory is computed, so that what comes
after them is seen as well; then the limits that params accept are applied.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from carbon.accounting.boundary.answers import CODES, shown
from carbon.accounting.company import accepting, inventory, inventory_of, unchecked_library, with_past
from carbon.accounting.expectations.words import acceptance_line
from carbon.accounting.named_activities import unknown_activities
from carbon.accounting.own_factors import UNUSED
from carbon.accounting.result import Inventory
from carbon.accounting.years.history import history_of, years_of
from carbon.activities import check_accepted_share, rejected_shares
from carbon.activities.classification.desk import KEYS, propose, waiting
from carbon.core.errors import BreachError, CarbonError, FileRefused, RejectedShareError, UsageError
from carbon.core.periods import reporting_year
from carbon.core.text import fold
from carbon.factors.library import check_policy
from carbon.params.files.company_overrides import read_base_year_events
from carbon.params.files.levers import ACTIONS, read_actions, read_levers, read_plans
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project, find_project
from carbon.params.shapes import answers
from carbon.records.files.company import CompanyRecords
from carbon.records.files.digital import read_digital
from carbon.runs.company_year.indicator_rules import indicator_warnings
from carbon.runs.company_year.stale import check_notebook
from carbon.runs.desk.check import PARAMS, CheckedYear, check_company_years, refused_runs
from carbon.runs.desk.checked import BREACH, SHARE, empty, plain_rejects, refused_file

_ASKED = 20
"""Changes of the boundary whose lines are shown with one question."""
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass
class WholeWay:
    """What `carbon check` adds to the rows of files: rejects of later stages, exclusions, refusals and comparisons."""

    rejects: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    """company, year, code, reason, what_to_do, paste: what a run refuses next to the files."""
    expected: list[dict[str, Any]] = field(default_factory=list)
    """company, year, days, compared_with, breaches, fails, boundary, error: see `compared`."""
    limits: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    """Company -> kind -> limits that would accept its rejected shares in every year: params have one."""
    excluded: dict[str, pd.DataFrame] = field(default_factory=dict)
    """File -> LEDGER lines of its rows that were understood and do not count, of all stages."""

    def refuse(self, year: CheckedYear, error: CarbonError, code: str = "", paste: str = "") -> None:
        """Add what a run of a company-year raises; a cause that two years of a company share is one."""
        own_code = error.code if isinstance(error, FileRefused) else _WORD.sub("_", type(error).__name__).lower()
        # The rows of a share are the rejects, each listed with its own cause.
        has_rows = code != SHARE and error.rows is not None and len(error.rows) > 0
        lines = str(error).removeprefix(error.what).strip("\n").partition("\nHint: ")[0]
        reason = f"{error.what}\n{lines}" if has_rows else error.what
        self.refusals.append({"company": year.company, "year": year.year, "code": code or own_code, "reason": reason,
                              "what_to_do": error.hint, "paste": paste})


def check_project(paths: Sequence[Path], *, company: str | None = None, year: int | None = None,
                  project: Project | None = None) -> dict[str, Any]:
    """Check files of a project; where whole company-years are asked for, everything that a run would refuse of them.

    Returns dict: As `as_object`, and `refusals`, `expected` (see `WholeWay`); `excluded` of each file is a table
    (`schemas.LEDGER`), which `plain_exclusions` writes out.

    Raises UsageError: As `check_company_years`.
    """
    project = project or find_project()
    years = list(check_company_years(paths, company, year, project))
    result: dict[str, Any] = {key: [item for y in years for item in y.checked[key]] for key in empty()}
    way = whole_way([] if any(path.is_file() for path in paths) else years, project)
    of_runs = [] if paths else refused_runs(project)
    of_runs += [] if of_runs or paths or company or year else _refused_notebook(project)
    result["files"] = _each_once([*of_runs, *result["files"], *_unknown_activities(years, project)])
    for file in result["files"]:
        file["excluded"] = way.excluded.get(file["path"], file["excluded"])
    result["rejects"] += way.rejects
    result["warnings"] += way.warnings
    return result | {"refusals": way.refusals, "expected": way.expected}


def _refused_notebook(project: Project) -> list[dict[str, Any]]:
    """Return the notebook of runs.yml as a refused file where no run can start with it."""
    runs = load_runs(project)
    try:
        check_notebook(project, runs)
    except CarbonError as wrong:
        return [refused_file(runs.notebook, PARAMS, wrong, "notebook")]
    return []


def _each_once(files: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the files of all years; a parameter file that several of them refuse for one reason is one."""
    seen_causes: dict[tuple[str, str], None] = {}
    kept_files = []
    for file in files:
        cause = (file["path"], file["refused"]["reason"]) if file["refused"] and file["kind"] == PARAMS else None
        if cause is None or cause not in seen_causes:
            kept_files.append(file)
        seen_causes |= {cause: None} if cause else {}
    return kept_files


def _unknown_activities(years: Sequence[CheckedYear], project: Project) -> list[dict[str, Any]]:
    """Return a refused parameter file for each company whose rules or decisions name an activity without a factor."""
    errors = {company: unknown_activities(project, company) for company in dict.fromkeys(y.company for y in years)}
    return [refused_file(f"params/{company}.yml", PARAMS, error, "activity_unknown")
            for company, error in errors.items() if error is not None]


def whole_way(years: Sequence[CheckedYear], project: Project) -> WholeWay:
    """Compute company-years whose files were checked as a run would, and return all that it would refuse.

    `years`: In any order; those without records have their reason among the refused files, or in their `error`.
    """
    # What is held is computed once, for the comparison of later years and for the history.
    way, held, passed = WholeWay(), dict[tuple[str, int], Inventory](), set[tuple[str, int]]()
    for year in sorted(years, key=lambda y: (y.company, y.year)):
        before = len(way.refusals)
        line: dict[str, Any] = {"company": year.company, "year": year.year, "days": [], "compared_with": [],
                                "breaches": [], "fails": False, "boundary": [], "error": ""}
        way.expected.append(line)
        refused = [f["refused"]["reason"] for f in year.checked["files"] if f["refused"]]
        if year.error is not None:
            way.refuse(year, year.error)
        of_year = None if year.records is None else _computed(year, year.records, project, way, bool(refused))
        if of_year is not None and not refused:
            if len(way.refusals) == before:
                held[year.company, year.year] = of_year
            _hold_earlier(year, project, held)
            _compare(year, of_year, line, way)
            if len(way.refusals) == before:
                passed.add((year.company, year.year))
        errors = [*refused, *(r["reason"] for r in way.refusals[before:])]
        line["error"] = errors[0] if errors and not line["days"] else ""
    for one in way.refusals:
        if one["code"] == SHARE:
            one["paste"] = answers.paste(one["company"], [answers.answer(SHARE, {"kind": kind, "limits": values})
                                                          for kind, values in way.limits[one["company"]].items()])
    for company in dict.fromkeys(year.company for year in years):
        of_company = [y for y in years if y.company == company]
        _history(company, of_company, held, project, way,
                 is_passed=all((company, y.year) in passed for y in of_company))
    return way


def _hold_earlier(year: CheckedYear, project: Project, held: dict[tuple[str, int], Inventory]) -> None:
    """Compute the company's earlier years of runs.yml that are not held; the cause of a refusal is stated later."""
    with suppress(CarbonError):
        for earlier in years_of(project, year.company, until=year.year - 1):
            if (year.company, earlier) not in held:
                with suppress(CarbonError):
                    held[year.company, earlier] = inventory(year.company, earlier, project=project)


def _computed(year: CheckedYear, records: CompanyRecords, project: Project, way: WholeWay,
              is_partial: bool) -> Inventory | None:
    """Return the inventory of what was read, every reject accepted; what a run refuses of it is added to `way`."""
    state, params, before = project.state_of(year.company), records.params, len(way.refusals)
    try:
        library = unchecked_library(params, project)
    except CarbonError as error:
        way.refuse(year, error)
        return None
    try:
        check_policy(params, library)
    except CarbonError as error:
        way.refuse(year, error)
    of_year = None
    for attempt in (records, replace(records, params=records.params.model_copy(update={"instruments": []}))):
        try:
            of_year = inventory_of(accepting(attempt), library)
            break
        except CarbonError as error:
            way.refuse(year, error)
            if not records.params.instruments:
                return None
    if of_year is None:
        return None
    way.rejects += _later_rejects(year, records, of_year)
    excluded = of_year.ledger[of_year.ledger["outcome"] == "excluded"]
    way.excluded |= {str(name): rows for name, rows in excluded.groupby("source_file", sort=False, observed=True)}
    try:
        check_accepted_share(of_year.ledger, params, year=year.year, fx=records.fx)
    except RejectedShareError as error:
        way.refuse(year, error, SHARE)
        limits = way.limits.setdefault(year.company, {})
        for kind, values in _limits(of_year, records).items():
            limits[kind] = {name: max(value, limits.get(kind, values)[name]) for name, value in values.items()}
    return with_past(replace(of_year, params=params), project, state=state,
                     is_known=not is_partial and len(way.refusals) == before)


def _later_rejects(year: CheckedYear, records: CompanyRecords, of_year: Inventory) -> list[dict[str, Any]]:
    """Return the rejects of classification and factors, each with the lines of params that answer it."""
    rejects = of_year.rejects[of_year.rejects["stage"] != "reader"]
    if rejects.empty:
        return []
    missed = {(code, reason): json.loads(facts or "{}") for code, reason, facts in
              of_year.misses[["code", "reason", "facts"]].itertuples(index=False, name=None)}
    lines = plain_rejects(rejects)
    waiting_for_rule = _waiting_for_rule(records, rejects)
    proposed = _proposals(records, of_year) if waiting_for_rule else {}
    for line, record_id in zip(lines, rejects["record_id"], strict=True):
        name = line["source_file"]
        facts = {"pattern": year.patterns[name].pattern if name in year.patterns else "", "column": line["column"],
                 "value": line["value"], **missed.get((line["code"], line["reason"]), {})}
        if line["code"] in ("unclassified", "needs_review"):
            # What no rule names is answered by its account or category; what holds several things, by supplier.
            category, supplier = waiting_for_rule.get(record_id, ("", ""))
            ways = {"account": line["value"], "category": category, "supplier": supplier}
            order = ways if line["code"] == "unclassified" else reversed(ways)
            field_ = next((way for way in order if ways[way]), "supplier")
            value = ways[field_]
            facts |= {"field": field_, "value": value, "nearest": proposed.get((field_, value), ""),
                      "rule": "-".join(re.findall(r"[a-z0-9]+", fold(value)))[:40]}
        line["paste"] = answers.paste(year.company, [answers.answer(line["code"], facts)])
    return lines


def _waiting_for_rule(records: CompanyRecords, rejects: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return category and supplier of each rejected purchase that waits for a rule."""
    waits = rejects.loc[rejects["code"].isin(["unclassified", "needs_review"]), "record_id"]
    purchases = records.records.get("purchases")
    if purchases is None or waits.empty:
        return {}
    rows = purchases.loc[purchases["record_id"].isin(waits), ["record_id", "category", "supplier"]]
    words = zip(rows["category"].astype("str"), rows["supplier"].astype("str"), strict=True)
    return dict(zip(rows["record_id"], words, strict=True))


def _proposals(records: CompanyRecords, of_year: Inventory) -> dict[tuple[str, str], str]:
    """Return the activity that the desk proposes first for all lines of an account, a category or a supplier. A line
    without a proposal agrees with none: a rule of its account would decide it too.
    """
    lines = waiting(records, of_year)
    proposals = propose(lines, seen=of_year.activities)
    first_rank = lines[KEYS].merge(proposals[proposals["rank"] == 1], on=KEYS, how="left").fillna({"activity": ""})
    activity_of: dict[tuple[str, str], str] = {}
    for way in ("account", "category", "supplier"):
        first = first_rank.groupby(way)["activity"].agg(["nunique", "first"])
        agreed_activity = first.loc[first["nunique"] == 1, "first"]
        activity_of |= {(way, str(name)): str(activity) for name, activity in agreed_activity.items()}
    return activity_of


def _limits(of_year: Inventory, records: CompanyRecords) -> dict[str, dict[str, float]]:
    """Return the limits that would accept the rejected shares as they are, of kinds above theirs. None where every row
    or amount is rejected: to accept all of it is no answer.
    """
    shares = rejected_shares(of_year.ledger, records.params, year=of_year.year, fx=records.fx)
    limits: dict[str, dict[str, float]] = {}
    for kind, measure, share in shares[["kind", "measure", "share"]].itertuples(index=False, name=None):
        name, upper = "rows" if measure == "rows" else "amount", math.ceil(1000 * share) / 1000
        limits.setdefault(kind, {"rows": 0.0, "amount": 0.0})
        limits[kind][name] = max(limits[kind][name], upper)
    over = set(shares.loc[shares["share"] > shares["limit"], "kind"])
    return {kind: values for kind, values in limits.items() if kind in over and max(values.values()) < 1}


def _compare(year: CheckedYear, of_year: Inventory, line: dict[str, Any], way: WholeWay) -> None:
    """Fill the line of a company-year with what it was compared with, and add its breaches and open questions."""
    first, last = reporting_year(year.year, of_year.params.reporting_year_starts)
    line["days"] = [first.date().isoformat(), last.date().isoformat()]
    try:
        expected, changes = of_year.compared(), of_year.boundary()
    except CarbonError as error:
        way.refuse(year, error)
        return
    breaches = expected.listed()
    fails = [breach for breach in expected.lines() if breach["fails"] and not breach["accepted"]]
    open_ones = changes[changes["is_open"]]
    line |= {"compared_with": list(expected.years), "breaches": breaches, "fails": bool(fails),
             "boundary": [shown(change) for change in changes.to_dict("records")]}
    pastes = {code: answers.paste(year.company, [answers.Answer({"boundary": [yaml.safe_load(text) for text in some]})])
             for code, some in ((CODES[str(change)], rows["yaml"].head(_ASKED)) for change, rows in
                                open_ones.groupby("change", sort=False))}
    way.warnings += [{"code": code, "text": text, "paste": pastes.get(code, "")}
                       for code, text in (*expected.warned, *of_year.boundary_warned)]
    try:
        expected.refuse(year.company, year.year)
    except BreachError as error:
        way.refuse(year, error, BREACH, answers.paste(year.company, [
            answers.Answer({"expected": [_open(acceptance_line(breach, year.year)) for breach in fails]},
                           "only of what is right as it is: why, who looked at it, and when (YYYY-MM-DD)")]))


def _open(line: str) -> dict[str, Any]:
    """Return an entry of `expected` with its open places as questions."""
    # YAML 1.1 reads the key `on` as true.
    return {"on" if name is True else name: answers.ASKED if value in ("...", "YYYY-MM-DD") else value
            for name, value in yaml.safe_load(line).items()}


def _actions(company: str, *, project: Project, way: WholeWay) -> None:
    """Read the actions of a company, and warn where the name of an owner will not be printed."""
    file = read_actions(company, project=project)
    withheld = [] if file is None else file.withheld
    way.warnings += [{"code": "owner_withheld", "text": (
        f"params/{company}/{ACTIONS}: owner {k} of {len(withheld)} may be a person's name and is printed as a number; "
        "write a role or body, or add it to `roles` if it is one"), "paste": ""} for k in range(1, 1 + len(withheld))]


def _history(company: str, years: Sequence[CheckedYear], held: Mapping[tuple[str, int], Inventory],
             project: Project, way: WholeWay, *, is_passed: bool) -> None:
    """Add what a report of the last year refuses besides: history, levers, digital tables; warn of unused params."""
    last = max(years, key=lambda y: y.year)
    if of_last := held.get((company, last.year)):
        lines = of_last.record_warnings[of_last.record_warnings["code"].isin(UNUSED)]
        way.warnings += [{"code": code, "text": f"{company}/{last.year}: {text}", "paste": ""}
                         for code, text in zip(lines["code"], lines["text"], strict=True)]
    stated_reasons = {f["refused"]["reason"] for year in years for f in year.checked["files"] if f["refused"]}
    for reader in (read_digital, read_levers, read_plans, partial(_actions, way=way)):
        try:
            reader(company, project=project)
        except UsageError:
            continue  # no such file: nothing is shown of it
        except CarbonError as error:
            if not any(error.what in reason for reason in stated_reasons):
                way.refuse(last, error)
    if not is_passed or any(r["company"] == company and r["code"] not in (SHARE, BREACH) for r in way.refusals):
        return  # their own causes come first: a history of other years would state them again
    try:
        computed = {year: held.get((company, year)) or inventory(company, year, project=project)
                    for year in sorted({*years_of(project, company, until=last.year), last.year})}
        events, _ = read_base_year_events(project, company)
        history_of(company, computed, computed[last.year].reported, until=last.year, events=events).restated()
        way.warnings += indicator_warnings(project, company, computed)
    except CarbonError as error:
        way.refuse(last, error)
