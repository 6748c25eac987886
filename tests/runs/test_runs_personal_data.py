"""Names that were planted in the records of a company are in no file that others may read, whatever its form."""

from __future__ import annotations

import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_line import Ended, carbon

PLANTED = re.compile(r"planted[a-z]*", re.IGNORECASE)
SALT = "0123456789abcdef0123"
PURCHASES = """\
{year}-04-02,Zelda Planteda,legal,lesson by Zelda Plantedb,{small},EUR,FR,Planteda-approver
{year}-05-02,Yan Plantedc,software,paid to Plantedd,80.00,EUR,FR,Plantede-approver
{year}-06-02,Xi Plantedf,no such thing,gift for Plantedg,60.00,EUR,FR,Plantede-approver
{year}-06-03,Wu Plantedh,legal,for Plantedi,Plantedj,EUR,FR,Plantede-approver
{year}-06-04,Vi Plantedk,legal,for Plantedl,12.00,EUR,Plantedm,Plantede-approver
"""
TRAVEL = """\
{year}-11-07,hotel,,Paris,,1,no,1,,,1,FR,Plantedn
{year}-11-09,air,LYS,Plantedo,economy,1,yes,1,,,,,Plantedp
{year}-11-10,rail,Lyon,Paris,,Plantedq,yes,1,430,km,,FR,Plantedr
"""
DEVICES = """\
user_id,asset_id,category,model,manufacturer,purchased_on,in_service_on,status,site,condition_at_purchase,\
planned_lifespan_years,retired_on,exit_route,exit_partner,personal_use,purchase_price_eur
Xavier Plantedu,a1,laptop,,Dell,2021-03-01,2021-03-05,in use,office,new,5,,,,no,900
plantedv,a2,laptop,,Dell,2022-03-01,2022-03-05,in use,office,new,5,,,,no,900
"""
TRAINING = """\
Matricule;Date d'embauche;Date de départ;Formation;Terminée le
Planteds;2020-01-01;;éco-conception;2024-05-01
Paul Plantedt;2021-01-01;;éco-conception;2023-05-01
"""
ACTIONS = """\
as_of: "2024-12-31"
currency: EUR
actions:
  led:
    label: {en: LED lighting, fr: Éclairage LED}
    owner: Vera Plantedw
    in_service: "2024-06-01"
    steps:
      - {what: offers, due: "2024-02-28"}
"""
FORMATS = ("ghg_protocol", "beges_v5", "esrs_e1", "iso_14064_1", "vsme", "datapoints")
ACCEPTED = "max_rejected_share: {purchases: {rows: 0.6, amount: 0.6}, travel: {rows: 0.7, amount: 0.9}}"


def texts(path: Path) -> Iterator[str]:
    """The bytes of a file as text, and those packed inside of it."""
    data = path.read_bytes()
    yield data.decode("utf-8", "replace")
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            yield from (book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if path.suffix == ".parquet":
        table = pq.read_table(io.BytesIO(data))
        yield f"{table.to_pydict()} {table.schema.metadata}"
    if path.suffix in (".ipynb", ".json"):
        yield json.dumps(json.loads(data), ensure_ascii=False)


def run(root: Path, *words: str) -> Ended:
    return carbon(root, *words, CARBON_SALT=SALT)


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    """A published project of two years with its digital estate: a sole trader fell from 9,000 EUR to 9, cells and
    columns hold names, devices have users, courses employees, and an action has a person for its owner.
    """
    root = tmp_path_factory.mktemp("planted") / "project"
    assert run(root.parent, "init", str(root), "--example", "--digital").returncode == 0
    first = root / "data" / "raw" / "my-company" / "2024"
    for year, small in ((2023, "9000.00"), (2024, "9.00")):
        folder = first.with_name(str(year))
        folder.mkdir(exist_ok=True)
        for path in sorted(first.iterdir()):
            rows = path.read_text(encoding="utf-8").replace("2024-", f"{year}-").splitlines()
            if path.name == "purchases.csv" and "approver" not in rows[0]:
                rows = [f"{rows[0]},approver", *(f"{row},Planteda-approver" for row in rows[1:])]
            more = {"purchases.csv": PURCHASES, "travel.csv": TRAVEL}.get(path.name, "")
            (folder / path.name).write_text("\n".join([*rows, more.format(year=year, small=small)]), encoding="utf-8")
    estate = first.with_name("digital")
    (estate / "parc.csv").write_text(DEVICES, encoding="utf-8")
    (estate / "formation.csv").write_text(TRAINING, encoding="utf-8-sig")
    (root / "params" / "my-company" / "actions.yml").write_text(ACTIONS, encoding="utf-8")
    params = root / "params" / "my-company.yml"
    text = params.read_text(encoding="utf-8").replace("kind: travel}", "kind: travel, columns: {traveller: traveller}}")
    params.write_text(f"{text}\n{ACCEPTED}\nbreach_share: 1\n".replace("base_year: 2024", "base_year: 2023"),
                      encoding="utf-8")
    done = run(root, "run", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def names_others_may_read(folder: Path) -> dict[str, set[str]]:
    """Planted names by file; a private file may hold those of suppliers and of rejected cells."""
    leaks: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            names = {name.lower() for text in texts(path) for name in PLANTED.findall(text)}
            if stat.S_IMODE(path.stat().st_mode) == 0o600:
                names -= {"planteda", "plantedc", "plantedf", "plantedj", "plantedm", "plantedo", "plantedq"}
            if names:
                leaks[path.relative_to(folder).as_posix()] = names
    return leaks


def test_no_planted_name_is_in_a_file_that_others_may_read(planted):
    """Pages, notebook, workbook, tables, manifest, index, journal: no traveller, small supplier or cell with letters;
    private files, with a line for each row, have no traveller and no free text of a row that counts.
    """
    assert names_others_may_read(planted / "data" / "processed") == {}


@pytest.mark.torture
def test_filings_samples_and_failed_runs_show_no_planted_name(planted, tmp_path):
    """Every filing, the pages for staff with sheet and poster, the dossier, the actions, a sample of every row, and a
    run that fails for its rejects: neither their files nor what they print; the sample and the rejects are private.
    """
    root = tmp_path / "project"
    shutil.copytree(planted, root, symlinks=True)
    year, shown = "my-company/2024", str(root / "data" / "processed" / "shown")
    verbs = [*(("file", year, "--format", form) for form in FORMATS),
             *(("digital", year, "--to", f"{shown}-{language}", "--language", language) for language in ("en", "fr")),
             ("actions", year), ("actions", year, "--language", "fr", "--json"),
             ("indicators", "export", "my-company", f"{shown}.xlsx", "--year", "2024"),
             ("explain", f"{year}/scope3"), ("audit", year, "--sample", "500", "--seed", "1")]
    told = [run(root, *words) for words in verbs]
    params = root / "params" / "my-company.yml"
    params.write_text(params.read_text(encoding="utf-8").replace(ACCEPTED, ""), encoding="utf-8")
    told.append(run(root, "run", "--json"))
    assert [done.returncode for done in told] == [0] * len(verbs) + [1], [done.stderr for done in told]
    kinds = {path.suffix for path in (root / "data").rglob("*") if path.is_file()}
    assert kinds >= {".parquet", ".xlsx", ".html", ".ipynb", ".csv", ".json", ".jsonl"} and len(kinds) < 10
    assert names_others_may_read(root / "data" / "processed") == {}
    assert names_others_may_read(root / "data" / "ledger") == {}
    assert [PLANTED.findall(done.stdout + done.stderr) for done in told] == [[]] * len(told)


def test_a_supplier_is_named_from_the_amount_that_params_declare(planted, monkeypatch):
    """At 5,000 EUR one supplier of the example; at 0 each supplier; the total of the others stays."""
    from carbon.accounting import inventory
    from carbon.params.files.project import Project
    from carbon.reports.tables.inventory import OTHERS, suppliers_table

    monkeypatch.setenv("CARBON_SALT", SALT)

    def suppliers(limit: str) -> dict[str, float]:
        params = planted / "params" / "my-company.yml"
        text = re.sub(r"\nsuppliers_named_from: .*", "", params.read_text(encoding="utf-8"))
        params.write_text(f"{text}suppliers_named_from: {limit}\n", encoding="utf-8")
        table = suppliers_table(inventory("my-company", 2024, project=Project(planted)))
        return dict(zip(table["supplier"], table["co2e_t"], strict=True))

    some, every, none = suppliers("5000"), suppliers("0"), suppliers("1e9")
    assert list(some) == ["Logiciels Inventés", OTHERS] and list(none) == [OTHERS]
    assert {"Zelda Planteda", "Yan Plantedc", "Logiciels Inventés"} <= set(every)
    assert sum(some.values()) == pytest.approx(sum(every.values())) == pytest.approx(none[OTHERS])
