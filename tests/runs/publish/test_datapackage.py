"""datapackage.json of a set: valid by the published JSON Schema of Data Package 1, and true of the tables it is of."""

from __future__ import annotations

import json

import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pytest
from data_packages import check_package

from carbon.core.schemas import INVENTORY
from carbon.runs.publish.datapackage import CONTRACTS, data_package
from carbon.runs.publish.parquet import to_arrow, to_parquet


@pytest.fixture
def package(tmp_path):
    """The package of a folder with a table of a contract, one of none, a CSV file and a page."""
    line = {"company": "acme", "year": 2024, "scope": "3", "category": 1, "scope2_method": "", "co2e_kg": 1.5,
            "biogenic_co2_kg": float("nan"), "rows": 2, "status": "computed"}
    day = pd.Series(pd.to_datetime(["2024-02-29"])).astype("datetime64[s]")
    tables = {"inventory": INVENTORY.validate(pd.DataFrame([line])),
              "rejects": pd.DataFrame({"source_line": [7], "value": pd.Categorical(["1,2,3"]), "counts_row": [True],
                                       "amount": [float("nan")], "on": day})}
    for name, table in tables.items():
        (tmp_path / f"{name}.parquet").write_bytes(to_parquet(table))
    (tmp_path / "rejects.csv").write_text("source_line,value\n7,\"1,2,3\"\n")
    (tmp_path / "annual_report.html").write_text("<p>1.5</p>")
    names = sorted(path.name for path in tmp_path.iterdir())
    tables_read = {"inventory.parquet": to_arrow(tables["inventory"])}
    return json.loads(data_package(tmp_path, names, tables_read, company="acme", year=2024))


def test_a_package_is_valid_and_states_every_file(package, tmp_path):
    """Every file is a resource, every table has its columns with their types, and keys and words of its contract."""
    check_package(package, tmp_path)
    assert package["id"] == "acme/2024"
    of = {resource["path"]: resource for resource in package["resources"]}
    assert sorted(of) == ["annual_report.html", "inventory.parquet", "rejects.csv", "rejects.parquet"]
    assert of["inventory.parquet"]["schema"]["primaryKey"] == list(INVENTORY.key)
    assert {f["name"]: f["type"] for f in of["rejects.parquet"]["schema"]["fields"]} == {
        "source_line": "integer", "value": "string", "counts_row": "boolean", "amount": "number", "on": "datetime"}
    assert of["rejects.csv"]["schema"]["fields"] == [
        {"name": "source_line", "type": "integer"}, {"name": "value", "type": "string"}]
    assert "schema" not in of["annual_report.html"]


def test_what_a_table_does_not_keep_is_found(package, tmp_path):
    """The check of this file is no rubber stamp: a null where a value is required, a key twice, a bad name fail it."""
    twice = pd.concat([pq.read_table(tmp_path / "inventory.parquet").to_pandas()] * 2)
    (tmp_path / "inventory.parquet").write_bytes(to_parquet(twice))
    with pytest.raises(AssertionError):
        check_package(package, tmp_path)
    package["resources"][0]["path"] = "../outside.parquet"
    with pytest.raises(jsonschema.ValidationError):
        check_package(package, tmp_path)


def test_contracts_of_published_tables_are_known_by_their_name():
    """A table that is published under the name of a contract has its key: none is forgotten by a rename."""
    from carbon.runs.publish.parquet import TABLES

    assert set(CONTRACTS) - set(TABLES) == {"history"}
