"""
Energy: each meter reading or bill becomes kWh, m3, litres or kg of a carrier, in scope 1 or 2.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from carbon.activities.draft import Draft
from carbon.activities.regions import with_region
from carbon.activities.rules import PACKAGE
from carbon.core import packaged, units
from carbon.core.errors import UnitError
from carbon.core.params import CompanyParams
from carbon.core.periods import latest_end_before
from carbon.core.words_coded import group_codes, text_array

EXTENSIVE = ("quantity", "amount")
SLIP_RATIO = 100
"""A reading this many times its meter's median, or that much smaller, is shown as a likely slip of unit [design]."""
_HISTORY = 3
_FIX = "correct the source file"


@cache
def carriers() -> pd.DataFrame:
    """
    Carrier -> activity, scope, the dimensions its unit may have, and whether kWh need a calorific basis.
    """
    return packaged.read_csv(PACKAGE, "data/carriers.csv", {"basis_needed": "flag"}).set_index("carrier")


def measured(draft: Draft, params: CompanyParams) -> Draft:
    """
    Activity, scope and unit of each reading; doubtful carriers and units are rejected.

    Electricity keeps site, contract and supplier, which scope 2 needs. Gas in kWh must say HHV (PCS) or LHV (PCI).
    """
    draft = draft.reject(~draft.rows["carrier"].isin(carriers().index), "carrier_unknown",
                         "no such energy carrier", "use a carrier of the reference list, or `values` in params",
                         "carrier")
    draft = draft.reject(draft.rows["carrier"] == "biomass", "carrier_too_wide", "biomass may be many fuels",
                         "name the fuel: wood.pellets, wood.chips, wood.logs or biogas", "carrier")
    draft = _with_units(draft)
    known = carriers().loc[draft.rows["carrier"]]
    draft = draft.assign(activity=known["activity"].array, scope=known["scope"].array, category=0,
                         group=draft.rows["carrier"], tier="measured", quality="", rule="", fx_rate=np.nan)
    return flag_unit_slips(with_region(draft, params, site_decides=True))


def _with_units(draft: Draft) -> Draft:
    carrier, carriers = pd.factorize(draft.rows["carrier"])
    unit, written = pd.factorize(draft.rows["unit"])
    pairs, at = np.unique(carrier * max(len(written), 1) + unit, return_inverse=True)
    told = [_unit_of(carriers[pair // len(written)], written[pair % len(written)]) for pair in pairs]
    name, code, reason, hint = (pd.Series(text_array([words[i] for words in told]).take(at), index=draft.rows.index)
                                for i in range(4))
    return draft.reject(code != "", code, reason, hint, "unit").assign(unit=name[code == ""])


def _unit_of(carrier: str, written: str) -> tuple[str, str, str, str]:
    """
    (canonical unit, code, reason, what to do) of one carrier and written unit; the code is "" where it fits.
    """
    try:
        unit = units.unit(written)
    except UnitError as wrong:
        return "", "unit_unknown" if written.strip() else "unit_missing", wrong.what, wrong.hint or _FIX
    allowed = str(carriers().loc[carrier, "dimensions"]).split()
    if unit.dimension in allowed:
        return unit.name, "", "", ""
    if unit.dimension == "energy":
        return "", "gas_basis_missing", f"{written} of {carrier} without a calorific basis", (
            "write kWh_HHV (PCS, gross) or kWh_LHV (PCI, net), as the bill says")
    if unit.dimension == "power":
        return "", "power_not_energy", f"{written} is power, not energy", _FIX
    return "", "unit_dimension", f"{carrier} is not measured in {written} ({unit.dimension})", _FIX


def flag_unit_slips(draft: Draft) -> Draft:
    """
    Remark on readings that look like kWh typed as MWh. Nothing is changed.

    flagged where the quantity a day is 100 times, or a 100th of, the median of its meter; or the price a unit that of
    its carrier and currency. A median needs three readings or more.
    """
    rows = draft.rows
    if rows.empty:
        return draft
    days = (rows["period_end"] - rows["period_start"]).dt.days + 1
    slip = _far_from_usual(rows["record_amount"] / days, [rows[c] for c in ("site", "carrier", "meter", "record_unit")])
    price = (rows["amount"] / rows["record_amount"]).where(rows["record_amount"] != 0)
    slip |= _far_from_usual(price, [rows[c] for c in ("carrier", "currency", "record_unit")])
    if not slip.any():
        return draft
    first = rows[slip].iloc[0]
    text = (f"{int(slip.sum())} energy readings are {SLIP_RATIO} times more or less than usual for their meter, or "
            f"their price is, e.g. {first['record_id']}: {first['quantity']:g} {first['unit']} of {first['carrier']} "
            f"at {first['site']}; check the unit")
    quality = rows["quality"].mask(slip, "unit slip suspected")
    return draft.with_rows(rows.assign(quality=quality)).warn("unit_slip", text)


def _far_from_usual(values: pd.Series, keys: list[pd.Series]) -> pd.Series:
    size = values.abs()
    known = size.where(size > 0).groupby(group_codes(keys))
    ratio = size / known.transform("median")
    return ((ratio >= SLIP_RATIO) | (ratio <= 1 / SLIP_RATIO)) & (size > 0) & (known.transform("count") >= _HISTORY)


def refuse_overlaps(draft: Draft) -> Draft:
    """
    Reject the later line where two periods of one meter overlap: the same kWh may stand on both.

    Credit notes and corrections (negative quantities) may overlap what they correct. Lines without a meter overlap
    only where site, carrier, supplier and contract are the same as well, and are then only remarked on.
    """
    keys = ["site", "carrier", "meter"]
    rows = draft.rows
    columns = [*keys, "period_start", "period_end", "record_id"]
    lines = rows[columns][(rows["quantity"] > 0) & (rows["meter"] != "")].sort_values(columns)
    hit = lines.index[(lines["period_start"] <= latest_end_before(lines, keys)).to_numpy()]
    draft = draft.reject(rows.index.isin(hit), "meter_overlap", "the period overlaps another line of the same meter",
                         "correct the periods, or remove the line that stands twice", "period_start")
    return _remark_overlaps(draft)


def _remark_overlaps(draft: Draft) -> Draft:
    keys = ["site", "carrier", "supplier", "contract"]
    rows = draft.rows
    unnamed = (rows["quantity"] > 0) & (rows["meter"] == "")
    if unnamed.sum() < 2:
        return draft
    lines = rows[unnamed].sort_values([*keys, "period_start", "record_id"])
    hit = lines[(lines["period_start"] <= latest_end_before(lines, keys)).to_numpy()]
    if hit.empty:
        return draft
    return draft.warn("period_overlap", f"{len(hit)} energy lines without a meter overlap another of the same site, "
                      f"carrier and supplier, e.g. {hit['record_id'].iloc[0]}: name the meters, or remove the copy")
