"""
The process that runs a schedule: it preloads, rehearses the notebook once, and forks one child per company-year.

It does nothing else, has one thread, and speaks JSON lines with `runs.session`: one specification on stdin, events on
stdout. When stdin closes, it ends its children and itself.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from carbon.runs.child import die_with_parent, short_lived
from carbon.runs.job import Job, emit
from carbon.runs.processes import adopt_orphans, ready_to_fork, why_not_fork


def preload(sources: set[str]) -> None:
    """
    Import what every child needs, and warm what imports lazily; leaves one thread.
    """
    from carbon.runs.grammars import import_jsonschema
    from carbon.runs.hashing import code_hash

    # The hash of the code as it is before it is imported, and so of the code that runs.
    code_hash()
    import_jsonschema()
    import papermill  # noqa: F401

    from carbon.runs import company_year, content, engine  # noqa: F401

    for source in sorted(sources):
        module = sys.modules[content.load_source(source).__module__]
        getattr(module, "preload", lambda: None)()


def one_threaded_arrow() -> None:
    """
    Keep Arrow on the calling thread, for its threads would forbid forking: pandas asks it to group text, Parquet is
    read by several threads, and reading a CSV starts one that waits for Ctrl-C.
    """
    import pyarrow
    from pyarrow import acero, parquet

    pyarrow.enable_signal_handlers(False)
    grouped, opened, read = acero._group_by, parquet.ParquetFile.__init__, parquet.ParquetFile.read

    def on_this_thread(table: Any, aggregates: Any, keys: Any, use_threads: bool = True) -> Any:
        return grouped(table, aggregates, keys, use_threads=False)

    acero._group_by = on_this_thread
    # Type checkers take a method for its class's own; here it is replaced for the whole process.
    setattr(parquet.ParquetFile, "__init__",  # noqa: B010
            lambda self, *given, **named: opened(self, *given, **{**named, "pre_buffer": False}))
    setattr(parquet.ParquetFile, "read",  # noqa: B010
            lambda self, *given, **named: read(self, *given, **{**named, "use_threads": False}))


def rehearse(job: Job) -> None:
    """
    Make one set in a temporary folder and throw it away: fonts, caches, templates, late imports, and the shell that
    comes next are then shared by all children.
    """
    import matplotlib as mpl

    from carbon.records.params import load_runs
    from carbon.records.project import Project
    from carbon.runs.company_year import fill_stage
    from carbon.runs.hashing import FileHashes
    from carbon.runs.plan import dependencies
    from carbon.runs.publish import Stage
    from carbon.runs.shell import NotebookShell

    project = Project(Path(job.root))
    try:
        found = dependencies(project, load_runs(project), job.company, job.year, hashes=FileHashes(project.root))
        # A style set in the notebook is no part of what children start with.
        with (mpl.rc_context(), tempfile.TemporaryDirectory(prefix="carbon-rehearsal-") as folder,
              Stage(Path(folder)) as stage):
            fill_stage(stage, job, project, found, lambda rejects: None)
    except (Exception, SystemExit):
        # Only warmth is lost: the company-year's own run will say what is wrong.
        return
    finally:
        import matplotlib.pyplot as plt

        plt.close("all")
    NotebookShell.prepare()


def main() -> None:
    """
    Read the specification, prepare, run the schedule, end.
    """
    die_with_parent()
    adopt_orphans()
    short_lived()
    # Events own the first descriptor; whatever else prints goes to stderr.
    events = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spec = json.loads(sys.stdin.readline())
    jobs = [Job(**job) for job in spec["jobs"]]
    fork = not spec["isolated"]
    # Nearly all that is made from here on stays: a search for garbage before the first child frees next to nothing.
    gc.disable()
    if fork:
        one_threaded_arrow()
        preload({job.source for job in jobs})
        emit(events, "preloaded")
        if spec["rehearse"]:
            rehearse(jobs[0])
        reason = why_not_fork()
        if reason and spec["rehearse"]:
            # The notebook started a thread: without the rehearsal this process still forks.
            sys.exit(f"the rehearsal left more than one thread: {reason}")
        if reason:
            emit(events, "fallback", reason=reason)
            fork = False
            jobs = [Job(**{**job.as_json(), "engine": "nbclient"}) for job in jobs]
    emit(events, "ready")
    ready_to_fork()
    gc.enable()
    from carbon.runs.schedule import Schedule

    Schedule(jobs, workers=spec["workers"], fork=fork, events=events).run(sys.stdin)
    emit(events, "done")


if __name__ == "__main__":
    main()
