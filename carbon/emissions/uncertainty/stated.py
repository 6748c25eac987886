"""What a company states of its own data's uncertainty, as distributions that replace defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from carbon.core.errors import MethodError
from carbon.core.text_columns import Flags
from carbon.emissions.uncertainty.distributions import LOGNORMAL, NORMAL, Z95, sigma_of_gsd2
from carbon.emissions.uncertainty.pedigree import gsd2_of_percent, gsd2_of_scores
from carbon.emissions.uncertainty.sources import Columns, Floats
from carbon.params.shapes.uncertainty import StatedUncertainty


@dataclass(frozen=True)
class Spread:
    """Distribution of a multiplier: its spread, the centre by which it moves the figure, and the evidence for both."""

    distribution: str
    spread: float
    centre: float
    evidence: str


@dataclass(frozen=True)
class Stated:
    """What is stated, by what it is stated of and its name; correlation by class of factor."""

    spreads: dict[tuple[str, str], Spread] = field(default_factory=dict)
    correlation: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[StatedUncertainty]) -> Stated:
        """Return the lines by name.

        Raises MethodError: One thing is stated twice.
        """
        out = cls()
        for line in lines:
            key, is_class = (line.of, line.id), line.of == "class"
            if key in out.spreads or (is_class and line.id in out.correlation):
                raise MethodError(f"The uncertainty of {line.of} {line.id!r} is stated twice",
                                  hint="keep one line of it in uncertainty.csv")
            if is_class:
                out.correlation[line.id] = float(line.correlation or 0)
            else:
                out.spreads[key] = spread_of(line)
        return out

    def find(self, *keys: tuple[str, str]) -> Spread | None:
        """Return the first of some keys that is stated."""
        return next((self.spreads[key] for key in keys if key in self.spreads), None)


def columns_of(rule: Columns, sigma: Floats, company: Sequence[Spread | None], published: Flags | bool) -> Columns:
    """Return the columns of sources: their spread as the company states it, else a lognormal of `sigma`, which is that
    of a publisher or of the rule.
    """
    spreads = [spread or Spread(LOGNORMAL, float(x), 1.0, "") for spread, x in zip(company, sigma, strict=True)]
    by = np.where([spread is not None for spread in company], "company", np.where(published, "publisher", ""))
    return {
        "distribution": np.array([s.distribution for s in spreads], dtype=object), "joint_spread": sigma * np.nan,
        "evidence": np.array([s.evidence for s in spreads], dtype=object), "by": by.astype(object), "stated": by != "",
        **{c: np.array([getattr(s, c) for s in spreads], dtype=np.float64) for c in ("spread", "centre")},
        **{c: rule[c] for c in ("of", "class", "effort", "after", "shared_over_years")}}


def spread_of(line: StatedUncertainty) -> Spread:
    """Return the distribution of a statement.

    lognormal: sigma = ln(1 + p) / 2; of scores ln(GSD2) / 2; of a range from l to h, as multiples of the figure,
    sigma = ln(h / l) / 4 around sqrt(l h). normal: p / 1.96. triangular, uniform: half width p.
    """
    if line.low_percent is not None and line.high_percent is not None:
        low, high = 1 + line.low_percent / 100, 1 + line.high_percent / 100
        return Spread(LOGNORMAL, float(np.log(high / low) / 4), float(np.sqrt(low * high)), line.evidence)
    if line.scores:
        gsd2 = gsd2_of_scores(line.scores, basic=float(line.basic or 1), best=int(line.best or 1))
        return Spread(LOGNORMAL, float(sigma_of_gsd2(gsd2)), 1.0, line.evidence)
    percent = float(line.percent or 0)
    if line.distribution == LOGNORMAL:
        return Spread(LOGNORMAL, float(sigma_of_gsd2(gsd2_of_percent(percent))), 1.0, line.evidence)
    half = percent / 100
    return Spread(line.distribution, half / Z95 if line.distribution == NORMAL else half, 1.0, line.evidence)
