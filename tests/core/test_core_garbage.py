"""How often Python looks for garbage."""

from __future__ import annotations

import gc

import pytest

from carbon.core.garbage import RARELY, collected_rarely


@pytest.fixture(autouse=True)
def as_it_was():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize("before", [(700, 10, 10), (0, 10, 10)])
def test_what_was_set_before_is_set_again_also_after_an_error(before):
    """
    Inside, garbage is looked for rarely, or never where the user said never; outside, as the user left it.
    """
    gc.set_threshold(*before)
    with pytest.raises(ZeroDivisionError), collected_rarely():
        assert gc.get_threshold() == (RARELY if before[0] else before)
        raise ZeroDivisionError
    assert gc.get_threshold() == before
