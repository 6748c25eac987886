"""What runs in the confinement of a received set: `python -m carbon.runs.review.inside notebook|tables`, JSON on stdin.

`notebook` executes the notebook and writes it; `tables` runs no code of the set: it takes that notebook as data, and
computes tables, pages and the workbook from the inputs.
"""

from __future__ import annotations

import json
import os
import sys
import tarfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.company_year.job import SOURCE, Job
from carbon.runs.company_year.publication import fill_stage
from carbon.runs.company_year.stale import dependencies
from carbon.runs.notebook.papermill_run import run_notebook
from carbon.runs.notebook.shell import reseed
from carbon.runs.publish import Stage
from carbon.runs.publish.hashing import FileHashes

PROJECT, TEMPLATE, ENGINE = Path("/lent/project"), Path("/lent/template.ipynb"), "carbon"


def _notebook(request: dict[str, Any], result: BinaryIO) -> None:
    import nbformat

    reseed(zlib.crc32(f"{request['company']}/{request['year']}".encode()))
    executed = run_notebook(TEMPLATE, request["parameters"], engine=ENGINE, folder=PROJECT, timeout=0)
    result.write(nbformat.writes(executed).encode())


def _tables(request: dict[str, Any], result: BinaryIO) -> None:
    import nbformat

    project, company, year = Project(PROJECT), request["company"], request["year"]
    depends_on = dependencies(project, load_runs(project), company, year, hashes=FileHashes(PROJECT))
    job = Job(str(PROJECT), company, year, ENGINE, 0, 0, SOURCE)
    with Stage(Path.home()) as stage:
        fill_stage(stage, job, project, depends_on, lambda rejects: None,
                   executed=nbformat.reads(request["executed"], as_version=4))
        with tarfile.open(fileobj=result, mode="w|") as archive:
            archive.add(stage.path, arcname=".")


def main() -> None:
    """Take a request on standard input and give the result on standard output, which nothing else can print to."""
    with os.fdopen(os.dup(1), "wb") as result:
        os.dup2(2, 1)
        {"notebook": _notebook, "tables": _tables}[sys.argv[1]](json.load(sys.stdin), result)


if __name__ == "__main__":
    main()
