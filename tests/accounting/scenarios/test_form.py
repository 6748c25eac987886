"""The slider of a what-if: it shows the change of the share at which it is."""

import pytest

from carbon.accounting.scenarios.chain import WhatIf, what_if
from carbon.core.errors import UsageError


def test_the_slider_is_the_same_chain(hand, monkeypatch):
    """A move by the slider is that of the call with its share, without `to` it is a cut; the year stays as it was."""
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr(WhatIf, "change", lambda self, **method: f"change of {self.names[-1]}, {method}")
    begun, method, where = what_if(hand), "market-based", {"mode": "air"}
    form = begun.form(where, to="rail", scope2_method=method)
    slider, answer = form.children
    slider.value = 0.5
    moved = begun.move(where, to="rail", share=0.5)
    assert form.scenario.inventory.total(method) == moved.inventory.total(method) != hand.total(method)
    assert answer.value.count("move 0.5 of mode air to rail") == 2 and method in answer.value
    assert begun.form(where, scope2_method=method).scenario.names == ("cut 0.3 of mode air",)
    with pytest.raises(UsageError, match="scope2_method"):
        begun.form(where)


def test_a_share_without_an_answer_leaves_none_of_another_share(hand, monkeypatch):
    """The figure of the share before is gone, and the form states why."""
    pytest.importorskip("ipywidgets")
    monkeypatch.setattr(WhatIf, "change", lambda self, **method: "a change")
    form = what_if(hand).form({"mode": "air"}, scope2_method="market-based")

    def refuse(self, **method):
        raise UsageError("no <answer>")

    monkeypatch.setattr(WhatIf, "change", refuse)
    form.children[0].value = 0.5
    assert form.scenario is None and "no &lt;answer&gt;" in form.children[1].value
