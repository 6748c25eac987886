"""What a reader reads of an exhibit, and the page of a notebook for one audience."""

from __future__ import annotations

from carbon.reports.page.audiences import PERFORMANCE
from carbon.reports.page.html import render_pages


def render(notebook, *, audience=PERFORMANCE, **options) -> str:
    return render_pages(notebook, audiences=(audience,), **options)[audience]


def text_of(page, exhibit) -> str:
    return "".join(page(str(exhibit.html)).text)
