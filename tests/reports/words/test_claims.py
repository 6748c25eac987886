"""Every sentence of a first page has a test, and no module prints it without."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from carbon.reports.words.claims import CLAIMS, LIKELY
from carbon.reports.words.language import strings, term_key
from carbon.trajectory import likelihood

REPORTS = Path(__file__).parents[3] / "carbon" / "reports"
FIRST_PAGE = re.compile(r"(hero|plain|breach|finding|chart)\.")
LABELS = {
    "breach.as_read", "breach.as_read_rest", "breach.held", "breach.unspent_kinds", "breach.title",
    "chart.rows", "chart.total", "finding.tonnes", "hero.share_of", "plain.what",
    "hero.begin", "hero.begin_data", "hero.begin_part", "hero.changed", "hero.later", "hero.other_method_same",
    "hero.gap", "hero.headline_method", "hero.other_method", "hero.on_basis", "hero.reject_amount",
    "hero.reject_kind", "hero.reject_money", "hero.reject_no_unit", "hero.reject_row", "hero.reject_rows",
    "plain.aim", "plain.published", "plain.as_published", "plain.as_restated",
    "plain.compared", "plain.counted", "plain.emitted", "plain.other_unjudged",
    "plain.scope1", "plain.scope2", "plain.scope3",
    "plain.tonne", "plain.tonnes", "plain.total",
}
"""Labels of numbers, and frames around sentences that have been tested: nothing in them can be false of a number."""


def test_every_sentence_of_the_first_page_has_its_test():
    """What begins with the name of a first page is a claim, or is listed as a label."""
    keys = {key for key in strings() if FIRST_PAGE.match(key)}
    assert sorted(keys - set(CLAIMS) - LABELS) == []
    assert sorted((LABELS | set(CLAIMS)) - set(strings())) == []


def test_no_module_prints_a_sentence_without_its_test():
    """`words("hero.answer", ...)` would print it untested: the key of a claim is given to `sentence` alone."""
    untested = []
    for file in sorted(REPORTS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).split(".")[-1] == "words":
                literals = {n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)}
                untested += [f"{file.name}:{node.lineno} {key}" for key in literals & set(CLAIMS)]
    assert untested == []


def test_no_claim_holds_of_unknown_numbers():
    """NaN for each number makes every claim false, but for those that state that a figure is missing."""
    about_nothing = {"hero.no_gap"}
    nan = float("nan")
    holds = set()
    for key, claim in CLAIMS.items():
        names = strings()[key]["en"]
        arguments = _arguments(claim)
        if claim(**dict.fromkeys(arguments, nan)):
            holds.add(key)
        assert names
    assert holds == about_nothing


def _arguments(claim: object) -> list[str]:
    code = getattr(claim, "__code__", None)
    if code is None:
        return []
    names = list(code.co_varnames[:code.co_argcount])
    return names + (["scope1", "scope2", "scope3"] if code.co_flags & 0x08 else [])


def test_the_words_of_a_chance_are_those_of_the_scale():
    """Each word of `LIKELY` is the one that `likelihood` gives inside its range."""
    assert {term_key(likelihood((low + high) / 2)): (low, high) for low, high in LIKELY.values()} == LIKELY
