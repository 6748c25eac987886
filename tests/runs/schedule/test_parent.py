"""The process that runs a schedule: what it imports and reads leaves it with one thread."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
READING = """
import os, sys
from pathlib import Path
from carbon.runs.schedule.parent import preload
preload({"carbon.runs.company_year.inventory_content:of_company_year"})
import pyarrow as pa, pyarrow.parquet as pq
import carbon as cb
cb.annual_report("cap-conseil", 2022)
folder = Path(sys.argv[1])
ROW = {"date": "2024-03-01", "category": "Paper", "description": "paper" * 25, "supplier": "Papeterie", "amount": 12.5,
       "currency": "EUR", "company": "c"}
lines = ",".join(ROW) + "\\n" + (",".join(map(str, ROW.values())) + "\\n") * 200_000
(folder / "long.csv").write_text(lines)
table = pa.table({name: [value] * 200_000 for name, value in ROW.items()})
pq.write_table(table, folder / "long.parquet", row_group_size=10_000)
for name in ("long.csv", "long.parquet"):
    cb.read_records(folder / name, "purchases")
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads by /proc")
def test_reading_leaves_the_process_that_forks_with_one_thread(tmp_path):
    """A report, a long CSV and a long Parquet file are read in the process that forks: a second thread left there would
    forbid forking.
    """
    from carbon.runs.schedule.execute import child_environment

    done = subprocess.run([sys.executable, "-c", READING, str(tmp_path)], capture_output=True, text=True,
                          env=child_environment(str(NOTEBOOKS.parent)))
    assert done.stdout.strip() == "1", done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.parametrize(("workers", "before_ready"), [(2, 1), (1, 0)])
def test_a_second_core_does_not_wait_for_the_rehearsal(thin, tmp_path, workers, before_ready):
    """With two workers one company-year has started when the rehearsal ends; with one, none: they would share a core.
    Each still ends once, and is published.
    """
    from carbon.runs.company_year.job import Job
    from carbon.runs.schedule.execute import Parent

    project, source = thin(companies={name: [2024] for name in "abcdef"}), "fake_content:of_rows"
    jobs = [Job(str(project.root), name, 2024, "carbon", 60, 0, source) for name in "abcdef"]
    with Parent(project.root, [source]) as parent:
        parent.send({"jobs": [job.as_json() for job in jobs], "workers": workers, "rehearse_in": str(tmp_path)})
        events = [json.loads(line) for line in parent.process.stdout]
    names = [event["event"] for event in events]
    assert names[:names.index("ready")].count("started") == before_ready
    ended = {event["key"]: event["outcome"]["status"] for event in events if event["event"] == "ended"}
    assert ended == {job.key: "ok" for job in jobs} and names.count("ended") == len(jobs)
