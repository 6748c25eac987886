"""A policy sets one side of a pair aside, in the ledger and with its reason; `both` states that the sides differ."""

from __future__ import annotations

import pytest
from made_company import BOUGHT, METERED, made_inventory

from carbon.reports.words.phrases import phrase

FILES = {
    "freight": "date,mode,direction,quantity,unit,supplier\n2024-03-12,truck,inbound,5000,tonne.km,Roux\n",
    "purchases": BOUGHT + "2024-03-04,Roux,haulage,x,800.00,EUR,F1,\n2024-03-04,Roux,haulage,y,0.01,XXX,F2,\n"
                          "2024-09-04,Roux,haulage,z,300.00,EUR,F3,\n"}
ACCEPTED = "max_rejected_share: {purchases: {rows: 0.5, amount: 1.0}}\n"
KEEP = ACCEPTED + "counted_twice: [{pair: freight, keep: %s, reason: the haulier lists each journey}]\n"


def _kg(inv, kind):
    rows = inv.emissions[inv.emissions["kind"] == kind]
    return rows["co2e_kg"].sum()


def test_without_a_policy_nothing_moves(tmp_path):
    """Both sides count; the warning has the tonnes of each, and the smaller is at stake."""
    inv = made_inventory(tmp_path, FILES, ACCEPTED)
    line = inv.counted_twice().iloc[0]
    assert (line["pair"], line["first_side"], line["second_side"], line["keep"]) == ("freight", "physical", "money", "")
    assert line["first_kg"] == pytest.approx(_kg(inv, "freight"))
    # The invoice of September is of other months: its 300 of 1,100 EUR are in no pair.
    assert line["second_kg"] == pytest.approx(_kg(inv, "purchases") * 800 / 1100)
    assert line["at_stake_kg"] == min(line["first_kg"], line["second_kg"])
    text = inv.warnings.set_index("code")["text"]["counted_twice_freight"]
    assert f"{line['second_kg'] / 1000:,.3g} t, `money`" in text


@pytest.mark.parametrize(("keep", "gone", "stays"), [
    ("physical", "purchases", "freight"), ("money", "freight", "purchases")])
def test_the_side_that_is_not_kept_is_set_aside(tmp_path, keep, gone, stays):
    """Its rows are in the ledger with the company's reason and leave the total by their kg; a reject keeps its own."""
    before = made_inventory(tmp_path / "a", FILES, ACCEPTED)
    inv = made_inventory(tmp_path / "b", FILES, KEEP % keep)
    aside = inv.ledger[inv.ledger["outcome"] == "set aside"]
    assert aside[["kind", "code"]].values.tolist() == [[gone, "counted_twice_freight"]]
    assert aside["reason"].item() == f"counted by its `{keep}` side: the haulier lists each journey"
    assert inv.ledger.loc[inv.ledger["outcome"] == "rejected", "code"].tolist() == ["currency_unknown"]
    line, old = inv.counted_twice().iloc[0], before.counted_twice().iloc[0]
    assert (line["keep"], line["first_kg"], line["second_kg"]) == (keep, old["first_kg"], old["second_kg"])
    moved = old["second_kg"] if gone == "purchases" else old["first_kg"]
    assert before.total("location-based") - inv.total("location-based") == pytest.approx(moved)
    assert _kg(inv, stays) == pytest.approx(_kg(before, stays))
    assert not inv.warnings["code"].str.startswith("counted_twice").any()


def test_both_is_a_statement(tmp_path):
    """With `both` no row moves and no warning is left; the table shows the reason."""
    inv = made_inventory(tmp_path, FILES, KEEP % "both")
    assert not (inv.ledger["outcome"] == "set aside").any()
    assert inv.counted_twice()["reason"].tolist() == ["the haulier lists each journey"]
    assert not inv.warnings["code"].str.startswith("counted_twice").any()


def test_metered_power_set_aside_takes_its_residual_mix_along(tmp_path):
    """Of two equal kWh the second goes; the market-based figure of the first stays."""
    energy = METERED + "2024-01-01,2024-12-31,lyon,electricity,120000,kWh,EDF,M1\n" \
                       "2024-01-01,2024-12-31,lille,electricity,7000,kWh,EDF,M2\n"
    again = "date,activity,quantity,unit,scope,category,site,method\n2024-12-31,electricity,120,MWh,3,8,,measured\n"
    alone = made_inventory(tmp_path / "a", {"energy": energy})
    policy = "counted_twice: [{pair: same_energy, keep: first, reason: the landlord repeats the meter}]\n"
    inv = made_inventory(tmp_path / "b", {"energy": energy, "activities": again}, policy)
    for method in ("location-based", "market-based"):
        assert inv.total(method) == alone.total(method)
    assert inv.ledger.set_index("kind")["outcome"].to_dict() == {"energy": "inventoried", "activities": "set aside"}


def test_a_policy_that_meets_no_pair_is_listed(tmp_path):
    """A statement that no longer matches anything is a warning, not a silence."""
    files = {"freight": FILES["freight"]}
    inv = made_inventory(tmp_path, files, "counted_twice: [{pair: freight, keep: money, reason: r}]\n")
    assert "counted_twice_unused" in inv.warnings["code"].tolist()


def test_the_warning_is_whole_in_french(tmp_path):
    """Every word of the package in the warning has its French; names of files and keys of params stay."""
    inv = made_inventory(tmp_path, FILES, ACCEPTED)
    french = phrase(inv.warnings.set_index("code")["text"]["counted_twice_freight"], "fr")
    assert french.startswith("1 lignes de data/raw/made/2024/freight.csv (")
    assert "même fournisseur, jours communs" in french and " and " not in french and " rows " not in french
