"""Packaged templates, read once: everything that is put into them is escaped unless it is marked as safe."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, Template

from carbon.core import packaged


@cache
def template(name: str) -> Template:
    """Return the template of a name in `templates/`."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(packaged.read_text("carbon.reports", f"templates/{name}"))
