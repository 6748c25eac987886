"""Records that speak of the same thing are found, each kind by a company made for it; honest companies are not."""

from __future__ import annotations

import pandas as pd
import pytest
from made_company import BOUGHT, METERED, made_inventory

from carbon.accounting.twice_pairs import sites, supplier_key
from carbon.core.columns import Rows
from carbon.reports.words.phrases import phrase

TKM = "date,mode,direction,quantity,unit,supplier,site\n2024-03-12,truck,inbound,5000,tonne.km,{},{}\n"
HAULAGE = BOUGHT + "2024-0{}-04,{},haulage,x,800.00,EUR,F1,{}\n"
FLIGHT = "date,mode,origin,destination,distance,distance_unit,cabin_class,passengers,trips,return\n" \
         "2024-03-05,air,LYS,JFK,6100,km,economy,1,1,no\n"
LAPTOPS = "date,site,item,quantity,second hand,supplier\n2024-03-01,lyon,laptop,12,no,{}\n"
POWER = METERED + "2024-01-01,2024-12-31,lyon,electricity,120000,kWh,EDF,M1\n"
DIESEL = METERED + "2024-03-01,2024-03-31,lyon,diesel,400,L,Fuel Cards,\n"
DRIVEN = "date,mode,origin,destination,distance,distance_unit,cabin_class,passengers,trips,return,fuel\n" \
         "2024-03-05,car,Lyon,Paris,460,km,,1,1,no,{}\n"
ACTIVITY = "date,activity,quantity,unit,scope,category,site,method\n2024-{},electricity,{},MWh,3,8,{},measured\n"


def _site_rows(total):
    days = [("01", 31), ("02", 29), ("03", 31)]
    return METERED + "".join(f"2024-{m}-01,2024-{m}-{d},{site},electricity,{q},kWh,EDF,\n" for m, d in days
                             for site, q in (("lyon", 1010 + int(m)), ("lille", 707))), \
        METERED + "".join(f"2024-{m}-01,2024-{m}-{d},campus,electricity,{1717 + int(m) + total},kWh,EDF,\n"
                          for m, d in days)


TAPS = "period_start,period_end,site,country,service,quantity,unit,supplier\n" \
       "2024-03-01,2024-03-31,lyon,FR,{},120,m3,{}\n"
BINS = "date,site,country,material,treatment,quantity,unit,supplier\n2024-03-18,lyon,FR,{},{},2.4,t,{}\n"
INVOICED = BOUGHT + "2024-0{}-20,{},{},{},300.00,EUR,F1,{}\n"


def _two_of_four(of_gas, carriers=("electricity", "natural_gas")):
    """Return the year of a campus that holds lyon and lille, and of brest, a stranger."""
    kwh = {"electricity": (120_413, 45_207, 88_019, 165_620), "natural_gas": (61_308, 97_551, 12_844, of_gas)}
    unit = {"electricity": "kWh", "natural_gas": "kWh HHV"}
    return METERED + "".join(
        f"2024-01-01,2024-12-31,{site},{carrier},{kwh[carrier][i]},{unit[carrier]},EDF,\n"
        for i, site in enumerate(("lyon", "lille", "brest", "campus")) for carrier in carriers)


CASES = [  # name up to ":" is the pair
    ("freight", {"freight": TKM.format("Transports Roux SARL", "lyon"),
      "purchases": HAULAGE.format(3, "TRANSPORTS ROUX", "")}, 1),
    ("freight: the invoice comes a month later",
     {"freight": TKM.format("Roux", ""), "purchases": HAULAGE.format(4, "Roux", "")}, 1),
    ("freight: no supplier with the tonne-km", {"freight": TKM.format("", ""),
      "purchases": HAULAGE.format(3, "Roux", "")}, 1),
    ("no pair: another haulier", {"freight": TKM.format("Roux", ""), "purchases": HAULAGE.format(3, "Blanc", "")}, 0),
    ("freight: a longer name", {"freight": TKM.format("Roux", ""),
      "purchases": HAULAGE.format(3, "Roux Logistique SAS", "")}, 1),
    ("no pair: other months", {"freight": TKM.format("Roux", ""), "purchases": HAULAGE.format(7, "Roux", "")}, 0),
    ("no pair: another site", {"freight": TKM.format("Roux", "lyon"),
      "purchases": HAULAGE.format(3, "Roux", "lille")}, 0),
    ("travel", {"travel": FLIGHT, "purchases": BOUGHT + "2024-03-01,Air X,flights,ticket,900.00,EUR,F1,\n"}, 1),
    ("no pair: a flight and nights", {"travel": FLIGHT,
      "purchases": BOUGHT + "2024-03-01,Inn,hotels,x,90.00,EUR,F1,\n"}, 0),
    ("no pair: a flight in another month",
     {"travel": FLIGHT, "purchases": BOUGHT + "2024-05-01,Air X,flights,ticket,900.00,EUR,F1,\n"}, 0),
    ("equipment", {"equipment": LAPTOPS.format("Dealer"),
      "purchases": BOUGHT + "2024-03-20,Dealer,laptops,x,9000.00,EUR,F1,\n"}, 1),
    ("no pair: another dealer",
     {"equipment": LAPTOPS.format("Dealer"), "purchases": BOUGHT + "2024-03-20,Shop,laptops,x,9000.00,EUR,F1,\n"}, 0),
    ("energy", {"energy": POWER, "purchases": BOUGHT + "2024-03-20,EDF,power,x,900.00,EUR,F1,lyon\n"}, 1),
    ("energy: under another account", {"energy": POWER,
      "purchases": BOUGHT + "2024-03-20,EDF,advice,x,900.00,EUR,F1,\n"}, 1),
    ("no pair: power of another site",
     {"energy": POWER, "purchases": BOUGHT + "2024-03-20,EDF,power,x,900.00,EUR,F1,lille\n"}, 0),
    ("no pair: power of another supplier at no known site",
     {"energy": POWER, "purchases": BOUGHT + "2024-03-20,Engie,power,x,900.00,EUR,F1,\n"}, 0),
    ("litres_km", {"energy": DIESEL, "travel": DRIVEN.format("diesel")}, 1),
    ("no pair: litres of another fuel", {"energy": DIESEL, "travel": DRIVEN.format("petrol")}, 0),
    ("same_energy", {"energy": POWER, "activities": ACTIVITY.format("12-31", 120, "")}, 1),
    ("no pair: other kWh", {"energy": POWER, "activities": ACTIVITY.format("12-31", 121, "")}, 0),
    ("no pair: kWh of another site", {"energy": POWER, "activities": ACTIVITY.format("12-31", 120, "lille")}, 0),
    ("vat", {"purchases": BOUGHT + "2024-03-20,Law,advice,x,1000.00,EUR,F1,\n"
             "2024-03-20,Law,TVA,x,200.00,EUR,F1,\n"}, 1),
    ("vat: without a word", {"purchases": BOUGHT + "2024-03-20,Law,advice,x,123451.57,EUR,F1,\n"
                             "2024-03-20,Law,advice,y,24690.31,EUR,F1,\n"}, 1),
    ("no pair: a fee of a fifth", {"purchases": BOUGHT + "2024-03-20,Law,advice,x,1000.00,EUR,F1,\n"
                                   "2024-03-20,Law,advice,y,200.00,EUR,F1,\n"}, 0),
    ("no pair: two invoices", {"purchases": BOUGHT + "2024-03-20,Law,advice,x,1234.57,EUR,F1,\n"
                               "2024-03-20,Law,advice,y,246.91,EUR,F2,\n"}, 0),
    ("sites", dict(zip(("energy-a", "energy-b"), _site_rows(0), strict=True)), 1),
    ("no pair: a site like the others together", dict(zip(("energy-a", "energy-b"), _site_rows(40), strict=True)), 0),
    ("sites: two of three over two carriers of a year", {"energy": _two_of_four(158_859)}, 1),
    ("no pair: two of three in one number", {"energy": _two_of_four(0, ("electricity",))}, 0),
    ("no pair: two of three in one number of two", {"energy": _two_of_four(158_959)}, 0),
    ("water", {"water": TAPS.format("supply", "Eau"), "purchases": INVOICED.format(3, "Eau", "water", "x", "lyon")}, 1),
    ("water: the invoice comes a month later, without a site",
     {"water": TAPS.format("supply", "Eau"), "purchases": INVOICED.format(4, "EAU SA", "water", "x", "")}, 1),
    ("no pair: water of another site, supplier, month; advice of the supplier",
     {"water": TAPS.format("supply", "Eau"), "purchases": INVOICED.format(3, "Eau", "water", "x", "lille") + "".join(
         line.format("lyon") for line in (
             "2024-03-20,Source,water,x,300.00,EUR,F2,{}\n", "2024-07-20,Eau,water,x,310.00,EUR,F3,{}\n",
             "2024-03-20,Eau,advice,x,320.00,EUR,F4,{}\n"))}, 0),
    ("water: the sewerage of a meter", {"water": TAPS.format("treatment", "Eau"),
      "purchases": INVOICED.format(3, "Eau", "bins", "assainissement", "lyon")}, 1),
    ("no pair: bins, and sewerage by m3", {"water": TAPS.format("treatment", ""),
      "purchases": INVOICED.format(3, "Veo", "bins", "collecte", "lyon")}, 0),
    ("waste", {"waste": BINS.format("paper", "recycling", "Veo"),
      "purchases": INVOICED.format(3, "Veo SAS", "bins", "collecte", "lyon")}, 1),
    ("waste: nobody is named with the tonnes", {"waste": BINS.format("paper", "recycling", ""),
      "purchases": INVOICED.format(3, "Veo", "bins", "collecte", "")}, 1),
    ("no pair: waste of another site, or month", {"waste": BINS.format("paper", "recycling", "Veo"),
      "purchases": INVOICED.format(3, "Veo", "bins", "collecte", "lille") + INVOICED.format(
          6, "Veo", "bins", "collecte", "lyon").splitlines()[1] + "\n"}, 0),
    ("files", {"purchases-a": BOUGHT + "".join(f"2024-0{m}-20,S{m},advice,x,{100.13 * m:.2f},EUR,F{m},\n"
                                                for m in range(1, 7)),
               "purchases-b": BOUGHT + "2024-06-30,all,advice,x,2102.73,EUR,,\n"}, 1),
]


@pytest.mark.parametrize(("name", "files", "count"), CASES, ids=[c[0] for c in CASES])
def test_a_pair_is_a_warning_with_tonnes(tmp_path, name, files, count):
    """Each kind of pair is found once, with kg on both sides; what differs in supplier, month or site is none."""
    inv = made_inventory(tmp_path, files)
    pairs = inv.counted_twice()
    assert not len(inv.rejects), inv.rejects.to_string()
    assert pairs["pair"].tolist() == [name.partition(":")[0]] * count
    assert (pairs["at_stake_kg"] > 0).all()
    assert (pairs["at_stake_kg"] <= pairs[["first_kg", "second_kg"]].min(axis=1)).all()
    codes = {"energy": "energy_twice", "same_energy": "two_scopes"}
    warned = inv.warnings[inv.warnings["text"].str.contains("may be the same thing")]
    assert warned["code"].tolist() == [codes.get(p, f"counted_twice_{p}") for p in pairs["pair"]]
    assert warned["text"].str.contains(" t counted twice").all()


def test_a_supplier_in_two_spellings():
    """Case, accents and legal form are no other supplier."""
    assert supplier_key("Transports Rouxé S.A.R.L.".replace(".", "")) == supplier_key("TRANSPORTS ROUXE")
    assert supplier_key("Sas Group") == "group"


KWH = {"lyon": (120_413, 61_308), "lille": (45_207, 97_551), "brest": (88_019, 12_844), "nice": (30_511, 70_622),
       "metz": (64_980, 33_117)}


def _rows(table, *, kind="energy", carriers=("electricity", "natural_gas")):
    """Return a year of each site in one row a carrier."""
    return Rows(pd.DataFrame([
        {"kind": kind, "site": site, "activity": carrier, "unit": "kWh", "quantity": float(amount),
         "period_start": pd.Timestamp("2024-01-01"), "period_end": pd.Timestamp("2024-12-31")}
        for site, amounts in table.items() for carrier, amount in zip(carriers, amounts, strict=False)]))


def _sums(*names):
    return tuple(sum(KWH[name][i] for name in names) for i in (0, 1))


@pytest.mark.parametrize("kind", ["energy", "water", "waste"])
def test_a_whole_within_a_whole_is_on_both_sides(kind):
    """South holds lyon and nice, France these and lille: with the sites kept, both go; with France kept, south goes."""
    rows = _rows({**KWH, "south": _sums("lyon", "nice"), "france": _sums("lyon", "nice", "lille")}, kind=kind)
    found = {rows["site"][pair.first[0]]: pair for pair in sites(rows)}
    assert {whole: sorted(set(rows["site"][pair.second])) for whole, pair in found.items()} == {
        "south": ["lyon", "nice"], "france": ["lille", "lyon", "nice", "south"]}
    assert all(len(pair.first) == 2 for pair in found.values())


def test_a_main_meter_of_one_carrier_and_its_own_gas():
    """Monthly electricity that is a sum counts although the site's gas is its own: the gas is on neither side."""
    months = pd.concat([pd.DataFrame(dict(_rows(KWH))).assign(
        period_start=pd.Timestamp(2024, m, 1), period_end=pd.Timestamp(2024, m, 28),
        quantity=lambda t, m=m: (t["quantity"] * (1 + m * t.index / 97 % 0.7)).round()) for m in (1, 2, 3, 4)])
    power = months[(months["activity"] == "electricity") & months["site"].isin(["lyon", "metz"])]
    whole = power.groupby(["period_start", "period_end", "activity", "unit", "kind"], as_index=False)["quantity"].sum()
    own = months[(months["activity"] != "electricity") & (months["site"] == "brest")]
    rows = Rows(pd.concat([months, whole.assign(site="main"), own.assign(site="main", quantity=777.0)],
                          ignore_index=True))
    (pair,) = sites(rows)
    assert set(rows["activity"][pair.first]) == set(rows["activity"][pair.second]) == {"electricity"}
    assert set(rows["site"][pair.second]) == {"lyon", "metz"} and len(pair.first) == 4


def test_a_name_declares_its_parts():
    """One number is enough for "Lyon total" of two halls of Lyon; the same number under another name is none."""
    table = {"Lyon hall A": (120_413,), "Lyon hall B": (45_207,), "Brest": (88_019,)}
    (pair,) = sites(_rows({**table, "LYON Total": (165_620,)}))
    assert pair.basis == "the sum of the sites Lyon hall A, Lyon hall B"
    assert phrase(pair.basis, "fr") == "la somme des sites Lyon hall A, Lyon hall B"
    assert list(sites(_rows({**table, "Metz": (165_620,)}))) == []
