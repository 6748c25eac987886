"""Reasons why a report is missing, in the language of the page."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pkgutil import walk_packages

from carbon import records
from carbon.reports.words.failures import reason_lines
from carbon.reports.words.language import Words

Function = ast.FunctionDef


def written(node: ast.expr, known: dict[str, list[str]]) -> list[str]:
    """What an error says, with 7 for each of its values; both ways of a choice, and each text that a name stands
    for.
    """
    if isinstance(node, ast.IfExp):
        return [*written(node.body, known), *written(node.orelse, known)]
    if isinstance(node, ast.BinOp):
        return [a + b for a in written(node.left, known) for b in written(node.right, known)]
    if isinstance(node, ast.JoinedStr):
        parts = [written(part, known) for part in node.values]
        return ["".join(choice) for choice in product(*parts)]
    if isinstance(node, ast.FormattedValue):
        texts = known.get(node.value.id, ["7"]) if isinstance(node.value, ast.Name) else ["7"]
        if isinstance(node.value, ast.IfExp) and isinstance(node.value.body, ast.Constant):
            texts = written(node.value, known)
        return [repr(text) for text in texts] if node.conversion == ord("r") else texts
    assert isinstance(node, ast.Constant)
    return [str(node.value)]


def named(tree: ast.Module, function: Function) -> dict[str, list[str]]:
    """Name -> the texts it stands for: those of a loop over a literal, or those that the module's calls pass for it."""
    tables = {target.id: node.value for node in ast.walk(function) if isinstance(node, ast.Assign)
              for target in node.targets if isinstance(target, ast.Name)}
    found: dict[str, list[str]] = {}
    for loop in (node for node in ast.walk(function) if isinstance(node, ast.For)):
        if isinstance(loop.target, ast.Tuple):
            for at, name in enumerate(loop.target.elts):
                found[ast.unparse(name)] = [text for row in looped(loop.iter, tables) for text in texts_of(row[at])]
    names = [a.arg for a in function.args.args if a.arg != "self"]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)
             and ast.unparse(node.func) in (function.name, f"self.{function.name}")]
    for at, name in enumerate(names):
        found[name] = [text for call in calls if at < len(call.args) for text in texts_of(call.args[at])]
    return {name: texts for name, texts in found.items() if texts}


def looped(over: ast.expr, tables: dict[str, ast.expr]) -> list[list[ast.expr]]:
    """Rows of the literal that a loop runs over: `for a, b in ((..), ..)` or `for key, value in table.items()`."""
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and isinstance(over.func.value, ast.Name):
        table = tables.get(over.func.value.id)
        return [[k, v] for k, v in zip(table.keys, table.values, strict=True) if k] if isinstance(
            table, ast.Dict) else []
    return [row.elts for row in over.elts if isinstance(row, ast.Tuple)] if isinstance(over, ast.Tuple) else []


def texts_of(node: ast.expr) -> list[str]:
    text = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    return written(node, {}) if text else []
MEANT = {
    "headings.faults": {"where": ["above", "below"]},
    "params.digital": {"where": ["line 7: not as many cells as headings", "line 7: a heading twice"]},
    "values.months_across": {"what": ["'7' is next to columns of months", "a month is lacking between the others"]},
    "rules.straight_lines": {"say": ["e.g. 7 - 7: 7 km given, 7 km apart"]},
    "files.company": {"problem": ["the rows read sum to 7, params declare 7"]},
    "grids.datev": {"why": ["its amounts include tax depending on a key or an account, and the file does not show "
                            "which do", "it is no list of purchases"]},
    "grids.encodings": {"what": ["neither UTF-8 nor Windows-1252", "is not 7: 7"]},
}
"""Module -> name -> the texts it stands for, where the code makes them before the refusal."""
TEXT = (ast.Constant, ast.JoinedStr, ast.IfExp, ast.BinOp)


def whole_files_refused() -> Iterator[tuple[str, str]]:
    """What each refusal of a whole file says, and its remedy, with a file for the name that it begins with."""
    for found in walk_packages(records.__path__, "carbon.records."):
        module = found.name.removeprefix("carbon.records.")
        tree = ast.parse(inspect.getsource(import_module(found.name)))
        texts = {target.id: written(node.value, {}) for node in tree.body if isinstance(node, ast.Assign)
                 for target in node.targets if isinstance(target, ast.Name) and isinstance(node.value, TEXT[:2])}
        for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
            known = named(tree, function) | MEANT.get(module, {})
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "FileRefused":
                    said = [node.args[0], *(k.value for k in node.keywords if k.arg == "what_to_do")]
                    for what, make in zip(said, (as_of_a_file, "Hint: {}".format), strict=True):
                        ways = written(what, known) if isinstance(what, TEXT) else [
                            *known.get(ast.unparse(what), []), *texts.get(ast.unparse(what), [])]
                        # Some say what another error says, whose words are tested where it is raised.
                        yield from ((module, make(text)) for text in ways if text and not text.endswith(": 7"))


def as_of_a_file(text: str) -> str:
    return re.sub(r"^7(?=:|, |#)", "data/raw/acme/2024/a file.csv", text)


def test_each_refusal_of_a_file_is_said_in_french_where_the_index_shows_it(every):
    """Read off the readers, so that a refusal written later without its words fails here. Its values stay in it."""
    def check(room: str, reason: str):
        [(french, language)] = reason_lines(reason, Words("fr"))
        assert language == "fr", room
        assert french.count("7") == reason.count("7")
        assert reason_lines(reason, Words("en")) == [(reason, "en")]

    every(dict.fromkeys(whole_files_refused()), check)


def test_refusals_are_read_off_all_readers_that_refuse():
    """A reader that refuses and of which nothing is read would pass above without a word."""
    refusing = {m.name.removeprefix("carbon.records.") for m in walk_packages(records.__path__, "carbon.records.")
                if re.search(r"FileRefused\(\s*f?\"", inspect.getsource(import_module(m.name)))}
    assert refusing <= {room for room, _ in whole_files_refused()}
