"""What the lock pins: pins, hashes, age and licences, known vulnerabilities, and a bill of materials.

    python scripts/advisories.py [requirements.lock] [--asker .venv-advisories/bin/python] [--bill build/sbom.cdx.json]

Pins, hashes, age and the licences of what is installed here are judged offline. Advisories are asked for by pip-audit,
which says "no known vulnerabilities" and exits 0 also where it could look up none of the packages. Here a package that
was not looked up is not a safe one: exit 0 where every pinned package was judged and nothing is wrong, 1 where
something is, 2 where some could not be judged.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(?P<version>\S+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
COMPILED = re.compile(r"^# compiled on (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
OLDEST_DAYS = 180
"""Age from which a lock misses two releases a year of most of what it pins."""
PERMISSIVE = re.compile(r"\b(MIT(-0|-CMU)?|(0|[23]-clause )?BSD|Apache|ISC|ISCL|PSF|Python Software Foundation|MPL|"
                        r"Mozilla Public|CC0|Zlib|HPND|Unlicense)\b", re.IGNORECASE)
COPYLEFT = re.compile(r"\b[AL]?GPL|affero|general public|SSPL|\bNC\b", re.IGNORECASE)
READ_BY_HAND = {"docutils": "GPL: an editor mode that is in no wheel; the code is public domain and BSD"}
"""Packages whose metadata name a licence that what is installed is not under, and what their licence files state."""


def pinned(lock: str) -> list[tuple[str, str, list[str]]]:
    """(name, version, sha256 of each of its files) of every package that the text of a lock pins, in its order."""
    found: list[tuple[str, str, list[str]]] = []
    for line in lock.splitlines():
        if pin := PIN.match(line):
            found.append((pin["name"], pin["version"], []))
        if found:
            found[-1][2].extend(HASH.findall(line))
    return found


def bill(lock: str) -> dict[str, Any]:
    """Bill of materials in CycloneDX 1.6; the same lock gives the same bytes."""
    components = [{"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name}@{version}",
                   "properties": [{"name": "lock:sha256", "value": h} for h in hashes]}
                  for name, version, hashes in pinned(lock)]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}


def offline(lock: str, licences: Mapping[str, str], today: date) -> tuple[list[str], list[str]]:
    """Faults of a lock, and what could not be judged, without asking anybody.

    A pin without a hash, a lock older than `OLDEST_DAYS`, a licence that is not
    permissive; `licences` are those of the packages that are installed here.
    """
    pins = pinned(lock)
    required = [line for line in lock.splitlines() if line and line[0] not in " #"]
    faults = [f"{line.split()[0]}: not pinned to a version" for line in required if not PIN.match(line)]
    faults += [f"{name} {version}: no hash" for name, version, hashes in pins if not hashes]
    compiled = COMPILED.search(lock)
    days = (today - date.fromisoformat(compiled[1])).days if compiled else None
    if days is not None and not 0 <= days <= OLDEST_DAYS:
        faults.append(f"compiled {days} days ago: compile it again (make lock)")
    stated = {name: licences.get(name.lower().replace("_", "-").replace(".", "-"), "") for name, _, _ in pins}
    faults += [f"{name}: licence {text}, which is not permissive" for name, text in stated.items()
               if text and name not in READ_BY_HAND and (COPYLEFT.search(text) or not PERMISSIVE.search(text))]
    unknown = sorted(name for name, text in stated.items() if not text)
    open_points = ["the lock does not state when it was compiled"] if days is None else []
    if unknown:
        open_points.append(f"licence of {len(unknown)} of {len(stated)} packages, which are not installed here or "
                           f"state none: {', '.join(unknown[:8])}{' ...' if len(unknown) > 8 else ''}")
    return faults, open_points


def installed_licences() -> dict[str, str]:
    """Licence of each package of this environment: its metadata, else the first lines of its licence file."""
    found = {}
    for package in metadata.distributions():
        words = package.metadata
        classifiers = [c.rsplit(" :: ", 1)[-1] for c in words.get_all("Classifier") or [] if c.startswith("License ::")]
        free_text = (words.get("License") or "").split("\n")[0]
        text = words.get("License-Expression") or "; ".join(classifiers) or free_text
        if not text:
            files = [f for f in package.files or [] if "licen" in f.name.lower()]
            text = " ".join(files[0].read_text().split())[:60] if files else ""
        found[package.name.lower().replace("_", "-").replace(".", "-")] = text
    return found


def judged(lock: str, report: dict[str, Any]) -> tuple[int, list[str]]:
    """Exit code and lines to print, from a lock and pip-audit's JSON of it."""
    looked_up = {d["name"]: d["vulns"] for d in report["dependencies"] if "skip_reason" not in d}
    bad = [f"{name} {version}: {', '.join(v['id'] for v in looked_up[name])}; fixed in "
           f"{', '.join(sorted({f for v in looked_up[name] for f in v['fix_versions']})) or 'no version yet'}"
           for name, version, _ in pinned(lock) if looked_up.get(name)]
    unknown = [name for name, _, _ in pinned(lock) if name not in looked_up]
    told = [f"{len(pinned(lock))} packages, {len(bad)} with known vulnerabilities, {len(unknown)} not looked up", *bad]
    if unknown:
        told.append(f"Not judged, as no advisories could be read: {', '.join(unknown[:5])}"
                    f"{' ...' if len(unknown) > 5 else ''}. Run it where the package index can be reached.")
    return (1 if bad else 2 if unknown else 0), told


def main() -> int:
    """Judge what can be judged offline, write the bill, ask for advisories, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lock", nargs="?", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--asker", default=sys.executable, help="a Python that has pip-audit")
    parser.add_argument("--bill", type=Path, default=ROOT / "build" / "sbom.cdx.json")
    given = parser.parse_args()
    lock = given.lock.read_text(encoding="utf-8")
    given.bill.parent.mkdir(parents=True, exist_ok=True)
    given.bill.write_text(json.dumps(bill(lock), indent=1) + "\n", encoding="utf-8")
    faults, open_points = offline(lock, installed_licences(), date.today())
    print("\n".join([f"{given.lock.name}: pins, hashes, age and licences: {len(faults)} faults", *faults,
                     *(f"Not judged: {point}" for point in open_points)]))
    command = [given.asker, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off",
               "--format", "json", "-r", str(given.lock)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if not asked.stdout.startswith("{"):
        print(f"Not judged: known vulnerabilities; pip-audit could not be asked:\n{asked.stderr.strip()[-500:]}")
        return 1 if faults else 2
    code, told = judged(lock, json.loads(asked.stdout))
    print("\n".join([*told, f"Bill of materials: {given.bill.name} in {given.bill.parent.name}/"]))
    return 1 if faults else code or 2 * bool(open_points)


if __name__ == "__main__":
    sys.exit(main())
