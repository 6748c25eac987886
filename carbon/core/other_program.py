"""Another program of the same import name: `carbon` on the package index is the storage of Graphite."""

from __future__ import annotations

from pathlib import Path

FILES = ("amqp0-8.xml", "cache.py", "routers.py", "service.py")
"""Files that lie at the top of the other program; this package has folders there alone."""


def refuse_other_program(package: Path) -> None:
    """Raise where both programs lie in one folder: a file of one may have replaced one of the other.

    Raises ImportError: Which files are those of the other program, and what to do.
    """
    others = [name for name in FILES if (package / name).exists()]
    if others:
        raise ImportError(
            f"Two programs are installed as {package}: the package `carbon` (Graphite) put {', '.join(others)} next to "
            "`carbon-trajectory`. Neither can be trusted: `pip uninstall carbon carbon-trajectory`, then `pip install "
            "carbon-trajectory` in an environment without the other")
