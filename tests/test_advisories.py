"""What is judged of the locks states what it could not judge; the bill of materials names what the lock names."""

from __future__ import annotations

import importlib.util
import re
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
LOCK = """\
alpha==1.0 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via carbon (pyproject.toml)
beta==2.1 ; sys_platform == 'win32' \\
    --hash=sha256:{b}
""".format(a="a" * 64, b="b" * 64)
SAFE = [{"name": "alpha", "version": "1.0", "vulns": []}, {"name": "beta", "version": "2.1", "vulns": []}]


@pytest.fixture(scope="module")
def advisories() -> ModuleType:
    spec = importlib.util.spec_from_file_location("advisories", ROOT / "scripts" / "advisories.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_package_looked_up_and_none_known_is_a_pass(advisories):
    """Exit 0 only where each pinned package was judged."""
    assert advisories.judged(LOCK, {"dependencies": SAFE}) == (
        0, ["2 packages, 0 with known vulnerabilities, 0 not looked up"])


@pytest.mark.parametrize("beta", [[{"name": "beta", "skip_reason": "not found"}], []])
def test_a_package_that_was_not_looked_up_is_no_safe_package(advisories, beta):
    """Skipped by pip-audit, or not in its answer at all: exit 2, and the package is named."""
    code, lines = advisories.judged(LOCK, {"dependencies": [SAFE[0], *beta]})
    assert code == 2
    assert "1 not looked up" in lines[0]
    assert "beta" in lines[-1]


def test_a_known_vulnerability_is_named_with_the_version_that_mends_it(advisories):
    """Exit 1, also where others could not be judged."""
    bad = {"name": "alpha", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
    code, lines = advisories.judged(LOCK, {"dependencies": [bad]})
    assert code == 1
    assert lines[1] == "alpha 1.0: PYSEC-1; fixed in 1.1"


def test_the_bill_of_materials_names_what_the_lock_pins_with_its_hashes(advisories):
    """Each package once, under its version, with the hash of each file that an install accepts; nothing of the day."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    bill = advisories.bill(lock)
    pins = {re.sub(r"\[.*\]", "", line.split(" ")[0]) for line in lock.splitlines() if line and line[0] not in " #"}
    assert {f"{c['name']}=={c['version']}" for c in bill["components"]} == pins
    assert sum(len(c["properties"]) for c in bill["components"]) == lock.count("--hash=sha256:")
    assert advisories.bill(LOCK)["components"][0]["properties"] == [
        {"name": "lock:sha256", "value": "a" * 64}, {"name": "lock:sha256", "value": "b" * 64}]
    assert "serialNumber" not in bill


def test_what_audits_is_pinned_with_hashes(advisories):
    """The tool's own lock holds a hash for each package and names no index."""
    text = (ROOT / "requirements-advisories.lock").read_text(encoding="utf-8")
    assert all(hashes for _, _, hashes in advisories.pinned(text))
    assert "pip-audit" in {name for name, _, _ in advisories.pinned(text)}
    assert "http" not in text


def test_faults_of_a_lock_are_named_without_asking_anybody(advisories):
    """No hash, no version, an old lock, a licence that is not permissive; what is not installed is not judged."""
    licences = {"alpha": "MIT License", "beta": "GNU Affero General Public License v3", "gamma": "Proprietary"}
    lock = "# compiled on 2026-01-01\n" + LOCK + "gamma==1\ndelta>=2\nepsilon==3 --hash=sha256:" + "c" * 64 + "\n"
    faults, open_points = advisories.offline(lock, licences, date(2026, 12, 1))
    assert faults == ["delta>=2: not pinned to a version", "gamma 1: no hash", "compiled 334 days ago: compile it "
                      "again (make lock)",
                      "beta: licence GNU Affero General Public License v3, which is not permissive",
                      "gamma: licence Proprietary, which is not permissive"]
    [open_point] = open_points
    assert open_point.startswith("licence of 1 of 4 packages") and "epsilon" in open_point
    assert advisories.offline(LOCK, {"alpha": "ISC", "beta": "BSD-3-Clause"}, date(2026, 12, 1)) == (
        [], ["the lock does not state when it was compiled"])


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-runtime.lock", "requirements-advisories.lock"])
def test_the_locks_have_no_fault_that_can_be_seen_offline(advisories, name):
    """Versions, hashes, a date, and no licence of what is installed here but permissive ones."""
    lock = (ROOT / name).read_text(encoding="utf-8")
    compiled = date.fromisoformat(advisories.COMPILED.search(lock)[1])
    assert advisories.offline(lock, advisories.installed_licences(), compiled)[0] == []


def test_the_runtime_lock_is_the_part_of_the_lock_that_a_run_needs(advisories):
    """Each of its pins is one of the whole lock, with the same hashes; no tool of developers is among them."""
    whole, runtime = ([*map(repr, advisories.pinned((ROOT / n).read_text(encoding="utf-8")))]
                      for n in ("requirements.lock", "requirements-runtime.lock"))
    assert set(runtime) <= set(whole) and len(runtime) < len(whole)
    names = {name for name, _, _ in advisories.pinned((ROOT / "requirements-runtime.lock").read_text(encoding="utf-8"))}
    assert {"pandas", "papermill", "nbval", "jupyterlab"} <= names
    assert not names & {"mypy", "ruff", "hypothesis", "playwright", "sphinx", "duckdb", "dask"}
