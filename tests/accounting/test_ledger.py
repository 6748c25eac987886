"""The ledger: every row read ends in exactly one way, in rows and in amounts."""

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.ledger import WORDS, check_ledger, complete_ledger, inventoried, rejected
from carbon.activities.draft import rejects_of
from carbon.core import schemas
from carbon.core.errors import LedgerError


@pytest.fixture
def sources():
    return pd.DataFrame({"source_file": ["f.csv"], "kind": ["purchases"], "sha256": [""], "dialect": [""],
                         "rows_read": [3], "rows_accepted": [3], "rows_excluded": [0], "rows_rejected": [0]})


def read(*amounts):
    return pd.DataFrame({"kind": "purchases", "unit": "EUR", "amount": amounts})


def checked(ledger, sources, amounts):
    check_ledger(ledger, sources, read_amounts=amounts, reported=schemas.REPORTED_INVENTORIES.empty())


@pytest.fixture
def three(make_ledger):
    return make_ledger({"record_id": "a", "amount": 0.1}, {"record_id": "b", "amount": 0.2, "outcome": "excluded"},
                       {"record_id": "c", "amount": 0.3, "outcome": "rejected", "code": "x", "stage": "factor"})


def test_what_was_read_is_accounted_for(three, sources):
    """0.1 + 0.2 + 0.3 equals itself without tolerance, in another order too."""
    checked(three, sources, read(0.3, 0.2, 0.1))


def test_a_lost_row_is_found(three, sources):
    """Two of three rows in the ledger: refused with the file and the counts."""
    with pytest.raises(LedgerError, match=r"(?s)1 source files.*f\.csv.*3.*2"):
        checked(three.head(2), sources, read(0.1, 0.2))


def test_a_row_counted_twice_is_found(three, sources):
    """The same record twice, both counting."""
    with pytest.raises(LedgerError, match="row by row"):
        checked(pd.concat([three, three.head(1)]), sources, read(0.1, 0.1, 0.2, 0.3))


@pytest.mark.parametrize("amount", [0.3000000000000001, 0.3 + 1e-9, 0.4])
def test_an_amount_off_by_one_bit_is_found(three, sources, amount):
    """Equality has no tolerance."""
    with pytest.raises(LedgerError, match="amounts read are not accounted for"):
        checked(three, sources, read(0.1, 0.2, amount))


def test_currencies_are_never_added(make_ledger, sources):
    """1 EUR read is not 1 GBP accounted for."""
    ledger = make_ledger(*[{"record_id": r, "unit": "GBP"} for r in "abc"])
    with pytest.raises(LedgerError, match="amounts"):
        checked(ledger, sources, read(1.0, 1.0, 1.0))


def test_a_split_record_counts_once(make_ledger):
    """A bill partly set aside and partly inventoried is one row, two amounts."""
    aside = {"record_id": "a", "amount": 40.0, "outcome": "set aside", "counts_row": False}
    ledger = complete_ledger(make_ledger(aside),
                             make_ledger({"record_id": "a", "amount": 60.0}, {"record_id": "b"}),
                             make_ledger({"record_id": "c", "outcome": "rejected", "amount": np.nan}))

    assert ledger["counts_row"].tolist() == [False, True, True, True]


@pytest.mark.parametrize("amount", [60.0, np.nan])
def test_a_record_that_ended_twice_is_refused(make_ledger, amount):
    """Set aside and counted whole, nobody having split it: a mistake, also where no amount would show it."""
    aside = {"record_id": "a", "amount": amount, "outcome": "set aside"}
    with pytest.raises(LedgerError, match=r"(?s)1 records ended twice.*set aside"):
        complete_ledger(make_ledger(aside), make_ledger({"record_id": "a", "amount": amount}, {"record_id": "b"}))


def test_an_activity_without_a_factor_beside_one_that_has_one_is_no_second_row():
    """A record of two activities, one of them rejected: one row, both amounts."""
    activities = pd.DataFrame({"record_id": ["r", "r"], "record_unit": ["air:km"] * 2, "record_amount": [0.1, 0.2],
                               "kind": "travel", "source_file": "t.csv", "source_sheet": "", "source_line": 2,
                               **dict.fromkeys(WORDS, "")})
    lost = rejected(activities.tail(1), counted_ids=activities["record_id"].head(1))
    ledger = complete_ledger(inventoried(activities.head(1)), lost)

    assert ledger["counts_row"].tolist() == [True, False]
    assert ledger["amount"].tolist() == [0.1, 0.2]


def test_several_activities_of_one_record_are_one_line():
    """A trip of two legs, 0.1 + 0.2 of its distance: one inventoried line with the exact sum."""
    activities = pd.DataFrame({"record_id": ["r", "r", "s"], "record_unit": ["air:km"] * 3,
                               "record_amount": [0.1, 0.2, np.nan], "kind": "travel", "source_file": "t.csv",
                               "source_sheet": "", "source_line": [2, 2, 3]})
    lines = inventoried(activities)

    assert lines["source_line"].tolist() == [2, 3]
    assert lines["amount"].tolist()[0] == 0.1 + 0.2
    assert np.isnan(lines["amount"].tolist()[1])  # no distance given: missing, not zero


def test_rejects_carry_the_ledgers_words(three):
    """One reject with file, line, code and amount."""
    rejects = rejects_of(three)

    assert rejects[["record_id", "code", "stage", "amount"]].to_dict("list") == {
        "record_id": ["c"], "code": ["x"], "stage": ["factor"], "amount": [0.3]}
