"""Probabilities: their words at their limits, and their record."""

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import MARKET
from carbon.trajectory import Target, fit, likelihood
from carbon.trajectory import words as module
from carbon.trajectory.words import backed, never_certain, probability_text, reliability_table


@pytest.mark.parametrize(("p", "word"), [
    (0.0, "very unlikely"), (0.0999, "very unlikely"), (0.10, "unlikely"), (0.3299, "unlikely"),
    (0.33, "about as likely as not"), (0.66, "about as likely as not"), (0.6601, "likely"), (0.90, "likely"),
    (0.9001, "very likely"), (1.0, "very likely")])
def test_each_limit_belongs_to_its_word(p: float, word: str):
    """IPCC, AR5 guidance note: very unlikely below 10 %, unlikely below 33 %, likely above 66 %, very likely above
    90 %.
    """
    assert likelihood(p) == word


def test_percent_stand_beside_the_word_from_eight_years_on():
    """Seven years: the word alone; eight: whole percent as well."""
    assert probability_text(0.954, years=7) == "very likely"
    assert probability_text(0.954, years=8) == "very likely (95%)"


def test_no_probability_is_printed_as_none_or_certain():
    """Every draw kept the limit, or none did: the number still says that no forecast is certain."""
    assert probability_text(1.0, years=9) == "very likely (> 98%)"
    assert probability_text(0.001, years=9) == "very unlikely (< 2%)"


def test_likelihood_words_follow_the_scale():
    """The edges of the IPCC scale."""
    assert [likelihood(p) for p in (0.05, 0.2, 0.5, 0.8, 0.95)] == [
        "very unlikely", "unlikely", "about as likely as not", "likely", "very likely"]


def test_each_kind_has_every_tenth_at_each_horizon_once():
    """Three kinds, four horizons up to ten years, ten bins from 0 to 1 without a hole."""
    of = reliability_table()
    assert set(of["kind"]) == {"base year", "from now", "budget"}
    for _, bins in of.groupby(["kind", "first_year"]):
        assert bins["low"].tolist() == pytest.approx([i / 10 for i in range(10)])
        assert bins["high"].tolist() == pytest.approx([(i + 1) / 10 for i in range(10)])
    assert sorted(set(zip(of["first_year"], of["last_year"], strict=True))) == [(1, 1), (2, 3), (4, 5), (6, 10)]
    known = of[of["forecasts"] > 0]
    assert known["came_true"].between(0, 1).all()


def test_a_probability_with_a_record_is_given_with_it_and_one_without_is_refused(monkeypatch: pytest.MonkeyPatch):
    """Backed: its words. Too few forecasts, forecasts that came true otherwise, a horizon beyond the table: refused."""
    found = backed(0.25, kind="base year", horizon=2)
    assert found.text.startswith("of 3,263 forecasts of other companies, facilities and cities 2 to 3 years ahead")
    rows = reliability_table()
    for column, value, words in (("forecasts", 99, "of 99 forecasts"), ("came_true", 0.9, "90% came true")):
        monkeypatch.setattr(module, "reliability_table", lambda c=column, v=value: rows.assign(**{c: v}))
        with pytest.raises(MethodError, match=words):
            backed(0.25, kind="base year", horizon=2)
    with pytest.raises(MethodError, match="no probability 11 years ahead: forecasts of the past reach 10 years"):
        backed(0.25, kind="base year", horizon=11)


def test_no_probability_is_certain():
    """Never 0 nor 100 %, of any function of a fit."""
    assert (never_certain(0.0), never_certain(1.0), never_certain(0.4)) == (0.02, 0.98, 0.4)
    fitted = fit(pd.Series([100.0, 98, 97, 95, 94, 93, 92, 90], index=range(2016, 2024)), until=2028)
    assert fitted.p_at_most(1.0, 2024) == 0.02
    assert fitted.p_at_most(1e6, 2024) == 0.98
    assert fitted.p_budget(1.0, seed=1) == 0.02


def test_a_target_from_the_last_year_has_the_record_of_its_own_kind(monkeypatch: pytest.MonkeyPatch):
    """Base year 2016: a share of a base year; base year 2023, the last of the series: a share a year from now."""
    asked: list[str] = []
    monkeypatch.setattr("carbon.trajectory.fitting.fitted.backed", lambda p, *, kind, horizon: asked.append(kind))
    series = pd.Series([100.0, 98, 97, 95, 94, 93, 92, 90], index=range(2016, 2024))
    series.attrs.update(scopes=("1", "2"), scope2_method=MARKET)
    fitted = fit(series, until=2028)
    for base in (2016, 2023):
        fitted.p_meet(Target("t", ("1", "2"), MARKET, base, 2025, 0.1))
    assert asked == ["base year", "from now"]
