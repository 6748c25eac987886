"""An anchor outside the folder: one line with the identity of a set, for a commit, a ticket or a mail.

Whoever can write the project can write every file that names an identity; a line that left the project proves what the
set was on that day. A file of lines may be signed with the reviewer's own key by `ssh-keygen -Y`; no key is kept here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from carbon.core.errors import RunError, UsageError
from carbon.params.files.project import Project
from carbon.runs.publish import append_lines
from carbon.runs.publish.identity import MANIFEST, identity, short
from carbon.runs.publish.sets import SET, current_set, damage, whole_set

NAMESPACE = "carbon-seal"
"""Namespace of the signatures: one made for another purpose proves nothing here."""
SIGNATURE = ".sig"
_LINE = re.compile(r"carbon-seal 1 (?P<identity>[0-9a-f]{64}) (?P<company>[a-z0-9][a-z0-9-]{0,60})/(?P<year>\d{4}) "
                   r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<by>\S.*)")


@dataclass(frozen=True)
class Seal:
    """The identity of a company-year's set at a time, and who named it."""

    identity: str
    company: str
    year: int
    at: str
    by: str

    def line(self) -> str:
        """Return the line that anchors the set."""
        return f"carbon-seal 1 {self.identity} {self.company}/{self.year} {self.at} {self.by}"


def seal(project: Project, company: str, year: int, *, by: str, at: datetime | None = None) -> Seal:
    """Return the seal of the current set.

    Raises UsageError: No published set, or no name or several lines of one; RunError: The set is damaged.
    """
    folder = whole_set(project, company, year)
    if not by.strip() or not by.isprintable():
        raise UsageError("A seal needs the name of who seals, on one line", hint="--by NAME")
    stamp = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Seal(identity(folder), company, year, stamp, by.strip())


def write_seals(path: Path, seals: Iterable[Seal], *, key: Path | None = None) -> None:
    """Append seals to a file and, with a key, sign the whole file: <file>.sig.

    Raises UsageError: ssh-keygen is missing or refuses the key.
    """
    append_lines(path, [one.line() for one in seals])
    if key is not None:
        signature = path.with_name(path.name + SIGNATURE)
        signature.unlink(missing_ok=True)
        _ssh_keygen("sign", "-f", str(key), "-n", NAMESPACE, str(path), failed=f"{path} could not be signed")


def read_seals(path: Path) -> list[Seal]:
    """Return the seals in a file: whole lines, with other text around them left out.

    Raises UsageError: The file is missing or has no seal.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {type(error).__name__}", hint="name the file of seals") from error
    matches = [_LINE.fullmatch(line.strip()) for line in text.splitlines()]
    seals = [Seal(m["identity"], m["company"], int(m["year"]), m["at"], m["by"]) for m in matches if m]
    cut = [line for line, m in zip(text.splitlines(), matches, strict=True) if m is None and "carbon-seal" in line]
    if cut or not seals:
        raise UsageError(f"{path} has no whole seal{': ' + cut[0][:100] if cut else ''}",
                         hint="carbon seal COMPANY/YEAR writes the line; a mail may have broken it")
    return seals


def check_seals(project: Project, path: Path, *, signers: Path | None = None, signer: str = "") -> tuple[list[str],
                                                                                                         list[str]]:
    """Hold the sets of a project against the seals in a file.

    Returns (list of str, list of str): One line a seal and one for the signature; and those that do not hold.
    """
    lines, broken = [], []
    for one in read_seals(path):
        holds, text = _held(project, one)
        lines.append(text)
        broken += [] if holds else [text]
    signature_text, holds = _signature(path, signers, signer)
    return [*lines, signature_text], broken if holds else [*broken, signature_text]


def _held(project: Project, one: Seal) -> tuple[bool, str]:
    folder = project.processed(one.company, one.year)
    sets = [p for p in folder.glob(f"{SET}*") if (p / MANIFEST).is_file()]
    what = f"{one.company}/{one.year} sealed {one.at} by {one.by}: {short(one.identity)}"
    sealed_sets = [p for p in sets if identity(p) == one.identity]
    in_force = current_set(folder)
    if not sealed_sets:
        now = short(identity(in_force)) if in_force in sets and in_force else "no set"
        return False, f"{what} is not here; the current set is {now}"
    if damage(sealed_sets[0]):
        return False, f"{what} is damaged: {damage(sealed_sets[0])[0]}"
    return True, f"{what} is here, whole, and {'the current set' if sealed_sets[0] == in_force else 'superseded'}"


def _signature(path: Path, signers: Path | None, signer: str) -> tuple[str, bool]:
    signature = path.with_name(path.name + SIGNATURE)
    if not signature.is_file():
        return (f"{path.name} is not signed: it proves as much as the place you took it from", signers is None)
    if signers is None:
        return f"{signature.name} is not checked: name the keys you trust (--signers FILE --signer NAME)", True
    try:
        _ssh_keygen("verify", "-f", str(signers), "-I", signer, "-n", NAMESPACE, "-s", str(signature),
                    failed=f"{signature.name} is no signature of {signer} on {path.name}", stdin=path)
    except RunError as error:
        return str(error.what), False
    return f"{signature.name} is a signature of {signer} on {path.name}", True


def _ssh_keygen(verb: str, *words: str, failed: str, stdin: Path | None = None) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise UsageError("ssh-keygen is not installed, which makes and checks signatures", hint="install OpenSSH")
    finished = subprocess.run([program, "-Y", verb, *words], input=stdin.read_bytes() if stdin else b"", timeout=60,
                          capture_output=True, check=False)
    if finished.returncode:
        reason = finished.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RunError(f"{failed}: {reason[-1] if reason else finished.returncode}")
