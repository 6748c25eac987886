"""The house: rooms in the order of the data flow, imports point up, files only at the two ends."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "carbon"
ROOMS = ("core", "records", "activities", "factors", "emissions", "accounting", "trajectory", "digital", "scorecards",
         "levers", "reports", "runs", "cli")
MAY_TOUCH_FILES = ("records", "runs", "cli", "core/packaged.py", "core/packaged_csv.py", "factors/sources")
FILE_MODULES = {"os", "pathlib", "shutil", "tempfile", "glob", "fcntl", "mmap"}  # io only for bytes in memory
FILE_CALLS = {"open", "read_csv", "read_parquet", "read_excel", "read_json", "read_pickle", "to_csv", "to_parquet",
              "to_excel", "to_json", "to_pickle", "read_text", "read_bytes", "write_text", "write_bytes", "read_table"}
UNSAFE = {"eval", "exec", "read_pickle", "query"}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def downward(path: Path, tree: ast.AST) -> list[str]:
    """Imports of `path` that point to a room below its own."""
    own = room(path)
    if own not in ROOMS:
        return []
    rooms = {n.split(".")[1] for n in imports(tree) if n.startswith("carbon.")}
    return sorted(r for r in rooms if r in ROOMS and ROOMS.index(r) > ROOMS.index(own))


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


def parse(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_room_imports_from_below_it(every):
    """records -> activities -> factors -> ... -> runs: an import may only point up."""
    def check(path: Path):
        assert downward(path, parse(path)) == []

    every(sources(), check)


def test_rooms_between_the_two_ends_open_no_file(every):
    """Files are read and written only at the two ends, by core/packaged and by factors/sources."""
    def check(path: Path):
        assert file_access(parse(path)) == []

    every((p for p in sources() if not p.relative_to(PACKAGE).as_posix().startswith(MAY_TOUCH_FILES)), check)


def test_every_module_lives_in_a_known_room():
    """A new room is a decision: it gets a place in the order."""
    known = {*ROOMS, "__init__", "__main__"}
    assert {room(p) for p in sources()} <= known


def test_functions_and_modules_stay_small(every):
    """No function over 40 lines of body, no module over 300 lines of code."""
    def check(path: Path):
        text = path.read_text(encoding="utf-8")
        code = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
        assert len(code) <= 300
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                if body:
                    assert body[-1].end_lineno - body[0].lineno + 1 <= 40, node.name

    every(sources(), check)


def test_nothing_from_data_can_become_code(every):
    """No eval, exec, pickle, DataFrame.query or shell=True anywhere in the package."""
    def check(path: Path):
        tree = parse(path)
        assert not imports(tree) & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name not in UNSAFE, f"{name} at line {node.lineno}"
                shell = [k for k in node.keywords if k.arg == "shell"]
                assert not any(isinstance(k.value, ast.Constant) and k.value.value for k in shell)

    every(sources(), check)


def unitless_dates(tree: ast.AST) -> list[int]:
    """Lines on which numpy is given NaT or a number of no unit as a date or a span."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and len(n.args) == 1 and not n.keywords]
    return [n.lineno for n in calls if getattr(n.func, "attr", "") == "timedelta64"
            or (getattr(n.func, "attr", "") == "datetime64" and getattr(n.args[0], "value", "") == "NaT")]


def test_no_date_is_without_a_unit():
    """Older versions of numpy take the other side's unit, newer ones warn or refuse: every NaT and span has its own."""
    assert {str(path): found for path in sources() if (found := unitless_dates(parse(path)))} == {}
    assert unitless_dates(ast.parse('np.datetime64("NaT")\nnp.timedelta64(1)\nnp.datetime64("NaT", "D")')) == [1, 2]


@pytest.mark.parametrize("name", ["history_tables", "base_year", "significance", "judged", "restated"])
def test_what_a_history_stands_on_does_not_import_it(name: str):
    """Tables of the years -> events judged -> views -> the history with its views: no module of these imports a later
    one, not even for its types.
    """
    later = {"history_tables": {"judged", "restated", "history"}, "judged": {"restated", "history"}}
    later |= {"significance": {"base_year", *later["history_tables"]}, "base_year": later["history_tables"]}
    own = imports(parse(PACKAGE / "accounting" / f"{name}.py"))
    assert not own & {f"carbon.accounting.{m}" for m in later.get(name, {"history"})}


def test_a_downward_import_and_an_opened_file_would_be_seen():
    """The two walls fail on a counter-example."""
    bad = ast.parse("from carbon.reports import figures\nimport pathlib\nopen('x')\n")
    assert downward(PACKAGE / "activities" / "x.py", bad) == ["reports"]
    assert file_access(bad) == ["pathlib", "open() line 3"]


OPEN_CIRCLES = (
    {"digital.service", "digital.service_levers"},
    {"records.heading_faults", "records.headings"},
    {"reports.sheet", "reports.sheet_drawing", "reports.sheet_key", "reports.sheet_layout", "reports.theme"},
    {"runs.company_year", "runs.rerun"},
)
"""Circles that are still there; the list shrinks and ends empty."""


def modules_imported(path: Path, tree: ast.AST, known: set[str]) -> set[str]:
    """Modules of `known` that `tree` imports: at its top, in functions and for its types alone."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= within if within <= known else {node.module, *within}
    return (found & known) - {module_name(path)}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Modules that lead back to themselves, by group."""
    reached: dict[str, set[str]] = {}
    for start in edges:
        found, ahead = set(), list(edges[start])
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead += edges.get(name, ())
        reached[start] = found
    groups = {frozenset(b for b in found if a in reached.get(b, ())) for a, found in reached.items() if a in found}
    return sorted(map(set, groups), key=sorted)


def test_no_module_leads_back_to_itself():
    """Imports have an order, those inside functions and those of types counted: a circle would only be hidden there."""
    known = {module_name(path) for path in sources()}
    edges = {module_name(path): modules_imported(path, parse(path), known) for path in sources()}

    found = [{name.removeprefix("carbon.") for name in circle} for circle in circles(edges)]

    assert found == sorted(OPEN_CIRCLES, key=sorted)


def test_a_circle_would_be_seen_wherever_its_imports_are():
    """An import in a function leads back as one at the top does; a module that only leads into a circle is not in
    it.
    """
    tree = ast.parse("def f():\n    from carbon.core import b\n")
    known = {"carbon.core", "carbon.core.a", "carbon.core.b"}
    assert modules_imported(PACKAGE / "core" / "a.py", tree, known) == {"carbon.core.b"}
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}}) == [{"b", "c"}, {"d"}]


BY_POSITION = {"runs/parquet.py"}
"""Writes and reads any table, two columns of one name among them: the names are data there."""


def columns_by_position(tree: ast.AST) -> list[int]:
    """Lines that name the columns of a table by their order."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found += [t.lineno for t in node.targets if isinstance(t, ast.Attribute) and t.attr == "columns"]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "set_axis":
            axis = [k.value for k in node.keywords if k.arg == "axis"] + node.args[1:]
            found += [node.lineno for a in axis if getattr(a, "value", 0) in (1, "columns")]
    return found


def lenient_renames(tree: ast.AST) -> list[int]:
    """Lines that rename columns and would pass over one that is not there."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "rename"]
    given = [(n.lineno, {k.arg: k.value for k in n.keywords}) for n in calls]
    return [line for line, words in given if "columns" in words and not isinstance(words["columns"], ast.Lambda)
            and getattr(words.get("errors"), "value", "") != "raise"]


def test_columns_are_renamed_by_name():
    """A table whose columns come in another order keeps its meaning; in a report, a column that is not there is an
    error.
    """
    read = {p.relative_to(PACKAGE).as_posix(): parse(p) for p in sources()}

    assert {p: lines for p, tree in read.items() if p not in BY_POSITION and (lines := columns_by_position(tree))} == {}
    assert {p: lines for p, tree in read.items() if p.startswith("reports/") and (lines := lenient_renames(tree))} == {}
    seen = ast.parse("t.columns = ['a']\nt.set_axis(['a'], axis=1)\nt.rename(columns={'a': 'b'})\n")
    assert (columns_by_position(seen), lenient_renames(seen)) == ([1, 2], [3])
