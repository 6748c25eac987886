"""Exchange rates: published ones only, the last before the day, each step a column."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core import money
from carbon.core.errors import MoneyError


def _days(*days):
    return pd.Series(pd.to_datetime(list(days)))


def _exchange(amounts, codes, when, **keywords):
    return money.exchange(pd.Series(amounts, dtype="float64"), pd.Series(codes, dtype="str"), when, **keywords)


def test_a_weekend_takes_the_last_rate_before():
    """Saturday and Sunday take Friday's rate, and the column says so."""
    # 2024-03-22 is a Friday: 1 EUR = 1.0823 USD
    steps = _exchange([108.23] * 3, ["USD"] * 3, _days("2024-03-22", "2024-03-23", "2024-03-24"), to="EUR",
                      basis="transaction_date")
    assert steps["fx_date"].tolist() == ["2024-03-22"] * 3
    assert len(set(steps["converted"])) == 1
    assert steps["fx_rate"].iloc[0] == pytest.approx(1 / 1.0823, rel=1e-4)


def test_the_same_currency_says_so_alone_as_among_others():
    """Euros in euros are one to one, of their own day; whether other currencies stand beside them changes nothing."""
    days = _days("2024-03-23", "2024-03-22", "2024-03-23")
    alone = money.find_rates(pd.Series(["EUR"] * 3, dtype="str"), days, to="EUR", basis="transaction_date")
    among = money.find_rates(pd.Series(["EUR"] * 3 + ["USD"], dtype="str"), pd.concat([days, days[:1]]), to="EUR",
                             basis="transaction_date")

    pd.testing.assert_frame_equal(alone, among[:3])
    assert alone["fx_source"].unique().tolist() == ["same currency"] and alone["fx_rate"].eq(1.0).all()


def test_a_rate_is_never_older_than_a_week():
    """The rouble's last rate is of 1 March 2022: 8 March still takes it, 9 March has none."""
    steps = _exchange([100], ["RUB"], _days("2022-03-08"), to="EUR", basis="transaction_date")
    assert steps["fx_date"].item() == "2022-03-01"
    with pytest.raises(MoneyError, match="no exchange rate"):
        _exchange([100], ["RUB"], _days("2022-03-09"), to="EUR", basis="transaction_date")


def test_a_day_after_the_series_has_no_rate():
    """The series is never extended into the future, nor before the euro."""
    for day in ("2035-01-01", "1998-12-31"):
        with pytest.raises(MoneyError):
            _exchange([1], ["USD"], _days(day), to="EUR", basis="transaction_date")


def test_the_mean_of_a_year_needs_the_whole_year():
    """2024 has a mean; a year the series only begins or breaks off has none."""
    found = money.find_rates(pd.Series(["USD", "RUB", "HRK"]), pd.Series([2024, 2022, 2022]), to="EUR",
                             basis="year_mean")
    assert found["fx_code"].tolist() == ["", "no_rate", ""]
    assert np.isnan(found["fx_rate"].iloc[1])
    # ECB, mean of 2024: 1 EUR = 1.0824 USD
    assert found["fx_rate"].iloc[0] == pytest.approx(1 / 1.0824, rel=1e-4)


@pytest.mark.parametrize("code", ["", "XXX", "eur", "EURO", "US$"])
def test_a_blank_or_unknown_currency_is_no_default(code):
    """Nothing is taken for euros."""
    found = money.find_rates(pd.Series([code], dtype="str"), pd.Series([2024]), to="EUR", basis="year_mean")
    assert found["fx_code"].item() == "unknown_currency" and np.isnan(found["fx_rate"].item())
    with pytest.raises(MoneyError):
        _exchange([1], [code], pd.Series([2024]), to="EUR", basis="year_mean")


def test_the_error_shows_the_rows_and_what_to_do():
    """The first rows without a rate, and the file to edit."""
    with pytest.raises(MoneyError) as caught:
        _exchange([10, 20], ["MAD", "EUR"], pd.Series([2024, 2024]), to="EUR", basis="year_mean")
    assert "1 amounts" in str(caught.value) and "MAD" in str(caught.value) and "fx.csv" in str(caught.value)


def test_same_currency_is_one_whatever_the_year():
    """Euros are euros, also where the series has no rate."""
    steps = _exchange([5], ["EUR"], pd.Series([2031]), to="EUR", basis="year_mean")
    assert steps["fx_rate"].item() == 1.0 and steps["fx_source"].item() == "same currency"


def test_the_company_brings_the_rates_the_ecb_lacks():
    """A day takes the company's rate of that day or of the week before it, never the mean of its year; a year takes the
    mean.
    """
    fx = pd.DataFrame({"currency": ["MAD"] * 3, "period": ["2024", "2024-05-02", "2024-05-10"],
                       "per_eur": [10.8, 10.7, 10.6], "evidence": ["central bank, yearly mean", "note 12", "note 13"]})
    codes, days = pd.Series(["MAD"] * 4, dtype="str"), _days("2024-05-02", "2024-05-06", "2024-05-10", "2024-06-01")

    by_day = money.find_rates(codes, days, to="EUR", basis="transaction_date", fx=fx)
    by_year = money.find_rates(codes[:1], pd.Series([2024]), to="EUR", basis="year_mean", fx=fx)

    assert by_day["fx_date"].tolist() == ["2024-05-02", "2024-05-02", "2024-05-10", ""]
    assert by_day["fx_code"].tolist() == ["", "", "", "no_rate"]
    assert (1 / by_day["fx_rate"])[:3].tolist() == pytest.approx([10.7, 10.7, 10.6])
    assert (by_year["fx_source"].item(), by_year["fx_date"].item()) == ("company", "2024")
    assert 1 / by_year["fx_rate"].item() == pytest.approx(10.8)


def test_the_mean_of_a_reporting_year_is_of_its_own_days():
    """April 2021 to March 2022: by hand from the published days, and named by the first and the last of them."""
    quoted = money._quoted("USD")
    found = money.find_rates(pd.Series(["USD", "EUR"]), pd.Series([2022, 2022]), to="GBP", basis="year_mean",
                             starts="04-01")
    mine, sterling = (series["2021-04-01":"2022-03-31"].mean() for series in (quoted, money._quoted("GBP")))

    assert found["fx_rate"].tolist() == pytest.approx([sterling / mine, sterling])
    assert set(found["fx_date"]) == {"2021-04-01 to 2022-03-31"}
    calendar = money.find_rates(pd.Series(["USD"]), pd.Series([2022]), to="GBP", basis="year_mean")["fx_rate"].item()
    assert abs(calendar / found["fx_rate"].iloc[0] - 1) > 0.01  # the decoy: the calendar year in which it ends
    late = money.find_rates(pd.Series(["USD"]), pd.Series([2027]), to="EUR", basis="year_mean", starts="04-01")
    assert late["fx_code"].item() == "no_rate"


@pytest.mark.parametrize("change", [{"currency": "USD"}, {"per_eur": 0.0}, {"per_eur": -1.0}, {"evidence": " "},
                                    {"period": "spring"}, {"currency": "ZZZ"}])
def test_a_doubtful_company_rate_is_refused(change):
    """No evidence, no positive rate, an unknown currency, or a rate that the ECB publishes."""
    row = {"currency": "MAD", "period": "2024", "per_eur": 10.8, "evidence": "central bank", **change}
    with pytest.raises(MoneyError):
        _exchange([1], ["EUR"], pd.Series([2024]), to="EUR", basis="year_mean", fx=pd.DataFrame([row]))


def test_a_transaction_without_a_date_is_refused():
    """A missing day is not the mean of the year."""
    with pytest.raises(MoneyError, match="no date"):
        _exchange([1], ["USD"], pd.Series([pd.NaT], dtype="datetime64[s]"), to="EUR", basis="transaction_date")
    with pytest.raises(MoneyError, match="Unknown basis"):
        _exchange([1], ["USD"], pd.Series([2024]), to="EUR", basis="spot")


@settings(max_examples=50, deadline=None)
@given(amount=st.floats(0.01, 1e9), code=st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY"]),
       day=st.dates(pd.Timestamp("2015-01-05").date(), pd.Timestamp("2025-12-31").date()))
def test_a_credit_note_cancels_its_invoice(amount, code, day):
    """The same amount with the other sign gives exactly zero in sum."""
    steps = _exchange([amount, -amount], [code] * 2, _days(day, day), to="EUR", basis="transaction_date")
    assert steps["converted"].sum() == 0.0


@settings(max_examples=50, deadline=None)
@given(start=st.sampled_from(["USD", "GBP", "CHF"]), via=st.sampled_from(["EUR", "GBP", "JPY"]),
       year=st.integers(2010, 2025))
def test_the_currency_of_the_ledger_changes_nothing(start, via, year):
    """Directly, or by way of another currency at consistent rates: the same amount."""
    years = pd.Series([year])
    direct = _exchange([1000], [start], years, to="EUR", basis="year_mean")["converted"].item()
    half = _exchange([1000], [start], years, to=via, basis="year_mean")["converted"]
    whole = _exchange(half.tolist(), [via], years, to="EUR", basis="year_mean")["converted"].item()
    assert whole == pytest.approx(direct, rel=1e-12)


def test_rows_keep_their_index_and_order():
    """Shuffled rows get the same rates."""
    amounts = pd.Series([1.0, 2.0, 3.0], index=[7, 3, 5])
    codes = pd.Series(["USD", "GBP", "USD"], index=[7, 3, 5])
    years = pd.Series([2023, 2024, 2024], index=[7, 3, 5])
    steps = money.exchange(amounts, codes, years, to="EUR", basis="year_mean")
    order = [5, 7, 3]
    again = money.exchange(amounts[order], codes[order], years[order], to="EUR", basis="year_mean")
    assert list(steps.index) == [7, 3, 5]
    pd.testing.assert_frame_equal(again.loc[[7, 3, 5]], steps)


def test_the_source_is_named_for_the_manifest():
    """File, hash and span of the series."""
    source = money.source()
    assert source["first_day"] == "1999-01-04" and len(source["sha256"]) == 64


def test_a_currency_without_quotations_has_none_on_any_day():
    """The ECB quotes no dirham, neither in the first week of the series nor later: no other currency's rate stands
    in.
    """
    first = pd.Timestamp(money.source()["first_day"])
    days = _days(first, first + pd.Timedelta(days=3), "2024-05-02")
    found = money.find_rates(pd.Series(["MAD"] * 3), days, to="EUR", basis="transaction_date")
    assert found["fx_code"].tolist() == ["no_rate"] * 3 and found["fx_rate"].isna().all()


def test_a_company_rate_is_named_in_both_directions():
    """Into the currency as out of it: 10 euros are 108 dirhams by the company's own rate, and the column says so."""
    fx = pd.DataFrame({"currency": ["MAD"], "period": ["2024"], "per_eur": [10.8], "evidence": ["central bank"]})
    steps = _exchange([10, 10], ["EUR", "USD"], pd.Series([2024, 2024]), to="MAD", basis="year_mean", fx=fx)
    assert steps["fx_source"].tolist() == ["company", "company"]
    assert steps["converted"].iloc[0] == pytest.approx(108.0)


def test_a_report_in_an_unknown_currency_is_refused_by_name():
    """The wanted currency is a code of the standard, whatever the amounts are in."""
    for wanted in ("EURO", "", "XYZ"):
        with pytest.raises(MoneyError, match="Unknown currency"):
            _exchange([1], ["EUR"], pd.Series([2024]), to=wanted, basis="year_mean")
