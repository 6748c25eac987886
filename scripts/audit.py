"""Known vulnerabilities of what the lock pins, and a bill of materials of it.

    python scripts/audit.py [requirements.lock] [--bill build/sbom.cdx.json]

The advisories are asked for by pip-audit, which says "no known vulnerabilities" and exits 0 also where it could look up
none of the packages. Here a package that was not looked up is not a safe one: exit 0 where every pinned package was
judged and none is known to be vulnerable, 1 where one is, 2 where some could not be judged.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(?P<version>\S+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


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
    """Write the bill, ask, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lock", nargs="?", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--bill", type=Path, default=ROOT / "build" / "sbom.cdx.json")
    given = parser.parse_args()
    lock = given.lock.read_text(encoding="utf-8")
    given.bill.parent.mkdir(parents=True, exist_ok=True)
    given.bill.write_text(json.dumps(bill(lock), indent=1) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off",
               "--format", "json", "-r", str(given.lock)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if not asked.stdout.startswith("{"):
        print(f"pip-audit could not be asked:\n{asked.stderr.strip()[-500:]}")
        return 2
    code, told = judged(lock, json.loads(asked.stdout))
    print("\n".join([*told, f"Bill of materials: {given.bill.name} in {given.bill.parent.name}/"]))
    return code


if __name__ == "__main__":
    sys.exit(main())
