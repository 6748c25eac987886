"""What a series must be before a fit: each refusal with its remedy; what is odd but usable is reported."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from series_of_years import marked, noisy

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import backtest, fit, fit_parts


@pytest.mark.parametrize(("bad", "message"), [
    (noisy(1), "1 year with a figure: no direction"),
    (noisy(2), "2 years with a figure: no direction"),
    (noisy().drop([2017, 2018]), "no figure for 2017, 2018 between 2015 and 2023"),
    (noisy().where(noisy().index != 2017), "no figure for 2017 between"),
    (noisy().drop(2016), "no figure for 2016 between"),
    (noisy().drop(2022), "no figure for 2022 between"),
    (pd.Series({2020: 1.0, 2021: 0.0, 2022: 1.0}), r"zero, negative or infinite emissions in \[2021\]"),
    (pd.Series({2020: 1.0, 2021: -1.0, 2022: 1.0}), "zero, negative or infinite"),
    (pd.Series({2020: 1.0, 2021: np.inf, 2022: 1.0}), r"zero, negative or infinite emissions in \[2021\]"),
    (noisy().astype("str"), "not numbers"),
    (noisy() > 900, "not numbers"),
    (pd.Series([3.0, 2.0, 1.0]), "must be calendar years"),
    (pd.Series([3.0, 2.0, 1.0], index=["a", "b", "c"]), "must be calendar years"),
    (pd.Series([3.0, 2.0, 1.0], index=pd.to_datetime(["2020", "2021", "2022"])), "must be calendar years"),
    (pd.Series([3.0, 2.0, 1.0], index=[2020, 2020, 2021]), "appear twice"),
    (marked(breaks=(("acquisition of Example", 2019),)), "crosses acquisition of Example"),
])
def test_a_series_that_is_none_is_refused_with_a_remedy(bad: pd.Series, message: str):
    """In fit and in the backtest alike."""
    for call in (lambda: fit(bad, until=2030), lambda: backtest(bad)):
        with pytest.raises(MethodError, match=message) as refused:
            call()
        assert refused.value.hint


def test_a_break_outside_the_series_does_not_matter():
    """An event before the first year or after the last has nothing to mend."""
    for year in (2015, 2030):
        assert fit(marked(breaks=(("sale", year),)), until=2030).model == "shrunken_drift"


def test_a_table_of_several_columns_is_no_series():
    """Location- and market-based side by side are two series."""
    with pytest.raises(MethodError, match="one series"):
        fit(pd.DataFrame({LOCATION: noisy(), MARKET: noisy()}), until=2030)


def test_a_gap_that_is_declared_is_named_and_not_invented():
    """By the call, or by the series itself (the company's params): the dates of the others are used, and it is said."""
    gapped = noisy().drop([2017, 2018])
    fitted = fit(gapped, until=2030, missing_years=[2017, 2018])
    assert any("no figure for 2017, 2018" in w for w in fitted.warnings)
    assert fitted.series.index.tolist() == gapped.index.tolist()
    assert len(backtest(gapped, missing_years=[2017, 2018]))
    own = noisy().where(noisy().index != 2017)
    own.attrs["missing_years"] = (2017, 2019)
    assert fit(own, until=2030).warnings == ("no figure for 2017: not invented, the dates are used",)
    parts = pd.DataFrame({"a": gapped, "b": gapped})
    assert fit_parts(parts, until=2030, seed=1, missing_years=[2017, 2018], draws=100).parts
    with pytest.raises(MethodError, match="no figure for 2017, 2018"):
        fit_parts(parts, until=2030, seed=1, draws=100)


def test_a_year_with_a_figure_is_not_missing():
    """A declaration that hides a figure is refused."""
    with pytest.raises(MethodError, match=r"years \[2019\] are declared missing and have a figure"):
        fit(noisy(), until=2030, missing_years=[2019])


def test_every_refusal_of_these_rooms_has_a_remedy():
    """Each MethodError raised by the trajectory and by the history of inventories passes a hint."""
    import carbon.accounting.years.bridge as home

    years = Path(home.__file__).parent
    files = [*years.parents[1].joinpath("trajectory").rglob("*.py"), *years.glob("*.py")]
    bare = [f"{file.name}:{node.lineno}" for file in files
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
            and not {"hint", "what_to_do"} & {k.arg for k in node.exc.keywords}]
    assert len(files) > 30
    assert bare == []
