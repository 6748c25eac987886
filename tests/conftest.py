"""What tests of several rooms share: the browser; and the order in which files are handed to the workers."""

from __future__ import annotations

import csv
import gc
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
pytest.register_assert_rewrite(*(path.stem for path in (HERE / "support").glob("*.py")))
LONGEST_FIRST = (
    "runs/test_runs_real_project.py", "docs/test_docs_code.py", "reports/test_reports_browser.py",
    "runs/review/test_explain.py", "levers/test_choose.py", "records/test_records_every_kind.py",
    "runs/desk/test_plan_ledger.py", "runs/review/test_review.py", "cli/test_examples.py", "desk/test_desk_mistakes.py",
    "runs/test_runs_odd_world.py", "runs/test_runs_assurer.py", "factors/test_questions.py",
    "factors/test_matching_properties.py", "runs/schedule/test_pdf.py", "reports/filings/test_reconcile.py",
)
"""Files of many seconds, longest first: one of them begun last would leave the other worker idle."""

SHOW_EXAMPLES = ("accounting/years", "cli", "desk", "digital", "docs", "levers", "reports", "scorecards", "trajectory")
"""Folders whose tests show, plan and explain the example companies: their inventories are computed once a worker."""

AT_LENGTH = HERE / "at_length.csv"
"""Tests, or single cases of them, that run under `make torture` for their length alone: `make test` is to end within a
quarter of an hour.
"""

BEGUN = pytest.StashKey[float]()
CHROMIUM = os.environ.get("CARBON_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--font-render-hinting=none"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end: the garbage collector need not walk it, neither now nor during the tests.

    Tables are made of many small objects that soon go by themselves: it looks for cycles less often, 4 % of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        gc.enable()


def pytest_configure() -> None:
    """A name of the list without its file is an error: a file that was renamed would lose its place unseen."""
    if missing := [name for name in LONGEST_FIRST if not (HERE / name).is_file()]:
        raise pytest.UsageError(f"tests/conftest.py names files that are not there: {', '.join(missing)}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Mark what runs at length; put the longest files first and mark them as slow; leave the others in their order."""
    _mark_at_length(session, items)
    place = {HERE / name: n for n, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
    for item in items:
        if item.path in place:
            item.add_marker("slow")


def _mark_at_length(session: pytest.Session, items: list[pytest.Item]) -> None:
    """A line of the list without its test is an error: a test that was renamed would return to the suite unseen."""
    with AT_LENGTH.open(encoding="utf-8", newline="") as lines:
        listed = {line["test"] for line in csv.DictReader(lines)}
    by_name = {f"{item.path.relative_to(HERE).as_posix()}::{item.nodeid.partition('::')[2]}": item for item in items
               if item.path.is_relative_to(HERE)}
    files = {name.partition("::")[0] for name in by_name}
    functions = {name.partition("[")[0] for name in by_name}
    if not any("::" in name for name in session.config.args) and (missing := sorted(
            name for name in listed - by_name.keys() - functions if name.partition("::")[0] in files)):
        raise pytest.UsageError(f"{AT_LENGTH.name} names tests that are not there: {', '.join(missing)}")
    for name, item in by_name.items():
        if name in listed or name.partition("[")[0] in listed:
            item.add_marker("torture")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--budget`: the seconds after which no further test begins."""
    parser.addoption("--budget", type=float, default=0, help="seconds after which tests are skipped; 0: all run")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note when the budget begins: with the first test."""
    session.config.stash[BEGUN] = time.monotonic()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what begins after the budget: `make quick` states how many tests it did not run."""
    budget = item.config.getoption("budget")
    if budget and time.monotonic() - item.config.stash[BEGUN] > budget:
        pytest.skip(f"the budget of {budget:.0f} s is used up; make test runs it")


@pytest.fixture
def every() -> Callable[[Iterable[Any], Callable[..., None]], None]:
    """Check one statement about many items: `every(items, check)` checks all of them and names each that fails.

    A tuple is given to `check` as its arguments, anything else as the only one. No item at all is a failure too.
    """
    def run(items: Iterable[Any], check: Callable[..., None]) -> None:
        failed, checked = [], 0
        for item in items:
            checked += 1
            try:
                check(*item) if isinstance(item, tuple) else check(item)
            except (Exception, pytest.fail.Exception) as error:
                failed.append(f"{item!r}: {type(error).__name__}: {error}")
        if failed or not checked:
            pytest.fail(f"{len(failed)} of {checked} items:\n" + "\n".join(failed), pytrace=False)

    return run


@pytest.fixture(autouse=True, scope="module")
def _examples_once(request: pytest.FixtureRequest) -> Iterator[None]:
    if not any(request.path.is_relative_to(HERE / folder) for folder in SHOW_EXAMPLES):
        yield
        return
    from examples_once import examples_once

    with examples_once():
        yield


@pytest.fixture(scope="module")
def browser():
    """Chromium; without one the test is skipped with a word, unless CARBON_BROWSER=required."""
    if CHROMIUM is None and os.environ.get("CARBON_BROWSER") != "required":
        pytest.skip("Chromium is not installed: nothing was looked at in a browser")
    if CHROMIUM is None:
        pytest.fail("CARBON_BROWSER=required, but Chromium was not found")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
