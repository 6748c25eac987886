"""A slider for a what-if (ipywidgets, an extra): the share of a move or a cut, and the change of the total with it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from carbon.core.errors import CarbonError, UsageError

STEP, FIRST = 0.05, 0.3


def form_of(scenario: Any, where: Mapping[str, Any], to: str, scope2_method: str) -> Any:
    """Return a box with a slider for a `WhatIf`; its `scenario` is that of the share that it shows, None
    where that share has no answer.

    Raises UsageError: ipywidgets is not installed.
    """
    try:
        import ipywidgets
    except ImportError:
        raise UsageError("a form needs ipywidgets", hint="pip install 'carbon-trajectory[widgets]', or call "
                         f"{'move' if to else 'cut'}(..., share=...)") from None

    def show(share: float) -> None:
        box.scenario, answer.value = None, ""  # no answer stays next to another share
        changed = scenario.move(where, to=to, share=share) if to else scenario.cut(where, share=share)
        change = changed.change(scope2_method=scope2_method)
        box.scenario, answer.value = changed, f"<p>{escape(changed.names[-1])}</p><p>{escape(repr(change))}</p>"

    def moved(_: object) -> None:
        try:
            show(slider.value)
        except CarbonError as wrong:
            answer.value = f"<p>{escape(str(wrong))}</p>"

    slider = ipywidgets.FloatSlider(value=FIRST, min=STEP, max=1.0, step=STEP, description="share",
                                    readout_format=".0%", continuous_update=False)
    answer, box = ipywidgets.HTML(), ipywidgets.VBox()
    box.children = (slider, answer)
    box.add_class("carbon-what-if")
    slider.observe(moved, names="value")
    show(FIRST)
    return box
