"""The classification desk: proposals with reasons, decisions as rules."""

from __future__ import annotations

import pandas as pd
import pytest
from unclassified_lines import LINES

from carbon.activities import classify
from carbon.activities.classification.charts import load_chart
from carbon.activities.classification.desk import propose, vocabulary, waiting


def test_waiting_lines_by_amount_with_their_wording(read):
    """Groups of supplier, account and category, largest first, with the commonest wording and their share."""
    records = read(purchases=LINES)
    lines = waiting(records, classify(records))
    assert lines[["supplier", "wording", "rows", "amount"]].values.tolist() == [
        ["Nuage SARL", "Hébergement mars", 2, 90.0], ["Zut", "divers", 1, -10.0]]
    assert lines["share"].tolist() == [0.9, 0.1]


def test_words_propose_with_their_reason(read):
    """A French word of the wording proposes an activity; a line without any evidence gets none."""
    records = read(purchases=LINES)
    proposals = propose(waiting(records, classify(records)))
    assert proposals["supplier"].unique().tolist() == ["Nuage SARL"]
    first = proposals.iloc[0]
    assert (first["activity"], first["rank"]) == ("purchase.nace.J62_63", 1)
    assert "wording: 'hebergement*'" in first["reason"]


def test_evidence_adds_up_and_the_supplier_counts_most(read):
    """score = 1 - product(1 - score of each evidence); what a supplier sold before comes first."""
    records = read(purchases=LINES)
    seen = pd.DataFrame({"supplier": ["NUAGE SARL", "nuage sarl"], "activity": ["purchase.nace.J62_63", "it.laptop"],
                         "category": [1, 2], "quantity": [300.0, 100.0]})
    proposals = propose(waiting(records, classify(records)), seen=seen)
    best = proposals.iloc[0]
    # supplier: 3/4 of the amount x 0.9 = 0.675; wording 0.4: 1 - 0.325 x 0.6 = 0.805
    assert best["activity"] == "purchase.nace.J62_63"
    assert best["score"] == pytest.approx(0.805)
    assert "supplier seen before: 1 lines" in best["reason"]


def test_a_proposal_is_never_applied(read):
    """Proposing changes no classification."""
    records = read(purchases=LINES)
    before = classify(records)
    propose(waiting(records, before))
    assert classify(records).activities.empty and before.activities.empty


def test_vocabulary_speaks_of_activities_the_map_knows_of():
    """Each word is folded, unique, and proposes a purchase in a category."""
    table = vocabulary()
    assert table["word"].is_unique
    assert table["category"].between(1, 15).all()
    assert table["activity"].str.fullmatch(r"purchase\.nace\.[A-Z][0-9A-Z_]*").all()
    assert len(set(table["activity"]) & set(load_chart("pcg").lines["activity"])) > 15


def proposed(read, charts=(), **line) -> list[str]:
    """Return the activities proposed for one open purchase."""
    records = read(purchases=[{"amount": 100.0, **line}])
    return propose(waiting(records, classify(records)), charts=charts)["activity"].tolist()


@pytest.mark.parametrize(("text", "activity"), [
    ("training", "P85"), ("Formation", "P85"), ("train", "H49"), ("Billet de train", "H49"), ("taxi", "H49"),
    ("Flights", "H51"), ("Hébergement mars 2024", "J62_63"), ("fournitures de bureau", "C17"), ("events", "N80T82"),
    ("avion", "H51"), ("insurance", "K65")])
def test_a_covered_text_is_a_proposal_of_its_own(read, text, activity):
    """All of its words but small ones, months and numbers are of one activity: "training" is no train."""
    assert proposed(read, description=text) == [f"purchase.nace.{activity}"]


@pytest.mark.parametrize("text", [
    "air conditioning", "bus bar", "carte grise", "avion de papier", "paper plane", "gas station snacks", "trainee",
    "personal trainer", "train d'atterrissage", "bank holiday", "hotel software", "train station cleaning",
    "car insurance", "location de salle de formation", "water cooler rental", "eau de toilette"])
def test_part_of_a_text_proves_nothing_alone(read, text):
    """A word inside the name of another thing is shown without a proposal until a column agrees."""
    assert proposed(read, description=text) == []


@pytest.mark.parametrize(("line", "activity"), [
    ({"category": "Cleaning", "description": "train station cleaning"}, "N80T82"),
    ({"category": "Insurance", "description": "car insurance"}, "K65"),
    ({"category": "Logiciels", "description": "hotel software"}, "J62_63")])
def test_a_category_that_names_one_activity_proposes_it(read, line, activity):
    """Words that leave others over in the wording take nothing from what the category names."""
    assert proposed(read, **line)[0] == f"purchase.nace.{activity}"


@pytest.mark.parametrize("line", [
    {"category": "Training", "description": "train"}, {"category": "Formation", "description": "avion"},
    {"category": "Assurances", "description": "Taxi"}, {"category": "car insurance", "description": "train"},
    {"account": "622600", "category": "Training", "description": "hotel"}])
def test_a_proposal_never_contradicts_account_or_category(read, line):
    """What the category names is all that is proposed; where account and category disagree nothing is."""
    assert not {"purchase.nace.H49", "purchase.nace.H51", "purchase.nace.I"} & set(proposed(read, **line))
    if "account" in line:
        assert proposed(read, charts=["pcg"], **line) == []


def test_no_entry_of_the_vocabulary_swallows_another():
    """A star matches no word that has an entry of another activity, so the longest entry is never a surprise."""
    table = vocabulary()
    for word, activity in zip(table["word"], table["activity"], strict=True):
        begins = table["word"].str.startswith(word.removesuffix("*")) & (table["word"] != word)
        others = table.loc[begins & word.endswith("*") & ~table["word"].str.contains(" "), "activity"]
        assert set(others) <= {activity}, word


def test_waiting_by_category_is_one_group_each_with_stars_for_the_rest(read):
    """All lines of a category are one, with rows, amount and commonest wording; a line without stays its own."""
    lines = [{"supplier": s, "category": c, "description": d, "amount": a} for s, c, d, a in (
        ("A", "IT", "hosting", 10.0), ("B", "IT", "hosting", 5.0), ("B", "IT", "disks", 1.0), ("C", "", "x", 30.0))]
    records = read(purchases=lines)
    groups = waiting(records, classify(records), by="category")
    assert groups[["supplier", "account", "category", "rows", "amount", "wording"]].values.tolist() == [
        ["C", "", "", 1, 30.0, "x"], ["*", "*", "IT", 3, 16.0, "hosting"]]
    assert groups["share"].tolist() == [30 / 46, 16 / 46]
