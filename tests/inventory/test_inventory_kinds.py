"""Each kind of record, from its file to its emissions."""

import pytest

from carbon.core import schemas
from carbon.factors import load
from carbon.inventory.company import inventory
from carbon.records.project import Project

PARAMS = """
company: kinds
name: {en: Kinds}
country: GB
currency: GBP
language: en
reporting_year_starts: "01-01"
consolidation: operational_control
base_year: 2024
gwp: AR5GWP100
allow_mixed_gwp: [ademe, desnz]
fx: transaction_date
scope2_headline: location-based
factors:
  release: 2026.1
  regions: {GB: [GB, FR, GLO]}
  vintage: {later: allow, max_gap: 5}
  price_basis: as_is
  deflator: none
travel: {flight_bands: desnz, non_co2: none, rail: {other: rail.national}, flight_detour_km: 0, rail_detour: 1.2,
  road_detour: 1.3}
sites: {leeds: GB}
files:
  - {pattern: "*.csv", kind: KIND}
"""
ALL_YEAR = "2024-01-01,2024-12-31"
MODES = {"combustion": ("1", 0), "upstream": ("3", 3)}
CASES = {
    "water": ("period_start,period_end,site,country,service,quantity,unit\n"
              f"{ALL_YEAR},leeds,GB,supply,120,m3\n", {("3", 1): [("water.supply", 120)]}),
    "waste": ("date,site,country,material,treatment,quantity,unit\n"
              "2024-03-01,leeds,GB,paper,recycling,500,kg\n",
              {("3", 5): [("waste.paper_and_board_paper.closed_loop_recycling", 0.5)]}),
    "freight": ("date,mode,direction,mass,mass_unit,distance,distance_unit\n"
                "2024-03-01,truck,inbound,2,t,300,km\n2024-03-01,truck,sold,1,t,100,km\n",
                {("3", 4): [("freight.hgv.average", 600)], ("3", 9): [("freight.hgv.average", 100)]}),
    "refrigerants": ("date,site,country,gas,quantity,unit\n2024-03-01,leeds,GB,R-32,1.5,kg\n",
                     {("1", 0): [("refrigerant.r32", 1.5)]}),
    "equipment": ("date,site,item,quantity,second hand\n2024-03-01,leeds,laptop,12,no\n",
                  {("3", 2): [("it.laptop", 12)]}),
    "homeworking": (f"period_start,period_end,site,country,group,people,days,hours\n{ALL_YEAR},leeds,GB,all,10,100,7\n",
                    {("3", 7): [("homeworking.total", 7000)]}),
    # 10 of 40 people answered: each answer stands for 4; 5 x 4 x 200 days x 2 x 12.5 km = 100,000 km
    "commuting": ("period_start,period_end,group,headcount,answers,mode,distance,distance_unit,days\n"
                  f"{ALL_YEAR},all,40,5,car,12.5,km,200\n{ALL_YEAR},all,40,5,bicycle,3,km,200\n",
                  {("3", 7): [("car.average.unknown_fuel", 100_000)]}),
    "activities": ("date,activity,quantity,unit,scope,category,method\n2024-03-01,material.wood,2,t,3,1,estimated\n",
                   {("3", 1): [("material.wood", 2)]}),
    "fuel": ("date,site,country,carrier,quantity,unit\n2024-03-01,leeds,GB,diesel,100,L\n",
             {("1", 0): [("diesel", 100, "combustion")], ("3", 3): [("diesel", 100, "upstream")]}),
    "hotel_nights": ("date,country,nights\n2024-03-01,GB,3\n", {("3", 6): [("hotel_night", 3)]}),
}
UNITS = {"diesel": "L", "freight.hgv.average": "tonne.km"}


def project_of(root, kind, text):
    """A project whose one company sends one file of one kind."""
    raw = root / "data" / "raw" / "kinds" / "2024"
    for folder in (raw, root / "params"):
        folder.mkdir(parents=True)
    (root / "params" / "runs.yml").write_text(
        "notebook: notebooks/annual_report.ipynb\nruns: [{company: kinds, years: [2024]}]\n")
    (root / "params" / "kinds.yml").write_text(PARAMS.replace("KIND", kind))
    (raw / "sent.csv").write_text(text)
    return Project(root)


def published(activity, quantity, part=""):
    """quantity x kg of all parts (or one) of the factor that the chain reaches first, as the library prints it."""
    table = load("2026.1").table
    rows = table[(table["activity"] == activity) & table["unit"].isin([UNITS.get(activity)] if activity in UNITS
                                                                      else table["unit"].unique())]
    rows = rows[rows["part"] == part] if part else rows
    for region in ("GB", "FR", "GLO"):
        for span in (rows["valid_from"].le(2024) & rows["valid_to"].ge(2024), rows["valid_to"].lt(2024),
                     rows["valid_from"].gt(2024)):
            found = rows[span & (rows["region"] == region)]
            if len(found):
                assert found["element_id"].nunique() == 1, found.to_string()
                return quantity * found["co2e_kg"].sum()
    raise AssertionError(activity)


@pytest.mark.parametrize("kind", CASES)
def test_a_file_of_each_kind_ends_in_its_scope_and_category(tmp_path, kind):
    """
    Quantity x published kg, in the scope and category of the kind, and nothing anywhere else.
    """
    text, expected = CASES[kind]
    inv = inventory("kinds", 2024, project=project_of(tmp_path, kind, text))

    found = inv.table[inv.table["rows"] > 0].set_index(["scope", "category"])["co2e_kg"].to_dict()
    wanted = {line: sum(published(*given) for given in quantities) for line, quantities in expected.items()}
    assert found == pytest.approx(wanted, rel=1e-12)
    assert set(inv.ledger["outcome"]) <= {"inventoried", "excluded"}


def test_every_kind_of_the_contract_has_a_case():
    """
    A kind that is registered and not tried here would be a promise.
    """
    assert set(schemas.RECORDS) - {"purchases", "energy", "travel"} <= set(CASES)


def test_all_fifteen_categories_can_be_given(tmp_path):
    """
    2 t of wood in each category, by method: fifteen lines of 2 x the published kg, and the method on each row.
    """
    lines = [f"2024-03-01,material.wood,2,t,3,{c},estimated" for c in range(1, 16)]
    text = "date,activity,quantity,unit,scope,category,method\n" + "\n".join(lines) + "\n"
    inv = inventory("kinds", 2024, project=project_of(tmp_path, "activities", text))

    each = published("material.wood", 2)
    assert inv.by_category()["co2e_kg"].tolist() == pytest.approx([each] * 15, rel=1e-12)
    assert set(inv.by_category()["status"]) == {"computed"}
    assert inv.by_tier()["tier"].tolist() == ["estimated"]
