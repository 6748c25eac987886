"""What is shipped: the wheel and the source archive are built and opened. Every packaged table has a citation under a
licence that allows it, and nothing share-alike, non-commercial or AGPL is inside.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

import carbon

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
NEVER_SHIPPED = ("digital/odbl", "sharealike")
ALLOWED = ("MIT", "Apache-2.0", "Licence Ouverte", "Open Government Licence v3.0", "CC BY 4.0", "CC0", "US Government",
           "Open Government Licence - Canada", "Unicode License", "facts", "Public domain", "PDDL", "Bitstream Vera")
NOT_ALLOWED = ("agpl", "odbl", "open database", "share-alike", "sharealike", "by-sa", "by-nc", "non-commercial",
               "by-nd")
OWN_WORDS = ("carbon/reports/data/strings.csv", "carbon/reports/data/filing_strings.csv",
             "carbon/reports/data/governance_strings.csv", "carbon/reports/data/plan_strings.csv",
             "carbon/reports/data/audit_strings.csv", "carbon/reports/data/workbook.csv",
             "carbon/reports/data/phrases.csv",
             "carbon/factors/data/factor_labels.csv", "docs/methods/formulas.csv",
             "carbon/runs/data/new_project/", "scripts/factor_names.csv", "scripts/words.csv")
"""Text of this project and its template of a company: no table of anybody's."""
INVENTED = ("data/", "params/", "tests/")
"""Of the source archive: records and choices of the example companies, and hostile files of the tests."""
TABLES = (".csv", ".zip", ".parquet", ".woff")


def build(out: Path) -> dict[str, bytes]:
    """Build wheel and source archive; name -> bytes."""
    made = subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
                          capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-2000:]
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """Path inside -> bytes, of the wheel and of the source archive."""
    out = tmp_path_factory.mktemp("dist")
    build(out)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        inside = {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        files = [m for m in archive.getmembers() if m.isfile()]
        source = {m.name.split("/", 1)[1]: archive.extractfile(m).read() for m in files}
    return {"wheel": inside, "sdist": source}


def licences(value: Any) -> Iterator[str]:
    """Every value of a key `licence`, however deep."""
    if isinstance(value, dict):
        yield from [str(v) for k, v in value.items() if k == "licence"]
        for inner in value.values():
            yield from licences(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from licences(inner)


def words_not_allowed(text: str) -> list[str]:
    """The words of `text` that no shipped licence may have."""
    return [word for word in NOT_ALLOWED if word in text.lower()]


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_every_packaged_table_has_a_citation(built, kind):
    """name.yml is next to name.csv, or a citation of the same folder names the file; in the source archive too."""
    inside = built[kind]
    tables = [n for n in inside if n.endswith(TABLES) and not n.startswith((*OWN_WORDS, *INVENTED))]
    assert len(tables) > 30
    alone = [n for n in tables if f"{n.rsplit('.', 1)[0]}.yml" not in inside]
    for name in alone:
        folder, file = name.rsplit("/", 1)
        citations = [c for n, c in inside.items() if n.startswith(f"{folder}/") and n.endswith(".yml")]
        assert any(file.split(".")[0].encode() in c for c in citations), name


def test_the_wheel_has_the_marker_of_types_and_the_notice(built):
    """Type checkers read the annotations of an installed package; licence and notice travel with the data."""
    wheel = built["wheel"]
    assert "carbon/py.typed" in wheel
    licences = {n.rsplit("/", 1)[1]: content for n, content in wheel.items() if ".dist-info/licenses/" in n}
    assert set(licences) == {"LICENSE", "NOTICE"}
    assert licences["NOTICE"] == (ROOT / "NOTICE").read_bytes()


def test_the_notice_names_every_source_of_others(built):
    """Publisher, licence and attribution of each citation are in NOTICE, the font's too; our own tables are not."""
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    cited = [(name, yaml.safe_load(content)) for name, content in built["wheel"].items()
             if name.endswith(".yml") and "/data/" in name and "/new_project/" not in name]
    lines = {f"  Licence: {' '.join(text.split())}" for _, citation in cited for text in licences(citation)}
    assert {line for line in lines if line not in notice} <= {"  Licence: Apache-2.0"}
    assert "DejaVu Sans" in notice and "carbon/reports/data/dejavu_subset.yml" in notice
    assert "Publisher: the project" not in notice


def test_package_and_changelog_have_one_version():
    """`pyproject.toml`, `carbon.__version__` and the first version of the changelog are equal."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    first = re.search(r"^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE).group(1)
    assert carbon.__version__ == declared == first


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_every_licence_is_on_the_allow_list(built, kind):
    """Each citation names a licence we may ship under, and none of the others."""
    found = {name: list(licences(yaml.safe_load(content))) for name, content in built[kind].items()
             if name.endswith(".yml") and "/data/" in name and not name.startswith(INVENTED)}
    all_of_them = [(name, text) for name, texts in found.items() for text in texts]
    assert len(all_of_them) > 30
    assert [(n, t) for n, t in all_of_them if not t.startswith(ALLOWED) or words_not_allowed(t)] == []


def test_the_digital_tables_are_the_ones_that_were_cited(built):
    """Title, publisher and the sha256 of the table are in each citation of the digital room."""
    wheel = built["wheel"]
    names = [n for n in wheel if n.startswith("carbon/digital/data/") and n.endswith(".csv")]
    assert len(names) >= 12
    for name in names:
        citation = yaml.safe_load(wheel[f"{name[:-4]}.yml"])
        assert citation["title"] and citation["publisher"] and citation["licence"]
        assert citation["table_sha256"] == sha256(wheel[name]).hexdigest(), name


def test_every_device_row_keeps_its_note(built):
    """MIT at the repository, on a study that rests on a third party's database: the note stays on each row."""
    lines = built["wheel"]["carbon/digital/data/devices.csv"].decode().splitlines()
    assert len(lines) > 5 and all("ADEME-Arcep study" in line and "NegaOctet" in line for line in lines[1:])


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_no_path_of_a_share_alike_folder_is_inside(built, kind):
    """Neither folder, under any name."""
    paths = [n.lower() for n in built[kind]]
    assert [p for p in paths if "odbl" in p or "sharealike" in p or "boaviztapi" in p] == []


@pytest.mark.official
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_no_file_of_a_share_alike_folder_is_inside_under_another_name(built, kind):
    """By content: no sha256 of those files, and no line of them, is in the archive's tables."""
    folders = [SHARED / name for name in NEVER_SHIPPED]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("the comparison tables are not next to the project")
    theirs = [p.read_bytes() for folder in folders for p in folder.rglob("*") if p.is_file()]
    inside = built[kind]
    digests = {sha256(content).hexdigest() for content in inside.values()}
    assert theirs and not {sha256(content).hexdigest() for content in theirs} & digests
    lines = {line for content in theirs for line in content.splitlines() if len(line) > 40}
    ours = {line for name, content in inside.items() if name.endswith(".csv") for line in content.splitlines()}
    assert not lines & ours


def test_a_refused_licence_would_be_seen():
    """The words are found in a counter-example."""
    assert words_not_allowed("ODbL 1.0 + DbCL 1.0") == ["odbl"] and words_not_allowed("CC BY-NC-ND") == ["by-nc"]
    assert words_not_allowed("AGPL-3.0") == ["agpl"] and words_not_allowed("MIT") == []


@pytest.mark.torture
def test_two_builds_have_the_same_bytes(tmp_path):
    """Neither the time nor the folder of a build is in the wheel or the source archive."""
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    assert len(first) == 2 and first == second
