"""First pages of figures at random, and an independent reading of their sentences."""

from __future__ import annotations

import dataclasses
import html
import math
import re
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.reports.exhibits.headline import Opening
from carbon.reports.tables.trajectory import change_table
from carbon.reports.words.language import Words

YEAR, NAN = 2024, math.nan
FIGURES = st.one_of(st.sampled_from([NAN, 0.0, 1e-6, -1e-6, 1.0, -1.0, 0.05, 43.18]),
                    st.floats(min_value=-2e5, max_value=2e5, allow_nan=False).map(lambda v: round(v, 6)))
"""Tonnes of a scope: no records, zero, tiny, negative, equal, or any."""
THEN = st.one_of(st.sampled_from([NAN, 0.0, -3.0, 1e-6]), st.floats(min_value=0.5, max_value=2.0))
"""An earlier total: not known, zero, negative, tiny, or a multiple of this year's."""
NUMBER = r"(?P<{}>(?:[<>] )?[+\u2212]?[\d.,\u202f]+)"


@st.composite
def openings(draw: Any) -> dict[str, Any]:
    """The scopes, both earlier totals, the years of comparison, the language and the gap to the target."""
    return {
        "scopes": [draw(FIGURES) for _ in range(4)], "then": [draw(THEN) for _ in range(2)],
        "base_year": draw(st.sampled_from([2019, 2023, 2024, 2026])), "gap": draw(FIGURES),
        "language": draw(st.sampled_from(["en", "fr"])), "digits": draw(st.integers(0, 3)),
        "method": draw(st.sampled_from(SCOPE2_METHODS)), "rejected": draw(st.booleans()),
        "known": draw(st.booleans()), "contract": draw(st.booleans())}


def inventory_of(base: Any, case: dict[str, Any]) -> Any:
    """The base inventory with one emission row a scope, of the tonnes of the case; none where they are not known."""
    lines = [("1", ""), ("2", "location-based"), ("2", "market-based"), ("3", "")]
    rows = base.emissions.drop_duplicates(["scope", "scope2_method"])
    table = base.table.assign(rows=0, co2e_kg=0.0, status="no records")
    parts = []
    for (scope, method), tonnes in zip(lines, case["scopes"], strict=True):
        if tonnes == tonnes:
            parts.append(rows[(rows["scope"] == scope) & (rows["scope2_method"] == method)].assign(
                co2e_kg=tonnes * 1000))
            first = table.index[(table["scope"] == scope) & (table["scope2_method"] == method)][0]
            table.loc[first, ["rows", "status"]] = [1, "computed"]
    emissions = pd.concat(parts, ignore_index=True) if parts else base.emissions.head(0)
    ledger = base.ledger if case["rejected"] else base.ledger[base.ledger["outcome"] != "rejected"]
    params = base.params.model_copy(update={"language": case["language"], "scope2_headline": case["method"],
                                            "base_year": case["base_year"]})
    uses = base.instruments.assign(allocated_kwh=20_000.0 if case["contract"] else 0.0)
    return dataclasses.replace(base, emissions=emissions, table=table, ledger=ledger, params=params, instruments=uses)


def opening_of(case: dict[str, Any], headline: pd.DataFrame) -> tuple[Opening, dict[int, float]]:
    """The opening of the case, and the totals of the earlier years that it was made from [t]."""
    totals = headline.set_index("figure")["co2e_t"]
    now = {m: float(totals[f"total-{m.removesuffix('-based')}"]) for m in SCOPE2_METHODS}
    of_year: dict[int, float] = {}
    for year, then in zip((YEAR - 1, case["base_year"]), case["then"], strict=True):
        size = abs(now[case["method"]])
        of_year.setdefault(year, then * size if then >= 0.5 and size > 0 else then)
    if case["base_year"] >= YEAR:
        of_year.pop(case["base_year"], None)
    series = {m: pd.Series({**{y: t * 1000 for y, t in of_year.items()}, YEAR: now[m] * 1000}) for m in SCOPE2_METHODS}
    history = pd.DataFrame([(y, "AR5", "", "computed") for y in series[case["method"]].index],
                           columns=["year", "gwp", "source", "status"])
    changes = change_table(series, history, year=YEAR, base_year=case["base_year"])
    rejects = pd.DataFrame({"kind": ["travel"], "unit": ["rows"], "rejected": [1.0 * case["rejected"]],
                            "share": [1 / 3], "accepted_share": [0.4]})
    return Opening(words=Words(case["language"]), digits=case["digits"], changes=changes,
                   gaps=(("all", case["gap"]),), chances=(), lines=(), rejects=rejects), of_year


def total_of(case: dict[str, Any]) -> tuple[list[float], float]:
    """The scopes that have records, scope 2 by the headline method, and their sum [t]."""
    methods = ("", "location-based", "market-based", "")
    known = [t for t, of in zip(case["scopes"], methods, strict=True) if t == t and of in ("", case["method"])]
    # As the rows are summed: in kg, exactly.
    return known, math.fsum(t * 1000 for t in known) / 1000 if known else NAN


def read(markup: object) -> str:
    """The text of a page with plain spaces, but for those inside numbers."""
    text = html.unescape(re.sub("<[^>]+>", "\n", str(markup)))
    return re.sub(r"[\u00a0\u202f](?!\d{3})", " ", text)


def numbers(pattern: str, text: str) -> list[dict[str, str]]:
    """The printed numbers of each match of a pattern, by their names in it."""
    names = re.findall(r"\{([a-z]\w*)\}", pattern)
    for name in names:
        pattern = pattern.replace("{" + name + "}", NUMBER.format(name), 1)
    return [match.groupdict() for match in re.finditer(pattern, text)]


def allows(printed: str, number: float, language: str, *, share: bool = False) -> bool:
    """Whether a reader of the printed number is right to think of this one."""
    digits = printed.replace("\u202f", "").replace("\u2212", "-").replace("+", "")
    digits = digits.replace(",", ".") if language == "fr" else digits.replace(",", "")
    bound, scale = digits[:2] if digits[0] in "<>" else "", 100 if share else 1
    read = float(digits.removeprefix(bound)) / scale
    if bound:
        return (0 < number < read) if bound == "< " else (read < number < 0)
    if read == 0:
        return number == 0
    decimals = len(digits.partition(".")[2])
    return bool(np.sign(read) == np.sign(number)) and abs(read - number) <= max(
        0.5001 * 10.0**-decimals / scale, 0.00501 * abs(number))
