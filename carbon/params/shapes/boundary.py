"""What happened to a site, entity, meter or file that came or went between two years: `boundary` of params."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from carbon.core.text import fold
from carbon.params.shapes.types import Model, Year

EVENT_OF = {"acquired": "acquisition", "divested": "divestment", "outsourced": "outsourcing"}
"""Word -> kind of the base-year event that it is."""
ONE_NAME = ("renamed", "part_of")
NOT_REPORTED = "not_reported"
OPENED_WORDS = ("opened", "acquired")
CAME_WORDS = (*OPENED_WORDS, NOT_REPORTED, *ONE_NAME)
GONE_WORDS = ("closed", "divested", "outsourced")
WENT_WORDS = (*GONE_WORDS, NOT_REPORTED, *ONE_NAME)
_Name = Annotated[str, Field(min_length=1, pattern=r"\S")]


class Answer(Model):
    """One site, entity, meter or file, the year that the change is listed in, and what happened in one word."""

    entity: _Name | None = None
    site: _Name | None = None
    file: _Name | None = None
    meter: _Name | None = None
    """A meter may have its `site` next to it."""
    year: Year
    word: Literal["opened", "closed", "acquired", "divested", "outsourced", "renamed", "part_of", "not_reported"]
    of: str = ""
    """The other name of what was renamed, or the name that holds what is part of it."""
    on: date | None = None
    """First day with, or without it; the first day of the reporting year where it is not given."""

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        names = [n for n in ("entity", "file", "meter", "site") if getattr(self, n) is not None]
        if names not in (["entity"], ["file"], ["meter"], ["site"], ["meter", "site"]):
            raise ValueError(f"an answer is about one site, entity, meter or file, not {names or 'nothing'}: write "
                             "{site: NAME, year: YEAR, word: WORD}")
        if (self.word in ONE_NAME) != bool(self.of.strip()):
            raise ValueError("`renamed` and `part_of` need the other name in `of`; other words have none")
        return self

    @property
    def level(self) -> str:
        """What is named: entity, site, file or meter."""
        return next(n for n in ("entity", "file", "meter", "site") if getattr(self, n) is not None)

    @property
    def name(self) -> str:
        """Its name as written."""
        return str(getattr(self, self.level))

    @property
    def title(self) -> str:
        """The entry in words: site Lyon (2025, opened)."""
        return f"{self.level} {self.name} ({self.year}, {self.word}{f' of {self.of}' if self.of else ''})"

    def is_about(self, level: str, name: str, site: str = "") -> bool:
        """Return whether it names this, whatever the case, accents and punctuation."""
        of_site = level != "meter" or self.site is None or fold(self.site) == fold(site)
        return self.level == level and of_site and fold(self.name) == fold(name)


def _once_each(answers: list[Answer]) -> list[Answer]:
    keys = [(a.level, fold(a.name), fold(a.site or ""), a.year) for a in answers]
    if twice := {key for key in keys if keys.count(key) > 1}:
        names = sorted(" ".join(map(str, key)) for key in twice)
        raise ValueError(f"boundary states {names} twice: keep one line each")
    return answers


Answers = Annotated[list[Answer], AfterValidator(_once_each)]
"""One answer for each name and year."""
