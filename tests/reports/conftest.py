"""A small invented company for the readers' side, its notebook, and what a browser would find alive in a page."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot as plt
from nbformat import v4

import carbon
from carbon.accounting.boundary.answers import BOUNDARY
from carbon.accounting.boundary.presence import PRESENCE
from carbon.accounting.counted_twice import COLUMNS
from carbon.accounting.expectations.bands import EXPECTATIONS
from carbon.accounting.expectations.breaches import BREACHES
from carbon.accounting.expectations.held import held_of
from carbon.accounting.instruments import NOT_APPLIED
from carbon.accounting.uncertainty import InventoryUncertainty, uncertainty_of
from carbon.accounting.years.history import Inventories
from carbon.activities import rejected_shares
from carbon.core import schemas
from carbon.core.ghg_protocol import CATEGORIES, LOCATION, MARKET
from carbon.digital.company import company_fleet
from carbon.emissions.energy_states import energy_states
from carbon.levers.company import plan
from carbon.params.files.project import Project
from carbon.params.shapes.company import CompanyParams
from carbon.reports.exhibits.annual import SHEETS, AnnualReport
from carbon.reports.page.html import SECTION

YEAR = 2024
COMPANY = "atelier-exemple"


@dataclass(frozen=True, eq=False)
class Stub:
    """What the reports read of an inventory."""

    company: str
    year: int
    params: CompanyParams
    table: pd.DataFrame
    emissions: pd.DataFrame
    activities: pd.DataFrame
    ledger: pd.DataFrame
    factors: pd.DataFrame
    factor_sources: pd.DataFrame
    instruments: pd.DataFrame
    instruments_not_applied: pd.DataFrame
    pairs: pd.DataFrame
    sources: pd.DataFrame
    warnings: pd.DataFrame
    records: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    fx: pd.DataFrame | None = None
    library: object = None
    found: pd.DataFrame | None = None

    @property
    def presence(self) -> pd.DataFrame:
        return PRESENCE.empty()

    @property
    def rejected_shares(self) -> pd.DataFrame:
        return rejected_shares(self.ledger, self.params, year=self.year, fx=self.fx)

    def energy_states(self) -> pd.DataFrame:
        return energy_states(self.emissions)

    def boundary(self) -> pd.DataFrame:
        return BOUNDARY.empty()

    def boundary_since(self, presence: object, events: object) -> pd.DataFrame:
        return BOUNDARY.empty()

    def breaches(self) -> pd.DataFrame:
        return self.found if self.found is not None else BREACHES.empty()

    def expectations(self) -> pd.DataFrame:
        return EXPECTATIONS.empty().assign(held_against=pd.Series(dtype="str"), breach=pd.Series(dtype="str"))

    def compared(self) -> SimpleNamespace:
        return SimpleNamespace(held=held_of(self.expectations()))

    def uncertainty(self) -> InventoryUncertainty:
        return uncertainty_of(self)


def company_params(**changes: Any) -> CompanyParams:
    base: dict[str, Any] = {
        "company": COMPANY, "name": {"en": "Atelier Exemple", "fr": "Atelier Exemple"}, "country": "FR",
        "currency": "EUR", "language": "en", "reporting_year_starts": "01-01", "consolidation": "operational_control",
        "base_year": 2019, "gwp": "AR5GWP100", "allow_mixed_gwp": ["ademe"], "fx": "transaction_date",
        "factors": {"release": "test", "regions": {"FR": ["FR", "EU27"]}, "vintage": {"later": "allow", "max_gap": 5},
                    "price_basis": "as_is", "deflator": "none"},
        "scope2_headline": "market-based",
        "travel": {"flight_bands": "ademe", "non_co2": "as_published", "rail": {"FR": "rail.tgv"},
                   "flight_detour_km": 95, "rail_detour": 1.2, "road_detour": 1.3},
        "sites": {"lyon": "FR"}, "files": [], "max_rejected_share": {"travel": {"rows": 0.4, "amount": 0.2}},
        "targets": [{"id": "all", "label": {"en": "Whole company"}, "scopes": ["1", "2", "3"],
                     "scope2_method": "market-based", "base_year": 2019, "target_year": 2030, "reduction": 0.42}],
        "categories": {7: {"status": "excluded", "reason": "no survey yet", "estimated_t": 3.5}},
    }
    return CompanyParams.model_validate(base | changes)


# activity_id, kind, activity, quantity, unit, scope, category, site, supplier, group
ACTIVITIES = [
    ("a1", "energy", "electricity", 20_000.0, "kWh", "2", 0, "lyon", "", "energy"),
    ("a2", "energy", "natural_gas", 10_000.0, "kWh_HHV", "1", 0, "lyon", "", "energy"),
    ("a3", "travel", "flight.over_2000km.average", 8_000.0, "passenger.km", "3", 6, "lyon", "", "travel"),
    ("a4", "travel", "rail.tgv", 30_000.0, "passenger.km", "3", 6, "lyon", "", "travel"),
    ("a5", "purchases", "purchase.nace.J62_63", 90_000.0, "EUR", "3", 1, "lyon", "Hébergeur Exemple", "IT services"),
    ("a6", "purchases", "purchase.nace.M69", 15_000.0, "EUR", "3", 1, "lyon", "Comptable Exemple", "Advice"),
    ("a7", "purchases", "purchase.nace.M69", -1_000.0, "EUR", "3", 1, "", "Comptable Exemple", "Advice"),
]
# activity_id, part, scope, category, method, kg per unit, factor_id
PARTS = [
    ("a1", "combustion", "2", 0, LOCATION, 0.05, "fr-elec"), ("a1", "combustion", "2", 0, MARKET, 0.0, "instrument:po"),
    ("a1", "upstream", "3", 3, "", 0.01, "fr-elec-up"), ("a2", "combustion", "1", 0, "", 0.18, "fr-gas"),
    ("a2", "upstream", "3", 3, "", 0.04, "fr-gas-up"), ("a3", "combustion", "3", 6, "", 0.09, "fr-flight"),
    ("a3", "contrails", "3", 6, "", 0.08, "fr-flight-c"), ("a4", "total", "3", 6, "", 0.003, "fr-tgv"),
    ("a5", "total", "3", 1, "", 0.09, "fr-nace-j"), ("a6", "total", "3", 1, "", 0.15, "fr-nace-m"),
    ("a7", "total", "3", 1, "", 0.15, "fr-nace-m"),
]


def make_activities() -> pd.DataFrame:
    names = ["activity_id", "kind", "activity", "quantity", "unit", "scope", "category", "site", "supplier", "group"]
    table = pd.DataFrame(ACTIVITIES, columns=names)
    money = table["unit"] == "EUR"
    table = table.assign(
        record_id=[f"2024/{k}.csv:{i + 2}" for i, k in enumerate(table["kind"])], company=COMPANY, year=YEAR,
        source_file="data/raw/x/2024/" + table["kind"] + ".csv", source_line=np.arange(len(table)) + 2, region="FR",
        period_start=pd.Timestamp("2024-01-01"), period_end=pd.Timestamp("2024-12-31"), contract="", rule="r",
        tier=np.where(money, "spend", "physical average"), quality="", record_amount=table["quantity"],
        record_unit=np.where(money, "EUR", table["kind"] + ":" + table["unit"]),
    )
    days = {c: table[c].astype("datetime64[s]") for c in ("period_start", "period_end")}
    texts = {c: table[c].astype("str") for c, k in schemas.ACTIVITIES.columns.items() if k == "text"}
    return schemas.ACTIVITIES.validate(table.assign(**days, **texts))


def make_emissions(activities: pd.DataFrame) -> pd.DataFrame:
    parts = pd.DataFrame(PARTS, columns=["activity_id", "part", "scope", "category", "scope2_method", "kg_per_unit",
                                         "factor_id"])
    table = parts.merge(activities.drop(columns=["scope", "category"]), on="activity_id", validate="many_to_one")
    kg = table["quantity"] * table["kg_per_unit"]
    table = table.assign(co2e_kg=kg, co2_kg=np.nan, ch4_kg=np.nan, n2o_kg=np.nan, biogenic_co2_kg=0.0, kyoto=True,
                         source_id="ademe_test", gwp_used="AR5GWP100", reason="exact")
    table.loc[table["part"] == "contrails", "reason"] = "older vintage; converted"
    texts = {c: table[c].astype("str") for c, k in schemas.EMISSIONS.columns.items() if k == "text"}
    return schemas.EMISSIONS.validate(table.assign(**texts)[list(schemas.EMISSIONS.columns)])


def make_inventory_table(emissions: pd.DataFrame) -> pd.DataFrame:
    sums = emissions.groupby(["scope", "category", "scope2_method"])["co2e_kg"].agg(["sum", "size"])
    keys = [("1", 0, ""), ("2", 0, LOCATION), ("2", 0, MARKET), *(("3", c, "") for c in CATEGORIES)]
    rows = []
    for scope, category, method in keys:
        known = (scope, category, method) in sums.index
        found = sums.loc[(scope, category, method)] if known else {"sum": 0.0, "size": 0}
        absent = "excluded: no survey yet" if category == 7 else "not relevant: nothing is shipped"
        status = "computed" if known else absent
        rows.append((COMPANY, YEAR, scope, category, method, float(found["sum"]), 0.0, int(found["size"]), status))
    return schemas.INVENTORY.validate(pd.DataFrame(rows, columns=list(schemas.INVENTORY.columns)))


def make_ledger(activities: pd.DataFrame) -> pd.DataFrame:
    table = activities[["record_id", "kind", "source_file", "source_line"]].assign(
        source_sheet="", outcome="inventoried", stage="", code="", reason="", what_to_do="", column="", value="",
        amount=activities["record_amount"], unit=activities["record_unit"], counts_row=True)
    names = ["record_id", "kind", "outcome", "stage", "code", "reason", "what_to_do", "amount", "unit"]
    lost = [
        ("2024/travel.csv:9", "travel", "rejected", "reader", "distance_missing", "no distance", "add", 5e2, "rail:km"),
        ("2024/purchases.csv:9", "purchases", "excluded", "classification", "pay", "is no purchase", "", 7e3, "EUR"),
        ("2024/purchases.csv:10", "purchases", "set aside", "", "replaced", "the meter is read", "", 2_500.0, "EUR"),
    ]
    more = pd.DataFrame(lost, columns=names)
    more = more.assign(source_file="data/raw/x/2024/" + more["kind"] + ".csv", source_sheet="", source_line=9,
                       column="", value="", counts_row=True)
    table = pd.concat([table, more], ignore_index=True)
    texts = {c: table[c].astype("str") for c, k in schemas.LEDGER.columns.items() if k == "text"}
    return schemas.LEDGER.validate(table.assign(**texts)[list(schemas.LEDGER.columns)])


def make_factors() -> pd.DataFrame:
    ids = sorted({p[-1] for p in PARTS if not p[-1].startswith("instrument")})
    bought = {name: unit for name, _, _, _, unit, *_ in ACTIVITIES}
    units = {p[-1]: bought[p[0]] for p in PARTS}
    table = pd.DataFrame({"factor_id": ids})
    texts = {c: "" for c, k in schemas.FACTORS.columns.items() if k == "text" and c != "factor_id"}
    table = table.assign(**texts)
    table = table.assign(valid_from=2023, valid_to=9999, price_year=0, life_cycle=False, kyoto=True, co2e_kg=0.1,
                         biogenic_co2_kg=0.0, uncertainty_pct=np.nan, co2_kg=np.nan, ch4_fossil_kg=np.nan,
                         ch4_nonfossil_kg=np.nan, n2o_kg=np.nan, label="A factor", source_id="ademe_test",
                         edition="23.8", page="row 12", verification="verified", gwp_set="AR5GWP100",
                         unit=[units[i] for i in ids])
    texts = {c: table[c].astype("str") for c, k in schemas.FACTORS.columns.items() if k == "text"}
    return schemas.FACTORS.validate(table.assign(**texts)[list(schemas.FACTORS.columns)])


def make_sides() -> dict[str, pd.DataFrame]:
    source = ["ademe_test", "Invented factors", "Nobody", "23.8", "open", "2024-01-01", "Nobody (2024)"]
    columns = ["source_id", "title", "publisher", "edition", "licence", "date", "citation"]
    file = ["data/raw/x/2024/travel.csv", "travel", "00", "utf-8", 3, 2, 0, 1]
    return {
        "factor_sources": pd.DataFrame([source], columns=columns),
        "instruments": pd.DataFrame([["po", "contract", "FR", 0.0, np.nan, 20_000.0, 0.0, "a contract", "electricity"]
                                     ],
                                    columns=["instrument", "kind", "region", "kg_per_kwh", "volume_kwh",
                                             "allocated_kwh", "unused_kwh", "evidence", "carrier"]),
        "instruments_not_applied": NOT_APPLIED.empty(),
        "pairs": pd.DataFrame([["freight", "same supplier, overlapping days", "physical", 1, "a.csv", "X", "a.csv:2",
                                500.0, "money", 2, "b.csv", "X", "b.csv:2", 900.0, 500.0, "", ""]],
                              columns=list(COLUMNS)),
        "sources": pd.DataFrame([file], columns=list(schemas.SOURCES.columns)),
        "warnings": pd.DataFrame([["a_doubt", "something to know"]], columns=["code", "text"]),
    }


def make_history(inventory: Stub) -> Inventories:
    now = inventory.table[["scope", "category", "scope2_method", "co2e_kg", "status"]].assign(year=YEAR)
    shape = np.array([0.78, 0.9, 0.97, 1.02, 1.0, 0.66, 0.74, 0.93, 0.99])
    blocks = [now]
    for offset, level in enumerate(shape):
        year = YEAR - len(shape) + offset
        status = "reported" if year < 2022 else "computed"
        old = now.assign(year=year, co2e_kg=now["co2e_kg"] * level)
        blocks.append(old.assign(status=old["status"].where(old["status"] != "computed", status)))
    table = pd.concat(blocks, ignore_index=True).assign(company=COMPANY, gwp="AR5GWP100", boundary="same", source="")
    texts = {c: table[c].astype("str") for c, k in schemas.HISTORY.columns.items() if k == "text"}
    table = schemas.HISTORY.validate(table.assign(**texts)[list(schemas.HISTORY.columns)])
    return Inventories(COMPANY, table, {YEAR: inventory})


def make_inventory(change: Callable[[pd.DataFrame], pd.DataFrame] | None = None, **params: Any) -> Stub:
    """The company; `change` may rewrite the activities first (hostile text, other quantities)."""
    tables = make_tables(change(make_activities())) if change else {k: t.copy() for k, t in _plain_tables().items()}
    return Stub(COMPANY, YEAR, company_params(**params), **tables)


def make_tables(activities: pd.DataFrame) -> dict[str, pd.DataFrame]:
    emissions = make_emissions(activities)
    return {"table": make_inventory_table(emissions), "emissions": emissions, "activities": activities,
            "ledger": make_ledger(activities), "factors": make_factors(), **make_sides()}


@cache
def _plain_tables() -> dict[str, pd.DataFrame]:
    return make_tables(make_activities())


VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "circle", "line", "polyline"}
URL_ATTRIBUTES = {"src", "href", "srcset", "action", "formaction", "data", "poster", "background", "cite", "ping",
                  "manifest", "xlink:href"}
LIVE_TAGS = {"script", "iframe", "object", "embed", "form", "link", "base", "foreignobject", "animate", "set", "math",
             "template", "frame", "audio", "video", "source", "track", "portal", "button", "textarea", "select"}


def notebook_of(report: AnnualReport, names: tuple[str, ...] = SHEETS) -> Any:
    """One section and one cell an exhibit, with the outputs that Jupyter would store; "section-NAME" begins another."""
    shell = InteractiveShell.instance()
    cells = []
    for name in names if names[0].startswith(SECTION) else (f"{SECTION}answer", *names):
        if name.startswith(SECTION):
            cells.append(v4.new_markdown_cell("## Words", metadata={"tags": [name]}))
            continue
        before, shell.display_pub = shell.display_pub, CapturingDisplayPublisher()
        getattr(report, name)()._ipython_display_()
        found, shell.display_pub = shell.display_pub.outputs, before
        outputs = [v4.new_output("display_data", data=o["data"], metadata=o["metadata"]) for o in found]
        cells.append(v4.new_code_cell(f"report.{name}()", outputs=outputs, execution_count=1))
    return v4.new_notebook(cells=cells)


class Page(HTMLParser):
    """What stands in a page: live markup, the numbers, the ids, the alternatives of pictures, the policy."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.live: list[str] = []
        self.values: list[float] = []
        self.figures: dict[str, list[float]] = {}
        self.images: list[dict[str, str | None]] = []
        self.policy = ""
        self.text: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if tag in LIVE_TAGS:
            self.live.append(f"<{tag}>")
        for name, value in attrs:
            text = value or ""
            if name.startswith("on") or name == "style":
                self.live.append(f"{tag} {name}")
            if name in URL_ATTRIBUTES and not text.startswith(("#", "data:image/png;base64,")):
                self.live.append(f"{tag} {name}={text}")
        if tag == "img" or (tag == "svg" and named.get("role") == "img"):
            self.images.append({"alt": named.get("aria-label")} | named)
        if tag == "meta" and (named.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = named.get("content") or ""
        if named.get("data-value") is not None:
            self.values.append(float(named["data-value"] or ""))
            if named.get("data-figure-id"):
                self.figures.setdefault(str(named["data-figure-id"]), []).append(self.values[-1])
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1] != tag:
            self.live.append(f"</{tag}> out of place")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style" and re.search(
                r"@import|url\((?!data:font/woff;base64,[A-Za-z0-9+/=]+\))|expression", data, re.IGNORECASE):
            self.live.append("a style that loads")
        self.text.append(data)


@pytest.fixture
def inventory() -> Stub:
    return make_inventory()


@pytest.fixture(scope="session")
def make() -> Callable[..., Stub]:
    return make_inventory


@pytest.fixture(scope="session")
def history_of() -> Callable[[Stub], Inventories]:
    return make_history


@pytest.fixture
def report(inventory: Stub) -> AnnualReport:
    return AnnualReport(inventory, make_history(inventory))


@pytest.fixture(scope="session")
def report_of() -> Callable[[Stub], AnnualReport]:
    return lambda inventory: AnnualReport(inventory, make_history(inventory))


@pytest.fixture(scope="session")
def published_names() -> tuple[str, ...]:
    """The sections and exhibits of the notebook that is published, in its order."""
    found = json.loads((Path(__file__).resolve().parents[2] / "notebooks" / "annual_report.ipynb").read_bytes())
    tags = [[tag for tag in cell["metadata"].get("tags", []) if tag.startswith(SECTION)] for cell in found["cells"]]
    calls = [re.findall(r"report\.(\w+)\(\)", "".join(cell["source"])) for cell in found["cells"]]
    return tuple(name for pair in zip(tags, calls, strict=True) for names in pair for name in names)


@pytest.fixture(name="notebook_of")
def _notebook_of() -> Callable[..., Any]:
    return notebook_of


@pytest.fixture(name="page")
def _page() -> type[Page]:
    return Page


@pytest.fixture
def closed():
    """No figure stays open after the test."""
    yield
    plt.close("all")


@pytest.fixture
def agg(closed):
    """Drawn without a screen, and closed after the test."""
    mpl.use("agg")


@pytest.fixture(scope="session")
def studio():
    """The inventory of an example company."""
    return carbon.inventory("petit-studio", 2024)


@pytest.fixture(scope="session")
def other(studio):
    """The same company under another name, with twice the people and another GWP set declared."""
    params = studio.params.model_copy(update={"gwp": "AR6GWP100", "employees": {2024: 24.0}})
    return dataclasses.replace(studio, company="other-studio", params=params)


@pytest.fixture(scope="session")
def made():
    """The plan of one example company."""
    return plan("nuage-logiciels")


@pytest.fixture(scope="session")
def fleet():
    """The devices of an example company."""
    return company_fleet("nuage-logiciels", 2025, project=Project(Path(__file__).resolve().parents[2]))
