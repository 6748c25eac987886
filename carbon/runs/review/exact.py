"""The bytes of a published set against those of a second run by the same code and packages.

Whatever no comparison by meaning has named is named here: markup, scripts, comments, metadata, parts of a workbook that
are no cells. Numbers may differ by rounding, as another processor gives them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from carbon.runs.publish.identity import MANIFEST
from carbon.runs.publish.parquet import read_arrow
from carbon.runs.publish.row_hashes import ROW_HASHES
from carbon.runs.publish.sets import NOTEBOOK, read_manifest
from carbon.runs.review.meaning import Finding, same_text, same_value

_PIECES = re.compile(r"\n|(?=<)")
_ABSENT = "(absent)"


def byte_findings(in_force: Path, now: Path, compared_files: set[str]) -> list[Finding]:
    """List the first difference of each file not among `compared_files`, and files that only one of them has."""
    stored, remade = read_manifest(in_force)["outputs"], read_manifest(now)["outputs"]
    findings = [Finding(name, "", str(name in stored), str(name in remade), "file of the set")
                for name in sorted(stored.keys() ^ remade.keys())]
    unlike = [name for name in sorted(stored.keys() & remade.keys()) if stored[name] != remade[name]]
    for name in unlike:
        # Hashes of rows differ by rounding too: they count where all else is equal.
        if name not in compared_files and (name != ROW_HASHES or unlike == [ROW_HASHES]):
            findings += first_difference(name, in_force / name, now / name)
    return findings


def manifest_findings(in_force: Path, now: Path) -> list[Finding]:
    """List what a manifest states of its set that a second run does not give: summary, settings, states, trend."""
    one, two = ({name: value for name, value in read_manifest(folder).items()
                 if name not in ("outputs", "dependencies", "digest", "figures")} for folder in (in_force, now))
    return [Finding(f"{MANIFEST} {place}", "", a, b, "manifest") for place, a, b in _json_differences(one, two, "")]


def first_difference(name: str, stored: Path, now: Path) -> list[Finding]:
    """Return the first difference of a file beyond rounding, as a list of at most one."""
    differences = {".parquet": _of_tables, ".xlsx": _of_workbooks}.get(stored.suffix, _of_texts)
    if name == NOTEBOOK:
        differences = _of_json
    try:
        first = next(differences(stored, now), None)
    except (OSError, ValueError, KeyError, RecursionError) as error:
        return [Finding(name, "", "", f"{type(error).__name__}: {error}", "unreadable")]
    return [Finding(f"{name} {first[0]}".strip(), "", first[1][:200], first[2][:200], "bytes")] if first else []


def _of_texts(stored: Path, now: Path) -> Iterator[tuple[str, str, str]]:
    yield from _unlike_pieces(stored.read_bytes(), now.read_bytes())


def _unlike_pieces(stored: bytes, now: bytes) -> Iterator[tuple[str, str, str]]:
    one, two = (_PIECES.split(data.decode("utf-8", "replace")) for data in (stored, now))
    for number, (a, b) in enumerate(zip_longest(one, two, fillvalue=_ABSENT), start=1):
        if not same_text(a, b):
            yield f"piece {number}", a, b


def _of_json(stored: Path, now: Path) -> Iterator[tuple[str, str, str]]:
    one, two = json.loads(stored.read_bytes()), json.loads(now.read_bytes())
    yield from _json_differences(one, two, "")
    if one == two:  # a key twice, which readers take differently, or another form of the same content
        yield "", f"{stored.stat().st_size} bytes", f"{now.stat().st_size} bytes for the same content"


def _json_differences(one: Any, two: Any, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(one, dict) and isinstance(two, dict):
        for name in sorted(one.keys() | two.keys()):
            yield from _json_differences(one.get(name, _ABSENT), two.get(name, _ABSENT), f"{place}/{name}".lstrip("/"))
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for number, (a, b) in enumerate(zip(one, two, strict=True), start=1):
            yield from _json_differences(a, b, f"{place}/{number}".lstrip("/"))
    elif not (same_text(one, two) if isinstance(one, str) and isinstance(two, str) else
              type(one) is type(two) and same_value(one, two)):
        yield place, str(one)[:200], str(two)[:200]


def _of_tables(stored: Path, now: Path) -> Iterator[tuple[str, str, str]]:
    one, two = read_arrow(stored), read_arrow(now)
    if not one.schema.equals(two.schema, check_metadata=True):
        yield "schema", str(one.schema.metadata), str(two.schema.metadata)
    elif one.equals(two):
        yield "", f"{stored.stat().st_size} bytes", f"{now.stat().st_size} bytes for the same rows"


def _of_workbooks(stored: Path, now: Path) -> Iterator[tuple[str, str, str]]:
    with ZipFile(stored) as one, ZipFile(now) as two:
        stored_names, names = sorted(one.namelist()), sorted(two.namelist())
        if stored_names != names:
            yield "parts", ", ".join(stored_names), ", ".join(names)
        for name in sorted({*names} & {*stored_names}):
            yield from ((f"part {name}", a, b) for _, a, b in _unlike_pieces(one.read(name), two.read(name)))
        # The same parts in other wrapping, e.g. bytes around the archive.
        if stored_names == names and all(one.read(name) == two.read(name) for name in names):
            yield "", f"{stored.stat().st_size} bytes", f"{now.stat().st_size} bytes for the same parts"
