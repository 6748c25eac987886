"""What tests of several rooms share: the browser."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = os.environ.get("CARBON_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--font-render-hinting=none"]


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
