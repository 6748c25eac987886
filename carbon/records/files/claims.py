"""One certificate counts once: the claims of all companies and years of a project, compared.

Two claims are of one certificate where their numbers overlap; without numbers on one side, where their ids are the
same. Between companies neither counts, since a cancellation statement names one beneficiary (a group and its entity
may both name that entity); within a company the earlier year keeps it. Rates of suppliers and residual mixes are
shared by nature: only their numbers are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from carbon.core.errors import CarbonError
from carbon.core.text import fold
from carbon.params.files.load import companies, load_company
from carbon.params.files.project import Project
from carbon.params.files.sources import mentions
from carbon.params.shapes.certificates import same_certificates
from carbon.params.shapes.company import CompanyParams
from carbon.params.shapes.instrument import Instrument
from carbon.records.kinds.messages import Warned

_WORD = b"instruments"
_SHARED = ("supplier_rate", "residual_mix")
Stated = Callable[[CompanyParams, int], list[tuple[str, Instrument]]]
"""Reads the instruments that a company's files of one year state, with the name of the file."""


@dataclass(frozen=True)
class Claim:
    """An instrument, who claims it, and the file that states it."""

    company: str
    place: str
    instrument: Instrument


def claimants(project: Project, company: str) -> list[str]:
    """Return the other companies whose params name instruments; none where the company's own do not.

    What the planner of runs hashes and what an inventory reads is the same list.
    """
    if not mentions(project, company, _WORD):
        return []
    return [c for c in companies(project) if c != company and mentions(project, c, _WORD)]


def years_of(project: Project, company: str, *, before: int | None = None) -> list[int]:
    """Return the years for which a company has a folder of records, sorted."""
    folder = project.raw(company, 0).parent
    years = [int(p.name) for p in folder.glob("[0-9]*") if p.is_dir() and p.name.isdigit()] if folder.is_dir() else []
    return sorted(y for y in years if before is None or y < before)


def claims_elsewhere(project: Project, company: str, stated_claims: Stated) -> tuple[list[Claim], list[Warned]]:
    """Return the claims of all other companies; a warning for each whose params or files cannot be read."""
    claims: list[Claim] = []
    unread: list[Warned] = []
    for other in claimants(project, company):
        place = project.name_of(project.params_file(other))
        try:
            params = load_company(project, other)
            claims += [*(Claim(other, place, it) for it in params.instruments), *(
                Claim(other, name, it) for at in years_of(project, other) for name, it in stated_claims(params, at))]
        except CarbonError as wrong:
            unread.append(Warned("claims_unread", f"the instruments of {other} cannot be read, so that a certificate "
                                 f"claimed by both is not seen: {wrong.what}"))
    return claims, unread


def is_same(a: Instrument, b: Instrument) -> bool:
    """Return whether two instruments are of one certificate or contract."""
    if a.certificate_numbers and b.certificate_numbers:
        return bool(same_certificates(a.certificate_numbers, a.registry, b.certificate_numbers, b.registry))
    return fold(a.id) == fold(b.id) and a.kind not in _SHARED and b.kind not in _SHARED


def marked(instruments: Sequence[Instrument], company: str, earlier: Sequence[Claim],
           elsewhere: Sequence[Claim]) -> list[Instrument]:
    """Return the instruments of a company-year, `also_claimed` where another claim is of the same certificates.

    `earlier`: Claims of the company's own files of earlier years: the same line in two years is one claim.
    `elsewhere`: Claims of other companies.
    """
    beneficiaries = {fold(it.cancelled_for) for it in instruments} - {""}
    claims = [*(c for c in elsewhere if fold(c.instrument.cancelled_for) not in beneficiaries),
              *(c for c in earlier if c.instrument not in instruments)]
    also: dict[int, str] = {}
    for at in sorted(range(len(instruments)), key=lambda i: (instruments[i].start, i)):
        it = instruments[at]
        twice = next((c for c in claims if is_same(it, c.instrument) and not c.instrument.also_claimed), None)
        if twice is not None:
            also[at] = f"{twice.company} ({twice.instrument.id} in {twice.place})"
        elif it.certificate_numbers:
            claims.append(Claim(company, "the same year", it))
    return [it.model_copy(update={"also_claimed": also[i]}) if i in also else it for i, it in enumerate(instruments)]


def claim_files(project: Project, company: str, files: Callable[[CompanyParams, int], list[Path]]) -> list[Path]:
    """List the files of other companies that an inventory with instruments depends on: params and record files."""
    listed = []
    for other in claimants(project, company):
        listed.append(project.params_file(other))
        try:
            params = load_company(project, other)
            listed += [path for year in years_of(project, other) for path in files(params, year)]
        except CarbonError:
            continue  # the inventory warns of it
    return listed
