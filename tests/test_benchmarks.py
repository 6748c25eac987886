"""The benchmarks' results: one form for all, and a page that shows what the file has."""

import ast
import platform

import pytest

from benchmarks import __main__ as bench
from benchmarks import results


def test_the_page_is_what_the_results_file_says():
    """docs/benchmarks.md is generated; whoever edits one of the two by hand fails here."""
    assert results.PAGE.read_text(encoding="utf-8") == results.page(results.load())


def test_every_kept_result_has_all_fields_and_a_benchmark_that_made_it():
    """`ok` and `measured` follow from the samples and the bar; nothing names the machine."""
    for kept in results.load():
        assert tuple(kept) == results.FIELDS
        assert results.module_of(kept) in bench.MODULES + bench.LONG
        again = [results.result(kept["name"], kept["unit"], kept["samples"], kept["bar"], higher=h) for h in (0, 1)]
        assert kept["measured"] == again[0]["measured"]
        assert kept["ok"] in {a["ok"] for a in again}
        assert platform.node() not in kept["machine"]


def test_a_result_is_held_against_its_bar_in_the_right_direction():
    """At most by default, at least where more is better; the median of the samples counts."""
    slow, fast = [3.0, 1.0, 9.0], [0.5]
    assert not results.result("a", "s", slow, 2)["ok"]
    assert results.result("a", "s", fast, 2)["ok"]
    assert results.result("a", "x faster", slow, 2, higher=True)["ok"]
    assert not results.result("a", "x faster", fast, 2, higher=True)["ok"]
    assert results.result("a", "s", slow, 2)["measured"] == 3
    assert "at most 2" in results.page([results.result("m: a", "s", slow, 2)])
    assert "at least 2" in results.page([results.result("m: a", "x", slow, 2, higher=True)])
    with pytest.raises(ValueError, match="no samples"):
        results.result("a", "s", [], 2)


def test_saving_replaces_the_results_of_one_benchmark_only(tmp_path, monkeypatch):
    """The others stay, and the page follows."""
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")
    monkeypatch.setattr(results, "PAGE", tmp_path / "benchmarks.md")
    results.save("one", [results.result("x", "s", [1], 2), results.result("gone", "s", [1], 2)])
    results.save("two", [results.result("two: y", "s", [1], 2)])
    results.save("one", [results.result("x", "s", [5], 2)])

    assert [(r["name"], r["ok"]) for r in results.load()] == [("one: x", False), ("two: y", True)]
    assert results.PAGE.read_text() == results.page(results.load())


@pytest.mark.parametrize("name", bench.MODULES + bench.LONG)
def test_every_benchmark_gives_its_results(name):
    """`make bench` collects `results()` of each module."""
    tree = ast.parse((results.ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8"))
    assert "results" in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
