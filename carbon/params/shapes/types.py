"""Types of parameters: names, shares, years, flags, and the strict base of every model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from carbon.core.countries import codes
from carbon.core.display import Displayed
from carbon.core.errors import UsageError


def _iso_country(code: str) -> str:
    if code not in codes():
        raise ValueError(f"{code!r} is no country: write its two letters of ISO 3166-1, e.g. FR")
    return code


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$"), AfterValidator(_iso_country)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Year = Annotated[int, Field(ge=1990, le=2100)]
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
"""Names that no folder can have on Windows."""


RESERVED = {"runs": "params/runs.yml is the schedule", "shared": "params/shared/ belongs to all companies",
            "null": "YAML reads it as no name"}
"""Names whose params another thing has."""
SLUG = r"[a-z0-9][a-z0-9-]{0,60}"


def _portable(name: str) -> str:
    if name in DEVICES:
        raise ValueError(f"{name!r} is the name of a device on Windows: no folder can be called so")
    return name


def company_fault(name: str) -> str:
    """Return why a company cannot have this name in folders and params; "" where it can."""
    if not re.fullmatch(SLUG, name):
        return "small letters, digits and hyphens, at most 61"
    if name in DEVICES:
        return "the name of a device on Windows: no folder can be called so"
    return RESERVED.get(name, "")


def _free(name: str) -> str:
    if fault := company_fault(name):
        raise ValueError(f"{name!r} is no name of a company: {fault}")
    return name


Slug = Annotated[str, Field(pattern=f"^{SLUG}$"), AfterValidator(_portable)]
CompanyName = Annotated[str, Field(pattern=f"^{SLUG}$"), AfterValidator(_free)]


def _strict_flag(value: object) -> object:
    """Convert true and false to flags; YAML's yes, no, on and off stay strings."""
    return {"true": True, "false": False}.get(str(value), value) if isinstance(value, str) else value


Flag = Annotated[bool, Field(strict=True), BeforeValidator(_strict_flag)]


def _mean_of(years: tuple[int, ...]) -> tuple[int, ...]:
    if len(years) == 1 or list(years) != sorted(set(years)):
        raise ValueError("a mean base is two or more different years, the earliest first, e.g. [2018, 2019, 2020]")
    return years


MeanBase = Annotated[tuple[Year, ...], AfterValidator(_mean_of)]


def _refused(*_: object, **__: object) -> NoReturn:
    raise UsageError("parameters that were loaded do not change",
                     hint="change the file in params and load it again, or take a copy: dict(...), list(...)")


class _Locked:
    """A mapping or list that raises a UsageError where it would be changed."""

    __setitem__ = __delitem__ = __ior__ = __iadd__ = __imul__ = _refused
    append = clear = extend = insert = pop = popitem = remove = reverse = setdefault = sort = update = _refused

    def __reduce__(self) -> tuple[type, tuple[object]]:
        return type(self), (self.copy(),)  # type: ignore[attr-defined]  # of the mapping or list


class _LockedDict(_Locked, dict[Any, Any]):
    pass


class _LockedList(_Locked, list[Any]):
    pass


def _locked(value: Any) -> Any:
    if isinstance(value, dict):
        return _LockedDict({key: _locked(item) for key, item in value.items()})
    return _LockedList(map(_locked, value)) if isinstance(value, list) else value


class Model(Displayed, BaseModel):
    """Base: unknown keys raise an error, nothing changes after loading, nor do mappings and lists in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    def model_post_init(self, _: Any, /) -> None:
        """Lock mappings and lists."""
        vars(self).update({
            name: _locked(value) for name, value in vars(self).items() if isinstance(value, dict | list)})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed, which are locked too."""
        copied = super().model_copy(update=update, deep=deep)
        copied.model_post_init(None)
        return copied
