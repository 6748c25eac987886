"""The slider of a what-if: it shows the change of the share at which it is."""

import pytest

from carbon.accounting.scenarios.chain import what_if
from carbon.core.errors import UsageError


def test_the_slider_is_the_same_chain(hand):
    """A move and a cut by the slider are those of the call with that share; the year stays as it was."""
    pytest.importorskip("ipywidgets")
    begun, method = what_if(hand), "market-based"
    where = {"mode": "air"}
    for to, step in (("rail", lambda share: begun.move(where, to="rail", share=share)),
                     ("", lambda share: begun.cut(where, share=share))):
        form = begun.form(where, to=to, scope2_method=method)
        slider, answer = form.children
        slider.value = 0.5
        assert form.scenario.inventory.total(method) == step(0.5).inventory.total(method) != hand.total(method)
        assert form.scenario.names[0] in answer.value.replace("&lt;", "<") and "t CO2e" in answer.value
    with pytest.raises(UsageError, match="scope2_method"):
        begun.form(where)
