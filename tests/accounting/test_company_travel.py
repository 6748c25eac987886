"""Travel and vehicles from the file to scopes: with the packaged release, as a company would send them."""

import numpy as np
import pytest

from carbon.accounting.company import inventory
from carbon.core.errors import ParamsError
from carbon.params.files.project import Project

PARAMS = """
company: drives
name: {en: Drives}
country: GB
currency: GBP
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2025
gwp: AR5GWP100
allow_mixed_gwp: [ademe, desnz, ember, company, epa]
fx: transaction_date
scope2_headline: location-based
factors:
  release: 2026.1
  regions: {GB: [GB], FR: [FR], other: [GB]}
  vintage: {later: allow, max_gap: 5}
  price_basis: as_is
  deflator: none
  life_cycle_grid: [FR]
travel: {flight_bands: BANDS, non_co2: none, rail: {FR: rail.tgv, GB: rail.national, other: rail.national},
  flight_detour_km: 0, rail_detour: 1.2, road_detour: 1.3,
  company_vehicles: {ownership: owned, charged_at_metered_sites: 0}}
sites: {leeds: GB}
files:
  - {pattern: travel.csv, kind: travel}
  - {pattern: fuel.csv, kind: fuel}
max_rejected_share: {travel: {rows: 1.0, amount: 1.0}}
"""
HEAD = "date,mode,origin,destination,distance,distance_unit,cabin_class,passengers,trips,country,fuel,size,vehicle\n"


def trip(mode, km=100, country="GB", fuel="", size="", vehicle="", cabin="", day="2025-03-10"):
    return f"{day},{mode},,,{km},km,{cabin},1,1,{country},{fuel},{size},{vehicle}\n"


@pytest.fixture
def sent(tmp_path):
    """The inventory of some trips."""
    def build(*lines, bands="desnz", files=None):
        raw = tmp_path / "data" / "raw" / "drives" / "2025"
        for folder in (raw, tmp_path / "params" / "drives"):
            folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / "params" / "drives.yml").write_text(PARAMS.replace("BANDS", bands).replace(
            "[GB], FR", "[GB, US], FR" if bands == "epa" else "[GB], FR"))
        (tmp_path / "params" / "runs.yml").write_text(
            "notebook: notebooks/a.ipynb\nruns: [{company: drives, years: [2025]}]\n")
        (raw / "travel.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
        for name, text in (files or {}).items():
            path = raw / name if name == "fuel.csv" else tmp_path / "params" / "drives" / name
            path.write_text(text)
        return inventory("drives", 2025, project=Project(tmp_path))
    return build


def kg(inv, scope, category=0, method=""):
    return inv.table.set_index(["scope", "category", "scope2_method"])["co2e_kg"][scope, category, method]


def test_trips_of_which_none_states_a_class_have_their_measures(sent):
    """Rail alone, no cabin in any row: no share of classes, and the numbers of rows are whole as in any other year."""
    measures = sent(trip("rail"), trip("rail", km=50)).measures

    assert not [unit for unit in measures["unit"] if unit.startswith("cabin class")]
    assert measures["rows"].dtype == "int64"


def test_a_ter_is_nine_times_a_tgv(sent):
    """100 km by TER: 100 x (0.0229 + 0.00479) = 2.769 kg, where a TGV has 100 x (0.0023 + 0.00063) = 0.293 kg."""
    assert kg(sent(trip("TER", country="FR")), "3", 6) == pytest.approx(2.769, rel=1e-9)
    assert kg(sent(trip("TGV", country="FR")), "3", 6) == pytest.approx(0.293, rel=1e-9)


def test_a_coach_is_no_bus_and_a_tram_no_metro(sent):
    """France, ADEME 2026: a coach 100 x (0.03314 + 0.00442), a tram 100 x (0.0038 + 0.00048)."""
    assert kg(sent(trip("autocar", country="FR")), "3", 6) == pytest.approx(3.756, rel=1e-9)
    assert kg(sent(trip("tramway", country="FR")), "3", 6) == pytest.approx(0.428, rel=1e-9)


def test_a_company_car_burns_in_scope_1(sent):
    """A small petrol car: combustion in scope 1, upstream in category 3, nothing in category 6."""
    inv = sent(trip("company car", fuel="petrol", size="small"))
    used = inv.emissions.set_index("part")["kg_per_unit"]
    assert kg(inv, "1") == pytest.approx(100 * used["combustion"], rel=1e-12)
    assert kg(inv, "3", 3) == pytest.approx(100 * used["upstream"], rel=1e-12)
    assert used["combustion"] > 0.1
    assert np.isnan([kg(inv, "3", 6), kg(inv, "2", method="location-based")]).all()


def test_a_battery_car_is_in_scope_2_by_both_methods(sent):
    """100 km x 0.18852 kWh at the grid's average; the market-based method has the same kWh."""
    inv = sent(trip("company car", fuel="electric", size="small"))
    rows = inv.emissions[(inv.emissions["scope"] == "2")]
    assert rows.groupby("scope2_method")["quantity"].sum().to_dict() == pytest.approx(
        {"location-based": 18.852, "market-based": 18.852}, rel=1e-12)
    assert np.isnan(kg(inv, "1"))
    assert kg(inv, "2", method="location-based") > 0


def test_a_plug_in_hybrid_adds_up_in_the_ledger(sent):
    """One row read, one row counted, its 100 km once, in scopes 1 and 2."""
    inv = sent(trip("company car", fuel="phev", size="small"))
    assert kg(inv, "1") > 0
    rows = inv.activities[inv.activities["scope"] == "2"]
    assert rows["quantity"].tolist() == pytest.approx([13.599], rel=1e-12)
    assert kg(inv, "2", method="location-based") > 0
    ledger = inv.ledger[inv.ledger["outcome"] == "inventoried"]
    assert (ledger["counts_row"].sum(), ledger["amount"].sum()) == (1, 100.0)


def test_a_coarser_factor_is_a_warning_with_its_tonnes(sent):
    """10,000 km by DB on the British average: the warning names both and the tonnes of category 6."""
    inv = sent(trip("Deutsche Bahn", km=10_000, country=""))
    text = inv.warnings.set_index("code")["text"]["coarser_factor"]
    assert text == (f"coarser factor: asked for DB, factor is rail.national: {kg(inv, '3', 6) / 1000:,.3f} t CO2e")
    assert kg(inv, "3", 6) > 100
    assert "coarser_factor" not in set(sent(trip("train")).warnings["code"])


def test_litres_of_a_listed_vehicle_replace_its_km(sent):
    """Fuel cards and a log book of one van: the litres count, the kilometres are in the ledger as set aside."""
    inv = sent(trip("van", km=500, vehicle="V 1"), files={
        "vehicles.csv": "vehicle,ownership,fuel,size\nV-1,owned,gazole,class ii\n",
        "fuel.csv": "date,country,carrier,quantity,unit,meter\n2025-03-03,GB,diesel,50,L,v1\n"})
    assert inv.activities["activity"].tolist() == ["diesel"]
    assert inv.ledger.set_index("outcome")["code"]["set aside"] == "litres_counted"


def test_an_electric_car_in_a_country_of_thermal_averages_is_rejected(sent):
    """EPA publishes no electric car: with no British factor in its chain the row is no average of petrol cars."""
    inv = sent(trip("own car", fuel="electric", country="US"), trip("train"))
    used = inv.activities.set_index("source_line")["activity"]
    assert used[2] == "car.average.battery_electric"
    assert "region fallback" in " ".join(inv.emissions.loc[inv.emissions["source_line"] == 2, "reason"])


OWN_BANDS = """over_km,up_to_km,cabin,activity,kg_per_passenger_km,evidence
0,1500,economy,,0.21,"airline study 2025, p. 3"
1500,,economy,flight.long_haul.economy,,
0,,average,flight.long_haul.average,,
"""


def test_own_bands_of_flights_give_their_own_factors(sent):
    """1,000 km in economy at the company's 0.21 kg; 2,000 km by the activity that its band names."""
    inv = sent(trip("flight", km=1000, cabin="economy"), trip("flight", km=2000, cabin="economy"),
               trip("flight", km=800), bands="own", files={"flight_bands.csv": OWN_BANDS})
    rows = inv.activities.set_index("source_line")
    assert rows["activity"].tolist() == ["flight.own.0_1500km.economy", "flight.long_haul.economy",
                                         "flight.long_haul.average"]
    assert inv.emissions.loc[inv.emissions["source_line"] == 2, "co2e_kg"].tolist() == pytest.approx([210.0])


def test_epa_bands_take_epas_factors(sent):
    """A thousand miles in the United States: EPA's medium haul of 2025, 1000 x 0.1301033 kg."""
    inv = sent(trip("flight", km=1609.344), bands="epa")
    assert inv.activities["activity"].tolist() == ["flight.300_2300mi.average"]
    assert kg(inv, "3", 6) == pytest.approx(130.1033, rel=1e-6)


@pytest.mark.parametrize(("text", "what"), [
    ("0,1500,economy,flight.a,,\n1600,,economy,flight.b,,\n", "leave a gap between 1500 and 1600 km"),
    ("0,1500,economy,flight.a,,\n1400,,economy,flight.b,,\n", "overlap between 1400 and 1500 km"),
    ("0,1500,economy,flight.a,,\n", "ends at 1500 km"), ("0,,economy,,0.2,\n", "needs its evidence"),
    ("0,,cattle,flight.a,,\n", "economy"), ("0,,economy,flight.a,0.2,x\n", "either an activity")])
def test_bands_with_gaps_or_overlaps_are_refused(sent, text, what):
    """Each kilometre of each cabin has one band; what is wrong is named with the choices."""
    with pytest.raises(ParamsError, match=what):
        sent(trip("flight"), bands="own", files={"flight_bands.csv": OWN_BANDS.splitlines()[0] + "\n" + text})


def test_bands_are_declared_and_used_together(sent):
    """Own bands without a table, or a table that nothing uses, are refused."""
    with pytest.raises(ParamsError, match="there are no bands"):
        sent(trip("flight"), bands="own")
    with pytest.raises(ParamsError, match=r"travel\.flight_bands is desnz"):
        sent(trip("flight"), files={"flight_bands.csv": OWN_BANDS})


@pytest.mark.parametrize(("line", "what"), [
    ("V-1,borrowed,diesel,", "leased_outside"), ("V-1,owned,coal,", "battery_electric"),
    ("V-1,owned,diesel,huge", "medium"), ("V-1,owned,diesel,\nv 1,private,petrol,", "listed twice")])
def test_a_list_of_vehicles_says_what_it_cannot_read(sent, line, what):
    """An ownership, fuel or size that is none: the choices are named; no vehicle is listed twice."""
    with pytest.raises(ParamsError, match=what):
        sent(trip("van"), files={"vehicles.csv": f"vehicle,ownership,fuel,size\n{line}\n"})


OWN = "factor_id;activity;region;unit;co2e_kg;valid_from;evidence\nour-coach;coach;US;passenger.km;0.02;2025;\"a; b\"\n"


def test_an_own_factor_goes_before_a_coarser_published_one(sent):
    """100 km by coach in the US at the company's 0.02 kg: EPA has only the average bus, and nothing is left unused."""
    inv = sent(trip("coach", country="US"), bands="epa", files={"factors.csv": OWN})
    assert kg(inv, "3", 6) == pytest.approx(2.0, rel=1e-12)
    assert not {"coarser_factor", "own_factor_unused"} & set(inv.warnings["code"])
