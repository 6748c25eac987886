"""`carbon factors import`: a publisher's official file becomes a table in params/shared/factors/, with its account."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from carbon.core.errors import UsageError
from carbon.records.params.project import Project
from carbon.runs.publish import write_atomic
from carbon.runs.publish.hashing import sha256_file


def import_file(project: Project, path: Path, source: str) -> dict[str, Any]:
    """Read the file, write `<source>-<name>.csv` and its citation `.yml`, and say what was left out and why.

    Raises
    ------
    UsageError
        The file does not exist, or the source is unknown.
    FileRefused
        The file is not in that format.
    """
    from carbon.factors.sources import import_source
    from carbon.reports.export import to_csv_bytes

    if not path.is_file():
        raise UsageError(f"{path} does not exist", hint="name the file as it was downloaded")
    found = import_source(source, path)
    folder = project.root / "params" / "shared" / "factors"
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "factors"
    target = folder / f"{source}-{stem}.csv"
    account = {"file": path.name, "sha256": sha256_file(path), "source": source, "rows_read": found.read,
               "rows_kept": found.kept, "factors": len(found.table), "left_out": found.left_out.to_dict("records")}
    write_atomic(target, to_csv_bytes(found.table))
    text = yaml.safe_dump(account, sort_keys=False, allow_unicode=True)
    write_atomic(target.with_suffix(".yml"), text.encode())
    return {**account, "path": project.name_of(target)}
