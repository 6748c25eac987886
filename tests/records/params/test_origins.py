"""The origin of each value of params."""

from __future__ import annotations

from carbon.records.params.origins import DEFAULT, origins
from carbon.records.params.project import Project
from carbon.runs.desk.new_project import make_project


def test_every_value_has_its_file_and_line_or_is_a_default(tmp_path):
    """Own, shared and default values are told apart; the value is the one that counts, to its last level."""
    make_project(tmp_path / "p", company="trust-a")
    project = Project(tmp_path / "p")
    own = project.params_file("trust-a")
    (project.root / "params/shared/a.yml").write_text("".join(
        line for line in own.read_text().splitlines(keepends=True) if not line.startswith("company:")))
    own.write_text("company: trust-a\nextends: shared/a.yml\nbreach_share: 0.1\ntravel:\n  rail_detour: 1.25\n")

    found = {it.key: (it.value, it.place) for it in origins(project, "trust-a")}

    assert found["breach_share"] == (0.1, "params/trust-a.yml:3")
    assert found["travel.rail_detour"] == (1.25, "params/trust-a.yml:5")
    assert found["currency"][1].startswith("params/shared/a.yml:")
    assert found["travel.road_detour"][1].startswith("params/shared/a.yml:")
    assert found["factors.vintage.older_max_gap"] == (50, DEFAULT)
