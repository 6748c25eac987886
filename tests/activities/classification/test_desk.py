"""The classification desk: proposals with reasons, decisions as rules."""

from __future__ import annotations

import pandas as pd
import pytest
from unclassified_lines import LINES

from carbon.activities import classify
from carbon.activities.classification.desk import propose, vocabulary, waiting
from carbon.activities.classification.rules import pcg_map


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
    assert len(set(table["activity"]) & set(pcg_map()["activity"])) > 15
