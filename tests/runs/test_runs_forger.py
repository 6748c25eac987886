"""A forger's suite: every file of a set changed, re-hashed or replaced, and what names it, as docs/evidence.md states.

One set is published for all; a second run of it gives the same bytes (test_review, test_publication), so the untouched
set is what a forged one is compared with.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carbon.params.files.project import Project, sha256_of
from carbon.reports.page.portfolio import render_portfolio
from carbon.runs.company_year.filing import file_set
from carbon.runs.company_year.stale import digest
from carbon.runs.company_year.templates import template_of
from carbon.runs.publish.identity import identity, record, record_of
from carbon.runs.publish.sets import current_set, damage, filed_line, read_manifest
from carbon.runs.review.anchor import check_seals, seal, write_seals
from carbon.runs.review.rerun import altered_cells, compared
from carbon.runs.review.stranger import judge
from carbon.runs.review.verify import verify
from carbon.runs.schedule.index_page import write_index

KEY = ("my-company", 2024)
PAGE, NOTEBOOK, WORKBOOK, MANIFEST = "annual_report.html", "annual_report.ipynb", "workbook.xlsx", "manifest.json"
PUBLIC, GOVERNANCE = "annual_report.public.html", "annual_report.governance.html"
PROCESSED = Path("data") / "processed"


@pytest.fixture(scope="module")
def genuine(published_once, tmp_path_factory) -> Path:
    """The published project with a filing and a seal outside of it: not to be changed."""
    root = tmp_path_factory.mktemp("forger") / "project"
    shutil.copytree(published_once, root, symlinks=True)
    file_set(Project(root), *KEY, "ghg_protocol")
    write_seals(root.parent / "seals.txt", [seal(Project(root), *KEY, by="A. Reviewer")])
    return root


@pytest.fixture
def root(genuine, tmp_path) -> Path:
    """A copy to forge in."""
    copy = tmp_path / "project"
    shutil.copytree(genuine, copy, symlinks=True)
    return copy


def folder_of(root: Path) -> Path:
    folder = current_set(Project(root).processed(*KEY))
    assert folder is not None
    return folder


def text_of(value: Any) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def problems(root: Path) -> list[str]:
    """What `verify` has against the project: a forged journal or summary may have a company-year that no folder has."""
    rows = verify(Project(root))
    assert all(row["whole"] is not bool(row["problems"]) for row in rows)
    return [problem for row in rows for problem in row["problems"]]


def flipped(path: Path, draw: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path.chmod(0o600)
    path.write_bytes(data)


@pytest.mark.parametrize("times", [2, pytest.param(200, marks=pytest.mark.torture)])
def test_a_flipped_byte_of_any_file_of_a_set_is_named(root, times):
    """One bit anywhere in each file of the set and of its filing, drawn at random: that file is named, and no other; of
    a manifest or its hash, both may be.
    """
    folder, draw = folder_of(root), random.Random(26)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) > 25 and damage(folder) == []
    for path in files:
        name, kept = path.relative_to(folder).as_posix(), path.read_bytes()
        for _ in range(times if name == MANIFEST else max(1, times // 2)):
            flipped(path, draw)
            found = damage(folder)
            assert found and (path.stem == "manifest" or [p.partition(":")[0] for p in found] == [name]), (name, found)
            assert verify(Project(root))[0]["whole"] is False
            path.write_bytes(kept)


@pytest.mark.parametrize("times", [6, pytest.param(400, marks=pytest.mark.torture)])
def test_a_flipped_byte_around_a_set_is_named_or_changes_no_figure(root, times):
    """The record, the index and the kept notebook: named. Journal, run summary: named where it is an identity or a
    figure; no flip ends `verify` with anything but an answer.
    """
    draw = random.Random(27)
    record_file = record_of(folder_of(root))
    kept_notebook = next((root / "data" / "ledger" / KEY[0] / "notebooks").iterdir())
    around = [record_file, root / PROCESSED / "index.html", kept_notebook,
              *(root / PROCESSED / name for name in ("run_journal.jsonl", "run_summary.json"))]
    for path in around:
        kept = path.read_bytes()
        for _ in range(times):
            flipped(path, draw)
            found = problems(root)
            always = path in (record_file, kept_notebook)
            links = re.sub(rb'<td class="links">.*?</td>', b"", path.read_bytes(), flags=re.DOTALL)
            always |= path.name == "index.html" and links != re.sub(rb'<td class="links">.*?</td>', b"", kept,
                                                                     flags=re.DOTALL)
            name = f"set-{path.name}" if path == record_file else path.name
            assert found or not always, (name, path.read_bytes())
            path.write_bytes(kept)
    assert problems(root) == []


# ------------------------------------------------------------------------------------------------ re-hashed throughout

def cell_line(folder: Path) -> None:
    with_notebook(folder, lambda nb: code(nb).update(source=[*code(nb)["source"], "\nimport os"]))


def with_notebook(folder: Path, change: Callable[[Any], Any]) -> None:
    notebook = json.loads((folder / NOTEBOOK).read_bytes())
    change(notebook)
    (folder / NOTEBOOK).write_bytes(text_of(notebook))


def code(notebook: Any, number: int = -1) -> Any:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][number]


def shown(notebook: Any) -> Any:
    return next(output for cell in notebook["cells"] for output in cell.get("outputs", ())
                if "text/html" in output.get("data", {}))


def drawn(notebook: Any) -> Any:
    return next(output for cell in notebook["cells"] for output in cell.get("outputs", ())
                if "image/svg+xml" in output.get("data", {}))


def replaced(name: str, old: str, new: str | Callable[[re.Match[str]], str]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert re.search(old, text), (name, old)
        (folder / name).write_text(re.sub(old, new, text, count=1), "utf-8")
    return change


def with_book(change: Callable[[Any], Any], name: str = WORKBOOK) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / name)
        change(book)
        book.save(folder / name)
    return save


def with_part(name: str, data: bytes) -> Callable[[Path], None]:
    def add(folder: Path) -> None:
        with zipfile.ZipFile(folder / WORKBOOK, "a") as book:
            book.writestr(name, data)
    return add


def with_table(change: Callable[[pa.Table], pa.Table], name: str = "inventory.parquet",
               **options: Any) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        path = folder / name
        buffer = io.BytesIO()
        pq.write_table(change(pq.read_table(path)), buffer, **options)
        path.write_bytes(buffer.getvalue())
    return write


def halved(table: pa.Table) -> pa.Table:
    frame = table.to_pandas()
    number = frame.select_dtypes("float").columns[0]
    frame[number] = frame[number] / 2
    return pa.Table.from_pandas(frame, preserve_index=False)


def in_part(book: str, part: str, old: str, new: str) -> Callable[[Path], None]:
    """Write the archive anew with one part changed."""
    def write(folder: Path) -> None:
        [path] = folder.glob(book)
        with zipfile.ZipFile(path) as before:
            parts = {name: before.read(name) for name in before.namelist()}
        text = parts[part].decode()
        assert re.search(old, text), (part, text[:500])
        with zipfile.ZipFile(path, "w") as after:
            for name, data in {**parts, part: re.sub(old, new, text, count=1).encode()}.items():
                after.writestr(name, data)
    return write


def drawings_swapped(folder: Path) -> None:
    text = (folder / PAGE).read_text("utf-8")
    one, two = [m.group() for m in re.finditer(r"<svg.*?</svg>", text, re.DOTALL)][:2]
    (folder / PAGE).write_text(text.replace(one, "\0", 1).replace(two, one, 1).replace("\0", two, 1), "utf-8")


def pages_swapped(folder: Path) -> None:
    one, two = folder / PAGE, folder / "annual_report.public.html"
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)


def outputs_swapped(notebook: Any) -> None:
    one, two = [c for c in notebook["cells"] if c.get("outputs")][:2]
    one["outputs"], two["outputs"] = two["outputs"], one["outputs"]


def in_filed(change: Callable[[Path], None]) -> Callable[[Path], None]:
    """Change a file of the filing, and hash all of them anew in its manifest."""
    def write(folder: Path) -> None:
        filing = folder / "filings" / "ghg_protocol"
        change(filing)
        names = {path.name for path in filing.iterdir()} - {MANIFEST, "manifest.sha256"}
        in_place(filing / MANIFEST, outputs={name: sha256_of(filing / name) for name in names})
    return write


def in_manifest(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        change(manifest)
        (folder / MANIFEST).write_bytes(text_of(manifest))
    return write


def in_filing(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        filing = folder / "filings" / "ghg_protocol"
        data = (filing / name).read_bytes()
        assert old in data
        (filing / name).write_bytes(data.replace(old, new, 1))
        manifest = json.loads((filing / MANIFEST).read_bytes())
        manifest["outputs"][name] = sha256_of(filing / name)
        (filing / MANIFEST).write_bytes(text_of(manifest))
    return write


def listed(name: str, data: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(data)
        in_manifest(lambda manifest: manifest["outputs"].update({name: ""}))(folder)
    return write


def appended(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + data) and None


SCRIPT = "<script>document.body.innerHTML = '0 t'</script>"
OTHER_NUMBER = r'data-value="(\d+\.\d)'
FORGERIES: dict[str, tuple[Callable[[Path], None], str]] = {  # what is forged -> where review finds it
    "a line of a cell": (cell_line, f"{NOTEBOOK} cell"),
    "a tag of a cell": (lambda f: with_notebook(f, lambda nb: code(nb)["metadata"].update(tags=["nbval-skip"])),
                        f"{NOTEBOOK} cell"),
    "a hidden cell": (lambda f: with_notebook(f, lambda nb: code(nb)["metadata"].update(
        jupyter={"source_hidden": True})), f"{NOTEBOOK} cell"),
    "an attachment": (lambda f: with_notebook(f, lambda nb: nb["cells"][0].update(
        attachments={"a.png": {"image/png": "AAAA"}})), f"{NOTEBOOK} cell"),
    "the same source in another form": (lambda f: with_notebook(f, lambda nb: code(nb).update(
        source="".join(code(nb)["source"]))), NOTEBOOK),
    "a number of an output": (lambda f: with_notebook(f, lambda nb: shown(nb)["data"].update(
        {"text/html": re.sub(OTHER_NUMBER, r'data-value="9\1', "".join(shown(nb)["data"]["text/html"]))})), "cell"),
    "a script in an output": (lambda f: with_notebook(f, lambda nb: shown(nb)["data"].update(
        {"text/html": "".join(shown(nb)["data"]["text/html"]) + SCRIPT})), "cell"),
    "an attribute of an output": (lambda f: with_notebook(f, lambda nb: shown(nb)["data"].update(
        {"text/html": "".join(shown(nb)["data"]["text/html"]).replace("<", "<b onclick='x()'></b><", 1)})), NOTEBOOK),
    "state of a widget": (lambda f: with_notebook(f, lambda nb: nb["metadata"].update(widgets={"state": SCRIPT})),
                          f"{NOTEBOOK} metadata"),
    "metadata of an output": (lambda f: with_notebook(f, lambda nb: shown(nb).update(metadata={"x": 1})), NOTEBOOK),
    "a value of a page": (replaced(PAGE, OTHER_NUMBER, r'data-value="9\1'), PAGE),
    "a printed number of a page": (replaced(PUBLIC, r">(\d+[.,]\d+)", r">9\1"), PUBLIC),
    "a last digit that is printed": (replaced(GOVERNANCE, r">(\d+\.\d*?)([0-8])(?!\d)", lambda m: (
        f">{m[1]}{int(m[2]) + 1}")), GOVERNANCE),
    "another language of a page": (replaced(PUBLIC, '<html lang="en"', '<html lang="fr"'), PUBLIC),
    "a drawing's shape": (replaced(PAGE, r"(<svg(?s:.*?) d=\"M ?)(\d)", r"\g<1>9\2"), PAGE),
    "a drawing's title": (replaced(GOVERNANCE, r"(<svg[^>]*>)", r"\1<title>0 t</title>"), GOVERNANCE),
    "a drawing's style": (replaced(PUBLIC, r"<path ", '<path style="display:none" '), PUBLIC),
    "a drawing's title in the notebook": (lambda f: with_notebook(f, lambda nb: drawn(nb)["data"].update(
        {"image/svg+xml": re.sub("(<svg[^>]*>)", r"\1<title>0 t</title>", "".join(drawn(nb)["data"]["image/svg+xml"]),
                                 count=1)})), "cell"),
    "another kernel": (lambda f: with_notebook(f, lambda nb: nb["metadata"]["kernelspec"].update(name="bash")),
                       f"{NOTEBOOK} metadata/kernelspec"),
    "cells in another order of execution": (lambda f: with_notebook(f, lambda nb: code(nb).update(execution_count=1)),
                                            f"{NOTEBOOK} cells"),
    "a script in a comment": (replaced("annual_report.public.html", "</body>", f"<!-- {SCRIPT} --></body>"),
                              "annual_report.public.html"),
    "the policy of a page": (replaced(GOVERNANCE, r"default-src [^;]*;", "default-src *;"), GOVERNANCE),
    "a cell of the workbook": (with_book(lambda b: b.worksheets[0].__setitem__("B3", 0.5)), f"{WORKBOOK} sheet"),
    "a formula in the workbook": (with_book(lambda b: b.worksheets[0].__setitem__("Z9", "=cmd|'/c calc'!A0")),
                                  f"{WORKBOOK} sheet"),
    "a hidden sheet": (with_book(lambda b: setattr(b.create_sheet("x"), "sheet_state", "veryHidden")), WORKBOOK),
    "a defined name": (with_book(lambda b: b.defined_names.add(
        openpyxl.workbook.defined_name.DefinedName("total", attr_text="0"))), WORKBOOK),
    "sheets in another order": (with_book(lambda b: b.move_sheet(b.worksheets[0], 1)), WORKBOOK),
    "a column that is hidden": (in_part(WORKBOOK, "xl/worksheets/sheet1.xml", r"<col ", '<col hidden="1" '),
                                f"{WORKBOOK} part xl/worksheets/sheet1.xml"),
    "an external link": (with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), f"{WORKBOOK} parts"),
    "a macro": (with_part("xl/vbaProject.bin", b"macro"), f"{WORKBOOK} parts"),
    "bytes after the workbook": (appended(WORKBOOK, b"payload"), WORKBOOK),
    "bytes after a table": (lambda f: (f / "inventory.parquet").write_bytes(
        b"PAR1" + b"payload" + (f / "inventory.parquet").read_bytes()[4:]) and None, "inventory.parquet"),
    "rows of a table": (with_table(halved), "inventory.parquet row"),
    "a row more": (with_table(lambda t: pa.concat_tables([t, t.slice(0, 1)])), "inventory.parquet"),
    "a column more": (with_table(lambda t: t.append_column("note", pa.nulls(len(t), pa.string()))),
                      "inventory.parquet"),
    "metadata of a table": (with_table(lambda t: t.replace_schema_metadata(
        {**t.schema.metadata, b"note": b"payload"})), "inventory.parquet"),
    "a note on a column": (with_table(lambda t: t.cast(pa.schema([
        t.schema.field(0).with_metadata({b"note": b"payload"}), *list(t.schema)[1:]], t.schema.metadata))),
        "inventory.parquet"),
    "groups of rows": (with_table(lambda t: t, row_group_size=2), "inventory.parquet"),
    "a line of the rejects": (appended("rejects.csv", b"x,y\n"), "rejects.csv line"),
    "line ends of the rejects": (lambda f: (f / "rejects.csv").write_bytes(
        (f / "rejects.csv").read_bytes().replace(b"\n", b"\r\n")) and None, "rejects.csv"),
    "hashes of rows": (replaced("row_hashes.json", r'": "(.)', r'": "\1A'), "row_hashes.json"),
    "the schema of a table": (replaced("datapackage.json", '"(integer)"', '"string"'), "datapackage.json"),
    "the title of the data package": (replaced("datapackage.json", '"title": "', '"title": "Verified: '),
                                      "datapackage.json"),
    "a number that the index draws": (in_manifest(lambda m: m["trend"]["tonnes"].update({"2024": 0.1})),
                                      f"{MANIFEST} trend/tonnes/2024"),
    "the count of figures": (in_manifest(lambda m: m.update(figures_shown=99)), f"{MANIFEST} figures_shown"),
    "a figure of the manifest": (in_manifest(lambda m: m["figures"].update(
        {name: kg / 2 for name, kg in m["figures"].items() if kg})), f"figure {KEY[0]}/{KEY[1]}/total-market"),
    "the summary": (in_manifest(lambda m: m["summary"]["co2e_t"].update({"total-market": 0.1})),
                    f"{MANIFEST} summary/co2e_t/total-market"),
    "a setting": (in_manifest(lambda m: m["settings"].update(scope2_headline="market-based-x")),
                  f"{MANIFEST} settings/scope2_headline"),
    "a state": (in_manifest(lambda m: m["figure_states"].update({f"{KEY[0]}/{KEY[1]}/scope1": "excluded"})),
                f"{MANIFEST} figure_states"),
    "a key more": (in_manifest(lambda m: m.update(note="checked by all")), f"{MANIFEST} note"),
    "a page more": (listed("annual_report.board.html", b"<p>0 t"), "annual_report.board.html"),
    "a line of a filing": (in_filing("ghg_protocol-lines.csv", b"0.", b"7."),
                           "filings/ghg_protocol/ghg_protocol-lines"),
    "the version of a filing": (lambda f: in_place(f / "filings" / "ghg_protocol" / MANIFEST, framework_version="2030"),
                                "filings/ghg_protocol/manifest.json"),
    "a figure of a filing's workbook": (lambda f: filing_book(f), "filings/ghg_protocol/"),
    "a space of no width in a number": (replaced(PUBLIC, r">(\d+[.,])(\d+)", ">\\1\u200b\\2"), PUBLIC),
    "digits of another script": (replaced(GOVERNANCE, r">\d+([.,]\d+)", ">\uff10\\1"), GOVERNANCE),
    "a digit as an entity": (replaced(PUBLIC, r">(\d)", r">&#48;\1"), PUBLIC),
    "a look-alike letter": (replaced(GOVERNANCE, r"(<h1[^>]*>[^<]*?)[aeo]", "\\1\u0430"), GOVERNANCE),
    "another direction of text": (replaced(PAGE, r"(<h1[^>]*>)", "\\1\u202e"), PAGE),
    "two drawings in each other's place": (drawings_swapped, PAGE),
    "two pages in each other's place": (pages_swapped, "annual_report.public.html"),
    "a style that hides a row": (replaced(GOVERNANCE, "</style>", "tr:nth-child(2){display:none}</style>"), GOVERNANCE),
    "a page that leads elsewhere": (replaced(PAGE, "<head>", "<head><meta http-equiv='refresh' content='0;url=//x'>"),
                                    PAGE),
    "ids of another figure": (replaced(PAGE, r'data-figure-id="([^"]+)/scope1"', r'data-figure-id="\1/scope3"'), PAGE),
    "a key twice in the notebook": (replaced(NOTEBOOK, r'"nbformat": 4', r'"nbformat": 5,\n "nbformat": 4'), NOTEBOOK),
    "another layout of the notebook": (replaced(NOTEBOOK, r"\n", r"\n\n"), NOTEBOOK),
    "outputs in each other's place": (lambda f: with_notebook(f, outputs_swapped), "cell"),
    "a stored value other than its formula": (in_part(WORKBOOK, "xl/worksheets/sheet1.xml", r"<v>([^<]*)</v>",
                                                      r"<f>1+1</f><v>\1</v>"), WORKBOOK),
    "a format that shows nothing": (in_part(WORKBOOK, "xl/styles.xml", r"<cellXfs", '<numFmts count="1"><numFmt '
                                            'numFmtId="200" formatCode=";;;"/></numFmts><cellXfs'), WORKBOOK),
    "a comment in the archive": (in_part(WORKBOOK, "docProps/core.xml", r"</cp:coreProperties>",
                                         "<!-- x --></cp:coreProperties>"), f"{WORKBOOK} part docProps/core.xml"),
    "a table in other packing": (with_table(lambda t: t, compression="none"), "inventory.parquet"),
    "the release": (in_manifest(lambda m: m.update(release="2030.1")), f"{MANIFEST} release"),
    "the plans of a filing": (lambda f: in_place(f / "filings" / "ghg_protocol" / MANIFEST, plans={"x.json": "0" * 64}),
                              "filings/ghg_protocol/manifest.json"),
    "a file more in a filing": (in_filed(lambda f: (f / "note.csv").write_bytes(b"x") and None),
                                "filings/ghg_protocol/note.csv"),
    "a file less in a filing": (in_filed(lambda f: (f / "ghg_protocol-lines.csv").unlink()),
                                "filings/ghg_protocol/ghg_protocol-lines.csv"),
    "lines of a filing in another order": (in_filed(lambda f: (f / "ghg_protocol-lines.csv").write_bytes(b"".join(
        sorted((f / "ghg_protocol-lines.csv").read_bytes().splitlines(keepends=True))))), "filings/ghg_protocol/"),
    "a stored value in a filing": (in_filed(in_part("*.xlsx", "xl/worksheets/sheet1.xml", r"</sheetData>",
                                                    "<row r='900'><c r='A900'><f>1</f><v>9</v></c></row></sheetData>")),
                                   "filings/ghg_protocol/"),
    "a filing's workbook packed anew": (in_filed(in_part("*.xlsx", "docProps/core.xml", "(.)", r"\1")),
                                        "filings/ghg_protocol/"),
    "the workbook packed anew": (in_part(WORKBOOK, "docProps/core.xml", "(.)", r"\1"), WORKBOOK),
    "narrower intervals": (with_table(halved, "intervals.parquet"), "intervals.parquet row"),
    "a description of a drawing": (replaced(PAGE, r'(<svg[^>]*aria-label=")', r"\1Halved: "), PAGE),
    "a hidden sheet of the tables": (with_book(lambda b: setattr(b.create_sheet("x"), "sheet_state", "hidden"),
                                               "tables.xlsx"), "tables.xlsx"),
    "a note in a filing's workbook": (in_filed(in_part("*.xlsx", "docProps/core.xml", r"</cp:coreProperties>",
                                                       "<!-- x --></cp:coreProperties>")), "filings/ghg_protocol/"),
}


def in_place(path: Path, **more: Any) -> None:
    path.write_bytes(text_of({**json.loads(path.read_bytes()), **more}))


def filing_book(folder: Path) -> None:
    filing = folder / "filings" / "ghg_protocol"
    [path] = filing.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    cell = next(c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, float) and c.value)
    cell.value /= 2
    book.save(path)
    manifest = json.loads((filing / MANIFEST).read_bytes())
    manifest["outputs"][path.name] = sha256_of(path)
    (filing / MANIFEST).write_bytes(text_of(manifest))


def rehashed(folder: Path) -> None:
    """Give every file its new hash, the set its record, and the filing the set's new identity."""
    def outputs(manifest: dict[str, Any]) -> None:
        manifest["outputs"] = {name: sha256_of(folder / name) for name in manifest["outputs"]}
    in_manifest(outputs)(folder)
    record(folder, identity(folder))
    filing = folder / "filings" / "ghg_protocol"
    in_place(filing / MANIFEST, set_manifest=identity(folder))
    (filing / "manifest.sha256").write_bytes(filed_line(identity(filing)))


def rehashed_throughout(root: Path, was: str) -> None:
    """Write the new identity wherever the old one is: journal, summary, index."""
    for name in ("run_journal.jsonl", "run_summary.json", "index.html"):
        path = root / PROCESSED / name
        path.write_text(path.read_text("utf-8").replace(was, identity(folder_of(root)))
                        .replace(was[:12], identity(folder_of(root))[:12]), "utf-8")


def found_by_review(root: Path, genuine: Path, *, filing: bool = False) -> list[str]:
    """What a review finds that executes the project's own notebook: its result is the genuine set."""
    project, folder = Project(root), folder_of(root)
    manifest = read_manifest(folder)
    altered = altered_cells(template_of(project, KEY[0], manifest), manifest, folder)
    now = root.parent / "now"
    shutil.copytree(folder_of(genuine), now, dirs_exist_ok=True)
    # A filing costs half a second: made again where it is what was forged.
    if not filing and (folder / "filings").exists():
        shutil.rmtree(folder / "filings")
    told = compared(project, KEY, folder, now, [])
    return ([f.where for f in altered] + [f["where"] for f in told["findings"]]
            + [f"figure {row['figure_id']}" for row in told["moved"]])


def file_of(where: str) -> str:
    """Return what a forgery is of: one of each is forged in one round, so that none hides another."""
    if where == "cell" or where.startswith(NOTEBOOK):
        return NOTEBOOK
    return MANIFEST if where.startswith("figure ") else where.split()[0].split("/")[0]


def rounds() -> list[list[str]]:
    by_file: dict[str, list[str]] = {}
    for what, (_, where) in FORGERIES.items():
        by_file.setdefault(file_of(where), []).append(what)
    alone = by_file.pop("row_hashes.json")  # named where all else is equal
    return [alone, *([what for what in one if what] for one in zip_longest(*by_file.values()))]


QUICK = 6
"""Rounds of every run of the suite: with these, several forgeries of each file of a set; the others at length."""
ROUNDS = [pytest.param(whats, id=whats[0], marks=[pytest.mark.torture][:number >= QUICK])
          for number, whats in enumerate(rounds())]


@pytest.mark.parametrize("whats", ROUNDS)
def test_a_forger_who_re_hashes_is_named(root, genuine, whats):
    """The set and its record alone: by journal, summary and index. Those too: by the review, each at its place, and by
    the seal that left the folder.
    """
    folder = folder_of(root)
    was = identity(folder)
    for what in whats:
        FORGERIES[what][0](folder)
    rehashed(folder)
    assert {p.partition(":")[0] for p in problems(root)} >= {"run_journal.jsonl", "run_summary.json", "index.html"}
    rehashed_throughout(root, was)
    assert check_seals(Project(root), genuine.parent / "seals.txt")[1] != []
    assert damage(folder) == []
    found = found_by_review(root, genuine, filing=any(FORGERIES[what][1].startswith("filings/") for what in whats))
    assert [what for what in whats if not any(FORGERIES[what][1] in one for one in found)] == [], found


def test_a_filing_that_states_other_code_is_named_as_changed(root, genuine):
    """Nobody can tell an older release from a forger: the sheet names the filing next to what changed."""
    in_place(folder_of(root) / "filings" / "ghg_protocol" / MANIFEST, code="0" * 64)
    assert [p.partition(":")[0] for p in problems(root)] == ["filings/ghg_protocol/manifest.sha256"]
    rehashed(folder_of(root))
    shutil.copytree(folder_of(genuine), root.parent / "now")
    told = compared(Project(root), KEY, folder_of(root), root.parent / "now", [])
    assert told["changed"] == {"filings": "made by other code: filings/ghg_protocol"} and told["findings"] == []


def test_a_notebook_that_was_put_into_the_ledger_is_named_as_another_one(root, genuine):
    """Who can write the ledger can keep a notebook of his own there, by its hash, and publish from it: the review runs
    that copy, since it is what the manifest names; the sheet has it under what changed, verify the folder's name.
    """
    folder, project = folder_of(root), Project(root)
    was = template_of(project, KEY[0], read_manifest(folder))
    notebook = was.read_text("utf-8").replace('"outputs": []', '"outputs":  []', 1)
    assert notebook != was.read_text("utf-8")
    own = project.ledger(KEY[0]) / "notebooks" / f"{hashlib.sha256(notebook.encode()).hexdigest()}.ipynb"
    own.write_text(notebook, "utf-8")
    in_manifest(lambda m: m["dependencies"].update(
        notebook=dict.fromkeys(m["dependencies"]["notebook"], own.stem)))(folder)
    rehashed(folder)
    shutil.copytree(folder_of(genuine), root.parent / "now")
    assert template_of(project, KEY[0], read_manifest(folder)) == own
    assert "notebook" in compared(project, KEY, folder, root.parent / "now", [])["changed"]
    assert [p for p in problems(root) if "its dependencies give set-" in p]


def test_the_genuine_set_is_named_by_none(genuine, root):
    """Neither verify, nor the review, nor the seal, nor the judge of received sets has anything to name; modes and
    times of files are no part of what is verified.
    """
    (folder_of(root) / PAGE).chmod(0o600)
    os.utime(folder_of(root) / PAGE, (0, 0))
    assert problems(root) == [] and found_by_review(root, genuine, filing=True) == []
    assert check_seals(Project(root), genuine.parent / "seals.txt")[1] == []
    told = judge(Project(genuine), folder_of(root), execute=False, nbval=False)
    assert told["found"]["findings"] == [] and "its files fit its manifest and one another" in told["reason"]


def test_other_packages_in_the_manifest_are_named_and_the_sheet_states_what_was_not_compared(root, genuine):
    """A forger who claims that another version drew: that version is named as changed, and drawings as not compared."""
    folder = folder_of(root)
    FORGERIES["a drawing's shape"][0](folder)
    in_manifest(lambda m: m["dependencies"]["packages"].update(matplotlib="0.0"))(folder)
    rehashed(folder)
    shutil.copytree(folder_of(genuine), root.parent / "now")
    told = compared(Project(root), KEY, folder, root.parent / "now", [])
    assert "matplotlib changed" in told["changed"]["packages"] and told["not_compared"].startswith("drawings")
    [row] = verify(Project(root))
    assert any("its dependencies give set-" in p for p in row["problems"]), "the name of the folder is a hash of them"


# ---------------------------------------------------------------------------------------- files that are no plain files

def test_what_is_no_plain_file_of_the_set_is_named(root):
    """A link in place of a file or a folder, a pipe, an extra file, names that look alike, hold a line end or an escape
    sequence: each is named on one line. A hard link is no difference: its bytes are those of the file.
    """
    folder = folder_of(root)
    shutil.move(folder / "rejects.csv", root / "rejects.csv")
    (folder / "rejects.csv").symlink_to(root / "rejects.csv")
    os.link(folder / PAGE, root / "hard-link")
    (folder / "more").symlink_to("/etc")
    os.mkfifo(folder / "pipe.csv")
    plain = ["Annual_Report.html", "annual_report.html ", "conftest.py"]
    names = ["annual_report.htm\u217c", "annual_report\u200b.html", "b\n1 of 1 sets intact", "c\x1b[2K", "d\udcff"]
    for name in (*names, *plain):
        (folder / name).write_bytes(b"x")
    found = problems(root)
    places = {problem.rpartition(": ")[0] for problem in found}
    assert all(p.isprintable() and p.isascii() for p in found)
    assert places == {"rejects.csv: a link", "more", "pipe.csv", *plain, *map(ascii, names)}, found


def test_a_set_that_is_a_link_is_no_set(root):
    """The folder of the current set, moved away and linked back: what is there is another folder's."""
    folder = folder_of(root)
    shutil.move(folder, root / "elsewhere")
    folder.symlink_to(root / "elsewhere")
    assert current_set(folder.parent) is None and problems(root) != []


SHAPES: list[Callable[[str], str]] = [
    lambda text: text.replace("{", '{\n "company": "other",', 1), lambda text: text + " ",
    lambda text: text.replace('"year": 2024', '"year": NaN'),
    lambda text: re.sub(r"\d+\.\d+,", "1e999,", text, count=1),
    lambda text: text.replace('"rejects.csv"', '"../rejects.csv"'), lambda text: "[" * 100_000 + text,
    lambda text: text.replace('"rejects.csv"', '"/dev/zero"'),
    lambda text: text.replace('"company"', '"c\\u00f4mpany"'),
    lambda text: text.replace("my-company", "my\\ud800company"), lambda text: "", lambda text: "null\n",
    lambda text: text.replace('"dependencies": {', '"dependencies": 1, "x": {'),
    lambda text: "\ufeff" + text, lambda text: text.replace('"summary": {', '"summary": [], "x": {')]


@pytest.mark.parametrize("change", [pytest.param(one, marks=[pytest.mark.torture][:number % 3 > 0])
                                    for number, one in enumerate(SHAPES)])
def test_a_manifest_of_another_shape_is_answered_in_words(root, change):
    """A key twice, trailing bytes, no number of JSON, names that lead out of the set, half a character, deep nesting,
    another shape: verify names the manifest, a review of it as received is an answer; neither ends in an error.
    """
    folder = folder_of(root)
    text = (folder / MANIFEST).read_text("utf-8")
    assert change(text) != text
    (folder / MANIFEST).write_text(change(text), "utf-8")
    record(folder, identity(folder))
    assert any(MANIFEST in problem or "identity" in problem for problem in problems(root))
    from carbon.core.errors import UsageError

    try:
        told = judge(Project(root), folder, execute=False, nbval=False)
        assert told["found"]["findings"] or told["reason"]
    except UsageError as error:
        assert "is no published set" in str(error)


def test_what_is_kept_around_a_set_is_named_where_it_is_not_what_it_states(root):
    """A record of two lines, a signature in the set that is none of the ledger, a view pinned on another identity, a
    number of the index, one of the comparison of companies.
    """
    project, folder = Project(root), folder_of(root)
    sha256 = identity(folder)
    line = record_of(folder).read_text()
    record_of(folder).write_text(line + line.replace(sha256, "f" * 64))
    assert [p for p in problems(root) if f"{folder.name}.sha256 has unreadable" in p]
    record_of(folder).write_text(line)
    (folder / "signed.json").write_bytes(text_of({"year": 2024, "set": folder.name, "identity": sha256}))
    assert problems(root) == ["signed.json: it is no signature of this set in signatures.jsonl"]
    (folder / "signed.json").unlink()
    views = project.ledger(KEY[0]) / "views"
    views.mkdir()
    (views / "2024-x.json").write_bytes(text_of({"set": folder.name, "identity": "0" * 64}))
    assert [p.partition(":")[0] for p in problems(root)] == ["views/2024-x.json"]
    (views / "2024-x.json").unlink()
    rows = json.loads((root / PROCESSED / "run_summary.json").read_bytes())["runs"]
    (root / PROCESSED / "portfolio.html").write_text(render_portfolio(rows), encoding="utf-8")
    assert problems(root) == []  # a company alone has none, but this one shows what the summary gives
    replaced("portfolio.html", r'data-sort="[^"]+">1', 'data-sort="9">9')(root / PROCESSED)
    assert [p.partition(":")[0] for p in problems(root)] == ["portfolio.html"]
    (root / PROCESSED / "portfolio.html").unlink()
    replaced("index.html", r'<td class="n">1', '<td class="n">0')(root / PROCESSED)
    assert [p.partition(":")[0] for p in problems(root)] == ["index.html"]


def moved_to(place: str) -> Callable[[Path], None]:
    def move(root: Path) -> None:
        shutil.move(root / PROCESSED / KEY[0] / str(KEY[1]), root / PROCESSED / place)
    return move


def in_file(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda root: replaced(name, old, new)(root / PROCESSED)


def same_first_digits(name: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        sha256 = identity(folder_of(root))
        in_file(name, sha256, sha256[:12] + sha256[12:][::-1])(root)
    return write


def signed_elsewhere(root: Path) -> None:
    """A signature on an older set, in force; and its file in the current one."""
    line = {"year": 2024, "set": "set-0123456789abcdef", "figure": "report", "state": "accepted", "by": "r",
            "note": "n", "at": "2026-01-02T03:04:05", "identity": "0" * 64}
    (Project(root).ledger(KEY[0]) / "signatures.jsonl").write_text(json.dumps(line) + "\n")
    (folder_of(root) / "signed.json").write_bytes(text_of(line))


def company_of_another_name(root: Path) -> None:
    """The set, copied under another company's name: its manifest, folder and record are those of that company."""
    other = root / PROCESSED / "other-company" / str(KEY[1])
    shutil.copytree(root / PROCESSED / KEY[0] / str(KEY[1]), other, symlinks=True)
    shutil.rmtree(root / PROCESSED / KEY[0])
    folder = current_set(other)
    in_manifest(lambda m: m.update(company="other-company"))(folder)
    shutil.rmtree(folder / "filings")
    name = f"set-{digest('other-company', KEY[1], read_manifest(folder)['dependencies'])}"
    in_manifest(lambda m: m.update(digest=name.removeprefix("set-")))(folder)
    record_of(folder).unlink()
    folder = folder.rename(folder.with_name(name))
    record(folder, identity(folder))
    (other / "current").unlink()
    (other / "current").symlink_to(name)


def linked_year(root: Path) -> None:
    """The folder of a year is a link to that of another company."""
    (root / PROCESSED / "other-company").mkdir()
    shutil.move(root / PROCESSED / KEY[0] / str(KEY[1]), root / PROCESSED / "other-company" / str(KEY[1]))
    (root / PROCESSED / KEY[0] / str(KEY[1])).symlink_to(root / PROCESSED / "other-company" / str(KEY[1]))


def filing_without_its_hash(root: Path) -> None:
    filing = folder_of(root) / "filings" / "ghg_protocol"
    (filing / "manifest.sha256").unlink()
    in_place(filing / MANIFEST, framework_version="2030")


def filing_of_another_format(root: Path) -> None:
    shutil.move(folder_of(root) / "filings" / "ghg_protocol", folder_of(root) / "filings" / "iso_14064_1")


def journalled_again(root: Path) -> None:
    """A later line of the journal gives the set another identity."""
    path = root / PROCESSED / "run_journal.jsonl"
    path.write_text(path.read_text() + path.read_text().splitlines()[-1].replace(identity(folder_of(root)), "0" * 64))


def in_summary(**more: Any) -> Callable[[Path], None]:
    """A second row of the run summary: the first one with other values; the index is written again to show it."""
    def write(root: Path) -> None:
        path = root / PROCESSED / "run_summary.json"
        [row] = json.loads(path.read_bytes())["runs"]
        path.write_bytes(text_of({"runs": [row, {**row, **more}]}))
        write_index(Project(root), [row, {**row, **more}], language="en")
    return write


AROUND: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {  # what is forged around a set -> what is named
    "in another year's folder": (moved_to("my-company/2023"), (MANIFEST, "set-")),
    "in the folder of a company of a similar name": (moved_to("my-c\u043empany"), (MANIFEST, "set-")),
    "a journal cut to nothing": (lambda root: (root / PROCESSED / "run_journal.jsonl").write_text("") and None,
                                 ("run_journal.jsonl",)),
    "a summary of another set": (in_file("run_summary.json", r'"set": "set-[0-9a-f]+"', '"set": "set-0"'),
                                 ("run_summary.json",)),
    "an identity of the same first digits in the summary": (same_first_digits("run_summary.json"),
                                                            ("run_summary.json",)),
    "an identity of the same first digits in the index": (same_first_digits("index.html"), ("index.html",)),
    "another identity in a later line of the journal": (journalled_again, ("run_journal.jsonl",)),
    "a second row of the year in the summary": (in_summary(rows_read=1), ("run_summary.json",)),
    "a year in the summary that was never published": (in_summary(year=2023), ("set-",)),
    "a row more in the index": (in_file("index.html", r"(<tr>.*?</tr>)(?=\s*</tbody>)", r"\1\1"), ("index.html",)),
    "a signature on another set": (signed_elsewhere, ("signed.json", "signatures.jsonl")),
    "under the name of another company": (company_of_another_name, ("run_journal.jsonl", "set-")),
    "a year that is a link": (linked_year, (MANIFEST, "set-")),
    "a filing without the hash of its manifest": (filing_without_its_hash, ("filings/ghg_protocol/manifest.sha256",)),
    "a filing in the place of another": (filing_of_another_format, ("filings/iso_14064_1/manifest.json",)),
}


@pytest.mark.parametrize("what", AROUND)
def test_what_is_forged_around_a_genuine_set_is_named(root, what):
    """The set itself is whole; the place that leads to it, or speaks of it, is named."""
    forge, names = AROUND[what]
    forge(root)
    found = [problem for row in verify(Project(root)) for problem in row["problems"]]
    assert all(any(problem.startswith(name) for problem in found) for name in names), found
    assert all(problem.startswith(names) for problem in found), found


def test_a_received_set_that_contradicts_itself_is_named_without_executing_it(root, genuine):
    """A figure of a page, of the notebook, of the workbook, of the manifest or of the rows alone, re-hashed: the judge
    of received sets has no inputs, and finds that the files disagree.
    """
    folder = folder_of(root)
    total = rf'(data-figure-id="{KEY[0]}/{KEY[1]}/total-market"(?s:.*?)data-value=")'
    forgeries = [replaced(PAGE, total, r"\g<1>9"), FORGERIES["a figure of the manifest"][0],
                 lambda f: with_notebook(f, lambda nb: [o["data"].update({"text/html": re.sub(
                     total, r"\g<1>9", "".join(o["data"]["text/html"]))}) for c in nb["cells"]
                     for o in c.get("outputs", ()) if "text/html" in o.get("data", {})])]
    for forge in forgeries:
        sent = root.parent / "sent" / folder.name
        shutil.copytree(folder, sent)
        forge(sent)
        rehashed(sent)
        assert damage(sent) == []
        told = judge(Project(genuine), sent, execute=False, nbval=False)
        assert told["found"]["findings"] and not told["found"]["executed"], told
        shutil.rmtree(sent)


# --------------------------------------------------------------------------------------------------------- false alarms

PYTHONS = [sys.executable, *filter(None, os.environ.get("CARBON_PYTHONS", "").split(os.pathsep))]
"""Pythons with this package's requirements; others than this one are named in CARBON_PYTHONS."""


def test_the_identity_does_not_depend_on_where_and_when_it_is_verified(genuine, tmp_path):
    """Another path, time zone, locale, umask and Python: the same identity, and whole."""
    told = []
    for number, python in enumerate(PYTHONS):
        root = tmp_path / f"Année {number} — a b" / "proj\u00e9t"
        shutil.copytree(genuine, root, symlinks=True)
        zone = ("Pacific/Kiritimati", "America/St_Johns")[number % 2]
        environment = {**os.environ, "CARBON_PROJECT": "", "TZ": zone, "LC_ALL": "C", "LANG": "tr_TR.UTF-8",
                       "PYTHONUTF8": "0", "PYTHONHASHSEED": str(number)}
        words = ["sh", "-c", 'umask 077; exec "$@"', "sh", python, "-m", "carbon.cli", "verify", "--json"]
        done = subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (python, done.stdout, done.stderr)
        told += [row["identity"] for row in json.loads(done.stdout)["sets"]]
    assert set(told) == {identity(folder_of(genuine))} and len(told) == len(PYTHONS)
    manifest = read_manifest(folder_of(genuine))
    assert folder_of(genuine).name == f"set-{digest(*KEY, manifest['dependencies'])}"
