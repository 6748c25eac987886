"""Importers by their name on the command line, and files of another kind."""

from __future__ import annotations

import pytest

from carbon.core.errors import FileRefused, UsageError
from carbon.factors import sources
from carbon.factors.sources import IMPORTERS, import_source

OWN_HEAD = "factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,part,tier,evidence,element_id\n"


def test_importers_are_found_by_name(write):
    """The command line's names; an unknown one lists them."""
    path = write("f.csv", OWN_HEAD + "a,material.steel,GLO,t,1,2024,,total,,EPD,\n")
    assert len(sources.import_source("own", path).table) == 1
    with pytest.raises(UsageError, match="No importer 'oracle'"):
        sources.import_source("oracle", path)


@pytest.mark.parametrize("source", sorted(IMPORTERS))
@pytest.mark.parametrize("content", [
    b"", b"PK\x03\x04" + bytes(60), bytes(range(256)), "a,b\n1,2\n".encode("utf-16"), b"<html>404</html>",
    b"\x1f\x8b\x08\0\0", b"[1, 2]", b"{}", b"a\n1,2\n1\n"], ids=range(9))
@pytest.mark.parametrize("name", ["file.csv", "file.xlsx", "file.json.gz"])
def test_a_file_of_another_kind_is_refused_in_words(tmp_path, source, content, name):
    """Whatever the reader underneath calls it: no importer ends in its own exception."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRefused):
        import_source(source, path)
