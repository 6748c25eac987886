"""Errors that people make in the files of an invented bakery: each is refused or a breach, with a past and without.

Verdict "": the year's own records hold nothing that could tell.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import made_company
import pandas as pd
import pytest
from invented_bakery import Change, tables, write
from made_company import METERED, made_inventory

from carbon.accounting.company import inventory
from carbon.accounting.expectations.expected import Past, expected_of
from carbon.core.errors import CarbonError
from carbon.params.files.project import Project
from carbon.reports.exhibits.unexpected import to_check
from carbon.reports.words.language import as_words

Test = Callable[[pd.DataFrame], pd.Series]


def times(column: str, factor: float, where: Test = lambda t: t.index >= 0, rows: int | None = None) -> Change:
    """A column times a factor."""
    def change(table: pd.DataFrame) -> pd.DataFrame:
        at = table.index[where(table)][:rows]
        table = table.assign(**{column: pd.to_numeric(table[column])})
        table.loc[at, column] = (table.loc[at, column] * factor).round(4)
        return table
    return change


def put(column: str, value: object, where: Test = lambda t: t.index >= 0) -> Change:
    """One value in a column."""
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.astype({column: object})
        table.loc[where(table), column] = value
        return table
    return change


def cut(where: Test) -> Change:
    """Rows that are missing."""
    return lambda table: table[~where(table)]


def again(where: Test, column: str) -> Change:
    """Rows a second time, under another number."""
    return lambda table: pd.concat([table, table[where(table)].assign(**{column: "B-" + table[column]})])


def of(column: str, word: str) -> Test:
    """Rows with a word."""
    return lambda table: table[column] == word


def months(column: str, *numbers: int) -> Test:
    """Rows of some months."""
    return lambda table: table[column].str[5:7].astype(int).isin(numbers)


def total_added(table: pd.DataFrame) -> pd.DataFrame:
    """The total of an account as one more invoice."""
    some = table[table["account"] == "6011"]
    return pd.concat([table, some.tail(1).assign(amount=round(some["amount"].sum(), 2), invoice="", vat="")])


def last_year(kind: str) -> Change:
    """The file of the year before with the days of this year."""
    def change(_: pd.DataFrame) -> pd.DataFrame:
        table = tables(2023)[kind]
        days = [c for c in ("date", "period_start", "period_end") if c in table]
        return table.assign(**{c: table[c].str.replace("2023-02-28", "2024-02-29").str.replace("2023", "2024")
                               for c in days})
    return change


ELECTRICITY, GAS, FOOD = of("carrier", "electricity"), of("carrier", "natural_gas"), of("account", "6011")
ANY = "any"
CASES = [
    ("electricity in Wh", "energy", times("quantity", 1000, ELECTRICITY), ANY, ANY),
    ("electricity in MWh", "energy", times("quantity", 0.001, ELECTRICITY), ANY, ANY),
    ("gas times ten", "energy", times("quantity", 10, GAS), ANY, ANY),
    ("one reading times ten", "energy", times("quantity", 10, GAS, 1), ANY, ANY),
    ("sign of a year", "energy", times("quantity", -1, GAS), ANY, ANY),
    ("last quarter of a meter", "energy", cut(lambda t: GAS(t) & months("period_start", 10, 11, 12)(t)), ANY, ANY),
    ("gas gone", "energy", cut(GAS), "amount_unexpected", ""),
    ("meter twice", "energy", again(GAS, "meter"), ANY, ANY),
    ("money in quantity", "energy", lambda t: t.assign(quantity=t["amount"]), ANY, ANY),
    ("last year's days changed", "energy", last_year("energy"), "year_repeated", ""),
    ("account in cents", "purchases", times("amount", 100, FOOD), ANY, "rows_implausible"),
    ("account in thousands", "purchases", times("amount", 0.001, FOOD), ANY, "beyond_limit"),
    ("sign of an account", "purchases", times("amount", -1, FOOD), ANY, ANY),
    ("one invoice times thousand", "purchases", times("amount", 1000, FOOD, 1), ANY, ANY),
    ("account twice", "purchases", again(FOOD, "invoice"), ANY, "rows_repeated"),
    ("machines gone", "purchases", cut(of("account", "2154")), "amount_unexpected", ""),
    ("total as an invoice", "purchases", total_added, ANY, ANY),
    ("budget beside actuals", "purchases",
     lambda t: pd.concat([t, t.assign(amount=(t["amount"] * 1.07).round(2), vat="", invoice="B" + t["invoice"])]), ANY,
     "rows_repeated"),
    ("with VAT", "purchases", times("amount", 1.2), ANY, "beyond_limit"),
    ("second half missing", "purchases", cut(months("date", 7, 8, 9, 10, 11, 12)), "months_missing", "months_missing"),
    ("last year's invoices", "purchases", last_year("purchases"), "year_repeated", ""),
    ("metres", "travel", times("distance", 1000, of("mode", "car")), ANY, ANY),
    ("return lost", "travel", put("return", "no"), "share_unexpected", "rows_implausible"),
    ("all in business", "travel", put("cabin_class", "business", of("mode", "air")), ANY, "rows_implausible"),
    ("flights gone", "travel", cut(of("mode", "air")), "amount_unexpected", ""),
    ("every trip twice", "travel", lambda t: pd.concat([t, t]), ANY, "rows_repeated"),
    ("way in metres", "commuting", times("distance", 1000), ANY, "beyond_limit"),
    ("days a week", "commuting", put("days", 5), ANY, "beyond_limit"),
    ("litres of water", "water", times("quantity", 1_000_000), ANY, ANY),
]
"""Words, kind, change, and the code expected with and without a past: "any" of them, or "" for none."""
SOME = random.Random(22).sample(CASES, 4)
"""A few of them, each time the same; all of them as torture."""


def of_year(folder: Path, year: int, files: dict[str, pd.DataFrame]):
    """The inventory of one year alone."""
    write(folder, year, files)
    return inventory("bakery", year, project=Project(folder))


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """The measures of three years before."""
    return Past({year: of_year(tmp_path_factory.mktemp(str(year)), year, tables(year)).measures
                 for year in (2021, 2022, 2023)})


def test_an_honest_year_has_no_breach(tmp_path: Path, past: Past):
    """Neither beside three years before, nor as a first year."""
    found = of_year(tmp_path, 2024, tables(2024))
    for known in (past, Past()):
        assert expected_of(found, found.measures, known).breaches["cause"].tolist() == []


@pytest.mark.parametrize(("kind", "change", "with_past", "without"), [
    pytest.param(*case[1:], id=case[0], marks=[] if case in SOME else [pytest.mark.torture]) for case in CASES])
def test_an_error_is_refused_or_a_breach(
    tmp_path: Path, past: Past, kind: str, change: Change, with_past: str, without: str,
):
    """An error that moves a headline by a percent is seen, by the years before or by what holds of any company.

    The other kinds of records, of which an error says nothing, are left out of the year and of its past.
    """
    try:
        found = of_year(tmp_path, 2024, {kind: change(tables(2024)[kind])})
    except CarbonError:
        assert with_past == ANY
        return
    of_kind = Past({year: table[table["kind"] == kind] for year, table in past.measures.items()})
    for known, code in ((of_kind, with_past), (Past(), without)):
        codes = expected_of(found, found.measures, known).breaches["code"].tolist()
        assert (codes == []) == (code == ""), (code, codes)
        assert code in ("", ANY) or code in codes


AREAS = "sites: {" + ", ".join(f"{site}: {{country: FR, area_m2: {area}}}" for site, area in (
    ("lyon", 400), ("lille", 300), ("brest", 350)))


def _first_page(tmp_path, brest):
    kwh = {"lyon": 60_231, "lille": 40_118, "brest": brest}
    files = {"energy": METERED + "".join(f"2024-01-01,2024-12-31,{site},electricity,{amount},kWh,EDF,\n"
                                         for site, amount in kwh.items())}
    inv = made_inventory(tmp_path, files)
    return inv, to_check(inv, as_words("en"), 1)


def test_a_site_ten_times_too_high_is_on_the_first_page(tmp_path, monkeypatch):
    """Brest at 121 kWh a square metre next to 151 and 134 is silent; at 1,214 it is named, and no run fails by it."""
    monkeypatch.setattr(made_company, "PARAMS", made_company.PARAMS.replace(
        "sites: {lyon: FR, lille: FR, brest: FR, campus: FR", AREAS))
    inv, page = _first_page(tmp_path / "sound", 42_490)
    assert not len(inv.breaches()) and "square metre" not in page
    inv, page = _first_page(tmp_path / "tenfold", 424_900)
    (breach,) = inv.breaches().to_dict("records")
    assert (breach["code"], breach["key"].split(" ")[0]) == ("beyond_limit", "brest")
    assert "brest" in page and "square metre" in page and not breach["fails"]
