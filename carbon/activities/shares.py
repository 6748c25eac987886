"""The share of rows and amounts that was rejected, and the limit that the company's parameters accept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.causes import rejects_by_cause, without_names
from carbon.core import money, periods
from carbon.core.countries import currency_codes
from carbon.core.errors import RejectedShareError
from carbon.core.text_columns import text_array
from carbon.params.shapes.company import AcceptedRejects, CompanyParams

ROWS = "rows"
_YEAR = 4
"""Letters of a period that is a year."""
Floats = npt.NDArray[np.float64]
_TO_DO = ("correct the rows or add the rules and factors they need; or accept the share by name in "
          "`max_rejected_share` of the company's params")


def rejected_shares(
    ledger: pd.DataFrame, params: CompanyParams, *, year: int, fx: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Calculate the share of each kind that was rejected, in rows and in each unit of amount.

    share = rejected / (inventoried + set aside + rejected); amounts enter without their sign, excluded rows not at
    all: what is not a purchase cannot dilute what was lost. Currencies are brought to the company's own at a rate of
    the year (`measures_of_units`), for this share alone. A unit that only rejected rows have is counted in rows, and
    so is a row without an amount, e.g. a flight with an end that is not found; other flights without a distance count
    by their great circles, a unit of their own.

    Returns
    -------
    DataFrame
        kind, measure ("rows" or the unit), rejected, of, share, limit, largest share first within a kind.
    """
    (kind, kinds), (unit, units) = (pd.factorize(ledger[c]) for c in ("kind", "unit"))
    names, rate = measures_of_units(list(units), params, year=year, fx=fx)
    measures = list(dict.fromkeys([ROWS, *names]))
    measure = np.array([measures.index(name) for name in names], dtype=np.intp).take(unit)
    counted_events, bad = ((ledger["outcome"] != "excluded").to_numpy(), (ledger["outcome"] == "rejected").to_numpy())
    counted_rows = counted_events & ledger["counts_row"].to_numpy()
    amount = ledger["amount"].to_numpy()
    valued = counted_events & ~np.isnan(amount) & np.array([u != "" for u in units], dtype=bool).take(unit)
    measured_units = np.bincount((kind * len(measures) + measure)[valued & ~bad],
                                 minlength=len(kinds) * len(measures)) > 0
    valued &= measured_units.take(kind * len(measures) + measure)
    size = np.concatenate([np.ones(int(counted_rows.sum())), (np.abs(amount) * rate.take(unit))[valued]])
    lost_rows = np.concatenate([bad[counted_rows], bad[valued]])
    group = np.concatenate([kind[counted_rows] * len(measures), (kind * len(measures) + measure)[valued]])
    sums = pd.DataFrame({"rejected": np.where(lost_rows, size, 0.0), "of": size}).groupby(group).sum()
    keys = [(str(kinds[at // len(measures)]), measures[at % len(measures)]) for at in sums.index.tolist()]
    return _with_limits(keys, sums["rejected"].to_numpy(), sums["of"].to_numpy(), params)


def rejected_share(rejected: float, of: float) -> float:
    """Return the rejected part of what is not excluded; 0 where nothing is left."""
    return rejected / of if of > 0 else 0.0


def _with_limits(keys: Sequence[tuple[str, str]], rejected: Floats, of: Floats, params: CompanyParams) -> pd.DataFrame:
    """Return the sums of each kind and measure with their share, and the share that is accepted."""
    share = np.array([rejected_share(*pair) for pair in zip(rejected.tolist(), of.tolist(), strict=True)])
    order = sorted(range(len(keys)), key=lambda i: (keys[i][0], -share[i], keys[i][1]))
    kinds, measures = [keys[i][0] for i in order], [keys[i][1] for i in order]
    accepted = [params.max_rejected_share.get(kind, AcceptedRejects()) for kind in kinds]
    limit = [a.rows if m == ROWS else a.amount for a, m in zip(accepted, measures, strict=True)]
    return pd.DataFrame({
        "kind": text_array(kinds), "measure": text_array(measures), "rejected": rejected[order], "of": of[order],
        "share": share[order], "limit": np.array(limit, dtype=np.float64)})


def measures_of_units(
    units: list[str], params: CompanyParams, *, year: int, fx: pd.DataFrame | None
) -> tuple[list[str], Floats]:
    """Return the measure of each unit and its rate in it: money with a rate is measured in the company's currency.

    The rate of the year's last day; where there is none, its mean, or the last that the company's own table has.
    """
    codes = pd.Series([u for u in units if u in currency_codes()], dtype="str")
    starts = params.reporting_year_starts
    last = pd.Series(periods.reporting_year(year, starts)[1], index=codes.index)

    def rates_of(basis: str, when: pd.Series) -> pd.Series:
        return money.find_rates(codes, when, to=params.currency, basis=basis, fx=fx, starts=starts)["fx_rate"]

    rates = rates_of("transaction_date", last)
    if rates.isna().any():
        rates = rates.fillna(rates_of("year_mean", pd.Series(year, index=codes.index)))
    if rates.isna().any() and fx is not None:
        days = fx[fx["period"].str.len() > _YEAR].groupby("currency")["period"].max().to_dict()
        rates = rates.fillna(rates_of("transaction_date", pd.to_datetime(codes.map(days)).fillna(last)))
    priced = {code: rate for code, rate in zip(codes, rates, strict=True) if np.isfinite(rate)}
    return [params.currency if u in priced else u for u in units], np.array([priced.get(u, 1.0) for u in units])


def check_accepted_share(
    ledger: pd.DataFrame, params: CompanyParams, *, year: int, fx: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Raise where a share is above the company's limit, else return the shares; `fx` are its own exchange rates.

    Raises RejectedShareError: Names kind, share and limit of each share above its limit, with the causes of the
    rejects, largest amount first.
    """
    shares = rejected_shares(ledger, params, year=year, fx=fx)
    over = shares[shares["share"] > shares["limit"]]
    if over.empty:
        return shares
    reasons = "; ".join(
        f"{kind}: {share:.2%} of {measure} rejected, {limit:.2%} accepted" for kind, measure, share, limit in
        zip(over["kind"], over["measure"], over["share"], over["limit"], strict=True))
    rejects = ledger[(ledger["outcome"] == "rejected") & ledger["kind"].isin(over["kind"])]
    causes = without_names(rejects_by_cause(rejects, by=("unit",)))  # journal, run summary and index show this
    order = causes["amount"].abs().sort_values(ascending=False, na_position="last", kind="stable").index
    columns = ["rows", "files", "column", "reason", "amount", "unit", "example"]
    raise RejectedShareError(f"More was rejected than is accepted: {reasons}", rows=causes.loc[order, columns],
                             hint=_TO_DO)
