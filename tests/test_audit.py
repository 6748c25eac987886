"""An audit of the dependencies states what it could not judge; the bill of materials names what the lock names."""

from __future__ import annotations

import importlib.util
import re
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
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_package_looked_up_and_none_known_is_a_pass(audit):
    """Exit 0 only where each pinned package was judged."""
    assert audit.judged(LOCK, {"dependencies": SAFE}) == (
        0, ["2 packages, 0 with known vulnerabilities, 0 not looked up"])


@pytest.mark.parametrize("beta", [[{"name": "beta", "skip_reason": "not found"}], []])
def test_a_package_that_was_not_looked_up_is_no_safe_package(audit, beta):
    """Skipped by pip-audit, or not in its answer at all: exit 2, and the package is named."""
    code, lines = audit.judged(LOCK, {"dependencies": [SAFE[0], *beta]})
    assert code == 2
    assert "1 not looked up" in lines[0]
    assert "beta" in lines[-1]


def test_a_known_vulnerability_is_named_with_the_version_that_mends_it(audit):
    """Exit 1, also where others could not be judged."""
    bad = {"name": "alpha", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
    code, lines = audit.judged(LOCK, {"dependencies": [bad]})
    assert code == 1
    assert lines[1] == "alpha 1.0: PYSEC-1; fixed in 1.1"


def test_the_bill_of_materials_names_what_the_lock_pins_with_its_hashes(audit):
    """Each package once, under its version, with the hash of each file that an install accepts; nothing of the day."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    bill = audit.bill(lock)
    pins = {re.sub(r"\[.*\]", "", line.split(" ")[0]) for line in lock.splitlines() if line and line[0] not in " #"}
    assert {f"{c['name']}=={c['version']}" for c in bill["components"]} == pins
    assert sum(len(c["properties"]) for c in bill["components"]) == lock.count("--hash=sha256:")
    assert audit.bill(LOCK)["components"][0]["properties"] == [
        {"name": "lock:sha256", "value": "a" * 64}, {"name": "lock:sha256", "value": "b" * 64}]
    assert "serialNumber" not in bill


def test_what_audits_is_pinned_with_hashes(audit):
    """The tool's own lock holds a hash for each package and names no index."""
    text = (ROOT / "requirements-audit.lock").read_text(encoding="utf-8")
    assert all(hashes for _, _, hashes in audit.pinned(text))
    assert "pip-audit" in {name for name, _, _ in audit.pinned(text)}
    assert "http" not in text
