"""What holds for every inventory of the example companies, from their real files."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.company import inventory_of, library_of
from carbon.accounting.result import Inventory
from carbon.core import schemas
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD, SCOPE2_METHODS
from carbon.params.files.project import find_project
from carbon.records.files.company import CompanyRecords, read_company

ROOT = Path(__file__).parent.parent
COMPANY_YEARS = [("petit-studio", 2024), ("nuage-logiciels", 2024), ("cap-conseil", 2023)]
QUANTITIES = {
    "purchases": ["amount", "vat", "quantity"], "energy": ["quantity", "amount"], "travel": ["trips", "nights"]}


@cache
def records(company: str, year: int) -> CompanyRecords:
    return read_company(company, year, project=find_project(ROOT))


@cache
def library(company: str, year: int):
    return library_of(records(company, year), find_project(ROOT))


@cache
def inventory(company: str, year: int) -> Inventory:
    given = records(company, year)
    return inventory_of(given, library(given.company, given.year))


def totals(inv: Inventory) -> dict[str, float]:
    return {method: inv.total(method) for method in SCOPE2_METHODS}


def rerun(given: CompanyRecords, tables: dict[str, pd.DataFrame]) -> Inventory:
    return inventory_of(replace(given, records=tables), library(given.company, given.year))


each = pytest.mark.parametrize(("company", "year"), COMPANY_YEARS, ids=lambda v: str(v))


@each
def test_every_row_read_ends_in_exactly_one_place(company: str, year: int):
    """inventoried + set aside + excluded + rejected = rows of the files, file by file."""
    inv = inventory(company, year)
    rows = inv.ledger[inv.ledger["counts_row"]].groupby("source_file").size()
    read = inv.sources.set_index("source_file")["rows_read"]
    in_year = [f for f in read.index if "/reported/" not in f]
    assert rows.reindex(in_year).fillna(0).astype(int).to_dict() == read.loc[in_year].to_dict()


@each
def test_every_emission_leads_to_a_line_of_a_file_and_a_factor_of_a_source(company: str, year: int):
    """factor_id, source_id, source_file and source_line are on each row; the line exists; the factor is listed."""
    inv = inventory(company, year)
    rows = inv.emissions
    assert (rows[["factor_id", "source_id", "source_file"]] != "").all().all()
    assert (rows["source_line"] > 0).all()
    assert set(rows["record_id"]) <= set(inv.ledger.loc[inv.ledger["outcome"] == "inventoried", "record_id"])
    assert all((ROOT / f).is_file() for f in rows["source_file"].unique())


@each
def test_totals_are_the_exact_sums_of_their_rows(company: str, year: int):
    """Each total is math.fsum of its emission rows, to the last bit; scopes and categories sum to it, and those without
    rows have no number.
    """
    inv = inventory(company, year)
    counted = inv.emissions[inv.emissions["kyoto"]]
    for method in SCOPE2_METHODS:
        rows = counted[counted["scope2_method"].isin([NO_METHOD, method])]
        assert inv.total(method) == math.fsum(rows["co2e_kg"])
        lines = inv.table[inv.table["scope2_method"].isin([NO_METHOD, method])]
        assert lines["co2e_kg"].isna().equals(lines["rows"] == 0)
        assert math.fsum(lines["co2e_kg"].dropna()) == pytest.approx(inv.total(method), rel=1e-12)


@each
def test_no_table_holds_a_missing_or_infinite_figure_where_one_is_promised(company: str, year: int):
    """The contracts hold on the real tables, and no zero replaces a missing factor."""
    inv = inventory(company, year)
    schemas.EMISSIONS.validate(inv.emissions, extra=True)
    schemas.ACTIVITIES.validate(inv.activities, extra=True)
    schemas.LEDGER.validate(inv.ledger, extra=True)
    schemas.INVENTORY.validate(inv.table, extra=True)
    assert set(inv.activities["activity_id"]) == set(inv.emissions["activity_id"])


@each
def test_the_order_of_the_records_changes_no_bit(company: str, year: int):
    """Shuffled records give bit-equal totals."""
    given = records(company, year)
    rng = np.random.Generator(np.random.PCG64(3))
    shuffled = {k: t.iloc[rng.permutation(len(t))].reset_index(drop=True) for k, t in given.records.items()}
    assert totals(rerun(given, shuffled)) == totals(inventory(company, year))


@each
def test_doubling_every_quantity_doubles_every_total(company: str, year: int):
    """Emissions are linear in activity, whatever the classification."""
    given = records(company, year)
    double = {k: t.assign(**{c: t[c] * 2 for c in QUANTITIES.get(k, [])}) for k, t in given.records.items()}
    params = given.params.model_copy(update={"instruments": []})
    single = inventory_of(replace(given, params=params), library(given.company, given.year))
    doubled = inventory_of(replace(given, params=params, records=double), library(given.company, given.year))
    for method in SCOPE2_METHODS:
        assert doubled.total(method) == pytest.approx(2 * single.total(method), rel=1e-12)


@each
def test_splitting_a_purchase_in_two_changes_no_total(company: str, year: int):
    """A line of 100 is two lines of 60 and 40."""
    given = records(company, year)
    lines = given.records["purchases"]
    parts = [lines.assign(amount=lines["amount"] * s, quantity=lines["quantity"] * s, vat=lines["vat"] * s,
                          record_id=lines["record_id"] + f"/{s}") for s in (0.6, 0.4)]
    more = lines.groupby("source_file").size().reindex(given.sources["source_file"]).fillna(0).astype(int).to_numpy()
    purchases = given.sources["kind"].isin(["purchases", "fec"]).to_numpy()
    sources = given.sources.assign(rows_read=given.sources["rows_read"] + more * purchases)
    tables = {**given.records, "purchases": pd.concat(parts, ignore_index=True)}
    split = rerun(replace(given, sources=sources), tables)
    for method, total in totals(inventory(company, year)).items():
        assert split.total(method) == pytest.approx(total, rel=1e-12)


def test_one_kwh_gives_both_scope_2_figures_and_one_category_3():
    """The market figure differs where there is a contract; upstream and losses are the same in both totals."""
    inv = inventory("cap-conseil", 2023)
    rows = inv.emissions
    power = rows[(rows["scope"] == "2")]
    kwh = power.drop_duplicates(["activity_id", "scope2_method"]).groupby("scope2_method")["activity_id"].nunique()
    assert kwh[LOCATION] == kwh[MARKET]
    assert (rows.loc[rows["category"] == 3, "scope2_method"] == NO_METHOD).all()
    assert inv.total(MARKET) < inv.total(LOCATION)


def test_importing_carbon_costs_next_to_nothing():
    """`import carbon` loads neither pandas nor anything else heavy."""
    code = "import sys, carbon; print(sorted({'pandas', 'numpy', 'pydantic', 'matplotlib'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_first_inventory_loads_nothing_that_it_does_not_use():
    """Neither figures, models, notebooks nor a cluster: an analyst waits for pandas and for the records, and no
    more.
    """
    heavy = {"scipy", "matplotlib", "seaborn", "papermill", "nbconvert", "IPython", "jinja2", "distributed", "openpyxl",
             "babel", "fontTools"}
    code = 'import sys, carbon as cb; cb.inventory("petit-studio", 2024); print(*sys.modules)'
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={**os.environ, "CARBON_PROJECT": str(ROOT)})
    loaded = {name.partition(".")[0] for name in out.stdout.split()}
    assert "pandas" in loaded
    assert not heavy & loaded
