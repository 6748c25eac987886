"""The index: every company-year, links only to its own folder, one script that is named by its hash."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from carbon.reports.page.index import render_index

TEXT = "<script>window.carbonPwned=1</script>\"'&"


def row(**changes):
    base = {"company": "atelier-exemple", "year": 2024, "status": "ok", "reason": "", "rows_read": 1200,
            "rows_rejected": 2, "co2e_t": {"total-location": 1051.25, "total-market": 990.0}, "gap_t": 3.5, "path": ""}
    return base | changes


def test_every_company_year_is_listed_with_its_totals():
    """Failed ones too, with the reason and without a link."""
    html = render_index([row(), row(year=2023), row(company="cap-exemple", status="failed", reason="cell 4: no factor",
                                                    co2e_t=None, gap_t=None, rows_read=None)])

    assert html.count("<tbody>") == 2
    assert "1,051.3" in html or "1,051.2" in html
    assert 'href="atelier-exemple/2024/annual_report.html"' in html
    assert "cell 4: no factor" in html
    assert "cap-exemple/2024" not in html
    assert "Reports: 2. Companies with a report: 1." in html


def test_why_a_run_failed_says_that_it_is_english():
    """The words of an error are not translated: a French index marks them, that a screen reader pronounces them
    rightly.
    """
    failed = row(status="failed", reason="cell 4: no factor")

    assert '<span class="reason" lang="en">cell 4: no factor</span>' in render_index([failed], language="fr")
    assert '<span class="reason">cell 4: no factor</span>' in render_index([failed], language="en")


def test_a_refused_file_is_said_in_the_language_of_the_page():
    """File, line, reason and remedy in French on a French page; rows below a reason stay in the language of the
    code.
    """
    failed = row(status="failed", reason="cell 2: FileRefused: data/raw/a b.csv, line 1,203: not UTF-8 text\n n  v\n"
                                         " 7  a\nHint: save the file as UTF-8")
    page = render_index([failed], language="fr")
    assert '<span class="reason">data/raw/a b.csv, ligne 1\u202f203\u00a0: le texte n’est pas en UTF-8</span>' in page
    assert '<span class="reason">Que faire\u00a0: enregistrer le fichier en UTF-8</span>' in page
    assert '<span class="reason" lang="en"> 7  a</span>' in page
    assert "FileRefused: data/raw/a b.csv, line 1,203: not UTF-8 text" in render_index([failed], language="en")


def test_only_the_fixed_script_may_run(page):
    """The policy names the hash of the one script, which is the same whatever the data."""
    html = render_index([row(company=TEXT, reason=TEXT, status=TEXT)])
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()

    assert len(scripts) == 1
    assert f"script-src 'sha256-{digest}'" in page(html).policy
    assert "carbonPwned" not in scripts[0]
    assert "unsafe-inline" not in page(html).policy.split("script-src")[1].split(";")[0]
    assert scripts == re.findall(r"<script>(.*?)</script>", render_index([]), flags=re.DOTALL)


def test_hostile_names_stay_text(page):
    """Markup in a name or a reason is text, and a link cannot leave the folder."""
    html = render_index([row(company=TEXT), row(company="../../etc", reason=TEXT), row(company="//evil.example")])
    found = page(html.split("<script>")[0] + html.split("</script>")[-1])

    assert found.live == ["a href=portfolio.html"]
    assert "annual_report.html" not in html
    assert TEXT in "".join(found.text)


def test_a_year_without_totals_is_a_dash():
    """Not zero."""
    assert "0.0" not in render_index([row(co2e_t={}, gap_t=None)])


def test_a_year_without_records_says_so_in_the_language_of_the_page():
    """Null in the summary, with its state next to it: the words, no dash."""
    none = row(co2e_t={"total-location": None, "total-market": 7.0}, gap_t=None, co2e_state={
        "total-location": "no records", "total-market": "partly: diesel (5 L)"})
    assert "<td class=\"n\">no records</td><td class=\"n\">7.0</td>" in render_index([none])
    assert "aucune donnée" in render_index([none], language="fr")


@pytest.mark.parametrize(("language", "words"), [("en", "Annual reports"), ("fr", "Rapports annuels")])
def test_the_index_speaks_both_languages(language: str, words: str):
    """lang and title follow."""
    html = render_index([row()], language=language)

    assert f'<html lang="{language}">' in html
    assert f"<title>{words}</title>" in html


def test_no_reports_yet():
    """An empty project says what to type."""
    assert "carbon run" in render_index([])


def test_the_order_of_runs_does_not_matter():
    """Sorted by company and year."""
    rows = [row(year=y, company=c) for c in ("b", "a") for y in (2024, 2022, 2023)]

    assert render_index(rows) == render_index(rows[::-1])


def test_the_change_at_constant_factors_is_next_to_the_change_as_published():
    """Both shares and the cause that moved most, its words escaped; a dash where last year has no records."""
    constant = {"since": 2023, "published_share": -0.064, "share": 0.026, "change_t": 200.0, "moved_most": TEXT,
                "moved_most_t": -660.0}
    html = render_index([row(constant_factors=constant), row(year=2023)])
    assert "−6.4% as published; +2.6% at constant factors (" in html
    assert "<script>window" not in html
    none = render_index([row(constant_factors={**constant, "share": None, "moved_most": ""})])
    assert "−6.4% as published; – at constant factors</td>" in none
    french = render_index([row(constant_factors={**constant, "moved_most": "exchange rate of USD"})], language="fr")
    assert "à facteurs constants (taux de change USD)" in french


def test_breaches_have_their_number_and_tonnes():
    """Those that nobody accepted; none is 0, and a summary of an earlier release that does not have them is a dash."""
    cells = r'<td class="n">2</td><td class="n">([^<]*)</td>'
    breaches = [{"t_at_stake": 200.5, "accepted": ""}, {"t_at_stake": 9.0, "accepted": "a new site"}]
    html = render_index([row(breaches=breaches), row(year=2023, breaches=[]), row(year=2022)])

    assert re.findall(cells, html) == ["1: 200.5", "0", "\N{EN DASH}"]
    assert "Not as expected" in html


def test_companies_have_their_names_and_every_target_its_gap():
    """The name in the reader's language next to the short one, years newest first, each target by its label; a set of
    an earlier release has the short name and one gap.
    """
    gaps = [{"target": "a", "label": {"en": "Scopes 1 and 2", "fr": "Scopes 1 et 2"}, "gap_t": -3.0},
            {"target": "b", "label": {}, "gap_t": None}]
    html = render_index([row(name={"en": "Workshop", "fr": "L’Atelier"}, gaps=gaps), row(year=2023)], language="fr")
    assert "<h2>L’Atelier</h2><code>atelier-exemple</code>" in html
    assert "Scopes 1 et 2 : \N{MINUS SIGN}3,0<br>b : \N{EN DASH}</td>" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert html.index(">2024<") < html.index(">2023<") and '<td class="n">+3,5</td>' in html


def test_the_comparison_is_linked_where_there_is_something_to_compare():
    """Two companies with a report; one with a report and one without have none."""
    assert 'href="portfolio.html"' in render_index([row(), row(company="b")])
    assert "portfolio.html" not in render_index([row(), row(company="b", status="failed")])
