"""Grammars of internationalised addresses for jsonschema, built when a schema first asks for one.

jsonschema builds them on import, which takes as long as two company-years; no notebook's schema has such an address.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

GRAMMARS = "rfc3987_syntax"


def import_jsonschema() -> None:
    """
    Import jsonschema before papermill and nbformat do; what it checks afterwards is what it always checks.
    """
    if GRAMMARS in sys.modules or "jsonschema" in sys.modules or find_spec(GRAMMARS) is None:
        return
    later = ModuleType(GRAMMARS)
    vars(later)["is_valid_syntax"] = _is_valid_syntax
    sys.modules[GRAMMARS] = later
    try:
        import_module("jsonschema")
    finally:
        del sys.modules[GRAMMARS]


def _is_valid_syntax(*given: Any, **named: Any) -> bool:
    return bool(import_module(GRAMMARS).is_valid_syntax(*given, **named))
