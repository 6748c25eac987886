"""The page of a report."""

from __future__ import annotations

import pytest
from text_of_page import render

from carbon.reports.exhibits.registry import is_shown


@pytest.fixture
def page_of(notebook_of):
    return lambda report, language="en": render(notebook_of(report), title="Atelier Exemple 2024",
                                                is_shown=is_shown, language=language)
