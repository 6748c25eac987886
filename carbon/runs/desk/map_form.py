"""The desk of files in a notebook: columns and questions of each file, fields for answers, the change before it is
saved (extra `widgets`).
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from carbon.core.errors import CarbonError

if TYPE_CHECKING:
    from carbon.runs.desk.file_maps import Desk

WITHOUT = "Fields appear here with ipywidgets (extra `widgets`). Without them: desk.settle({file: {key: answer}}), " \
    "desk.diff(), desk.save(); or desk.write_sheet(path) and desk.read_sheet(path)."


def widget_of(desk: Desk) -> Any:
    """Return the desk as fields and buttons: one reads the files with the answers, one shows the change and saves it.

    Raises ImportError: ipywidgets is not installed.
    """
    import ipywidgets

    box, message = ipywidgets.VBox(), ipywidgets.HTML()
    read = ipywidgets.Button(description="Read with answers")
    show = ipywidgets.Button(description="Show the change")
    save = ipywidgets.Button(description="Save it", disabled=True)
    fields: dict[tuple[str, str], Any] = {}

    def lay_out() -> None:
        fields.clear()
        parts: list[Any] = []
        for one in desk.files:
            parts.append(ipywidgets.HTML(one.map._repr_html_()))
            for question in one.questions:
                fields[one.name, question.key] = ipywidgets.Combobox(
                    options=[offer.answer for offer in question.offers], ensure_option=False,
                    placeholder="a column, or every row: VALUE", description=question.asks,
                    layout=ipywidgets.Layout(width="46em"), style={"description_width": "24em"})
                parts.append(fields[one.name, question.key])
        box.children = [*parts, ipywidgets.HBox([read, show, save]), message]

    def attempt(work: Any) -> None:
        try:
            message.value = f"<pre>{escape(work())}</pre>"
        except CarbonError as wrong:
            message.value = f"<p>{escape(str(wrong))}</p>"
        lay_out()

    def reread() -> str:
        answers: dict[str, dict[str, str]] = {}
        for (name, key), answered in fields.items():
            if answered.value.strip():
                answers.setdefault(name, {})[key] = answered.value
        save.disabled = True
        desk.settle(answers)
        return f"{len(desk.open)} questions are open"

    def change() -> str:
        diff = desk.diff()
        save.disabled = not diff
        return diff or "Nothing would change"

    read.on_click(lambda _: attempt(reread))
    show.on_click(lambda _: attempt(change))
    save.on_click(lambda _: attempt(lambda: f"Saved in {path.name}" if (path := desk.save()) else "Nothing to save"))
    lay_out()
    return box
