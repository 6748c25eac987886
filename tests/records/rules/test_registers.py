"""Registers of one meter, whatever stands beside them: what counts together has no kWh in common."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.records.files.file import read_records
from carbon.records.rules.registers import NUMBERED, TOTAL, may_be_channels, parts_of

HEAD = "period_start;period_end;company;site;country;carrier;meter;Register;quantity;unit"
WORDS = ["HP", "HC", "Heures pleines", "HPH", "HCH", "Pointe", "Day", "Night", "Weekend", "Peak", "Off-peak", "T1",
         "T2", "1", "2", "3", "Total", "Base", "TOT", "", "A+", "Réactive"]
DAYS = [(0, 30), (31, 59), (0, 59), (20, 40)]
PAIRS = [("HP", "HC"), ("HPH", "HCH"), ("Day", "Night"), ("Peak", "Off-peak"), ("T1", "T2"), ("1", "2")]
kwh = st.sampled_from([10, 20, 30, 40, 0])
others = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(DAYS), st.sampled_from(["M1", "M1", "M2"]), kwh),
                  max_size=5)


def _read(path, lines):
    first = date(2024, 1, 1)
    path.write_text("\n".join([HEAD, *(
        f"{first + timedelta(start)};{first + timedelta(end)};Acme;Lyon;FR;electricity;{meter};{word};{kwh};kWh"
        for word, (start, end), meter, kwh in lines)]) + "\n", encoding="utf-8")
    return read_records(path, "energy")


@settings(max_examples=20, deadline=None)
@given(pair=st.sampled_from(PAIRS), held=st.tuples(kwh, kwh), beside=others, first=st.booleans())
def test_what_is_joined_shares_no_day_with_what_is_not(pair, held, beside, first, tmp_path_factory):
    """A row with a register and one of its meter without share no day; the registers of a meter are of one way to part
    the hours, two or more; and every row is a record or a reject.
    """
    both = [(word, DAYS[0], "M1", q) for word, q in zip(pair, held, strict=True)]
    lines = [*both, *beside] if first else [*beside, *both]
    read = _read(tmp_path_factory.mktemp("r") / "e.csv", lines)
    assert len(read.records) + len(read.ledger) == len(lines)
    for _, meter in read.records.groupby("meter"):
        joined, bare = meter[meter["register"] != ""], meter[meter["register"] == ""]
        for row in joined.itertuples():
            assert not ((bare["period_start"] <= row.period_end) & (bare["period_end"] >= row.period_start)).any()
        ways = [set(parts_of(name)) for name in joined["register"].unique()]
        assert not ways or set.intersection(*ways) - {TOTAL}


@pytest.mark.torture
def test_what_is_joined_shares_no_day_at_length(tmp_path_factory):
    """The same promise over 3,000 files."""
    promise = test_what_is_joined_shares_no_day_with_what_is_not
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings, max_examples=3_000)
    promise(tmp_path_factory=tmp_path_factory)


@pytest.mark.parametrize(("text", "way", "part"), [
    ("HP", "hours", "full"), ("Heures creuses", "hours", "low"), ("HPSH", "high and low season", "full high"),
    ("HCE", "winter and summer", "low summer"), ("Heures pleines d'été", "winter and summer", "full summer"),
    ("HPJR", "days by colour", "full red"), ("Bleu HC", "days by colour", "low blue"),
    ("Off-Peak", "peaks", "off"), ("Nuit", "day and night", "night"), ("NT", "ht and nt", "low"),
    ("T2", f"{NUMBERED} t", "2"), ("Rate 01", f"{NUMBERED} rate", "1"), ("1-0:1.8.2*255", f"{NUMBERED} obis", "2"),
    ("TOT", TOTAL, ""), ("Toutes heures", TOTAL, ""), ("1.8.0", TOTAL, ""), ("Total général", TOTAL, ""),
])
def test_words_of_registers(text, way, part):
    """English, French and German words and the codes of exports: the way to part the hours, and the part."""
    assert parts_of(text)[way] == part


@pytest.mark.parametrize("text", ["A+", "A-", "kVArh", "Réactive", "Export", "0", "2.8.0", "Fourniture", "0.15", "",
                                  "Blue", "T12", "10"])
def test_words_that_are_no_register(text):
    """Energy fed in, reactive energy, lines of a bill, prices and other codes prove nothing."""
    assert parts_of(text) == {}


@pytest.mark.parametrize("words", [("Total", "Base"), ("TOT", "A+"), ("", "HP"), ("Réactive", "A-")])
def test_a_column_without_two_registers_joins_nothing(words, tmp_path):
    """Totals alone, or one register beside what is none: the rows stay as they are."""
    read = _read(tmp_path / "e.csv", [(word, DAYS[0], "M1", 10) for word in words])
    assert read.records["register"].tolist() == ["", ""]


def test_months_across_are_registers_too(tmp_path):
    """A line for each register with a column a month: each month is joined by itself, and its total is a reject."""
    path = tmp_path / "m.csv"
    path.write_text("company;site;country;carrier;meter;Cadran;unit;2024-01;2024-02;2024-03\n"
                    "Acme;Lyon;FR;electricity;M1;HP;kWh;70;60;1\nAcme;Lyon;FR;electricity;M1;HC;kWh;30;20;2\n"
                    "Acme;Lyon;FR;electricity;M1;Base;kWh;100;80;3\n", encoding="utf-8")
    read = read_records(path, "energy")
    assert read.records.groupby("register")["quantity"].sum().to_dict() == {"HC": 52.0, "HP": 131.0}
    assert read.ledger["code"].tolist() == ["subtotal_suspected"] * 3
    assert read.records["period_start"].unique().tolist() == [pd.Timestamp(2024, m, 1) for m in (1, 2, 3)]


@pytest.mark.parametrize(("word", "parts"), [
    ("Heures pleines", {"hours": "full"}), ("HC", {"hours": "low"}), ("T2", {"number t": "2"}), ("TOT", {TOTAL: ""}),
    ("1.8.1", {"number obis": "1"}), ("HP hiver", {"high and low season": "full high",
                                                     "winter and summer": "full winter"}), ("Mill", {})])
def test_a_register_is_a_part_of_each_way_that_has_its_word(word, parts):
    """A word of several ways is a part of each; one that is not known is a part of no way."""
    assert parts_of(word) == parts


def test_numbers_of_a_meter_register_may_be_channels():
    """Register 1 and 2 may be energy drawn and fed in; numbers of tariffs and named registers divide the hours."""
    assert may_be_channels("meter register", ["1", "2"])
    assert not may_be_channels("tariff", ["1", "2"])
    assert not may_be_channels("meter register", ["1", "HC"])
