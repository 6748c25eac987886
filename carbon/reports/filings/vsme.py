"""VSME: energy and greenhouse gases (B3) and climate targets (C3) of the voluntary standard for small companies.

Source: Commission Recommendation (EU) 2025/1710 of 30 July 2025, annex I, which EFRAG's VSME digital template up to
1.3.0 and its XBRL taxonomy implement (versions are in each output). Delegated Regulation (EU) 2026/1560 was not read.
The template is the company's own download: its cells are found by their defined names (data/vsme_cells.csv).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from carbon.core import packaged
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import LOCATION
from carbon.core.periods import reporting_year
from carbon.core.units import KG_PER_T
from carbon.levers.record import plan_ahead
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.exhibits.headline import company_name
from carbon.reports.filings.amounts import BASE, NOTED, TARGET, Amount, amounts_of
from carbon.reports.filings.counting import PACKAGE, Counting
from carbon.reports.filings.energy import MIXED, energy_table, renewable_contracts
from carbon.reports.filings.eu_datapoints import KEPT, facts_table, gaps_of
from carbon.reports.filings.ghg_protocol import count as count_ghg_protocol
from carbon.reports.filings.stated import NOT_STATED, remedy
from carbon.reports.filings.xbrl_json import ENTRY_POINT, xbrl_json
from carbon.reports.filings.xlsx_fill import Place, Value, Workbook
from carbon.reports.words.language import Words

FORMAT = "vsme"
MODULES = {"basic": "Option A (Basic Module only)", "comprehensive": "Option B (Basic Module and Comprehensive Module)"}
ACTIONS = {"action": "str", "start": "int64", "expected_t": "float64", "expected_year": "int64"}
MOST_EMPLOYEES = 1000
"""Undertakings up to which the voluntary standard is meant for (Directive (EU) 2026/470; larger ones file ESRS)."""
IDENTIFIERS = {"EUID": "EU ID"}
"""Kinds of identifier that the template names otherwise."""
NEEDS = {"current": ("scope1", "scope2-location"), "market": ("scope1", "scope2-location", "scope2-market"),
         "scope3": ("total-location",), "energy": ("energy",), "header": (), "actions": (), "revenue": ("revenue",),
         "target_years": ("base_year",)}
NEEDS |= {mark[1:]: (f"scope1{mark}", f"scope2-location{mark}", f"scope3{mark}") for mark in (BASE, TARGET)}
NEEDS |= {f"market{mark}": (*NEEDS[mark[1:]], f"scope2-market{mark}") for mark in (BASE, TARGET)}
NEEDS |= {f"{block}base": NEEDS[f"{block}base"] + NEEDS[f"{block}target"] for block in ("", "market@")}
"""Block of cells -> amounts without which it stays empty: the template's own sums take an empty cell for 0, and its own
percentages take a base year without a target for a cut of 100 %.
"""


def count(inventory: Any) -> Counting:
    """Return the rows of the GHG Protocol, counted with scope 2 location-based."""
    return count_ghg_protocol(inventory, FORMAT, scope2_method=LOCATION)


def tables(inventory: Any, history: Any, plans: Sequence[PlanRecord], words: Words, of_set: str = "",
           template: tuple[str, bytes] | None = None) -> tuple[dict[str, pd.DataFrame], dict[str, bytes]]:
    """Return the sheets "facts", "energy", "main_actions" and "not_stated", and the files that go with them: facts as
    xBRL-JSON, and the filled template (`template`: name and bytes of EFRAG's, empty; `of_set`: identity of the
    published set).
    """
    energy = energy_table(inventory)
    amounts = amounts_of(inventory, history, energy)
    facts = facts_table(inventory, amounts, FORMAT, of_set)
    book = None if template is None else Workbook(template[1], template[0])
    version, taxonomy = next(iter(versions().items())) if book is None else version_of(book)
    plan = plan_ahead(plans, inventory.year) if inventory.params.targets else None
    actions = main_actions(plan, words)
    notes = gaps_of(amounts, FORMAT, words) + _notes(inventory, energy, actions, words)
    notes += [] if book else [(words("vsme.template"), words("gap.no_template", version=version), "")]
    identifier = inventory.params.identifier or f"name:{inventory.company}"
    files = {f"{FORMAT}-xbrl.json": xbrl_json(facts, identifier=identifier, taxonomy=taxonomy, of_set=of_set)}
    if book is not None:
        files[f"{FORMAT}-template-{version}.xlsx"] = filled(
            book, header_of(inventory, words) | actions_text(actions, words), amounts)
    about = facts.assign(taxonomy=ENTRY_POINT.format(taxonomy=taxonomy))
    return {"facts": about.drop(columns=[c for c in KEPT if c != "decimals"]), "energy": energy,
            "main_actions": actions, "not_stated": pd.DataFrame(notes, columns=NOT_STATED)}, files


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the versions of the template that this release knows, newest first, each with the date of its taxonomy."""
    table = packaged.read_csv(PACKAGE, "data/vsme_versions.csv")
    return dict(zip(table["template"], table["taxonomy"], strict=True))


def version_of(book: Workbook) -> tuple[str, str]:
    """Return version and taxonomy date of a template.

    Raises UsageError: The workbook is not a template, or is another version.
    """
    version_cells = [book.place_of(f"template_reporting_{name}") for name in ("template_version", "schemaRef")]
    version, entry_point = (book.text(place) if place else "" for place in version_cells)
    if version not in versions() or entry_point != ENTRY_POINT.format(taxonomy=versions()[version]):
        raise UsageError(f"{book.name} is version {version!r} with the taxonomy {entry_point!r}",
                          hint=f"use EFRAG's VSME digital template in version {', '.join(versions())}, as downloaded")
    return version, versions()[version]


def header_of(inventory: Any, words: Words) -> dict[str, Value]:
    """Return what the template asks about the report itself; what params do not state is left out."""
    params = inventory.params
    kind, _, code = params.identifier.partition(":")
    days = dict(zip(("start", "end"), reporting_year(inventory.year, params.reporting_year_starts), strict=True))
    header: dict[str, Value] = {
        "name": company_name(inventory, words),
        "identifier_scheme": IDENTIFIERS.get(kind, kind), "identifier": code, "currency": params.currency,
        "module": MODULES.get(params.vsme_module, "")}
    for name, day in days.items():
        header |= {f"{name}_year": day.year, f"{name}_month": day.month, f"{name}_day": day.day,
                   name: day.date().isoformat()}
    return {name: value for name, value in header.items() if value != ""}


def main_actions(plan: PlanRecord | None, words: Words) -> pd.DataFrame:
    """Return the actions of the plan for the coming year (C3), the largest cut first: action, start, expected_t (cut of
    the plan's last year, by its scope 2 method [t CO2e]), expected_year; empty without a plan.
    """
    lines = [] if plan is None else sorted(
        ((lever.name(words.language), lever.start, plan.cut_kg(lever.id, plan.last_year) / KG_PER_T, plan.last_year)
         for lever in plan.levers), key=lambda line: (-line[2], line[:2]))
    return pd.DataFrame(lines, columns=list(ACTIONS)).astype(ACTIONS)


def actions_text(actions: pd.DataFrame, words: Words) -> dict[str, Value]:
    """Return the text of the template's cell for the main actions, one line each; none where no plan is recorded."""
    text = "\n".join(words("vsme.action_line", action=action, start=start, tonnes=words.tonnes(-cut, 1), year=year)
                     for action, start, cut, year in actions.itertuples(index=False, name=None))
    return {"actions": text} if text else {}


def filled(book: Workbook, header: Mapping[str, Value], amounts: Mapping[str, Amount]) -> bytes:
    """Return the template with the amounts in its cells, each block of cells only where all of it is known.

    Figures that are a part of what they name, or a part of a target, are listed in the template's first footnote; a
    version without footnotes has them in no cell.

    Raises UsageError: A defined name or a label of a row is not where this release knows it.
    """
    cells = packaged.read_csv(PACKAGE, "data/vsme_cells.csv", {"down": "integer"})
    footnote = book.place_of("footnote_text")
    known_amounts = {n: a for n, a in amounts.items() if not a.gap and (footnote or not a.detail.startswith(NOTED))}
    known_blocks = {block for block, names in NEEDS.items() if all(n in known_amounts for n in names)}
    values: dict[str, Value] = {n: a.value for n, a in known_amounts.items()}
    values |= {"has_breakdown": "energy" in known_blocks, "has_scope3": "scope3" in known_blocks,
               "has_targets": any(n.endswith(TARGET) for n in amounts), **header}
    values |= {name: int(values[name]) for name in ("base_year", "target_year") if name in values}
    inputs: dict[Place, Value] = {}
    formula_values: dict[Place, Value] = {}
    partial: dict[str, None] = {}
    for name, down, amount, label, block, cell in cells.itertuples(index=False, name=None):
        place = _checked(book, name, down, label)
        if amount in values and block in known_blocks:
            (formula_values if cell == "formula" else inputs)[place] = values[amount]
            if amount in amounts and amounts[amount].detail.startswith(NOTED):
                partial[f"{name}: {amounts[amount].detail}"] = None
    if partial and footnote:
        inputs[footnote] = "; ".join(partial)
    return book.filled(inputs, formula_values)


def _checked(book: Workbook, name: str, down: int, label: str) -> Place:
    place = book.place_of(name, down)
    row = "".join(c for c in place[1] if c.isdigit()) if place else ""
    if place is None or (label and label not in book.formula((place[0], f"C{row}"))):
        raise UsageError(f"{book.name} has no cell {name!r}{f' with the label {label!r}' if label else ''}",
                          hint=f"use EFRAG's VSME digital template in version {', '.join(versions())}, as downloaded")
    return place


def _notes(inventory: Any, energy: pd.DataFrame, actions: pd.DataFrame, words: Words) -> list[tuple[str, str, str]]:
    """Return what a reader of the facts must know of the energy, and what the company has not stated."""
    params, ledger = inventory.params, inventory.ledger
    notes = [(words(f"vsme.{key}"), words(f"gap.no_{key}"), remedy(f"no_{key}")) for key, value in
             (("identifier", params.identifier), ("module", params.vsme_module),
              ("actions", not params.targets or len(actions))) if not value]
    lacking = energy.loc[energy["gap"] != "", ["activity", "quantity", "unit", "gap"]]
    lines = [(activity, words("gap.energy_line", quantity=words.number(quantity), unit=words.unit(unit),
                              reason=words(f"gap.{gap}")))
             for activity, quantity, unit, gap in lacking.itertuples(index=False, name=None)]
    rejected = int(((ledger["kind"] == "energy") & (ledger["outcome"] == "rejected")).sum())
    people = params.employees.get(inventory.year, 0)
    counts = {"heat": (energy["energy_kind"] == "heat").sum(), "mixed": (energy["energy_origin"] == MIXED).sum(),
            "blends": energy["activity"].isin(("diesel", "petrol")).sum(), "rejected": rejected,
            "employees": people if people > MOST_EMPLOYEES else 0}
    lines += [(words(f"vsme.{key}"), words(f"gap.{key}", detail=words.number(count))) for key, count in counts.items()
              if count]
    unproved = sorted({i.id for i in params.instruments} - renewable_contracts(inventory))
    lines += [(name, words("gap.technology")) for name in unproved]
    return notes + [(what, text, "") for what, text in lines]
