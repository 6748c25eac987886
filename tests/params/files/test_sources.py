"""Source profiles in the params of a company: merged, named with place and version, replaced aloud."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from carbon.core import packaged
from carbon.core.errors import ParamsError
from carbon.params.files.load import load_company, load_runs, origins
from carbon.params.files.project import Project
from carbon.params.files.sources import packaged_sources, source_of
from carbon.runs.company_year.stale import dependencies, params_files
from carbon.runs.desk.new_project import make_project
from carbon.runs.publish.hashing import FileHashes

ENTRY = "files:\n  - {pattern: 'm*.csv', source: datadis, constants: {site: Madrid}, decimal: '.'}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose company declares one file, by its source."""
    make_project(tmp_path / "p", company="acme")
    found = Project(tmp_path / "p")
    path = found.params_file("acme")
    text = re.sub(r"(?ms)^files:.*?(?=^\S)", ENTRY, path.read_text())
    path.write_text(text)
    return found


def _own(project: Project, name: str, **changes: object) -> Path:
    path = project.root / "params/shared/sources" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = packaged.read_yaml("carbon.params", "data/sources/datadis.yml") | {"name": name} | changes
    path.write_text(yaml.safe_dump(profile, allow_unicode=True))
    return path


def test_an_entry_is_read_by_its_source_and_its_own_keys_are_uppermost(project):
    """Kind, headings and constants come from the profile, and each value has the place that gives it."""
    entry = load_company(project, "acme").files[0]
    places = {origin.key: origin.place for origin in origins(project, "acme")}

    assert (entry.kind, entry.separator, entry.decimal) == ("energy", ";", ".")
    assert entry.constants == {"country": "ES", "carrier": "electricity", "unit": "kWh", "site": "Madrid"}
    assert entry.source == source_of("datadis", None).label and "packaged, version 1, sha256 " in entry.source
    assert places["files.0.columns.quantity"].startswith("carbon/params/data/sources/datadis.yml:")
    assert places["files.0.decimal"].startswith("params/acme.yml:")


def test_a_source_that_is_unknown_or_not_sound_is_refused_at_its_line(project):
    """The name nearest to it is proposed; a fault of a profile has the file and line of the profile."""
    path = project.params_file("acme")
    path.write_text(path.read_text().replace("source: datadis", "source: datadiss"))
    with pytest.raises(ParamsError, match=r"params/acme\.yml:\d+: unknown source 'datadiss'") as unknown:
        load_company(project, "acme")
    assert "datadis" in unknown.value.hint

    faults = {"reads": ({"colums": {}}, "colums"), "recognised_by": (["CUPS", "Potencia"], "Potencia"),
              "documented": ([], "documented"), "version": (0, "version")}
    for key, (value, named) in faults.items():
        _own(project, "datadiss", **{key: value})
        with pytest.raises(ParamsError, match=rf"params/shared/sources/datadiss\.yml:\d+.*{named}"):
            load_company(project, "acme")


def test_a_profile_of_the_project_replaces_a_packaged_one_aloud(project):
    """The label states where the profile is and which version it is in place of."""
    _own(project, "datadis", version=7)

    source = load_company(project, "acme").files[0].source

    assert source.startswith("datadis (params/shared/sources/datadis.yml, version 7, sha256 ")
    assert source.endswith("in place of the packaged version 1)")


def test_a_set_depends_on_the_packaged_sources_that_params_name(project):
    """A changed profile is a change of params; one of the project is a file of params anyway."""
    text = project.params_file("acme").read_text()

    assert packaged_sources([text], project) == {"source datadis": source_of("datadis", None).sha256}
    depends_on = dependencies(project, load_runs(project), "acme", 2024, hashes=FileHashes(project.root))["params"]
    assert depends_on["source datadis"] == source_of("datadis", None).sha256
    own = _own(project, "datadis", version=2)
    assert packaged_sources([text], project) == {}
    assert own in params_files(project, "acme")


def test_the_profile_in_the_docs_is_sound(project):
    """The example of the how-to page can be pasted as it is."""
    page = (Path(__file__).parents[3] / "docs/how-to/add-a-source.md").read_text(encoding="utf-8")
    text = re.findall(r"(?ms)^```yaml\n(name: .*?)^```", page)[0]
    path = project.root / "params/shared/sources/acme-erp.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)

    assert source_of("acme-erp", project).profile.asks == ["site"]


def test_every_packaged_profile_maps_headings_that_are_documented():
    """A heading in `columns` or `skip_rows_where` is one that a public place gives word for word."""
    strangers = {}
    for file in packaged.names("carbon.params", "data/sources", ".yml"):
        profile = packaged.read_yaml("carbon.params", file)
        documented = {heading for place in profile["documented"] for heading in place["headings"]}
        reads = profile["reads"]
        pieces = [p for h in reads["columns"].values() for p in (re.findall(r"\{([^{}]+)\}", h) or [h])]
        strangers[file] = sorted({*pieces, *reads.get("skip_rows_where", ())} - documented)

    assert {file: extra for file, extra in strangers.items() if extra} == {}
