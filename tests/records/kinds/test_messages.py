"""Messages of the reading rules: each use names a message of the table and gives it all of its words."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

from carbon.core import packaged
from carbon.records.kinds.messages import problem, refusal, warned

ROOM = Path(__file__).parents[3] / "carbon" / "records"
TABLES = {name: packaged.read_rows("carbon.records", f"data/{name}.csv")
          for name in ("messages", "marks", "sums", "ranges")}
GIVEN = {"outside": {"column", "most"}, "warn_at": {"rows", "row"}, **dict.fromkeys(
    ("fault", "fault_at", "exclude", "warn_of", "refusal", "warned", "problem"), frozenset())}
"""Functions that give messages, with the words that they give to each of them."""


def _words(name: str) -> set[str]:
    row = next(row for row in TABLES["messages"] if row["name"] == name)
    fields = {field for text in row.values() for _, field, _, _ in Formatter().parse(text) if field}
    return {field.partition("[")[0].partition(".")[0] for field in fields} - {"skip", "swear"}


def _uses():
    """Module, line, message and words of each call that names a message."""
    names = {row["name"] for row in TABLES["messages"]}
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                function = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found = {a.value for a in node.args if isinstance(a, ast.Constant)} & names
                for name in found if function in GIVEN else ():
                    yield path.name, node.lineno, name, {k.arg for k in node.keywords} | GIVEN[function]


def test_each_use_gives_all_words_of_its_message():
    """A word that is missing would be an error in place of the message."""
    uses = [*_uses()]
    assert len(uses) > 100
    assert [(module, line, name) for module, line, name, given in uses
            if None not in given and not _words(name) <= given] == []  # None: words in a dictionary


def test_each_message_is_used():
    """A message that nothing gives is none; marks and sums name theirs in tables."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ROOM.rglob("*.py")))
    in_tables = {row["message"] for table in ("marks", "sums", "ranges") for row in TABLES[table]}
    assert [row["name"] for row in TABLES["messages"]
            if f'"{row["name"]}"' not in sources and row["name"] not in in_tables] == []


def test_a_message_holds_its_words():
    """The code is what precedes the full stop, with its words; the file is named first."""
    message = problem("{column}_missing", column="trips")
    assert (message.code, message.what_to_do) == ("trips_missing", "fill in `trips`")
    assert warned("all_credits", "a.csv", heading="C").text.startswith("a.csv: 'C' marks")
    refused = refusal("amount_split", "a.csv", heading="Ct", counted_heading="Amount")
    assert refused.code == "amount_split"
    assert "`swears: [{what: whole_amounts, reason:" in refused.what_to_do
    with pytest.raises(KeyError):
        problem("no_such_message")
