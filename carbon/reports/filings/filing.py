"""One filing: its tables, the reconciliation with the GHG Protocol, and the files they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import UsageError
from carbon.core.text import instead
from carbon.params.shapes.actions import ActionFile
from carbon.params.shapes.plan_record import PlanRecord
from carbon.reports.exhibits.followed import Adopted, actions_at_year_end
from carbon.reports.exhibits.headline import company_name
from carbon.reports.export import to_csv_bytes, to_xlsx_bytes
from carbon.reports.filings import beges_v5, datapoints, esrs_e1, ghg_protocol, iso_14064_1, vsme
from carbon.reports.filings.counting import Counting, framework_versions, layout_of
from carbon.reports.filings.indicators import indicators_table
from carbon.reports.filings.reconcile import reconciliation_table
from carbon.reports.filings.stated import NOT_STATED, open_lines
from carbon.reports.words.cells import in_words
from carbon.reports.words.language import Words

_COUNTS: dict[str, Callable[[Any], Counting]] = {
    ghg_protocol.FORMAT: ghg_protocol.count, beges_v5.FORMAT: beges_v5.count, esrs_e1.FORMAT: esrs_e1.count,
    iso_14064_1.FORMAT: iso_14064_1.count, vsme.FORMAT: vsme.count,
}
FORMATS = (*_COUNTS, datapoints.FORMAT)
_AGAINST = {ghg_protocol.FORMAT: iso_14064_1.FORMAT, datapoints.FORMAT: iso_14064_1.FORMAT}
"""What a format is reconciled with; the GHG Protocol unless named here."""

_OPEN = ("no records", "no factor", "partly")
"""States of a line that somebody has to answer for before it is sent."""
_REQUIRED = ("transition_plan",)
"""Sheets that the framework asks for with lines (BEGES: Code de l'environnement, R. 229-47)."""


@dataclass(frozen=True)
class Filing(Displayed):
    """The tables of one format, for one company-year.

    tables: by name, in the order of the sheets; the first one is about the filing itself, the last the reconciliation.
    attached: further files that the format asks for, by name.
    """

    format: str
    framework_version: str
    tables: Mapping[str, pd.DataFrame]
    words: Words
    company: str = ""
    attached: Mapping[str, bytes] = field(default_factory=dict)

    def __repr__(self) -> str:
        sheets = ", ".join(f"{name} ({len(table)})" for name, table in self.tables.items())
        return one_line(f"Filing {self.format}, {self.framework_version}: {sheets}")

    def missing(self) -> pd.DataFrame:
        """Return what the framework asks for and is not known: what, text, params (the lines that answer it).

        Lines without a figure or with a part of it, one entry a reason; sheets that stay empty; what the filing itself
        lists as not stated.
        """
        words, lines = self.words, self.tables.get("datapoints" if self.format == datapoints.FORMAT else "lines")
        missing_lines = [] if lines is None else open_lines(lines[lines["status"].isin(_OPEN)], words)
        missing_lines += [(words(f"filing.sheet.{name}"), words("filing.empty", company=self.company), "")
                          for name in self.tables if name in _REQUIRED and self.tables[name].empty]
        not_stated = self.tables.get("not_stated")
        missing_lines += [] if not_stated is None else list(not_stated.itertuples(index=False, name=None))
        return pd.DataFrame(missing_lines, columns=NOT_STATED)

    def files(self) -> dict[str, bytes]:
        """Return the workbook, one CSV a table and what is attached: {file name: bytes}; strings inert, numbers real,
        the same bytes each time.
        """
        tabs = {name: self.words(f"filing.tab.{name}") for name in self.tables}
        titles = {tab: self.words(f"filing.sheet.{name}") for name, tab in tabs.items()}
        notes = {tab: layout_of(self.format, name, self.words) for name, tab in tabs.items()}
        worded_tables = {tabs[name]: in_words(table, self.words) for name, table in self.tables.items()}
        book = to_xlsx_bytes(worded_tables, words=self.words, titles=titles, notes=notes)
        csvs = {f"{self.format}-{name}.csv": to_csv_bytes(table) for name, table in self.tables.items()}
        return {f"{self.format}.xlsx": book, **csvs, **self.attached}


def filing(
    format: str, inventory: Any, history: Any, *, plans: Sequence[PlanRecord] = (), actions: ActionFile | None = None,
    of_set: str = "", template: tuple[str, bytes] | None = None, indicators: pd.DataFrame | None = None,
) -> Filing:
    """Return the filing of a company-year, in the company's language.

    Parameters
    ----------
    inventory, history
        `Inventory` and the view of its history behind the report (`Inventories.restated()`), or what a set holds of
        them.
    plans, actions
        The company's recorded plans and its actions.yml, for ESRS E1, VSME and the transition plan of BEGES.
    of_set
        Identity of the published set, which European datapoints carry.
    template
        Name and bytes of the publisher's empty workbook, which VSME fills.
    indicators
        Table `indicators` of the published set: what the company's own indicators feed is a sheet of its own.

    Raises UsageError: Another format; MethodError: The format needs a distinction that the activities do not make (see
    `beges_v5`).
    """
    if format not in FORMATS:
        raise UsageError(f"{format!r} is not a filing", hint=instead(format, FORMATS))
    words = Words(inventory.params.language)
    adopted = None if actions is None else Adopted(actions, tuple(plans))
    year_end = partial(actions_at_year_end, adopted, inventory, {}, words.language, intervals=False)
    builders: dict[str, Callable[[], Any]] = {
        ghg_protocol.FORMAT: lambda: ghg_protocol.tables(inventory, words),
        beges_v5.FORMAT: lambda: beges_v5.tables(inventory, history, words, plans, year_end()),
        esrs_e1.FORMAT: lambda: esrs_e1.tables(inventory, history, words, plans, year_end(), of_set),
        iso_14064_1.FORMAT: lambda: iso_14064_1.tables(inventory, history, words),
        datapoints.FORMAT: lambda: {datapoints.FORMAT: datapoints.datapoints_table(inventory, history, words)},
        vsme.FORMAT: lambda: vsme.tables(inventory, history, plans, words, of_set, template),
    }
    made_tables, attached = builders[format]() if format == vsme.FORMAT else (builders[format](), {})
    tables = {"about": _about(format, inventory, words), **made_tables}
    fed_by_indicators = indicators_table(format, indicators, made_tables, inventory, words, of_set)
    tables |= {} if fed_by_indicators is None else {"indicators": fed_by_indicators}
    first, second = (ghg_protocol.FORMAT, _AGAINST[format]) if format in _AGAINST else (format, ghg_protocol.FORMAT)
    tables["reconciliation"] = reconciliation(inventory, first, second, words=words)
    sheets = [(words(f"filing.tab.{name}"), layout_of(format, name, words)) for name in tables]
    tables["about"] = pd.concat([tables["about"], pd.DataFrame(sheets, columns=["what", "value"])], ignore_index=True)
    return Filing(format, framework_versions()[format], tables, words, inventory.company, attached)


def reconciliation(inventory: Any, a: str, b: str, *, words: Words | None = None) -> pd.DataFrame:
    """Return why the totals of two formats differ, line by line; see `reconciliation_table`.

    Raises UsageError: A format that has no total of its own.
    """
    missing = [name for name in (a, b) if name not in _COUNTS]
    if missing:
        raise UsageError(f"{missing[0]!r} has no total to reconcile", hint=f"one of {', '.join(_COUNTS)}")
    words = words or Words(inventory.params.language)
    return reconciliation_table(_COUNTS[a](inventory), _COUNTS[b](inventory), words)


def _about(format: str, inventory: Any, words: Words) -> pd.DataFrame:
    params = inventory.params
    pair = (ghg_protocol.FORMAT, _AGAINST[format]) if format in _AGAINST else (format, ghg_protocol.FORMAT)
    against = " / ".join(framework_versions()[name] for name in pair)
    starts = params.reporting_year_starts
    facts = [("company", company_name(inventory, words)), ("year", words.named_year(inventory.year, starts)),
             ("framework_version", framework_versions()[format]),
             ("consolidation", words.term("value", params.consolidation)), ("gwp", words.term("gwp", params.gwp)),
             ("release", params.factors.release), ("base_year", words.named_year(params.base_year, starts)),
             ("headline", words.term("method", params.scope2_headline)), ("reconciled", against)]
    facts += [("years", note)] if (note := words.years_note(inventory.year, starts)) else []
    return pd.DataFrame([(words(f"filing.about.{key}"), value) for key, value in facts], columns=["what", "value"])
