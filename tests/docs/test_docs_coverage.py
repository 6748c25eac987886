"""The page of coverage shows what the code does with one record of each kind in ten countries, and hides nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from carbon.records.kinds.contract import DIGITAL, KINDS, REPORTED, STATEMENTS

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("build_coverage_docs", ROOT / "scripts" / "build_coverage_docs.py")
PAGE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PAGE)


@pytest.fixture(scope="module")
def matrix() -> pd.DataFrame:
    """The lines of the page, computed once."""
    return PAGE.matrix()


def test_the_page_is_what_the_code_does(matrix: pd.DataFrame):
    """A factor, scope or category that moved moves the page too."""
    assert PAGE.PAGE.read_text(encoding="utf-8") == PAGE.page_of(matrix)


def test_no_answer_is_silently_empty(matrix: pd.DataFrame):
    """A record is counted with a factor and its places, or its line says by which code it is not."""
    is_counted = matrix["state"].str.startswith("counted")
    assert (matrix.loc[is_counted, ["factor", "places"]] != "none").all(axis=None)
    assert matrix.loc[~is_counted, "state"].str.fullmatch(r"(no factor|rejected|excluded): `\w+`").all()
    assert (matrix != "").all(axis=None)


def test_each_record_has_one_answer_in_each_country(matrix: pd.DataFrame):
    """No country is left out of a record, and none is there twice."""
    countries = matrix.groupby(["kind", "record"])["countries"].agg(" ".join).str.split().map(sorted)
    assert (countries.map(tuple) == tuple(sorted(PAGE.COUNTRIES))).all()


def test_every_kind_of_record_is_on_the_page(matrix: pd.DataFrame):
    """Kinds that become emissions have records on the page; the others arrive as one of these."""
    of_their_own = {kind for kind, contract in KINDS.items() if contract.lands_in == kind}
    assert set(matrix["kind"]) == of_their_own - {*STATEMENTS, *DIGITAL, REPORTED.kind, "activities"}
