"""Small multiples: one small drawing a company, all on the same years, each on its own scale from zero.

SVG with its own words; what was reported earlier is hollow, what the target allows is dashed; years without a figure
are not joined over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from carbon.core.ghg_protocol import CALENDAR
from carbon.reports.words.language import Words

WIDTH, HEIGHT, PAD, FOOT = 240.0, 96.0, 8.0, 18.0


@dataclass(frozen=True)
class Small:
    """One company: what its series is of, tonnes by year, years from earlier reports alone, the target's pathway."""

    label: str
    tonnes: Mapping[int, float]
    reported: frozenset[int] = frozenset()
    pathway: Mapping[int, float] | None = None
    figure_id: str = ""
    """The chart of the latest report that holds these numbers, as `carbon explain` takes it."""
    starts: str = CALENDAR
    """First day of the company's reporting years."""


def year_range(smalls: Sequence[Small]) -> tuple[int, int]:
    """Return the years of all drawings: first and last of any series or pathway."""
    years = [year for small in smalls for year in (*small.tonnes, *(small.pathway or {}))]
    return (min(years), max(years)) if years else (0, 0)


def draw(company: str, small: Small, years: tuple[int, int], words: Words) -> Markup:
    """Return the drawing of one company; nothing with fewer than two years."""
    if len(small.tonnes) < 2:
        return Markup("")
    pathway = small.pathway or {}
    place = _Scale(years, [*small.tonnes.values(), *pathway.values()])
    first, last = min(small.tonnes), max(small.tonnes)
    alt = words("index.trend_alt", company=company, label=small.label, first_year=first, last_year=last,
                first=words.number(small.tonnes[first], 1), last=words.number(small.tonnes[last], 1))
    dots = Markup("").join(
        Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="2.6"/>').format(
            "reported" if year in small.reported else "computed", *place(year, value))
        for year, value in sorted(small.tonnes.items()))
    lines = Markup("").join(
        Markup('<polyline points="{}"/>').format(place.line({y: small.tonnes[y] for y in (year, year + 1)}))
        for year in sorted(small.tonnes) if year + 1 in small.tonnes)
    aim = Markup('<polyline class="pathway" points="{}"/>').format(place.line(pathway)) if len(pathway) > 1 else ""
    figure = Markup(' data-figure-id="{}"').format(small.figure_id) if small.figure_id else Markup("")
    return Markup(
        '<svg viewBox="0 0 {w:.0f} {h:.0f}" role="img" aria-label="{alt}"{figure}>'
        '<line class="zero" x1="0" x2="{w:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>{aim}{lines}{dots}'
        '<text x="{x0:.1f}" y="{t:.1f}">{a}</text><text class="end" x="{x1:.1f}" y="{t:.1f}">{b}</text></svg>'
    ).format(w=WIDTH, h=HEIGHT, alt=alt, figure=figure, y=place.zero, aim=aim, lines=lines, dots=dots,
             x0=PAD, x1=WIDTH - PAD, t=HEIGHT - 4.0, a=years[0], b=years[1])


class _Scale:
    """(year, tonnes) -> a place in the drawing; zero is at its foot, or higher where a year is below zero."""

    def __init__(self, years: tuple[int, int], tonnes: Sequence[float]) -> None:
        self.years, self.least = years, min(*tonnes, 0.0)
        self.range = max(*tonnes, 0.0) - self.least or 1.0
        self.zero = self(years[0], 0.0)[1]

    def __call__(self, year: int, tonnes: float) -> tuple[float, float]:
        first, last = self.years
        across = (year - first) / max(last - first, 1)
        above = (tonnes - self.least) / self.range
        return PAD + (WIDTH - 2 * PAD) * across, HEIGHT - FOOT - (HEIGHT - FOOT - PAD) * above

    def line(self, points: Mapping[int, float]) -> str:
        """Return the `points` of a polyline."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (self(year, value) for year, value in sorted(points.items())))
