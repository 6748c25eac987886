"""What is kept of the example companies is the answer of this project as it is on the disk, and of no test's own."""

from __future__ import annotations

import shutil
from unittest import mock

import examples_once as once
import pytest

from carbon.accounting import company
from carbon.params.files.project import Project

OF, PROJECT = ("petit-studio", 2022), Project(once.ROOT)


def test_what_is_kept_answers_for_the_same_files_and_functions_alone(monkeypatch, tmp_path):
    """Neither for another project, nor where a test put a reader in place, nor once a file has changed, nor later."""
    kept = object()
    monkeypatch.setitem(once.KEPT, OF, (PROJECT.state_of(OF[0]), kept))

    def read(*_, **__):
        raise ZeroDivisionError

    with once.examples_once():
        assert company.inventory(*OF, project=PROJECT) is kept
        assert company.prepared(Project(tmp_path), *OF) is None
        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr(company, "read_company", read)
            company.inventory(*OF, project=PROJECT)
        monkeypatch.setattr(Project, "state_of", lambda *_: (("a file", 1, 2),))
        assert company.inventory(*OF, project=PROJECT).total("location-based") > 0
    assert company.prepared(PROJECT, *OF) is None


def test_a_copy_has_what_is_kept_until_one_of_its_files_changes(monkeypatch, tmp_path):
    """A copy that keeps the times of its files has the tables of this project's inventory; a changed one has not."""
    for name in ("params", "data/raw", "data/ledger"):
        shutil.copytree(once.ROOT / name, tmp_path / name)
    kept = once.example(*OF)
    monkeypatch.setattr(company, "_alone", read := mock.Mock(side_effect=ZeroDivisionError))
    monkeypatch.setitem(once.MADE_BY, "_alone", read)
    with once.examples_once():
        assert company.inventory(*OF, project=Project(tmp_path)).emissions.equals(kept.emissions)
        (tmp_path / "params" / "petit-studio.yml").write_text("company: another\n", encoding="utf-8")
        with pytest.raises(ZeroDivisionError):
            company.inventory(*OF, project=Project(tmp_path))
