"""Publications by their publishers' names and editions, never by ids: "UK government factors (DESNZ), 2024 → 2025"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase

_ID = re.compile(r"[a-z]\w*_\w+")
_COLON = re.compile(r"(?<=\w):(?= )")
_TWO = re.compile(rf"({_ID.pattern}) → ({_ID.pattern})")


def named(cause: str, titles: Mapping[str, str] | None, words: Words) -> str:
    """Return what moved factors for readers.

    titles: by id those of publications that a company imported; None: they are not at hand, and no id is shown.
    """
    publication = partial(_publication, titles=titles, words=words)

    def both(ids: re.Match[str]) -> str:
        (then, edition), (now, later) = (publication(id) for id in ids.groups())
        if then == now and titles is None and not (edition or later):
            return now
        return f"{now}, {edition} → {later}" if then == now and edition and later else (
            f"{then} {edition}".strip() + " → " + f"{now} {later}".strip())

    paired = _TWO.sub(both, phrase(cause, words.language))
    text = _ID.sub(lambda id: " ".join(filter(None, publication(id[0]))), paired)
    return _COLON.sub("\u00a0:", text) if words.language == "fr" else text


def _publication(source_id: str, *, titles: Mapping[str, str] | None, words: Words) -> tuple[str, str]:
    """Return the name of a publication and its edition; another id is its own name."""
    from carbon.factors.editions import series_of  # loads pandas, which an index does without

    series = series_of(source_id)
    if words.has(f"publication.{series}"):
        name = words.term("publication", series)
    else:
        name = words("publication.imported") if titles is None else titles.get(source_id, "")
        series = source_id if titles is None else series
    return (name, source_id.removeprefix(series).strip("_").replace("_", ".")) if name and series else (source_id, "")
