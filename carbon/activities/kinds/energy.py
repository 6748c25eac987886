"""Energy: each meter reading or bill becomes kWh, m3, litres or kg of a carrier, in scope 1 or 2."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.classification.charts import PACKAGE
from carbon.activities.draft import Draft, days_from
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.own_generation import set_apart
from carbon.activities.kinds.regions import with_region, with_zones
from carbon.core import fuels, packaged, units
from carbon.core.columns import Rows, group_codes
from carbon.core.errors import UnitError
from carbon.core.periods import latest_end_before
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.core.zones import country_of
from carbon.params.shapes.company import CompanyParams
from carbon.records.rules.plausibility import medians

EXTENSIVE = ("quantity", "amount")
SLIP_RATIO = 100
"""A reading this many times its meter's median, or that much smaller, is shown as a likely slip of unit [design]."""
_HISTORY = 3
"""Readings of a meter from which its median shows what is usual."""
_METER = ["site", "carrier", "meter"]
_FIX = "correct the source file"


@cache
def carriers() -> pd.DataFrame:
    """Load carrier -> activity, scope, the dimensions its unit may have, and whether kWh need a calorific basis."""
    return packaged.read_csv(PACKAGE, "data/carriers.csv", {"basis_needed": "flag"}).set_index("carrier")


@cache
def _carriers() -> dict[str, tuple[str, str, str]]:
    """Return activity, scope and dimensions of each carrier."""
    table = carriers()
    return dict(zip(table.index.tolist(), table[["activity", "scope", "dimensions"]].itertuples(index=False, name=None),
                    strict=True))


def measured(draft: Draft, params: CompanyParams) -> Draft:
    """Measure each reading: activity, scope and unit; unclear carriers and units are rejected.

    Electricity keeps site, contract and supplier, which scope 2 needs. Gas in kWh must state HHV (PCS) or LHV (PCI).
    """
    carrier_table = _carriers()
    draft = draft.reject(~among(draft.rows["carrier"], carrier_table), "carrier_unknown",
                         "no such energy carrier", "use a carrier of the reference list, or `values` in params",
                         "carrier")
    draft = draft.reject(draft.rows["carrier"] == "biomass", "carrier_too_wide", "biomass may be many fuels",
                         "name the fuel: wood.pellets, wood.chips, wood.logs or biogas, for a whole file under `values:"
                         " {carrier: {biomass: ...}}` in params", "carrier")
    carrier = draft.rows["carrier"]
    draft = draft.assign(
        activity=by_word(carrier, lambda c: carrier_table[c][0]), scope=by_word(carrier, lambda c: carrier_table[c][1]),
        category=0, group=carrier, tier="measured", quality="", rule="", fx_rate=np.nan)
    return draft.then(lambda d: with_region(d, params, site_decides=True), with_zones, _with_units, set_apart,
                      flag_unit_slips)


def _with_units(draft: Draft) -> Draft:
    rows = draft.rows
    groups = rows.assign(_country=by_word(rows["region"], country_of)).groups(["carrier", "unit", "_country"])
    verdicts = [unit_of(*words) for words in groups.lines()]
    name, code, reason, hint = (np.array([words[i] for words in verdicts], dtype=object).take(groups.number)
                                for i in range(4))
    return draft.reject(code != "", code, reason, hint, "unit").assign(unit=name[code == ""])


def unit_of(carrier: str, unit_text: str, country: str) -> tuple[str, str, str, str]:
    """Return (unit, code, reason, what to do) of a carrier and written unit; the code is "" where the unit fits."""
    try:
        unit = units.unit(unit_text)
    except UnitError as wrong:
        return "", "unit_unknown" if unit_text.strip() else "unit_missing", wrong.what, wrong.hint or _FIX
    allowed = _carriers()[carrier][2].split()
    if unit.dimension in allowed:
        return unit.name, "", "", ""
    if unit.dimension == "energy" and "energy_HHV" in allowed and unit.name in fuels.BILLED_GROSS.get(country, ()):
        return f"{unit.name}_HHV", "", "", ""
    if unit.dimension == "energy":
        return "", "gas_basis_missing", f"{unit_text} of {carrier} without a calorific basis", (
            "write kWh_HHV (PCS, gross) or kWh_LHV (PCI, net), as on the bill")
    if unit.dimension == "power":
        return "", "power_not_energy", f"{unit_text} is power, not energy", _FIX
    return "", "unit_dimension", f"{carrier} is not measured in {unit_text} ({unit.dimension})", _FIX


def flag_unit_slips(draft: Draft) -> Draft:
    """Remark on readings that look like kWh typed as MWh. Nothing is changed.

    flagged where the quantity a day is 100 times, or a 100th of, the median of its meter; or the price a unit that of
    its carrier and currency. A median needs three readings or more.
    """
    rows = draft.rows
    if not len(rows):
        return draft
    days = days_from(rows["period_start"], rows["period_end"]) + 1
    record_amounts = rows["record_amount"]
    price = np.divide(rows["amount"], record_amounts, out=np.full(len(rows), np.nan), where=record_amounts != 0)
    slip = _far_from_usual(record_amounts / days, [rows[c] for c in (*_METER, "register", "record_unit")])
    slip |= _far_from_usual(price, [rows[c] for c in ("carrier", "currency", "record_unit")])
    if not slip.any():
        return draft
    first = {c: rows[c][np.argmax(slip)] for c in ("record_id", "quantity", "unit", "carrier", "site")}
    text = (f"{int(slip.sum())} energy readings are {SLIP_RATIO} times more or less than usual for their meter, or "
            f"their price is, e.g. {first['record_id']}: {first['quantity']:g} {first['unit']} of {first['carrier']} "
            f"at {first['site']}; check the unit")
    return draft.assign(quality=also(rows["quality"], pick(slip, "unit slip suspected", ""))).warn("unit_slip", text)


def _far_from_usual(values: npt.NDArray[np.float64], keys: list[Values]) -> Flags:
    size = np.abs(values)
    median, count = medians(size, group_codes(keys), size > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = size / median
    return ((ratio >= SLIP_RATIO) | (ratio <= 1 / SLIP_RATIO)) & (size > 0) & (count >= _HISTORY)


def refuse_overlaps(draft: Draft) -> Draft:
    """Reject the later line where two periods of one meter overlap: both may count the same kWh.

    Two registers of a meter may overlap where one sheet lists both: the registers of two files, or a register next
    to a line without one, may be the same kWh. Credit notes and corrections (negative quantities) may
    overlap what they correct. Lines without a meter overlap only where site, carrier, supplier and contract are the
    same as well, and are then only remarked on.
    """
    rows, order = draft.rows, ["period_start", "period_end", "record_id"]
    with_meter = (rows["quantity"] > 0) & (rows["meter"] != "")
    registers = rows["register"] != ""
    sheet = [np.where(registers, rows[c], "") for c in ("source_file", "source_sheet")]
    rows = rows.assign(_sheet=group_codes(sheet) if registers.any() else 0)
    hit = np.zeros(len(rows), dtype=bool)
    hit[_later_of_two(rows, with_meter, [*_METER, "_sheet", "register"], order)] = True
    if registers.any():
        hit[_beside_registers(rows, with_meter & ~hit, order)] = True
    draft = draft.reject(hit, "meter_overlap", "the period overlaps another line of the same meter",
                         "correct the periods, or remove the line that is there twice; where they are registers of one "
                         "meter (day, night), declare `columns: {meter: \"{Meter} {Register}\"}`", "period_start")
    return _remark_overlaps(draft)


def _beside_registers(rows: Rows, chosen_rows: Flags, order: list[str]) -> npt.NDArray[np.intp]:
    """Return the chosen lines that begin before a line of their meter from another sheet, or without register, ends."""
    lines = np.flatnonzero(chosen_rows)
    meter = group_codes([rows[c][lines] for c in _METER])
    sheets = np.bincount(np.unique(np.stack([meter, rows["_sheet"][lines]]), axis=1)[0], minlength=len(lines))
    lines, meter = lines[sheets[meter] > 1], meter[sheets[meter] > 1]
    ranked = np.lexsort([*(pd.factorize(rows[c][lines], sort=True)[0] for c in reversed(order)), meter])
    first, last = (rows[c][lines].astype("datetime64[D]").astype(np.int64) for c in ("period_start", "period_end"))
    sheet, overlapping, current_meter = rows["_sheet"][lines].tolist(), [], -1
    for at in ranked.tolist():
        if meter[at] != current_meter:
            current_meter, latest, of, latest_of_others = meter[at], -np.inf, -1, -np.inf
        if first[at] <= (latest_of_others if sheet[at] == of else latest):
            overlapping.append(at)  # it counts nowhere, and covers no days
        elif sheet[at] == of:
            latest = max(latest, last[at])
        elif last[at] > latest:
            latest, of, latest_of_others = last[at], sheet[at], latest
        else:
            latest_of_others = max(latest_of_others, last[at])
    return lines[np.array(overlapping, dtype=np.intp)]


def _remark_overlaps(draft: Draft) -> Draft:
    rows = draft.rows
    unnamed = (rows["quantity"] > 0) & (rows["meter"] == "")
    hit = _later_of_two(rows, unnamed, ["site", "carrier", "supplier", "contract"], ["period_start", "record_id"])
    if not len(hit):
        return draft
    return draft.warn("period_overlap", f"{len(hit)} energy lines without a meter overlap another of the same site, "
                      f"carrier and supplier, e.g. {rows['record_id'][hit[0]]}: name the meters, or remove the copy")


def _later_of_two(rows: Rows, chosen_rows: Flags, keys: list[str], order: list[str]) -> npt.NDArray[np.intp]:
    """Return the chosen lines that begin before another one of the same keys ends, in order of keys and dates."""
    lines = np.flatnonzero(chosen_rows)
    if len(lines) < 2:
        return lines[:0]
    by = {c: pd.factorize(rows[c][lines], sort=True)[0] for c in (*keys, *order)}
    ranked = np.lexsort([by[c] for c in (*order[::-1], *keys[::-1])])
    lines, group = lines[ranked], group_codes([by[c][ranked] for c in keys])
    return lines[rows["period_start"][lines] <= latest_end_before(group, rows["period_end"][lines])]
