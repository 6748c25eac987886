"""Saved decisions: rules with an author, about exactly their lines."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from unclassified_lines import LINES

from carbon.activities import classify
from carbon.activities.classification.decisions import DECISIONS, rules_of
from carbon.core.errors import ParamsError


def decision(**given) -> pd.DataFrame:
    line = {"supplier": "Nuage SARL", "account": "613500", "category": "IT", "activity": "purchase.nace.J62_63",
            "scope3_category": 1, "exclude": "", "author": "A. Analyst", "decided_on": "2024-05-06",
            "evidence": "invoice", **given}
    return pd.DataFrame([line]).astype({"decided_on": "datetime64[s]"})


def test_a_decision_becomes_a_rule_with_its_author(read):
    """The lines it speaks of, and only those, are classified; the rule names author, day and evidence."""
    records = read(purchases=LINES)
    result = classify(records, decisions=decision())
    assert result.activities["quantity"].tolist() == [70.0, 20.0]
    assert result.ledger["source_line"].tolist() == [4]
    assert rules_of(decision())[0].reason == "decided by A. Analyst on 2024-05-06: invoice"


def test_company_rules_come_before_decisions_and_decisions_before_the_map(read):
    """The order is: params, decisions, account map."""
    line = [{"supplier": "X", "account": "622600"}]
    about = decision(supplier="X", account="622600", category="")
    own = [{"id": "own", "when": {"account": ["6226"]}, "activity": "purchase.nace.M71"}]
    mapped = classify(read(purchases=line, account_map="pcg"), decisions=about)
    ruled = classify(read(purchases=line, rules=own), decisions=about)
    assert [*mapped.activities["rule"], *ruled.activities["rule"]] == ["decision:1", "own"]


@pytest.mark.parametrize("supplier", ["A*", "A[b]", "What?"])
def test_a_decision_is_about_the_very_text(read, supplier):
    """Stars and brackets of a supplier's name are no wildcards; a blank supplier means blank."""
    lines = [{"supplier": supplier}, {"supplier": "Ab"}, {"supplier": "Whats"}]
    result = classify(read(purchases=lines), decisions=decision(supplier=supplier, account="", category=""))
    assert result.activities["supplier"].tolist() == [supplier]


def test_an_exclusion_keeps_its_reason(read):
    """A decision can exclude; reason, author and evidence reach the ledger."""
    result = classify(read(purchases=LINES[:1]), decisions=decision(activity="", exclude="a deposit"))
    assert result.ledger["outcome"].tolist() == ["excluded"]
    assert "a deposit (decided by A. Analyst" in result.ledger["reason"].item()


@pytest.mark.parametrize(("given", "hint"), [
    ({"author": " "}, "name author and evidence"), ({"evidence": ""}, "name author and evidence"),
    ({"activity": ""}, "give one of activity and exclude"), ({"exclude": "x"}, "give one of activity and exclude"),
    ({"scope3_category": 0}, "give a scope 3 category from 1 to 15"),
    ({"supplier": "", "account": "", "category": ""}, "name supplier, account or category"),
    ({"activity": "purchase.nace.Z"}, "use an activity of the factor library"),
])
def test_decisions_that_cannot_be_used(given, hint):
    """Refused with the rows and what to do."""
    with pytest.raises(ParamsError, match=re.escape(hint)):
        rules_of(decision(**given), known_activities={"purchase.nace.J62_63"})


def test_two_decisions_about_the_same_lines_are_refused():
    """The second would never be read."""
    with pytest.raises(ParamsError, match="once"):
        rules_of(pd.concat([decision(), decision(activity="purchase.nace.J58")]))


def test_no_decision_is_no_rule():
    """An empty table of decisions is accepted."""
    assert rules_of(DECISIONS.empty()) == []


def wide(**given) -> pd.DataFrame:
    """A decision about all lines of a category or an account."""
    return decision(**{"supplier": "*", "account": "*", "category": "*", **given})


def test_a_decision_about_a_category_decides_all_of_it_but_suppliers_with_their_own(read):
    """One line of the ledger decides a category; a decision about a supplier overrides it, in whatever order."""
    lines = [{"supplier": s, "category": c} for s, c in (("A", "IT"), ("B", "IT"), ("B", "Other"))]
    both = [wide(category="IT", activity="purchase.nace.J58"), wide(supplier="B", activity="purchase.nace.F")]
    for decisions in (both, both[::-1]):
        result = classify(read(purchases=lines), decisions=pd.concat(decisions, ignore_index=True))
        assert result.activities["activity"].tolist() == ["purchase.nace.J58", "purchase.nace.F", "purchase.nace.F"]


def test_decisions_about_category_and_account_that_disagree_are_asked(read):
    """Neither of two wide decisions wins in silence; where they agree the line is decided."""
    lines = [{"supplier": "A", "category": "IT", "account": "1"}, {"supplier": "A", "category": "IT", "account": "2"}]
    about = [wide(category="IT", activity="purchase.nace.J58"), wide(account="1", activity="purchase.nace.F"),
             wide(account="2", activity="purchase.nace.J58")]
    result = classify(read(purchases=lines), decisions=pd.concat(about, ignore_index=True))
    assert result.ledger[["source_line", "code"]].values.tolist() == [[2, "needs_review"]]
    assert result.activities["activity"].tolist() == ["purchase.nace.J58"]


def test_a_decision_is_about_the_whole_account(read):
    """6135 is not 613, and no account is not any account."""
    lines = [{"supplier": "A", "account": a} for a in ("613", "6135", "")]
    for account, expected in (("613", [2]), ("", [4])):
        about = decision(supplier="A", account=account, category="")
        assert classify(read(purchases=lines), decisions=about).activities["source_line"].tolist() == expected
