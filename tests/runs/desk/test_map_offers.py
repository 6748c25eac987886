"""What may be offered as the answer to a question about a file: never a column whose cells do not fit."""

import pytest

from carbon.records.kinds.contract import KINDS
from carbon.runs.desk.map_entry import EVERY_ROW, constant_of
from carbon.runs.desk.map_offers import Sheet, offers_for, word_offers


def offered(grid_of, headings_of, kind, column, text, defaults=()):
    sheet = Sheet.of(grid_of(text), headings_of(kind))
    return [offer.answer for offer in offers_for(column, sheet, dict(defaults))]


def test_sides_of_a_ledger_are_offered_as_a_difference(grid_of, headings_of):
    """Two columns of which each row fills one: the larger side first; a line of totals, a balance aside."""
    text = "date;supplier;Saldo;In;Out\n2024-01-01;a;5;5;\n2024-01-02;b;3;;2\n2024-01-03;b;10;7;\n;Summe;;12;2\n"
    offers = offered(grid_of, headings_of, "purchases", "amount", text)
    assert offers[:2] == ["{In} - {Out}", "{Out} - {In}"]
    assert "supplier" not in offers


def test_tariffs_of_one_unit_are_offered_as_a_sum(grid_of, headings_of):
    """Peak and off-peak are summed without their total, and money or another unit is no part of them."""
    text = "site;Piek (kWh);Dal (kWh);Samen (kWh);Blind (kvarh);Kosten (EUR)\nA;1;2;3;9;4\nA;10;20;30;9;40\n"
    offers = offered(grid_of, headings_of, "energy", "quantity", text)
    assert offers[0] == "{Piek (kWh)} + {Dal (kWh)}"
    assert "Kosten (EUR)" not in offers and not any("Blind" in offer and "+" in offer for offer in offers)

    mixed = "site;Piek (kWh);Dal (MWh)\nA;1;2\n"
    assert {*offered(grid_of, headings_of, "energy", "quantity", mixed)} == {"Piek (kWh)", "Dal (MWh)"}


def test_columns_of_another_unit_and_of_another_word_are_no_part_of_a_sum(grid_of, headings_of):
    """A demand in kW between two tariffs; what is delivered and what is fed back, of which the first is offered first.
    """
    text = "site;Ponta (kWh);Demanda (kW);Fora ponta (kWh)\nA;1.400;62;9.000\nB;1.300;61;8.800\n"
    assert offered(grid_of, headings_of, "energy", "quantity", text)[0] == "{Ponta (kWh)} + {Fora ponta (kWh)}"
    text = "EAN;Levering hoog (kWh);Levering laag (kWh);Teruglevering (kWh)\nA;2400;1310;80\nA;2350;1280;120\n"
    assert offered(grid_of, headings_of, "energy", "quantity", text)[0] == \
        "{Levering hoog (kWh)} + {Levering laag (kWh)}"


def test_states_of_a_register_are_offered_as_a_difference(grid_of, headings_of):
    """Each row begins where another one ended: the later state less the one before."""
    text = "EAN;Start;Slut\nA;41200;43100\nA;43100;44910\n"
    assert offered(grid_of, headings_of, "energy", "quantity", text)[0] == "{Slut} - {Start}"


def test_nights_are_offered_as_the_days_of_a_stay(grid_of, headings_of):
    """Of two columns of days of which one is always some nights later; never of a stay that ends before it begins."""
    text = "Check in;Check out;Booked;country\n2024-03-04;2024-03-06;2023-01-01;FR\n" \
        "2024-05-30;2024-06-02;2024-05-01;DE\n"
    offers = offered(grid_of, headings_of, "hotel_nights", "nights", text)
    assert [offer for offer in offers if " - " in offer] == ["{Check out} - {Check in}"]


def test_what_a_column_may_be_follows_its_cells(grid_of, headings_of):
    """Days for a date, codes for a currency, the company's value for every row; a misfitting known heading is free."""
    text = "Tag;Von;Wert;Cur\n01.02.2024;Ulm;1,5;EUR\n13.02.2024;Hof;2,5;CHF\n"
    assert offered(grid_of, headings_of, "purchases", "date", text) == ["Tag"]
    assert offered(grid_of, headings_of, "purchases", "currency", text, {"currency": "EUR"}.items()) == \
        ["Cur", EVERY_ROW + "EUR"]
    assert "Von" in offered(grid_of, headings_of, "travel", "origin", text)


@pytest.mark.parametrize(("answer", "value"), [("=EUR", "EUR"), ("Every row: EUR", "EUR"), ("EUR", None)])
def test_a_value_for_every_row_is_marked(answer, value):
    """A heading alone is never a value."""
    assert constant_of(answer) == value


def test_words_are_offered_from_their_list():
    """The nearest canonical words; none for a unit, which is typed."""
    assert "rail" in [offer.answer for offer in word_offers(KINDS["travel"].name_of["mode"], "raill")]
    assert word_offers(KINDS["energy"].name_of["unit"], "kwhh") == ()


def test_a_short_list_is_offered_whole_behind_its_nearest_words():
    """A word of another language is near to a wrong one: the others are offered too, each once."""
    offers = [offer.answer for offer in word_offers(KINDS["waste"].name_of["treatment"], "landfil")]
    assert offers[0] == "landfill" and {"composting", "recycling"} < {*offers} and len(offers) == len({*offers})


def test_a_column_of_words_that_nobody_knows_is_offered(grid_of, headings_of):
    """Ways of waste under a heading, both in Icelandic: the column first, then one way for every row; no numbers."""
    rows = "2024-01-01;pappir;brennsla;12\n2024-02-01;gler;urdun;15\n2024-03-01;gler;brennsla;11\n"
    text = f"pvm;laji;reitti;kg\n{rows}"
    offers = offered(grid_of, headings_of, "waste", "treatment", text)
    assert "reitti" in offers and f"{EVERY_ROW}landfill" in offers and not {"pvm", "kg"} & {*offers}
