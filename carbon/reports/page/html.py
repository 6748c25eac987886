"""A notebook that ran becomes one offline page: own template, sanitised content, a content security policy, no script.

Code is hidden; the words, figures and tables stay, each with its id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from carbon.core import packaged
from carbon.core.errors import UsageError
from carbon.reports.figures.theme import DARK, GRID, INK, LIGHT, MUTED
from carbon.reports.figures.years import DARK_PATHWAY
from carbon.reports.page.audiences import AUDIENCES, EMPTY, PERFORMANCE, PUBLIC, Block
from carbon.reports.page.exhibit import METADATA, NARROW_DRAWING
from carbon.reports.page.font import font_face
from carbon.reports.page.sanitise import clean_html, clean_text, png_data
from carbon.reports.page.svg import clean_svg
from carbon.reports.page.template import template
from carbon.reports.page.typeset import typeset
from carbon.reports.words.language import Words

SECTION = "section-"
"""Tag of a Markdown cell that is a section: its words are taken in the report's language."""
CHECK = "check"
"""Anchor of what to check."""
_OPENING = ("headline", "plain")
"""What a report opens with: such a page has a cover, on paper."""
_LATER = '<div class="later">'
"""The part of an opening that is shown below the charts of its section begins so."""
_ANSWER = re.compile(r'<p class="answer">(.*?)</p>')
"""The sentence that a report opens with: its cover has it too."""
FRONT = "front-matter"
"""Tag of words for whoever opens the notebook; the page has a heading of its own."""
_OF_DATA = ("figure", "table", "own")
_ASKED_FOR = ("expectations",)
"""Tables that open no section: what is out of line in them is in the opening."""
Choice = Callable[[str, str], bool]
CSP = ("default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
       "base-uri 'none'; form-action 'none'")


def render_pages(notebook: Any, *, title: str, language: str, is_shown: Choice, subtitle: str = "",
                 years_note: str = "", audiences: Iterable[str] = AUDIENCES) -> dict[str, str]:
    """Return the page of a notebook for each audience; its outputs are read and made safe once.

    title, subtitle, years_note: text of the heading, and how the years are named; escaped here. is_shown: whether an
    audience is shown the exhibit of a name, as `exhibits.registry.is_shown`. Raises UsageError: another language or
    audience.
    """
    content = blocks(notebook, Words(language))
    return {audience: render_blocks(for_audience(content, audience, is_shown), title=title, language=language,
                                    subtitle=subtitle, years_note=years_note, audience=audience)
            for audience in audiences}


def for_audience(blocks: list[Block], audience: str, is_shown: Choice) -> list[Block]:
    """Return the blocks of one audience in order, with every error; no empty table or section, nothing twice.

    Raises UsageError: Another audience.
    """
    if audience not in AUDIENCES:
        raise UsageError(f"{audience!r} is not an audience", hint=f"one of {', '.join(AUDIENCES)}")
    shown_blocks = _below_charts(_arranged([block for block in blocks if (
        block.body and is_shown(block.anchor, audience) and (block.lines or block.role != "table")
        if block.kind in _OF_DATA else
        block.kind != "markdown" or audience == PERFORMANCE)]))
    empty = {at for at, block in enumerate(shown_blocks) if block.kind == "section"
             and (at + 1 == len(shown_blocks) or shown_blocks[at + 1].kind == "section")}
    repeated = {at for at, (before, block) in enumerate(pairwise(shown_blocks), 1)
                if block.kind == before.kind == "own" and block.body == before.body}
    return [block for at, block in enumerate(shown_blocks) if at not in empty | repeated]


def _below_charts(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the second part of an opening behind the figures that follow it."""
    content: list[Block] = []
    later = EMPTY
    for block in blocks:
        if later and block.kind != "figure":
            content.append(Block("own", anchor=CHECK, body=later))
            later = EMPTY
        first, mark, rest = block.body.partition(_LATER) if block.anchor == _OPENING[0] else (block.body, "", "")
        content.append(replace(block, body=first) if mark else block)
        later = Markup(mark + rest) if mark else later  # noqa: S704  (safe before it was cut)
    return [*content, *([Block("own", anchor=CHECK, body=later)] if later else [])]


def _arranged(blocks: list[Block]) -> list[Block]:
    """Return the blocks with each table under its figure; of a section, what it opens with is marked. A section opens
    with its first two figures, or else its first table.
    """
    content: list[Block] = []
    for block in blocks:
        if block.role == "twin" and content and content[-1].kind == "figure" and content[-1].anchor == block.anchor:
            content[-1] = replace(content[-1], twin=block.body)
        else:
            content.append(block)
    starts = [at for at, block in enumerate(content) if block.kind == "section"]
    for start, end in pairwise([*starts, len(content)]):
        figures = [at for at in range(start, end) if content[at].kind == "figure"][:2]
        tables = [at for at in range(start, end) if content[at].kind in _OF_DATA and "<table" in content[at].body
                  and content[at].anchor not in _ASKED_FOR][:1]
        for at in figures or tables:
            content[at] = replace(content[at], is_lead=True, is_paired=len(figures) > 1)
    return content


def render_blocks(content: list[Block], *, title: str, language: str, audience: str, subtitle: str = "",
                  years_note: str = "", kicker: str = "", footer: Sequence[str] = (), is_whole: bool = False) -> str:
    """Return a page of blocks that are safe to print already; kicker and footer are the audience's unless given.

    is_whole: Every table is open, with all its lines.
    """
    words = Words(language)
    page = {
        "title": title, "subtitle": subtitle, "years_note": years_note, "language": language, "words": words,
        "csp": CSP, "css": _style_sheet() + _running_head(title),
        "kicker": kicker or words(f"audience.{audience}"), "audience": audience, "blocks": content,
        "footer": footer or [words("page.units"), *([] if audience == PUBLIC else [words("page.footer")])],
        "is_whole": is_whole, "is_report": any(b.anchor in _OPENING for b in content),
        "answer": next((Markup(match[1]) for b in content if (match := _ANSWER.search(b.body))), ""),  # noqa: S704
        "contents": [b for b in content if b.kind == "section"]}
    return typeset(template("report.html.j2").render(page=page), language)


@lru_cache(maxsize=1)
def _style_sheet() -> Markup:
    sheet = packaged.read_text("carbon.reports", "templates/report.css")
    return Markup(f"{font_face()}\n{sheet}\n{_dark_drawings()}")  # noqa: S704  (packaged text)


def _running_head(title: str) -> Markup:
    """Return the rule that prints the title above each sheet but the first, with only letters and digits unescaped."""
    text = "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in title)
    rule = f'@page {{ @top-left {{ content: "{text}"; }} }} @page :first {{ @top-left {{ content: ""; }} }}'
    return Markup(f"@media print {{ {rule} }}\n")  # noqa: S704


def _dark_drawings() -> str:
    """Return the rules that give drawings the colours of a dark ground, where the reader's system asks for one."""
    pairs = dict(zip(LIGHT.ordered, DARK.ordered, strict=True))
    pairs |= {LIGHT.pathway: DARK.pathway, DARK_PATHWAY: DARK.pathway, INK: "#e6ebf0", MUTED: "#a8b3bd",
              GRID: "#3d4650", LIGHT.ground: "#14181d", "#ffffff": "#14181d"}  # white as matplotlib writes it
    rules = "".join(f'svg [{what}="{light}"]{{{what}:{dark}}}' for light, dark in pairs.items()
                    for what in ("fill", "stroke"))
    return f"@media screen and (prefers-color-scheme: dark) {{ {rules} }}"


def blocks(notebook: Any, words: Words) -> list[Block]:
    """Return the content of the page, safe to print, in the order of the notebook."""
    content: list[Block] = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and FRONT not in cell.metadata.get("tags", []):
            content.append(_markdown(cell, words))
        elif cell.cell_type == "code":
            outputs = [_output(output, words, f"c{number}-{of}-") for of, output in enumerate(cell.get("outputs", []))]
            content += [block for block in outputs if block is not None]
    return content


def _markdown(cell: Any, words: Words) -> Block:
    tags = [t.removeprefix(SECTION) for t in cell.metadata.get("tags", []) if t.startswith(SECTION)]
    if tags and words.has(f"section.{tags[0]}.title"):
        name = tags[0]
        text = Markup("<p>{}</p>").format(words(f"section.{name}.text"))
        return Block("section", anchor=name, title=words(f"section.{name}.title"), body=text)
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    # The page has one heading of the first level, its own.
    markdown = MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True))
    html = markdown.render(_joined(cell.source))
    return Block("markdown", body=clean_html(re.sub(r"(</?)h1\b", r"\1h2", html)))


def _output(output: Any, words: Words, prefix: str) -> Block | None:
    if output.output_type == "stream":
        return Block("text", body=clean_text(_joined(output.text)))
    if output.output_type == "error":
        return Block("error", title=words("page.error"), body=clean_text(f"{output.ename}: {output.evalue}"))
    data = output.data
    metadata = output.get("metadata", {}).get(METADATA, {})
    labels = {k: str(metadata.get(k, "")) for k in ("title", "figure_id", "alt", "finding", NARROW_DRAWING)}
    anchor = "".join(c for c in str(metadata.get("name", "")) if c.isalnum() or c in "_-")
    if "image/svg+xml" in data or "image/png" in data:
        return _figure(data, labels, anchor, words, prefix)
    if "text/html" in data:
        kind = "own" if metadata.get("role") == "own" else "table"
        body = clean_html(_joined(data["text/html"]))
        return Block(kind, anchor, labels["title"], body, labels["figure_id"], role=str(metadata.get("role", "")))
    if set(data) == {"text/plain"}:
        text = _joined(data["text/plain"])
        return None if text.startswith(_SILENT) else Block("text", body=clean_text(text))
    return Block("skipped", body=escape(words("page.not_shown")))


_SILENT = ("<Axes", "AnnualReport(", "Exhibit(")
"""Short names of objects, shown to the analyst and of no use to a reader."""


def _figure(data: Any, labels: dict[str, str], anchor: str, words: Words, prefix: str) -> Block:
    alt = labels["alt"] or labels["title"] or words("figure.alt", title="")
    image = clean_svg(_joined(data.get("image/svg+xml", "")), alt, prefix)
    if image is None:
        picture = png_data(_joined(data.get("image/png", "")))
        if picture is None:
            return Block("skipped", body=escape(words("page.not_shown")))
        image = Markup('<img src="data:image/png;base64,{}" alt="{}">').format(picture, alt)
    narrow = clean_svg(labels[NARROW_DRAWING], alt, f"{prefix}n-") or EMPTY
    return Block("figure", anchor, labels["title"], image, labels["figure_id"], alt, finding=labels["finding"],
                 narrow=narrow)


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)
