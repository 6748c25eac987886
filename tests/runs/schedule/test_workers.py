"""Company-years sick in many ways: each is a failure with its reason, in its limit, and never stops the others."""

from __future__ import annotations

import time

LOOP = "while True: pass"
SICK = {
    "sys-exit": ("import sys; sys.exit(0)", "SystemExit"),
    "exit": ("exit()", "SystemExit"),
    "os-exit": ("import os; os._exit(0)", "ended early with exit code 0"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "killed by signal 9"),
    "exception": ("1 / 0", "ZeroDivisionError: division by zero"),
    "stderr": ("import sys; print('careful', file=sys.stderr)", "wrote to stderr: careful"),
    "warning": ("import warnings; warnings.warn('old')", "wrote to stderr"),
    "input": ("input('name? ')", "cell 3"),
    "memory": ("x = bytearray(3 * 2**30)", "memory"),
    "syntax": ("eval('def')", "SyntaxError"),
}
HUNG = {
    "loop": LOOP,
    "sleep": "import time; time.sleep(600)",
    "deaf": f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n    {LOOP}",
    "parent": "import subprocess, time; subprocess.Popen(['sleep', '611'], start_new_session=True); time.sleep(600)",
}


def by_company(cases: dict[str, str]) -> str:
    """One cell that is sick in each company's own way."""
    return "".join(f'if company == "{name}":\n    {source}\n' for name, source in cases.items())


def test_each_sick_company_year_fails_alone_with_its_reason(thin):
    """Ten sick in ten ways and one sound: the sound one is published, ten are named with their reason, exit 1."""
    project = thin(companies={name: [2024] for name in [*SICK, "sound"]})
    project.cells(by_company({name: source for name, (source, _) in SICK.items()}), "1 + 1")
    summary = project.run(memory_mb=1000)
    rows = {row["company"]: row for row in summary.rows}
    assert rows.pop("sound")["status"] == "ok"
    assert {name: row["status"] for name, row in rows.items()} == dict.fromkeys(SICK, "failed")
    assert {name: row["reason"] for name, row in rows.items() if SICK[name][1] not in row["reason"]} == {}
    assert summary.exit_code == 1
    left = {p.name for name in SICK for p in project.project.processed(name, 2024).iterdir()}
    assert left <= {"failed-rejects.csv"}


def test_a_hung_company_year_ends_at_its_limit_with_all_it_started(thin):
    """Whatever hangs is killed with everything it started, also in another session; the limit is named; no rehearsal
    can hang the schedule.
    """
    import psutil

    project = thin(companies={name: [2024] for name in HUNG})
    project.cells(by_company(HUNG))
    started = time.monotonic()
    summary = project.run(timeout=1, workers=4)
    assert time.monotonic() - started < 90
    assert {row["reason"].splitlines()[0] for row in summary.rows} == {"timeout: did not end within 1 s"}
    assert all("\nHint: find the cell that hangs" in row["reason"] for row in summary.rows)
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "611"]]
