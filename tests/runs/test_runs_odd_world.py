"""Odd clocks, no network, secrets in the environment: a run neither shows nor needs any of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

MARK = "s3cr3t-" + "0f9d"
YEAR = "my-company/2024"
MOMENTS = {
    "leap day": ((2028, 2, 29, 23, 59, 59), (2028, 3, 1)),
    "night of the change of clocks": ((2026, 10, 25, 0, 59, 59), (2026, 10, 25, 1)),
    "end of the year": ((2026, 12, 31, 23, 59, 59), (2027, 1, 1)),
    "going back": ((2026, 6, 1, 12), (2026, 6, 1, 11), (1999, 1, 1)),
}


def seconds(*names: str) -> tuple[float, ...]:
    return tuple(datetime(*m, tzinfo=UTC).timestamp() for name in names for m in MOMENTS[name])


def site(folder: Path, clock: tuple[float, ...], addresses: Path) -> Path:
    """A folder that, on PYTHONPATH, brings a process into the odd world."""
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("odd_world.py"), folder)
    (folder / "sitecustomize.py").write_text(
        f"import odd_world\nodd_world.set_clock({clock!r})\nodd_world.note_addresses({str(addresses)!r})\n")
    return folder


def published_files(root: Path) -> dict[str, bytes]:
    processed = root / "data" / "processed"
    return {p.relative_to(processed).as_posix(): p.read_bytes() for p in sorted(processed.rglob("*"))
            if p.is_file() and not p.is_symlink() and p.name not in ("run.json", "run_journal.jsonl")}


def run_again(published: Path, tmp_path: Path, clock: tuple[float, ...], before: tuple[str, ...] = ()) -> Path:
    """The same project published anew, in the other world; its root."""
    root = tmp_path / "odd"
    shutil.copytree(published, root, symlinks=True, ignore=shutil.ignore_patterns("processed"))
    world = site(tmp_path / "site", clock, tmp_path / "addresses")
    done = subprocess.run(
        [*before, sys.executable, "-m", "carbon.cli", "run"], cwd=root, text=True, capture_output=True,
        env={**os.environ, "CARBON_PROJECT": "", "TZ": "Europe/Paris", "API_TOKEN": MARK, "AWS_SECRET_ACCESS_KEY": MARK,
             "PYTHONPATH": os.pathsep.join([str(world), *filter(None, [os.environ.get("PYTHONPATH")])])})
    assert done.returncode == 0, done.stdout + done.stderr
    assert MARK not in done.stdout + done.stderr
    return root


def test_odd_clocks_change_no_byte_and_nothing_is_dialled(published_once, tmp_path):
    """Leap day, the night of the change of clocks, the end of the year and a clock that goes back, mixed at each look:
    the same bytes. No process asks for another machine; the secrets of the environment are in no file.
    """
    root = run_again(published_once, tmp_path, seconds(*MOMENTS))
    assert published_files(root) == published_files(published_once)
    times = (root / "data" / "processed" / YEAR / "run.json").read_text()
    assert any(day in times for day in ("2028-0", "2026-", "2027-", "1999-")), "the clock was not odd"
    assert not (tmp_path / "addresses").exists()
    everything = b"".join(p.read_bytes() for p in (root / "data").rglob("*") if p.is_file())
    assert MARK.encode() not in everything


@pytest.mark.torture
@pytest.mark.parametrize("name", MOMENTS)
def test_each_odd_clock_alone_changes_no_byte(published_once, tmp_path, name):
    """The same, one clock at a time."""
    root = run_again(published_once, tmp_path, seconds(name))
    assert published_files(root) == published_files(published_once)


def only_loopback() -> tuple[str, ...]:
    return ("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@pytest.mark.skipif(shutil.which("unshare") is None or shutil.which("ip") is None or
                    subprocess.run([*only_loopback(), "true"], capture_output=True).returncode != 0,
                    reason="needs a network namespace of its own")
@pytest.mark.torture
def test_a_run_passes_with_a_loopback_interface_only(published_once, tmp_path):
    """In a network namespace without any other interface: the same bytes."""
    root = run_again(published_once, tmp_path, seconds("leap day"), only_loopback())
    assert published_files(root) == published_files(published_once)


def test_a_note_is_taken_of_what_is_dialled(tmp_path):
    """The ear of the tests above hears a connection, so that its silence means something."""
    world = site(tmp_path / "site", seconds("leap day"), tmp_path / "addresses")
    subprocess.run([sys.executable, "-c", "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                    "try: s.connect(('192.0.2.1', 9))\nexcept OSError: pass"],
                   env={**os.environ, "PYTHONPATH": str(world)}, check=True)
    assert "192.0.2.1" in (tmp_path / "addresses").read_text()


SHOW_ALL = """
import os
from pathlib import Path
shown = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if os.access(p, os.R_OK)]
print(sorted(os.environ))
print({name: value for name, value in os.environ.items() if "/" not in value})
mark = "-".join(["s3cr3t", "0f9d"]).encode()
print("on a command line:", any(mark in text for text in shown))
"""


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads command lines in /proc")
@pytest.mark.parametrize("isolated", [False, True])
def test_a_notebook_that_shows_its_environment_shows_no_secret(thin, monkeypatch, capfd, isolated):
    """Secrets of the shell are not in the environment of a notebook, of either engine, nor on a command line; a
    company-year that fails with its environment as the reason does not tell them either.
    """
    monkeypatch.setenv("API_TOKEN", MARK)
    monkeypatch.setenv("CARBON_SECRET", MARK)
    monkeypatch.setenv("CARBON_SALT", MARK * 2)
    project = thin()
    project.cells(SHOW_ALL, 'if company == "beta":\n    raise RuntimeError(str(dict(os.environ)))')
    summary = project.run(isolated=isolated, workers=1)
    assert {row["company"]: row["status"] for row in summary.rows} == {"alpha": "ok", "beta": "failed"}
    shown = (project.project.processed("alpha", 2024) / "annual_report.ipynb").read_text()
    assert "on a command line: False" in shown and "PYTHONHASHSEED" in shown
    written = b"".join(p.read_bytes() for p in project.root.rglob("*") if p.is_file())
    assert MARK.encode() not in written
    assert MARK not in "".join(capfd.readouterr()) + str(summary)
