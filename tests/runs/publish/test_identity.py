"""The identity of a set is kept from the moment it is published; a manifest that is not the recorded one is damage."""

from __future__ import annotations

import json
import subprocess

import pytest

from carbon.core.errors import RunError
from carbon.runs.publish import Stage, put_in_force
from carbon.runs.publish.identity import identity, indented, record_of, recorded, short
from carbon.runs.publish.sets import damage


def published(folder, *, kg: float = 1.0, digest: str = "1" * 16, **options):
    with Stage(folder) as stage:
        stage.write("rejects.csv", b"line\n")
        stage.write_manifest({"digest": digest, "figures": {"alpha/2024/total-market": kg}})
        return put_in_force(stage, digest, **options)


def forged(folder, *, recorded_too: bool) -> str:
    """Raise the figure of the manifest by a tenth, in the text that carbon writes."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["figures"]["alpha/2024/total-market"] *= 1.1
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    if recorded_too:
        record_of(folder).write_text(f"{identity(folder)}  {folder.name}/manifest.json\n")
    return identity(folder)


def test_the_identity_is_recorded_in_the_layout_of_sha256sum(tmp_path):
    """What stands next to the set is checked by the tool of the system, from the year's folder."""
    folder = published(tmp_path)
    assert recorded(folder) == identity(folder) and damage(folder) == [] and short("") == "none"
    words = ["sha256sum", "--check", record_of(folder).name]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout == f"{folder.name}/manifest.json: OK\n"


def test_one_digit_of_the_manifest_is_damage(tmp_path):
    """The manifest is covered by no manifest: the record next to the set tells."""
    folder = published(tmp_path)
    was = identity(folder)
    now = forged(folder, recorded_too=False)
    assert damage(folder) == [f"manifest.json: its identity is {now[:12]}, {folder.name}.sha256 has {was[:12]}"]


@pytest.mark.parametrize("change", [
    lambda text: text.replace('"figures"', ' "figures"'), lambda text: text + "\n",
    lambda text: text.replace("{", '{\n "figures": {"alpha/2024/total-market": 0.5},', 1),
    lambda text: text.replace("1.0", "1.00")])
def test_a_manifest_in_another_text_is_damage_even_where_its_values_are_the_same(tmp_path, change):
    """Spaces, a key twice, another spelling of a number: one value has one text, so one identity."""
    folder = published(tmp_path)
    path = folder / "manifest.json"
    text = change(path.read_text())
    assert text != path.read_text()
    path.write_text(text)
    record_of(folder).unlink()
    assert damage(folder) == ["manifest.json: its text is not as it is written when published"]


def test_a_set_that_is_damaged_doubted_or_unrecorded_is_replaced_by_what_the_inputs_give(tmp_path):
    """The same digest again: the forged set goes, whoever forged its record too; a sound one of other bytes stays and
    is an alarm.
    """
    for recorded_too, options in ((False, {}), (True, {"doubted": True})):
        folder = published(tmp_path)
        forged(folder, recorded_too=recorded_too)
        assert json.loads((published(tmp_path, **options) / "manifest.json").read_bytes())["figures"] == {
            "alpha/2024/total-market": 1.0}
    forged(folder, recorded_too=False)
    record_of(folder).unlink()
    assert recorded(folder) == "" and damage(folder) == []
    assert recorded(published(tmp_path)) == identity(folder)
    record_of(folder).unlink()
    assert recorded(published(tmp_path)) == identity(folder), "the same bytes prove the identity, which is recorded"
    with pytest.raises(RunError, match="gave other bytes"):
        published(tmp_path, kg=2.0)


def test_a_filing_of_another_set_is_damage(tmp_path):
    """A filing names the identity of the set that it was made from."""
    folder = published(tmp_path)
    filed = folder / "filings" / "esrs_e1"
    filed.mkdir(parents=True)
    (filed / "manifest.json").write_text(json.dumps(
        {"filing": "esrs_e1", "outputs": {}, "set_manifest": "0" * 64}, indent=1, sort_keys=True) + "\n")
    assert damage(folder) == [f"filings/esrs_e1/manifest.json: it was made from the set {'0' * 12}, this one is "
                              f"{identity(folder)[:12]}"]


def test_what_json_cannot_say_is_refused() -> None:
    """Nothing is written in a guessed form."""
    for value in ({"a": object()}, {"a": b"x"}, {(1, 2): 3}, {"a": 1, 2: 3}):
        with pytest.raises(TypeError):
            indented(value)
