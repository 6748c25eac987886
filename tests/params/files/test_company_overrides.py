"""A company's own exchange rates and saved decisions, as tables that are read strictly."""

from __future__ import annotations

import pytest

from carbon.core.errors import FileRefused, ParamsError
from carbon.core.ledgers import DECISIONS
from carbon.core.schemas import DAY, INTEGER, NUMBER, TEXT, Table
from carbon.params.files.company_overrides import (
    read_decisions,
    read_overrides,
    read_params_table,
    read_rates,
    read_table,
)
from carbon.params.files.load import load_company
from carbon.params.files.project import sha256_of

HEAD = ",".join(DECISIONS.columns)


def decision(supplier, activity):
    given = {"supplier": supplier, "account": "606", "category": "paper", "activity": activity, "scope3_category": "1",
             "decided_on": "2024-05-01"}
    return ",".join(given.get(c, "") for c in DECISIONS.columns)


def test_own_rates_are_numbers_in_their_four_columns(folder):
    """No file is no rates; another column or a word for a rate is an error."""
    assert read_rates(folder.project, "acme").empty
    folder.write("params/acme/fx.csv", "currency,period,per_eur,evidence\nXOF,2024,655.957,bank\n")
    assert read_rates(folder.project, "acme")["per_eur"].tolist() == [655.957]
    folder.write("params/acme/fx.csv", "currency,period,per_eur,evidence\nXOF,2024,high,bank\n")
    with pytest.raises(ParamsError, match="is not a table of exchange rates"):
        read_rates(folder.project, "acme")


def test_the_companys_own_decision_holds_and_a_sisters_fills_a_gap(folder):
    """One supplier decided twice has the company's activity; the digest of each file read is kept."""
    path = folder.project.params_file("acme")
    path.write_text(path.read_text() + "decisions_from: [sister]\n")
    with pytest.raises(ParamsError, match="decisions_from names 'sister', which has none"):
        read_overrides(folder.project, load_company(folder.project, "acme"))
    own = folder.write("data/ledger/acme/decisions.csv", f"{HEAD}\n{decision('Mill', 'paper')}\n")
    sisters = [decision("Mill", "steel"), decision("Oil", "fuel")]
    folder.write("data/ledger/sister/decisions.csv", "\n".join([HEAD, *sisters, ""]))

    overrides = read_overrides(folder.project, load_company(folder.project, "acme"))

    assert overrides.fx is None
    assert overrides.decisions[["supplier", "activity"]].to_numpy().tolist() == [["Mill", "paper"], ["Oil", "fuel"]]
    assert overrides.inputs["data/ledger/acme/decisions.csv"] == sha256_of(own)


def test_a_sisters_decision_never_narrows_a_wide_one_of_the_company(folder):
    """What the company decided as a whole is decided: a sister's decision about one supplier of it is left out."""
    path = folder.project.params_file("acme")
    path.write_text(path.read_text() + "decisions_from: [sister]\n")
    own = "*," + decision("Mill", "paper").partition(",")[2]
    folder.write("data/ledger/acme/decisions.csv", f"{HEAD}\n{own}\n")
    folder.write("data/ledger/sister/decisions.csv", f"{HEAD}\n{decision('Mill', 'steel')}\n")
    overrides = read_overrides(folder.project, load_company(folder.project, "acme"))
    assert overrides.decisions[["supplier", "activity"]].to_numpy().tolist() == [["*", "paper"]]


@pytest.mark.parametrize("line", ["a,b", decision("Mill", "paper").replace("2024-05-01", "yesterday")])
def test_a_damaged_ledger_of_decisions_is_an_error(folder, line):
    """A row with fewer cells, and a day that is none."""
    assert read_decisions(folder.project, "acme").empty
    folder.write("data/ledger/acme/decisions.csv", f"{HEAD}\n{line}\n")
    with pytest.raises(ParamsError, match=r"data/ledger/acme/decisions\.csv"):
        read_decisions(folder.project, "acme")


@pytest.mark.parametrize(("content", "words"), [
    (b"a,a\n1,2\n", "heading twice"), (b"\xff", "not UTF-8"), (b"", "no rows")])
def test_a_table_of_params_has_one_row_of_headings(folder, content, words):
    """A heading twice, no heading, another encoding."""
    folder.write("params/acme/x.csv", content)
    with pytest.raises(ParamsError, match=words):
        read_params_table(folder.project, "acme", "x.csv")


TABLE = Table("times", {"place": TEXT, "year": INTEGER, "minutes": NUMBER, "day": DAY}, key=("place",))
GOOD = "place,year,minutes,day\nNord,2024,1.5,\nSud,2024,,2024-02-29\n"


def test_a_good_table_is_read_with_its_types():
    """Numbers, text, an empty number and an empty day that stay missing."""
    table = read_table(GOOD.encode(), TABLE, "t.csv", needed_days=())
    assert table["minutes"].isna().tolist() == [False, True] and table["day"].isna().tolist() == [True, False]
    assert table["year"].tolist() == [2024, 2024] and str(table["year"].dtype) == "int64"


@pytest.mark.parametrize(("text", "what"), [
    (GOOD.replace("place", "where"), "missing columns ['place'], unknown columns ['where']"),
    (GOOD.replace("1.5", "1,5"), "not as many cells"),
    (GOOD.replace("1.5", "low"), "line 2: `minutes` = 'low'"),
    (GOOD.replace("2024,1", "2024.5,1"), "line 2: `year` = '2024.5' is not a whole number"),
    (GOOD.replace("2024-02-29", "29/02/2024"), "line 3: `day` = '29/02/2024'"),
    (GOOD.replace("Sud", "Nord"), "place is not unique"),
    ("", "no rows"),
])
def test_a_bad_table_is_refused_with_its_place(text, what):
    """Nothing is guessed or dropped."""
    with pytest.raises(FileRefused) as refused:
        read_table(text.encode(), TABLE, "t.csv", needed_days=())
    assert what in str(refused.value)
