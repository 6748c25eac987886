"""The desk of files in a notebook."""

from types import SimpleNamespace

import pytest

from carbon.core.errors import UsageError
from carbon.runs.desk.file_maps import map
from carbon.runs.desk.map_form import MapForm


@pytest.fixture
def desk(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("date;supplier;Soll;Haben\n2024-01-15;A;5;\n2024-03-14;A;;2\n", encoding="utf-8")
    pytest.importorskip("ipywidgets")
    return map(path)


def test_a_notebook_asks_in_fields(desk):
    """A field for each question with its offers; with all answers nothing is asked; without a company nothing saved."""
    assert "application/vnd.jupyter.widget-view+json" in desk._repr_mimebundle_()
    form = MapForm(desk)
    answers = {"kind": "purchases", "columns.amount": "{Soll} - {Haben}", "columns.currency": "every row: EUR"}
    assert {key: len(field.options) > 0 for (_, key), field in form.fields.items()} == {
        "kind": True, "columns.amount": True, "columns.currency": False}
    for (_, key), field in form.fields.items():
        field.value = answers[key]

    form.buttons[0].click()
    assert (form.fields, form.message.value) == ({}, "<pre>0 questions are open</pre>")
    form.buttons[1].click()
    assert "No company to write for" in form.message.value


def test_nothing_is_saved_that_was_not_shown(desk, monkeypatch, tmp_path):
    """The button is active after the change was shown, and only then."""
    saved = []
    shown = SimpleNamespace(files=desk.files, open=[], diff=lambda: "+ x", settle=lambda answers: None,
                            save=lambda: saved.append(1) or tmp_path / "acme.yml")
    form = MapForm(shown)
    assert form.buttons[2].disabled
    for button, active in ((0, False), (1, True), (2, False)):
        form.buttons[button].click()
        assert form.buttons[2].disabled is not active
    assert saved == [1] and form.message.value == "<pre>Saved in acme.yml</pre>"
    with pytest.raises(UsageError):
        desk.save()
