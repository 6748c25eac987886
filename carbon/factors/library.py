"""The emission-factor library: packaged tables under a release name, and a company's own factors.

An inventory pins a release. A cut release never changes: the sha256 of its tables is in data/releases.yml, and a
table with other bytes raises an error. A release that is still being written has the status "open".
`check_policy` finds names in a company's factor policy that nothing in the library has: a misspelt source or region
would be no choice at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged, schemas, zones
from carbon.core.countries import country_words
from carbon.core.display import HandsOut, as_html, one_line, replaced
from carbon.core.errors import ParamsError, TableError
from carbon.core.text import spelled_like
from carbon.core.text_columns import listed, same_text, text_array
from carbon.factors.grid_basis import loss_citations
from carbon.factors.release_tables import CUT, PACKAGE, entry_of, intact, newest_of, releases_listed, shared_table
from carbon.params.shapes.company import CompanyParams

OWN_SOURCES = "company"
"""Prefix of source_id of a company's own factors: they are preferred before any other source."""
OWN_TIER = "supplier-specific"

SOURCES = schemas.Table("factor_sources", {
    "source_id": schemas.TEXT, "title": schemas.TEXT, "publisher": schemas.TEXT, "edition": schemas.TEXT,
    "licence": schemas.TEXT, "date": schemas.TEXT, "citation": schemas.TEXT, "sha256": schemas.TEXT,
    "verification": schemas.TEXT,
}, key=("source_id",))
"""One publication. citation: the attribution its licence asks for; sha256 of the files it was read from."""


@dataclass(frozen=True, eq=False)  # equal only to itself: so that what is worked out from it can be kept
class Library(HandsOut):
    """All factors of one release, and a company's own where it has any.

    table: `schemas.FACTORS`. sources: one row per source_id with title, publisher, edition, licence, citation, sha256.
    status: "cut" (immutable) or "open" (still being written). overrides: factor_id -> method tier of the factors that a
    company brought itself.
    """

    release: str
    table: pd.DataFrame
    sources: pd.DataFrame
    status: str = CUT
    overrides: Mapping[str, str] = field(default_factory=dict)

    def with_overrides(self, table: pd.DataFrame, sources: pd.DataFrame | None = None) -> Library:
        """Return the library with a company's own factors added.

        Parameters
        ----------
        table
            `schemas.FACTORS` and, where it has one, a column `tier`; e.g. from `factors.sources.read_overrides`.
        sources
            `SOURCES` of its rows; without it each source_id takes the edition and licence of its first row.

        Raises
        ------
        TableError
            A factor_id that the release has already, or a row without evidence (`page`).
        """
        tiers = listed(table["tier"]) if "tier" in table else [OWN_TIER] * len(table)
        factors = schemas.FACTORS.validate(table[[c for c in table.columns if c != "tier"]])
        names = listed(factors["factor_id"])
        foreign = np.array([not name.startswith(OWN_SOURCES) for name in listed(factors["source_id"])], dtype=bool)
        twice = factors["factor_id"].isin(self._held(factors["factor_id"]))
        _refuse(factors, twice, f"factor_ids that release {self.release} has already", "give them a name of their own")
        _refuse(factors, factors["page"].eq(""), "factors without evidence", "fill the column `evidence`")
        _refuse(factors, foreign, f"factors whose source_id does not start with \"{OWN_SOURCES}\"",
                "so that they are chosen before any published one")
        new_sources = _own_sources(factors) if sources is None else SOURCES.validate(sources)
        return self._with(factors, new_sources, overrides={**self.overrides, **dict(zip(names, tiers, strict=True))})

    def _with(self, factors: pd.DataFrame, sources: pd.DataFrame, **fields: Any) -> Library:
        """Return the library with more factors, and those of their sources that it does not have."""
        held_tables = vars(self)  # themselves, which are only read: an attribute is a copy for each reader
        new_sources = sources[~sources["source_id"].isin(held_tables["sources"]["source_id"])]
        return replaced(self, table=pd.concat([held_tables["table"], factors], ignore_index=True),
                        sources=pd.concat([held_tables["sources"], new_sources], ignore_index=True), **fields)

    def with_calculated(self, table: pd.DataFrame) -> Library:
        """Return the library with parts that were calculated from its factors, to be shown: never to be chosen from.

        Each names the publications behind it: the source of a loss share, or "a-minus-b" for a pair.
        """
        if table.empty:
            return self
        new_sources = _own_sources(table).assign(publisher="calculated from published figures", citation="")
        citations = {**loss_citations(self.release),
                     **dict(zip(self.sources["source_id"], self.sources["citation"], strict=True))}
        behind = [[citations[part] for part in name.split("-minus-") if part in citations]
                  for name in new_sources["source_id"]]
        new_sources = new_sources.assign(citation=["; ".join(texts) for texts in behind])
        return self._with(table, SOURCES.validate(new_sources.astype("str")))

    def _held(self, factor_ids: pd.Series) -> pd.Series:
        """Return those factor_ids that the release has already; asked this way round, thousands need not be hashed."""
        ids = vars(self)["table"]["factor_id"]
        return ids[ids.isin(factor_ids)]

    def _unlike(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that differ from the release's row of the same factor_id, but for label and notes."""
        compared = [c for c in schemas.FACTORS.columns if c not in ("label", "notes")]
        rows_by_id = rows[compared].set_index("factor_id", drop=False)
        release_rows = self.table.set_index("factor_id", drop=False).loc[rows_by_id.index, rows_by_id.columns]
        unlike = rows_by_id.ne(release_rows) & ~(rows_by_id.isna() & release_rows.isna())
        return rows_by_id[unlike.any(axis=1)].reset_index(drop=True)

    def with_imported(self, table: pd.DataFrame, sources: pd.DataFrame) -> Library:
        """Return the library with a table that the project imported itself; it ranks like any published one.

        Rows that are the same in the release, e.g. of an extract of the same publication, are taken once, with the
        release's label and notes.

        Raises TableError: A factor_id that the release has already with other figures or words.
        """
        new_factors = schemas.FACTORS.validate(table)
        known_ids = self._held(new_factors["factor_id"])
        if len(known_ids):
            new_factors = new_factors[~new_factors["factor_id"].isin(known_ids)].reset_index(drop=True)
            unlike = self._unlike(table[table["factor_id"].isin(known_ids)])
            _refuse(unlike, pd.Series(True, index=unlike.index),
                    f"factor_ids that release {self.release} has already, with other figures or words",
                    "two editions under one name: import the edition that has ids of its own, or leave it out of "
                    "`factors.imported`")
        return self._with(new_factors, SOURCES.validate(sources))

    def __repr__(self) -> str:
        mark = "" if self.status == CUT else f", {self.status}"
        return one_line(f"Library({self.release}{mark}: {len(self.table):,} factors, {len(self.sources)} sources)")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.sources.drop(columns=["sha256", "citation"]))


def load(release: str | None = None) -> Library:
    """Load the packaged library of one release.

    Parameters
    ----------
    release
        Name; an inventory always gives it. Without one, for the desk: the newest cut release (`newest`).

    Raises
    ------
    UsageError
        Unknown release.
    TableError
        A table of a cut release, or a packaged one that its figures are calculated with, does not have the bytes that
        were cited; or a table breaks its contract.
    """
    return _load(newest() if release is None else release)


def newest() -> str:
    """Return the name of the newest cut release; while none is cut, of the newest open one."""
    return newest_of(releases_listed())


def releases() -> pd.DataFrame:
    """Return the releases of this package: release, status, tables."""
    rows = [(name, entry["status"], len(entry["tables"])) for name, entry in sorted(releases_listed().items())]
    return pd.DataFrame(rows, columns=["release", "status", "tables"])


@lru_cache(maxsize=4)
def _load(release: str) -> Library:
    entry = entry_of(release)
    is_cut = entry["status"] == CUT
    listings = [listing for _, listing in sorted(entry["tables"].items())]
    contents = [_with_head(listing["file"], intact(release, listing["file"], listing["sha256"] if is_cut else ""))
                for listing in listings]
    for name in entry.get("shared", {}):
        shared_table(release, name)
    if is_cut:
        _refuse_changed()
    # One long CSV is read and typed once: thirteen small ones cost three times as much.
    content = b"".join([contents[0], *(memoryview(c)[c.index(b"\n") + 1:] for c in contents[1:])])
    table = schemas.FACTORS.validate(packaged.typed_csv(content, schemas.FACTORS.columns, f"release {release}"))
    renamed = {name: names["is"] for name, names in entry.get("renamed", {}).items()}
    is_renamed = table["element_id"].isin(renamed)
    table.loc[is_renamed, "activity"] = table.loc[is_renamed, "element_id"].map(renamed)
    compositions = entry.get("composed", {})
    is_composed = table["activity"].isin(compositions) & table["composition"].eq("")
    table.loc[is_composed, "composition"] = table.loc[is_composed, "activity"].map(compositions)
    files = [f"data/{listing['file']}" for listing in listings]
    return Library(release, table, _sources(files, table), entry["status"])


def _with_head(file: str, content: bytes) -> bytes:
    if not content.startswith(f"{','.join(schemas.FACTORS.columns)}\n".encode()):
        raise TableError(f"data/{file}: the columns are not those of a factor table", hint="build the table again")
    return content


def _refuse_changed() -> None:
    """Refuse packaged tables (units, heat contents, zones, prices, words ...) with other bytes than were cited."""
    changed = packaged.changed_tables()
    if changed:
        raise TableError(f"{len(changed)} packaged tables have other bytes than their citation states: "
                         f"{', '.join(changed)}",
                         hint="reinstall the package; after a change of your own run python scripts/pin_tables.py")


def _sources(files: list[str], table: pd.DataFrame) -> pd.DataFrame:
    entries: dict[str, Any] = {}
    # By folder: where a later release adds rows of a source, its citation names the larger extract.
    for file in sorted(files):
        entries |= packaged.read_yaml(PACKAGE, file.removesuffix(".csv") + ".yml")["sources"]
    verifications: dict[str, list[str]] = {}
    pairs = table[["source_id", "verification"]].drop_duplicates()
    for name, verification in sorted(zip(pairs["source_id"], pairs["verification"], strict=True)):
        verifications.setdefault(name, []).append(verification)
    missing = sorted(set(verifications) - set(entries))
    if missing:
        raise TableError(f"Sources without a citation: {', '.join(missing)}", hint="add them to the table's .yml")
    rows = [{"source_id": name, **{k: str(e[k]) for k in ("title", "publisher", "edition", "licence", "date")},
             "citation": e["attribution"], "sha256": " ".join(e["sha256"].values()),
             "verification": ", ".join(verifications[name])}
            for name, e in sorted(entries.items())]
    return SOURCES.validate(pd.DataFrame(rows).astype("str"))


def _own_sources(factors: pd.DataFrame) -> pd.DataFrame:
    first = np.flatnonzero(~factors["source_id"].array.duplicated())
    source_columns = {"source_id": "source_id", "title": "label", "edition": "edition", "licence": "licence",
                      "citation": "page", "verification": "verification"}
    values: dict[str, Any] = {name: factors[column].array.take(first) for name, column in source_columns.items()}
    values |= {"publisher": same_text("the company or its supplier", len(first)), "sha256": same_text("", len(first)),
               "date": text_array([str(year) for year in factors["valid_from"].to_numpy()[first].tolist()])}
    return SOURCES.validate({c: values[c] for c in SOURCES.columns})


def _refuse(rows: pd.DataFrame, is_bad: pd.Series | npt.NDArray[np.bool_], what: str, hint: str) -> None:
    if is_bad.any():
        bad_rows = rows.loc[is_bad, ["factor_id", "activity", "unit"]]
        raise TableError(f"{int(is_bad.sum())} {what}", rows=bad_rows, hint=hint)


def check_policy(params: CompanyParams, library: Library) -> None:
    """Check that the library has every name of a company's factor policy.

    Parameters
    ----------
    library
        The release of the params with what the project brings itself.

    Raises
    ------
    ParamsError
        `factors.prefer` or `allow_mixed_gwp` name no source (the latter: nor factor), `factors.regions` or
        `factors.life_cycle_grid` a region that is neither a country nor one of the library's, or a site a heat network
        or a zone that no factor has.
    """
    policy, sources = params.factors, {*listed(library.sources["source_id"]), OWN_SOURCES}
    regions = {*listed(pd.unique(library.table["region"])), *country_words().values(),
               *(zone for country in zones.countries() for zone in zones.zones_of(country))}
    chains = [(f"factors.regions.{start}", chain) for start, chain in policy.regions.items()]
    starts = [r for r in policy.regions if r != "other"]
    frozen = [p for p in params.allow_mixed_gwp if not any(s.startswith(p) for s in sources)]
    faults = [
        *_places(params, regions),
        *_no_beginning("factors.prefer", policy.prefer, sources),
        *(_no_beginning("allow_mixed_gwp", frozen, {*sources, *library.table["factor_id"]}) if frozen else []),
        *_no_beginning("factors.upstream_pairs", [p for pair in policy.upstream_pairs.values() for p in pair], sources),
        *_no_beginning("factors.parts_from", [p for names in policy.parts_from.values() for p in names],
                       {*sources, *loss_citations(policy.release)}),
        *_no_beginning("factors.grid_basis", policy.grid_basis, sources),
        *(fault for key, names in (("factors.regions", starts), *chains,
                                   ("factors.life_cycle_grid", policy.life_cycle_grid),
                                   ("factors.upstream_pairs", policy.upstream_pairs))
          for fault in _unknown(key, names, regions)),
    ]
    if faults:
        raise ParamsError(f"params/{params.company}.yml:\n" + "\n".join(faults),
                          hint=f"edit params/{params.company}.yml; `carbon factors list` has the sources and regions")


def _places(params: CompanyParams, regions: Collection[str]) -> list[str]:
    """Return the faults of sites whose heat network, or zone of the company's own, has no factor."""
    faults = []
    for name, site in params.sites.items():
        for key, place, activity in (("heat_network", site.heat_region, "district_heat"),
                                     ("zone", site.grid_zone, "electricity")):
            known_zone = key == "zone" and place in zones.zones_of(site.country)
            if place and not known_zone and place not in regions:
                others = [r for r in regions if r.startswith(f"{site.country}-")]
                near_regions = spelled_like(place, others, cutoff=0.3)
                faults.append(f"`sites.{name}.{key}`: no factor is of region {place}; "
                              + (f"nearest: {', '.join(near_regions)}; " if near_regions else "")
                              + f"add its own to params/{params.company}/factors.csv (activity {activity}, region "
                              f"{place}), or leave `{key}` out for the average of {site.country}")
    return faults


def _no_beginning(key: str, prefixes: Iterable[str], names: Collection[str]) -> list[str]:
    return [f"`{key}`: no source of factors begins with {p!r}{_nearest(p, names)}"
            for p in prefixes if not p or not any(n.startswith(p) for n in names)]


def _unknown(key: str, regions: Iterable[str], known_regions: Collection[str]) -> list[str]:
    return [f"`{key}`: {r!r} is no country and no region of the library{_nearest(r, known_regions)}"
            for r in regions if r not in known_regions]


def _nearest(word: str, names: Collection[str]) -> str:
    matches = spelled_like(word, sorted({*names, *(n.split("_")[0] for n in names)}), n=1, cutoff=0.5)
    return f"; did you mean {matches[0]!r}?" if matches else ""
