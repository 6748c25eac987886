"""What a company has committed itself to: params/<company>/commitments.yml. Verdicts are computed, never written."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from carbon.params.shapes.indicators import FormulaId
from carbon.params.shapes.types import Model

Kind = Literal["mission", "perma", "label_nr", "rgesn_2024", "charter", "other"]
"""A raison d'être with its objectives, the three perma principles, a label, RGESN 2024, the company's own charter."""
Months = Annotated[int, Field(gt=0, le=120)]
Texts = dict[Literal["en", "fr"], Annotated[str, Field(min_length=1)]]


class Reviewer(Model):
    """A committee or an independent verifier: who looks, how often, what it last wrote and where that is."""

    name: Annotated[str, Field(min_length=1)]
    """A body or a firm; no person."""
    every_months: Months
    last_on: date | None = None
    opinion: str = ""
    evidence: str = ""

    @model_validator(mode="after")
    def _proved(self) -> Reviewer:
        if self.opinion and not (self.last_on and self.evidence):
            raise ValueError("an opinion needs its day (last_on) and where it is kept (evidence)")
        return self


class Objective(Model):
    """One objective, principle or article, in the words that were adopted."""

    id: FormulaId
    text: Texts
    body: str = ""
    """Responsible body; that of the commitment where it is the same."""
    indicators: list[str] = []
    criteria: str = ""
    """A framework of the table `criteria`, where the objective is to meet its list."""
    criteria_number: Annotated[int, Field(gt=0)] | None = None
    """How many criteria its published list has, where the packaged table of frameworks does not state it."""
    evidence: list[str] = []
    due: date | None = None
    reviewed_on: date | None = None


class Commitment(Model):
    """One commitment with its text, its objectives and those who look after it."""

    id: FormulaId
    kind: Kind
    title: Texts
    text: Texts
    adopted_on: date
    valid_until: date | None = None
    body: Annotated[str, Field(min_length=1)]
    review_months: Months
    """How often the body reviews each objective."""
    evidence: list[str] = []
    committee: Reviewer | None = None
    verifier: Reviewer | None = None
    objectives: Annotated[list[Objective], Field(min_length=1)]

    @model_validator(mode="after")
    def _of_its_kind(self) -> Commitment:
        names = [objective.id for objective in self.objectives]
        if len(set(names)) < len(names):
            raise ValueError("two objectives have one id")
        if self.kind == "mission" and (self.committee is None or self.verifier is None):
            raise ValueError("a mission has a `committee` and an independent `verifier`: name both bodies")
        if self.kind == "perma" and len(self.objectives) != 3:
            raise ValueError("the perma principles are three: one objective each")
        if self.valid_until is not None and self.valid_until <= self.adopted_on:
            raise ValueError("valid_until is not after adopted_on")
        return self


class Commitments(Model):
    """params/<company>/commitments.yml."""

    commitments: list[Commitment]

    @model_validator(mode="after")
    def _ids(self) -> Commitments:
        names = [commitment.id for commitment in self.commitments]
        if len(set(names)) < len(names):
            raise ValueError("two commitments have one id")
        return self
