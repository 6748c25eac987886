"""The page of JSON has every verb, and a verb prints what the page has: each call of tests/cli is held to it."""

from __future__ import annotations

import re

import pytest
import typer
from json_shapes import PAGE, check_shape, shapes

from carbon.cli import app
from carbon.runs.review.rerun import found_unexecuted
from carbon.runs.review.review import Sheet


def _verbs(command, path=()):
    for name, child in command.commands.items():
        if getattr(child, "commands", None):
            yield from _verbs(child, (*path, name))
        else:
            yield " ".join((*path, name)), child


VERBS = dict(_verbs(typer.main.get_command(app)))


def test_the_page_has_every_verb_and_every_verb_has_json():
    """No verb escapes a program, and the page has no verb that is gone."""
    words_for_params = {"params upgrade"}
    """A word in the place of the company."""
    calls = {" ".join(w for w in call.split() if not w.startswith("--")) for call in shapes()}
    assert calls == VERBS.keys() | words_for_params
    without = [name for name, verb in VERBS.items() if not any("--json" in p.opts for p in verb.params)]
    assert without == []


@pytest.mark.parametrize(("words", "value", "message"), [
    (("diff", "a", "b"), {"a": "x"}, "missing"), (("events", "pin", "a/2024"), {"view": 1}, "an object"),
    (("lab",), {"root": "x", "command": [], "port": 1}, "not on the page"), (("params", "x"), [{"key": 1}], "missing"),
    (("nothing",), {}, "is not on"), (("lab",), [], "an array")])
def test_a_value_of_another_shape_is_found(words, value, message):
    """A key that is missing or not on the page, an object for an array, a verb without a row; what the rows of a key
    hold is not asked of the object around them.
    """
    with pytest.raises(AssertionError, match=message):
        check_shape(words, value)
    check_shape(("run", "--dry-run"), {"plan": []})
    check_shape(("file", "a/2024", "--check"), {"company": "a", "year": 2024, "format": "vsme", "missing": []})


def test_the_page_has_every_key_of_a_review(tmp_path):
    """Those of a row of `reviews`: of each, of a set that was found, and of one whose notebook was executed."""
    found = {**found_unexecuted(tmp_path, []), "not_compared": ""}
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `review` |"))
    named = re.findall(r"`(\w+)`", row.partition("(each")[2].partition(")")[0])
    assert named and set(named) == Sheet("petit-studio", 2024, found=found).as_json().keys()
