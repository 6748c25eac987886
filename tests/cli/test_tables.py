"""Tables at a width: numbers whole, words whole, nothing lost; in a pipe one line a row."""

from __future__ import annotations

import pytest
from pseudo_terminal import shown_at

from carbon.cli.options import say
from carbon.cli.tables import Column, layout, table_lines

FOUND = [
    Column("element_id", ["fr-fuel-natural-gas-kwh-hhv", "desnz-2026-gb-natural_gas.mineral-kwh_hhv"]),
    Column("region", ["FR", "GB"]), Column("valid_from", ["2022", "2026"], number=True),
    Column("co2e_kg", ["0.215", "1,234,567.25"], number=True),
    Column("label", ["Natural gas 2022 average mix, combustion + upstream", "Gaz naturel, réseau, 数据"])]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 110, 140])
def test_a_table_fits_and_loses_nothing(width):
    """No line is wider than the terminal, also with letters of two cells; every word of every cell is there, whole;
    numbers stay in their column.
    """
    from rich.cells import cell_len

    lines = [line for _, line in table_lines(FOUND, width)]
    if width >= 60:
        assert max(map(cell_len, lines)) <= width, lines
        words = " ".join(lines).split()
        missing = [word for column in FOUND for cell in column.cells for word in cell.split()
                   if word not in words and f"{word};" not in words]
        assert not missing, missing
    ends = {line.index(text) + len(text) for line in lines for text in ("0.215", "1,234,567.25") if text in line}
    assert len(ends) == 1, lines


def test_headings_break_between_words_only():
    """A heading of two words over narrow numbers is two lines; no word of it is cut."""
    heads = [line for row, line in table_lines([Column("rejected", ["1"], number=True),
                                                Column("scope 2 location", ["0.5"], number=True),
                                                Column("valid_from", ["2026"], number=True)], 60) if row < 0]
    assert [line.split() for line in heads] == [["rejected", "scope", "2", "valid_"], ["location", "from"]]


def test_columns_are_left_out_in_their_order_and_only_those_named():
    """The first of the list goes first; a column that nobody named is never left out, however narrow the terminal."""
    columns = [Column("company", ["a-company-of-a-long-name"], stays=True),
               *(Column(name, ["1,234,567"], number=True) for name in ("read", "rejected", "scope"))]
    assert [columns[at].heading for at in layout(columns, 46, ["rejected", "read"]).left_out] == ["rejected"]
    assert [columns[at].heading for at in layout(columns, 10, ["rejected", "read"]).left_out] == ["read", "rejected"]
    assert {0, 3} <= set(layout(columns, 10, ["rejected", "read"]).columns)


def test_a_pipe_has_one_line_a_row():
    """Whoever reads it with grep or awk gets each row whole, headings too."""
    lines = [line for _, line in table_lines(FOUND, None)]
    assert len(lines) == 3 and lines[0].split() == [column.heading for column in FOUND]
    assert all(cell in lines[2] for cell in (column.cells[1] for column in FOUND))


def test_the_check_of_an_example_fits_a_narrow_terminal():
    """Files below their folder, counts with thousands, totals below where they have no room."""
    from carbon.cli.checked_text import lines_of
    from carbon.cli.tables import terminal_width

    file = {"path": "data/raw/acme/2024/travel_agency.csv", "kind": "reported_inventories", "rows_read": 9104,
            "rows_accepted": 9101, "rows_excluded": 1, "rows_rejected": 3, "refused": None,
            "totals": {"hotel:night": "6518", "rail:km": "-912749.50"}, "excluded": []}
    result = {"files": [file, {**file, "path": "data/raw/acme/2024/energy.csv"}], "rejects": [], "warnings": []}
    shown = shown_at(70, lambda: [say(line) for line in lines_of(result, width=terminal_width())]).splitlines()
    assert max(map(len, shown)) <= 70
    assert shown[1] == "data/raw/acme/2024:" and shown[2].split() == ["travel_agency.csv", "9,104", "9,101", "1", "3"]
    assert shown[3] == "    kind reported_inventories; totals 6,518 hotel:night, -912,749.50"
    piped = lines_of(result)
    assert len(piped) == 3 and piped[2].startswith("data/raw/acme/2024/energy.csv")
