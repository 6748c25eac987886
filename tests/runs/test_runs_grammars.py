"""jsonschema without its slow grammars: quick to import, and nothing it checks is lost."""

import subprocess
import sys

import pytest

CHECKS = """
import sys
if {quick}:
    from carbon.runs.grammars import import_jsonschema
    import_jsonschema()
import jsonschema
assert ("lark" in sys.modules) != {quick}, "the grammars"
checker = jsonschema.FormatChecker()
texts = ["http://élan.example/a", "not an address", "//host", "http://a b", "é", "http://[::1", ""]
for name in ("iri", "iri-reference", "uri", "uri-reference", "email", "date"):
    print(name, [checker.conforms(text, name) for text in texts])
print(sorted(checker.checkers))
import rfc3987_syntax
print(rfc3987_syntax.__file__)
"""


def said(quick):
    return subprocess.run([sys.executable, "-c", CHECKS.format(quick=quick)], capture_output=True, text=True,
                          check=True).stdout


def test_what_jsonschema_checks_is_the_same_with_and_without_its_grammars_built_on_import():
    """
    Every format gives the same verdicts; the grammars are built when one is asked for, and are the real ones.
    """
    pytest.importorskip("rfc3987_syntax")
    assert said(True) == said(False)
    assert "[True, False" in said(True)


def test_the_process_that_forks_does_not_build_them():
    """
    They take as long as two company-years.
    """
    done = subprocess.run([sys.executable, "-c", "import sys\nfrom carbon.runs.parent import preload\npreload(set())\n"
                           "assert 'nbformat' in sys.modules\nassert 'lark' not in sys.modules"], capture_output=True)
    assert done.returncode == 0, done.stderr
