"""Each kind of record, from its file to its emissions."""

import pytest

from carbon.accounting.company import inventory
from carbon.core import schemas
from carbon.core.errors import ParamsError
from carbon.factors import load
from carbon.params.files.project import Project

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
    # 100 of 400 m3 of a lorry's 80 L of diesel
    "shared_logistics": ("date,country,asset,direction,activity,quantity,unit,basis,part,part_unit,total,total_unit\n"
                         "2024-03-01,GB,lorry,inbound,diesel,80,L,volume,100,m3,400,m3\n",
                         {("3", 4): [("diesel", 20)]}),
    "leased_assets": ("date,country,asset,role,lease,activity,quantity,unit\n"
                      "2024-03-01,GB,van,lessor,finance,diesel,80,L\n", {("3", 13): [("diesel", 80)]}),
    "processing": ("date,country,product,activity,quantity,unit\n2024-03-01,GB,resin,diesel,80,L\n",
                   {("3", 10): [("diesel", 80)]}),
    # of a fuel sold only the combustion: the upstream was counted before the sale
    "product_use": ("date,country,product,phase,units sold,activity,quantity,unit\n"
                    "2024-03-01,GB,diesel,fuel sold,80,diesel,1,L\n", {("3", 11): [("diesel", 80, "combustion")]}),
    "end_of_life": ("date,country,product,material,treatment,mass,unit,share\n"
                    "2024-03-01,GB,box,paper,recycling,1,t,40 %\n"
                    "2024-03-01,GB,box,paper,landfill,1,t,60 %\n",
                    {("3", 12): [("waste.paper_and_board_paper.closed_loop_recycling", 0.4),
                                 ("waste.paper_and_board_paper.landfill", 0.6)]}),
    "franchises": ("date,country,franchise,activity,quantity,unit,sampled,group size\n"
                   "2024-03-01,GB,north,diesel,80,L,2,4\n", {("3", 14): [("diesel", 160)]}),
    "investments": ("date,country,investee,asset class,investee scopes,option,activity,quantity,unit,outstanding,evic\n"
                    "2024-03-01,GB,Haulage plc,listed equity,1 and 2,2a,diesel,800,L,10,100\n",
                    {("3", 15): [("diesel", 80)]}),
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
    """Quantity x published kg, in the scope and category of the kind, and nothing anywhere else."""
    text, expected = CASES[kind]
    inv = inventory("kinds", 2024, project=project_of(tmp_path, kind, text))

    found = inv.table[inv.table["rows"] > 0].set_index(["scope", "category"])["co2e_kg"].to_dict()
    wanted = {line: sum(published(*given) for given in quantities) for line, quantities in expected.items()}
    assert found == pytest.approx(wanted, rel=1e-12)
    assert set(inv.ledger["outcome"]) <= {"inventoried", "excluded"}


def test_every_kind_of_the_contract_has_a_case():
    """A kind that is registered and not tried here would be a promise."""
    assert set(schemas.RECORDS) - {"purchases", "energy", "travel"} <= set(CASES)


def test_all_fifteen_categories_can_be_given(tmp_path):
    """2 t of wood in each category, by method: fifteen lines of 2 x the published kg, and the method on each row."""
    lines = [f"2024-03-01,material.wood,2,t,3,{c},estimated" for c in range(1, 16)]
    text = "date,activity,quantity,unit,scope,category,method\n" + "\n".join(lines) + "\n"
    inv = inventory("kinds", 2024, project=project_of(tmp_path, "activities", text))

    each = published("material.wood", 2)
    assert inv.by_category()["co2e_kg"].tolist() == pytest.approx([each] * 15, rel=1e-12)
    assert set(inv.by_category()["status"]) == {"computed"}
    assert inv.by_tier()["tier"].tolist() == ["estimated"]


METER = f"period_start,period_end,site,country,carrier,quantity,unit\n{ALL_YEAR},leeds,GB,electricity,1000,kWh\n"
CERTIFICATES = ("id,instrument,region,period_start,period_end,kg_per_kwh,volume,unit,cancelled_for,evidence,rate basis,"
                "registry,certificate numbers,generated from,generated to,cancelled on\n"
                f"GO-1,guarantee of origin,GB,{ALL_YEAR},0,0.4,MWh,FOR,register,direct,a registry,R-1..R-40;R-99,"
                "2024-01-01,2024-06-30,2025-03-01\n")
STAFF = "year,employees,revenue,currency\n2023,12,1000000.50,GBP\n2024,12.5,1000000,GBP\n"
GROUP = "entity,share,control,from,to\nKinds North,SHARE,operational,,\n"


def stating(root, *, params="", **files):
    """A project with one meter, and files that state something of the company."""
    project = project_of(root, "energy", METER)
    path = project.params_file("kinds")
    declared = "".join(f"  - {{pattern: {kind}.csv, kind: {kind}}}\n" for kind in files)
    path.write_text(path.read_text().replace('"*.csv"', "sent.csv") + declared + params)
    for kind, text in files.items():
        (root / "data" / "raw" / "kinds" / "2024" / f"{kind}.csv").write_text(text)
    return project


def test_certificates_of_a_file_serve_the_market_based_figure(tmp_path):
    """0.4 MWh at zero: of 1,000 kWh 600 are left at the grid's average; the location-based figure is what it was."""
    plain = inventory("kinds", 2024, project=stating(tmp_path / "a"))
    inv = inventory("kinds", 2024, project=stating(tmp_path / "b", instruments=CERTIFICATES.replace("FOR", "Kinds")))

    def scope2(inventory):
        return inventory.table.set_index(["scope", "scope2_method"])["co2e_kg"]["2"]
    assert scope2(inv)["location-based"] == scope2(plain)["location-based"] > 0
    assert scope2(inv)["market-based"] == pytest.approx(0.6 * scope2(plain)["market-based"], rel=1e-12)
    assert inv.instruments.set_index("instrument").loc["GO-1", "allocated_kwh"] == 400.0
    lines = inv.ledger[inv.ledger["kind"] == "instruments"]
    assert lines[["outcome", "code"]].to_numpy().tolist() == [["excluded", "statement"]]


def test_a_certificate_of_a_file_without_evidence_is_listed(tmp_path):
    """Without its numbers the certificate of a file covers nothing, as one of params would not."""
    bare = CERTIFICATES.replace("FOR", "Kinds").replace("R-1..R-40;R-99", "")
    inv = inventory("kinds", 2024, project=stating(tmp_path, instruments=bare))
    listed = inv.instruments_not_applied
    assert listed[["instrument", "kwh", "criterion"]].to_numpy().tolist() == [["GO-1", 400.0, "unique claim"]]
    assert inv.instruments["allocated_kwh"].tolist() == [1000.0]


def test_a_certificate_of_params_cancelled_for_another_is_refused(tmp_path):
    """Params and files have one set of checks: the message names whom it may be cancelled for."""
    stated = ("instruments:\n- {id: GO-1, kind: certificate, region: GB, start: 2024-01-01, end: 2024-12-31, "
              "kg_per_kwh: 0, volume_kwh: 1, evidence: e, cancelled_for: Other Ltd}\n")
    with pytest.raises(ParamsError, match="GO-1 for Other Ltd") as refused:
        inventory("kinds", 2024, project=stating(tmp_path, params=stated))
    assert "for kinds, Kinds" in str(refused.value)


def test_a_certificate_cancelled_for_another_is_refused(tmp_path):
    """What somebody else's electricity was covered with cannot cover ours."""
    with pytest.raises(ParamsError, match="cancelled for somebody else"):
        inventory("kinds", 2024, project=stating(tmp_path, instruments=CERTIFICATES.replace("FOR", "Other Ltd")))


def test_headcount_of_a_file_is_the_employees_of_params(tmp_path):
    """People of each year, unless params say another number."""
    inv = inventory("kinds", 2024, project=stating(tmp_path / "a", headcount=STAFF))
    assert inv.params.employees == {2023: 12.0, 2024: 12.5}
    with pytest.raises(ParamsError, match="1 headcounts are stated twice"):
        inventory("kinds", 2024, project=stating(tmp_path / "b", headcount=STAFF, params="employees: {2024: 13}\n"))


def test_an_entity_that_counts_in_part_is_never_summed_whole(tmp_path):
    """1000 kWh of an entity held at 50 %: 500 under equity share, 1000 under operational control; the rest is
    excluded.
    """
    lines = METER.splitlines()
    text = f"company,{lines[0]}\nKinds North,{lines[1]}\n"
    for approach, kwh in (("equity_share", 500.0), ("operational_control", 1000.0)):
        project = stating(tmp_path / approach, entities=GROUP.replace("SHARE", "0.5"))
        path = project.params_file("kinds")
        path.write_text(path.read_text().replace("operational_control", approach))
        (path.parents[1] / "data/raw/kinds/2024/sent.csv").write_text(text)
        inv = inventory("kinds", 2024, project=project)
        metered = inv.ledger[inv.ledger["kind"] == "energy"]
        left = {"excluded": 500.0} if approach == "equity_share" else {}
        assert metered.groupby("outcome")["amount"].sum().to_dict() == {"inventoried": kwh, **left}
        assert metered["counts_row"].sum() == 1


def test_a_bill_over_the_year_end_is_one_row_and_all_its_kwh(tmp_path):
    """31 days of 2023 and 60 of 2024 (leap year): 910 kWh are 310 excluded and 600 counted, and one row read."""
    text = METER.replace(ALL_YEAR, "2023-12-01,2024-02-29").replace(",1000,", ",910,")
    inv = inventory("kinds", 2024, project=project_of(tmp_path, "energy", text))

    lines = inv.ledger.set_index("outcome")
    assert lines["amount"].to_dict() == {"excluded": pytest.approx(310.0), "inventoried": pytest.approx(600.0)}
    assert lines["amount"].sum() == 910.0
    assert lines["counts_row"].sum() == 1
    assert inv.sources["rows_read"].sum() == 1
