"""Readers' tables of a fleet of devices: what there is, its age, how it leaves, and what a longer life changes."""

from __future__ import annotations

import math
from itertools import product

import pandas as pd

from carbon.core.periods import reporting_year
from carbon.core.units import KG_PER_T
from carbon.digital import packaged_tables
from carbon.digital.devices.embodied import PURCHASE_YEAR, SPREAD
from carbon.digital.devices.figures import ALL
from carbon.digital.devices.fleet import HORIZON_YEARS, Fleet
from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude

QUARTERS = 12
"""Quarters of purchases shown: three years."""


def age_pyramid_table(fleet: Fleet) -> pd.DataFrame:
    """Return devices in stock by whole years of age, a column a category; undated devices on a line of their own."""
    table = fleet.pyramid.pivot_table(index="age", columns="category", values="units", aggfunc="sum", fill_value=0)
    order = pd.to_numeric(pd.Series(table.index, index=table.index), errors="coerce").fillna(math.inf).sort_values()
    return table.loc[order.index].astype("int64").reset_index().rename_axis(columns=None)


def fleet_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return each kind of device: counts, age, and embodied carbon of the year in both views; do not add them together.

    Columns: device, stock, bought, retired, mean_age_years, share_over_6y, spread (over the lives of what is in stock),
    year_of_purchase (of what was bought), in_use (electricity); the last three in words.
    """
    spread, by_purchase = (rows.set_index("category") for _, rows in fleet.table.groupby("view", sort=False))
    return pd.DataFrame({
        "device": [words.term("device", str(c)) for c in spread.index], "stock": spread["stock"].to_numpy(),
        "bought": spread["bought"].to_numpy(), "retired": spread["retired"].to_numpy(),
        "mean_age_years": spread["mean_age_years"].to_numpy(), "share_over_6y": spread["share_over_6y"].to_numpy(),
        "spread": _embodied(spread, words), "year_of_purchase": _embodied(by_purchase, words),
        "in_use": [magnitude(kg, words) for kg in spread["use_co2e_kg"]]})


def _embodied(rows: pd.DataFrame, words: Words) -> list[str]:
    columns = ["embodied_co2e_kg", "low_co2e_kg", "high_co2e_kg", "not_covered"]
    return [magnitude(kg, words, low, high, at_least=missing > 0)
            for kg, low, high, missing in rows[columns].itertuples(index=False)]


def age_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return age (from one birthday to the next; a word where no date is known), device, units in stock."""
    lines = age_pyramid_table(fleet).melt(id_vars="age", var_name="device", value_name="units")
    lines = lines[lines["units"] > 0].reset_index(drop=True)
    age = [age_band(text, words) for text in lines["age"].astype("str")]
    return lines.assign(age=age, device=[words.term("device", d) for d in lines["device"]])


def age_band(age: str, words: Words) -> str:
    """Return whole years as the two birthdays that a device is between, "6 to 7"; a word where no date is known."""
    return words("fleet.age_band", age=age, next=int(age) + 1) if age.isdigit() else words("device.no_date")


def purchases_by_quarter(fleet: Fleet, year_starts: str) -> pd.DataFrame:
    """Return quarter (a period), category and units of the devices bought in the last three years; quarters of zero too
    for the categories that have one.
    """
    _, last = reporting_year(fleet.year, year_starts)
    quarters = pd.period_range(end=last, periods=QUARTERS, freq="Q")
    of_device = fleet.devices["purchased_on"].dt.to_period("Q")
    counts = fleet.devices.assign(quarter=of_device)[of_device.isin(quarters)].groupby(["quarter", "category"]).size()
    pairs = list(product(quarters, sorted(counts.index.get_level_values("category").unique())))
    return pd.DataFrame([(quarter, category, int(counts.get((quarter, category), 0))) for quarter, category in pairs],
                        columns=["quarter", "category", "units"])


def quarter_lines(fleet: Fleet, words: Words, year_starts: str) -> pd.DataFrame:
    """Return quarter, device and units bought, where there are any."""
    table = purchases_by_quarter(fleet, year_starts)
    table = table[table["units"] > 0].reset_index(drop=True)
    return pd.DataFrame({"quarter": [words(f"fleet.quarter_{q.quarter}", year=q.year) for q in table["quarter"]],
                         "device": [words.term("device", c) for c in table["category"]], "units": table["units"]})


def exit_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return the devices that left in the year: device, route, units, their mean age."""
    return pd.DataFrame({
        "device": [words.term("device", c) for c in fleet.exits["category"]],
        "route": [words.term("route", r) for r in fleet.exits["exit_route"]], "units": fleet.exits["units"],
        "age_at_exit_years": fleet.exits["mean_age_years"]})


def longer_lives(fleet: Fleet) -> pd.DataFrame:
    """Return what a longer life of each category changes, as yearly means of the coming years.

    Columns: category, today_years, kept_years, bought_today, bought_then [units a year], avoided_co2e_kg [a year]; no
    line for a life that is not longer than today's.
    """
    columns = ["category", "today_years", "kept_years", "bought_today", "bought_then", "avoided_co2e_kg"]
    if fleet.cohorts.empty:
        return pd.DataFrame(columns=columns)
    means = fleet.cohorts.groupby(["category", "life_years", "baseline"], as_index=False)[
        ["bought", "avoided_co2e_kg"]].mean()
    today, then = means[means["baseline"]], means[~means["baseline"]]
    today = today.assign(today_years=today["life_years"], bought_today=today["bought"])
    then = then.assign(kept_years=then["life_years"], bought_then=then["bought"])
    lives = today[["category", "today_years", "bought_today"]].merge(
        then[["category", "kept_years", "bought_then", "avoided_co2e_kg"]], on="category")
    return lives[lives["kept_years"] > lives["today_years"]][columns].reset_index(drop=True)


def longer_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return the lines of `longer_lives` in the reader's words: device, lives, purchases a year, carbon avoided."""
    table = longer_lives(fleet)
    return pd.DataFrame({
        "device": [words.term("device", c) for c in table["category"]], "today_years": table["today_years"],
        "kept_years": table["kept_years"],
        **{c: [words.number(v, 2) for v in table[c]] for c in ("bought_today", "bought_then")},
        "avoided": [magnitude(kg, words) for kg in table["avoided_co2e_kg"]]})


def story_lines(fleet: Fleet, words: Words) -> pd.DataFrame:
    """Return the fleet's year in sentences (what): what there is, what came, what left, its carbon, a longer life."""
    number = {name: words.number(fleet.figure(name)) for name in ("devices in stock", "idle stock")}
    lines = [words("fleet.stock", year=fleet.year, stock=number["devices in stock"],
                   per_person=_per_person(fleet, words))]
    if math.isfinite(fleet.figure("mean age")):
        lines.append(words("fleet.age", age=words.number(fleet.figure("mean age"), 1), **{
            f"over_{n}": words.percent(fleet.figure(f"share over {n} years"), 0) for n in (6, 8)}))
    lines += [*_of_no_kind(fleet, words), *_bought(fleet, words), *_left(fleet, words)]
    if fleet.figure("idle stock") > 0:
        lines.append(words(_counted("fleet.idle", fleet.figure("idle stock")), idle=number["idle stock"]))
    return pd.DataFrame({"what": [*lines, *_carbon(fleet, words), *_longer(fleet, words)]})


def _of_no_kind(fleet: Fleet, words: Words) -> list[str]:
    """Return how many devices in stock are of a kind that nobody knows: figures of computers or screens lack them."""
    devices = fleet.devices[fleet.devices["in_stock"] & fleet.devices["embodied_kg"].isna()]
    strange = devices.loc[~devices["category"].isin([*packaged_tables.devices()]), "category"]
    names = words("text.list").join(sorted(set(strange.astype("str"))))
    return [words("fleet.no_kind", count=words.number(len(strange)), kinds=names)] if len(strange) else []


def _bought(fleet: Fleet, words: Words) -> list[str]:
    rows = fleet.devices[fleet.devices["bought"]]
    second_hand = words.number(float((rows["condition_at_purchase"] != "new").sum()))
    return [words(_counted("fleet.bought", len(rows)), bought=words.number(len(rows)), second_hand=second_hand)]


def _left(fleet: Fleet, words: Words) -> list[str]:
    rows = fleet.devices[fleet.devices["retired"]]
    if rows.empty or rows["age_years"].isna().all():
        return []
    of_rate = fleet.headline.set_index("figure")[["numerator", "denominator"]].astype("float64").T
    reused, young = of_rate["reuse rate"].tolist()
    unknown = int((rows["exit_route"] == "").sum())
    key = "fleet.left_unknown" if unknown else _counted("fleet.left", len(rows))
    return [words(key, retired=words.number(len(rows)), age=words.number(rows["age_years"].mean(), 1),
                  reused=words.number(reused), young=words.number(young), unknown=words.number(unknown))]


def _counted(key: str, number: float) -> str:
    """Return the key of a sentence about one device, or about another number of them."""
    return f"{key}_one" if number == 1 else key


def _per_person(fleet: Fleet, words: Words) -> str:
    ratio = fleet.figure("devices per employee")
    if ratio != ratio:
        return ""
    people = fleet.headline.set_index("figure")["denominator"]["devices per employee"]
    return words("fleet.per_person", ratio=words.number(ratio, 1), people=words.tick(people))


def _carbon(fleet: Fleet, words: Words) -> list[str]:
    rows = fleet.table[fleet.table["category"] == ALL].set_index("view")
    spread, of_purchases = (_embodied(rows.loc[[view]], words)[0] for view in (SPREAD, PURCHASE_YEAR))
    return [words("fleet.carbon", spread=spread, bought=of_purchases)] if len(fleet.devices) else []


def _longer(fleet: Fleet, words: Words) -> list[str]:
    table = longer_lives(fleet)
    if table.empty:
        return []
    longest = int(table["kept_years"].max())
    rows = table[table["kept_years"] == longest]
    less = 1 - rows["bought_then"].sum() / rows["bought_today"].sum()
    return [words("fleet.longer", years=longest, less=words.percent(less, 0),
                  avoided=magnitude(rows["avoided_co2e_kg"].sum(), words), first=fleet.year + 1,
                  last=fleet.year + HORIZON_YEARS)]


def kg_by_life(fleet: Fleet) -> pd.DataFrame:
    """Return life (0: today's), category, t CO2e of what is bought a year, mean of the coming years; a life that is not
    longer than today's leaves a category as it is.
    """
    if fleet.cohorts.empty:
        return pd.DataFrame(columns=["life", "category", "co2e_t"])
    means = fleet.cohorts.groupby(["category", "life_years", "baseline"], as_index=False)["embodied_co2e_kg"].mean()
    today = means[means["baseline"]].set_index("category")
    lives = sorted(set(longer_lives(fleet)["kept_years"]))
    by_life = means.set_index(["category", "life_years"])["embodied_co2e_kg"]
    rows = [(life, category, float(by_life[category, max(life, row["life_years"])]) / KG_PER_T)
            for life in (0, *lives) for category, row in today.iterrows()]
    return pd.DataFrame(rows, columns=["life", "category", "co2e_t"])
