"""The desk of files in a notebook: columns and questions, fields for answers, and the change before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

from carbon.core.errors import CarbonError

WITHOUT = "Fields appear here with ipywidgets (extra `widgets`). Without them: desk.settle({file: {key: answer}}), " \
    "desk.diff(), desk.save(); or desk.write_sheet(path) and desk.read_sheet(path)."

_HOW = {"columns": "a column, or every row: VALUE", "swears": "the reason", "values": "what it means",
        "period": "first and last day, YYYY-MM-DD", "layout": "as in params, e.g. {headings: date}"}
"""Group of a question's key -> what its field takes, where that is more than its list."""


class MapForm:
    """Fields and buttons over a `file_maps.Desk`; `box` is what a notebook shows.

    Raises ImportError: ipywidgets is not installed.
    """

    def __init__(self, desk: Any) -> None:
        import ipywidgets

        self.desk, self.widgets = desk, ipywidgets
        self.fields: dict[tuple[str, str], Any] = {}
        self.box, self.message = ipywidgets.VBox(), ipywidgets.HTML()
        self.buttons = [ipywidgets.Button(description=text, layout=ipywidgets.Layout(width="auto")) for text in
                        ("Read with answers", "Show the change", "Save it")]
        self.buttons[2].disabled = True
        for button, work in zip(self.buttons, (self.read, self.change, self.save), strict=True):
            button.on_click(lambda _, work=work: self._attempt(work))
        self._lay_out()

    def read(self) -> str:
        """Take the answers of the fields, and read the files again."""
        answers: dict[str, dict[str, str]] = {}
        for (name, key), answered in self.fields.items():
            if answered.value.strip():
                answers.setdefault(name, {})[key] = answered.value
        self.desk.settle(answers)
        return f"{len(self.desk.open)} questions are open"

    def change(self) -> str:
        """Return what would change in params."""
        return str(self.desk.diff()) or "Nothing would change"

    def save(self) -> str:
        """Write the entries of settled files."""
        path = self.desk.save()
        return f"Saved in {path.name}" if path else "Nothing to save"

    def _attempt(self, work: Callable[[], str]) -> None:
        try:
            self.message.value = f"<pre>{escape(work())}</pre>"
        except CarbonError as wrong:
            self.message.value = f"<p>{escape(str(wrong))}</p>"
        # Nothing is saved that was not shown just before.
        self.buttons[2].disabled = work != self.change
        self._lay_out()

    def _lay_out(self) -> None:
        self.fields.clear()
        parts: list[Any] = []
        for one in self.desk.files:
            parts.append(self.widgets.HTML(replace(one.map, questions=())._repr_html_()))
            for question in one.questions:
                field = self.widgets.Combobox(
                    options=[offer.answer for offer in question.offers], ensure_option=False,
                    placeholder=_HOW.get(question.key.partition(".")[0], "one of the list"),
                    layout=self.widgets.Layout(width="46em"))
                self.fields[one.name, question.key] = field
                parts += [self.widgets.HTML(_as_html(question)), field]
        self.box.children = [*parts, self.widgets.HBox(self.buttons), self.message]


def _as_html(question: Any) -> str:
    """Return a question with its offers and what speaks for each: a field shows its answers alone."""
    offers = "".join(f"<li><code>{escape(offer.answer)}</code> {escape(offer.why)}</li>" for offer in question.offers
                     if offer.why)
    return f"<p><b>{escape(question.asks)}</b></p>" + (f"<ul>{offers}</ul>" if offers else "")
