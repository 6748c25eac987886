"""Releases of the library, a company's own factors in it, imported tables, and the names of a factor policy."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from carbon.core import packaged
from carbon.core.errors import ParamsError, TableError, UsageError
from carbon.factors import library, release_tables
from carbon.factors.library import check_policy
from carbon.params.shapes.sites import Site


def test_a_cut_release_refuses_a_changed_table(monkeypatch: pytest.MonkeyPatch):
    """One changed byte in a table of a cut release stops the load."""
    read_yaml, read_bytes = packaged.read_yaml, packaged.read_bytes

    def as_cut(package: str, name: str) -> object:
        read = read_yaml(package, name)
        return {"test": {**read[library.newest_of(read)], "status": "cut"}} if name.endswith("releases.yml") else read

    monkeypatch.setattr(packaged, "read_yaml", as_cut)
    release_tables.releases_listed.cache_clear()
    assert library.load("test").status == "cut"
    library._load.cache_clear()
    monkeypatch.setattr(packaged, "read_bytes", lambda p, n: (
        read_bytes(p, n).replace(b"0.18231", b"0.18232") if "fuels" in n else read_bytes(p, n)))
    try:
        with pytest.raises(TableError, match=re.escape("fuels.csv has changed")):
            library.load("test")
    finally:
        library._load.cache_clear()
        release_tables.releases_listed.cache_clear()


def test_an_unknown_release_is_refused_with_the_known_ones():
    """The message names the releases that exist."""
    with pytest.raises(UsageError, match=re.escape("No factor release '1999.1'")):
        library.load("1999.1")


def own(**changes: object) -> pd.DataFrame:
    row = library.load().table.iloc[[0]].assign(
        factor_id="acme-1", element_id="acme-1", source_id="company", page="EPD 1")
    return row.assign(**changes)


def test_a_company_adds_its_own_factors():
    """They join the table, are the top tier by name, and leave the packaged library as it was."""
    packaged_one = library.load()
    with_own = packaged_one.with_overrides(own())
    assert len(with_own.table) == len(packaged_one.table) + 1
    assert with_own.overrides == {"acme-1": "supplier-specific"} and not packaged_one.overrides
    assert "company" in set(with_own.sources["source_id"])


@pytest.mark.parametrize("changes, message", [
    ({"factor_id": "fr-elec-pv-kwh"}, "has already"), ({"page": ""}, "without evidence"),
    ({"source_id": "desnz_2026"}, "does not start with"),
])
def test_own_factors_are_refused_where_they_could_mislead(changes: dict[str, str], message: str):
    """No packaged factor is replaced under its own name, none comes without evidence or under a publisher's name."""
    with pytest.raises(TableError, match=message):
        library.load().with_overrides(own(**changes))


@pytest.fixture(scope="module")
def release() -> library.Library:
    return library.load("2026.1")


def sources(table: pd.DataFrame) -> pd.DataFrame:
    names = table["source_id"].unique()
    columns = [c for c in library.SOURCES.columns if c != "source_id"]
    return pd.DataFrame({"source_id": names, **dict.fromkeys(columns, "x")}).astype("str")


def test_rows_the_release_holds_word_for_word_stand_once(release):
    """A whole publication can be imported although the release holds an extract of it."""
    extract = release.table.head(3)
    more = extract.assign(factor_id=extract["factor_id"] + "-more", element_id=extract["element_id"] + "-more")
    table = pd.concat([extract, more], ignore_index=True)
    found = release.with_imported(table, sources(table))
    assert len(found.table) == len(release.table) + 3
    assert found.table["factor_id"].is_unique


def test_another_label_is_no_other_factor(release):
    """A file with its accents and the damaged copy that the release read are one: the release's row counts."""
    row = release.table.head(1)
    found = release.with_imported(row.assign(label="x", notes="y"), sources(row))
    assert found.table["label"].tolist() == release.table["label"].tolist()


@pytest.mark.parametrize("column", ["co2e_kg", "unit", "valid_to"])
def test_another_figure_or_word_under_a_name_of_the_release_is_refused(release, column):
    """Two editions under one factor_id would leave it to chance which one counts."""
    row = release.table.head(1)
    other = row.assign(**{column: row[column] + (1 if column != "unit" else "x")})
    with pytest.raises(TableError, match="with other figures or words"):
        release.with_imported(other, sources(other))


@pytest.fixture
def params(make_policy):
    """Params of which the check reads the policy, the accepted GWP sets and the company's name."""
    from types import SimpleNamespace

    def made(allow_mixed_gwp=(), sites=None, **policy):
        return SimpleNamespace(company="acme", sites=sites or {}, factors=make_policy(**policy),
                               allow_mixed_gwp=list(allow_mixed_gwp))

    return made


@pytest.fixture
def tram_library(make_library):
    return make_library({"factor_id": "tram-1", "activity": "tram", "region": "AU-NSW", "source_id": "ember_2026"},
                        {"factor_id": "bus-1", "activity": "bus", "region": "EU27", "source_id": "desnz_2024"})


def test_names_that_exist_pass(params, tram_library):
    """A beginning of a source or factor, a country, a region of the library, and the word `other`."""
    check_policy(params(prefer=["ember", "desnz_2024"], allow_mixed_gwp=["desnz", "tram-"],
                        regions={"FR": ["FR", "EU27"], "AU-NSW": ["AU-NSW"], "other": ["GB"]}), tram_library)


def test_a_heat_network_without_a_factor_is_asked(params, make_library):
    """Its name would else lead to the national average in silence: the row to add is named."""
    library = make_library({"factor_id": "h", "activity": "district_heat", "region": "FR-cpcu"})
    known = {"a": Site(country="FR", heat_network="CPCU"), "b": Site(country="CA", zone="QC")}
    check_policy(params(sites=known), library)
    for site, said in ((Site(country="FR", heat_network="CPCX"), "heat_network`: no factor is of region FR-cpcx"),
                       (Site(country="IN", zone="IN-KA"), "zone`: no factor is of region IN-KA")):
        with pytest.raises(ParamsError, match=re.escape(said)):
            check_policy(params(sites={"a": site}), library)


@pytest.mark.parametrize(("given", "said"), [
    ({"prefer": ["embr"]}, "`factors.prefer`: no source of factors begins with 'embr'; did you mean 'ember'?"),
    ({"prefer": [""]}, "`factors.prefer`: no source of factors begins with ''"),
    ({"allow_mixed_gwp": ["tran-"]}, "`allow_mixed_gwp`: no source of factors begins with 'tran-'"),
    ({"regions": {"FR": ["FR", "EU28"]}}, "`factors.regions.FR`: 'EU28' is no country and no region of the library"),
    ({"regions": {"FRA": ["FR"]}}, "`factors.regions`: 'FRA' is no country"),
    ({"life_cycle_grid": ["DEU"]}, "`factors.life_cycle_grid`: 'DEU' is no country"),
])
def test_a_name_that_nothing_has_is_refused(params, tram_library, given, said):
    """A typing slip would leave the choice out without a word: the key, the name and the nearest one are said."""
    with pytest.raises(ParamsError, match=re.escape(said)):
        check_policy(params(**given), tram_library)
