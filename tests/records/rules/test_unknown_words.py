"""A word in a column that is not read is known, proved to decide nothing, or asked."""

from __future__ import annotations

import pytest
from honest_files import honest

from carbon.core.vocabulary import words_of
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.contract import ProjectContext
from carbon.records.kinds.messages import problem
from carbon.records.rules.unknown_words import ANY, MARKS

TRAPS = [  # kind, heading, word of rows that count, word of the row that does not
    ("purchases", "Status", "zaksięgowana", "skreślona"), ("purchases", "Tila", "Hyväksytty", "Kumottu"),
    ("purchases", "Makulerad", "", "X"), ("purchases", "Stav", "Zaúčtováno", "Stažená"), ("purchases", "", "", "void"),
    ("purchases", "Κατάσταση", "Πληρωμένο", "Ακυρωμένο"), ("purchases", "Érvénytelenítve", "0", "1"),
    ("purchases", "ST", "A", "C"), ("purchases", "Lvm", "", "L"), ("purchases", "Invoice void", "No", "Yes"),
    ("purchases", "Supplier excluded", "false", "true"), ("purchases", "Soort", "Werkelijk", "Begroting"),
    ("purchases", "Typ dokumentu", "Faktura", "Proforma"), ("purchases", "Tipo documento", "Fattura", "Ordine"),
    ("purchases", "Situação", "Lançado", "Estornado"), ("purchases", "Type document", "Factuur", "Betaling"),
    ("purchases", "Wertart", "Ist", "Plan"), ("purchases", "Läge", "Bokförd", "Struken"),
    ("energy", "Typ licznika", "licznik główny", "podlicznik"), ("energy", "Rolle", "Haupt", "Neben"),
    ("energy", "Richting", "levering", "teruglevering"), ("energy", "Směr", "odběr", "dodávka"),
    ("energy", "Riktning", "uttag", "inmatning"), ("energy", "Näit", "tegelik", "hinnang"),
    ("travel", "Estado", "Emitido", "Anulado"), ("travel", "Stan rezerwacji", "Potwierdzona", "Odwołana"),
    ("travel", "Reise angetreten", "ja", "nein"), ("travel", "Syfte", "tjänsteresa", "privatresa")]
NUMBER = {"purchases": "amount", "energy": "quantity", "travel": "distance"}


def rows_of(kind, heading, good, bad, n=12):
    """Return rows with the second word in every fourth one; sites and days of their own, so that none repeats."""
    return [{heading: bad if i % 4 == 3 else good, NUMBER[kind]: str(200 + 13 * i),
             **({"site": f"Site {i}"} if kind == "energy" else {"date": f"2024-03-{i + 1:02d}"})} for i in range(n)]


def test_no_word_that_is_not_known_counts_in_silence(verdict):
    """Of each look-alike the rows that may be no records are rejects, or listed with their amounts, in any language."""
    reads = {trap: verdict(trap[0], *rows_of(*trap)) for trap in TRAPS}
    assert [t for t, read in reads.items() if not {5, 9, 13} <= {*read.rejected} and "words_unread" not in read.warned
            ] == []
    assert sum({5, 9, 13} <= {*read.rejected} for read in reads.values()) == len(TRAPS)


def test_rows_that_are_there_again_with_another_state_are_named(verdict):
    """Each authorisation has its settlement days later; the rent of each month, open in the last, has none."""
    state = ["Authorized", "Cleared"]
    twins = [{"State": state[i % 2], "amount": f"{100 + 7 * (i // 2)}", "supplier": f"Shop {i // 2}",
              "date": f"2024-03-{1 + i:02d}"} for i in range(8)]
    rents = [{"State": state[i < 6], "amount": f"{900 + 50 * j}", "supplier": f"Flat {j}", "date": f"2024-0{1 + i}-01"}
             for i in range(8) for j in range(2)]
    assert ["rows_twice" in verdict("purchases", *rows).warned for rows in (twins, rents)] == [True, False]


@pytest.mark.parametrize("rows", [3_000, pytest.param(33_334, marks=pytest.mark.torture)])
@pytest.mark.parametrize("kind", ["purchases", "energy", "travel"])
def test_honest_files_are_not_asked(tmp_path, kind, rows):
    """Of 100,000 rows (9,000 in the suite) with forty columns as ledgers, meters and trips have them none is a reject.
    """
    path = tmp_path / "a.csv"
    honest(kind, rows).to_csv(path, index=False)
    read = read_file(path, "a.csv", FilePattern(pattern="*", kind=kind), ProjectContext())
    assert read.rejects["code"].value_counts().to_dict() == {}
    assert len(read.records) == rows


def test_the_reject_is_answered_by_its_own_line(verdict):
    """The reject names each word with its rows and amounts, and the line of params that settles it."""
    rows = rows_of("purchases", "Stav", "Zaúčtováno", "Stažená", 4)
    assert verdict("purchases", *rows).rejected == {5: "row_unclear"}
    assert verdict("purchases", *rows, options={"count_rows_where": {"Stav": ["Stažená"]}}).rejected == {}


def test_words_that_say_no_more_than_the_supplier_are_settled(verdict):
    """A column that never differs within a supplier, each word in many rows, is a property of the supplier."""
    rows = [{"supplier": f"S{i % 4}", "Xyz": "qua" if i % 4 < 2 else "qui", "amount": str(10 + i)} for i in range(24)]
    assert verdict("purchases", *rows).rejected == {}
    rows[5]["Xyz"] = "qui"
    assert "words_unread" in verdict("purchases", *rows).warned


def test_an_exception_among_many_rows_is_a_reject(verdict):
    """Words of even size are sites or projects and are listed; one word in most rows is a state."""
    even = [{"Xyz": "qua" if i % 2 else "qui", "amount": str(10 + i)} for i in range(24)]
    uneven = [row | {"Xyz": "qui" if i % 8 else "qua"} for i, row in enumerate(even)]
    assert (verdict("purchases", *even).rejected, "words_unread" in verdict("purchases", *even).warned) == ({}, True)
    assert set(verdict("purchases", *uneven).rejected.values()) == {"row_unclear"}


def test_many_words_under_an_unknown_heading_are_a_warning(verdict):
    """More words than states have are most likely names: they count, and are listed with their amounts."""
    words = ["aba", "bcb", "cdc", "ded", "efe", "fgf", "ghg", "hih", "iji"]
    read = verdict("purchases", *[{"Xyz": words[i % 9], "amount": str(10 + i)} for i in range(36)])
    assert (read.rejected, "words_unread" in read.warned) == ({}, True)


def test_a_method_never_makes_a_total(verdict):
    """"Sum of meters" under a heading of methods says how a row was found."""
    rows = [{"Calculation method": "total", "quantity": str(100 + i), "site": f"Site {i}"} for i in range(3)]
    assert verdict("energy", *rows, {"quantity": "303", "site": "Site 9", "Calculation method": "sum"}).rejected == {}


def test_words_that_params_list_are_a_closed_list(verdict):
    """A word under a heading whose counting words params list is asked, also one that comes once."""
    rows = [{"Type": "PI"}, {"Type": "PC", "amount": "3"}, {"Type": "BP", "amount": "7"}]
    options = {"count_rows_where": {"Type": ["PI"]}, "minus_rows_where": {"Type": ["PC"]}}
    assert verdict("purchases", *rows, options=options).rejected == {4: "row_unclear"}


@pytest.mark.parametrize(("kind", "column", "word", "code"), [
    ("purchases", "Status", "Cancelled", "row_withdrawn"), ("purchases", "Scenario", "Budget", "row_not_actual"),
    ("travel", "Purpose", "Private", "row_private"), ("energy", "Direction", "Injection", "not_consumption"),
    ("travel", "Rooms", "2", "rooms_unread"), ("purchases", "VAT included", "yes", "amount_with_tax")])
def test_a_row_that_is_no_record_by_its_type(verdict, kind, column, word, code):
    """The row is a reject, the other one a record."""
    assert verdict(kind, {}, {column: word}).rejected == {3: code}


def test_words_that_need_another_word_next_to_them(verdict):
    """A payment is no purchase where invoices are in other rows; alone it is."""
    assert verdict("purchases", {"Type": "Invoice"}, {"Type": "Payment"}).rejected == {3: "payment_row"}
    assert verdict("purchases", {}, {"Type": "Payment"}).rejected == {}


def test_a_row_that_counts_nothing_needs_no_verdict(verdict):
    """A cancelled row of zero adds nothing."""
    assert verdict("purchases", {}, {"Status": "Cancelled", "amount": "0"}).rejected == {}


def test_every_mark_has_headings_and_a_way_out():
    """Each mark names its columns and tells the sender what to do."""
    assert all(words_of(f"heading {mark.heading}") and problem(mark.message).what_to_do for mark in MARKS)
    assert all(words_of(f"row {words}") for mark in MARKS for words in (mark.words, mark.beside)
               if words not in ("", ANY))


def test_a_payment_is_no_purchase_among_other_types(verdict):
    """Next to "Vendor" a payment is a reject; payments alone, by card or not, are what was bought."""
    assert verdict("purchases", {"Type": "Vendor"}, {"Type": "Payment"}).rejected == {3: "payment_row"}
    assert verdict("purchases", {"Type": "Card payment"}, {"Type": "Payment"}).rejected == {}


def test_registers_by_their_obis_codes(verdict):
    """2 is fed in and 3 is reactive, next to 1 that is drawn."""
    rows = [{"OBIS": f"1-1:{n}.29.0", "site": f"Site {n}"} for n in (1, 2, 3)]
    assert verdict("energy", *rows).rejected == {3: "not_consumption", 4: "not_consumption"}


@pytest.mark.parametrize(("heading", "owned", "other", "code"), [
    ("Ownership", "Owned", "Leased", "row_not_owned"), ("Contrat", "Achat", "Location longue durée", "row_not_owned"),
    ("BYOD", "No", "Yes", "row_not_owned"), ("Eigentum", "Firma", "Zzz", "row_unclear"),
    ("Pool 7", "Owned", "Rented", "row_unclear"), ("Orderstatus", "Delivered", "Zzz", "row_unclear"),
    ("Warranty Status", "Active", "Expired", ""), ("OS", "Windows", "macOS", ""), ("Encrypted", "True", "False", "")])
def test_a_device_that_is_not_bought_is_asked_and_what_it_is_made_of_is_not(verdict, heading, owned, other, code):
    """Leases, loans and devices of others are no purchases; system, warranty and encryption decide nothing."""
    rows = [{heading: other if i == 3 else owned, "date": f"2024-03-{i + 1:02d}", "company": "Acme", "item": "laptop",
             "quantity": "1"} for i in range(12)]
    read = verdict("equipment", *rows)
    assert (read.refused, read.rejected) == ("", {5: code} if code else {})


@pytest.mark.parametrize(("note", "amount", "is_named"), [
    ("Rättad av A19", "900", True), ("Rättad av A19", "901", False), ("Lista 2024", "900", False),
    ("A19", "900", False)])
def test_a_row_that_names_another_of_its_amount_is_listed(verdict, note, amount, is_named):
    """What was put right and its correction are there with the same amount; a number alone names nothing."""
    rows = [{"Vernr": "A12", "Händelse": "x", "amount": "7600"}, {"Vernr": "A18", "Händelse": note, "amount": amount},
            {"Vernr": "A19", "Händelse": "y", "amount": "900"}]
    assert ("rows_twice" in verdict("purchases", *rows).warned) == is_named
