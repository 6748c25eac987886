"""The sheet of a review: an assurer reads on it what was judged, what ran and what did not, and each difference."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from carbon.reports.review_sheet import LISTED, review_page

IDENTITY = "0a" * 32
MOVED = {"figure_id": "acme/2024/scope3", "published_t": 1.0, "now_t": 1.25, "because_t": {"inputs": 0.25, "code": 0.0}}


def finding(where: str = "cell 7", stored: str = "a long beginning that both have, 1.56 t",
            now: str = "a long beginning that both have, 1.61 t") -> dict[str, str]:
    return {"where": where, "figure_id": "acme/2024/scope3", "stored": stored, "now": now, "what": "text/html"}


def page(language: str, verdict: str = "differs", reason: str = "", nbval: Any = None, **found: Any) -> str:
    sheet = SimpleNamespace(company="acme", year=2024, verdict=verdict, reason=reason, nbval=nbval or {}, found=found)
    return " ".join(review_page(sheet, language, date(2025, 3, 1)).split())


@pytest.mark.parametrize(("language", "words"), [
    ("en", ["Differs (figures that moved: 1; differences: 2)", "Executed: notebooks/a.ipynb.", "2 failed",
            "Not compared", "data/a.csv changed, b.csv added and 3 more", "+0.250000", "Input files +0.250000 t",
            "cell 7: output", "Reviewed on 1 March 2025."]),
    ("fr", ["Différent (chiffres modifiés : 1 ; différences : 2)", "Exécuté : notebooks/a.ipynb.", "2 failed",
            "Non comparé", "data/a.csv modifié, b.csv ajouté et 3 de plus", "+0,250000", "Données +0,250000 t",
            "cellule 7 : sortie", "Revue du 1er mars 2025."])])
def test_the_sheet_has_identity_what_ran_and_each_difference_with_old_and_new(language, words):
    """In both languages; a value of the set is text, whatever it holds."""
    html = page(language, nbval={"passed": False, "text": "2 failed"}, identity=IDENTITY,
                executed="notebooks/a.ipynb", not_compared="drawings", moved=[MOVED],
                changed={"inputs": "data/a.csv changed, b.csv added and 3 more"},
                findings=[finding(), finding("tables.xlsx sheet 'A' B3", "<script>x</script>", "=1+1")])
    for text in [*words, IDENTITY, "1.56 t</td>", "1.61 t</td>", "scope3", "&lt;script&gt;x&lt;/script&gt;"]:
        assert text in html, text
    assert "<script>x" not in html


@pytest.mark.parametrize(("language", "words"), [
    ("en", ["Cannot be judged: no published set", "Nothing was executed.", "did not run"]),
    ("fr", ["Impossible à vérifier : no published set", "Rien n’a été exécuté.", "n’a pas été exécuté"])])
def test_the_sheet_states_that_nothing_ran(language, words):
    """Whatever is found of a set that was not executed, and of a year without one."""
    html = page(language, "cannot be judged", "no published set", identity=IDENTITY, executed="", findings=[])
    assert all(text in html for text in words), html
    assert words[0] in page(language, "cannot be judged", "no published set")


def test_no_file_pushes_another_from_the_sheet():
    """A notebook with a thousand differences leaves room for the one row of a table; the heading counts them all."""
    findings = [finding()] * 1000 + [finding("emissions.parquet row 3")]
    html = page("en", identity=IDENTITY, executed="a", findings=findings)
    assert "differences: 1,001)" in html and "emissions.parquet row 3" in html
    assert html.count("1.56 t</td>") == LISTED + 1
