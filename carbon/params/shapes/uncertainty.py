"""What a company states of the uncertainty of its own data: one line of params/<company>/uncertainty.csv."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from carbon.params.shapes.types import Model

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?\s*%?")
SCORES = ("reliability", "completeness", "temporal", "geographic", "technical")


def _percent(value: Any) -> Any:
    """Return a percentage as a number: 15, "15" or "15 %"; below 1 only with its sign, as 0.15 is how 15 % is stored.

    Raises ValueError: No number, or one that may be a share.
    """
    text = str(value).strip()
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no number: write 15 or 12.5 for +- 15 or 12.5 %")
    number = float(text.removesuffix("%"))
    if 0 < abs(number) < 1 and not text.endswith("%"):
        raise ValueError(f"{text} may be {100 * number:g} %, or less than one: write {100 * number:g}, or '{text} %' "
                         "where that is meant")
    return number


def _whole(value: Any) -> Any:
    """Return a whole number that a table has as a string."""
    return int(value) if isinstance(value, str) and value.strip() in tuple("12345") else value


Percent = Annotated[float, BeforeValidator(_percent)]
PlusMinus = Annotated[Percent, Field(ge=0, le=1000)]
"""+- % at 95 %."""
Score = Annotated[Literal[1, 2, 3, 4, 5], BeforeValidator(_whole)]


class StatedUncertainty(Model):
    """The uncertainty of a factor, a supplier's or a meter's quantities, a survey, an activity or a class of factors.

    Of a supplier: of the whole figure of its rows, in place of factor, quantity and all else they depend on.

    One of: `percent` (+- % at 95 %); `low_percent` and `high_percent` (95 % of the truth lies between, as percent of
    the figure: -10 and 30); the five scores with `basic` and `best`; or, for a class of factors, `correlation` alone.
    `percent` of a triangular or uniform distribution is its half width: nothing lies beyond.
    """

    of: Literal["factor", "supplier", "meter", "survey", "activity", "class"]
    id: str = Field(min_length=1)
    """factor_id or element_id; name of the supplier, meter or surveyed group; activity; class of the defaults."""
    percent: PlusMinus | None = None
    low_percent: Percent | None = Field(default=None, gt=-100, le=0)
    high_percent: Percent | None = Field(default=None, ge=0, le=10_000)
    reliability: Score | None = None
    completeness: Score | None = None
    temporal: Score | None = None
    geographic: Score | None = None
    technical: Score | None = None
    basic: float | None = Field(default=None, ge=1, le=100)
    best: Annotated[Literal[1, 5], BeforeValidator(_whole)] | None = None
    distribution: Literal["lognormal", "normal", "triangular", "uniform"] = "lognormal"
    correlation: float | None = Field(default=None, ge=0, le=1)
    evidence: str = Field(min_length=1)

    @property
    def scores(self) -> dict[str, int]:
        """The scores that are given."""
        return {c: int(getattr(self, c)) for c in SCORES if getattr(self, c) is not None}

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        has_range = self.low_percent is not None or self.high_percent is not None
        forms = [self.percent is not None, has_range, bool(self.scores), self.correlation is not None]
        if sum(forms) != 1:
            raise ValueError("give one of percent, low_percent with high_percent, the five scores, or correlation")
        if has_range and (self.low_percent is None or self.high_percent is None):
            raise ValueError("a range has two ends: low_percent and high_percent")
        if self.scores and (len(self.scores) < len(SCORES) or self.basic is None or self.best is None):
            raise ValueError(f"scores need all of {', '.join(SCORES)}, `basic` (1 for none) and `best` (1 or 5)")
        if (self.correlation is not None) != (self.of == "class"):
            raise ValueError("correlation is stated of a class, and nothing else is")
        if self.percent is None and self.distribution != "lognormal":
            raise ValueError(f"distribution {self.distribution} needs percent")
        if self.distribution in ("triangular", "uniform") and (self.percent or 0) > 100:
            raise ValueError(f"distribution {self.distribution} with more than 100 %: the figure would be negative")
        return self
