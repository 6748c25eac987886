"""The published set as a Frictionless Data Package (version 1): each file, and the schema of each table.

A program reads it without this package. It has no hashes: those are in the manifest, which covers this file too.
Standard: https://specs.frictionlessdata.io/data-package/ and /table-schema/.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from carbon.core.contracts import AMOUNT, FLAG, INTEGER, Contract
from carbon.core.schemas import ACTIVITIES, EMISSIONS, FACTORS, HISTORY, INVENTORY, LEDGER, REJECTS, RESOLUTION, SOURCES
from carbon.runs.publish.identity import indented

CONTRACTS: Mapping[str, Contract] = {contract.name: contract for contract in (
    ACTIVITIES, EMISSIONS, FACTORS, HISTORY, INVENTORY, LEDGER, REJECTS, RESOLUTION, SOURCES)}
MEDIA_TYPES = {".parquet": "application/vnd.apache.parquet", ".csv": "text/csv", ".html": "text/html",
               ".ipynb": "application/x-ipynb+json", ".json": "application/json",
               ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_TYPES = ((pa.types.is_boolean, "boolean"), (pa.types.is_integer, "integer"), (pa.types.is_floating, "number"),
          (pa.types.is_date, "date"), (pa.types.is_timestamp, "datetime"), (pa.types.is_list, "array"))
_NEVER_NULL = (AMOUNT, INTEGER, FLAG)
Schema = dict[str, Any]


def data_package(folder: Path, names: Iterable[str], read: Mapping[str, Any], *, company: str, year: int) -> bytes:
    """Return datapackage.json of some files of a folder, their tables `read` back or not: as the data, so the bytes."""
    schemas = {Path(name).stem: _table_schema(folder / name, read) for name in names if name.endswith(".parquet")}
    return indented({
        "profile": "data-package", "name": f"{company}-{year}", "id": f"{company}/{year}",
        "title": f"Greenhouse gas inventory of {company}, {year}",
        "resources": [_resource(folder / name, name, schemas) for name in sorted(names)]})


def _resource(path: Path, name: str, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    described = {"name": path.stem if path.suffix == ".parquet" else name.lower(), "path": name,
                 "format": path.suffix.removeprefix("."),
                 "mediatype": MEDIA_TYPES.get(path.suffix, "application/octet-stream")}
    if path.suffix == ".parquet":
        return {**described, "profile": "data-resource", "schema": schemas[path.stem]}
    if path.suffix == ".csv":
        return {**described, "profile": "tabular-data-resource", "encoding": "utf-8",
                "schema": _csv_schema(path, schemas.get(path.stem, {"fields": []}))}
    # Version 1 ignores the type; readers of version 2 would take a workbook for one table.
    return {**described, "profile": "data-resource", "type": "file"}


def _table_schema(path: Path, read: Mapping[str, Any]) -> Schema:
    """Return the fields of a table as its file has them, with the key and the allowed words of its contract."""
    columns = read[path.name].schema if path.name in read else pq.read_schema(path)
    contract = CONTRACTS.get(path.stem)
    fields = [_field(column, contract) for column in columns]
    key = contract.key if contract and set(contract.key) <= set(columns.names) else ()
    return {"fields": fields, **({"primaryKey": list(key)} if key else {})}


def _field(column: pa.Field, contract: Contract | None) -> dict[str, Any]:
    held = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    field = {"name": column.name, "type": next((name for is_it, name in _TYPES if is_it(held)), "string")}
    if contract is None or column.name not in contract.columns:
        return field
    limits = {**({"required": True} if contract.columns[column.name] in _NEVER_NULL else {}),
              **({"enum": list(contract.choices[column.name])} if contract.choices.get(column.name) else {})}
    return {**field, **({"constraints": limits} if limits else {})}


def _csv_schema(path: Path, of_table: Schema) -> Schema:
    """Return the fields of a CSV file by its headings, with the types of the table of its name."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        headings = next(csv.reader(lines), [])
    types = {field["name"]: field["type"] for field in of_table["fields"]}
    return {"fields": [{"name": heading, "type": types.get(heading, "string")} for heading in headings]}
