"""The page that compares companies: all are on it, unlike ones are not compared, what is not known is no zero."""

import math
import re

import pytest
from portfolios import portfolio_of

from carbon.reports.page.portfolio import render_portfolio

TEXT = "<script>window.carbonPwned=1</script>\"'&"
PEERS = [2.0, 2.5, 3.0, 3.0, 3.0, 3.5, 4.0, 90.0]


def ranking(html: str) -> str:
    return html.partition('class="sortable"')[2].partition("</table>")[0]


def test_every_company_is_on_the_page_and_unlike_ones_are_not_compared():
    """Eight peers are compared, each with its ratio. Another currency, another year, a scope without records and a
    total that is zero are listed with the reason; a company that failed has no newest report.
    """
    alone = {"2023": {"year": 2023}, "zero": {"co2e_t": {"total-location": 0.0}},
             "partly": {"co2e_state": dict.fromkeys(("1", "2-location"), "computed") | {"3": "no records"}}}
    others = [row for name, changes in alone.items() for row in portfolio_of([3.0], name=name, **changes)]
    html = render_portfolio([*portfolio_of(PEERS), *portfolio_of([3.0], name="krona", currency="SEK"), *others,
                             *portfolio_of([3.0], name="failed", status="failed")])
    table = ranking(html)
    assert table.count('<th scope="row">') == len(PEERS) + 4 and "failed-0" not in html
    reasons = dict(re.findall(r'#c-([\w-]+)">.*?<td>([^<]*)</td></tr>', table))
    assert {name: why for name, why in reasons.items() if why} == {
        "krona-0": "revenue: fewer than 8 peers", "partly-0": "Scope\u00a03: no records",
        "zero-0": "the total is not above zero",
        "2023-0": "employees: fewer than 8 peers; revenue: fewer than 8 peers"}
    assert "Companies with a report: 12. Compared per employee: 9; by revenue: 8." in html
    assert {*re.findall(r"companies: (\d+); median: ([\d.]+)", html)} == {("9", "2"), ("8", "3")}
    far = re.findall(r'<td>([\d.]+\u00a0t/M EUR)</td><td class="n">([^<]+)</td>', html)
    assert far == [("90.0\u00a0t/M EUR", "30.0 ×")]


def test_a_company_without_revenue_is_said_so_and_is_no_zero():
    """A dash and the reason, in the reader's language; an earlier set states neither revenue nor employees."""
    html = render_portfolio([*portfolio_of(PEERS), *portfolio_of([3.0], name="old", size=None)], language="fr")
    line = ranking(html).partition("#c-old-0")[2].partition("</tr>")[0]
    assert "effectif non précisé\u202f; chiffre d’affaires non précisé" in line
    assert re.findall(r'data-sort="([^"]*)">([^<]*)<', line)[-2:] == [("", "–"), ("", "–")]


def test_companies_are_ranked_by_their_newest_report():
    """Largest total first, one line a company; a total or change that is not known is last and no zero."""
    constant = {"since": 2023, "published_share": -0.5, "share": None, "change_t": 1.0, "moved_most": ""}
    rows = [*portfolio_of([1.0], name="a", co2e_t={"total-location": None, "total-market": 5.0}),
            *portfolio_of([1.0], name="b", breaches=[]), *portfolio_of([1.0], name="c", constant_factors=constant,
                                                                       co2e_t={"total-location": 2000.0})]
    table = ranking(render_portfolio([*rows, rows[2] | {"year": 2023}]))
    assert re.findall(r'#c-([\w-]+)"', table) == ["c-0", "b-0", "a-0"]
    assert [line[:5] for line in re.findall(r'data-sort="([^"]*)"', table)[:5]] == ["2024.", "2000.", "", "", ""]


def test_the_distribution_has_every_company_in_one_class():
    """Classes begin at 1, 2 and 5 of each power of ten, empty ones between them are there; their counts sum to all."""
    html = render_portfolio(portfolio_of(PEERS))
    drawn = html.partition('id="distribution"')[2].partition("</ul>")[0].split("<li>")[2]
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert dict(zip(texts[::2], map(int, texts[1::2]), strict=True)) == {
        "2 – 5": 7, "5 – 10": 0, "10 – 20": 0, "20 – 50": 0, "≥ 50": 1}


def test_classes_of_small_intensities_have_their_ends():
    """In a currency of small worth, classes below 0.001 t per million differ in words too; one just below 1,000 is in
    the class that ends there.
    """
    html = render_portfolio(portfolio_of([0.00015, 0.0003, 0.0003, 0.0007, 0.0007, 0.0012, 0.0012, 0.003],
                                         currency="VND"))
    assert re.findall(r"<text[^>]*>((?:≥ )?0[^<]*)</text>", html.partition("VND of revenue")[2]) == [
        "0.0001 – 0.0002", "0.0002 – 0.0005", "0.0005 – 0.001", "0.001 – 0.002", "≥ 0.002"]
    assert "500 – 1,000" in render_portfolio(portfolio_of([math.nextafter(1000.0, 0.0), *[1500.0] * 7]))


def test_the_ratio_is_to_the_median_of_the_page():
    """Of an even number of peers the median is between two: each intensity is its ratio times the median as printed."""
    html = render_portfolio(portfolio_of([1.0, 1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 20.0]))
    assert "companies: 8; median: 2.50" in html and "20\u00a0t/M EUR (8 ×)" in ranking(html)


def test_hostile_names_stay_text(page):
    """Markup in the name of a company is text, in the ranking and among those that are far."""
    rows = portfolio_of(PEERS)
    rows[-1]["name"] = {"en": TEXT}
    html = render_portfolio(rows)
    live = page(html.split("<script>")[0] + html.split("</script>")[-1]).live
    assert {link.partition("#")[0] for link in live} == {"a href=index.html"}
    assert html.count("&lt;script&gt;") == 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_to_compare_is_a_page_too(language):
    """Without a company, and with one."""
    for rows in ([], portfolio_of([3.0])):
        assert f'<html lang="{language}">' in render_portfolio(rows, language=language)


def test_a_state_of_two_parts_is_one_reason():
    """What a scope lacks is in its report; the page states the scope's state, in its language alone."""
    states = dict.fromkeys(("1", "2-location"), "computed") | {"3": "partly: losses of 5 kWh of a; and upstream of b"}
    html = render_portfolio([*portfolio_of(PEERS), *portfolio_of([3.0], name="two", co2e_state=states)], language="fr")
    line = ranking(html).partition("#c-two-0")[2].partition("</tr>")[0]
    assert line.endswith(" calculé en partie</td>")
    assert "upstream" not in line
