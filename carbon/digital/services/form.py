"""A form of the ten questions for a notebook: fields and a button with ipywidgets (extra `widgets`), else a table.

The answers are strings, as in the file; an empty field takes its default, and a wrong one is named with what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import pydantic

from carbon.core.display import one_line
from carbon.core.errors import CarbonError, UsageError
from carbon.core.params.digital import ServiceAnswers
from carbon.digital import packaged_tables
from carbon.digital.services.answers import questions
from carbon.digital.services.service import Service
from carbon.digital.services.standalone import standalone_service

LANGUAGES = ("en", "fr")
WITHOUT = {"en": "Fields appear here with ipywidgets (extra `widgets`). Without them: form.answer(users=1000, ...), "
                 "then form.calculate().",
           "fr": "Les champs s’affichent ici avec ipywidgets (extra `widgets`). Sans eux : "
                 "form.answer(users=1000, ...), puis form.calculate()."}
CALCULATE = {"en": "Calculate", "fr": "Calculer"}
HEADS = {"en": ("no", "question", "answer", "default"), "fr": ("no", "question", "réponse", "défaut")}


class ServiceForm:
    """Ten questions and their answers so far; `calculate` gives the `Service`.

    Attributes
    ----------
    written_answers
        Written answer by key, "" where none was given.
    result
        Of the last `calculate`; None before it, and after a rejected answer.
    """

    def __init__(self, service_id: str, year: int, *, allocation: str, language: str,
                 calculate: Callable[[ServiceAnswers], Service]) -> None:
        self.service_id, self.year, self.allocation, self.language = service_id, year, allocation, language
        self._calculate = calculate
        self._labels = dict(zip(questions()["answer"], questions()[f"label_{language}"], strict=True))
        self.written_answers: dict[str, str] = dict.fromkeys(self._labels, "")
        self.result: Service | None = None

    def answer(self, **texts: object) -> ServiceForm:
        """Fill in answers by key; return the same form, for a chain of calls.

        Raises UsageError: No such question.
        """
        unknown_keys = sorted(set(texts) - set(self.written_answers))
        if unknown_keys:
            raise UsageError(f"No question {unknown_keys[0]!r}", hint=f"the keys: {', '.join(self.written_answers)}")
        self.written_answers |= {key: str(value).strip() for key, value in texts.items()}
        return self

    def calculate(self) -> Service:
        """Calculate the service of the answers.

        Raises CarbonError: An answer is missing or not accepted: the question and the value are named.
        """
        self.result = None
        answers = answers_of(self.written_answers, service_id=self.service_id, year=self.year,
                             allocation=self.allocation, labels=self._labels)
        self.result = self._calculate(answers)
        return self.result

    def widget(self) -> Any:
        """Return the fields, a button and the result below it.

        Raises UsageError: ipywidgets is not installed.
        """
        try:
            import ipywidgets
        except ImportError:
            raise UsageError("The form's fields need ipywidgets",
                             hint="pip install carbon-trajectory[widgets], or form.answer(...)") from None
        return _fields(self, ipywidgets)

    def _pressed(self, fields: Mapping[str, Any], output: Any) -> None:
        self.answer(**{key: field.value for key, field in fields.items()})
        try:
            output.value = self.calculate()._repr_html_()
        except CarbonError as error:
            output.value = f"<p>{escape(translate(str(error), self.language))}</p>"

    def __repr__(self) -> str:
        n_answers = sum(bool(text) for text in self.written_answers.values())
        return one_line(f"ServiceForm({self.service_id} {self.year}: {n_answers} of {len(self.written_answers)} fields "
                        "filled in)")

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{h}</th>" for h in HEADS[self.language])
        rows = "".join(
            f"<tr><td>{q['no']}</td><td>{escape(q[f'label_{self.language}'])}</td>"
            f"<td>{escape(self.written_answers[q['answer']])}</td><td>{escape(q['default'])}</td></tr>"
            for q in questions().to_dict("records"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{WITHOUT[self.language]}</p>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Return the fields where ipywidgets is there, and the table of questions everywhere."""
        bundle: dict[str, Any] = {"text/plain": repr(self), "text/html": self._repr_html_()}
        try:
            fields = self.widget()
        except UsageError:
            return bundle
        view = fields._repr_mimebundle_()
        view = view[0] if isinstance(view, tuple) else view
        return {**view, **bundle}


def translate(text: str, language: str) -> str:
    """Translate what is wrong with an answer into the form's language; unknown words stay as they are."""
    rows = packaged_tables.load("form_words")
    for pattern, words in zip(rows["pattern"], rows[language], strict=True) if language in rows else ():
        text = re.sub(pattern, words, text)
    return text


def service_form(service_id: str, year: int, *, allocation: str, language: str = "en",
                 calculate: Callable[[ServiceAnswers], Service] = standalone_service) -> ServiceForm:
    """Return a form of the ten questions about one service.

    Parameters
    ----------
    allocation
        "active_hours" or "calendar_hours": share of a device that an hour of use takes; a choice, not a question.
    calculate
        From answers to the result; by default without a company, e.g. `lambda a: service_of(replace(records,
        service=a))` with one.

    Raises UsageError: Another language.
    """
    if language not in LANGUAGES:
        raise UsageError(f"No form in {language!r}", hint=f"one of {', '.join(LANGUAGES)}")
    return ServiceForm(service_id, year, allocation=allocation, language=language, calculate=calculate)


def answers_of(texts: Mapping[str, str], *, service_id: str, year: int, allocation: str,
               labels: Mapping[str, str]) -> ServiceAnswers:
    """Return the answers of a form's fields; what is empty is not answered.

    Devices are written "laptop 0.6; smartphone 0.4", servers and storage as numbers of whole servers and disks.

    Raises UsageError: A string that is no answer, or a question that must be answered.
    """
    values: dict[str, Any] = {key: text for key, text in texts.items() if text}
    for key, name in (("servers", "quantity"), ("storage", "disks")):
        if key in values:
            values[key] = [{name: values[key]}]
    try:
        return ServiceAnswers.model_validate({**values, "service_id": service_id, "year": year,
                                              "allocation": allocation})
    except pydantic.ValidationError as wrong:
        raise UsageError("; ".join(_words(error, texts, labels) for error in wrong.errors(include_url=False)),
                         hint="correct these fields; an empty one takes its default where it has one") from None


def _words(error: Mapping[str, Any], texts: Mapping[str, str], labels: Mapping[str, str]) -> str:
    key = str(error["loc"][0]) if error["loc"] else ""
    where = f"{labels.get(key, key)} ({key}) = {texts.get(key, '')!r}: " if key else ""
    return f"{where}{error['msg'].removeprefix('Value error, ')}"


def _fields(form: ServiceForm, ipywidgets: Any) -> Any:
    wide = ipywidgets.Layout(width="46em")
    fields = {
        q["answer"]: ipywidgets.Text(
            value=form.written_answers[q["answer"]], placeholder=q["default"], layout=wide,
            description=f"{q['no']}. {q[f'label_{form.language}']}", style={"description_width": "24em"})
        for q in questions().to_dict("records")}
    button, output = ipywidgets.Button(description=CALCULATE[form.language]), ipywidgets.HTML()
    button.on_click(lambda _: form._pressed(fields, output))
    return ipywidgets.VBox([*fields.values(), button, output])
