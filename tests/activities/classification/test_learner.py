"""The learner: proposals with a score that holds, their nearest decided lines, and silence where it knows nothing."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from carbon.activities.classification import learner
from carbon.activities.classification.desk import decided_lines, propose
from carbon.core.ledgers import DECISIONS

pytest.importorskip("sklearn")
TRADES = {"purchase.nace.F|1|": "builders roofing", "purchase.nace.I|1|": "catering kitchen",
          "|0|grant": "charity trust", "purchase.nace.N78|1|": "staffing recruitment"}


def lines(count: int, *, seed: int) -> pd.DataFrame:
    """Decided lines of suppliers: two of three names tell their trade, the others tell nothing."""
    rng = np.random.default_rng(seed)
    labels = rng.choice([*TRADES], count)
    names = [f"{rng.choice(list('abcdefgh'))}{rng.integers(50)} {rng.choice(TRADES[label].split())} ltd"
             if rng.random() < 2 / 3 else f"{rng.choice(list('abcdefgh'))}{rng.integers(50)} ltd" for label in labels]
    return pd.DataFrame({"supplier": names, "category": "", "description": "", "amount": 100.0, "rows": 1,
                         "label": labels})


@pytest.fixture(scope="module")
def trained():
    return learner.learn(lines(240, seed=1))


def test_nine_of_ten_proposals_on_new_lines_are_right(trained):
    """At its own threshold the share of right proposals on lines it has not seen is what its calibration states."""
    new = lines(400, seed=2)
    proposed = trained.propose(new)
    right = proposed["label"].to_numpy() == new["label"].loc[proposed["line"]].to_numpy()
    assert 200 < len(proposed) < 330
    assert right.mean() >= 0.9
    assert abs(proposed["score"].mean() - right.mean()) < 0.08


def test_a_line_without_words_has_no_proposal():
    """Neither supplier nor wording: nothing to learn from, though all decided lines without names are of one label."""
    nameless = pd.DataFrame({"supplier": "", "category": "", "description": "", "amount": 5.0, "rows": 90,
                             "label": ["|0|grant"]})
    trained = learner.learn(pd.concat([lines(240, seed=1), nameless], ignore_index=True))
    blank = pd.DataFrame({"supplier": ["", "-"], "category": "", "description": "", "amount": 5.0, "rows": 1})
    assert trained.propose(blank).empty
    assert trained.propose(blank.iloc[:0]).empty


def test_the_three_nearest_decided_lines_are_named(trained):
    """A person sees what the proposal rests on: supplier and decision of the nearest lines."""
    new = pd.DataFrame({"supplier": ["x1 roofing ltd"], "category": "", "description": "", "amount": 100.0, "rows": 1})
    nearest = trained.propose(new)["nearest"].item().split("; ")
    assert len(nearest) == learner.NEAREST
    assert all("roofing" in near and "=" in near for near in nearest)


def test_the_same_lines_teach_the_same(trained):
    """Nothing depends on chance: two trainings give the same proposals and scores."""
    new = lines(60, seed=3)
    pd.testing.assert_frame_equal(trained.propose(new), learner.learn(lines(240, seed=1)).propose(new))


def test_labels_that_names_do_not_tell_are_not_proposed():
    """Where lines held back are right no more than by chance, no score is above the threshold."""
    noise = lines(200, seed=4)
    noise["label"] = np.random.default_rng(5).permutation(noise["label"])
    assert len(learner.learn(noise).propose(lines(100, seed=6))) <= 5


def test_few_decided_lines_teach_nothing():
    """The reason names how many are needed and how many there are."""
    assert "40 decided rows" in learner.learn(lines(20, seed=1))


def test_without_scikit_learn_words_propose(monkeypatch):
    """The reason names the extra, and proposals of words remain."""
    monkeypatch.setattr(learner.importlib.util, "find_spec", lambda _: None)
    assert "carbon-trajectory[learn]" in learner.learn(lines(240, seed=1))
    open_lines = pd.DataFrame([{"supplier": "A", "account": "", "category": "Insurance", "currency": "EUR",
                                "wording": "", "rows": 1, "amount": 5.0, "share": 1.0}])
    assert propose(open_lines)["activity"].tolist() == ["purchase.nace.K65"]


def test_what_is_learnt_is_proposed_with_its_kind(trained):
    """A label of the learner is a proposal of the desk: an activity with its category, or a kind of no purchase."""
    wanted = pd.DataFrame([{"supplier": s, "account": "", "category": "", "currency": "EUR", "wording": "", "rows": 1,
                            "amount": 100.0, "share": 0.5} for s in ("z9 charity ltd", "z9 staffing ltd")])
    proposals = propose(wanted, learner=trained)
    assert proposals[["activity", "scope3_category", "kind"]].values.tolist() == [
        ["", 0, "grant"], ["purchase.nace.N78", 1, ""]]
    assert "charity ltd = no purchase: grant" in proposals["reason"].iloc[0]
    assert "staffing ltd = purchase.nace.N78 (category 1)" in proposals["reason"].iloc[1]


def test_decided_lines_have_the_label_of_the_narrowest_decision():
    """Purchases take the label of the decision that decides them, each decision adds its names; without a kind none."""
    purchases = pd.DataFrame({"supplier": ["A", "B", "C"], "account": "", "category": ["x", "x", "y"],
                              "description": "", "amount": 1.0})
    decisions = DECISIONS.validate(pd.DataFrame([
        {"supplier": "*", "account": "*", "category": "x", "activity": "", "scope3_category": 0,
         "exclude": "tax: rates"},
        {"supplier": "B", "account": "*", "category": "*", "activity": "purchase.nace.F", "scope3_category": 2,
         "exclude": ""},
        {"supplier": "C", "account": "*", "category": "*", "activity": "", "scope3_category": 0,
         "exclude": "tax of its own"}]).assign(author="A", decided_on=pd.Timestamp(2024, 1, 1), evidence="e").astype(
            {"decided_on": "datetime64[s]"}))
    table = decided_lines(purchases, decisions)
    assert table[["supplier", "category", "label"]].values.tolist() == [
        ["A", "x", "|0|tax"], ["B", "x", "purchase.nace.F|2|"], ["B", "", "purchase.nace.F|2|"], ["", "x", "|0|tax"]]


def test_importing_the_room_loads_no_scikit_learn():
    """Only training loads it: a run without a desk never pays for it."""
    code = "import sys, carbon.activities.classification.desk; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
