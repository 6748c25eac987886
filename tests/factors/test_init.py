"""The names of the room."""

import importlib

from carbon import factors


def test_every_public_name_is_what_it_says():
    """Each lazy name leads to its object, also after the module of the same name was imported."""
    importlib.import_module("carbon.factors.search")
    assert all(getattr(factors, name) is not None for name in dir(factors))
    assert callable(factors.search) and callable(factors.estimate) and callable(factors.load)
