"""What errors say, read off the code: each text with 7 for each of its values."""

from __future__ import annotations

import ast
from itertools import product

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
