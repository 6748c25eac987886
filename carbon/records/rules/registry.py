"""The registry of reading rules: which rows count, in the order in which the rules are applied.

Every rule is a function of the sheet being read. It adds faults, exclusions and warnings to it, refuses the whole file,
or returns a new table. The page docs/reference/reading-rules.md is made of this registry. A new rule is a function of
`Sheet` in the module of its subject and one entry here; where two rules find fault with a row, the first counts it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, Generic, TypeVar

import pandas as pd

from carbon.records.kinds.registry import FEC, KINDS
from carbon.records.rules import (
    debit_marks,
    declared,
    defaults,
    energy_checks,
    energy_repeats,
    energy_rows,
    exclusions,
    plausibility,
    purchase_checks,
    quantity_checks,
    registers,
    row_types,
    stated_units,
    statement_checks,
    straight_lines,
    subtotals,
    travel_checks,
    unknown_words,
    unread_columns,
    wide_columns,
)
from carbon.records.rules.sheet import Sheet

Read = TypeVar("Read")


class Stage(IntEnum):
    """When a rule is applied: the part of a sheet that is read by then."""

    CELLS = 1
    VALUES = 2
    TABLE = 3
    RECORDS = 4
    VERDICTS = 5
    FILES = 6


STAGES = {
    Stage.CELLS: "The rows below the headings, before any cell has a value.",
    Stage.VALUES: "The columns that the file has, read cell by cell; rules add what params or other cells state.",
    Stage.TABLE: "The columns of the kind, which columns that are not read may contradict. After this stage a row is "
                 "excluded for its year only.",
    Stage.RECORDS: "The rows that are not excluded, as records of their kind.",
    Stage.VERDICTS: "All faults are known; each row ends accepted, excluded or rejected.",
    Stage.FILES: "All files of a company-year, compared with one another.",
}


@dataclass(frozen=True)
class Rule(Generic[Read]):
    """One reading rule: `apply` runs on files of `kinds`, in the order of `order`, for the `reason`.

    `codes` are those of the rejects, exclusions, warnings and refusals that it may give, with spaces between.
    """

    order: int
    code: str
    kinds: frozenset[str]
    reason: str
    apply: Callable[[Read], Any]
    codes: str = ""

    @property
    def stage(self) -> Stage:
        """Return the stage: the hundreds of the order."""
        return Stage(self.order // 100)


def kinds_of(*, lands_in: str = "", counts: str = "") -> frozenset[str]:
    """Return the kinds that land in one table, or whose amount is in one column."""
    return frozenset(k for k, c in KINDS.items() if (lands_in and c.lands_in == lands_in) or
                     (counts and c.measure[0] == counts))


EVERY_KIND = frozenset(KINDS)
EVERY_FILE = EVERY_KIND | {FEC}
_AMOUNTS, _QUANTITIES = kinds_of(counts="amount"), kinds_of(counts="quantity")
_METERED, _TRAVELLED = kinds_of(lands_in="energy"), kinds_of(lands_in="travel")
_PURCHASES, _ENERGY, _TRAVEL = (frozenset({kind}) for kind in ("purchases", "energy", "travel"))
_COUNTED = _AMOUNTS | _QUANTITIES | _METERED | _TRAVELLED
_NETTED = _METERED | {"water", "waste", "freight", "equipment", "activities"}

RULES: tuple[Rule[Sheet], ...] = (
    Rule(110, "declared_subtotals", EVERY_KIND, "Params may declare which rows of an export sum up others.",
         declared.exclude_declared, "columns_missing subtotal"),
    Rule(115, "not_available", EVERY_KIND, "A word that states there is no quantity is no zero, and no error.",
         wide_columns.exclude_not_available, "not_available"),
    Rule(120, "repeated_headings", EVERY_KIND, "Printed lists repeat the row of headings on each page.",
         exclusions.exclude_repeated_headings, "header_repeated"),
    Rule(130, "ruled_lines", EVERY_KIND, "Lists drawn with characters have lines of dashes between their rows.",
         exclusions.exclude_ruled_lines, "ruled_line"),
    Rule(140, "row_widths", EVERY_FILE, "A row with more or fewer cells than headings has its values in wrong columns.",
         exclusions.flag_widths, "row_too_long row_too_short"),
    Rule(150, "hidden_rows", EVERY_FILE, "A row that the workbook hides may be a subtotal, or filtered out.",
         exclusions.flag_hidden, "hidden_row"),
    Rule(160, "gallons", EVERY_KIND, "A bare gallon is the American or the imperial one, a fifth more.",
         stated_units.take_gallons, "gallons"),
    Rule(210, "company", EVERY_KIND, "Every row belongs to the company of the project, unless that is a group.",
         declared.take_company, "companies_several"),
    Rule(220, "country_of_site", EVERY_KIND, "Params declare the country of each site, so that files need not.",
         declared.take_countries, "site_unknown"),
    Rule(230, "currency_of_amount", EVERY_KIND, "Some exports write the currency in the cell of the amount alone.",
         stated_units.take_currencies, "currency_missing"),
    Rule(235, "company_defaults", EVERY_KIND, "The company states once what an export leaves out.",
         defaults.take_defaults, "columns_missing"),
    Rule(240, "unit_beside_number", EVERY_KIND, "A number that names another unit than its row may be of another size.",
         stated_units.flag_units_beside_numbers,
         "currency_conflict distance_unit_conflict mass_unit_conflict unit_conflict"),
    Rule(305, "modes", _TRAVELLED | {"commuting"}, "The word of a mode may name the service: a TER is not any train.",
         travel_checks.with_modes, "mode_conflict mode_unclear"),
    Rule(307, "declared_signs", EVERY_KIND, "Params may state which words of a column count below zero.",
         declared.with_declared_signs, "columns_missing minus_already"),
    Rule(308, "statements", EVERY_KIND, "What a company swears to of a file replaces a guard, and is shown.",
         declared.warn_of_statements, "sworn"),
    Rule(310, "debit_and_credit", _AMOUNTS, "Ledgers mark credits in a column of their own and write amounts unsigned.",
         debit_marks.with_signs, "all_credits credits_marked sign_ambiguous sign_missing"),
    Rule(315, "credit_notes", _AMOUNTS | _QUANTITIES, "A credit note that is written as positive counts twice its "
         "amount too much.", debit_marks.flag_credit_notes, "credit_note_positive"),
    Rule(320, "days_of_path", EVERY_KIND, "A file in the folder of one year with rows of another may be misplaced.",
         declared.warn_of_path_days, "path_differs"),
    Rule(325, "parts_of_path", EVERY_KIND, "A row that differs from the part of its path is misplaced.",
         declared.flag_path_conflicts, "path_conflict"),
    Rule(330, "split_amounts", _AMOUNTS, "Cents, tax or net amounts in a second column change what the first means.",
         unread_columns.refuse_split_amounts, "amount_split amount_with_tax columns_ambiguous"),
    Rule(332, "padded_amounts", _AMOUNTS, "Amounts filled with zeros to one width may have decimals without a mark.",
         unread_columns.refuse_padded_amounts, "decimals_implied"),
    Rule(334, "scaled_rows", _AMOUNTS, "A column of units may state for some rows that amounts are in thousands.",
         unread_columns.flag_scaled_rows, "row_scaled"),
    Rule(336, "multipliers", _ENERGY, "A factor of the meter may still have to be applied to its quantity.",
         unread_columns.refuse_multipliers, "multiplier_unread"),
    Rule(338, "tariffs", _QUANTITIES, "Night and day in columns of their own are lost where one of them is read.",
         unread_columns.refuse_tariffs, "tariffs_unread"),
    Rule(339, "second_numbers", _PURCHASES | _METERED, "Of two numbers in a row the one that is not read may be the "
         "amount without its tax, or a part of it.", unread_columns.check_second_numbers,
         "amount_with_tax number_unread"),
    Rule(340, "row_types", EVERY_KIND, "Cancelled, budgeted, paid or exported rows look like records and are not.",
         row_types.flag_row_types,
         "amount_with_tax meter_reading not_consumption order_row part_row payment_row rooms_unread row_not_actual "
         "row_private row_withdrawn sub_meter subtotal_suspected"),
    Rule(342, "unknown_words", _COUNTED, "A column of few words may state which rows count, and a word that is not "
         "known that its row does not.", unknown_words.flag_unknown_words, "row_unclear words_unread"),
    Rule(345, "taxes", _PURCHASES, "Tax that is recovered is no purchase.",
         purchase_checks.warn_of_taxes, "tax_row"),
    Rule(350, "second_tables", EVERY_KIND, "Below a second row of headings the column that counts may be another one.",
         exclusions.flag_second_tables, "header_repeated headings_changed scale_above"),
    Rule(360, "totals", EVERY_KIND, "Totals among the rows would count every row twice.",
         subtotals.settle_totals, "balance_row note remark subtotal subtotal_suspected"),
    Rule(370, "remarks", EVERY_KIND, "A remark between rows may speak of them, for example of their unit.",
         subtotals.warn_of_remarks, "amount_with_tax remark scale_above"),
    Rule(410, "registers", _ENERGY, "The peak and off-peak registers of one meter are no repeated readings.",
         registers.with_registers, "registers_joined subtotal_suspected"),
    Rule(420, "net_credits", _PURCHASES, "Purchases that sum below zero may have been exported with the other sign.",
         purchase_checks.warn_of_net_credits, "net_negative"),
    Rule(425, "risen_registers", _ENERGY, "The register of a meter counts on for ever; its states are no consumption.",
         energy_checks.flag_risen_registers, "meter_reading"),
    Rule(430, "carrier_units", _METERED, "A carrier in a unit that it is not metered in is another carrier or unit.",
         energy_checks.flag_carrier_units, "unit_dimension"),
    Rule(431, "meter_days", _METERED, "Days that a meter has twice count twice; days without a reading are missing.",
         energy_checks.warn_of_meter_days, "period_gap period_overlap period_repeated"),
    Rule(432, "usual_readings", _METERED, "A wrong unit shows against the history of the meter and the price.",
         plausibility.warn_of_readings, "price_slip unit_slip"),
    Rule(435, "negative_quantities", _NETTED, "Quantities below zero net off, which may not be meant.",
         plausibility.warn_of_negative, "quantity_negative"),
    Rule(440, "journeys", _TRAVELLED, "A journey counts only with a distance that can be flown or driven between "
         "known places, and a stay with its nights.", travel_checks.check_journeys,
         "airport_unknown count_impossible distance_implausible distance_impossible distance_unit_missing fuel_missing "
         "litres_ambiguous nights_impossible nights_missing nights_odd passengers_missing passengers_odd "
         "place_ambiguous place_missing place_unknown refund_suspected return_twice trips_missing trips_odd "
         "unit_dimension"),
    Rule(450, "water_days", frozenset({"water"}), "Days that two rows have for one supply may count twice.",
         quantity_checks.warn_of_water_days, "period_overlap"),
    Rule(451, "refrigerants", frozenset({"refrigerants"}), "Recovered gas is no negative emission.",
         quantity_checks.check_refrigerants, "refrigerant_negative"),
    Rule(452, "freight", frozenset({"freight"}), "Work is mass x distance of one leg, not tonnes x kilometres of many.",
         quantity_checks.check_freight, "distance_impossible freight_differs freight_incomplete"),
    Rule(453, "activities", frozenset({"activities"}), "Only scope 3 has categories, and it has fifteen.",
         quantity_checks.check_activities, "category_unknown"),
    Rule(454, "homeworking", frozenset({"homeworking"}), "Days of a year and hours of a day are limited.",
         statement_checks.check_homeworking, "days_beyond_period days_impossible hours_impossible people_impossible"),
    Rule(455, "commuting", frozenset({"commuting"}), "A survey cannot have more answers than people, or ways to work "
         "that nobody travels.", statement_checks.check_commuting,
         "days_impossible distance_implausible distance_impossible people_impossible response_impossible "
         "response_rate_unknown"),
    Rule(456, "headcount", frozenset({"headcount"}), "Intensities need one number of people for each year.",
         statement_checks.check_headcount, "currency_missing duplicate people_impossible"),
    Rule(457, "instruments", frozenset({"instruments"}), "A certificate serves once, for a known number of kWh.",
         statement_checks.check_instruments,
         "duplicate instrument_impossible kg_per_kwh_implausible kg_per_kwh_negative unit_missing volume_missing "
         "volume_negative volume_zero"),
    Rule(458, "entities", frozenset({"entities"}), "An entity has one share, between 0 and 1, on each day.",
         statement_checks.check_entities, "period_overlap share_impossible"),
    Rule(459, "reported_inventories", frozenset({"reported_inventories"}), "A total and its categories, or the "
         "same line twice, count twice.", statement_checks.check_reported,
         "category_unknown co2e_negative duplicate scope2_method_unknown scope3_twice"),
    Rule(460, "sizes", EVERY_KIND, "Amounts that no company has are errors of the unit or of the decimal mark.",
         plausibility.warn_of_sizes, "implausible_size"),
    Rule(465, "uncertainty", EVERY_KIND, "A share of one in a column of percent would be a hundredth of what is meant.",
         quantity_checks.check_uncertainty, "uncertainty_impossible uncertainty_unclear"),
    Rule(470, "energy_stated_elsewhere", _ENERGY, "Main meters read sub-meters, and readings replace their estimates.",
         energy_rows.flag_stated_elsewhere, "estimate_replaced sub_meter version_repeated"),
    Rule(471, "replaced_bills", _ENERGY, "A bill that another one replaces was not consumed twice.",
         energy_repeats.flag_replaced, "bill_replaced version_repeated"),
    Rule(472, "differing_readings", _ENERGY, "Of two readings of a meter for the same days one is wrong.",
         energy_repeats.flag_differing, "readings_differ"),
    Rule(473, "energy_sums", _ENERGY, "A quarter and its months, or a total of sites and each site, count twice.",
         energy_rows.flag_energy_sums, "quantity_rises subtotal_suspected sums_not_sought"),
    Rule(474, "purchase_sums", _PURCHASES, "A quarter and its months count the same purchases twice.",
         purchase_checks.flag_sums_of_purchases, "subtotal_suspected sums_not_sought"),
    Rule(475, "tickets", _TRAVEL, "The journey of a ticket that was exchanged is made once.",
         travel_checks.flag_tickets, "ticket_replaced"),
    Rule(476, "straight_lines", _TRAVEL, "Distances shorter than the straight line may be miles under a heading of km.",
         straight_lines.check_straight_lines, "distance_implausible distance_unit_doubtful"),
    Rule(478, "sum_columns", EVERY_KIND, "A total among columns that count would count each of them twice.",
         wide_columns.flag_sum_columns, "column_is_sum subtotal_suspected"),
    Rule(480, "units_of_headings", EVERY_KIND, "A column of converted amounts is not the amount of its row.",
         stated_units.flag_units_of_headings, "unit_conflict"),
    Rule(481, "unit_above", EVERY_KIND, "A title above the table may name the unit of all quantities.",
         stated_units.warn_of_unit_above, "unit_above"),
    Rule(490, "other_years_rejected", EVERY_KIND, "Params may ask that rows of other years are repaired.",
         exclusions.reject_other_years, "out_of_year"),
    Rule(495, "one_trip", _TRAVELLED, "A night or a fare without a count is that of one person, once.",
         travel_checks.with_counts),
    Rule(510, "train_classes", _TRAVELLED, "The class of a train changes nothing of its emissions.",
         travel_checks.drop_train_classes, "class_unread"),
    Rule(520, "one_end", EVERY_KIND, "A row ends once: what is excluded is no reject.",
         exclusions.drop_faults_of_excluded),
    Rule(530, "other_years", EVERY_FILE, "A row wholly outside the reporting year belongs to another inventory.",
         exclusions.exclude_other_years, "out_of_year"),
)


@cache
def rules_of(kind: str, stage: Stage) -> tuple[Rule[Sheet], ...]:
    """Return the rules that apply to a kind of file at a stage, in their order."""
    return tuple(rule for rule in RULES if rule.stage == stage and kind in rule.kinds)


def apply_rules(sheet: Sheet, stage: Stage) -> None:
    """Apply the rules of a stage in their order; the table that one returns is that of the next."""
    for rule in rules_of(sheet.contract.kind, stage):
        table: pd.DataFrame | None = rule.apply(sheet)
        if table is not None:
            sheet.table = table
