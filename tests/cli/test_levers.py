"""`carbon levers`: streams, templates, an entry to paste, and a check that names what is wrong."""

from __future__ import annotations

import json

import pytest
import yaml

from carbon.cli import levers
from carbon.core.errors import UsageError
from carbon.levers.model import templates
from carbon.params.files.levers import read_levers
from carbon.params.files.project import Project
from carbon.params.shapes.levers import Select
from carbon.runs.desk.new_project import make_project


def test_templates_give_entries_that_are_yaml(capsys):
    """Every template has an entry with its parameters and the streams that it selects unless others are written; an
    unknown one is an error with the names there are.
    """
    levers.templates(as_json=True)
    names = {row["template"] for row in json.loads(capsys.readouterr().out)}
    for name in names:
        levers.new(name)
        entry = yaml.safe_load(capsys.readouterr().out)
        (lever,), template = entry.values(), templates()[name]
        assert lever["template"] == name and lever["parameters"].keys() == template.parameters.keys()
        for key, select in (("where", template.where), ("to", template.to)):
            assert Select.model_validate(lever[key]) == select if select else key not in lever
    with pytest.raises(UsageError, match="no template"):
        levers.new("alchemy")


def test_streams_and_check_read_a_company(capsys):
    """Streams largest first; the check counts levers and limits and chooses nothing."""
    levers.streams("petit-studio", as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["location_t"] == max(r["location_t"] for r in rows) and {"scope", "activity", "site"} <= set(rows[0])
    levers.check("petit-studio", as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["levers"], found["limits"]) == (9, ["scopes-1-2", "scope-3"])


def test_a_new_project_has_a_commented_file_that_reads_once_uncommented(tmp_path):
    """All comments: no levers yet, with the remedy; with the # taken away it is accepted as it is."""
    make_project(tmp_path, company="atelier", year=2024)
    project, path = Project(tmp_path), tmp_path / "params" / "atelier" / "levers.yml"
    with pytest.raises(UsageError, match="all comments"):
        read_levers("atelier", project=project)
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index("# plan:")
    path.write_text("\n".join(line[2:] for line in lines[start:]), encoding="utf-8")
    file = read_levers("atelier", project=project).file
    assert len(file.levers) == 3 and file.plan.baseline is not None
