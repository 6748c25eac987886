"""
The doubts of emission rows: what publishers state, and declared defaults of ours where they state nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.emissions.market import INSTRUMENT
from carbon.emissions.uncertainty.distributions import LOGNORMAL, sigma_of_gsd2
from carbon.emissions.uncertainty.doubts import Doubts, make_doubts
from carbon.emissions.uncertainty.pedigree import PACKAGE

FACTOR, ACTIVITY = "factor", "activity"
YEARLY = "@"
"""Between a source's id and its year, where its part that is independent each year stands apart."""


def defaults() -> pd.DataFrame:
    """
    The packaged table: of, tier, activity, part (prefixes; "" is any), gsd2, shared_by, shared_over_years, ask.

    Our own round numbers, from no publication: every result that uses them says so.
    """
    numbers = {"gsd2": "amount", "shared_over_years": "amount"}
    return packaged.read_csv(PACKAGE, "data/uncertainty_defaults.csv", numbers)


def doubts_of(
    emissions: pd.DataFrame, stated_pct: Mapping[str, float], *, split_years: bool, table: pd.DataFrame | None = None
) -> Doubts:
    """
    Doubts of emission rows: one of the factor and one of the activity each.

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS`; rows of one or several years.
    stated_pct
        factor_id -> +- % at 95 % as its publisher states it; factors without take the default of their class.
    split_years
        Set the part of each doubt that is independent each year apart from the part all years share: for changes.
    table
        Another table of defaults than the packaged one.

    Raises
    ------
    MethodError
        Rows that no default speaks of.
    """
    given = defaults() if table is None else table
    blocks = [_factor_sources(emissions, stated_pct, given), _activity_sources(emissions, given)]
    of_row: dict[str, pd.Series] = {}
    sources = []
    for kind, (ids, found) in zip((FACTOR, ACTIVITY), blocks, strict=True):
        if not split_years:
            of_row[kind] = ids
            sources.append(found.assign(of=kind))
            continue
        year = emissions["year"].astype("str").reset_index(drop=True)
        of_row[kind], of_row[f"{kind}, yearly"] = ids, ids + YEARLY + year
        sources += _split(kind, ids, year, found)
    columns = ["source_id", "of", "spread", "stated", "ask"]
    return make_doubts(emissions["co2e_kg"].to_numpy(), of_row,
                       pd.concat(sources, ignore_index=True)[columns].assign(distribution=LOGNORMAL))


def _split(kind: str, ids: pd.Series, year: pd.Series, found: pd.DataFrame) -> list[pd.DataFrame]:
    """
    sigma^2 = shared^2 + yearly^2: one source for all years, and one for each year.
    """
    shared = found.assign(of=kind, spread=found["spread"] * np.sqrt(found["shared_over_years"]))
    pairs = pd.DataFrame({"source_id": ids, "year": year}).drop_duplicates()
    yearly = pairs.merge(found, on="source_id", how="left", validate="many_to_one")
    yearly = yearly.assign(of=f"{kind}, yearly", source_id=yearly["source_id"] + YEARLY + yearly["year"],
                           spread=yearly["spread"] * np.sqrt(1 - yearly["shared_over_years"]))
    return [shared, yearly]


def _factor_sources(
    emissions: pd.DataFrame, stated_pct: Mapping[str, float], table: pd.DataFrame
) -> tuple[pd.Series, pd.DataFrame]:
    """
    One source a factor: rows on one factor share its doubt.
    """
    columns = ["factor_id", "activity", "part"]
    names = emissions[columns].drop_duplicates("factor_id").sort_values("factor_id", ignore_index=True)
    own = names["factor_id"].str.startswith(INSTRUMENT)
    activity = names["activity"].mask(own, INSTRUMENT)
    rule = _first_fit(table[table["of"] == FACTOR], activity=activity, part=names["part"])
    stated = names["factor_id"].map(stated_pct).astype("float64")
    gsd2 = (1 + stated / 100).where(stated.notna(), rule["gsd2"])
    found = pd.DataFrame({
        "source_id": "factor:" + names["factor_id"], "spread": sigma_of_gsd2(gsd2.to_numpy()),
        "stated": (stated.notna() | own).to_numpy(), "ask": rule["ask"] + " (" + names["activity"] + ")",
        "shared_over_years": rule["shared_over_years"]})
    return ("factor:" + emissions["factor_id"]).reset_index(drop=True), found


def _activity_sources(emissions: pd.DataFrame, table: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """
    One source for all rows that share what the default's `shared_by` names: a meter, a supplier, a way to estimate.
    """
    rules = table[table["of"] == ACTIVITY].reset_index(drop=True)
    fit = _first_fit(rules, tier=emissions["tier"].reset_index(drop=True),
                     activity=emissions["activity"].reset_index(drop=True))
    rows = emissions.reset_index(drop=True)
    ids = pd.Series("", index=rows.index, dtype="str")
    for shared_by in fit["shared_by"].unique():
        label = f"{ACTIVITY}:" + rows["tier"].astype("str")
        for column in str(shared_by).split("+"):
            label = label + "/" + rows[column].astype("str")
        ids = ids.mask(fit["shared_by"] == shared_by, label)
    found = pd.DataFrame({
        "source_id": ids, "spread": sigma_of_gsd2(fit["gsd2"].to_numpy()), "stated": False,
        "ask": fit["ask"] + " (" + ids.str.removeprefix(f"{ACTIVITY}:") + ")",
        "shared_over_years": fit["shared_over_years"]}).drop_duplicates("source_id")
    return ids, found


def _first_fit(rules: pd.DataFrame, **columns: pd.Series) -> pd.DataFrame:
    """
    For each row the first rule whose tier is equal and whose activity and part begin so; "" fits all.
    """
    n = len(next(iter(columns.values())))
    rules = rules.reset_index(drop=True)
    found: npt.NDArray[np.int64] = np.full(n, -1)
    for i, rule in enumerate(rules.to_dict("records")):
        fits = found < 0
        for name, values in columns.items():
            if rule[name]:
                same = values == rule[name] if name == "tier" else values.str.startswith(str(rule[name]))
                fits &= same.to_numpy(bool)
        found[fits] = i
    if (found < 0).any():
        raise MethodError(f"{int((found < 0).sum()):,} rows that no default uncertainty speaks of",
                          rows=pd.DataFrame({k: v.to_numpy() for k, v in columns.items()})[found < 0])
    return rules.take(found).reset_index(drop=True)
