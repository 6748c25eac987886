"""A source profile: how the exports of one software are read, and where their headings are documented."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, model_validator

from carbon.params.shapes.files import FilePattern
from carbon.params.shapes.types import Model, Slug

_OF_THE_ENTRY = frozenset({"pattern", "kind", "source", "recognised_by", "not_with", "control_total", "control_rows"})


class Documented(Model):
    """A public place that gives headings of the export word for word."""

    where: str
    """Address of a page, or repository and path."""
    read: date
    headings: Annotated[list[str], Field(min_length=1)]


class SourceProfile(Model):
    """carbon/params/data/sources/<name>.yml, or params/shared/sources/<name>.yml of a project."""

    name: Slug
    version: Annotated[int, Field(ge=1)]
    """Raised by one whenever `reads` or `recognised_by` changes; another layout of the export is another profile."""
    software: str
    export: str
    """Which export of the software, in its own words."""
    kind: str
    documented: Annotated[list[Documented], Field(min_length=1)]
    recognised_by: Annotated[list[str], Field(min_length=2)]
    """Headings that are in every such file, and together in the files of no other source."""
    not_with: list[str] = []
    """Headings that are in no such file, but in those of another source with the same headings."""
    reads: dict[str, Any] = {}
    """Keys of an entry of `files`."""
    statements: list[str] = []
    """What the export is known to be that its cells do not state, with the reason."""
    asks: list[str] = []
    """Keys of an entry that the company must add, such as the site of a meter."""

    @model_validator(mode="after")
    def _is_sound(self) -> SourceProfile:
        misplaced = sorted(_OF_THE_ENTRY & set(self.reads))
        if misplaced:
            raise ValueError(f"`reads` cannot give `{misplaced[0]}`: that is for the entry of `files`")
        FilePattern.model_validate({"pattern": "*", "kind": self.kind, **self.reads})
        documented = {h for place in self.documented for h in place.headings}
        undocumented = sorted({*self.recognised_by, *self.not_with} - documented)
        if undocumented:
            raise ValueError(f"no place of `documented` gives the heading {undocumented[0]!r}")
        return self
