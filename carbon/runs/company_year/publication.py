"""One company-year, from the lock to the switch; runs in a process of its own.

Lock, hash the inputs, run the notebook, render, write the stage, check what was written, switch to the new set.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carbon.core.errors import BreachError, CarbonError, LockedError, RejectedShareError, RunError
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.company_year import checks, content, reconcile
from carbon.runs.company_year.job import FAILED, OK, SKIPPED, Job, Outcome
from carbon.runs.company_year.journal import published_outcome
from carbon.runs.company_year.stale import dependencies, digest, stale_reasons
from carbon.runs.company_year.templates import keep_template
from carbon.runs.company_year.trend import TREND
from carbon.runs.notebook.papermill_run import normalised, run_notebook
from carbon.runs.publish import Lock, Stage, clean_leftovers, put_in_force, write_atomic
from carbon.runs.publish.datapackage import data_package
from carbon.runs.publish.durable import PRIVATE, PUBLIC
from carbon.runs.publish.hashing import FileHashes
from carbon.runs.publish.identity import indented
from carbon.runs.publish.parquet import LONG, to_arrow, to_parquet
from carbon.runs.publish.row_hashes import ROW_HASHES, row_hashes_json
from carbon.runs.publish.sets import CURRENT, DATA_PACKAGE, NOTEBOOK, STATES, current_set, prune
from carbon.runs.publish.signoff import in_force

FAILED_REJECTS, RUN_FILE = "failed-rejects.csv", "run.json"
ROW_FILES = {"activities.parquet", "emissions.parquet", "outside.parquet", "ledger.parquet", "rejects.csv",
             "rejects.parquet", "unclassified.parquet", "expectations.parquet", "breaches.parquet", ROW_HASHES}
"""Files with a line for each row, or each supplier, of the company: private, or of a group (`row_files_mode` in
params/runs.yml).
"""
HINT = "Hint: "
FORMAT = 1


def carry_out(job: Job) -> Outcome:
    """Do the work of a job; what goes wrong in it is the reason of a failure, never an error."""
    started = time.monotonic()
    try:
        outcome: Outcome = content.load_source(job.work)(job)
    except LockedError as error:
        outcome = Outcome(job.company, job.year, FAILED, str(error), locked=True)
    except BreachError as error:
        outcome = Outcome(job.company, job.year, FAILED, str(error), summary={"breaches": error.breaches})
    except CarbonError as error:
        outcome = Outcome(job.company, job.year, FAILED, str(error))
    except MemoryError as error:
        outcome = Outcome(job.company, job.year, FAILED, _memory_reason(job, error))
    except OSError as error:
        outcome = Outcome(job.company, job.year, FAILED, _os_reason(error, Project(Path(job.root))))
    except Exception as error:
        outcome = Outcome(job.company, job.year, FAILED, f"{type(error).__name__}: {error}"[:2000])
    return Outcome(**{**outcome.as_json(), "seconds": round(time.monotonic() - started, 3)})


def _memory_reason(job: Job, error: MemoryError) -> str:
    request = f": {error}" if str(error) else ""
    return (f"memory: past the limit of {job.memory_mb} MiB{request}\n{HINT}raise --memory; docs/how-to/big-ledgers.md "
            "gives the memory of long ledgers")


def _os_reason(error: OSError, project: Project) -> str:
    place = project.name_of(Path(error.filename)) if error.filename else "an output"
    remedy = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "correct the cause"
    return f"{place}: {error.strerror or error}\n{HINT}{remedy} and run again; what was published before is unchanged"


def publish(job: Job) -> Outcome:
    """Publish one company-year that is missing or stale, with its lock held.

    Raises CarbonError: Nothing was published: the current set stays. LockedError: another process holds the
    company-year.
    """
    project = Project(Path(job.root))
    folder = project.processed(job.company, job.year)
    folder.mkdir(parents=True, exist_ok=True)
    with Lock(folder):
        clean_leftovers(folder)
        return _publish(job, project, folder)


def _publish(job: Job, project: Project, folder: Path) -> Outcome:
    runs = load_runs(project)
    depends_on = dependencies(project, runs, job.company, job.year, hashes=FileHashes(project.root))
    signature = in_force(project, job.company, job.year)
    if signature is not None and current_set(folder) is not None:
        raise RunError(f"signed by {signature.by} while this run was waiting", hint="--reopen with a reason")
    if not (job.force or job.doubted) and not stale_reasons(folder, depends_on):
        return published_outcome(project, job.company, job.year, SKIPPED)
    rejects: list[bytes] = []
    started = datetime.now(UTC)
    try:
        with Stage(folder) as stage:
            summary = fill_stage(stage, job, project, depends_on, rejects.append)
            _check_inputs_still(job, project, depends_on)
            keep_template(project, job.company, depends_on["notebook"])
            put_in_force(stage, digest(job.company, job.year, depends_on), doubted=job.doubted)
    except BaseException as error:
        rejects_name = _keep_rejects(error, job, project, rejects)
        if rejects_name and isinstance(error, RunError) and HINT in str(error):
            raise RunError(str(error).replace(HINT, f"All rejected rows: {rejects_name}\n{HINT}", 1)) from error
        raise
    (folder / FAILED_REJECTS).unlink(missing_ok=True)
    prune(folder)
    _write_run_file(folder, started)
    return published_outcome(project, job.company, job.year, OK, summary)


def _keep_rejects(error: BaseException, job: Job, project: Project, rejects: list[bytes]) -> str:
    """Write the rejects of a failed run next to the current set, which stays; return the name of the file."""
    path = project.processed(job.company, job.year) / FAILED_REJECTS
    try:
        if not rejects and RejectedShareError.__name__ in str(error):
            rejects.append(content.rejects_of_failure(job.source, project, job.company, job.year))
        if rejects and rejects[-1]:
            write_atomic(path, rejects[-1], mode=PRIVATE)
            return project.name_of(path)
    except (OSError, CarbonError):
        # The failure itself is what must be reported.
        return ""
    return ""


def fill_stage(stage: Stage, job: Job, project: Project, depends_on: dict[str, Any],
               keep_rejects: Callable[[bytes], None], *, template: Path | None = None,
               executed: Any = None) -> dict[str, Any]:
    """Run, render, write and check the stage; returns the summary that the manifest also has.

    `template`: Another notebook than that of runs.yml, e.g. a published one. `executed`: The notebook as another
    process has executed it: none is run here.
    """
    if executed is None:
        template = template or project.root / next(iter(depends_on["notebook"]))
        executed = run_notebook(template, depends_on["parameters"], engine=job.engine, folder=project.root,
                                timeout=job.timeout)
    checks.check_cells(executed)
    figures_shown = checks.count_figures(executed)
    outputs = content.load_source(job.source)(project, job.company, job.year, keep_rejects)
    _check_read_inputs(outputs, depends_on)
    document = normalised(executed)
    pages = {file_name: page.encode() for file_name, page in outputs.render(document).items()}
    for file_name, data in {NOTEBOOK: indented(document), **pages}.items():
        checks.check_no_paths(data, [str(project.root)], name=file_name)
        stage.write(file_name, data)
    row_mode = int(load_runs(project).row_files_mode, 8)
    tables = _write_tables(stage, outputs, row_mode)
    for file_name, data in outputs.files.items():
        stage.write(file_name, data, mode=row_mode if file_name in ROW_FILES else PUBLIC)
    tables_read = reconcile.check_stage(stage.path, outputs, tables)
    # As secret as the ledgers: a row can be guessed from its hash.
    stage.write(ROW_HASHES, row_hashes_json(stage.path, stage.outputs, tables_read), mode=row_mode)
    key: dict[str, Any] = {"company": job.company, "year": job.year,
                           "digest": digest(job.company, job.year, depends_on)}
    stage.write(DATA_PACKAGE, data_package(stage.path, stage.outputs, tables_read, company=job.company, year=job.year))
    stage.write_manifest({
        "format": FORMAT, **key, "dependencies": depends_on,
        "figures": dict(outputs.figures), STATES: dict(outputs.states), "figures_shown": figures_shown,
        "summary": dict(outputs.summary),
        "release": outputs.release, "settings": dict(outputs.settings), TREND: outputs.trend,
    })
    return dict(outputs.summary)


def _write_tables(stage: Stage, outputs: content.Content, row_mode: int) -> dict[str, Any]:
    """Write each table; returns, by file name, those short enough to stay in memory until they are read back."""
    short_tables = {}
    for name, table in outputs.tables.items():
        file_name = f"{name}.parquet"
        arrow = to_arrow(table)
        stage.write(file_name, to_parquet(arrow), mode=row_mode if file_name in ROW_FILES else PUBLIC)
        if len(table) <= LONG:
            short_tables[file_name] = arrow
    return short_tables


def _check_read_inputs(outputs: content.Content, depends_on: dict[str, Any]) -> None:
    """Check that every file that was read is one of the plan, with the hash of the plan."""
    planned = {**depends_on["inputs"], **depends_on["params"], **depends_on["factors"]}
    unplanned = sorted(path for path, sha256 in outputs.inputs.items() if planned.get(path) != sha256)
    if unplanned:
        raise RunError(f"{unplanned[0]} was read but changed during the run, or is not an input of this year",
                       hint="run again when the files are at rest")


def _check_inputs_still(job: Job, project: Project, depends_on: dict[str, Any]) -> None:
    now = dependencies(project, load_runs(project), job.company, job.year, hashes=FileHashes(project.root))
    changed = [part for part in now if now[part] != depends_on[part]]
    if changed:
        raise RunError(f"{', '.join(changed)} changed while the notebook ran; nothing was published",
                       hint="run again when the files are at rest")


def _write_run_file(folder: Path, started: datetime) -> None:
    text = {"host": socket.gethostname(), "pid": os.getpid(), "started": started.isoformat(),
            "ended": datetime.now(UTC).isoformat(), "set": str((folder / CURRENT).readlink())}
    write_atomic(folder / RUN_FILE, json.dumps(text, indent=1).encode() + b"\n")
