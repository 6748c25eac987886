"""What a release lists: its tables of factors, and the shared tables that its figures are calculated with.

Each entry of data/releases.yml has the sha256 of the file. A shared table (`shared`) is one that several releases read:
shares lost on the grid, what a kWh of a grid factor is. `pinned` is the day on which a release that was cut before took
it over. A later edition of such a table is a file of its own, listed by a later release. `renamed` corrects names of
activities in tables taken over from a release that was cut; `composed` gives blends in them their composition, with
which their CO2e follows the GWP set of an inventory.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from carbon.core import packaged
from carbon.core.errors import TableError, UsageError
from carbon.core.text import instead

PACKAGE = "carbon.factors"
OPEN, CUT = "open", "cut"


@cache
def releases_listed() -> dict[str, Any]:
    """Read the entries of data/releases.yml by release name: status, tables, shared."""
    return dict(packaged.read_yaml(PACKAGE, "data/releases.yml"))


def entry_of(release: str) -> dict[str, Any]:
    """Return the entry of one release.

    Raises UsageError: Unknown release.
    """
    entries = releases_listed()
    if release not in entries:
        raise UsageError(f"No factor release {release!r}", hint=instead(release, sorted(entries)))
    return dict(entries[release])


def newest_of(releases: Mapping[str, Any]) -> str:
    """Return the newest cut release of some; while none is cut, the newest."""
    cut_names = [name for name, entry in releases.items() if entry["status"] == CUT]
    return max(cut_names or releases)


def intact(release: str, file: str, cut_sha256: str) -> bytes:
    """Return the bytes of a file of a release; without a hash (an open release) they are not compared.

    Raises TableError: A file of a cut release has other bytes than it was cut with.
    """
    content = packaged.read_bytes(PACKAGE, f"data/{file}")
    if cut_sha256 and sha256(content).hexdigest() != cut_sha256:
        raise TableError(f"Release {release} was cut, but data/{file} has changed",
                         hint="reinstall the package; a change belongs in a new release")
    return content


@cache
def renamed_activities() -> dict[str, str]:
    """Return, for each name of an activity that a later release corrected, what it named and its name now, in words.

    `renamed` of a release: element_id -> `was`, the name in the tables of the releases before, and `is`.
    """
    return {names["was"]: f"{element}, which had this name before release {release}, is {names['is']}"
            for release, entry in sorted(releases_listed().items())
            for element, names in entry.get("renamed", {}).items()}


@cache
def shared_table(release: str, name: str) -> tuple[str, bytes]:
    """Return file and bytes of a shared table of a release, e.g. "grid_losses".

    A library made by hand is of no packaged release and reads the tables of the newest.

    Raises TableError: The release lists no such table, or a cut one has other bytes.
    """
    entries = releases_listed()
    entry = entries.get(release) or entries[newest_of(entries)]
    listing = entry.get("shared", {}).get(name)
    if listing is None:
        raise TableError(f"Release {release} lists no table {name}", hint="add it to `shared` in data/releases.yml")
    return listing["file"], intact(release, listing["file"], listing["sha256"] if entry["status"] == CUT else "")
