"""DATEV exports are refused by name before their amounts are read."""

import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.datev import refuse_datev
from carbon.records.grids.sources import open_source


@pytest.mark.parametrize(("text", "words"), [
    ('"EXTF";700;21;"Buchungsstapel";7', "Buchungsstapel"), ('EXTF;700;20;"Kontenbeschriftungen";2', "no list"),
    ("Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;Konto;Gegenkonto\n", "include tax")])
def test_an_export_is_named_with_its_reason(tmp_path, text, words):
    """The first line or the headings of a batch of postings tell it; other contents are no purchases."""
    (tmp_path / "a.csv").write_text(text, encoding="cp1252")
    with pytest.raises(FileRefused, match=words) as refused:
        refuse_datev(open_source(tmp_path / "a.csv", "a.csv"))
    assert refused.value.code == "datev_export"


def test_another_file_passes(tmp_path):
    """A list of purchases that names DATEV in a cell is no export of it."""
    (tmp_path / "a.csv").write_text("date;supplier;amount\n2024-01-01;DATEV eG;10\n")
    refuse_datev(open_source(tmp_path / "a.csv", "a.csv"))
