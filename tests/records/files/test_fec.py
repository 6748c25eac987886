"""The ledger file of French law as purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import FileRefused
from carbon.records.files.fec import LAW_ORDER, Accounts, acquisitions, closing, is_quoted, opening, recognise, sums
from carbon.records.files.file import read_records


def _line(entry, account, label, debit, credit, *, journal="AC", words="facture"):
    return "\t".join([journal, "Achats", entry, "20240313", account, "compte", "", label, "P1", "20240313", words,
                      debit, credit, "", "", "20240314", "", ""])


def _fec(tmp_path, *lines, headings=LAW_ORDER):
    path = tmp_path / "000000000FEC20241231.txt"
    path.write_text("\r\n".join(["\t".join(headings), *lines]))
    return read_records(path, "fec")


def test_class_6_is_bought_and_the_rest_is_excluded(tmp_path):
    """An invoice of paper is a purchase from the supplier of its entry; VAT and the supplier's account are excluded."""
    read = _fec(tmp_path, _line("1", "606400", "", "100,00", ""), _line("1", "445660", "", "20,00", ""),
                _line("1", "401000", "Mill", "", "120,00"))
    assert read.records[["account", "amount", "supplier"]].to_numpy().tolist() == [["606400", 100.0, "Mill"]]
    assert read.ledger["code"].tolist() == ["account_class_4", "account_class_4"]


def test_an_entry_that_does_not_balance_is_rejected(tmp_path):
    """Every line of it, for debit and credit differ."""
    read = _fec(tmp_path, _line("1", "606400", "", "100,00", ""), _line("1", "401000", "Mill", "", "99,00"))
    assert set(read.rejects["code"]) == {"entry_unbalanced"}
    assert read.rows_rejected == 2


def test_a_missing_column_of_the_law_refuses_the_file(tmp_path):
    """Without debit and credit nothing has an amount."""
    with pytest.raises(FileRefused) as refused:
        _fec(tmp_path, _line("1", "606400", "", "1,00", ""), headings=[*LAW_ORDER[:11], "A", "B", *LAW_ORDER[13:]])
    assert refused.value.code == "columns_missing"


def test_headings_are_known_by_name_or_by_order():
    """Names of the law in any case; without headings, a day in the fourth of eighteen cells."""
    assert recognise([c.upper() for c in LAW_ORDER]) == 18
    assert recognise(["AC", "Achats", "1", "20240313", *[""] * 14]) == 1
    assert recognise(["date", "amount"]) == 0
    assert is_quoted('\ufeff"JournalCode"') and not is_quoted("JournalCode")


def _lines(*rows):
    table = pd.DataFrame([dict(zip(("JournalCode", "JournalLib", "EcritureLib", "account", "amount", "entry"), row,
                                   strict=True)) for row in rows])
    return table, Accounts(table["account"]), table["entry"].to_numpy(dtype=np.intp)


def test_an_asset_bought_and_an_asset_moved():
    """A computer against its supplier is bought; a transfer between two asset accounts is not."""
    lines = _lines(("AC", "Achats", "PC", "218300", 900.0, 0), ("AC", "Achats", "PC", "404000", -900.0, 0),
                   ("OD", "Divers", "mise en service", "218300", 50.0, 1),
                   ("OD", "Divers", "mise en service", "231000", -50.0, 1))
    assert acquisitions(*lines).tolist() == [True, False, False, False]


def test_opening_balances_by_journal_and_by_label():
    """A journal of openings is one, unless its name is that of another; labels count on balance accounts."""
    lines = _lines(("AN", "A nouveaux", "x", "401000", 1.0, 0), ("AN", "Achats Nantes", "x", "606000", 1.0, 1),
                   ("OD", "Divers", "Report à nouveau", "512000", 1.0, 2))
    assert opening(*lines).tolist() == [True, False, True]


def test_the_closing_of_charges():
    """Charges carried to the result and nothing else in the entry."""
    lines = _lines(("OD", "Divers", "x", "606000", -5.0, 0), ("OD", "Divers", "x", "120000", 5.0, 0),
                   ("AC", "Achats", "x", "606000", 5.0, 1), ("AC", "Achats", "x", "401000", -5.0, 1))
    assert closing(*lines).tolist() == [True, True, False, False]


def test_sums_of_groups():
    """Sums of a group are whole numbers."""
    assert sums(np.array([1, 2, 4]), np.array([0, 1, 0])).tolist() == [5, 2, 5]
