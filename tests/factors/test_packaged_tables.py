"""The packaged tables: their contract, citations, cut releases, who pins them, and their page in the docs."""

from __future__ import annotations

import importlib.util
import re
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.core import gases, packaged, schemas, units, zones
from carbon.core.ghg_protocol import GWP_SETS, PARTS
from carbon.factors import library, releases
from carbon.factors.sources.company import REGION

PACKAGE = "carbon.factors"
CUT = {"2026.1": "9842220d71b4efe352e89943e43c6b57a59f8ebaca75628069e73ab4e27506fe",
       "2026.2": "7729d997be488d07309268dda732a7f6211fedf72475f063be6b36790827d4c0"}
"""Cut releases and the digest of their tables' hashes: a line is added for each new one, none ever changes."""

SHARED = dict.fromkeys(CUT, "646246cbec217a60e9a0dcae67f2a1d91c893e488961c886688c4ce905c9d47c")
"""Cut releases and the digest of the hashes of their shared tables, e.g. the loss shares of grids."""


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return library.load().table


def starting(table: pd.DataFrame, *words: str) -> pd.DataFrame:
    first = table["activity"].str.split(".").str[0]
    return table[first.isin(words) | table["activity"].str.startswith(tuple(w for w in words if "." in w))]


def test_the_library_is_as_wide_as_promised(table: pd.DataFrame):
    """At least 900 factors over 600 (activity, region) pairs, with a minimum for each theme."""
    assert len(table) >= 900
    assert len(table.drop_duplicates(["activity", "region"])) >= 600
    electricity = table[table["activity"].eq("electricity") & table["region"].str.fullmatch("[A-Z]{2}")]
    assert electricity["region"].nunique() >= 50
    assert starting(table, "refrigerant")["activity"].nunique() >= 40
    travel = starting(table, "flight", "rail", "car", "taxi", "bus", "coach", "ferry", "motorbike", "freight")
    assert len(travel.drop_duplicates(["activity", "region"])) >= 80
    assert len(starting(table, "it")) >= 25
    assert starting(table, "waste", "material")["activity"].nunique() >= 40
    for source, region in (("sdes_ges501", "FR"), ("epa_supply_chain_1_3", "US")):
        sectors = table[table["source_id"].eq(source)]
        assert set(sectors["region"]) == {region} and sectors["activity"].nunique() >= 60
    heat = table[table["part"].isin(["combustion", "total"]) & table["unit"].isin(
        ["L", "kg", "t", "m3", "kWh_HHV", "kWh_LHV", "short ton", "US gallon", "scf"])]
    assert heat["activity"].nunique() >= 30


@pytest.mark.parametrize("activity, region", [
    ("natural_gas", "FR"), ("natural_gas", "GB"), ("natural_gas", "US"), ("diesel", "FR"), ("petrol", "GB"),
    ("lpg", "GB"), ("heating_oil", "FR"), ("heating_oil", "US"), ("biodiesel.hvo", "GB"), ("electricity", "EU27"),
    ("district_heat", "FR"), ("refrigerant.r410a", "GLO"), ("refrigerant.r32", "GLO"), ("car.small.diesel", "GB"),
    ("rail.tgv", "FR"), ("rail.national", "GB"), ("flight.long_haul.business", "GB"), ("taxi.regular", "GB"),
    ("flight.under_1000km.average", "FR"), ("hotel_night", "DE"), ("homeworking.total", "GB"), ("it.laptop", "GLO"),
    ("purchase.nace.J62_63", "FR"), ("water.supply", "GB"), ("freight.rail", "GB"), ("data_transfer.fixed", "FR"),
])
def test_the_names_others_rely_on_are_there(table: pd.DataFrame, activity: str, region: str):
    """Activities that classification and examples use have a factor in the region they are used in."""
    assert (table["activity"].eq(activity) & table["region"].eq(region)).any()


def test_every_row_keeps_the_contract(table: pd.DataFrame):
    """Known parts, GWP sets, regions, units and licences; validity in order; a number for CO2e, zero included."""
    schemas.FACTORS.validate(table)
    assert set(table["part"]) <= set(PARTS)
    assert set(table["gwp_set"]) <= {"", *GWP_SETS}
    assert table["region"].str.fullmatch(REGION).all()
    assert {units.parse_unit(u) for u in table["unit"].unique()} == set(table["unit"].unique())
    assert table["valid_from"].le(table["valid_to"]).all() and table["co2e_kg"].ge(0).all()
    assert table[["activity", "label", "source_id", "edition", "page", "licence", "verification"]].ne("").all(axis=None)
    assert (table["co2e_kg"] == 0).any()  # a battery car's tailpipe: a factor of 0 is a factor


def test_money_factors_say_their_price_year_and_basis(table: pd.DataFrame):
    """A factor per currency has a price year and a basis; nothing else has."""
    money = table["unit"].str.fullmatch("[A-Z]{3}")
    assert table.loc[money, "price_year"].gt(2000).all()
    assert set(table.loc[money, "price_basis"]) == {"basic", "purchaser"}
    assert table.loc[~money, "price_year"].eq(0).all() and table.loc[~money, "price_basis"].eq("").all()


TREATMENTS = {
    "combustion": "combust|incinér|incinerat", "incineration": "incinér", "landfill": "landfill|stockage",
    "closed_loop_recycling": "closed-loop|recycl", "open_loop_recycling": "open-loop", "recycling": "recycled",
    "composting": "compost", "average": "fin de vie", "reused": "re-use|reuse",
    "anaerobic_digestion": "anaerobic|méthanisation", "anaerobic_digestion_dry": "anaerobic.*dry",
    "anaerobic_digestion_wet": "anaerobic.*wet"}
"""Treatment in the name of a waste factor -> what the publisher's own label has where that is the treatment."""


def test_the_treatment_in_the_name_of_a_waste_is_the_treatment_of_the_row(table: pd.DataFrame):
    """A tonne burnt under the name of a tonne buried would be another figure: each label has the words of its name's
    treatment, and of no other one.
    """
    waste = starting(table, "waste")
    treatment = waste["activity"].str.rpartition(".")[2]
    assert set(treatment) <= set(TREATMENTS), set(treatment) - set(TREATMENTS)
    label = waste["label"].str.casefold()
    named = pd.Series({i: bool(re.search(TREATMENTS[t], text)) for i, t, text in zip(
        waste.index, treatment, label, strict=True)})
    assert not waste.loc[~named, ["activity", "label"]].values.tolist()
    exclusive = {t: TREATMENTS[t] for t in ("combustion", "landfill", "composting", "anaerobic_digestion")}
    for other, words in exclusive.items():
        wrong = label.str.contains(words) & ~treatment.str.startswith(other) & treatment.isin(list(exclusive))
        assert not waste.loc[wrong, ["activity", "label"]].values.tolist()


def test_what_is_bought_does_not_carry_the_consumers_stage(table: pd.DataFrame):
    """A factor of food is farm to retail: two parts with the publisher's stages named, nothing of cooking, no eggs."""
    food = starting(table, "food")
    assert food.groupby("element_id")["part"].agg(set).map(lambda p: p == {"manufacture", "distribution"}).all()
    assert food["notes"].str.contains("without the consumer's stage").all() and len(food) > 3000
    # Carrot, raw: farm 0.0828, processing 0.000067; transport 0.262, retail 0.0189; the fridge's 0.0323 in no part
    carrot = food[food["activity"].eq("food.carrot_raw")].set_index("part")["co2e_kg"]
    assert carrot.to_dict() == pytest.approx({"manufacture": 0.082867, "distribution": 0.2809}, rel=1e-3)
    assert not food["label"].str.match(r"(?:[Oo]euf|Œuf)s?\b").any()


def test_a_total_never_stands_beside_what_it_contains(table: pd.DataFrame):
    """An element is one total or its parts; next to a total only parts that it leaves out (contrails, vehicle)."""
    parts = table.groupby("element_id")["part"].agg(set)
    beside = parts[parts.map(lambda p: "total" in p)].map(lambda p: p - {"total"})
    assert set().union(*beside) <= {"contrails", "manufacture"}
    common = ["activity", "region", "valid_from", "valid_to", "unit", "source_id", "life_cycle", "price_year"]
    assert table.groupby("element_id")[common].nunique().le(1).all(axis=None)


def test_gas_columns_add_up_to_the_total(table: pd.DataFrame):
    """Where a source splits gases, CO2 + 28 CH4 + 265 N2O is its CO2e, to the last digit it prints."""
    split = table[table[["co2_kg", "ch4_nonfossil_kg", "n2o_kg"]].notna().all(axis=1)
                  & table["gwp_set"].eq("AR5GWP100")]
    total = split["co2_kg"] + 28 * split["ch4_nonfossil_kg"] + 265 * split["n2o_kg"]
    gap = (total - split["co2e_kg"]).abs()
    # Four figures of five decimals each: at most 4 x 0.000005 apart, or 1 in 10,000 of large ones.
    assert (gap <= np.maximum(2.1e-5, split["co2e_kg"] * 1e-4)).all()
    assert len(split) > 1000


def test_compositions_give_the_published_figure(table: pd.DataFrame):
    """A refrigerant's kg CO2e is its composition times the GWPs of its own set; HCFC and CFC are not Kyoto gases."""
    gas = table[table["composition"].ne("")]
    both = gas.groupby("element_id")["kyoto"].transform("nunique").gt(1)
    for row in gas.assign(both=both).itertuples():
        kyoto = row.kyoto if row.both else None
        # DESNZ prints whole kilograms of its blends: half of one, and what hydrocarbons add.
        rounding = 0.75 if row.source_id.startswith("desnz") and len(row.composition.split(";")) > 1 else 0
        assert gases.blend_gwp(row.composition, row.gwp_set, kyoto=kyoto) == pytest.approx(
            row.co2e_kg, rel=1e-9, abs=rounding), row.factor_id
    assert not table.loc[table["activity"].eq("refrigerant.r22"), "kyoto"].any()
    # R-410A is half HFC-32 (677), half HFC-125 (3170), AR5: 0.5 x 677 + 0.5 x 3170 = 1923.5
    assert table.loc[table["activity"].eq("refrigerant.r410a"), "co2e_kg"].item() == pytest.approx(1923.5)


def test_biogenic_co2_stands_apart(table: pd.DataFrame):
    """Wood and biofuels have their CO2 in its own column, and none of it in CO2e."""
    wood = table[table["activity"].eq("wood.pellets") & table["part"].eq("combustion") & table["unit"].eq("t")]
    assert wood["biogenic_co2_kg"].gt(1000).all() and wood["co2e_kg"].lt(100).all()


def test_every_source_is_cited_with_the_hash_of_its_file(table: pd.DataFrame):
    """Each source_id has title, publisher, edition, licence, attribution and the sha256 of what was read."""
    sources = library.load().sources
    assert set(sources["source_id"]) == set(table["source_id"])
    assert sources.drop(columns="verification").ne("").all(axis=None)
    assert sources["sha256"].str.fullmatch(r"[0-9a-f]{64}( [0-9a-f]{64})*").all()
    assert not sources["licence"].str.contains("ODbL|SA 4.0|NC|ND", regex=True).any()


def test_every_table_has_its_citation_beside_it():
    """For each packaged CSV of factors there is a .yml of the same name; each release says what was left out."""
    for _, release in packaged.read_yaml(PACKAGE, "data/releases.yml").items():
        for theme, entry in release["tables"].items():
            cited = packaged.read_yaml(PACKAGE, f"data/{entry['file']}".replace(".csv", ".yml"))
            assert cited["title"].endswith(theme) and cited["sources"]
            assert entry["sha256"] == sha256(packaged.read_bytes(PACKAGE, f"data/{entry['file']}")).hexdigest()
            folder = entry["file"].split("/")[0]
        left = packaged.read_yaml(PACKAGE, f"data/{folder}/left_out.yml")
        assert all({"reason", "rows", "example"} <= set(line) for e in left.values() for line in e["left_out"])


def test_cut_releases_are_the_ones_that_were_cut():
    """Neither the tables nor the hashes beside them can be written again together."""
    releases = packaged.read_yaml(PACKAGE, "data/releases.yml")
    assert {name for name, entry in releases.items() if entry["status"] == "cut"} == set(CUT)
    for part, digests in (("tables", CUT), ("shared", SHARED)):
        for name, digest in digests.items():
            lines = [f"{theme} {entry['sha256']}" for theme, entry in sorted(releases[name][part].items())]
            assert sha256("\n".join(lines).encode()).hexdigest() == digest, name


def test_a_later_release_keeps_every_row_of_the_one_before(table: pd.DataFrame):
    """2026.2 lists the tables of 2026.1 and adds rows: no factor of 2026.1 has another figure or word, but for the
    name of element 34462, the incineration of steel packaging, those of French fuels without parts, and the
    composition of blends that had none.
    """
    before = library.load("2026.1").table.set_index("factor_id")
    steel = "ademe-base-carbone-23-34462"
    assert before.loc[steel, "activity"] == "waste.packaging_steel.average"
    assert before.loc[steel, "label"] == "Emballages, Acier, Incinération - Impacts"
    before.loc[steel, "activity"] = "waste.metal_steel_cans.combustion"
    before.loc[before.index.str.startswith("fr-fuel-"), "activity"] += ".unsplit"
    now = table.set_index("factor_id")
    composed = before["composition"].eq("") & now["composition"].reindex(before.index).ne("")
    assert set(before.loc[composed, "activity"]) == set(
        packaged.read_yaml(PACKAGE, "data/releases.yml")["2026.2"]["composed"])
    before.loc[composed, "composition"] = now["composition"]
    assert library.newest() == "2026.2" and set(before.index) < set(now.index)
    pd.testing.assert_frame_equal(now.loc[before.index], before)


def test_french_fuels_have_the_parts_whose_sum_was_printed(table: pd.DataFrame):
    """The factor that records of French gas, diesel, petrol ... take has its upstream apart, and its parts sum to the
    total that the release before quoted of the same publication, to the three digits that are printed.
    """
    before = library.load("2026.1").table
    quoted = before[before["factor_id"].str.startswith("fr-fuel-")].set_index(["activity", "unit"])["co2e_kg"]
    french = table[table["region"].eq("FR") & table["activity"].isin(quoted.index.get_level_values(0))]
    parts = french.pivot_table(index=["activity", "unit"], columns="part", values="co2e_kg")
    assert set(parts.columns) == {"combustion", "upstream"}
    assert (parts.sum(axis=1).reindex(quoted.index) - quoted).abs().max() < 0.0101
    assert set(french["activity"]) == set(quoted.index.get_level_values(0))


@pytest.mark.parametrize(("factor_id", "co2e_kg"), [
    # Read by eye in other public copies of the editions: grid power of 2018-2020, gas of 2018 and 2019.
    ("desnz-2018-gb-electricity-kwh-combustion", 0.28307), ("desnz-2019-gb-electricity-kwh-combustion", 0.2556),
    ("desnz-2020-gb-electricity-kwh-combustion", 0.23314), ("desnz-2018-gb-natural_gas-kwh_hhv-combustion", 0.18396),
    ("desnz-2019-gb-natural_gas-kwh_hhv-combustion", 0.18385),
])
def test_older_editions_have_their_published_figures(table: pd.DataFrame, factor_id: str, co2e_kg: float):
    """Figures that others quote of the same editions."""
    assert table.loc[table["factor_id"].eq(factor_id), "co2e_kg"].item() == pytest.approx(co2e_kg, abs=5e-6)


def test_grids_reach_back_to_2000(table: pd.DataFrame):
    """A base year of 2005 or 2010 has a dated factor in each country; the French one since 2008 by its parts."""
    ember = table[table["source_id"].eq("ember_owid_2026")]
    assert ember["valid_from"].min() == 2000 and ember["valid_from"].eq(2005).sum() >= 200
    last = ember["valid_from"].eq(ember["valid_from"].max())
    assert ember["notes"].str.contains("provisional").eq(last).all()
    french = table[table["source_id"].eq("ademe_base_carbone_23") & table["activity"].eq("electricity")
                   & table["region"].eq("FR")]
    assert set(french["valid_from"]) == set(range(2008, 2025))
    assert french.groupby("valid_from")["part"].agg(set).eq({"combustion", "upstream", "losses"}).all()


def test_older_editions_start_no_activity_of_their_own(table: pd.DataFrame):
    """A word that only an old edition has would be a factor nobody asks for, or a second name of one."""
    newest = table[table["source_id"].isin(["desnz_2024", "desnz_2025", "desnz_2026"])]
    older = table[table["source_id"].str.fullmatch("desnz_20(18|19|2[0-3])")]
    assert len(older) > 2000 and set(older["activity"]) <= set(newest["activity"])


ROOT = Path(__file__).resolve().parents[2]
PINNED = [p for f in ("params", "carbon/runs/data/new_project/params") for p in sorted((ROOT / f).glob("*.yml"))]
COMPANIES = [p for p in PINNED if p.name != "runs.yml"]


@pytest.mark.parametrize("path", COMPANIES, ids=lambda p: p.stem)
def test_every_shipped_company_pins_a_cut_release(path):
    """A report made today can be made again to the same bytes: its factors stand in a release that is cut."""
    found = re.findall(r"^\s*release: (\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    cut = releases().query("status == 'cut'")["release"].tolist()

    assert len(found) == 1
    assert found[0] in cut


ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_tables_say():
    """docs/factors.md is the generator's text, byte by byte."""
    spec = importlib.util.spec_from_file_location("build_factor_docs", ROOT / "scripts" / "build_factor_docs.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.text(), "run: python scripts/build_factor_docs.py"


def test_every_zone_with_a_grid_factor_can_be_named_by_a_site(table):
    """A region below a country with an electricity factor is a zone of `core.zones`: else no site could reach it."""
    grid = table[table["activity"].isin(["electricity", "electricity.residual"]) & table["region"].str.contains("-")]
    assert len(grid) > 50
    assert {r for r in grid["region"].unique() if r not in zones.zones_of(zones.country_of(r))} == set()
