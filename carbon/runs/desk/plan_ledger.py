"""The plans of a company in its append-only ledger: data/ledger/<company>/plans/<first year>-<number>.json.

A plan is written once. The number counts all plans of the company, so that the order of the files is that of their
recording; the same plan again is not written twice.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from carbon.params.files.levers import PLANS, plan_files, read_plans, record_digest
from carbon.params.files.project import Project
from carbon.params.shapes.plan_record import PlanRecord
from carbon.runs.publish import Lock, write_atomic
from carbon.runs.publish.durable import PRIVATE


def keep_plan(project: Project, plan: PlanRecord) -> tuple[Path, bool]:
    """Record a plan; returns its file and whether it was written (false: the last recorded one is the same).

    Raises ParamsError: The ledger holds something that is not a recorded plan, or a changed one: nothing is added to
    it; LockedError: Another process is recording.
    """
    folder = project.ledger(plan.company) / PLANS
    folder.mkdir(parents=True, exist_ok=True)
    with Lock(folder):
        recorded_plans, files = read_plans(plan.company, project=project), plan_files(plan.company, project=project)
        digest = record_digest(plan)
        if recorded_plans and record_digest(recorded_plans[-1]) == digest:
            return files[-1], False
        number = 1 + max((int(path.stem.partition("-")[2]) for path in files), default=0)
        path = folder / f"{plan.first_year}-{number:03d}.json"
        content = {"recorded_at": datetime.now(UTC).isoformat(timespec="seconds"), "digest": digest,
                   "plan": plan.model_dump(mode="json")}
        data = (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
        write_atomic(path, data, mode=PRIVATE)
        return path, True
