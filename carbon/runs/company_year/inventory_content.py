"""What a company-year publishes: the tables of its inventory, the workbooks, the rejects and the totals."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from carbon.accounting.compile import states_by_figure
from carbon.core.columns import Rows
from carbon.core.errors import CarbonError
from carbon.core.ghg_protocol import CALENDAR
from carbon.core.periods import reporting_year
from carbon.core.text_columns import listed, records_of, text_array
from carbon.params.files.project import Project
from carbon.params.shapes.company import CompanyParams
from carbon.runs.company_year.content import Content
from carbon.runs.company_year.journal import PAGE
from carbon.runs.company_year.reconcile import Reconciled, figures_of
from carbon.runs.company_year.trend import trend_of
from carbon.runs.publish.hashing import sha256_value
from carbon.runs.publish.parquet import TABLES
from carbon.runs.publish.sets import PARAMS_BUT_RELEASE, SIZE, STARTS, SUMS, TABLES_BOOK, UNJUDGED, WORKBOOK

KG_PER_T = 1000.0
REJECT_COLUMNS = ["source_file", "source_sheet", "source_line", "column", "value", "amount", "unit", "code", "reason",
                  "what_to_do"]
MOVES_NO_EMISSIONS = frozenset(("name", "language", "audience", "targets", "base_year", "base_year_policy",
                                "event_years", "missing_years", "trajectory_model", "beges_posts",
                                "suppliers_named_from", "filing"))
"""Params of the report, of targets and of the history: no emission row depends on them."""
CURRENCY = re.compile(r"^[A-Z]{3}$")


def preload() -> None:
    """Import what every report needs, before children are forked."""
    import pyarrow.parquet  # noqa: F401, I001 (read by whichever report first looks for a town)
    import carbon.core.table_checks
    import carbon.digital.company
    import carbon.accounting.years.history
    import carbon.reports.exhibits.annual
    import carbon.reports.figures.digital
    import carbon.reports.workbook
    import carbon.reports.figures.catalogue
    import carbon.reports.page.html
    import carbon.reports.figures.plan
    import carbon.trajectory  # noqa: F401
    from carbon.reports.page.font import font_face

    font_face()


def share(project: Project, company: str, years: Sequence[int]) -> None:
    """Compute what the reports of these years share: each inventory up to the last of them.

    A year with an error is skipped here: its own report raises it.
    """
    from carbon.accounting.company import inventory, keep
    from carbon.accounting.years.history import years_of

    with suppress(CarbonError, OSError):
        for year in years_of(project, company, until=max(years)):
            with suppress(CarbonError, OSError):
                shared = inventory(company, year, project=project)
                shared.compared()  # each of its reports starts with what it was compared with
                keep(project, shared)


def of_company_year(project: Project, company: str, year: int, keep_rejects: Callable[[bytes], None]) -> Content:
    """Return the content of a company-year, from the report of its notebook or, if that ran elsewhere, a new one."""
    report = _report(company, year)
    inventory = report.inventory
    from carbon.accounting.views import named_suppliers
    from carbon.reports.export import tables_book, to_csv_bytes
    from carbon.reports.filings.intervals import intervals_table
    from carbon.reports.workbook import workbook

    rejects = to_csv_bytes(inventory.rejects[REJECT_COLUMNS])
    keep_rejects(rejects)
    inventory.compared().refuse(company, year)
    held_tables = vars(inventory)  # themselves, which are only read: an attribute is a copy for each reader
    tables = {name: held_tables[of] if of in held_tables else getattr(inventory, of) for name, of in TABLES.items()}
    tables |= {"expectations": inventory.expectations(), "breaches": inventory.breaches(),
               "intervals": intervals_table(inventory, report.intervals)}
    tables |= _indicators(report.indicators_found.result, report.reconciled_found)
    # What the report is based on; `explain` of a target reads it back.
    tables["history"] = report.view.table
    if report.view.recalculated:
        tables["history_as_reported"] = report.history.table
    figures = figures_of(company, year, inventory.emissions, inventory.params.scope2_headline)
    suppliers, supplier_names = f"{company}/{year}/supplier/", named_suppliers(inventory)
    figures = {name: kg for name, kg in figures.items()
               if not name.startswith(suppliers) or name.removeprefix(suppliers) in supplier_names}
    states = states_by_figure(inventory.table)
    return Content(
        tables=tables, figures=figures,
        files={"rejects.csv": rejects, WORKBOOK: workbook(report), TABLES_BOOK: tables_book(report)},
        states={f"{company}/{year}/{name}": state for name, state in states.items()},
        summary={**summary_of(report, figures, states), "breaches": inventory.compared().listed()},
        render=_renderer(inventory),
        check=Reconciled(company, year, inventory.params.scope2_headline), inputs=_inputs(report),
        settings=_settings(report), release=inventory.params.factors.release,
        trend=trend_of(report.view, inventory.params.scope2_headline, report.targets))


def _settings(report: Any) -> dict[str, Any]:
    """Return what a manifest states of params and targets, for `explain` and the next run."""
    params = report.inventory.params
    settings = {"scope2_headline": params.scope2_headline, "gwp": params.gwp,
                "targets": [target.model_dump(mode="json") for target in params.targets],
                PARAMS_BUT_RELEASE: _params_but_release(params)}
    starts = params.reporting_year_starts
    settings |= {STARTS: starts} if starts != CALENDAR else {}
    sums = [f.model_dump(mode="json", include={"pattern", "kind", "columns", "from_path"})
            for f in params.files if any("{" in heading for heading in f.columns.values())]
    settings |= {SUMS: sums} if sums else {}
    unjudged = {v.course.target.id: v.unjudged for v in report.targets if v.course.target is not None and v.unjudged}
    return settings | ({UNJUDGED: unjudged} if unjudged else {})


def _indicators(found: Any, reconciled_found: Any) -> dict[str, Any]:
    """Return the tables of the indicators that `explain` and filings read; none where the company keeps no catalogue.
    differs: both figures where the inventory contradicts an indicator's table; no such column where nothing was held.
    """
    if found is None:
        return {}
    entry_of = {entry["id"]: entry for entry in records_of(found.catalogue.table)}
    entries = [entry_of[name] for name in listed(found.table["indicator_id"])]
    reconciled, why_not = reconciled_found
    differing = {} if reconciled is None else {
        row["table"]: f"{row['digital']:.6g} / {row['other']:.6g} {row['unit']}"
        for row in records_of(reconciled[~reconciled["agrees"]].iloc[::-1])}
    formulas = found.catalogue.formulas
    stated = {"formula": [formulas[entry["formula_id"]].words["en"] for entry in entries]}
    stated |= {} if why_not else {"differs": [differing.get(name, "") for name in listed(found.table["evidence"])]}
    stated |= {name: [entry[name] for entry in entries] for name in ("numerator_unit", "label_en", "label_fr")}
    return {"indicators": found.table.assign(**{name: text_array(texts) for name, texts in stated.items()}),
            "indicator_history": found.history, "indicator_rules": found.violations, "indicator_rows": found.rows}


def _report(company: str, year: int) -> Any:
    """Return the annual report from the notebook's variables; a new one if the notebook ran in another process."""
    from IPython.core.interactiveshell import InteractiveShell

    from carbon.reports.exhibits.annual import AnnualReport, annual_report

    notebook_values = InteractiveShell.instance().user_ns.values() if InteractiveShell.initialized() else ()
    for value in notebook_values:
        if isinstance(value, AnnualReport) and (value.inventory.company, value.inventory.year) == (company, year):
            return value
    return annual_report(company, year)


def page_names(audience: str) -> dict[str, str]:
    """Name the page of each audience: annual_report.html for the company's own, else annual_report.<audience>.html."""
    from carbon.reports.page.audiences import AUDIENCES

    others = {name: f"annual_report.{name}.html" for name in AUDIENCES if name != audience}
    return {audience: PAGE, **others}


def _renderer(inventory: Any) -> Callable[[Any], Mapping[str, str]]:
    from carbon.reports.exhibits.registry import is_shown
    from carbon.reports.page.html import render_pages
    from carbon.reports.words.language import Words

    params, file_names = inventory.params, page_names(inventory.params.audience)
    name = params.name.get(params.language) or next(iter(params.name.values()), inventory.company)

    # A reporting year that is no calendar year is named by its months, and the others of the page once for all.
    words, starts = Words(params.language), params.reporting_year_starts
    days = "" if starts == CALENDAR else words.period(*reporting_year(inventory.year, starts))

    def render(notebook: Any) -> Mapping[str, str]:
        """Return the pages of a normalised notebook by file name."""
        pages = render_pages(notebook, title=f"{name} {inventory.year}", language=params.language, is_shown=is_shown,
                             audiences=file_names, subtitle=days, years_note=words.years_note(inventory.year, starts))
        return {file_names[audience]: page for audience, page in pages.items()}

    return render


def _inputs(report: Any) -> dict[str, str]:
    of_years = {path: sha256 for inventory in report.history.inventories.values()
                for path, sha256 in inventory.inputs.items()}
    levers = {} if report.levers is None else {report.levers.name: report.levers.sha256}
    digital = {} if report.digital is None else report.digital.inputs
    return {**of_years, **report.history.inputs, **levers, **digital}


def _params_but_release(params: CompanyParams) -> str:
    """Return the sha256 of params without the factor release: proof that a change of release is all that changed."""
    choices = params.model_dump(mode="json", exclude={"factors": {"release"}})
    return sha256_value({name: value for name, value in choices.items() if name not in MOVES_NO_EMISSIONS})


def summary_of(report: Any, figures: Mapping[str, float | None], states: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of the run summary: rows by outcome, rejected amounts, tonnes by scope, gap, unmapped shares
    and the change at constant factors.

    `figures`: `figures_of` its inventory. `states`: `states_by_figure` of its inventory.
    """
    inventory, gap_t = report.inventory, report.targets[0].gap_t
    ledger = Rows(inventory.ledger)
    counted_rows = ledger.where(ledger["counts_row"]).groups(["outcome"])
    rows = dict(zip(counted_rows.lines(), counted_rows.counts(), strict=True))
    rows_read, rejected = sum(rows.values()), rows.get("rejected", 0)
    prefix = f"{inventory.company}/{inventory.year}/"
    names = {"1": "scope1", "2-location": "scope2-location", "2-market": "scope2-market", "3": "scope3",
             "total-location": "total-location", "total-market": "total-market"}
    kg = {key: figures[prefix + name] for key, name in names.items()}
    return {
        "rows_read": rows_read, "rows_accepted": rows_read - rejected, "rows_rejected": rejected,
        "rows_set_aside": rows.get("set aside", 0), "rows_excluded": rows.get("excluded", 0),
        "rejected_amount": _amounts(ledger.where(outcome="rejected")),
        # None where there is no record: that is no zero. The state states why.
        "co2e_t": {key: None if value is None else value / KG_PER_T for key, value in kg.items()},
        "co2e_state": {key: states[name] for key, name in names.items()},
        # Of the first target, as the report shows it: None where there is nothing to compare.
        "gap_t": None if math.isnan(gap_t) else gap_t, "gaps": _gaps(report), "name": dict(inventory.params.name),
        SIZE: _size(inventory.params, inventory.year),
        "unmapped_share": _unmapped(ledger),
        "constant_factors": _constant(report),
    }


def _size(params: Any, year: int) -> dict[str, Any]:
    """Return what totals of companies are compared by: divisors, None where params state none, and the GWP set."""
    return {"employees": params.employees.get(year), "revenue": params.revenue.get(year), "currency": params.currency,
            "gwp": params.gwp}


def _gaps(report: Any) -> list[dict[str, Any]]:
    """Return the gap of each target of the params [t CO2e], None where it cannot be judged, with its label."""
    targets = report.inventory.params.targets
    return [{"target": target.id, "label": dict(target.label), "gap_t": None if math.isnan(view.gap_t) else view.gap_t}
            for target, view in zip(targets, report.targets, strict=False)]


def _constant(report: Any) -> dict[str, Any] | None:
    """Return the change since last year, as published and at constant factors, and what moved most; None without it."""
    last = report.constants.get(report.inventory.year - 1)
    if last is None:
        return None
    shares = {"published_share": last.published, "share": last.share}
    return {"since": last.since, **{name: None if math.isnan(share) else share for name, share in shares.items()},
            "change_t": last.change_t, "moved_most": last.most, "moved_most_t": last.most_t}


def _amounts(ledger: Rows, *, sizes: bool = False) -> dict[str, float]:
    """Sum the amounts of some rows of the ledger by currency; with `sizes`, absolute amounts."""
    money = [unit for unit in ledger.groups(["unit"]).lines() if CURRENCY.match(unit)]
    rows = ledger.where(~np.isnan(ledger["amount"]), unit=money)
    return (rows.assign(amount=np.abs(rows["amount"])) if sizes else rows).sums(["unit"], "amount")


def _unmapped(ledger: Rows) -> dict[str, float]:
    """Return the share of amounts read and not excluded without activity or factor, by currency, as sizes."""
    unmapped_rows = ledger.where(outcome="rejected", stage=("classification", "factor"))
    counted_rows = ledger.where(outcome=[o for o in ledger.groups(["outcome"]).lines() if o != "excluded"])
    all_amounts, unmapped = _amounts(counted_rows, sizes=True), _amounts(unmapped_rows, sizes=True)
    return {unit: unmapped.get(unit, 0.0) / amount for unit, amount in all_amounts.items() if amount > 0}


def rejects_of_failure(project: Project, company: str, year: int) -> bytes:
    """Return all rejects of a company-year that has more than its params accept, as CSV; b"" without rejects."""
    from carbon.accounting.company import accepting, inventory_of, library_of
    from carbon.records.files.company import read_company
    from carbon.reports.export import to_csv_bytes

    records = read_company(company, year, project=project)
    rejects = inventory_of(accepting(records), library_of(records, project)).rejects
    return to_csv_bytes(rejects[REJECT_COLUMNS]) if len(rejects) else b""
