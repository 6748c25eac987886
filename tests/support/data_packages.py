"""Data Package 1 as its JSON Schema has it, and whether what a package states of its tables is true of them."""

from __future__ import annotations

import jsonschema
import pyarrow.parquet as pq

TYPES = ["string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime", "year", "yearmonth",
         "duration", "geopoint", "geojson", "any"]
NAME = {"type": "string", "pattern": "^([-a-z0-9._/])+$"}
PATH = {"type": "string", "pattern": r"^(?=^[^./~])(^((?!\.{2}).)*$).*$"}
FIELD = {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string"}, "type": {"enum": TYPES},
    "constraints": {"type": "object", "additionalProperties": False, "properties": {
        "required": {"type": "boolean"}, "unique": {"type": "boolean"}, "pattern": {"type": "string"},
        "enum": {"type": "array", "minItems": 1, "uniqueItems": True}}}}}
TABLE = {"type": "object", "required": ["fields"], "properties": {
    "fields": {"type": "array", "minItems": 1, "items": FIELD},
    "primaryKey": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}}}}
RESOURCE = {"type": "object", "required": ["name", "path"], "properties": {
    "name": NAME, "path": PATH, "format": {"type": "string"}, "mediatype": {"type": "string", "pattern": "^(.+)/(.+)$"},
    "profile": {"enum": ["data-resource", "tabular-data-resource"]}, "schema": TABLE}}
PACKAGE = {"type": "object", "required": ["resources"], "properties": {
    "profile": {"const": "data-package"}, "name": NAME, "id": {"type": "string"}, "title": {"type": "string"},
    "resources": {"type": "array", "minItems": 1, "items": RESOURCE}}}
"""What specs.frictionlessdata.io publishes of version 1 (data-package.json, data-resource.json, table-schema.json), of
the properties that are written here.
"""


def check_package(package, folder):
    """Hold a package against the standard, and what it states of each table against the table."""
    jsonschema.validate(package, PACKAGE)
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names), names
    for resource in package["resources"]:
        if resource["format"] != "parquet":
            continue
        table, schema = pq.read_table(folder / resource["path"]).to_pandas(), resource["schema"]
        assert [field["name"] for field in schema["fields"]] == list(table.columns), resource["name"]
        assert not table.duplicated(schema.get("primaryKey", list(table.columns))).any() or "primaryKey" not in schema
        for field in schema["fields"]:
            limits, values = field.get("constraints", {}), table[field["name"]]
            assert not (limits.get("required") and values.isna().any()), (resource["name"], field)
            assert values.isin(limits.get("enum", values)).all(), (resource["name"], field)
