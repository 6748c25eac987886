"""Rows that are not records of the year: headings, other years, second tables."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import Workbook

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_records
from carbon.records.kinds.contract import ProjectContext

HEADINGS = "date;company;supplier;category;amount;currency;description\n"
YEAR = ProjectContext(first_day=pd.Timestamp(2024, 1, 1), last_day=pd.Timestamp(2024, 12, 31))


def test_headings_of_each_page_are_excluded(tmp_path):
    """A printed list repeats its headings: the same words, or other words for the same columns."""
    row = "2024-03-13;Acme;Mill;p;1;EUR;x\n"
    path = tmp_path / "a.csv"
    path.write_text(HEADINGS + row + HEADINGS + row.replace("1", "2") + HEADINGS.replace("supplier", "vendor") + row)
    read = read_records(path, "purchases")
    assert read.ledger[["source_line", "code", "reason"]].to_numpy().tolist() == [
        [3, "header_repeated", "the row of headings once more"],
        [5, "header_repeated", "the row of headings once more, in other words"]]


@pytest.mark.parametrize(("line", "code"), [
    ("2024-03-14;Acme;Mill;p;2;EUR;x;y", "row_too_long"), ("2024-03-14;Acme;Mill;p;2", "row_too_short")])
def test_rows_of_another_width_are_rejects(tmp_path, line, code):
    """A cell too many or too few moves values to other columns."""
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADINGS}2024-03-13;Acme;Mill;p;1;EUR;x\n{line}\n")
    assert code in read_records(path, "purchases").rejects["code"].tolist()


@pytest.mark.parametrize(("option", "rejected", "excluded"), [
    ({}, {}, {3: "out_of_year"}), ({"out_of_year": "reject"}, {3: "out_of_year"}, {})])
def test_rows_of_another_year(verdict, option, rejected, excluded):
    """They belong to another inventory; params may ask that they are repaired."""
    read = verdict("purchases", {}, {"date": "2023-12-31"}, options=option, project=YEAR)
    assert (read.rejected, read.excluded) == (rejected, excluded)


def test_a_second_table_with_another_amount(tmp_path):
    """Rows below headings that give the amount another name are rejects."""
    path = tmp_path / "a.csv"
    path.write_text(HEADINGS + "2024-03-13;Acme;Mill;p;1;EUR;x\n"
                    "date;company;supplier;category;Brut TTC;currency;description\n2024-03-14;Acme;Mill;p;2;EUR;x\n")
    assert read_records(path, "purchases").rejects.groupby("source_line")["code"].agg(list)[4] == ["headings_changed"]


def test_a_row_of_units_that_scales_the_amounts(tmp_path):
    """Amounts under "k€" are thousands: the file is refused."""
    path = tmp_path / "a.csv"
    path.write_text(HEADINGS + ";;;;k€;;\n2024-03-14;Acme;Mill;p;2;EUR;x\n")
    with pytest.raises(FileRefused) as refused:
        read_records(path, "purchases", options=FilePattern(pattern="*", kind="purchases"))
    assert refused.value.code == "scale_above"


@pytest.mark.parametrize(("first", "verdict_of"), [
    ("kWh", ("", {2: "header_repeated"})), ("MWh", ("unit_conflict", {})), ("3 kWh", ("", {}))])
def test_a_row_of_units_below_the_headings(verdict, first, verdict_of):
    """It is no record where its unit is that of the rows, and refuses the file where it is another one."""
    units_row = dict.fromkeys(["period_start", "period_end", "company", "site", "country", "carrier"], "")
    read = verdict("energy", units_row | {"quantity": first, "unit": None}, {"unit": None}, {"unit": None},
                   options={"constants": {"unit": "kWh"}})
    assert (read.refused, read.excluded) == verdict_of


def test_rows_that_a_form_adds(tmp_path):
    """Lines of dashes are excluded; a row that the workbook hides is a reject."""
    drawn = tmp_path / "a.csv"
    drawn.write_text(HEADINGS + "2024-03-13;Acme;Mill;p;1;EUR;x\n----;----;----;----;----;----;----\n")
    assert read_records(drawn, "purchases").ledger["code"].tolist() == ["ruled_line"]

    book = Workbook()
    book.active.append(HEADINGS.strip().split(";"))
    book.active.append(["2024-03-13", "Acme", "Mill", "p", 1, "EUR", "x"])
    book.active.append(["2024-03-14", "Acme", "Mill", "p", 2, "EUR", "x"])
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    assert read_records(tmp_path / "a.xlsx", "purchases").rejects["code"].tolist() == ["hidden_row"]


def test_the_total_of_each_group_is_found_by_its_label(verdict):
    """"I alt kort 702" sums up the rows since that of card 701; where others are sums, so is that of a single row."""
    cells = [("a", 51.2), ("b", 50.0), ("I alt kort 701", 101.2), ("c", 47.3), ("d", 52.0), ("I alt kort 702", 99.3),
             ("e", 20.0), ("I alt kort 703", 20.0)]
    rows = [{"description": text, "amount": f"{amount:.2f}", "date": f"2024-03-{i + 1:02d}"}
            for i, (text, amount) in enumerate(cells)]
    assert verdict("purchases", *rows).rejected == dict.fromkeys((4, 7, 9), "subtotal_suspected")


def test_the_sum_of_an_account_holds_what_was_carried_into_it(verdict):
    """An opening balance is no purchase, and part of the total below it."""
    cells = [("Saldo inicial", 5000.0), ("a", 18400.0), ("b", 2500.0), ("Sumas del periodo", 25900.0)]
    rows = [{"description": text, "amount": f"{amount:.2f}"} for text, amount in cells]
    assert verdict("purchases", *rows).rejected == {2: "balance_row", 5: "subtotal_suspected"}
