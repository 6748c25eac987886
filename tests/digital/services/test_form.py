"""The form of ten questions: texts become answers, wrong ones are named, and it works without ipywidgets."""

from __future__ import annotations

import re
import sys

import pytest

from carbon.core.errors import UsageError
from carbon.digital.services.answers import questions
from carbon.digital.services.form import service_form

GIVEN = {"users": 1000, "hours_per_user": 10, "gb_per_user": 2, "servers": 2, "storage": 4}


@pytest.fixture
def form():
    return service_form("shop", 2025, allocation="active_hours")


def test_the_form_gives_the_service_of_its_answers(form):
    """The same kg as the same answers from a file; what is empty takes its default, and the default is listed."""
    from carbon.digital.services.standalone import standalone_service
    from carbon.params.shapes.digital import ServiceAnswers

    made = form.answer(**GIVEN, devices="laptop 0.25; smartphone 0.75").calculate()
    direct = standalone_service(ServiceAnswers(
        service_id="shop", year=2025, users=1000, hours_per_user=10, gb_per_user=2, servers=[{"quantity": 2}],
        storage=[{"disks": 4}], devices={"laptop": 0.25, "smartphone": 0.75}, allocation="active_hours"))
    assert made.co2e_kg == direct.co2e_kg
    assert {name for name, _ in made.answers.defaults} == {"zone", "mobile_share", "pue", "datacentre_zone",
                                                          "server_lifespan_years"}
    assert form.result is made


@pytest.mark.parametrize(("wrong", "said"), [
    ({"users": "lots"}, ("Users a year (users) = 'lots'", "number")),
    ({"users": ""}, ("Users a year (users) = ''", "required")),
    ({"pue": "0.5"}, ("PUE of the data centre (pue) = '0.5'", "greater than or equal to 1")),
    ({"devices": "laptop 0.5"}, ("sum to 0.5",)),
    ({"devices": "laptop"}, ("laptop 0.6; smartphone 0.4",)),
    ({"devices": "laptop 0.5; laptop 0.5"}, ("not names and shares",)),
    ({"devices": "abacus 1"}, ("abacus",)),
    ({"servers": "-1"}, ("servers", "-1")),
    ({"zone": "XX"}, ("XX",)),
])
def test_a_wrong_answer_is_named_and_leaves_no_result(form, wrong, said):
    """Question, key and value stand in the message; a former result is not kept beside it."""
    form.answer(**GIVEN).calculate()
    with pytest.raises(UsageError if "zone" not in wrong else Exception) as refused:
        form.answer(**wrong).calculate()
    for word in said:
        assert word in str(refused.value)
    assert form.result is None


def test_every_question_is_in_the_form_in_both_languages():
    """Ten numbers, a label and the default of each, escaped; another language is refused."""
    for language in ("en", "fr"):
        shown = service_form("shop", 2025, allocation="active_hours", language=language)._repr_html_()
        for question in questions().to_dict("records"):
            label = question[f"label_{language}"].replace("'", "&#x27;")
            assert label in shown and question["default"] in shown
    with pytest.raises(UsageError, match="'de'"):
        service_form("shop", 2025, allocation="active_hours", language="de")
    form = service_form("shop", 2025, allocation="active_hours").answer(zone="<script>")
    assert "<script>" not in form._repr_html_()


def test_without_ipywidgets_the_table_of_questions_stands_in(form, monkeypatch):
    """Shown as a table with the way to fill it in; asking for the fields says what to install."""
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert set(form._repr_mimebundle_()) == {"text/plain", "text/html"}
    with pytest.raises(UsageError, match="ipywidgets"):
        form.widget()
    assert form.answer(**GIVEN).calculate().co2e_kg > 0


def test_the_button_shows_the_result_or_what_is_wrong(form):
    """Fields hold the answers; a press puts the tiers below them, or the refusal, escaped."""
    ipywidgets = pytest.importorskip("ipywidgets")
    *fields, button, shown = form.widget().children
    assert len(fields) == len(form.written_answers)
    assert isinstance(button, ipywidgets.Button)
    for field, key in zip(fields, form.written_answers, strict=True):
        field.value = str(GIVEN.get(key, ""))
    button.click()
    assert "terminals" in shown.value and "data centre" in shown.value
    fields[0].value = "<b>"
    button.click()
    assert "&lt;b&gt;" in shown.value and "<b>" not in shown.value
    assert "application/vnd.jupyter.widget-view+json" in form._repr_mimebundle_()


@pytest.mark.parametrize("wrong", [
    {"users": ""}, {"users": "lots"}, {"users": "-1"}, {"users": "nan"}, {"users": "inf"}, {"mobile_share": "2"},
    {"zone": "Narnia"}, {"pue": "0.5"}, {"pue": "6"}, {"server_lifespan_years": "0"}, {"devices": "laptop 0.5"},
    {"devices": "laptop"}, {"devices": "abacus 1"}, {"servers": "-1"}, {"storage": ""}, {"gb_per_user": ""},
    {"users": "", "pue": "x"},
])
def test_a_french_form_refuses_in_french(wrong):
    """Below the button the question, the value and the remedy stand without a word of the code's English."""
    pytest.importorskip("ipywidgets")
    form = service_form("shop", 2025, allocation="active_hours", language="fr")
    *fields, button, shown = form.widget().children
    for field, key in zip(fields, form.written_answers, strict=True):
        field.value = str({**GIVEN, **wrong}.get(key, ""))
    button.click()
    assert "Que faire : " in shown.value
    assert not re.search(r"\b(Hint|should|required|factor|known|shares|correct|give|Input|write)\b", shown.value)
