"""Indicators of a company and year, and their scorecards in two languages."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.reports.tables.scorecard import scorecard_table, scorecard_title
from carbon.scorecards.catalogue import catalogue, formulas
from carbon.scorecards.company import Indicators
from carbon.scorecards.computation import values
from carbon.scorecards.measuring import measures_table

DAY = date(2024, 12, 31)


def test_scorecards_speak_both_languages_and_hide_no_missing_value(good, public):
    """The public sheet has plain labels and no ids; what has no data says so."""
    whole = catalogue({"indicators": [good, public]})
    table = values(whole, measures_table([("training_rate", "", 56, 100, 56, 1, "")], period="2024", on=DAY))
    found = Indicators("c", 2024, whole, pd.DataFrame(), pd.DataFrame(), table)
    sheet = scorecard_table(found, "public", language="fr")
    assert scorecard_title(found, "public", language="fr") == "Pour tout le monde, 2024"
    assert sheet["indicator"].tolist() == ["Personnes formées"]
    assert sheet["status"].tolist() == ["en bonne voie"]
    assert list(sheet.columns) == ["indicator", "value", "au départ", "objectif", "status"]
    empty = values(whole, measures_table([], period="2024", on=DAY))
    own = scorecard_table(found, "performance", language="fr")
    known = formulas().set_index("formula_id")["words_fr"]
    assert own["formula"].tolist() == [known[good["formula_id"]]]  # those who act are told what was divided by what
    unknown = Indicators("c", 2024, whole, pd.DataFrame(), pd.DataFrame(), empty)
    assert scorecard_table(unknown, "public", language="en")["value"].tolist() == ["no data"]
    with pytest.raises(UsageError, match="No scorecard for 'press'"):
        scorecard_table(found, "press", language="en")
