"""The page on factors is generated and up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_tables_say():
    """docs/factors.md is the generator's text, byte by byte."""
    spec = importlib.util.spec_from_file_location("build_factor_docs", ROOT / "scripts" / "build_factor_docs.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.text(), "run: python scripts/build_factor_docs.py"
