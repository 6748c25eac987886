"""A page as it is printed: its cover states what is known after publication, its contents give the pages."""

from __future__ import annotations

import datetime as dt

import pytest

from carbon.reports.page.edition import SCALES, Printed, edition, is_too_long, page_numbers

PAGE = ('<!doctype html><html lang="fr"><head></head><body><dl class="printed"></dl><nav><ul>'
        '<li><a href="#energy">Énergie</a><span class="printed" data-page="energy"></span></li>'
        '<li><a href="#method">Méthode</a><span class="printed" data-page="method"></span></li></ul></nav></html>')
DAYS = (dt.date(2024, 4, 1), dt.date(2025, 3, 31))
PRINTED = Printed(DAYS, "a1b2" * 16, "accepted", "2026-02-03", dt.date(2026, 2, 12))
PDF = (b"%PDF-1.4\n2 0 obj\n<</Type /Page\n/Parent 9 0 R>>\n7 0 obj\n<</Type /Page\n/Parent 9 0 R>>\n"
       b"9 0 obj\n<</Type /Pages\n/Count 2>>\n11 0 obj\n<</energy [2 0 R /XYZ 0 400 0]\n/method [7 0 R /XYZ 0 9.5 0]\n"
       b"/table-energy [7 0 R /XYZ 0 3 0]>>")


def test_the_cover_states_period_identity_sign_off_and_day():
    """All of them in the page's language; the foot of the pages has the first digits of the identity."""
    html = edition(PAGE, PRINTED, {})

    for text in ("avril 2024 à mars 2025", "a1b2" * 16, "accepté\u202f; 3 février 2026", "12 février 2026"):
        assert f"{text}</dd>" in html
    assert 'content: "Empreinte a1b2a1b2a1b2"' in html and "<dd></dd>" not in html


@pytest.mark.parametrize("lacking", [{"identity": ""}, {"signed_on": ""}])
def test_what_is_not_known_has_no_line(lacking):
    """A set without a manifest has no identity, one without a signature no day: nothing is printed for it."""
    html = edition(PAGE, Printed(**{**vars(PRINTED), **lacking}), {})

    assert "<dd></dd>" not in html and ("Empreinte" in html) == ("identity" not in lacking)
    assert ("3 février 2026" in html) == ("signed_on" not in lacking)


def test_the_contents_have_the_pages_of_the_print():
    """What a print gives as the place of each section is its number; places of no section are none, an older page is
    printed as it is.
    """
    found = page_numbers(PAGE, PDF)
    assert found == {"energy": 1, "method": 2}
    numbered = edition(PAGE, PRINTED, found)
    assert 'data-page="energy">1<' in numbered and 'data-page="method">2<' in numbered
    assert page_numbers(numbered, PDF) == found and page_numbers("<p>before</p>", PDF) == {}
    assert edition("<p>before</p>", PRINTED, {}) == "<p>before</p>"


def test_an_edition_that_is_too_long_is_printed_smaller():
    """Two sheets for the public and twelve for those who steer; a page of neither has no limit."""
    sheet = b"2 0 obj\n<</Type /Page\n>>\n"
    for audience, most in (("public", 2), ("performance railed", 12)):
        page = PAGE.replace("<body>", f'<body class="{audience}">')
        assert [is_too_long(page, sheet * sheets) for sheets in (most, most + 1)] == [False, True]
    assert not is_too_long(PAGE, sheet * 40)
    printed = [edition(PAGE, PRINTED, {}, scale) for scale in SCALES]
    assert ["zoom" in html for html in printed] == [False, *[True] * (len(SCALES) - 1)]
