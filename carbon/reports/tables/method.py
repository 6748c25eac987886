"""How the figures were made: every method choice, every factor used with its source, and how closely factors fit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.purchase_models import SEVERAL, purchases_by_answers, purchases_by_model
from carbon.core.columns import Rows
from carbon.core.errors import TableError
from carbon.core.text_columns import lines_of, listed, records_of, text_array
from carbon.core.units import KG_PER_T
from carbon.params.shapes.company import Vintage
from carbon.reports.tables.sums import counted_rows, largest_first, rows_in_scopes, share, table_of, tonnes, total_t
from carbon.reports.words.language import Words, term_key

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

ENGLISH = Words("en")

CHOICES = ("consolidation", "reporting_year_starts", "base_year", "gwp", "allow_mixed_gwp", "currency", "fx",
           "scope2_headline", "account_map", "suppliers_named_from")
FACTOR_CHOICES = ("release", "regions", "vintage", "price_basis", "deflator", "life_cycle_grid", "prefer",
                  "imported", "parts_from", "upstream_pairs", "grid_basis")
_FACTOR_TEXTS = ("label", "part", "region", "unit", "gwp_set", "edition", "page", "verification")
_OF_FACTORS = {name: name for name in (*_FACTOR_TEXTS, "valid_from", "valid_to")} | {"kg_per_unit": "co2e_kg"}
"""Column of the factors table -> column of the library."""
TRAVEL_CHOICES = ("flight_bands", "non_co2", "rail", "car", "flight_detour_km", "rail_detour", "road_detour")


def method_choices_table(inventory: Inventory, *, words: Words = ENGLISH) -> pd.DataFrame:
    """Return every choice of the company's params that changes a figure, as written there.

    Columns: choice and value (in words), key (its place in params/<company>.yml).
    """
    params = inventory.params
    rows = [(key, getattr(params, key)) for key in CHOICES]
    of_factors = FACTOR_CHOICES + (("by_country",) if params.factors.by_country else ())
    rows += [(f"factors.{key}", getattr(params.factors, key)) for key in of_factors]
    rows += [(f"travel.{key}", getattr(params.travel, key)) for key in TRAVEL_CHOICES]
    table = [(words(f"choice.{term_key(key)}"), _in_words(value, words), key) for key, value in rows]
    table += [(words("choice.instrument", id=i.id), _instrument(i, words), "instruments") for i in params.instruments]
    table += [(words("choice.instrument_vintage"), words(
        "value.instrument_vintage", before=params.instrument_vintage.months_before,
        after=params.instrument_vintage.months_after), "instrument_vintage")] if params.instruments else []
    table += [(words("choice.sworn", file=file.pattern), words(
        "value.sworn", what=words.term("sworn", entry.what), reason=entry.reason, date=words.date(entry.on)),
        "files.swears") for file in params.files for entry in file.swears]
    table += [(words("choice.max_rejected_share", kind=words.term("kind", kind)),
               words("value.limit", rows=words.percent(limit.rows, 2), amount=words.percent(limit.amount, 2)),
               f"max_rejected_share.{kind}") for kind, limit in sorted(params.max_rejected_share.items())]
    return table_of(table, dict.fromkeys(("choice", "value", "key"), "str"))


def _in_words(value: Any, words: Words) -> str:
    """Return a params value for a reader, e.g. "FR: FR, EU27, GLO; GB: GB"."""
    if isinstance(value, Vintage):
        allowed = words(f"value.vintage_later_{value.later}", later=value.max_gap)
        return allowed + words("text.list") + words("value.vintage_older", older=value.older_max_gap)
    if isinstance(value, dict):
        pairs = [f"{words.term('value', str(k))}{words('text.colon')}{_in_words(v, words)}" for k, v in value.items()]
        return words("text.list").join(pairs) or words("value.none")
    if isinstance(value, list | tuple):
        return ", ".join(_in_words(v, words) for v in value) or words("value.none")
    return words.tick(value) if isinstance(value, float) else words.term("value", str(value))


def _instrument(instrument: Any, words: Words) -> str:
    volume = instrument.volume_kwh
    return words(
        "value.instrument", kind=words.term("instrument", instrument.kind), region=instrument.region,
        start=words.date(instrument.start), end=words.date(instrument.end), kg=words.number(instrument.kg_per_kwh, 4),
        volume=words("value.all_kwh") if volume is None else f"{words.number(volume)} kWh",
        sites=", ".join(instrument.sites) or words("value.all_sites"), evidence=instrument.evidence,
    )


def factors_table(inventory: Inventory) -> pd.DataFrame:
    """Return every factor used, with its source and its share of the emissions.

    Columns: factor_id, label, part, region, valid_from, valid_to, unit, kg_per_unit, gwp_set, source_id, edition, page,
    verification, co2e_t, share (of the sum of both scope 2 methods' rows counted once each). Largest first.
    """
    rows = rows_in_scopes(inventory.emissions)
    tonnes_used, total = tonnes(rows, ["factor_id", "source_id"]), total_t(rows)
    lines = [(*key, co2e_t, share(co2e_t, total)) for key, co2e_t in tonnes_used.items()]
    table = table_of(sorted(lines, key=lambda line: (-line[2], line[0])), {
        "factor_id": "str", "source_id": "str", "co2e_t": "float64", "share": "float64"})
    if table["factor_id"].duplicated().any():
        raise TableError("A factor was used with two sources", rows=table[table["factor_id"].duplicated(keep=False)])
    # The source is that of the emissions, not of the library: a company's own contracts are factors too.
    factors = inventory.factors
    place = {name: at for at, name in reversed([*enumerate(listed(factors["factor_id"]))])}  # the first of each
    at = np.array([place.get(name, -1) for name in listed(table["factor_id"])], dtype="int64")
    columns = {name: factors[of].array.take(at, allow_fill=True) for name, of in _OF_FACTORS.items()}
    columns |= {name: columns[name].fillna("") for name in _FACTOR_TEXTS}
    columns |= {name: table[name].array for name in table.columns}
    return pd.DataFrame({name: columns[name] for name in (
        "factor_id", "label", "part", "region", "valid_from", "valid_to", "unit", "kg_per_unit", "gwp_set", "source_id",
        "edition", "page", "verification", "co2e_t", "share")})


def factor_sources_table(inventory: Inventory) -> pd.DataFrame:
    """Return the publications behind the factors used.

    Columns: source_id, title, publisher, edition, licence, date, citation.
    """
    used_ids = set(Rows(inventory.emissions).groups(["source_id"]).lines())
    columns = ["source_id", "title", "publisher", "edition", "licence", "date", "citation"]
    lines = [line for line in lines_of(inventory.factor_sources, columns) if line[0] in used_ids]
    return table_of(list(dict.fromkeys(lines)), dict.fromkeys(columns, "str"))


def instruments_table(inventory: Inventory) -> pd.DataFrame:
    """Return contracts and certificates and the kWh they covered; "uncovered" is the rest of each carrier.

    Those that are not applied follow: their kWh are unused, with the criteria they miss and what would meet them.

    Columns: instrument, carrier, region, kg_per_kwh, volume_kwh (NaN: all metered), allocated_kwh, unused_kwh, reason
    ("" where it is applied), what_to_do, evidence.
    """
    table, missed = inventory.instruments, inventory.instruments_not_applied
    names = [name or kind for name, kind in lines_of(table, ("instrument", "kind"))]
    not_applied = pd.DataFrame({
        "instrument": missed["instrument"], "carrier": missed["carrier"], "region": missed["region"],
        "kg_per_kwh": missed["kg_per_kwh"], "volume_kwh": missed["kwh"], "allocated_kwh": 0.0 * missed["kg_per_kwh"],
        "unused_kwh": missed["kwh"], "reason": missed["reason"], "what_to_do": missed["remedy"],
        "evidence": missed["evidence"]})
    applied = table.assign(instrument=text_array(names), reason=text_array([""] * len(table)),
                           what_to_do=text_array([""] * len(table)))[list(not_applied)]
    return pd.concat([applied, not_applied], ignore_index=True) if len(not_applied) else applied


def reasons_table(inventory: Inventory) -> pd.DataFrame:
    """Return how closely the factors fit: exact, or with a named step (another region, another year, a conversion).

    Columns: reason, factors (distinct), co2e_t, share; of the total with the headline scope 2 method.
    """
    return _shares(inventory, "reason")


def purchase_models_table(inventory: Inventory, *, words: Words = ENGLISH) -> pd.DataFrame:
    """Return the purchases by money as each economic model has them, where it has factors of the country itself.

    Then the purchases that one model alone answers for, and those that none of their country does: their intervals have
    no spread between models.

    Columns: title (the publication of the model), money_share (of the money that it answers for), used_t (what it
    prices in the inventory), purchases_t (all purchases, with this model wherever it answers), moved_t (against the
    inventory).
    """
    table = purchases_by_model(inventory)
    titles = {} if inventory.library is None else dict(lines_of(inventory.library.sources, ("source_id", "title")))
    lines = [(titles.get(line["model"], line["model"]), line["answered_share"], line["chosen_kg"] / KG_PER_T,
              line["kg"] / KG_PER_T, line["moved_kg"] / KG_PER_T) for line in records_of(table)]
    lines += [(words(f"models.{line['models']:.0f}"), line["money_share"], line["kg"] / KG_PER_T, np.nan, np.nan)
              for line in records_of(purchases_by_answers(inventory)) if line["models"] < SEVERAL]
    kinds = {"title": "str", **dict.fromkeys(("money_share", "used_t", "purchases_t", "moved_t"), "float64")}
    return table_of(lines, kinds)


def tiers_table(inventory: Inventory) -> pd.DataFrame:
    """Return the share of the headline total by method tier, best tier first in the standard's order of preference.

    Columns: tier, factors (distinct), co2e_t, share.
    """
    return _shares(inventory, "tier")


def gwp_table(inventory: Inventory) -> pd.DataFrame:
    """Return the GWP sets behind the figures: the chosen set, and factors whose CO2e is frozen in another or an
    unstated one.

    Columns: gwp_used, factors (distinct), co2e_t, share of the headline total.
    """
    return _shares(inventory, "gwp_used")


def _shares(inventory: Inventory, by: str) -> pd.DataFrame:
    rows = counted_rows(inventory.emissions, inventory.params.scope2_headline)
    sums, total = tonnes(rows, [by]), total_t(rows)
    factors = Counter(text for text, _ in rows.groups([by, "factor_id"]).lines())
    lines = [(text, factors[text], co2e_t, share(co2e_t, total)) for text, co2e_t in sums.items()]
    return table_of(largest_first(lines, 2), {by: "str", "factors": "int64", "co2e_t": "float64", "share": "float64"})
