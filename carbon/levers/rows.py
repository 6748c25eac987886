"""The rows of a problem: streams of emissions and of priced quantities, by the levers that cut, add to and move them.

A lever moves a share of what is left in its own rows: those that lower the quantity come before, and of several that
move, the earlier in the file; what they move and what stays sum to the quantity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError, ParamsError
from carbon.core.ghg_protocol import FUEL_AND_ENERGY, LOCATION, MARKET
from carbon.levers.baseline import Baseline, matching, require_match, touches
from carbon.params.shapes.lever_life import ONE, THREE, Factor, Range
from carbon.params.shapes.levers import Add, Cut, Lever

KEY = ["scope", "scope2_method", "group", "resource", "touched"]


@dataclass(frozen=True, eq=False, repr=False)
class Quantity(Displayed):
    """A priced quantity of the inventory.

    streams: [streams] which hold it; last: [streams] its quantity in the last inventory year [unit]; price: [H]
    currency for a unit; spread: range of the whole price path, relative to it.
    """

    name: str
    unit: str
    streams: np.ndarray
    last: np.ndarray
    price: np.ndarray
    spread: Range


@dataclass(frozen=True, eq=False, repr=False)
class Piece(HandsOut, Displayed):
    """A share cut of some rows [S]: a product of factors, each with its own ranges."""

    rows: np.ndarray
    factors: tuple[Factor, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Move(HandsOut, Displayed):
    """What one lever takes out of some rows and adds to others, of what is left.

    moved(t) = sum over source rows of B x product of (1 - r y) over `before` of the row x r y of the lever itself;
    each row gets ratio [S, H] x moved.

    before: [L, S] levers that act first, by source row; spread: range of the ratio, relative to it.
    """

    lever: int
    source: np.ndarray
    before: np.ndarray
    ratio: np.ndarray
    spread: Range = ONE


def factors_of(cut: Cut) -> tuple[Factor, ...]:
    """Return what a cut is the product of: its reduction or its template's factors, and what does not rebound."""
    cut_pairs = tuple(cut.factors) or (Factor(of=[cut.reduction]),)
    return cut_pairs if cut.rebound.high == 0 else (*cut_pairs, Factor(of=[cut.rebound], complement=True))


def _after(values: np.ndarray, years_after: int) -> np.ndarray:
    """Return values with the last year repeated for the years after the plan."""
    return np.concatenate([values, np.repeat(values[..., -1:], years_after, axis=-1)], axis=-1)


@dataclass(frozen=True, eq=False, repr=False)
class Built(Displayed):
    """Rows of a problem (see `Problem`), and the lines that they combine.

    lines: scope, scope2_method, resource, `stream` (place in the baseline's streams), `share` (of its resource); row:
    [lines] the row that each is in.
    """

    rows: pd.DataFrame
    base: np.ndarray
    price: np.ndarray
    reduction: dict[str, np.ndarray]
    adds: np.ndarray
    pieces: tuple[tuple[Piece, ...], ...]
    lines: pd.DataFrame
    row: np.ndarray


def built_rows(
    baseline: Baseline, levers: Sequence[Lever], quantities: Sequence[Quantity], *, years_after: int,
    carbon: tuple[np.ndarray | None, Sequence[str], str], name: str,
) -> Built:
    """Combine streams with the same scope, group, levers and cuts into one row: E = (B + adds) x product.

    Raises ParamsError: A lever acts on streams that the inventory, or the resource it saves, does not have.
    """
    parts = [*_emission_lines(baseline, levers, name), *(_quantity_lines(baseline, levers, q, name)
                                                         for q in quantities)]
    lines = pd.concat([p.lines for p in parts], ignore_index=True)
    base, adds = (np.concatenate([getattr(p, k) for p in parts], axis=-2) for k in ("base", "adds"))
    pieces = [[Piece(np.concatenate([p.cuts[lever][i][0] if own_part == k else np.zeros(len(p.lines), dtype=bool)
                                     for k, p in enumerate(parts)]), factors)
               for own_part, part in enumerate(parts) for i, (_, factors) in enumerate(part.cuts[lever])]
              for lever in range(len(levers))]
    cut = {k: np.array([_cut(p, k, len(lines)) for p in pieces]) for k in THREE}
    key, _ = pd.factorize(lines[KEY].astype("str").agg("|".join, axis=1))
    signature = np.column_stack([key, *(cut[k].T for k in THREE)])
    _, first, code = np.unique(signature, axis=0, return_index=True, return_inverse=True)
    code, n = code.reshape(-1), len(first)
    sums, added = np.zeros((n, base.shape[1])), np.zeros((len(levers), n, base.shape[1]))
    np.add.at(sums, code, base)
    for lever in range(len(levers)):
        np.add.at(added[lever], code, adds[lever])
    by_size = np.argsort(-np.abs(base[:, -1]), kind="stable")
    names = lines["activity"].iloc[by_size].groupby(code[by_size]).agg(lambda a: ", ".join(dict.fromkeys(a)))
    rows = lines.iloc[first][KEY].reset_index(drop=True).assign(name=names.to_numpy())
    kept_pieces = tuple(tuple(Piece(p.rows[first], p.factors) for p in of_lever if p.rows[first].any())
                 for of_lever in pieces)
    base_h = _after(sums, years_after)
    return Built(rows, base_h, _prices(rows, base_h.shape, quantities, carbon),
                 {k: c[:, first] for k, c in cut.items()}, _after(added, years_after), kept_pieces, lines, code)


def _cut(pieces: Sequence[Piece], level: str, lines: int) -> np.ndarray:
    """Return the share cut of each line; several cuts of one lever on a line multiply, as two levers would."""
    remaining = np.ones(lines)
    for piece in pieces:
        remaining[piece.rows] *= 1.0 - np.prod([f.at(level) for f in piece.factors])
    return 1.0 - remaining


@dataclass(frozen=True, eq=False)
class _Part:
    """Lines of one kind, with the cuts of each lever on them and what levers add in each year."""

    lines: pd.DataFrame
    base: np.ndarray
    adds: np.ndarray
    cuts: list[list[tuple[np.ndarray, tuple[Factor, ...]]]]


def _emission_lines(baseline: Baseline, levers: Sequence[Lever], name: str) -> list[_Part]:
    """Return streams outside scope 2, and scope 2 by both methods."""
    table = baseline.streams
    cuts = [[(require_match(table, cut.where, where=f"{name}: lever {v.id}, cuts.{i}.where"), factors_of(cut))
             for i, cut in enumerate(v.cuts)] for v in levers]
    adds = np.array([_fixed_adds(v, baseline, name) for v in levers])
    touched = np.array([touches(v, table) for v in levers])
    market_only = np.array([lever.track == "market" for lever in levers])
    scope2 = (table["scope"] == "2").to_numpy()
    ratio = _market_ratio(baseline)
    parts = []
    for method, hit, kg in (("", ~scope2, baseline.location_kg), (LOCATION, scope2, baseline.location_kg),
                            (MARKET, scope2, baseline.market_kg)):
        scale = ratio[hit] if method == MARKET else np.ones(hit.sum())
        acts = np.full(len(levers), True) if method == MARKET else ~market_only
        lines = table[hit].assign(scope2_method=method, resource="", stream=np.flatnonzero(hit), share=0.0,
                                  touched=_ids(levers, touched[:, hit] & acts[:, None]))
        cut_pairs = [[(streams[hit] & acts[i], f) for streams, f in pairs] for i, pairs in enumerate(cuts)]
        parts.append(_Part(lines, kg[hit], adds[:, hit] * scale[:, None], cut_pairs))
    return parts


def _market_ratio(baseline: Baseline) -> np.ndarray:
    """Return market / location of each stream: what is added to a stream has that stream's own market-based factor."""
    location, market = (baseline.streams[c].to_numpy() for c in ("location_kg", "market_kg"))
    return np.divide(market, location, out=np.ones(len(location)), where=location != 0)


def _quantity_lines(baseline: Baseline, levers: Sequence[Lever], quantity: Quantity, name: str) -> _Part:
    """Return one line a stream of the resource, with the shares that levers save of it and the quantities they use."""
    table, hit = baseline.streams, quantity.streams
    # Quantities follow their streams; a grid pathway changes the factor, not what is consumed.
    index = np.where(table["grid"].to_numpy()[:, None], 1.0, baseline.index)[hit]
    base = quantity.last[hit][:, None] * index
    cuts = [[pair for i, saving in enumerate(v.saves) if saving.resource == quantity.name
             for pair in _saved(v, i, table, hit, name)] for v in levers]
    total = quantity.last.sum()
    share = quantity.last[hit] / total if total > 0 else np.full(hit.sum(), 1 / hit.sum())
    used_units = np.array([sum(u.quantity_per_year or 0.0 for u in v.uses if u.resource == quantity.name)
                           for v in levers])
    touched = np.array([np.full(hit.sum(), bool(cuts[i]) or used_units[i] > 0) for i in range(len(levers))])
    lines = table[hit].assign(scope="", scope2_method="", resource=quantity.name, touched=_ids(levers, touched),
                              activity=quantity.name, stream=np.flatnonzero(hit), share=share)
    return _Part(lines, base, used_units[:, None, None] * share[None, :, None] * np.ones_like(base)[None], cuts)


def _saved(
    lever: Lever, i: int, table: pd.DataFrame, hit: np.ndarray, name: str
) -> list[tuple[np.ndarray, tuple[Factor, ...]]]:
    """Return what one saving takes out of the resource's streams: a share of some, or what the lever cuts there."""
    saving, field = lever.saves[i], f"{name}: lever {lever.id}, saves.{i}"
    pairs: list[tuple[np.ndarray, tuple[Factor, ...]]]
    cut_pairs = [(matching(table, cut.where) & hit, factors_of(cut)) for cut in lever.cuts]
    if saving.share is not None:
        cut_there = np.logical_or.reduce([m for m, _ in cut_pairs])
        chosen_streams = hit & (matching(table, saving.where) if saving.where else cut_there)
        pairs = [(chosen_streams, (Factor(of=[saving.share]),))]
    else:
        pairs = cut_pairs
    if not any(m.any() for m, _ in pairs):
        raise ParamsError(f"{field}: the lever acts on no stream of resource {saving.resource!r}",
                          hint="select the resource's streams in plan.resources (of), or give `share` and `where`")
    return [(m[hit], f) for m, f in pairs]


def _fixed_adds(lever: Lever, baseline: Baseline, name: str) -> np.ndarray:
    """Return [streams, years] kg a year that a lever adds whatever is left elsewhere, by location."""
    total = np.zeros(baseline.index.shape)
    for i, add in enumerate(lever.adds):
        split = _split(add, lever, baseline, f"{name}: lever {lever.id}, adds.{i}.to")
        total += split * (add.kg_per_year or 0.0)
    return total


def _split(add: Add, lever: Lever, baseline: Baseline, where: str) -> np.ndarray:
    """Return [streams, years] how a kg that is added falls on the streams of `to`, by their size, and what its energy
    adds in category 3 (`_upstream`).
    """
    table = baseline.streams
    hit, kg = require_match(table, add.to, where=where), table["location_kg"].to_numpy()
    hit_kg = float(kg[hit].sum())
    if hit_kg <= 0:
        raise MethodError(f"{where}: the streams sum to {hit_kg:.3g} kg; what is added cannot be split over them")
    share = np.where(hit | _upstream(lever, hit, table), kg, 0.0) / hit_kg
    return np.asarray(share[:, None] * (baseline.grid_index if add.with_grid else np.ones_like(baseline.grid_index)))


def _upstream(lever: Lever, hit: np.ndarray, table: pd.DataFrame) -> np.ndarray:
    """Return the streams of category 3 of the same energy as the scope 2 streams that are hit: what is added there has
    upstream and losses in the company's own ratio. None where `adds` of the lever name some of them themselves.
    """
    scope = table["scope"].to_numpy()
    energy = pd.MultiIndex.from_frame(table[["activity", "region", "site", "supplier"]].astype("str"))
    upstream = np.asarray((scope == "3") & (table["category"] == FUEL_AND_ENERGY).to_numpy()
                          & energy.isin(energy[hit & (scope == "2")]))
    stated = any((matching(table, add.to) & upstream).any() for add in lever.adds)
    return np.zeros(len(table), dtype=bool) if stated else upstream


def _prices(
    rows: pd.DataFrame, shape: tuple[int, ...], quantities: Sequence[Quantity],
    carbon: tuple[np.ndarray | None, Sequence[str], str],
) -> np.ndarray:
    """Return [S, H] currency for one unit of each row: its resource's price, or the carbon price of its scope."""
    price = np.zeros(shape)
    for quantity in quantities:
        price[(rows["resource"] == quantity.name).to_numpy()] = quantity.price
    path, scopes, method = carbon
    if path is not None:
        price[(rows["scope"].isin(list(scopes)) & rows["scope2_method"].isin(("", method))).to_numpy()] = path
    return price


def _ids(levers: Sequence[Lever], touched: np.ndarray) -> list[str]:
    """Return for each stream the ids of the levers [L, streams] that touch it, separated by a space."""
    names = np.array([lever.id for lever in levers])
    return [" ".join(dict.fromkeys(names[column])) for column in touched.T]


def moves_of(
    levers: Sequence[Lever], baseline: Baseline, built: Built, *, apart: Sequence[tuple[int, int]], name: str
) -> tuple[Move, ...]:
    """Return what each lever moves: kg added per kg cut, and resources used per unit saved.

    Raises ParamsError: Another lever cuts what one moves, and does not state whether it lowers the quantity; a lever
    counts what it uses by a resource that it does not save.
    """
    rows, reduction = built.rows, built.reduction["high"]
    located = (rows["scope2_method"].isin(("", LOCATION)) & (rows["resource"] == "")).to_numpy()
    sources: list[tuple[int, np.ndarray, np.ndarray, Range]] = []
    for i, lever in enumerate(levers):
        for k, add in enumerate(lever.adds):
            per_kg = add.kg_per_kg_cut
            if per_kg and per_kg.likely:
                split = _split(add, lever, baseline, f"{name}: lever {lever.id}, adds.{k}.to") * per_kg.likely
                sources.append((i, (reduction[i] > 0) & located, _on_rows(split, baseline, built), Range(
                    low=per_kg.low / per_kg.likely, likely=1.0, high=per_kg.high / per_kg.likely)))
        for use in lever.uses:
            if use.per_unit_saved:
                source = (reduction[i] > 0) & (rows["resource"] == use.saved).to_numpy()
                if not source.any():
                    raise ParamsError(f"{name}: lever {lever.id}, uses: it saves nothing of {use.saved!r}",
                                      hint="per_unit_saved counts a resource that the lever has under `saves`")
                used_units = _on_resource(use.per_unit_saved, use.resource, built, len(baseline.years))
                sources.append((i, source, used_units, ONE))
    movers = np.zeros(reduction.shape, dtype=bool)
    for i, source, _, _ in sources:
        movers[i] |= source
    years_after = built.base.shape[1] - len(baseline.years)
    return tuple(Move(i, source, _first(levers, i, source, movers, reduction > 0, apart, name),
                      _after(ratio, years_after), spread) for i, source, ratio, spread in sources)


def _on_rows(split: np.ndarray, baseline: Baseline, built: Built) -> np.ndarray:
    """Return the split of streams [streams, years] summed on the rows that hold them, by both scope 2 methods."""
    lines = built.lines
    emits, market = (lines["resource"] == "").to_numpy(), (lines["scope2_method"] == MARKET).to_numpy()
    stream = lines["stream"].to_numpy()
    scale = np.where(market, _market_ratio(baseline)[stream], 1.0) * emits
    out = np.zeros((len(built.rows), split.shape[1]))
    np.add.at(out, built.row, split[stream] * scale[:, None])
    return out


def _on_resource(ratio: float, resource: str, built: Built, years: int) -> np.ndarray:
    share = np.where(built.lines["resource"] == resource, built.lines["share"], 0.0)
    on_row = np.bincount(built.row, weights=share, minlength=len(built.rows))
    return np.repeat(ratio * on_row[:, None], years, axis=1)


def _first(
    levers: Sequence[Lever], i: int, source: np.ndarray, movers: np.ndarray, cuts: np.ndarray,
    apart_pairs: Sequence[tuple[int, int]], name: str,
) -> np.ndarray:
    """Return [L, S] which levers act before lever i on its source rows."""
    before = np.zeros(cuts.shape, dtype=bool)
    for j, other in enumerate(levers):
        both_rows = source & cuts[j]
        if j == i or not both_rows.any() or (min(i, j), max(i, j)) in apart_pairs:
            continue
        moves = both_rows & movers[j]
        stays = both_rows & ~movers[j]
        if stays.any() and other.lowers is None:
            raise ParamsError(
                f"{name}: lever {other.id}, lowers: it cuts what {levers[i].id} moves elsewhere",
                hint="write `lowers: quantity` if less is used (less is then moved), or `lowers: intensity` if the "
                     "same is used at lower emissions")
        before[j] = (moves & (j < i)) | (stays & (other.lowers == "quantity"))
    return before
