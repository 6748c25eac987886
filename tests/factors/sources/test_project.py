"""What a project adds to a release: a company's own factors, footprints and imported tables, each by name."""

from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from carbon.core.errors import FileRefused, UsageError
from carbon.factors import library
from carbon.factors.sources import project
from carbon.params.shapes.company import Footprint

OWN = ("factor_id,activity,region,unit,co2e_kg,valid_from,evidence\n"
       "acme-steel,material.steel,GLO,t,1420,2024,EPD S-P-01234\n")


@pytest.fixture(scope="module")
def release() -> library.Library:
    return library.load()


@pytest.fixture
def add(tmp_path, release):
    """The release with what the params of a company `acme` in a folder name."""
    (tmp_path / "acme").mkdir()

    def added(*, footprints=(), imported=()):
        policy = SimpleNamespace(imported=list(imported))
        params = SimpleNamespace(company="acme", factors=policy, footprints=footprints, flight_bands=[])
        return project.with_project_factors(release, params, params_folder=tmp_path)

    return added


@pytest.fixture
def shared(tmp_path, release):
    """An imported table `steel` as `carbon factors import` writes it: one row, and its account."""
    folder = tmp_path / "shared" / "factors"
    folder.mkdir(parents=True)
    row = release.table.head(1).assign(factor_id="steel-1", element_id="steel-1", source_id="steel_2024")
    row.assign(life_cycle="false", kyoto="true").to_csv(folder / "steel.csv", index=False)
    account = {"file": "steel.xlsx", "source": "Steel Institute", "sha256": "ab" * 32}
    (folder / "steel.yml").write_text(yaml.safe_dump(account), encoding="utf-8")
    return folder


def test_a_company_without_factors_of_its_own_has_the_release(add, release):
    """No file, no footprint, no imported table: the same library, not a copy."""
    assert add() is release


def test_own_factors_are_read_from_the_company_folder(add, tmp_path, release):
    """params/acme/factors.csv adds its row, with the tier of a supplier's figure."""
    (tmp_path / "acme" / "factors.csv").write_text(OWN, encoding="utf-8")
    found = add()
    assert len(found.table) == len(release.table) + 1 and found.overrides == {"acme-steel": "supplier-specific"}


def test_an_imported_table_comes_with_its_publication(add, shared):
    """The table joins like a published one, cited by file, publisher and hash."""
    found = add(imported=["steel"])
    source = found.sources.set_index("source_id").loc["steel_2024"]
    assert "steel-1" in set(found.table["factor_id"]) and found.overrides == {}
    assert (source["publisher"], source["sha256"]) == ("Steel Institute", "ab" * 32)


def test_what_params_name_and_is_not_there_is_an_error(add, shared):
    """A footprint without its file and a table without its account are named with the remedy."""
    with pytest.raises(UsageError, match=r"The footprint steel\.json is not in params/acme/"):
        add(footprints=[Footprint(file="steel.json", activity="material.steel")])
    (shared / "steel.yml").unlink()
    with pytest.raises(UsageError, match=r"steel\.csv or its account steel\.yml is not in params/shared/factors/"):
        add(imported=["steel"])


def test_a_table_of_another_layout_is_refused(add, shared):
    """A list put into the folder by hand would skip the account of what was left out."""
    pd.DataFrame({"factor_id": ["a"]}).to_csv(shared / "steel.csv", index=False)
    with pytest.raises(FileRefused, match="not a table of `carbon factors import`"):
        add(imported=["steel"])
