"""The ledger: every row read ends in exactly one way, in rows and in amounts."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import LedgerError, RejectedShareError
from carbon.core.params import AcceptedRejects
from carbon.inventory.ledger import check_accepted_share, check_ledger, complete_ledger, inventoried, rejects_of


@pytest.fixture
def sources():
    return pd.DataFrame({"source_file": ["f.csv"], "kind": ["purchases"], "sha256": [""], "dialect": [""],
                         "rows_read": [3], "rows_accepted": [3], "rows_excluded": [0], "rows_rejected": [0]})


def read(*amounts):
    return pd.DataFrame({"kind": "purchases", "unit": "EUR", "amount": amounts})


@pytest.fixture
def three(make_ledger):
    return make_ledger({"record_id": "a", "amount": 0.1}, {"record_id": "b", "amount": 0.2, "outcome": "excluded"},
                       {"record_id": "c", "amount": 0.3, "outcome": "rejected", "code": "x", "stage": "factor"})


def test_what_was_read_is_accounted_for(three, sources):
    """
    0.1 + 0.2 + 0.3 equals itself without tolerance, in another order too.
    """
    check_ledger(three, sources, read(0.3, 0.2, 0.1))


def test_a_lost_row_is_found(three, sources):
    """
    Two of three rows in the ledger: refused with the file and the counts.
    """
    with pytest.raises(LedgerError, match=r"(?s)1 source files.*f\.csv.*3.*2"):
        check_ledger(three.head(2), sources, read(0.1, 0.2))


def test_a_row_counted_twice_is_found(three, sources):
    """
    The same record twice, both counting.
    """
    with pytest.raises(LedgerError, match="row by row"):
        check_ledger(pd.concat([three, three.head(1)]), sources, read(0.1, 0.1, 0.2, 0.3))


@pytest.mark.parametrize("amount", [0.3000000000000001, 0.3 + 1e-9, 0.4])
def test_an_amount_off_by_one_bit_is_found(three, sources, amount):
    """
    Equality has no tolerance.
    """
    with pytest.raises(LedgerError, match="amounts read are not accounted for"):
        check_ledger(three, sources, read(0.1, 0.2, amount))


def test_currencies_are_never_added(make_ledger, sources):
    """
    1 EUR read is not 1 GBP accounted for.
    """
    ledger = make_ledger(*[{"record_id": r, "unit": "GBP"} for r in "abc"])
    with pytest.raises(LedgerError, match="amounts"):
        check_ledger(ledger, sources, read(1.0, 1.0, 1.0))


def test_a_split_record_counts_once(make_ledger):
    """
    A bill partly set aside and partly inventoried is one row, two amounts.
    """
    aside = {"record_id": "a", "amount": 40.0, "outcome": "set aside", "counts_row": False}
    ledger = complete_ledger(make_ledger(aside),
                             make_ledger({"record_id": "a", "amount": 60.0}, {"record_id": "b"}),
                             make_ledger({"record_id": "a", "outcome": "rejected", "amount": np.nan}))

    assert ledger["counts_row"].tolist() == [False, True, True, False]


def test_several_activities_of_one_record_are_one_line():
    """
    A trip of two legs, 0.1 + 0.2 of its distance: one inventoried line with the exact sum.
    """
    activities = pd.DataFrame({"record_id": ["r", "r", "s"], "record_unit": ["air:km"] * 3,
                               "record_amount": [0.1, 0.2, np.nan]})
    origins = pd.DataFrame({"record_id": ["s", "r"], "kind": "travel", "source_file": "t.csv", "source_sheet": "",
                            "source_line": [3, 2]}).set_index("record_id")
    lines = inventoried(activities, origins)

    assert lines["source_line"].tolist() == [2, 3]
    assert lines["amount"].tolist()[0] == 0.1 + 0.2
    assert np.isnan(lines["amount"].tolist()[1])  # no distance given: missing, not zero


def test_an_activity_from_nowhere_is_refused():
    """
    Every activity traces to a record that was read.
    """
    activities = pd.DataFrame({"record_id": ["r"], "record_unit": ["EUR"], "record_amount": [1.0]})
    origins = pd.DataFrame(columns=["record_id", "kind", "source_file", "source_sheet", "source_line"])
    origins = origins.set_index("record_id")
    with pytest.raises(LedgerError, match="never read"):
        inventoried(activities, origins)


def test_rejects_beyond_the_accepted_share_fail(three):
    """
    One of three rows, half of the money: over 30 % of rows; accepted at 40 % and 60 %.
    """
    with pytest.raises(RejectedShareError, match=r"(?s)purchases.*33\.333%.*accepted 30"):
        check_accepted_share(three, {"purchases": AcceptedRejects(rows=0.3, amount=0.6)})
    with pytest.raises(RejectedShareError, match=r"50\.000%"):
        check_accepted_share(three, {"purchases": AcceptedRejects(rows=0.4, amount=0.4)})
    with pytest.raises(RejectedShareError):
        check_accepted_share(three, {})  # nothing is accepted that is not named

    table = check_accepted_share(three, {"purchases": AcceptedRejects(rows=0.4, amount=0.6)})
    assert table["share"].tolist() == pytest.approx([0.5, 1 / 3])


def test_a_rejected_credit_note_does_not_hide_a_rejected_invoice(make_ledger):
    """
    +100 and -100 rejected of 400 in absolute amounts is a half, not zero.
    """
    ledger = make_ledger({"amount": 100.0, "outcome": "rejected"},
                         {"record_id": "b", "amount": -100.0, "outcome": "rejected"},
                         {"record_id": "c", "amount": 200.0})
    with pytest.raises(RejectedShareError, match=r"200 of 400 EUR \(50"):
        check_accepted_share(ledger, {"purchases": AcceptedRejects(rows=1.0, amount=0.4)})


def test_rejects_carry_the_ledgers_words(three):
    """
    One reject with file, line, code and amount.
    """
    rejects = rejects_of(three)

    assert rejects[["record_id", "code", "stage", "amount"]].to_dict("list") == {
        "record_id": ["c"], "code": ["x"], "stage": ["factor"], "amount": [0.3]}
