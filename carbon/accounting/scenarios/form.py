"""A slider for a what-if (ipywidgets, an extra): the share of a move or a cut, and the change of the total with it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from carbon.core.errors import UsageError

STEP, FIRST = 0.05, 0.3


def form_of(scenario: Any, where: Mapping[str, Any], to: str, scope2_method: str) -> Any:
    """Return a box with a slider for a `WhatIf`; its `scenario` is that of the share that it shows.

    Raises UsageError: ipywidgets is not installed.
    """
    try:
        import ipywidgets
    except ImportError:
        raise UsageError("a form needs ipywidgets", hint="pip install 'carbon-trajectory[widgets]', or call "
                         f"{'move' if to else 'cut'}(..., share=...)") from None

    def shown(_: object = None) -> None:
        share = slider.value
        box.scenario = scenario.move(where, to=to, share=share) if to else scenario.cut(where, share=share)
        change = box.scenario.change(scope2_method=scope2_method)
        answer.value = f"<p>{escape(box.scenario.names[-1])}</p><p>{escape(repr(change))}</p>"

    slider = ipywidgets.FloatSlider(value=FIRST, min=STEP, max=1.0, step=STEP, description="share",
                                    readout_format=".0%", continuous_update=False)
    answer, box = ipywidgets.HTML(), ipywidgets.VBox()
    box.children = (slider, answer)
    box.add_class("carbon-what-if")
    slider.observe(shown, names="value")
    shown()
    return box
