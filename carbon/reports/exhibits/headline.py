"""The opening of a report: the answer in one sentence and a few numbers, what moved it, what is not in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.core.display import Displayed
from carbon.core.errors import SentenceError, TableError
from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.core.text_columns import lines_of, listed
from carbon.reports.exhibits.unexpected import Streams, checks, left_out
from carbon.reports.tables.sums import counted_rows
from carbon.reports.tables.trajectory import OTHER_GWP
from carbon.reports.words.claims import SAME, near
from carbon.reports.words.figure_ids import figure_id, total_name
from carbon.reports.words.language import MISSING, Words
from carbon.reports.words.sentence import REPORT, Figure, Sentence, check_printed, items, percent, sentence, tonnes
from carbon.reports.words.targets import stated_target

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.trajectory.reduction_target import ReductionTarget

_FIGURE = Markup(
    '<div><dt>{label}</dt><dd{figure}{value}><strong>{text}</strong> <span class="unit">{unit}</span></dd>'
    '<dd class="note">{note}</dd></div>'
)
_FOLDED = Markup('<details class="more"><summary>{}</summary><ul class="facts">{}</ul></details>')
_HERO = Markup('<div class="hero"><p class="answer">{} {} {}</p><dl class="figures">{}</dl>{}{}{}</div>'
               '<div class="later"><h3>{}</h3><div class="notes">{}{}</div>{}</div>')
_OTHERS = Markup('<details class="more"><summary>{}</summary><dl class="figures">{}</dl></details>')
MUCH = 0.05
"""Share of rows or amounts of a kind left out, accepted or not, above which it is with the figures of the total."""
MOST_TARGETS = 3
"""In sight on a first screen; the others are a click away."""


@dataclass(frozen=True, repr=False)
class Constant(Displayed):
    """The change since an earlier year at constant factors.

    share: of the restated earlier year, NaN where none exists; outside: (step, t) of what moved besides; most,
    most_named and most_t: the factor edition or exchange rate that moved most, as stated and for readers; "" and 0.0
    where none did; published: the change of the totals as each year published them; boundary: name of that step.
    """

    since: int
    share: float
    change_t: float
    outside: tuple[tuple[str, float], ...]
    most: str
    most_named: str
    most_t: float
    published: float = math.nan
    boundary: str = ""

    @property
    def parted(self) -> list[str]:
        """The steps that part the change as published from that at constant factors; none where the two are alike."""
        return [] if abs(self.share - self.published) < SAME else [step for step, _ in self.outside]

    def cause(self, *, restated: bool) -> str:
        """Return what parts a change from that at constant factors: the edition or rate that moved most, unless a step
        moved more than twice as much. A restated change has no step of the boundary.
        """
        steps = [pair for pair in self.outside if not restated or pair[0] != self.boundary] or list(self.outside)
        step, moved = max(steps, key=lambda pair: abs(pair[1]), default=("", 0.0))
        return self.most_named if self.most and 2 * abs(self.most_t) >= abs(moved) else step


@dataclass(frozen=True)
class Opening:
    """What a report opens with besides its totals, already in words.

    gaps: (target, gap [t]); chances: (target, sentence); causes: what moved the total; lines: the change at constant
    factors, the intervals; ends: those of the total's interval; weights: share of the total that each target is about;
    targets: each as it is stated, "" without; rejects: `accepted_rejects_table`; streams: `streams_of`; constants: the
    change at constant factors, by earlier year; unjudged: targets without comparable years; based: of this base year.
    """

    words: Words
    digits: int
    changes: pd.DataFrame
    gaps: tuple[tuple[str, float], ...]
    chances: tuple[tuple[str, str], ...]
    lines: tuple[Sentence | str, ...]
    rejects: pd.DataFrame
    constants: Mapping[int, Constant] = field(default_factory=dict)
    unjudged: tuple[str, ...] = ()
    ends: tuple[Figure, ...] | None = None
    weights: tuple[float, ...] = ()
    targets: tuple[ReductionTarget | None, ...] = ()
    based: tuple[str, ...] = ()
    causes: Sentence | str = ""
    streams: Streams | None = None

    def where(self, label: str, gap: float) -> str:
        """Return where a target is this year, the last part of the key of its sentence."""
        if label in self.unjudged:
            return "not_judged"
        at = "base" if label in self.based else "at"
        return "no_gap" if gap != gap else "above" if gap > 0 else "below" if gap < 0 else at


def hero(headline: pd.DataFrame, inventory: Inventory, opening: Opening, begin: Markup | str = "") -> Markup:
    """Return the answer as HTML, every text escaped: at most three sentences, the figures, what is out of line and what
    to do; a page has what else to check, and the little that was left out within the limits, below its charts.

    begin: what to do first, escaped.
    """
    words, digits = opening.words, opening.digits
    other = [m for m in SCOPE2_METHODS if m != inventory.params.scope2_headline]
    figures = tonnes_by_figure(headline)
    items_shown = [_total(inventory, figures, m, words, digits) for m in (inventory.params.scope2_headline, *other)]
    first, weights = figure_id(inventory, "gap"), [*opening.weights, *(math.nan for _ in opening.gaps)]
    targets_stated = [*opening.targets, *(None for _ in opening.gaps)]
    gaps = [_gap(gap, "" if at else first, weights[at], targets_stated[at], opening)
            for at, gap in enumerate(opening.gaps)]
    others = "" if not gaps[MOST_TARGETS:] else _OTHERS.format(
        others_in_words(opening.gaps[MOST_TARGETS:], words), Markup("").join(gaps[MOST_TARGETS:]))
    top, below = checks(inventory, words, digits, opening.streams)
    rejected, is_much = left_out(opening.rejects, words), bool(
        (opening.rejects["share"] > opening.rejects["accepted_share"].clip(upper=MUCH)).any())
    # Nothing, zero and negative amounts are no way to a target.
    is_plain = figures[total_name(inventory.params.scope2_headline)] > 0 and not any(t < 0 for t in figures.values())
    return _HERO.format(
        answer(inventory, figures, opening), _changed(inventory, figures, opening) if is_plain else "",
        "" if top or not is_plain else verdict(inventory.year, opening),
        Markup("").join([*items_shown, *gaps[:MOST_TARGETS]]), others, top + rejected if is_much else top, begin,
        words("hero.later"), below, "" if is_much else rejected, _facts(inventory, opening, figures))


def verdict(year: int, opening: Opening) -> str:
    """Return which target is missed most, or that all are met; "" where one cannot be judged and none is missed."""
    words, judged = opening.words, [gap for gap in opening.gaps if opening.where(*gap) in ("above", "below", "at")]
    label, most = max(judged, key=lambda gap: gap[1], default=("", math.nan))
    above, targets = sum(gap > 0 for _, gap in judged), len(opening.gaps)
    behind = {"most": most, "above": above, "targets": targets}
    if above:
        return str(sentence(words, "hero.off_track" if above == 1 else "hero.off_track_of", "gaps to the targets",
                            behind=behind, year=year, target=label, gap=tonnes(words, most, opening.digits),
                            above=above, targets=targets))
    if not judged or len(judged) < targets:
        return ""
    return str(sentence(words, "hero.on_track", "gaps to the targets", behind=behind, year=year))


def others_in_words(gaps: Sequence[tuple[str, float]], words: Words) -> str:
    """Return how many targets are not in sight, how many of them are exceeded and how many cannot be judged."""
    title = str(sentence(words, "plain.other_aims", "gaps to the other targets", targets=len(gaps),
                         above=sum(gap > 0 for _, gap in gaps)))
    unjudged = sum(gap != gap for _, gap in gaps)
    return words("plain.other_unjudged", aims=title, count=unjudged) if unjudged else title


def numbered(heading: str, texts: Sequence[str]) -> Markup:
    """Return a short numbered list under its heading; nothing where it is empty."""
    return Markup('<h3>{}</h3><ol class="things">{}</ol>').format(heading, _list(texts)) if texts else Markup("")


def _facts(inventory: Inventory, opening: Opening, figures: Mapping[str, float]) -> Markup:
    """Return what is behind the figures, folded: the earlier years, the chances, what the interval holds."""
    colon, several = opening.words("text.colon"), len(opening.chances) > 1
    earlier = _earlier(inventory, opening, figures)
    chances = [f"{label}{colon}{text[:1].lower() + text[1:]}" if several else text for label, text in opening.chances]
    lines = [*earlier, *map(str, opening.lines[:1]), *chances, *map(str, opening.lines[1:])]
    return _FOLDED.format(opening.words("page.behind"), _list(lines)) if lines else Markup("")


def _list(texts: Sequence[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)


def company_name(inventory: Inventory, words: Words) -> str:
    """Return the company's name in the reader's language, else in the first it is given in."""
    names = inventory.params.name
    return str(names.get(words.language) or next(iter(names.values()), inventory.company))


def answer(inventory: Inventory, figures: Mapping[str, float], opening: Opening) -> Sentence:
    """Return what happened in one sentence: the total, and its largest scope where no earlier year is compared; where
    it is not positive, what it is.
    """
    words, digits = opening.words, opening.digits
    method = inventory.params.scope2_headline
    total = float(figures[total_name(method)])
    basis = f"total of {inventory.company}/{inventory.year}, {method}"
    months = words.named_year(inventory.year, inventory.params.reporting_year_starts)
    whose: dict[str, Any] = {"company": company_name(inventory, words), "year": inventory.year, "named": months}
    how = whose | {"method": words.term("method", method)}
    scopes = {s: scope_tonnes(figures, s, method) for s in ("scope1", "scope2", "scope3")}
    rows = float(len(counted_rows(inventory.emissions, method)))
    if math.isnan(total):
        return sentence(words, "hero.nothing", basis, behind={"total": total, "rows": rows}, **whose)
    total_shown = tonnes(words, total, digits)
    if total == 0:
        return sentence(words, "hero.zero", basis, behind={"total": total, "rows": rows}, **how)
    if total < 0:
        return sentence(words, "hero.negative", basis, total=total_shown, **how)
    negative = [s for s, value in scopes.items() if value < 0]
    if negative:
        plus, minus = (math.fsum(v for v in scopes.values() if v * sign > 0) for sign in (1, -1))
        return sentence(words, "hero.mixed", basis, behind=scopes, total=total_shown, plus=tonnes(words, plus, digits),
                        minus=tonnes(words, -minus, digits),
                        scopes=items([words(f"scope.{s[-1]}").lower() for s in negative], words), **how)
    last = compared(opening.changes, figures, method).get("last year")
    how["how"] = words("text.list").join([how["method"], *_between(opening, total)])
    if last is not None and last.change_share == last.change_share:
        return sentence(words, "hero.happened", basis, behind=scopes, total=total_shown, **how)
    largest = max((s for s, value in scopes.items() if value == value), key=scopes.__getitem__)
    return sentence(words, "hero.answer", basis, behind=scopes | {"largest": scopes[largest]}, total=total_shown,
                    share=percent(words, scopes[largest] / total, 0),
                    scope=words(f"scope.{largest[-1]}").lower(), **how)


def _changed(inventory: Inventory, figures: Mapping[str, float], opening: Opening) -> str:
    """Return how a total changed since last year, at constant factors and as published, and why; "" if not known."""
    last = compared(opening.changes, figures, inventory.params.scope2_headline).get("last year")
    if last is None or last.change_share != last.change_share:
        return ""
    return opening.words("hero.changed", causes=opening.causes,
                         changes=with_constant(last, inventory.year, opening, is_short=True))


def _between(opening: Opening, total: float) -> list[str]:
    """Return the interval of the total; nothing where there is none, or the total lies outside it."""
    if opening.ends is None or not opening.ends[0].number <= total <= opening.ends[1].number:
        return []
    low, high = opening.ends
    return [str(sentence(opening.words, "hero.between", "interval of the headline total", low=low, high=high,
                         behind={"total": total}))]


def tonnes_by_figure(headline: pd.DataFrame) -> dict[str, float]:
    """Return the tonnes of each figure of the headline [t].

    Raises TableError: A figure is listed twice.
    """
    tonnes = dict(zip(listed(headline["figure"]), headline["co2e_t"].tolist(), strict=True))
    if len(tonnes) != len(headline):
        raise TableError("Headline: a figure is listed twice", rows=headline[headline.duplicated("figure", keep=False)])
    return tonnes


def scope_tonnes(tonnes: Mapping[str, float], scope: str, method: str) -> float:
    """Return the tonnes of "scope1", "scope2" (by the method) or "scope3"."""
    return float(tonnes[f"scope2-{method.removesuffix('-based')}" if scope == "scope2" else scope])


def _total(inventory: Inventory, figures: Mapping[str, float], method: str, words: Words, digits: int) -> Markup:
    name = total_name(method)
    shown_figure, headline = (tonnes(words, figures[total_name(m)], digits)
                              for m in (method, inventory.params.scope2_headline))
    note = words("hero.headline_method" if method == inventory.params.scope2_headline else
                 "hero.other_method_same" if shown_figure.number == shown_figure.number and
                 shown_figure.text == headline.text else "hero.other_method")
    label = words(f"figure.{name.replace('-', '_')}")
    return _figure(label, shown_figure, note, figure_id(inventory, name), words)


@dataclass(frozen=True)
class Compared:
    """The headline total next to that of an earlier year [t]: change_share is NaN where they are not compared."""

    then_year: int
    then_t: float
    now_t: float
    change_share: float
    basis: str

    def behind(self, this_year: int) -> dict[str, float]:
        """Return the numbers that a claim about the change needs."""
        return {"now": self.now_t, "then": self.then_t, "this_year": this_year}

    def with_basis(self, text: object, words: Words) -> str:
        """Return a sentence with the basis of the earlier figure, where it is not this year's method."""
        plain_basis = self.basis in ("", "same method")
        return str(text) if plain_basis else words("hero.on_basis", text=text, basis=words.term("basis", self.basis))


def compared(changes: pd.DataFrame, figures: Mapping[str, float], method: str) -> dict[str, Compared]:
    """Return the changes of one total of `change_table` by "last year" and "base year".

    Raises SentenceError: The total that changed is not the total of the page, and no restatement is why.
    """
    columns = ["scope2_method", "since", "since_year", "then_t", "co2e_t", "change_share", "basis"]
    changed = {since: Compared(*rest) for of, since, *rest in lines_of(changes, columns) if of == method}
    total = float(figures[total_name(method)])
    other = [c for c in changed.values() if c.basis != "restated" and not near(c.now_t, total, max(1.0, abs(c.then_t)))
             and c.now_t == c.now_t and total == total]
    if other:
        raise SentenceError(f"Not printed: the change since {other[0].then_year} is of {other[0].now_t:.6g} t, and the "
                            f"total of the page is {total:.6g} t", hint=REPORT)
    return changed


def with_constant(change: Compared, year: int, opening: Opening, *, is_short: bool = False) -> str:
    """Return a change in words: at constant factors where they are known, next to the change as published, and where
    it is not short with what parts the two.
    """
    words, constant, share = opening.words, opening.constants.get(change.then_year), change.change_share
    published = change.with_basis(change_in_words(change, year, words), words)
    if constant is None:
        is_plain = opening.constants and change.basis in ("", "same method")
        return words("plain.published", change=published) if is_plain else published
    behind = {"published_share": share, "constant_share": constant.share}
    is_restated = change.basis == "restated"
    of_what = words("plain.as_restated" if is_restated else "plain.as_published")
    if constant.share != constant.share:
        return str(sentence(words, "plain.constant_t", "headline total", year=change.then_year,
                            tonnes=tonnes(words, constant.change_t, opening.digits, sign=True),
                            published=percent(words, share, 1, sign=True), of_what=of_what,
                            behind={"this_year": year}))
    if abs(constant.share - share) < SAME:
        return str(sentence(words, "plain.constant_too", "headline total", change=published, behind=behind))
    then = constant.change_t / constant.share if constant.share else change.then_t
    at_constant = Compared(change.then_year, then, then + constant.change_t, constant.share, "")
    return str(sentence(words, "plain.constant_short" if is_short else "plain.constant", "headline total",
                        of_what=of_what, change=str(change_in_words(at_constant, year, words)),
                        cause=constant.cause(restated=is_restated),
                        published=percent(words, share, 1, sign=True), behind=behind))


def change_in_words(change: Compared, year: int, words: Words) -> Sentence:
    """Return a change of the headline total since an earlier year: less, more, or about as much."""
    share, behind = abs(change.change_share), change.behind(year)
    if share < SAME:
        return sentence(words, "plain.same", "headline total", year=change.then_year, behind=behind)
    return sentence(words, "plain.less" if change.change_share < 0 else "plain.more", "headline total",
                    share=percent(words, share, 1), year=change.then_year, behind=behind)


def _earlier(inventory: Inventory, opening: Opening, figures: Mapping[str, float]) -> list[str]:
    """Return why the change since last year has no figure, and the change since the base year."""
    words = opening.words
    earlier = compared(opening.changes, figures, inventory.params.scope2_headline)
    last, base = earlier.get("last year"), earlier.get("base year")
    texts = [] if last is None else [_not_compared(last, words)]
    if base is not None and base.change_share == base.change_share:
        since = sentence(words, "hero.since_base", "headline total", behind=base.behind(inventory.year),
                         change=percent(words, base.change_share, 1, sign=True), year=base.then_year)
        texts.append(base.with_basis(since, words) + _at_constant(opening, base, words))
    return [text[:1].upper() + text[1:] for text in texts if text]


def _not_compared(last: Compared, words: Words) -> str:
    """Return why a change has no figure; "" for one that has, which is above with its basis."""
    if last.change_share == last.change_share:
        return ""
    if last.basis == OTHER_GWP:
        return words.term("basis", last.basis)
    if last.now_t != last.now_t:
        return ""
    key = "hero.no_year" if last.then_t != last.then_t else "hero.no_share"
    return str(sentence(words, key, "headline total", behind={"then": last.then_t}, year=last.then_year))


def _at_constant(opening: Opening, change: Compared, words: Words) -> str:
    """Return the change at constant factors as a note; "" where it is not known."""
    constant = opening.constants.get(change.then_year)
    if constant is None or constant.share != constant.share:
        return ""
    return str(sentence(words, "hero.base_constant", "headline total", behind={"change": constant.change_t},
                        constant=percent(words, constant.share, 1, sign=True)))


def _gap(gap: tuple[str, float], identifier: str, weight: float, target: ReductionTarget | None,
         opening: Opening) -> Markup:
    (label, value), words = gap, opening.words
    behind = {"changes": 1.0} if label in opening.unjudged else {"gap": value}
    note = str(sentence(words, f"hero.{opening.where(label, value)}", f"gap to target {label}", behind=behind))
    if target is not None:
        note += words("text.list") + str(stated_target(target, weight, words))
    return _figure(words("hero.gap", target=label), tonnes(words, value, opening.digits, sign=True), note, identifier,
                   words)


def _figure(label: str, shown_figure: Figure, note: str, identifier: str, words: Words) -> Markup:
    is_known = shown_figure.number == shown_figure.number
    if is_known:
        check_printed(shown_figure, words.language, label)
    figure = Markup(' data-figure-id="{}"').format(identifier) if identifier and is_known else Markup("")
    number = Markup(' data-value="{}"').format(format(shown_figure.number + 0.0, ".15g")) if is_known else Markup("")
    return _FIGURE.format(label=label, figure=figure, value=number, text=shown_figure.text if is_known else MISSING,
                          unit=words("unit.t_co2e") if is_known else "", note=note)
