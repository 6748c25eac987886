"""Small multiples of the index: the same years for all, each from zero, what is not there is not drawn."""

from __future__ import annotations

import re

import pytest

from carbon.reports.page.index import render_index
from carbon.reports.page.multiples import FOOT, HEIGHT, PAD, WIDTH, Small, draw, year_range
from carbon.reports.words.language import Words

ONE = Small("Scopes 1 and 2", {2022: 10.0, 2023: 5.0, 2024: 0.0}, frozenset({2022}), {2022: 10.0, 2030: 5.0})
TWO = Small("Scope 3", {2019: 100.0, 2020: 50.0})


def points(svg: str, css: str) -> list[tuple[float, float]]:
    pairs = " ".join(re.findall(rf'<polyline{css} points="([^"]+)"', svg)).split()
    return [tuple(map(float, pair.split(","))) for pair in dict.fromkeys(pairs)]


def test_all_drawings_stand_on_the_same_years():
    """The first year of any company is at the left edge, the last of any series or pathway at the right."""
    years = year_range([ONE, TWO])
    one, two = (str(draw("x", small, years, Words("en"))) for small in (ONE, TWO))

    assert years == (2019, 2030)
    assert points(one, ' class="pathway"')[-1][0] == WIDTH - PAD
    assert points(two, "")[0][0] == PAD
    # 2022 is 3 of 11 years from the left in both.
    assert points(one, "")[0][0] == pytest.approx(PAD + (WIDTH - 2 * PAD) * 3 / 11, abs=0.05)


def test_each_drawing_has_its_own_scale_from_zero():
    """The largest value touches the top, half of it the middle, zero the floor; earlier reports are hollow."""
    svg = str(draw("x", ONE, year_range([ONE]), Words("en")))
    floor = HEIGHT - FOOT

    assert [y for _, y in points(svg, "")] == pytest.approx([PAD, (PAD + floor) / 2, floor], abs=0.05)
    assert svg.count('class="reported"') == 1 and svg.count('class="computed"') == 2


def test_a_year_below_zero_is_below_the_line_of_zero():
    """Of 3 t and -1 t the range is 4 t: zero is a quarter of it above the foot, and the second year at the foot."""
    svg, floor = str(draw("x", Small("a", {2023: 3.0, 2024: -1.0}), (2023, 2024), Words("en"))), HEIGHT - FOOT

    assert [y for _, y in points(svg, "")] == pytest.approx([PAD, floor], abs=0.05)
    assert f'y1="{floor - (floor - PAD) / 4:.1f}"' in svg


def test_a_year_without_a_figure_breaks_the_line():
    """Of 2019, 2021, 2022 and 2024, two years are joined; each has its dot, those alone too."""
    svg = str(draw("x", Small("a", dict.fromkeys((2019, 2021, 2022, 2024), 1.0)), (2019, 2024), Words("en")))
    years = [PAD + (WIDTH - 2 * PAD) * (year - 2019) / 5 for year in (2019, 2021, 2022, 2024)]

    assert svg.count("<polyline") == 1 and svg.count("<circle") == 4
    assert [x for x, _ in points(svg, "")] == pytest.approx(years[1:3], abs=0.05)


def test_one_year_is_no_trajectory():
    """Nothing is drawn of one point, and an index without drawings has no heading for them."""
    assert str(draw("x", Small("a", {2024: 1.0}), (2024, 2024), Words("en"))) == ""
    assert Words("en")("index.trend") not in render_index([])


def test_the_index_draws_each_company_and_names_it_in_words(page):
    """An alternative text with both ends, in the index's language; a hostile name stays text."""
    rows = [{"company": c, "year": 2024, "status": "failed"} for c in ("atelier-exemple", "<b>x</b>")]
    html = render_index(rows, language="fr", smalls={"atelier-exemple": ONE, "<b>x</b>": TWO})
    found = page(html.split("<script>")[0] + html.split("</script>")[-1])

    assert html.count("<svg") == 2 and found.live == []
    # Which of them may break a line is another test's question.
    spaced = " ".join(html.split())
    assert "atelier-exemple, Scopes 1 and 2 : 2022 10,0 t CO₂e, 2024 0,0 t CO₂e" in spaced
    assert '<a href="#c-atelier-exemple">' in html and "c-&lt;" not in html


def test_links_and_states_stand_beside_each_year():
    """The pages of other audiences, the workbook and the latest review; a state without signatures has no page."""
    row = {"company": "a", "year": 2024, "status": "ok", "pages": ["public", "governance"], "files": ["workbook"],
           "review": "2024-20260101T000000Z.html", "signoff": "accepted", "signed_on": "2026-01-02", "signatures": 1}
    html = render_index([row, row | {"year": 2023, "signoff": "not signed", "signatures": 0, "signed_on": "",
                                     "review": "../../etc", "pages": [], "files": ["pdf"]}])

    for href in ("a/2024/annual_report.public.html", "a/2024/annual_report.governance.html",
                 "a/2024/current/workbook.xlsx", "../ledger/a/reviews/2024-20260101T000000Z.html",
                 "a/2024/signoff.html", "a/2023/annual_report.pdf"):
        assert f'href="{href}"' in html
    assert "accepted, 2026-01-02" in html and "not signed" in html
    assert "a/2023/signoff.html" not in html and "etc" not in html and "a/2023/annual_report.public" not in html
