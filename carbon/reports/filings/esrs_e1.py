"""ESRS E1-6, table of AR 48: base year, comparative, the year, and the milestones of the company's targets. Targets and
actions (E1-4, E1-3) are on sheets of their own, made in `esrs_actions`.

Source: delegated regulation (EU) 2023/2772, annex I, ESRS E1 par. 44 to 55, AR 48 and AR 54; (EU) 2026/1563, ESRS E1-8,
which replaces it for financial years from 1 January 2027. What is not known (emission trading, net revenue, par. 50) is
stated, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from carbon.accounting.compile import states_by_figure
from carbon.accounting.years.history_tables import of_inventory
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET, NO_METHOD, SCOPE_FIGURES, SCOPES, TOTAL_FIGURES
from carbon.core.periods import reporting_year
from carbon.core.units import KG_PER_T
from carbon.levers.followup import ActionsFollowed
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.filings import esrs_actions
from carbon.reports.filings.amounts import amounts_of
from carbon.reports.filings.counting import Counting, Line, basis_of, series_of
from carbon.reports.filings.energy import energy_table
from carbon.reports.filings.eu_datapoints import facts_table, gaps_of
from carbon.reports.filings.ghg_protocol import count as count_ghg_protocol
from carbon.reports.filings.stated import NOT_STATED
from carbon.reports.words.cells import cell_words
from carbon.reports.words.figure_ids import figure_id
from carbon.reports.words.language import Words
from carbon.trajectory import Target

FORMAT = "esrs_e1"
MILESTONES = (2025, 2030, 2050)
NAN = float("nan")
SIMPLIFIED_FROM = 2027
"""Year from whose first day the simplified ESRS apply (delegated regulation (EU) 2026/1563, art. 3)."""


def count(inventory: Any) -> Counting:
    """Return the rows of the GHG Protocol, in the lines of AR 48; with the headline total."""
    return count_ghg_protocol(inventory, FORMAT)


def tables(inventory: Any, history: Any, words: Words, plans: Sequence[PlanRecord] = (),
           actions: ActionsFollowed | None = None, of_set: str = "") -> dict[str, pd.DataFrame]:
    """Return "lines" (the table of AR 48), the sheets of `esrs_actions`, "datapoints" and "energy" (E1-5 and E1-6 by
    their ids), and "not_stated": what the standard requires and the records do not hold. `plans` are of the company's
    ledger, `actions` of its actions.yml at the end of the year.
    """
    energy = energy_table(inventory)
    amounts = amounts_of(inventory, history, energy)
    facts = facts_table(inventory, amounts, FORMAT, of_set)
    notes = [(words("esrs.consolidated_split"), words("esrs.consolidated_split.text")), *version_note(inventory, words)]
    notes += esrs_actions.not_stated(inventory, history, plans, words, actions)
    notes += restated_note(inventory, history, words)
    missing = [(*note, "") for note in notes] + gaps_of(amounts, FORMAT, words)
    sheets = esrs_actions.tables(inventory, history, plans, words, actions)
    return {"lines": ar48_table(inventory, history, words), "intensity": intensity_table(inventory, history, words),
            **sheets, "datapoints": facts.drop(columns=["member", "decimals", "period", "amount"]), "energy": energy,
            "not_stated": pd.DataFrame(missing, columns=NOT_STATED)}


def ar48_table(inventory: Any, history: Any, words: Words) -> pd.DataFrame:
    """Return gross scopes 1, 2 and 3 and total emissions.

    current_t is the year's own figure, as all other sheets have it; base year and N-1 are restated, and so is the year
    in change_share = N / N-1 - 1 (`restated_note` where an event within the year makes it another figure);
    annual_target_share = reduction of a target / its years, of base-year emissions.

    Columns: figure_id, row, name, base_year_t, previous_t, current_t [t CO2e], change_share, pathway_2025_t,
    pathway_2030_t, pathway_2050_t [t CO2e, of a target on exactly these scopes], annual_target_share, basis (of the
    base year), status and reason (of the current year's figure). NaN where a figure or a target is missing.
    """
    year, base = inventory.year, inventory.params.base_year
    own_lines = of_inventory(inventory)
    targets = {_line_of(t): Target.from_params(t) for t in inventory.params.targets}
    standard = _standard_lines(words)
    # A target on other scopes than those of a row gets a row of its own, after the standard's.
    lines = standard | {line: ("", _target_name(line, words)) for line in targets if line not in standard}
    rows = []
    for line, (name_id, name) in lines.items():
        kg = series_of(history.table, line)
        identifier = figure_id(inventory, name_id) if name_id else ""
        row: dict[str, Any] = {"figure_id": identifier, "row": name_id or "target", "name": name}
        row |= {"base_year_t": kg.get(base, NAN), "previous_t": kg.get(year - 1, NAN),
                "current_t": series_of(own_lines, line).get(year, NAN)}
        row["change_share"] = kg.get(year, NAN) / row["previous_t"] - 1 if row["previous_t"] > 0 else NAN
        rows.append(row | _milestones(targets.get(line), history) | {"basis": basis_of(history, base)})
    table = pd.DataFrame(rows)
    numbers = [c for c in table.columns if c.endswith("_t")]
    table[numbers] = table[numbers] / KG_PER_T
    stated_states = states_by_figure(inventory.table)
    parted = [stated_states.get(name, "computed").partition(": ") for name in table["row"]]
    return table.assign(status=[word for word, _, _ in parted], reason=[reason for _, _, reason in parted])


def intensity_table(inventory: Any, history: Any, words: Words) -> pd.DataFrame:
    """Return the intensities of AR 54, each NaN where a total or a revenue is not known.

    previous and current [t CO2e / currency] = total / net revenue of its year;  change_share = N / N-1 - 1. The current
    total is the year's own.
    """
    year, revenue = inventory.year, inventory.params.revenue
    rows: list[dict[str, Any]] = []
    for name, method in TOTAL_FIGURES.items():
        line: Line = (SCOPES, 0, method)
        kg = {year: series_of(of_inventory(inventory), line).get(year, NAN),
              year - 1: series_of(history.table, line).get(year - 1, NAN)}
        before, now = (kg[y] / KG_PER_T / revenue.get(y, NAN) for y in (year - 1, year))
        rows.append({"figure_id": figure_id(inventory, name), "row": name, "name": _name(name, words),
                     "revenue": revenue.get(year, NAN), "currency": inventory.params.currency, "previous": before,
                     "current": now, "change_share": now / before - 1 if before > 0 else NAN})
    return pd.DataFrame(rows)


def version_note(inventory: Any, words: Words) -> list[tuple[str, str]]:
    """Return which version of ESRS applies to the financial year, by its first day, where Set 1 is not the only one."""
    first = reporting_year(inventory.year, inventory.params.reporting_year_starts)[0].year
    key = "either" if first == SIMPLIFIED_FROM - 1 else "simplified" if first >= SIMPLIFIED_FROM else ""
    return [(words(name), words(text)) for name, text in (
        ("esrs.version", f"esrs.version.{key}"), ("esrs.cloud", "esrs.cloud.text"))] if key else []


def restated_note(inventory: Any, history: Any, words: Words) -> list[tuple[str, str]]:
    """Return the total of the year as restated, which changes and targets are compared with, where it is another one.

    By the headline's scope 2 method, and by the other one where that alone differs.
    """
    own_table = of_inventory(inventory)
    for method in sorted((LOCATION, MARKET), key=lambda name: name != inventory.params.scope2_headline):
        restated, own = (series_of(table, (SCOPES, 0, method)).get(inventory.year, NAN)
                         for table in (history.table, own_table))
        if abs(restated - own) > 1e-9 * abs(own):
            text = words("esrs.restated_year.text", method=cell_words("scope2_method", method, words),
                         tonnes=words.number(restated / KG_PER_T, 1), own=words.number(own / KG_PER_T, 1))
            return [(words("esrs.restated_year"), text)]
    return []


def _standard_lines(words: Words) -> dict[Line, tuple[str, str]]:
    """Return the rows of AR 48: line -> (figure name, label)."""
    lines: dict[Line, tuple[str, str]] = {((scope,), 0, method): (name, _name(name, words))
                                          for name, (scope, method) in SCOPE_FIGURES.items()}
    lines |= {(("3",), number, NO_METHOD): (f"3.{number}", f"{number} {words.term('category', name)}")
              for number, name in CATEGORIES.items()}
    return lines | {(SCOPES, 0, method): (name, _name(name, words)) for name, method in TOTAL_FIGURES.items()}


def _name(figure: str, words: Words) -> str:
    return words(f"esrs.{figure.replace('-', '_')}")


def _line_of(target: Any) -> Line:
    """Return the row a target is on: its scopes, and the scope 2 method where scope 2 is one of them."""
    scopes = tuple(sorted(target.scopes))
    return scopes, 0, target.scope2_method if "2" in scopes else NO_METHOD


def _target_name(line: Line, words: Words) -> str:
    scopes, _, method = line
    return words("esrs.target_row", scopes=" + ".join(scopes), method=words.term("method", method) if method else "")


def _milestones(target: Target | None, history: Any) -> dict[str, float]:
    figures = dict.fromkeys((f"pathway_{y}_t" for y in MILESTONES), NAN)
    if target is None:
        return {**figures, "annual_target_share": NAN}
    _, pathway = esrs_actions.pathway_of(history, target)
    if pathway is not None:
        figures |= {f"pathway_{y}_t": float(pathway.get(y, NAN)) for y in MILESTONES}
    years = target.target_year - target.base_year
    return {**figures, "annual_target_share": target.reduction / years}
