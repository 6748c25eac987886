"""Factors a project adds to the packaged release: a company's own, its suppliers' footprints, imported tables.

| file | what it has |
|---|---|
| `params/<company>/factors.csv` | the company's own factors, each with its evidence |
| `params/<company>/<name>.json` | a supplier's footprint (PACT v3), named under `footprints` of the params |
| `params/shared/factors/<name>.csv` | written by `carbon factors import`, named under `factors.imported` |
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import yaml

from carbon.core import packaged, schemas
from carbon.core.errors import FileRefused, UsageError
from carbon.factors.library import OWN_TIER, SOURCES, Library
from carbon.factors.sources.company import read_overrides, to_factors
from carbon.factors.sources.pact import read_pact
from carbon.params.shapes.company import CompanyParams, Footprint

OWN_FILE = "factors.csv"


def with_project_factors(library: Library, params: CompanyParams, *, params_folder: Path) -> Library:
    """Return a release with what the company's params, in the project's `params` folder, add to it.

    Raises UsageError: A footprint or an imported table that params name is not there; FileRefused, TableError: A file
    is not in its layout, has a row without evidence, or a factor_id the release has already.
    """
    folder = params_folder / params.company
    library = with_imported_tables(library, params.factors.imported, params_folder=params_folder)
    company_factors = [read_overrides(folder / OWN_FILE)] if (folder / OWN_FILE).is_file() else []
    company_factors += _footprints(folder, params.footprints) + _flight_bands(params)
    if not company_factors:
        return library
    table = company_factors[0] if len(company_factors) == 1 else pd.concat(company_factors, ignore_index=True)
    return library.with_overrides(table)


def with_imported_tables(library: Library, names: Sequence[str], *, params_folder: Path) -> Library:
    """Return a release with tables that `carbon factors import` wrote, by name.

    Raises UsageError: There is no such table; FileRefused, TableError: A table is not in its layout, or has a factor_id
    the release has already.
    """
    for name in names:
        library = library.with_imported(*_imported(params_folder / "shared" / "factors" / f"{name}.csv"))
    return library


def _footprints(folder: Path, footprints: Sequence[Footprint]) -> list[pd.DataFrame]:
    for footprint in footprints:
        if not (folder / footprint.file).is_file():
            raise UsageError(f"The footprint {footprint.file} is not in params/{folder.name}/",
                             hint="put it there, or take it out of `footprints` in the company's params")
    return [read_pact(folder / f.file, activity=f.activity) for f in footprints]


def _flight_bands(params: CompanyParams) -> list[pd.DataFrame]:
    """Return the factors of the company's own bands of flights, in each country where its flights may belong."""
    lines = [{"factor_id": f"{band.name}-{region}", "activity": band.name, "region": region, "unit": "passenger.km",
              "co2e_kg": str(band.kg_per_passenger_km), "valid_from": "1990", "gwp_set": band.gwp_set,
              "evidence": band.evidence}
             for band in params.flight_bands if band.kg_per_passenger_km is not None
             for region in sorted(params.home)]
    if not lines:
        return []
    return [to_factors(pd.DataFrame(lines, dtype="str"), Path("flight_bands.csv")).assign(tier=OWN_TIER)]


def _imported(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read an imported table and the publication that its account names."""
    account = path.with_suffix(".yml")
    if not path.is_file() or not account.is_file():
        raise UsageError(f"{path.name} or its account {account.name} is not in params/shared/factors/",
                         hint="`carbon factors import` writes both; or take it out of `factors.imported`")
    text = packaged.csv_text(path.read_bytes())
    if list(text.columns) != list(schemas.FACTORS.columns):
        raise FileRefused(f"{path.name}: not a table of `carbon factors import`", code="factor_columns",
                          what_to_do="import the file again; own factors go to params/<company>/factors.csv")
    table = schemas.FACTORS.validate(packaged.typed(text, schemas.FACTORS.columns, path.name))
    publication = yaml.safe_load(account.read_text(encoding="utf-8"))
    return table, _sources(table, publication)


def _sources(table: pd.DataFrame, account: dict[str, object]) -> pd.DataFrame:
    first = table.drop_duplicates("source_id")
    return SOURCES.validate(pd.DataFrame({
        "source_id": first["source_id"], "title": f"{account['file']} (imported by the project)",
        "publisher": str(account["source"]), "edition": first["edition"], "licence": first["licence"], "date": "",
        "citation": f"{account['file']}, as downloaded", "sha256": str(account["sha256"]),
        "verification": first["verification"]}).astype("str"))
