"""The how-to on breaches quotes what the tool prints of ten errors in real records."""

from __future__ import annotations

import datetime
import importlib.util
import re
from pathlib import Path

import pytest
import yaml

from carbon.accounting.expectations.acceptance import accepted_of
from carbon.core.text_columns import records_of
from carbon.params.shapes.expected import Accepted

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("build_breach_docs", ROOT / "scripts" / "build_breach_docs.py")
PAGE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PAGE)


@pytest.fixture(scope="module")
def breaches():
    """The breaches of each error, put into a copy of the records."""
    return PAGE.breaches_by_error()


def test_each_error_is_seen_and_quoted_as_it_is_printed(breaches):
    """Ten errors, ten blocks, and not one word of a block that the tool does not print: else run the script."""
    text = PAGE.PAGE.read_text(encoding="utf-8")

    assert [match[1] for match in PAGE.BLOCK.finditer(text)] == list(PAGE.ERRORS) and len(PAGE.ERRORS) == 10
    assert [name for name, table in breaches.items() if table.empty] == []
    assert PAGE.filled(text, breaches) == text


def test_the_acceptance_on_the_page_accepts_its_breach(breaches):
    """The entry of the how-to names the flights that are gone, and no breach of another error."""
    block, = re.findall(r"```yaml\n(.*?)```", PAGE.PAGE.read_text(encoding="utf-8"), re.DOTALL)
    entry, = yaml.safe_load(block.replace(" on:", " 'on':"))["expected"]  # YAML 1.1 reads a bare "on" as true
    assert isinstance(entry["on"], datetime.date)
    one = Accepted.model_validate(entry)
    accepted = {name: any(accepted_of(records_of(table), [one], year=2025, year_starts="01-01")[0])
                for name, table in breaches.items()}
    assert [name for name, is_accepted in accepted.items() if is_accepted] == ["no_flights"]
