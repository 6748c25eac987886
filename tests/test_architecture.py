"""The house: rooms and sub-rooms in the order of the data flow, imports point up, files only at the two ends."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "carbon"
ROOMS = ("core", "params", "records", "activities", "factors", "emissions", "accounting", "trajectory", "digital",
         "scorecards", "levers", "reports", "runs", "cli")
INSIDE = {
    "params": ("shapes", "files"),
    "records": ("kinds", "grids", "headings", "values", "rules", "files"),
    "activities": ("draft amounts", "classification", "kinds", "."),
    "factors": (".", "sources"),
    "emissions": (".", "uncertainty"),
    "accounting": ("inventory_tables views", "frames", "expectations", "boundary", ".", "years", "scenarios"),
    "trajectory": (".", "fitting"),
    "digital": (".", "devices", "services", "reconciliation", "company"),
    "reports": ("words", "tables", "figures", "page", "exhibits", ".", "filings"),
    "runs": ("publish", "notebook", "company_year", "schedule", "review", "desk"),
}
"""Sub-rooms of a room in their order; names in one string share a place, "." is every other module of the room."""
MODULES_IN_A_FOLDER, LINES_OF_A_MODULE, LINES_OF_A_FUNCTION = 25, 400, 40
MAY_TOUCH_FILES = ("records", "runs", "cli", "core/packaged.py", "params/files", "factors/sources")
FILE_MODULES = {"os", "pathlib", "shutil", "tempfile", "glob", "fcntl", "mmap"}  # io only for bytes in memory
FILE_CALLS = {"open", "read_csv", "read_parquet", "read_excel", "read_json", "read_pickle", "to_csv", "to_parquet",
              "to_excel", "to_json", "to_pickle", "read_text", "read_bytes", "write_text", "write_bytes", "read_table"}
UNSAFE = {"eval", "exec", "read_pickle", "query"}
SERIALISERS = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
BY_POSITION = {"carbon.runs.publish.parquet", "carbon.core.display"}
"""Codes of columns held as dictionaries are unpacked in the order of the table itself; a table is held on other arrays
column by column, and two of its columns may have one name.
"""
READERS_WORDS = ("strings.csv", "phrases.csv")
TESTED_ELSEWHERE = PROJECT / "tests" / "module_tests.csv"
LEAST_WITH_A_TEST = 0.9


@cache
def modules() -> dict[str, Path]:
    """Dotted name -> file of every module of the package."""
    return {".".join(p.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): p
            for p in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> set[str]:
    """Modules and names that are imported anywhere: at the top, deferred, or for types alone."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def imported_modules(name: str, tree: ast.AST) -> set[str]:
    """The modules of the package that a module imports; of a package only where no module of it is named."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}" if f"{node.module}.{a.name}" in modules() else node.module
                      for a in node.names}
    return {m for m in found if m in modules() and m != name}


def place(module: str) -> tuple[int, int] | None:
    """A module's room and sub-room as places in the order; the room's own `__init__` comes first in it."""
    parts = module.split(".")[1:]
    if not parts or parts[0] not in ROOMS:
        return None
    order = INSIDE.get(parts[0])
    room = ROOMS.index(parts[0])
    if order is None or len(parts) == 1:
        return room, -1
    named = [i for i, names in enumerate(order) if parts[1] in names.split()]
    return room, named[0] if named else order.index(".")


def downward(name: str, tree: ast.AST) -> list[str]:
    """Imports that point to a room or sub-room below the module's own; a room's `__init__` opens what is in the
    room.
    """
    own = place(name)
    if own is None:
        return []
    below = {m: p for m in imported_modules(name, tree) if (p := place(m))}
    return sorted(m for m, p in below.items() if p[0] > own[0] or (p[0] == own[0] and own[1] >= 0 and p[1] > own[1]))


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules of which each reaches each other (strongly connected components of two or more)."""
    reached = {start: _reach(start, graph) for start in graph}
    groups = {tuple(sorted(m for m in reached[n] if n in reached.get(m, ()))) for n in graph if n in reached[n]}
    return sorted([*group] for group in groups)


def _reach(start: str, graph: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def file_access(tree: ast.AST) -> list[str]:
    """Modules and calls in `tree` that could open a file; reading packaged data through core.packaged is allowed."""
    found = sorted({n.split(".")[0] for n in imports(tree)} & FILE_MODULES)
    packaged = {n.removeprefix("carbon.core.packaged.") for n in imports(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if name in FILE_CALLS and owner != "packaged" and getattr(node.func, "id", None) not in packaged:
                found.append(f"{name}() line {node.lineno}")
    return found


def patches(tree: ast.AST) -> list[str]:
    """Places that change another module: sys.modules, a class swapped, a private store of settings overwritten."""
    found = []
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else []
        for target in targets:
            text = ast.unparse(target)
            if text.startswith("sys.modules[") or text.endswith(".__class__"):
                found.append(f"{text} line {node.lineno}")
        if isinstance(node, ast.Call):
            text = ast.unparse(node.func)
            if text in ("dict.update", "dict.__setitem__", "dict.__getitem__"):
                found.append(f"{text} line {node.lineno}")
            if text == "setattr" and not (node.args and ast.unparse(node.args[0]) in ("self", "cls")):
                found.append(f"setattr line {node.lineno}")
    return found


def renamed_by_position(tree: ast.AST) -> list[int]:
    """Lines that name the columns of a table by their position."""
    assigned = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Assign)
                and any(isinstance(t, ast.Attribute) and t.attr == "columns" and ast.unparse(t.value) != "self"
                        for t in n.targets)]
    called = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "set_axis"
              and any(k.arg == "axis" and ast.unparse(k.value) in ("1", "'columns'") for k in n.keywords)]
    return [*assigned, *called]


def lenient_renames(tree: ast.AST) -> list[int]:
    """Lines that rename columns and would pass over one that is not there."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "rename"]
    named = [(n.lineno, {k.arg: k.value for k in n.keywords}) for n in calls]
    return [line for line, words in named if "columns" in words and not isinstance(words["columns"], ast.Lambda)
            and getattr(words.get("errors"), "value", "") != "raise"]


def over_all(check) -> dict[str, object]:
    """What a check finds, by module; empty where the whole package holds."""
    return {name: found for name, path in modules().items() if (found := check(name, tree_of(path)))}


def test_imports_point_up_between_rooms_and_sub_rooms():
    """params -> records -> activities -> ... -> runs, and likewise inside a room; deferred imports and types count."""
    assert over_all(downward) == {}


def test_no_modules_import_each_other_in_a_circle():
    """A deferred import hides no circle: each group of modules that reach each other is named."""
    assert circles({name: imported_modules(name, tree_of(path)) for name, path in modules().items()}) == []


def test_every_module_lives_in_a_known_room():
    """A new room or sub-room is a decision: it gets a place in the order."""
    homeless = []
    for name in modules():
        parts = name.split(".")[1:]
        if parts and parts[0] not in (*ROOMS, "__main__"):
            homeless.append(name)
        order = INSIDE.get(parts[0]) if parts else None
        if order and len(parts) > 1 and "." not in order and not any(parts[1] in names.split() for names in order):
            homeless.append(name)
    assert homeless == []


def test_rooms_between_the_two_ends_open_no_file():
    """Files are read and written only at the two ends, by core/packaged and by factors/sources."""
    inner = {name: path for name, path in modules().items()
             if not path.relative_to(PACKAGE).as_posix().startswith(MAY_TOUCH_FILES)}
    assert {name: found for name, path in inner.items() if (found := file_access(tree_of(path)))} == {}


def test_folders_modules_and_functions_stay_small():
    """At most 25 modules in a folder, 400 lines in a module and 40 in the body of a function."""
    in_folder = Counter(str(path.parent.relative_to(PROJECT)) for path in modules().values()
                        if path.name != "__init__.py")
    assert {f: n for f, n in in_folder.items() if n > MODULES_IN_A_FOLDER} == {}
    assert {n: lines for n, p in modules().items()
            if (lines := len(p.read_text(encoding="utf-8").splitlines())) > LINES_OF_A_MODULE} == {}
    assert over_all(lambda _, tree: [f.name for f in ast.walk(tree)
                                     if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)
                                     and body_lines(f) > LINES_OF_A_FUNCTION]) == {}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_each_module_has_a_test_file_of_its_name_or_a_reason():
    """tests/<room>/<sub-room>/test_<module>.py exists for nine modules in ten; the others are listed with where they
    are tested and why, and nothing else is listed.
    """
    with TESTED_ELSEWHERE.open(encoding="utf-8", newline="") as file:
        rows = {row["module"]: row for row in csv.DictReader(file)}
    named = {path.relative_to(PROJECT).as_posix(): path for path in modules().values() if path.name != "__init__.py"}
    without = {name for name, path in named.items() if not test_file(path).exists()}
    assert without == set(rows)
    assert {m for m, row in rows.items() if not row["why"] or not (PROJECT / row["tested_in"]).is_file()} == set()
    assert len(without) <= (1 - LEAST_WITH_A_TEST) * len(named)


def test_file(path: Path) -> Path:
    inside = path.relative_to(PACKAGE)
    return PROJECT / "tests" / inside.parent / f"test_{inside.name}"


test_file.__test__ = False  # type: ignore[attr-defined]


def test_words_of_readers_live_in_the_words_of_reports():
    """Only reports/words reads the tables of readers' words."""
    reading = {name for name, path in modules().items()
               if any(isinstance(n, ast.Constant) and str(n.value).endswith(READERS_WORDS)
                      for n in ast.walk(tree_of(path)))}
    assert {name for name in reading if not name.startswith("carbon.reports.words")} == set()


def test_each_table_that_records_are_read_with_has_one_reader():
    """Words, headings, kinds, rules and messages of records are packaged tables, each read by one module."""
    tables = {f"data/{path.name}" for path in (PACKAGE / "records" / "data").glob("*.csv")} - {"data/word_sources.csv"}
    reading = Counter((table, name) for name, path in modules().items() if name.startswith("carbon.records")
                      for table in tables & {n.value for n in ast.walk(tree_of(path)) if isinstance(n, ast.Constant)
                                             and isinstance(n.value, str)})
    assert sorted(table for table, _ in reading) == sorted(tables)


def test_no_other_package_is_changed_at_run_time():
    """No stub in sys.modules, no class swapped on a module, no method replaced, no settings written past their
    validation.
    """
    assert over_all(lambda _, tree: patches(tree)) == {}


def test_columns_are_renamed_by_name():
    """A table whose columns come in another order keeps its figures under their names; in a report, a column that is
    not there is an error.
    """
    assert over_all(lambda name, tree: [] if name in BY_POSITION else renamed_by_position(tree)) == {}
    assert over_all(lambda name, tree: lenient_renames(tree) if name.startswith("carbon.reports") else []) == {}


def test_reading_rules_are_a_registry_of_one_signature():
    """Each rule has its own code, a reason and a function of one argument, in the order in which the rules are asked;
    no module calls a rule by itself.
    """
    import inspect

    from carbon.records.rules.registry import RULES

    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes) > 15
    assert all(rule.reason for rule in RULES)
    assert [rule.order for rule in RULES] == sorted(rule.order for rule in RULES)
    assert {rule.code: n for rule in RULES if (n := len(inspect.signature(rule.apply).parameters)) != 1} == {}


def test_nothing_from_data_can_become_code():
    """No eval, exec, pickle, DataFrame.query or shell=True anywhere in the package."""
    def unsafe(_: str, tree: ast.AST) -> list[str]:
        found = sorted(imports(tree) & SERIALISERS)
        for node in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            shell = any(k.arg == "shell" and getattr(k.value, "value", True) for k in node.keywords)
            found += [f"{name} line {node.lineno}"] if name in UNSAFE or shell else []
        return found

    assert over_all(unsafe) == {}


def unitless_dates(tree: ast.AST) -> list[int]:
    """Lines on which numpy is given NaT or a number of no unit as a date or a span."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and len(n.args) == 1 and not n.keywords]
    return [n.lineno for n in calls if getattr(n.func, "attr", "") == "timedelta64"
            or (getattr(n.func, "attr", "") == "datetime64" and getattr(n.args[0], "value", "") == "NaT")]


def test_no_date_is_without_a_unit():
    """Older versions of numpy take the other side's unit, newer ones warn or raise: every NaT and span has its own."""
    assert over_all(lambda _, tree: unitless_dates(tree)) == {}


def test_each_walk_finds_its_counter_example():
    """An import that points down, a circle, an opened file, a patch, a rename by position and a bare NaT are all
    seen.
    """
    bad = ast.parse("from carbon.reports.words import language\nimport pathlib\nopen('x')\n")
    assert downward("carbon.activities.pipeline", bad) == ["carbon.reports.words.language"]
    assert downward("carbon.reports.words.language", ast.parse("import carbon.reports.page.html")) == [
        "carbon.reports.page.html"]
    assert file_access(bad) == ["pathlib", "open() line 3"]
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert patches(ast.parse("sys.modules['x'] = y\nroom.__class__ = Room\nsetattr(other, 'f', g)\n"
                             "dict.update(rcParams, s)")) == [
        "sys.modules['x'] line 1", "room.__class__ line 2", "setattr line 3", "dict.update line 4"]
    assert lenient_renames(ast.parse("t.rename(columns={'a': 'b'})\n"
                                     "t.rename(columns={'a': 'b'}, errors='raise')")) == [1]
    assert renamed_by_position(ast.parse("t.columns = ['a']\nt.set_axis(['a'], axis=1)")) == [1, 2]
    assert unitless_dates(ast.parse('np.datetime64("NaT")\nnp.timedelta64(1)\nnp.datetime64("NaT", "D")')) == [1, 2]
