"""
Names in a factor policy that nothing in the library has: a misspelt source or region would be no choice at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from carbon.core.countries import country_words
from carbon.core.errors import ParamsError
from carbon.core.params import CompanyParams
from carbon.factors.library import OWN_SOURCES, Library


def check_policy(params: CompanyParams, library: Library) -> None:
    """
    Hold the names of a company's factor policy against the library they choose from.

    Parameters
    ----------
    library
        The release of the params with what the project brings itself.

    Raises
    ------
    ParamsError
        `factors.prefer` or `allow_mixed_gwp` name no source (the latter: nor factor), or `factors.regions` or
        `factors.life_cycle_grid` a region that is neither a country nor one of the library's.
    """
    policy, sources = params.factors, {*library.sources["source_id"], OWN_SOURCES}
    regions = {*library.table["region"].unique(), *country_words().values()}
    chains = [(f"factors.regions.{start}", chain) for start, chain in policy.regions.items()]
    starts = [r for r in policy.regions if r != "other"]
    frozen = [p for p in params.allow_mixed_gwp if not any(s.startswith(p) for s in sources)]
    faults = [
        *_no_beginning("factors.prefer", policy.prefer, sources),
        *(_no_beginning("allow_mixed_gwp", frozen, {*sources, *library.table["factor_id"]}) if frozen else []),
        *(fault for key, names in (("factors.regions", starts), *chains,
                                   ("factors.life_cycle_grid", policy.life_cycle_grid))
          for fault in _unknown(key, names, regions)),
    ]
    if faults:
        raise ParamsError(f"params/{params.company}.yml:\n" + "\n".join(faults),
                          hint=f"edit params/{params.company}.yml; `carbon factors list` has the sources and regions")


def _no_beginning(key: str, prefixes: Iterable[str], names: Collection[str]) -> list[str]:
    return [f"`{key}`: no source of factors begins with {p!r}{_nearest(p, names)}"
            for p in prefixes if not p or not any(n.startswith(p) for n in names)]


def _unknown(key: str, regions: Iterable[str], known: Collection[str]) -> list[str]:
    return [f"`{key}`: {r!r} is no country and no region of the library{_nearest(r, known)}"
            for r in regions if r not in known]


def _nearest(word: str, names: Collection[str]) -> str:
    near = get_close_matches(word, sorted({*names, *(n.split("_")[0] for n in names)}), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
