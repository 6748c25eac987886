"""Write docs/reference/sources.md from the packaged source profiles.

    python scripts/build_sources_docs.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from carbon.params.files.sources import all_sources
from carbon.params.shapes.source import SourceProfile

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "sources.md"
HEAD = """# Sources

Generated from `carbon/params/data/sources/` by `scripts/build_sources_docs.py`; a test holds it up to date.

A source is the export of one software: its columns, words, units, dates, and rows that do not count. An entry of
`files` names it, `source: NAME`, and is read as if it held what the profile states; its own keys count over the
profile's. A file without the headings of the source is refused, and what differs is named. `carbon check` names the
source that the headings of a file are those of, and applies none on its own. `carbon params --sources` lists them with
those of the project.

Headings are word for word those of the place that is named with each source; an export in another language has others.
Add a source: [one page, one file](../how-to/add-a-source.md).

| source | software | kind | the entry adds |
|---|---|---|---|
"""


def text() -> str:
    """Return the whole page."""
    profiles = [source.profile for source in all_sources(None)]
    return HEAD + "".join(map(_row, profiles)) + "".join("".join(_section(p)) for p in profiles)


def _row(profile: SourceProfile) -> str:
    asks = ", ".join(f"`{key}`" for key in profile.asks)
    return f"| [{profile.name}](#{profile.name}) | {profile.software} | `{profile.kind}` | {asks} |\n"


def _section(profile: SourceProfile) -> Iterator[str]:
    yield f"\n## {profile.name}\n\n{profile.software}: {profile.export}.\n\n"
    yield f"Version {profile.version}, kind `{profile.kind}`. "
    yield f"Recognised by {', '.join(f'`{h}`' for h in profile.recognised_by)}"
    yield f", without {', '.join(f'`{h}`' for h in profile.not_with)}.\n\n" if profile.not_with else ".\n\n"
    yield from (f"- {statement}\n" for statement in profile.statements)
    yield from (f"- Headings: {place.where} (read on {place.read}).\n" for place in profile.documented)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"docs/reference/{PAGE.name}")
