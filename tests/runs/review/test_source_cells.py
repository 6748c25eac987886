"""The cell of an amount in a delimited text: its letter and its content, as an assurer finds them."""

import pytest

from carbon.runs.review.source_cells import cells_of_text, numbers_of


@pytest.mark.parametrize(("text", "line", "cells"), [
    ('Site,kWh\nPune,"12,45,300"\n', 2, ["Pune", "12,45,300"]),            # groups of two digits, within quotes
    ("Site;kWh\r\nLyon;1.234,5\r\n", 2, ["Lyon", "1.234,5"]),              # a comma that is no separator
    ('Site,note\nA,"two\nlines"\nB,9\n', 4, ["B", "9"]),                   # a cell of two lines
    ('Site,note\nA,12" pipe\nB,"9\nC,7\n', 4, ["C", "7"]),                 # a quote that never ends
    ('Site;kWh\n"Lyon;9,5\nNice;7,5\n', 2, ['"Lyon', "9,5"]),             # and copies no other line into its cell
    ('Site;kWh\n"Lyon;9,5\n' + "Nice;7,5\n" * 20_000, 3, ["Nice", "7,5"]),  # beyond the longest cell of Python's reader
    ("Site;Address;kWh\n" + "Lyon;12, rue A, bat. B, Lyon;9,5\n" * 3, 2, ["Lyon", "12, rue A, bat. B, Lyon", "9,5"])])
def test_the_cells_of_a_line_are_those_of_the_file(text, line, cells):
    """Cells are counted as a spreadsheet shows them; lines keep their numbers."""
    assert cells_of_text(text)[line] == cells


def test_an_amount_with_groups_of_two_digits_is_one_number():
    """Twelve lakh forty-five thousand three hundred."""
    assert 1245300.0 in list(numbers_of("12,45,300"))
