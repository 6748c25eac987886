"""`carbon params`: origins of values, params of many companies, schemas."""

import json

from carbon.core.errors import UsageError


def test_a_value_is_shown_with_its_line(project, carbon):
    """Text and JSON name the same file and line; a company is needed, or one of the two things to write."""
    found = {row["key"]: row for row in json.loads(carbon("params", "petit-studio", "--json").stdout)}
    lines = (project / "params" / "petit-studio.yml").read_text().splitlines()
    file, line = found["currency"]["place"].split(":")
    assert file == "params/petit-studio.yml" and lines[int(line) - 1].startswith("currency:")
    shown = next(text for text in carbon("params", "petit-studio").stdout.splitlines() if text.startswith("currency "))
    assert shown.split() == ["currency", "EUR", found["currency"]["place"]]
    assert isinstance(carbon("params").exception, UsageError)
    assert isinstance(carbon("params", "petit-studio", "--schemas").exception, UsageError)


def test_what_has_not_changed_is_not_written_again(project, carbon):
    """Schemas and companies of a table are written once; a second call says that nothing has changed."""
    own = (project / "params" / "petit-studio.yml").read_text()
    (project / "params" / "shared").mkdir()
    (project / "params" / "shared" / "studios.yml").write_text(
        "".join(line for line in own.splitlines(keepends=True) if not line.startswith("company:")))
    (project / "params" / "companies.csv").write_text("company,extends\nstudio-a,shared/studios.yml\n")
    for words, written in ((("--write", "params/companies.csv"), ["params/studio-a.yml"]),
                           (("--schemas",), ["params/.schemas/company.json", "params/.schemas/runs.json"])):
        found = json.loads(carbon("params", *words, "--json").stdout)["written"]
        assert set(written) <= set(found) and all((project / name).is_file() for name in found)
        assert carbon("params", *words).stdout.strip() == "Nothing has changed"
    second = json.loads(carbon("params", "studio-a", "--json").stdout)[1]
    assert second["place"].startswith("params/shared/studios.yml:")


def test_an_upgrade_is_shown_before_it_is_written(project, carbon):
    """Without --yes the file keeps its bytes and the diff is printed; with it the diff is what was written."""
    path = project / "params" / "petit-studio" / "levers.yml"
    new = path.read_text()
    old = "".join(line for line in new.splitlines(keepends=True) if "costs_until" not in line)
    path.write_text(old)
    shown = carbon("params", "upgrade").stdout
    assert "+  costs_until: '?'" in shown and "Not written" in shown and path.read_text() == old
    written = json.loads(carbon("params", "upgrade", "--yes", "--json").stdout)
    assert written["written"] == ["params/petit-studio/levers.yml"] and "costs_until: '?'" in path.read_text()
    assert carbon("params", "upgrade").stdout.strip() == "Nothing to upgrade"
    assert isinstance(carbon("params", "petit-studio", "--yes").exception, UsageError)
