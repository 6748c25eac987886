"""Bare words of freight ("sea", "parcels") that the company's params declare a mode for, as a stated assumption."""

from __future__ import annotations

from carbon.activities.draft import Draft
from carbon.activities.kinds import freight as records
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.named import names_of, slug
from carbon.core.errors import ParamsError
from carbon.core.params.company import CompanyParams
from carbon.core.text_columns import among, by_word

HEAD = "freight."
ASSUMED = "assumed: "
"""Start of the remark on a row whose mode is the company's declaration for a bare word."""


def freight(draft: Draft, params: CompanyParams) -> Draft:
    """Measure freight; a word that stays open takes the mode that `freight_modes` declares, noted in `quality`.

    Raises ParamsError: A declared word has a mode of its own ("lorry"), or is declared as itself.
    """
    draft = records.freight(draft, params)
    declared = _declared(params)
    is_open = among(draft.rows["activity"], declared) if declared else None
    if is_open is None or not is_open.any():
        return draft
    rows = draft.rows
    remark = by_word(rows["activity"], lambda name: _remark(name, declared[name]) if name in declared else "")
    return draft.with_rows(rows.assign(activity=by_word(rows["activity"], lambda name: declared.get(name, name)),
                                       quality=also(rows["quality"], remark)))


def _declared(params: CompanyParams) -> dict[str, str]:
    """Return freight.<word> -> freight.<mode> of the declared words."""
    modes, families = names_of("freight.mode"), names_of("freight.family")
    found = {}
    for text, target in params.freight_modes.items():
        word, mode = slug(text, keep="."), slug(target, keep=".")
        word, mode = families.get(word, word), modes.get(mode, mode)
        if word in modes or word == mode:
            raise ParamsError(f"params/{params.company}.yml: freight_modes.{text}: the word is read as "
                              f"{modes.get(word, mode)}",
                              hint="leave it out; `values` of a file entry gives a word of that file another meaning")
        found[HEAD + word] = HEAD + mode
    return found


def _remark(name: str, mode: str) -> str:
    return f"{ASSUMED}{name.removeprefix(HEAD)} is {mode} (freight_modes)"
