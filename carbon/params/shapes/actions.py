"""Actions of a company, params/<company>/actions.yml: what realises a lever of the adopted plan, and what it achieved.

State is never typed in: it follows from dates. Owners are roles or bodies; what is not known as one is never printed.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, model_validator

from carbon.core import packaged
from carbon.core.text import fold
from carbon.params.shapes.faults import Key, fault_at
from carbon.params.shapes.lever_life import NotNegative, Range, Select
from carbon.params.shapes.types import Currency, Model, Slug, Year
from carbon.params.shapes.uncertainty import PlusMinus

Words = Annotated[str, Field(min_length=3)]
Number = Annotated[float, Field(allow_inf_nan=False)]
WITHHELD = "owner {number}"
"""What is printed for an owner that is not known as a role or body: it may be a person's name."""


class Step(Model):
    """One step of an action: late from the day after `due` until it is done."""

    what: Words
    due: date
    begun: date | None = None
    done: date | None = None

    @model_validator(mode="after")
    def _order(self) -> Step:
        if self.begun and self.done and self.done < self.begun:
            raise ValueError(f"done {self.done} is before begun {self.begun}")
        return self


class Indicator(Model):
    """Progress in units, by year: cars delivered, buyers trained."""

    name: Words
    unit: str
    planned: dict[Year, Number] = Field(default_factory=dict)
    actual: dict[Year, Number] = Field(default_factory=dict)


class Spent(Model):
    """Money paid in a year, in money of that year."""

    capex: NotNegative = 0.0
    running: NotNegative = 0.0


class Stopped(Model):
    """An action that was given up."""

    on: date
    reason: Words


class Measured(Model):
    """What meters, counts or trips show: (before - after) x factor of the year.

    With `saves_per_unit` the quantity counts what was installed: (after - before) x saves_per_unit x factor.
    """

    what: Words
    unit: str
    """Of `before` and `after`."""
    before: NotNegative | dict[Year, NotNegative]
    """A year without the action; by year where it is adjusted for activity or weather."""
    after: Annotated[dict[Year, NotNegative], Field(min_length=1)]
    """Of the whole year, measured; units installed: their mean over the year."""
    uncertainty_pct: PlusMinus
    """+- % of each quantity, at 95 %."""
    where: Select | None = None
    """Rows of the inventory whose kg per unit is the factor of each year."""
    kg_per_unit: Number | None = None
    """In place of `where`: kg CO2e a unit, where the inventory of the year has no such row."""
    factor_pct: PlusMinus | None = None
    """+- % of kg_per_unit."""
    saves_per_unit: Range | None = None
    saves_unit: str = ""
    """Unit of what each installed unit saves a year, e.g. kWh."""
    evidence: Words

    @model_validator(mode="after")
    def _one_way(self) -> Measured:
        if (self.where is None) == (self.kg_per_unit is None):
            raise ValueError("give exactly one of where (the factor of the inventory), kg_per_unit")
        if (self.kg_per_unit is None) != (self.factor_pct is None):
            raise ValueError("kg_per_unit needs factor_pct, its +- % at 95 %; `where` has the inventory's own")
        if (self.saves_per_unit is None) != (not self.saves_unit):
            raise ValueError("saves_per_unit needs saves_unit, and the other way round")
        missing = [] if not isinstance(self.before, dict) else sorted(set(self.after) - set(self.before))
        if missing:
            raise ValueError(f"before has no value for {missing[0]}")
        return self

    def before_in(self, year: int) -> float:
        """Return the quantity without the action in a year."""
        return self.before[year] if isinstance(self.before, dict) else self.before


class Action(Model):
    """What is done to realise one lever."""

    label: dict[str, str]
    lever: Slug | None = None
    """Lever of the plan that it realises; without it the action is outside the plan."""
    owner: Annotated[str, Field(min_length=2)]
    """A role or body, never a person: fleet manager, works council."""
    in_service: date | None = None
    """Day from which it takes effect: early or late against the plan's start year."""
    stopped: Stopped | None = None
    steps: Annotated[list[Step], Field(min_length=1)]
    indicators: list[Indicator] = Field(default_factory=list)
    spent: dict[Year, Spent] = Field(default_factory=dict)
    measured: list[Measured] = Field(default_factory=list)
    resources: Words | None = None
    """What it takes besides the money of plan and `spent`, and where the money comes from: people, loan, grant."""
    remedy: Words | None = None
    """What it does, and with what result, for those whom a material impact has harmed."""

    def name(self, language: str) -> str:
        """Return its label in the reader's language, else the first one."""
        return self.label.get(language) or next(iter(self.label.values()), "")


class ActionFile(Model):
    """params/<company>/actions.yml."""

    as_of: date
    """Day on which the file was brought up to date: nothing later is known."""
    currency: Currency
    roles: list[str] = Field(default_factory=list)
    """Roles and bodies of the company that the packaged words do not cover; no person's name."""
    actions: Annotated[dict[Slug, Action], Field(min_length=1)]

    @model_validator(mode="after")
    def _known(self) -> ActionFile:
        levers: dict[str, str] = {}
        for id_, action in self.actions.items():
            for key, day in _days(action):
                if day > self.as_of:
                    raise fault_at(["actions", id_, *key], f"{day} is after as_of {self.as_of}; what is to come has no "
                                   "date but `due`")
            for keys in _years(action):
                if keys[-1] > self.as_of.year + 1:  # a reporting year bears the number of the year in which it ends
                    raise fault_at(["actions", id_, *keys], f"is after as_of {self.as_of}")
            if action.lever and action.lever in levers:
                raise fault_at(["actions", id_, "lever"], f"{action.lever} has the action {levers[action.lever]}; put "
                               "the steps, money and evidence of a lever into one action")
            levers |= {action.lever: id_} if action.lever else {}
        return self

    def owner(self, id_: str) -> str:
        """Return the owner of an action as printed: as written where each word is of a role or body, else a number."""
        unknown = self.withheld
        return WITHHELD.format(number=unknown.index(self.actions[id_].owner) + 1) if (
            self.actions[id_].owner in unknown) else self.actions[id_].owner

    @property
    def withheld(self) -> list[str]:
        """Owners that are not known as roles or bodies, in the order of the file."""
        own_roles = {fold(role) for role in self.roles}
        return list(dict.fromkeys(a.owner for a in self.actions.values()
                                  if fold(a.owner) not in own_roles and not _is_role(a.owner)))


def _is_role(owner: str) -> bool:
    words = set(re.findall(r"[^\W_]+", fold(owner)))
    return bool(words) and words <= role_words()


@lru_cache(maxsize=1)
def role_words() -> frozenset[str]:
    """Return the words that names of roles and bodies are made of, folded."""
    return frozenset(packaged.read_csv("carbon.core", "data/role_words.csv")["word"])


def _days(action: Action) -> list[tuple[Key, date]]:
    """Return the days of what has happened, each with its keys."""
    days: list[tuple[Key, Any]] = [(("in_service",), action.in_service),
                                   (("stopped", "on"), action.stopped and action.stopped.on)]
    days += [(("steps", i, k), getattr(s, k)) for i, s in enumerate(action.steps) for k in ("begun", "done")]
    return [(key, day) for key, day in days if day]


def _years(action: Action) -> list[tuple[Any, ...]]:
    """Return the keys that lead to each year of what has happened, the year last."""
    return [*(("spent", y) for y in action.spent),
            *(("measured", i, "after", y) for i, m in enumerate(action.measured) for y in m.after),
            *(("indicators", i, "actual", y) for i, x in enumerate(action.indicators) for y in x.actual)]
