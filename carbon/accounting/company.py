"""One company-year from its folder to its inventory: read, classify, match, calculate, account for rows, compile."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar
from weakref import ReferenceType, ref

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting import factors_used, instruments, ledger
from carbon.accounting.compile import compile_inventory
from carbon.accounting.counted_twice import Settled, counted_twice_table, settled, twice_warnings
from carbon.accounting.expectations.bands import LAST
from carbon.accounting.expectations.expected import Past
from carbon.accounting.explain import Explanation, explain_figure, parts_of_id
from carbon.accounting.named_activities import check_activities
from carbon.accounting.own_factors import unused_factors, unused_statements
from carbon.accounting.remarks import remarks_of, with_default_words, with_defaults
from carbon.accounting.result import Inventory
from carbon.activities import Classified, check_accepted_share, classify
from carbon.activities.amounts import amounts_read
from carbon.activities.draft import rejects_of
from carbon.core import schemas
from carbon.core.columns import Rows
from carbon.core.display import replaced
from carbon.core.errors import CarbonError, UsageError
from carbon.core.periods import factor_year, reporting_year
from carbon.core.text_columns import by_word, one_id, pick, stack, text_array, text_table, texts_like, with_text
from carbon.emissions import calculate_emissions, outside_the_scopes, scope2
from carbon.emissions.energy_states import energy_states, shown
from carbon.factors import Library, Matched, load, match_factors
from carbon.factors.library import check_policy
from carbon.factors.matching import KEY
from carbon.factors.reported import with_reported
from carbon.factors.sources.project import with_project_factors
from carbon.params.files.company_overrides import read_base_year_events
from carbon.params.files.project import Files, Project, find_project
from carbon.params.shapes.company import AcceptedRejects, CompanyParams
from carbon.records.files.claims import years_of
from carbon.records.files.company import CompanyRecords, read_company
from carbon.records.kinds.contract import KINDS

Piece = TypeVar("Piece")
Made = TypeVar("Made")
_PREPARED: dict[tuple[Project, str, int], Inventory] = {}
"""Inventories computed in advance, so that a schedule of reports computes each year once: in the memory of one process
and of those forked from it. A run rejects an inventory whose files have changed since it was planned.
"""

_COMPUTED: dict[tuple[Project, str, int], tuple[Files, ReferenceType[Inventory]]] = {}
"""The state of the files and the inventory of company-years that this process computed and still holds."""
_MEASURED: dict[tuple[Project, str, int], tuple[Files, tuple[pd.DataFrame, ...]]] = {}
"""The state of the files, and measures and presence of company-years that were computed for those alone."""


def inventory(company: str, year: int, *, project: Project | None = None, client: Any = None) -> Inventory:
    """Compute the inventory of one company-year, from the files of the project around the working folder.

    At the first look at its warnings or expectations it is compared with the company's last three years of records
    before it: each of them is computed once in a process, as long as its files stay as they are; one with an error is
    named in a warning.

    Parameters
    ----------
    company, year
        Name in params/ and reporting year.
    project
        Another project than `find_project()`.
    client
        A `distributed.Client`: long ledgers are classified by its workers, piece by piece; the files are read here.
        The inventory is the same to the last bit.

    Raises
    ------
    CarbonError
        A file is refused, a row is not accounted for, or more is rejected than the params accept; the error names
        the rows and what to do.
    """
    project = project or find_project()
    at_hand = prepared(project, company, year)
    if at_hand is not None:
        return at_hand
    state = project.state_of(company)
    of_year = _alone(company, year, project, client, partial(_past, company, year, project, client))
    _COMPUTED[project, company, year] = state, ref(of_year)
    return of_year


def with_past(of_year: Inventory, project: Project, *, state: Files, is_known: bool = True) -> Inventory:
    """Return an inventory that can be compared with the years before it; as long as it is held, it is theirs as well.

    state: Of the files of the company, before they were read.
    is_known: Whether a later year may be compared with it: no run refuses it.
    """
    of_year = replaced(of_year, past=partial(_past, of_year.company, of_year.year, project, None))
    if is_known:
        _COMPUTED[project, of_year.company, of_year.year] = state, ref(of_year)
    return of_year


def accepting(records: CompanyRecords) -> CompanyRecords:
    """Return records of a company that accepts every reject: all can be listed, and none stops the inventory."""
    kinds = {kind for contract in KINDS.values() for kind in (contract.kind, contract.lands_in)}
    everything = dict.fromkeys(sorted(kinds), AcceptedRejects(rows=1.0, amount=1.0))
    return replace(records, params=records.params.model_copy(update={"max_rejected_share": everything}))


def _alone(company: str, year: int, project: Project, client: Any, past: Callable[[], Past] | None = None) -> Inventory:
    records = read_company(company, year, project=project)
    return inventory_of(records, library_of(records, project), client=client, past=past)


def _past(company: str, year: int, project: Project, client: Any) -> Past:
    """Return measures and presence of the last years with records before; one that cannot be computed has its reason.
    They follow from the records, whatever was published of them, so that no set depends on another.
    """
    measures, presence, unread = {}, {}, {}
    for earlier in years_of(project, company, before=year)[-LAST:]:
        try:
            measures[earlier], presence[earlier] = _measured(company, earlier, project, client)
        except CarbonError as error:
            unread[earlier] = error.what
        except OSError as error:
            unread[earlier] = error.strerror or type(error).__name__
    return Past(measures, unread, presence, read_base_year_events(project, company)[0])


def _measured(company: str, year: int, project: Project, client: Any) -> tuple[pd.DataFrame, ...]:
    at_hand, state = prepared(project, company, year), project.state_of(company)
    computed_state, computed = _COMPUTED.get((project, company, year), (None, lambda: None))
    at_hand = at_hand or (computed() if computed_state == state else None)
    if at_hand is not None:
        return at_hand.measures, at_hand.presence
    measured_state, measured = _MEASURED.get((project, company, year), (None, None))
    if measured is None or measured_state != state:
        lone_year = _alone(company, year, project, client)
        measured = lone_year.measures, lone_year.presence
        _MEASURED[project, company, year] = state, measured
    return measured


def keep(project: Project, inventory: Inventory) -> None:
    """Keep an inventory for the rest of this process, for this project."""
    _PREPARED[project, inventory.company, inventory.year] = inventory


def prepared(project: Project, company: str, year: int) -> Inventory | None:
    """Return the inventory kept for a company-year; None where it must be computed."""
    return _PREPARED.get((project, company, year))


def explain(figure_id: str) -> Explanation:
    """Explain a figure of any company-year of the project: "<company>/<year>/scope1".

    Raises UsageError: The id does not have three parts, or names no figure.
    """
    company, year, name = parts_of_id(figure_id)
    if not company:
        raise UsageError(f"{figure_id!r} does not name a company and a year",
                         hint="write <company>/<year>/<figure>, e.g. petit-studio/2024/scope1")
    return explain_figure(inventory(company, int(year)), name)


def library_of(records: CompanyRecords, project: Project) -> Library:
    """Return the factor release of the company's params with the project's own factors (`factors.sources.project`).

    Raises ParamsError: The params name a source or a region that this library does not have.
    """
    return library_for(records.params, project)


def library_for(params: CompanyParams, project: Project) -> Library:
    """Return the library for a company's params, without its records; see `library_of`."""
    library = unchecked_library(params, project)
    check_policy(params, library)
    return library


def unchecked_library(params: CompanyParams, project: Project) -> Library:
    """Return the library for a company's params, whatever sources and regions they name."""
    release = load(params.factors.release)
    return with_reported(with_project_factors(release, params, params_folder=project.runs_file.parent))


def inventory_of(records: CompanyRecords, library: Library, *, client: Any = None,
                 past: Callable[[], Past] | None = None) -> Inventory:
    """Compute the inventory of records already read; opens no file. client: as in `inventory`; past: of the result."""
    return inventory_from(records, classify(records, run=map if client is None else run_on(client)), library, past)


def inventory_from(records: CompanyRecords, classified: Classified, library: Library,
                   past: Callable[[], Past] | None = None) -> Inventory:
    """Compute the inventory of classified records: factors, emissions, ledger and remarks."""
    params = records.params
    classified = replace(classified, activities=with_defaults(classified.activities, records))
    part = _match(classified.activities, records, library)
    classified = replace(classified, activities=schemas.ACTIVITIES.empty())  # long ones are not held twice
    twice, pairs_of = settled(part.activities, records.records, params.counted_twice), part.activities
    part, aside = _divided(part, twice)
    days = (day.date() for day in reporting_year(records.year, params.reporting_year_starts))
    claims = instruments.assessed(params, part.activities, *days)
    emissions = _with_own_tier(calculate_emissions(
        part.activities, part.matched, instruments=claims.applied, residual=part.residual), library)
    if factor_year(records.year, params.reporting_year_starts) != records.year:
        emissions = emissions.assign(year=np.int64(records.year))  # activities keep the year of their factors
    states = energy_states(emissions)
    table = compile_inventory(emissions, company=records.company, year=records.year, statements=params.categories,
                              without_factor=part.without_factor, states=states)
    known_library = library.with_calculated(part.matched.resolved.calculated)
    pairs = counted_twice_table(twice, pairs_of, (emissions, *(calculate_emissions(
        p.activities, p.matched, instruments=(), residual=p.residual) for p in aside)), params.scope2_headline)
    full_ledger = _full_ledger(records, classified, part, [ledger.set_aside(p.activities) for p in aside])
    shares = _checked_shares(full_ledger, records, library)
    unused = unused_factors(part.activities, emissions, library, params.factors)
    not_applied = instruments.not_applied(part.activities, emissions, claims)
    use = instruments.uses(part.activities, claims.applied)
    factors = factors_used.factors_used(known_library, emissions, claims.applied, params.scope2_headline)
    vain = unused_statements(params, emissions, records.records, factors["element_id"].unique())
    inventory = Inventory(
        past=past, company=records.company, year=records.year, params=params, table=table, emissions=emissions,
        activities=part.activities, ledger=full_ledger, sources=records.sources,
        rejects=_rejects(records, classified, part), factors=factors, resolution=part.matched.resolved.table,
        unclassified=classified.unclassified, record_warnings=pd.concat([
            remarks_of(records, classified, emissions, table, unused, states), text_table(vain, ["code", "text"]),
            instruments.warned(claims, use, not_applied, part.activities),
            twice_warnings(pairs, params.counted_twice)], ignore_index=True),
        instruments=use, instruments_not_applied=not_applied, pairs=pairs,
        outside=outside_the_scopes(part.activities, part.matched), records=records.records,
        statements=records.statements, factor_sources=factors_used.sources_used(known_library, emissions),
        reported=records.reported, inputs=records.inputs, fx=records.fx, decisions=records.decisions, library=library,
        keys=part.matched.resolved.keys, misses=part.matched.resolved.misses)
    vars(inventory).update(_energy_states=states, rejected_shares=shares)  # a copy with others works out its own
    return inventory


def _checked_shares(full_ledger: pd.DataFrame, records: CompanyRecords, library: Library) -> pd.DataFrame:
    """Raise an error on more rejects than params accept; rules that name activities without a factor come first."""
    try:
        return check_accepted_share(full_ledger, records.params, year=records.year, fx=records.fx)
    except CarbonError:
        check_activities(records.params, records.decisions, library)
        raise


@dataclass(frozen=True)
class _Counted:
    """Activities that have a factor, the residual mixes of their electricity, and the ledger lines of the others."""

    activities: pd.DataFrame
    matched: Matched
    residual: Matched
    rejected: pd.DataFrame
    without_factor: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    """(scope, category) -> phrases on the rejected activities that no factor fits."""


def _match(activities: pd.DataFrame, records: CompanyRecords, library: Library) -> _Counted:
    """Match activities and residual mixes in one call; a region without a residual mix is not an error."""
    negative = scope2.negative_energy(activities).to_numpy()
    keys = activities[KEY]
    electricity = scope2.residual_activities(keys)
    all_keys = stack([keys, electricity]) if len(electricity) else keys
    names_residual = (activities["activity"] == scope2.RESIDUAL_MIX).any()
    matched = _matched(all_keys, records, library, optional=() if names_residual else (scope2.RESIDUAL_MIX,))
    codes, residual = matched.codes[:len(activities)], matched.codes[len(activities):]
    not_counted = negative | np.isin(codes, matched.resolved.misses["key_id"])
    if not not_counted.any():
        return _Counted(one_id(activities), Matched(matched.resolved, codes), Matched(matched.resolved, residual),
                        schemas.LEDGER.empty())
    bad = with_text(activities[not_counted].reset_index(drop=True))
    lacks = _without_factor(bad[~negative[not_counted]])
    bad = bad.join(_why(bad, codes[not_counted], matched.resolved.misses, negative[not_counted]))
    counted_rows = one_id(activities[~not_counted].reset_index(drop=True))
    mixes = residual[~not_counted[scope2.is_grid_electricity(activities).to_numpy()]]
    return _Counted(counted_rows, Matched(matched.resolved, codes[~not_counted]), Matched(matched.resolved, mixes),
                    ledger.rejected(bad, counted_ids=counted_rows["record_id"]), lacks)


def _divided(part: _Counted, twice: Settled) -> tuple[_Counted, list[_Counted]]:
    """Return the activities that count, and those, if any, that params set aside as counted twice, with the reason."""
    if not twice.aside.any():
        return part, []
    on_grid = scope2.is_grid_electricity(part.activities).to_numpy()
    counted_part, aside_part = (replace(  # of each grid electricity, in its order, its residual mix
        part, activities=one_id(part.activities[rows].reset_index(drop=True)),
        matched=replace(part.matched, codes=part.matched.codes[rows]),
        residual=replace(part.residual, codes=part.residual.codes[rows[on_grid]]))
        for rows in (~twice.aside, twice.aside))
    words: dict[str, Any] = {"code": twice.codes[twice.aside], "reason": twice.reasons[twice.aside],
                             "what_to_do": "", "column": "", "value": ""}
    return counted_part, [replace(aside_part, activities=with_text(aside_part.activities).assign(**words))]


def _without_factor(activities: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    """Return (scope, category) -> "nothing counted of 120 L of diesel in FR", of activities that no factor fits."""
    sums = Rows(activities).sums(["scope", "category", "activity", "region", "unit"], "quantity")
    phrases: dict[tuple[str, int], list[str]] = {}
    for (scope, category, activity, region, unit), quantity in sums.items():
        phrases.setdefault((scope, category), []).append(
            f"nothing counted of {shown(quantity)} {unit} of {activity} in {region}")
    return phrases


def _why(
    activities: pd.DataFrame, codes: npt.NDArray[np.int64], misses: pd.DataFrame, negative: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Return the ledger's words for why an activity is not counted; empty for those that are."""
    words = misses.set_index("key_id")[["code", "reason", "what_to_do"]]
    why = words.reindex(codes).reset_index(drop=True).fillna("")
    why = why.assign(column="activity", value=activities["activity"].to_numpy())
    why.loc[negative, ["code", "reason", "what_to_do", "column"]] = [
        "negative_energy", "exported power is not negative scope 2",
        "report exported power apart; correct a meter by its own corrected reading", "quantity"]
    return why


def _matched(
    activities: pd.DataFrame, records: CompanyRecords, library: Library, *, optional: Sequence[str]
) -> Matched:
    params = records.params
    return match_factors(activities, library, policy=params.factors, gwp=params.gwp,
                         allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2,
                         fx=records.fx, optional=optional)


def _with_own_tier(emissions: pd.DataFrame, library: Library) -> pd.DataFrame:
    """Give rows with a factor of the company's own the tier of that factor, unless they are measured."""
    rows = Rows(emissions)
    company_tier = by_word(rows["factor_id"], lambda name: library.overrides.get(name, ""))
    has_own_tier = (company_tier != "") & (rows["tier"] != "measured")
    if not has_own_tier.any():
        return emissions
    tier = pd.DataFrame({"tier": text_array(pick(has_own_tier, company_tier, rows["tier"]))}, index=emissions.index)
    return emissions.assign(tier=texts_like(tier, emissions)["tier"])


def _rejects(records: CompanyRecords, classified: Classified, counted_part: _Counted) -> pd.DataFrame:
    parts = [p for p in (records.rejects, classified.rejects, rejects_of(counted_part.rejected)) if len(p)]
    return pd.concat(parts, ignore_index=True) if parts else schemas.REJECTS.empty()


def _full_ledger(
    records: CompanyRecords, classified: Classified, counted_part: _Counted, aside: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Return the complete ledger, checked against rows and amounts as read."""
    inside = ledger.inventoried(with_default_words(counted_part.activities))
    full_ledger = ledger.complete_ledger(records.ledger, classified.ledger, counted_part.rejected, *aside, inside)
    parts = [amounts_read(table, kind) for kind, table in records.records.items()]
    read_amounts = stack([records.ledger[["kind", "amount", "unit"]], *parts])
    ledger.check_ledger(full_ledger, records.sources, read_amounts=read_amounts, reported=records.reported)
    return full_ledger


def run_on(client: Any) -> Callable[[Callable[[Piece], Made], Iterable[Piece]], list[Made]]:
    """Return a `map` whose calls run on the workers of a `distributed.Client`, in the order of the pieces.

    Pieces are sent with their tasks, so that the scheduler can run those of a lost worker again; Dask ends a task that
    loses four workers in a row with a `KilledWorker` error. Errors of a call are raised here.
    """
    def run(function: Callable[[Piece], Made], pieces: Iterable[Piece]) -> list[Made]:
        with warnings.catch_warnings():
            # Dask would rather keep large pieces on a worker, where they would be lost with it.
            warnings.filterwarnings("ignore", message="Sending large graph")
            shared = client.submit(_same, function, pure=False)
            futures = [client.submit(_call, shared, piece, pure=False) for piece in pieces]
        return list(client.gather(futures))
    return run


def _same(value: Any) -> Any:
    return value


def _call(function: Callable[[Piece], Made], piece: Piece) -> Made:
    return function(piece)
