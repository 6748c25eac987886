"""How good are the forecasts of others' series? Rolling origins on public panels, against what peers do.

Panels (data/*.yml): installations, facilities, companies, cities, states, prefectures, countries. Each series is
forecast 1, 2, 3 and 5 years ahead from every year with at least three before it; model and prior see nothing later.
Errors are on the log scale; the score of a panel is the mean CRPS of each horizon, horizons and panels are joined by
geometric means.

- fixed: a random walk whose drift is shrunk to a fixed prior, the default until 2026.1.
- own panel: prior learnt at the origin from the other entities of the panel (a quarter at a time left out).
- other panels: one prior learnt from the other panels only, countries never among them.
- peers (extra `bench`): exponential smoothing, theta and ARIMA of statsmodels (orders by AICc), on logs, of a
  sample of the series.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri, polygamma, stdtrit

from benchmarks.results import Result, result
from carbon.trajectory.fitting.models import MODELS, Model, shrunken_drift
from carbon.trajectory.fitting.prior import OWN_SPREAD, TRIED_LEVEL, Prior, learn_prior, past_misses
from carbon.trajectory.fitting.scores import crps_normal, crps_student
from carbon.trajectory.words import KINDS

DATA = Path(__file__).parent / "data"
RELIABILITY = Path(__file__).parent.parent / "carbon" / "trajectory" / "data" / "reliability.csv"
LEARNT = ("eu_installations", "ca_facilities", "us_companies", "uk_local_authorities", "us_states", "jp_prefectures")
"""Panels that the packaged prior is learnt from."""
PANELS = (*LEARNT, "cdiac_national", "se_municipalities")
"""The last two are forecast only."""
UNSEEN = ("ru_regions", "cdiac_growth")
"""Brought after the model and its prior had been settled; neither is chosen by them."""
HORIZONS, TRAIN, FOLDS = (1, 2, 3, 5), 4, 4
LEVEL = 0.80
FIXED = Prior(m0=0.0, s0=0.05, kappa=0.0, sig0=0.08, nu0=3.0, noise=0.0, origin="fixed until 2026.1")
START = Prior(m0=0.0, s0=0.025, kappa=0.015, sig0=0.08, nu0=3.0, noise=0.25, flat=0.6, origin="design")
"""What panels are pulled to before they are joined in a prior: weak."""


@cache
def panel(name: str) -> pd.DataFrame:
    """Return tonnes by year, one column a series."""
    table = pd.read_csv(DATA / f"{name}.csv", keep_default_na=False, index_col=0).T
    return table.set_axis(table.index.astype(int), axis=0).astype(float)


def joined(names: tuple[str, ...]) -> Prior:
    """Return one prior of several panels: means, with a spread that differs between them as much as within.

    trigamma(nu0 / 2) = trigamma(OWN_SPREAD / 2) + var(ln sig0^2 of the panels);  s0^2 = s0^2 + var(m0 of the panels).
    width: the geometric mean of what each panel would have needed by the prior of the others of them.
    """
    held = [past_misses(_means(tuple(n for n in names if n != name)), [_by_series(name)]) for name in names]
    widths = [float(np.quantile(of, TRIED_LEVEL)) for of in held]
    return replace(_means(names), width=float(np.exp(np.log(widths).mean())))


def _by_series(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return years and logs of a panel, (series, years)."""
    return panel(name).index.to_numpy(dtype=float), np.log(panel(name).to_numpy()).T


def _means(names: tuple[str, ...]) -> Prior:
    priors = [learnt(name) for name in names]
    spread = np.array([2 * np.log(p.sig0) for p in priors])
    m0 = np.array([p.m0 for p in priors])
    return Prior(
        m0=float(m0.mean()), s0=float(np.sqrt(START.s0**2 + m0.var(ddof=1))), kappa=START.kappa,
        flat=START.flat, sig0=float(np.exp(spread.mean() / 2)), noise=float(np.mean([p.noise for p in priors])),
        nu0=2 * inverse_trigamma(float(polygamma(1, OWN_SPREAD / 2)) + float(spread.var(ddof=1))),
        origin=", ".join(names))


def inverse_trigamma(value: float) -> float:
    """Return where the trigamma function takes a positive value, by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        at = float(polygamma(1, x))
        step = at * (1 - at / value) / float(polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x


@cache
def learnt(name: str) -> Prior:
    """Return the prior of all series of a panel."""
    return learn_prior(panel(name), towards=START, origin=name)


Forecast = tuple[np.ndarray, np.ndarray, float]
Predict = Callable[[str, np.ndarray, np.ndarray, np.ndarray, int], Forecast]
"""(panel, years, logs, future years, column) -> location, scale, degrees of freedom."""


def by_model(model: Model) -> Predict:
    """Return forecasts by one model for all."""
    def predict(name: str, t: np.ndarray, y: np.ndarray, future: np.ndarray, _: int) -> Forecast:
        p = model.predict(t, y, future)
        return p.location, p.scale, p.df
    return predict


def by_own_panel(name: str, t: np.ndarray, y: np.ndarray, future: np.ndarray, column: int) -> Forecast:
    """Return forecasts by the prior of the panel's other entities, as known in the last year."""
    return by_model(_of_others(name, int(t[-1]), column % FOLDS))(name, t, y, future, column)


@cache
def _of_others(name: str, until: int, fold: int) -> Model:
    others = panel(name).loc[:until, np.arange(panel(name).shape[1]) % FOLDS != fold]
    # Pulled to constants of design: the packaged prior has seen the panel, and its later years.
    return shrunken_drift(learn_prior(others, towards=START))


def by_other_panels(name: str, t: np.ndarray, y: np.ndarray, future: np.ndarray, column: int) -> Forecast:
    """Return forecasts by a prior of the other panels only."""
    return by_model(_of_other_panels(name))(name, t, y, future, column)


@cache
def _of_other_panels(name: str) -> Model:
    return shrunken_drift(joined(tuple(n for n in LEARNT if n != name)))


def forecasts(name: str, predict: Predict, *, every: int = 1, last: int = 99) -> pd.DataFrame:
    """Return horizon, error, crps and inside of each forecast of a panel [ln].

    every: each so many series only; last: years that a forecast is made from at most.
    """
    table, rows = panel(name), []
    years, logs = table.index.to_numpy(dtype=float), np.log(table.to_numpy())
    for column in range(0, logs.shape[1], every):
        for n in range(TRAIN, len(years)):
            at = np.array([i for i in (n - 1 + h for h in HORIZONS) if i < len(years)])
            first = max(0, n - last)
            location, scale, df = predict(name, years[first:n], logs[first:n, column], years[at], column)
            rows.append(np.column_stack([at - n + 1, logs[at, column] - location, scale, np.full(len(at), df)]))
    horizon, error, scale, df = np.concatenate(rows).T
    scale = np.maximum(scale, 1e-6)  # a series that never moves
    with np.errstate(divide="ignore", invalid="ignore"):
        student = crps_student(error / scale, scale, np.where(np.isfinite(df), df, 1e6))
        crps = np.where(np.isfinite(df), student, crps_normal(error / scale, scale))
        reach = scale * np.where(np.isfinite(df), stdtrit(np.where(np.isfinite(df), df, 1e6), 0.5 + LEVEL / 2),
                                 ndtri(0.5 + LEVEL / 2))
    return pd.DataFrame({"horizon": horizon.astype(int), "error": error, "crps": crps,
                         "inside": np.abs(error) <= reach})


def scored(name: str, predict: Predict, **how: int) -> pd.Series:
    """Return the geometric mean over horizons of the mean CRPS, and the share inside 80 %."""
    by = forecasts(name, predict, **how).groupby("horizon").agg(crps=("crps", "mean"), inside=("inside", "mean"))
    return pd.Series({"crps": float(np.exp(np.log(by["crps"]).mean())), "inside": float(by["inside"].mean())})


OURS: dict[str, Predict] = {"fixed": by_model(shrunken_drift(FIXED)), "own panel": by_own_panel,
                            "other panels": by_other_panels, "last value": by_model(MODELS["last_value"]),
                            "drift": by_model(MODELS["drift"])}


def compared(names: tuple[str, ...] = PANELS, models: dict[str, Predict] | None = None, **how: int) -> pd.DataFrame:
    """Return panel, model, crps, ratio to the fixed prior, inside."""
    rows = []
    for name in names:
        found = {m: scored(name, p, **how) for m, p in {"fixed": OURS["fixed"], **(models or OURS)}.items()}
        rows += [(name, m, s["crps"], s["crps"] / found["fixed"]["crps"], s["inside"]) for m, s in found.items()]
    return pd.DataFrame(rows, columns=["panel", "model", "crps", "ratio", "inside"])


def geometric(table: pd.DataFrame) -> pd.Series:
    """Return the geometric mean of the ratios by model."""
    return table.groupby("model")["ratio"].agg(lambda r: float(np.exp(np.log(r).mean())))


OF_BASE, A_YEAR, OF_LEVEL = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), (0.0, 0.025, 0.042, 0.07), (0.7, 0.8, 0.9, 1.0)
"""Targets tried: below the first year, a year from the last one, and sums of so many times the last year's level."""
AHEAD, BINS, DRAWS = ((1, 1), (2, 3), (4, 5), (6, 10)), np.linspace(0, 1, 11), 400


def reliability(names: tuple[str, ...] = LEARNT) -> pd.DataFrame:
    """Return the table of `trajectory.fitting.reliability`: each panel by a prior of the others, from five years on."""
    rows: list[tuple[str, int, float, bool]] = []
    for name in names:
        model, table = _of_other_panels(name), panel(name)
        years, logs = table.index.to_numpy(dtype=float), np.log(table.to_numpy())
        for column in range(logs.shape[1]):
            for n in range(5, len(years)):
                rows += _tried(model, years, logs[:, column], n)
    found = pd.DataFrame(rows, columns=["kind", "ahead", "p", "met"])
    out = []
    for (first, last), kind in ((a, k) for k in ("base year", "from now", "budget") for a in AHEAD):
        of = found[(found["kind"] == kind) & found["ahead"].between(first, last)]
        at = np.clip(np.searchsorted(BINS, of["p"], side="right") - 1, 0, len(BINS) - 2)
        for b in range(len(BINS) - 1):
            some = of[at == b]
            p, met = (float(some["p"].mean()), float(some["met"].mean())) if len(some) else (np.nan, np.nan)
            out.append((kind, first, last, BINS[b], BINS[b + 1], len(some), p, met))
    table = pd.DataFrame(out, columns=list(KINDS))
    return table.round({"low": 1, "high": 1, "mean_p": 3, "came_true": 3})


def _tried(model: Model, years: np.ndarray, y: np.ndarray, n: int) -> list[tuple[str, int, float, bool]]:
    """Return (kind, years ahead, probability, whether it was met) of the targets tried from one origin."""
    last = min(len(years), n + 10)
    p = model.predict(years[:n], y[:n], years[n:last])
    rows: list[tuple[str, int, float, bool]] = []
    for kind, goals in (("base year", [y[0] + np.log1p(-x) for x in OF_BASE]), ("from now", list(A_YEAR))):
        for goal in goals:
            limit = goal if kind == "base year" else y[n - 1] + (years[n:last] - years[n - 1]) * np.log1p(-goal)
            chance = p.probability_at_most(np.exp(np.broadcast_to(limit, len(p.location))))
            rows += [(kind, h + 1, float(c), bool(met)) for h, (c, met) in enumerate(zip(chance, y[n:last] <= limit,
                                                                                      strict=True))]
    sums, true = np.cumsum(p.paths(DRAWS, seed=1), axis=1), np.cumsum(np.exp(y[n:last]))
    for share in OF_LEVEL:
        limit = share * np.exp(y[n - 1]) * np.arange(1, last - n + 1)
        rows += [("budget", h + 1, float(c), bool(met)) for h, (c, met) in enumerate(zip((sums <= limit).mean(axis=0),
                                                                                     true <= limit, strict=True))]
    return rows


def peers() -> dict[str, Predict]:
    """Return exponential smoothing, theta and ARIMA of statsmodels on logs; a missing library is an error."""
    from statsmodels.tsa.arima.model import ARIMA
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel

    def steps(t: np.ndarray, future: np.ndarray) -> np.ndarray:
        # One value a year: a panel with gaps is forecast by position.
        return np.asarray(np.maximum(np.round(future - t[-1]), 1), dtype=int) - 1

    def smooth(name: str, t: np.ndarray, y: np.ndarray, future: np.ndarray, _: int) -> Forecast:
        fits = [ETSModel(pd.Series(y), error="add", trend=trend, damped_trend=False, initialization_method="heuristic"
                         if len(y) >= 10 else "estimated").fit(disp=False) for trend in (None, "add")]
        best = min(fits, key=lambda f: f.aicc if np.isfinite(f.aicc) else np.inf)
        at = steps(t, future)
        p = best.get_prediction(start=len(y), end=len(y) + int(at.max()))
        return np.asarray(p.predicted_mean)[at], np.sqrt(np.maximum(np.asarray(p.forecast_variance)[at], 1e-8)), np.inf

    def theta(name: str, t: np.ndarray, y: np.ndarray, future: np.ndarray, _: int) -> Forecast:
        f = ThetaModel(pd.Series(y), period=1, deseasonalize=False).fit()
        at = steps(t, future)
        middle = f.forecast(int(at.max()) + 1).to_numpy()
        band = f.prediction_intervals(int(at.max()) + 1, alpha=0.2)
        sd = (band["upper"] - band["lower"]).to_numpy() / (2 * ndtri(0.9))
        return middle[at], np.maximum(sd[at], 1e-4), np.inf

    def arima(name: str, t: np.ndarray, y: np.ndarray, future: np.ndarray, _: int) -> Forecast:
        fits = [ARIMA(y, order=order, trend=trend).fit() for order, trend in
                (((0, 1, 0), "n"), ((0, 1, 0), "t"), ((0, 1, 1), "n"), ((1, 1, 0), "n"), ((0, 0, 0), "c"))]
        best = min(fits, key=lambda f: f.aicc if np.isfinite(f.aicc) else np.inf)
        at = steps(t, future)
        p = best.get_forecast(int(at.max()) + 1)
        return (np.asarray(p.predicted_mean)[at], np.sqrt(np.maximum(np.asarray(p.var_pred_mean)[at], 1e-8)), np.inf)

    return {"ETS": smooth, "theta": theta, "ARIMA": arima}


EVERY = 20
"""Each so many series that the peers forecast, which take their time."""


def results() -> list[Result]:
    """Return the bars: CRPS over that of the fixed prior, and how far the 80 % interval is from covering 80 %."""
    warnings.simplefilter("ignore")
    table = compared()
    shares = table.set_index(["panel", "model"])
    try:
        sample = compared(models={**OURS, **peers()}, every=EVERY)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error}; install the extra: pip install carbon-trajectory[bench]") from error
    of_sample = sample.set_index(["panel", "model"])["ratio"]
    by_model = geometric(table)
    of_peers = {f"{m} (sample)": v for m, v in geometric(sample).items() if m != "fixed"}
    found = []
    for model, bar in (("own panel", 0.95), ("other panels", 1.0)):
        others = {**by_model.drop([model, "fixed"]).to_dict(), **of_peers}
        found.append(result(f"CRPS, prior of the {model}, {len(PANELS)} panels", "x fixed prior", [by_model[model]],
                            bar, peers=others))
        for name in PANELS:
            more = {f"{m} (sample)": float(of_sample[(name, m)]) for m in (model, "ETS", "theta", "ARIMA")}
            found.append(result(f"CRPS, prior of the {model}, {name}", "x fixed prior",
                                [shares.loc[(name, model), "ratio"]], 1.05, peers=more))
        inside = shares.xs(model, level="model")["inside"]
        found.append(result(f"80 % interval, prior of the {model}: panels of {len(PANELS)} covered 75 to 85 %",
                            "panels", [float(inside.between(0.75, 0.85).sum())], 6 if model == "own panel" else 5,
                            peers=inside.to_dict(), higher=True))
    return found


def main() -> None:
    """Print the tables and the packaged prior; with "reliability", write its table."""
    table = compared((*PANELS, *UNSEEN))
    print(table.pivot_table(index="panel", columns="model", values=["ratio", "inside"]).round(3).to_string())
    print(geometric(table[table["panel"].isin(PANELS)]).round(4).to_string())
    print(vars(joined(LEARNT)))
    if "reliability" in sys.argv:
        reliability().to_csv(RELIABILITY, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
