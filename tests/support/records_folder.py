"""A small project of an invented company, for the readers of whole folders."""

from __future__ import annotations

import textwrap

import pytest

from carbon.params.files.project import Project
from carbon.params.shapes.company import FilePattern
from carbon.records.grids.delimited import read_delimited
from carbon.records.headings.matching import Headings
from carbon.records.kinds.contract import KINDS

PARAMS = """\
company: acme
name: {en: Acme, fr: Acme}
country: FR
currency: EUR
language: en
reporting_year_starts: 01-01
consolidation: operational_control
base_year: 2022
gwp: AR5GWP100
fx: transaction_date
factors:
  {release: 2026.0.dev, regions: {FR: [FR, EU27, GLO]}, vintage: {later: allow, max_gap: 5}, price_basis: as_is,
   deflator: none}
scope2_headline: location-based
travel:
  {flight_bands: desnz, non_co2: none, rail: {FR: rail.tgv}, flight_detour_km: 0, rail_detour: 1.2, road_detour: 1.5}
sites: {lyon: FR, namur: BE}
"""


class Folder:
    """A project folder that tests fill file by file."""

    def __init__(self, root):
        self.project = Project(root)
        self.write("params/runs.yml",
                   "notebook: notebooks/annual_report.ipynb\nruns: [{company: acme, years: [2024]}]\n")
        self.params("")

    def write(self, name, content):
        path = self.project.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).encode())
        return path

    def params(self, files):
        self.write("params/acme.yml", PARAMS + ("files:\n" + textwrap.indent(textwrap.dedent(files), "  ")
                                                if files else "files: []\n"))

    def raw(self, name, content):
        return self.write(f"data/raw/acme/2024/{name}", content)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def grid_of():
    """The grid of semicolon separated text."""
    return lambda text: read_delimited(textwrap.dedent(text), "a.csv", len, separator=";")


@pytest.fixture
def headings_of():
    """The headings that a file of a kind may have, with options as in params."""
    return lambda kind, **options: Headings(
        KINDS[kind], FilePattern.model_validate({"pattern": "*", "kind": kind, **options}))
