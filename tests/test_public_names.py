"""The names an analyst types exist and are loaded on first use."""

import pytest

import carbon as cb


@pytest.mark.parametrize("name", [n for n in cb.__all__ if n != "__version__"])
def test_every_public_name_leads_somewhere(name: str):
    """
    Each name of `cb` is a callable or a room.
    """
    assert callable(getattr(cb, name)) or hasattr(getattr(cb, name), "__name__")


def test_an_unknown_name_is_refused_with_the_known_ones():
    """
    A typo names what there is.
    """
    with pytest.raises(AttributeError, match="inventories"):
        _ = cb.inventry
