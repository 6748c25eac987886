"""The documentation as pages: built with warnings as errors, whole without a network, generated pages up to date."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

import carbon

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# What a browser would load by itself; a link that is clicked is not.
LOADED = re.compile(r"""<(?:script|img|iframe|source)[^>]*\ssrc="?(?:https?:)?//|"""
                    r"""<link[^>]*rel="?(?:stylesheet|preconnect|preload)"?[^>]*href="?(?:https?:)?//|"""
                    r"""<link[^>]*href="?(?:https?:)?//[^>]*stylesheet""")
CSS_LOADED = re.compile(r"""(?:@import|url\()\s*["']?(?:https?:)?//""")


def generator(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The site, built once; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "-q", "-b", "html", "-d",
         str(tmp_path_factory.mktemp("trees")), "docs", str(folder)], cwd=ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def test_the_site_is_built_without_a_warning(site):
    """Every page is in the navigation once, every link and anchor inside the site leads somewhere."""
    pages = {p.relative_to(DOCS).with_suffix("") for p in DOCS.rglob("*.md")}
    assert {p for p in pages if not (site / p.with_suffix(".html")).is_file()} == set()
    entries = [line for line in (DOCS / "_toc.yml").read_text(encoding="utf-8").split() if "/" in line]
    assert len(entries) == len(set(entries))


def test_no_page_loads_anything_from_elsewhere(site):
    """No font, script, picture or style from another host: the pages are whole without a network."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    assert [p.name for p in pages if LOADED.search(p.read_text(encoding="utf-8"))] == []
    assert [p.name for p in site.rglob("*.css") if CSS_LOADED.search(p.read_text(encoding="utf-8"))] == []
    assert LOADED.search('<link rel="preconnect" href="https://fonts.example" >')
    assert LOADED.search('<script src="https://cdn.example/x.js">')


def test_the_reference_holds_the_public_names(site):
    """Names of the contract have their docstring on the page, with parameters."""
    page = (site / "reference/python.html").read_text(encoding="utf-8")
    lists = {"__version__", "CarbonError", "factors", "figures", "tables"}
    for name in [*(f"carbon.{name}" for name in carbon.__all__ if name not in lists), "carbon.core.errors.CarbonError"]:
        assert f'id="{name}"' in page, name
    assert "Parameters" in page and "(<em>str</em>)" in page


@pytest.mark.parametrize("name", ["build_formula_docs", "build_command_docs", "build_rules_docs", "build_sources_docs",
                                  "build_module_docs", "build_notice", "build_threshold_docs"])
def test_generated_pages_are_up_to_date(name):
    """The page on disk is what the script writes today."""
    module = generator(name)
    assert module.PAGE.read_text(encoding="utf-8") == module.text(), f"run python scripts/{name}.py"


def test_links_of_the_pages_outside_the_site_lead_somewhere():
    """README and CONTRIBUTING point at files of the repository that exist."""
    for page in ("README.md", "CONTRIBUTING.md"):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8"))
        assert [link for link in links if not (ROOT / link).exists()] == [], page
