"""Maps, decisions and the learner on the payments of a real council, which is not part of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.activities.classification.charts import EXCLUDE, INCLUDE, SET_ASIDE
from carbon.activities.classification.decisions import rules_of
from carbon.activities.classification.learner import learn
from carbon.activities.classification.rules import decide
from carbon.core.columns import Rows

FILES = Path(__file__).parents[4] / "shared" / "data" / "real" / "oxford_city_council_spend"
HERE = Path(__file__).parent
COLUMNS = ["body", "area", "category", "code", "date", "number", "amount", "type", "supplier_id", "supplier"]
needs_files = pytest.mark.skipif(not FILES.is_dir(), reason="the council's files are not here")
WITHHELD = re.compile("withheld|redacted", re.IGNORECASE)


@pytest.fixture(scope="module")
def payments() -> pd.DataFrame:
    """The payments with their year, as purchases have them; withheld names are blank."""
    tables = []
    for path in sorted(FILES.glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        tables.append(table.set_axis(COLUMNS, axis=1).assign(year=int(path.stem[-4:])))
    table = pd.concat(tables, ignore_index=True)
    supplier = table["supplier"].str.strip()
    amount = pd.to_numeric(table["amount"].str.replace(",", ""), errors="coerce").fillna(0.0)
    return table[["category", "year"]].assign(supplier=supplier.where(~supplier.str.contains(WITHHELD), ""),
                                              amount=amount, account="", description="")


@pytest.fixture(scope="module")
def decisions() -> pd.DataFrame:
    """Twenty decisions about the largest open categories and suppliers, made by reading their suppliers."""
    table = pd.read_csv(HERE / "oxford_decisions.csv", keep_default_na=False)
    return table.assign(author="A", decided_on=pd.Timestamp(2026, 11, 28).as_unit("s"), evidence="lists of suppliers")


def decided(payments: pd.DataFrame, rules: list) -> pd.DataFrame:
    """The payments that have an activity or a kind, with it as their label."""
    rows = decide(Rows(payments), rules, account_map="gb_public")
    done = np.isin(rows["decision"].astype(str), [INCLUDE, EXCLUDE, SET_ASIDE])
    kind = [reason.partition(":")[0] for reason in rows["rule_reason"]]
    label = np.where(rows["activity"] != "", rows["activity"], np.array(kind, dtype=object))
    return payments.assign(label=label)[done]


@needs_files
@pytest.mark.torture
def test_a_quarter_is_decided_by_the_map_and_three_quarters_after_twenty_decisions(payments, decisions):
    """Share of the amount, credits as positive amounts: 26 % by words of categories, 76 % after twenty decisions."""
    total = payments["amount"].abs().sum()
    shares = [decided(payments, rules)["amount"].abs().sum() / total for rules in ([], rules_of(decisions))]
    assert shares[0] > 0.25
    assert shares[1] > 0.75


@needs_files
@pytest.mark.torture
def test_proposals_for_later_quarters_are_right(payments, decisions):
    """Trained on 2014 and 2015 without categories, proposals for 2016 agree with what the category decides."""
    pytest.importorskip("sklearn")
    lines = decided(payments, rules_of(decisions)).assign(category="", rows=1)
    keys = ["supplier", "category", "description", "label"]
    early, late = (part.groupby(keys, as_index=False)[["amount", "rows"]].sum() for part in (
        lines[lines["year"] < 2016], lines[lines["year"] == 2016]))
    proposed = learn(early).propose(late)
    rows = late["rows"].to_numpy()[proposed["line"]]
    right = late["label"].to_numpy(object)[proposed["line"]] == proposed["label"].to_numpy(object)
    assert rows.sum() > 0.3 * late["rows"].sum()
    assert rows[right].sum() > 0.85 * rows.sum()
