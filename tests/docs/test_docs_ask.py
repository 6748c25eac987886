"""The cookbook of the page: ten questions and twenty lines, each of which runs on one inventory."""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

import carbon as cb

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "ask.md"
TEXT = PAGE.read_text(encoding="utf-8")
LONG = ("history", "inv.uncertainty()", "rail")
"""Lines that run several years, a rerun or the whole uncertainty: they run with the whole page in the long form."""


def _blocks(heading: str) -> list[str]:
    section = TEXT.partition(f"## {heading}")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def test_each_question_takes_at_most_three_lines():
    """Ten blocks, and the table counts the lines of each; with twenty lines more they are thirty answers."""
    lines = [len(block.strip().splitlines()) for block in _blocks("Ten questions")]
    assert len(lines) == 10 and max(lines) <= 3
    counted = [int(n) for n in re.findall(r"^\| [^|]+ \| (\d) \|", TEXT.partition("| question |")[2], re.MULTILINE)]
    assert sorted(counted) == sorted(lines)
    assert len(_blocks("Twenty more")[0].strip().splitlines()) == 20


@pytest.fixture(scope="module")
def session():
    """The objects that the page begins with."""
    return {"cb": cb, "pd": pd, "inv": cb.inventory("petit-studio", 2024), "m": "market-based"}


def test_every_line_answers(session):
    """None is empty, and none changes the total of the inventory: each is evaluated on the same one."""
    before = session["inv"].total("market-based")
    silent = []
    for block in [*_blocks("Ten questions"), *_blocks("Twenty more")]:
        for statement in ast.parse(block).body:
            code = ast.unparse(statement)
            if any(long in code for long in LONG):
                continue
            if not isinstance(statement, ast.Expr):
                exec(code, session)
                continue
            answer = eval(code, session)
            silent += [code] if answer is None or (hasattr(answer, "__len__") and not len(answer)) else []
    assert silent == []
    assert session["inv"].total("market-based") == before
