"""What counts where two records of a company speak of the same thing: `counted_twice` of params."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from carbon.params.shapes.types import Model

BOTH = "both"
_BY_MONEY = ("physical", "money")
SIDES = {**dict.fromkeys(("freight", "travel", "equipment", "energy", "water", "waste"), _BY_MONEY),
         "litres_km": ("litres", "km"), "same_energy": ("first", "second"), "vat": ("net", "tax"),
         "sites": ("whole", "parts"), "files": ("whole", "parts")}
"""Kind of pair -> its two sides."""


class CountedTwice(Model):
    """Which side of a kind of pair counts: the other is set aside in the ledger; `both` states that they differ."""

    pair: Literal["freight", "travel", "equipment", "energy", "water", "waste", "litres_km", "same_energy", "vat",
                  "sites", "files"]
    keep: Literal["physical", "money", "litres", "km", "first", "second", "net", "tax", "whole", "parts", "both"]
    reason: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_of_its_sides(self) -> CountedTwice:
        if self.keep not in (*SIDES[self.pair], BOTH):
            raise ValueError(f"keep {self.keep!r} is no side of {self.pair!r}: write "
                             f"{', '.join(SIDES[self.pair])} or {BOTH}")
        return self


def _once_each(policies: list[CountedTwice]) -> list[CountedTwice]:
    pairs = [policy.pair for policy in policies]
    if twice := {pair for pair in pairs if pairs.count(pair) > 1}:
        raise ValueError(f"counted_twice states {sorted(twice)} twice: keep one line a pair")
    return policies


Policies = Annotated[list[CountedTwice], AfterValidator(_once_each)]
"""One policy a kind of pair."""
