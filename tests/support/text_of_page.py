"""What a reader reads of an exhibit."""

from __future__ import annotations


def text_of(page, exhibit) -> str:
    return "".join(page(str(exhibit.html)).text)
