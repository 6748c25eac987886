"""The ledger file of French law as purchases."""

from __future__ import annotations

import pytest

from carbon.core.errors import FileRefused
from carbon.records.files.fec import LAW_ORDER, is_quoted, recognise
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
