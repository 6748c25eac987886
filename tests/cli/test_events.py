"""`carbon events`: the ledger of base-year events from the command line."""

import json
from pathlib import Path

import pytest

from carbon.core.errors import CarbonError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def in_the_example_project(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_events_are_one_line_each_for_people_and_every_delta_in_json(carbon):
    """A table has one line an event with its years; JSON has each delta, so that nothing is added up on the way."""
    shown = carbon("events", "list", "cap-conseil")
    events = json.loads(carbon("events", "list", "cap-conseil", "--json").stdout)["events"]
    names = {event["event_id"] for event in events}
    assert shown.exit_code == 0 and len(events) > len(names)
    lines = [line for line in shown.stdout.splitlines() if any(name in line for name in names)]
    assert len(lines) == len(names) and "2015-20" in shown.stdout


@pytest.mark.parametrize("words", [("add", "cap-conseil", "none.csv"), ("list", "nobody"), ("pin", "cap-conseil")])
def test_a_company_a_file_or_a_year_that_is_not_there_is_an_error(carbon, words):
    """Nothing is recorded for a name that nobody has."""
    assert isinstance(carbon("events", *words).exception, CarbonError)
