"""The command line itself: a wrong name is answered with the right one, an error is one JSON value."""

from __future__ import annotations

import json
import sys

import pandas as pd
import pytest

from carbon import cli
from carbon.core.errors import FileRefused, UsageError


@pytest.fixture
def called(monkeypatch, capsys):
    """Call `carbon` as a shell does; returns the exit code, stdout and stderr."""
    def call(*words):
        monkeypatch.setattr(sys, "argv", ["carbon", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code, out, err
    return call


@pytest.mark.parametrize(("words", "meant"), [
    (["chekc"], "check"), (["factors", "serch"], "search"), (["run", "--forse"], "--force"),
    (["run", "--only", "petit-stduio", "--dry-run"], "petit-studio"),
    (["run", "--only", "petit-studio/2042", "--dry-run"], "petit-studio/2024"),
    (["check", "petit-stduio/2024"], "petit-studio"), (["check", "petit-studio/2042"], "2024"),
    (["check", "x.csv", "--kind", "purchase"], "purchases"), (["params", "Petit-Stduio"], "petit-studio"),
    (["verify", "petit-stduio/2024"], "petit-studio/2024"),
    (["explain", "petit-stduio/2024/scope3"], "petit-studio/2024"),
    (["file", "petit-studio/2042", "--format", "beges_v5"], "petit-studio/2024"),
    (["diff", "petit-studio/2024", "petit-studio/2042"], "petit-studio/2024"),
    (["seal", "petit-studio/2042", "--by", "me"], "petit-studio/2024"),
    (["levers", "new", "heating_swich"], "heating_switch"), (["factors", "list", "--release", "2062.1"], "2026.1"),
    (["factors", "list", "--activity", "electicity"], "electricity"),
    (["factors", "list", "--activity", "electricity", "--region", "fra"], "FR"),
    (["factors", "import", "base_carbon", "x.csv"], "base_carbone"),
], ids=" ".join)
def test_a_wrong_name_is_answered_with_the_right_one(words, meant, one_set, called):
    """Verbs, options, companies, years, figures, kinds, activities, regions, releases, sources, templates."""
    code, out, err = called(*words)
    assert code in (0, 1, 2), out + err
    said = (out + err).lower().rpartition("did you mean")[2]
    assert meant.lower() in said.split("?")[0], out + err


@pytest.fixture
def one_set(project, monkeypatch):
    """The example company with a set that states figures and nothing else: what a name is looked up in."""
    import shutil
    from pathlib import Path

    (project / "x.csv").write_text("a\n1\n")
    shutil.copytree(Path(cli.__file__).parents[2] / "notebooks", project / "notebooks")
    folder = project / "data" / "processed" / "petit-studio" / "2024"
    (folder / "set-ab").mkdir(parents=True)
    (folder / "current").symlink_to("set-ab")
    return project


def test_an_error_is_one_value_with_its_rows_and_code(called, monkeypatch):
    """A program gets what a person reads, and all rows, not the first five of them."""
    table = pd.DataFrame({"line": range(7), "amount": [1.5] + [float("nan")] * 6})

    def fails(**options):
        raise FileRefused("7 rows are wrong", code="rows_wrong", what_to_do="correct them", rows=table)
    monkeypatch.setattr(cli, "app", fails)
    code, out, err = called("check", "--json")
    assert code == 2 and "7 rows are wrong" in err
    error = json.loads(out)["error"]
    assert [error[name] for name in ("type", "code", "what", "hint")] == [
        "FileRefused", "rows_wrong", "7 rows are wrong", "correct them"]
    assert error["rows"] == [{"line": n, "amount": 1.5 if n == 0 else None} for n in range(7)]


def test_errors_without_rows_have_the_same_keys(called, monkeypatch):
    """One shape: a script reads `rows` and `code` of any error."""
    def fails(**options):
        raise UsageError("no such thing", hint="another")
    monkeypatch.setattr(cli, "app", fails)
    of_ours = json.loads(called("run", "--json")[1])["error"]
    of_usage = json.loads(_usage_error(called, monkeypatch))["error"]
    assert of_ours.keys() == of_usage.keys() == {"type", "code", "what", "hint", "rows"}


@pytest.mark.parametrize(("words", "remedy"), [
    (("run", "--only", "nobody/2024"), "petit-studio/2024"), (("review", "nobody/2024"), "petit-studio/2024"),
    (("adopt", "nobody"), "petit-studio"), (("service", "nobody"), "the path of a file")])
def test_a_name_that_nothing_has_is_one_value_with_a_remedy_that_fits(called, words, remedy):
    """Exit 2 and one error: the names that there are, or a file where a file is asked for."""
    code, out, _ = called(*words, "--json")
    assert code == 2 and remedy in json.loads(out)["error"]["hint"]


def _usage_error(called, monkeypatch):
    from click import UsageError as OfClick

    def fails(**options):
        raise OfClick("no such option")
    monkeypatch.setattr(cli, "app", fails)
    return called("run", "--json")[1]
