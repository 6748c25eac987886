"""Remarks on an inventory by its records, factors and emission rows: what a careful reader should know."""

from __future__ import annotations

import pandas as pd

from carbon.accounting.compile import contradictions
from carbon.accounting.exchange_words import rates_of_factors
from carbon.accounting.fallbacks import boundary_fallbacks, national_average_warning
from carbon.accounting.own_factors import unused_warning
from carbon.activities import Classified
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.freight import ASSUMED
from carbon.activities.kinds.modes import COARSER
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import MARKET
from carbon.core.text_columns import Values, by_word, pick, text_array, text_table, texts_like
from carbon.core.units import KG_PER_T
from carbon.emissions import scope2
from carbon.emissions.energy_states import without_factor
from carbon.factors.energy_parts import ESTIMATE
from carbon.records.files.company import CompanyRecords

DEFAULT = "default: "
"""Begins the remark on a default of the company."""


def remarks_of(
    records: CompanyRecords, classified: Classified, emissions: pd.DataFrame, table: pd.DataFrame, unused: pd.DataFrame,
    states: pd.DataFrame,
) -> pd.DataFrame:
    """Return code and text of the remarks of reading, classification, matching and calculation."""
    warned = [("category_statement", text) for text in contradictions(table, records.params.categories)]
    warned += [("boundary_fallback", text) for text in boundary_fallbacks(emissions)]
    warned += _assumed(records, rows := Rows(emissions))
    warned += [*unused_warning(unused), *national_average_warning(emissions)]
    averaged = [reason for reason in rows.groups(["reason"]).lines() if scope2.GRID_AVERAGE in reason]
    if averaged:
        regions = ", ".join(rows.where(reason=averaged).groups(["region"]).lines())
        warned.append(("no_residual_mix", f"market-based scope 2 uses the grid average in {regions}: no residual mix "
                       "is in the factor release"))
    warned += [*_coarser(rows), *rates_of_factors(records.params, rows)]
    warned += [("energy_without_factor", f"category 3 lacks {phrase}: no factor") for phrase in without_factor(states)]
    estimated = [reason for reason in rows.groups(["reason"]).lines() if ESTIMATE in reason.split("; ")]
    if estimated:
        kg = rows.where(reason=estimated).sums(["region", "source_id"], "co2e_kg")
        warned += [("upstream_estimated", f"{total / KG_PER_T:,.3g} t of upstream in {region} are an estimate: "
                    f"life-cycle minus combustion ({source})") for (region, source), total in kg.items()]
    return pd.concat([records.warnings, classified.warnings, text_table(warned, ["code", "text"])], ignore_index=True)


def _assumed(records: CompanyRecords, rows: Rows) -> list[tuple[str, str]]:
    """Return a warning for each default of the company that a file takes, with its rows and tonnes."""
    kg = rows.but(scope2_method=MARKET).sums(["source_file"], "co2e_kg") if records.assumed else {}
    tonnes = {name: total / KG_PER_T for name, total in kg.items()}
    return [("company_default", f"{name}: no column `{line['column']}`: {line['rows']:,} rows are taken as "
             f"{line['value']} ({line['reason']}), {tonnes.get(name, 0.0):,.3g} t CO2e")
            for name, _, line in records.assumed]


def with_defaults(activities: pd.DataFrame, records: CompanyRecords) -> pd.DataFrame:
    """Return activities whose `quality` names the defaults of the company that the file of their record takes."""
    notes: dict[tuple[str, str], str] = {}
    for name, kind, line in records.assumed:
        note = f"{DEFAULT}{line['column']} is {line['value']} ({line['reason']})"
        notes[name, kind] = f"{notes[name, kind]}; {note}" if (name, kind) in notes else note
    quality = activities["quality"].to_numpy(object)
    for (name, kind), note in notes.items():
        quality = also(quality, pick(((activities["source_file"] == name) & (activities["kind"] == kind)).to_numpy(),
                                     note, ""))
    return _with_texts(activities, {"quality": quality}) if notes else activities


def with_default_words(activities: pd.DataFrame) -> pd.DataFrame:
    """Return activities with `code` and `reason` for the ledger, where their record takes a default of the company."""
    reason = by_word(activities["quality"], lambda text: "; ".join(
        part for part in text.split("; ") if part.startswith(DEFAULT)))
    if not (reason != "").any():
        return activities
    return _with_texts(activities, {"code": pick(reason != "", "company_default", ""), "reason": reason})


def _with_texts(table: pd.DataFrame, texts: dict[str, Values]) -> pd.DataFrame:
    columns = pd.DataFrame({name: text_array(values) for name, values in texts.items()}, index=table.index)
    return table.assign(**{str(name): texts for name, texts in texts_like(columns, table).items()})


def _coarser(rows: Rows) -> list[tuple[str, str]]:
    """Return a warning for each word that has only a wider factor, or a declared mode, with its tonnes."""
    counted_rows = rows.but(scope2_method=MARKET)
    kg = counted_rows.sums(["quality"], "co2e_kg")
    tonnes: dict[str, float] = {}
    for quality, amount in kg.items():
        for remark in str(quality).split("; "):
            if remark.startswith((COARSER, ASSUMED)):
                tonnes[remark] = tonnes.get(remark, 0.0) + amount / KG_PER_T
    return [("coarser_factor" if remark.startswith(COARSER) else "mode_assumed", f"{remark}: {t:,.3f} t CO2e")
            for remark, t in sorted(tonnes.items())]
