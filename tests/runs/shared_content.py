"""`fake_content` that shares something between the years of a company, as `share.txt` of the project says: or fails."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

import fake_content

from carbon.params.files.project import Project
from carbon.runs.company_year.content import Content

SHARED: dict[str, int] = {}


def share(project: Project, company: str, years: Sequence[int]) -> None:
    how = (project.root / "share.txt").read_text()
    with (project.root / "shares.txt").open("a") as file:
        file.write(f"{company} {' '.join(map(str, years))}\n")
    if how == "raises":
        raise ZeroDivisionError
    if how == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "hangs":
        time.sleep(600)
    if how == "starts a thread":
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    if how == "takes the memory":
        bytearray(2**40)
    SHARED[company] = os.getpid()


def of_rows(project: Project, company: str, year: int, keep_rejects: Callable[[bytes], None]) -> Content:
    (project.root / f"seen-{company}-{year}.txt").write_text(str(SHARED.get(company, 0)))
    return fake_content.of_rows(project, company, year, keep_rejects)
