"""A company's own factors in the project's layout."""

from __future__ import annotations

import re

import pytest

from carbon.core.errors import FileRefused, TableError
from carbon.factors import library
from carbon.factors.sources import company, read_overrides

OWN_HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,part,tier,evidence,element_id\n"


def test_own_factors_are_the_top_tier(write):
    """A supplier's figure joins the library with its tier and evidence; a figure of 0 is a figure."""
    path = write("factors.csv",
                   OWN_HEAD + "acme-1,electricity,FR,kWh,0,2024,2024,combustion,measured,contract 7,\n")
    own = company.read_overrides(path)
    row = own.iloc[0]
    assert (row["co2e_kg"], row["page"]) == (0.0, "contract 7")
    assert (row["source_id"], row["element_id"]) == ("company", "acme-1")
    assert library.load().with_overrides(own).overrides == {"acme-1": "measured"}


@pytest.mark.parametrize("line, message", [
    ("a,steel,GLO,tt,1,2024,,total,,EPD,", "`unit` is unknown"),
    ("a,steel,GLO,t,,2024,,total,,EPD,", "`co2e_kg` is no number"),
    ("a,steel,GLO,t,1,2024,,total,,,", "`evidence` is empty"),
    ("a,steel,France,t,1,2024,,total,,EPD,", "`region` is no ISO"),
    ("a,steel,GLO,t,-1,2024,,total,,EPD,", "removals are never netted"),
    ("a,steel,GLO,t,1,2024,2020,total,,EPD,", "lies before"),
    ("a,steel,GLO,t,1,2024,,smoke,,EPD,", "`part` is not one of"),
    ("a,steel,GLO,t,1,2024,,total,best,EPD,", "`tier` is not one of"),
    ("a,it,GLO,EUR,1,2024,,total,,EPD,", "needs `price_year`"),
    ("a,steel,GLO,t,1,2024,,total,,EPD,e\nb,steel,GLO,t,1,2024,,upstream,,EPD,e",
     "an element has both a `total` and parts"),
])
def test_own_factors_are_checked_like_packaged_ones(line: str, message: str, write):
    """Each fault is named with its line."""
    with pytest.raises(TableError, match=re.escape(message)) as caught:
        company.read_overrides(write("factors.csv", OWN_HEAD + line + "\n"))
    assert "factors.csv" in str(caught.value) and " 2 " in str(caught.value)


def test_unknown_columns_are_refused(write):
    """A misspelt column would be a silent default."""
    with pytest.raises(FileRefused, match=re.escape("unknown columns ['valid_form']")):
        company.read_overrides(write("f.csv", OWN_HEAD.replace("valid_to", "valid_form")))


HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,gwp_set,source_id,edition,licence,evidence\n"
GAS = "ademe-gas-2024,natural_gas,FR,kWh_HHV,0.3,2024,2024,,ademe_impact_gas,2024,invented,p. 1\n"


def test_own_factors_saved_by_a_spreadsheet_in_another_encoding_are_refused_in_words(tmp_path):
    """Windows-1252 where UTF-8 is expected: the remedy says how to save it."""
    path = tmp_path / "factors.csv"
    path.write_bytes((HEAD + GAS.replace("p. 1", "relevé")).encode("cp1252"))
    with pytest.raises(FileRefused) as refused:
        read_overrides(path)
    assert "UTF-8" in refused.value.what_to_do


def test_own_factors_with_a_page_beside_their_evidence_are_refused_by_its_name(tmp_path):
    """The page of a company's own factor is its evidence: which of the two holds is not guessed."""
    path = tmp_path / "factors.csv"
    head, first = HEAD.strip().split("\n")[0], GAS.strip().split("\n")[0]
    path.write_text(f"{head},page\n{first},p. 9\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="unknown columns \\['page'\\]"):
        read_overrides(path)
