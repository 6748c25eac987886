"""The process that runs a schedule: it preloads, rehearses the notebook once, and forks one child per company-year.

It does nothing else, has one thread, and exchanges JSON lines with `schedule.execute`: on stdin what to preload and,
when it is planned, what to run; events on stdout. When stdin closes, it ends its children and itself.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from carbon.runs.company_year.job import Job, emit
from carbon.runs.schedule.child import die_with_parent
from carbon.runs.schedule.processes import adopt_orphans, why_not_fork


def preload(sources: set[str]) -> None:
    """Import what every child needs, also what is imported lazily; leave one thread."""
    from carbon.runs.publish.hashing import code_hash

    # The hash of the code as it is before it is imported, and so of the code that runs.
    code_hash()
    import papermill  # noqa: F401
    import pyarrow

    from carbon.runs.company_year import content, publication  # noqa: F401
    from carbon.runs.notebook import engine  # noqa: F401

    # Its thread that waits for Ctrl-C, while a CSV is read, would forbid forking.
    pyarrow.enable_signal_handlers(False)
    for source in sorted(sources):
        module = sys.modules[content.load_source(source).__module__]
        getattr(module, "preload", lambda: None)()


def rehearse(job: Job, folder: Path) -> None:
    """Make one set in a temporary folder, deleted by its owner: all children then share fonts, caches, late imports."""
    import matplotlib as mpl
    import scipy.optimize  # noqa: F401 - of plans, which not every company has

    from carbon.params.files.load import load_runs
    from carbon.params.files.project import Project
    from carbon.runs.company_year.publication import fill_stage
    from carbon.runs.company_year.stale import dependencies
    from carbon.runs.publish import Stage
    from carbon.runs.publish.hashing import FileHashes

    project = Project(Path(job.root))
    try:
        depends_on = dependencies(project, load_runs(project), job.company, job.year, hashes=FileHashes(project.root))
        # A style set in the notebook is no part of what children start with.
        with mpl.rc_context(), Stage(folder) as stage:
            fill_stage(stage, job, project, depends_on, lambda rejects: None)
    except (Exception, SystemExit):
        # Only time is lost: the company-year's own run will raise the same error.
        return
    finally:
        import matplotlib.pyplot as plt

        plt.close("all")


def main() -> None:
    """Preload, read the specification, rehearse, run the schedule, end."""
    die_with_parent()
    adopt_orphans()
    # The first descriptor is for events; whatever else prints goes to stderr.
    events = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    start = json.loads(sys.stdin.readline())
    fork = not start["isolated"]
    if fork:
        # What stays to the end is never searched for rubbish, here or in a child: a seventh of a small report's time.
        gc.disable()
        preload(set(start["sources"]))
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)  # a report makes little rubbish: to look at every 700 objects took a fortieth
        gc.enable()
        emit(events, "preloaded")
    spec = json.loads(sys.stdin.readline())
    jobs = [Job(**job) for job in spec["jobs"]]
    from carbon.runs.schedule.workers import Schedule

    schedule = Schedule(jobs, workers=spec["workers"], fork=fork, events=events)
    if fork:
        if spec["rehearse_in"]:
            if spec["workers"] > 1 and not why_not_fork():
                schedule.start_next()  # on a core of its own: all others wait for the rehearsal
            rehearse(jobs[0], Path(spec["rehearse_in"]))
            gc.collect()
            gc.freeze()
        reason = why_not_fork()
        if reason and spec["rehearse_in"]:
            # The notebook started a thread: without the rehearsal this process still forks.
            sys.exit(f"the rehearsal left more than one thread: {reason}")
        if reason:
            emit(events, "fallback", reason=reason)
            jobs = [Job(**{**job.as_json(), "engine": "nbclient"}) for job in jobs]
            schedule = Schedule(jobs, workers=spec["workers"], fork=False, events=events)
    emit(events, "ready")
    schedule.run(sys.stdin)
    emit(events, "done")


if __name__ == "__main__":
    main()
