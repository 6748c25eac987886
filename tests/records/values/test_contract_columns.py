"""The cells of each column: of the file, of a heading, joined, or declared."""

from __future__ import annotations

import pytest

from carbon.core.errors import FileRefused, ParamsError
from carbon.params.files.load import load_company
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.grids.cells import NUMBER, TEXT
from carbon.records.headings.layout import find_layout
from carbon.records.kinds.contract import KINDS, ProjectContext
from carbon.records.kinds.faults import Faults
from carbon.records.values.contract_columns import columns_of, in_parts


def cells_of(grid_of, headings_of, text, **options):
    headings = headings_of("purchases", **options)
    grid = grid_of(text)
    layout = find_layout(grid, headings, "a.csv", set())
    body = type(grid)([c.below(layout.first_row) for c in grid.columns], grid.lines[layout.first_row:], "")
    faults = Faults(len(body))
    columns = columns_of(body, layout, headings.contract, headings.options, faults)
    return {name: column.text.to_pylist() for name, column in columns.items()} | {"_": faults.table()["code"].tolist()}


def test_debit_less_credit_is_one_number_a_line(grid_of, headings_of):
    """A credit turns its sign, a credit with a minus is a debit; of both the difference, of neither a blank."""
    cells = cells_of(grid_of, headings_of, "date;supplier;Soll;Haben\nd;s;5;\nd;s;;3\nd;s;;-2\nd;s;5;3\nd;s;0;0\n"
                     "d;s;;\n", columns={"amount": "{Soll} - {Haben}"}, constants={"currency": "EUR"})
    assert cells["amount"] == ["5", "-3", "2", "2", "0", ""]
    assert cells["currency"] == ["EUR"] * 6


def test_tariffs_are_summed_as_decimals_in_the_unit_of_their_headings(grid_of, headings_of):
    """0,1 + 0,2 is 0,3; one column proves the mark of all; a cell that is no certain number makes its row a reject."""
    columns = {"amount": "{HP (EUR)} + {HC (EUR)} - {Rabatt (EUR)}"}
    cells = cells_of(grid_of, headings_of, "date;supplier;HP (EUR);HC (EUR);Rabatt (EUR)\nd;s;0,1;0,2;\nd;s;;;\n"
                     "d;s;1.234;2,50;1\nd;s;x;2;\nd;s;7;;(3)\n", columns=columns)
    assert cells["amount"] == ["0.3", "", "1235.5", "+ x + 2 - ", "10"]
    assert cells["currency"] == ["EUR"] * 5
    assert cells["_"] == ["not_a_number"]

    cells = cells_of(grid_of, headings_of, "date;supplier;A;B\nd;s;1.234;\nd;s;5 €;2 $\n",
                     columns={"amount": "{A} + {B}"})
    assert cells["amount"] == ["+ 1.234 + ", "+ 5 € + 2 $"]
    assert cells["_"] == ["number_ambiguous"]

    with pytest.raises(FileRefused, match="name EUR and USD"):
        cells_of(grid_of, headings_of, "date;supplier;A (EUR);B (USD)\nd;s;1;2\n",
                 columns={"amount": "{A (EUR)} + {B (USD)}"})
    with pytest.raises(FileRefused, match="several columns have the heading 'A'"):
        cells_of(grid_of, headings_of, "date;supplier;A;B;A\nd;s;1;2;3\n", columns={"amount": "{A} + {B}"})


def test_text_is_joined_of_several_columns(grid_of, headings_of):
    """The strings between the braces stay, and a mark of our own export goes."""
    cells = cells_of(grid_of, headings_of, "date;supplier;city;land\nd;'=Mill;Lyon;FR\n",
                     columns={"description": "{city}, {land}"})
    assert cells["description"] == ["Lyon, FR"]


@pytest.mark.parametrize(("heading", "shares", "parts"), [
    ("share", ["0.5", "40 %"], ["0.5", "0.4"]), ("share (%)", ["50", "0,5"], ["0.5", "0.005"]),
    ("share (%)", ["0.5", "1"], None)])
def test_shares_in_percent_are_parts_of_one(grid_of, headings_of, heading, shares, parts):
    """A heading in percent above parts of one leaves every share unclear."""
    grid = grid_of(f"entity;control;{heading}\n" + "".join(f"e;full;{s}\n" for s in shares))
    headings, faults = headings_of("entities"), Faults(2)
    layout = find_layout(grid, headings, "a.csv", {"entity"})
    columns = {c: grid.columns[i].below(1) for c, i in layout.columns.items()}

    cells = in_parts(columns, layout, KINDS["entities"], faults)["share"].text.to_pylist()

    assert cells == (parts or shares)
    assert faults.table()["code"].tolist() == ([] if parts else ["share_ambiguous"] * 2)


HEAD = "date;site;meter;carrier;quantity;unit\n"


@pytest.fixture
def read(tmp_path):
    def run(*rows, **options):
        path = tmp_path / "a.csv"
        path.write_text(HEAD + "".join(f"2024-0{i + 1};{row};electricity;5;kWh\n" for i, row in enumerate(rows)))
        pattern = FilePattern.model_validate({"pattern": "*", "kind": "energy"} | options)
        return read_file(path, "a.csv", pattern, ProjectContext("acme", sites={"Lyon": "FR"}, declared=True))
    return run


def test_a_declared_site_is_known_in_any_case(read):
    """The country of "LYON" and of " lyon" is that of the site Lyon, and all three are one site."""
    file = read("LYON;A1", " lyon;A1", "Lyon;A1")
    assert file.rows_rejected == 0
    assert file.records[["site", "country"]].drop_duplicates().to_numpy().tolist() == [["Lyon", "FR"]]
    assert [w.code for w in file.warnings] == []


def test_codes_that_no_list_settles_are_asked_and_never_merged(read):
    """Meters a1 and A1 count as two until params give one the meaning of the other."""
    file = read("Lyon;a1", "Lyon;A1")
    assert [w.code for w in file.warnings] == ["codes_differ_in_case"]
    assert "`values: {meter: {A1: a1}}`" in file.warnings[0].text
    assert file.records["meter"].tolist() == ["a1", "A1"]
    answered = read("Lyon;a1", "Lyon;A1", values={"meter": {"A1": "a1"}})
    assert answered.records["meter"].tolist() == ["a1", "a1"]
    assert [w.code for w in answered.warnings] == []


def test_accounts_are_without_blanks_and_two_spellings_are_asked(tmp_path):
    """" 606100 " is the account 606100; 6061a next to 6061A is asked; suppliers are words and keep their spelling."""
    path = tmp_path / "a.csv"
    rows = ["Acme; 606100 ", "ACME;606100", "B;6061a", "B;6061A"]
    path.write_text("date;supplier;account;amount;currency\n" + "".join(
        f"2024-01-0{i + 1};{row};5;EUR\n" for i, row in enumerate(rows)))
    same = {"category": "x", "company": "acme", "description": "y"}
    file = read_file(path, "a.csv", FilePattern(pattern="*", kind="purchases", constants=same), ProjectContext())
    assert file.records["account"].tolist() == ["606100", "606100", "6061a", "6061A"]
    assert file.records["supplier"].tolist() == ["Acme", "ACME", "B", "B"]
    assert [w.code for w in file.warnings] == ["codes_differ_in_case"] and "`account`" in file.warnings[0].text


def test_two_sites_of_params_in_one_spelling_are_asked(folder):
    """lyon and LYON under `sites` may be one site or two."""
    path = folder.project.params_file("acme")
    path.write_text(path.read_text().replace("sites: {lyon: FR,", "sites: {lyon: FR, LYON: FR,"))
    with pytest.raises(ParamsError, match="differ in case alone"):
        load_company(folder.project, "acme")


def test_nights_are_the_days_between_two_columns(grid_of, headings_of):
    """A day in one column proves the order of the other; without two days a cell is no number, and its row a reject."""
    headings = headings_of("hotel_nights", columns={"nights": "{Out} - {In}"})
    grid = grid_of("In;Out;country\n05/03/2024;07/03/2024;FR\n30/05/2024;02/06/2024;FR\n01/07/2024;;FR\n"
                   "05/03/2023;07/03/2024;FR\n")  # a year that is wrong makes no stay of 368 nights
    layout = find_layout(grid, headings, "a.csv", set())
    body = type(grid)([c.below(layout.first_row) for c in grid.columns], grid.lines[layout.first_row:], "")
    nights = columns_of(body, layout, headings.contract, headings.options, Faults(len(body)))["nights"]
    assert nights.text.to_pylist() == ["2", "3", " - 01/07/2024", "07/03/2024 - 05/03/2023"]
    assert nights.kinds.tolist() == [NUMBER, NUMBER, TEXT, TEXT]
