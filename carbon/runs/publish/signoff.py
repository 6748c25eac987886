"""Sign-off: what a reviewer accepted or questioned, figure by figure, in the company's append-only ledger.

A report accepted as a whole is signed: its set is never removed, and its year is not run again until it is reopened
with a reason. A signature names the identity of what was signed; a report is accepted after a review of that identity.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from carbon.core.errors import ParamsError, UsageError
from carbon.core.text import instead
from carbon.params.files.project import Project
from carbon.runs.publish import append_lines, write_atomic
from carbon.runs.publish.durable import PRIVATE
from carbon.runs.publish.identity import identity, short
from carbon.runs.publish.sets import SIGNED, read_manifest, whole_set

SIGNATURES = "signatures.jsonl"
REVIEWS = "reviews"
"""Folder of the sheets of `carbon review` in a company's ledger."""
AUDITS = "audits"
"""Folder of an assurer's samples, next to the reviews."""
SAME = "same"
"""Verdict of a review without a finding."""
WHOLE = "report"
"""The `figure` of a signature on the whole report."""
ACCEPTED, QUESTIONED, REOPENED = "accepted", "questioned", "reopened"
STATES = (ACCEPTED, QUESTIONED, REOPENED)


@dataclass(frozen=True)
class Signature:
    """One line of the ledger."""

    year: int
    set: str
    figure: str
    state: str
    by: str
    note: str
    at: str
    identity: str = ""
    """Identity of the set; "" in a signature of an earlier release."""

    def is_of(self, set_name: str, sha256: str) -> bool:
        """Return whether the set of this name and identity is what was signed."""
        return self.set == set_name and self.identity in ("", sha256)


def signatures(project: Project, company: str, year: int) -> list[Signature]:
    """Return all signatures on a company-year, oldest first.

    Raises ParamsError: A line of the ledger cannot be read: no signature is skipped.
    """
    path = project.ledger(company) / SIGNATURES
    if not path.exists():
        return []
    all_signatures = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            all_signatures.append(Signature(**json.loads(line.decode("utf-8"))))
        except (ValueError, TypeError) as error:
            raise ParamsError(f"{project.name_of(path)}:{number} is not a signature",
                              hint="the ledger is append-only: restore it from version control") from error
    return [signature for signature in all_signatures if signature.year == year]


def in_force(project: Project, company: str, year: int) -> Signature | None:
    """Return the signature that locks a company-year, or None."""
    report_signatures = [s for s in signatures(project, company, year) if s.figure == WHOLE]
    return report_signatures[-1] if report_signatures and report_signatures[-1].state == ACCEPTED else None


def reviewed(project: Project, company: str, year: int) -> set[str]:
    """Return the identities of the sets that a review found the same; a sheet that cannot be read does not count."""
    identities = set()
    for path in (project.ledger(company) / REVIEWS).glob(f"{year}-*.json"):
        try:
            sheet = json.loads(path.read_bytes())
            if sheet["verdict"] == SAME:
                identities.add(str(sheet["identity"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return identities


def sign(project: Project, company: str, year: int, *, figure: str = WHOLE, state: str, by: str,
         note: str) -> Signature:
    """Append a signature on the current set.

    Raises UsageError: No set, an unknown figure or state, no name or note, or a report that is accepted without a
    review of this very set that found it the same; RunError: The set is damaged.
    """
    folder = whole_set(project, company, year)
    figures = {name.split("/", 2)[2] for name in read_manifest(folder)["figures"]} | {WHOLE}
    if figure not in figures:
        raise UsageError(f"{figure!r} is not a figure of {company}/{year}", hint=instead(figure, sorted(figures)))
    if state not in STATES:
        raise UsageError(f"{state!r} is not a state of a signature", hint=instead(state, STATES))
    if not by.strip() or not note.strip():
        raise UsageError("A signature needs a state, a name and a note", hint=f"states: {', '.join(STATES)}")
    sha256 = identity(folder)
    if (figure, state) == (WHOLE, ACCEPTED) and sha256 not in reviewed(project, company, year):
        raise UsageError(f"No review found {company}/{year} of identity {short(sha256)} the same",
                         hint=f"carbon review {company}/{year}, read its sheet, then sign; or sign it as {QUESTIONED}")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    signature = Signature(year, folder.name, figure, state, by, note, at, sha256)
    path = project.ledger(company) / SIGNATURES
    path.parent.mkdir(parents=True, exist_ok=True)
    append_lines(path, [json.dumps(asdict(signature), ensure_ascii=False)], mode=PRIVATE)
    if figure == WHOLE and state == ACCEPTED:
        write_atomic(folder / SIGNED, json.dumps(asdict(signature), indent=1, ensure_ascii=False).encode() + b"\n")
    return signature
