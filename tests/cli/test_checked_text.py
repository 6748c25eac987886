"""The text of `carbon check`: each cause once, with its amount, an example and the lines to paste; the next step."""

from __future__ import annotations

from carbon.cli import checked_text


def test_the_next_step_fits_the_result():
    """All accepted leads to classify, a refused file to its correction, an empty one to its rows; alone, to nothing."""
    def next_step(code, *, refused=None, in_project=True):
        file = {"path": "data/raw/acme/2024/a.csv", "refused": refused and {"code": refused}}
        return " ".join(checked_text.next_step({"files": [file]}, code, in_project=in_project))

    assert "carbon classify acme/2024" in next_step(0)
    assert "correct the files" in next_step(2, refused="columns_missing") and "correct the files" in next_step(1)
    assert "write rows under the headings" in next_step(2, refused="no_rows")
    assert next_step(0, in_project=False) == ""


def test_one_cause_is_one_line():
    """A fault of many rows and years, a warning of each year and a file that no year can do without are named once,
    with their number and an example; the object keeps every line.
    """
    def reject(year, line, value):
        return {"source_file": f"data/raw/acme/{year}/a.csv", "source_sheet": None, "source_line": line,
                "column": "amount", "value": value, "amount": None, "unit": None, "code": "not_a_number",
                "reason": f"'{value}' is not a number", "what_to_do": "write a plain number"}
    refused = {"path": "reported.csv", "refused": {"code": "columns_missing", "reason": "no year", "what_to_do": "add"}}
    years = (2022, 2023, 2024)
    result = {"files": [refused] * 3, "rejects": [reject(y, at, "n.c.") for y in years for at in (2, 3)],
              "warnings": [{"code": "column_absent", "text": f"data/raw/acme/{y}/a.csv: no column for day"}
                           for y in years],
              "expected": [{"company": "acme", "year": y, "error": "reported.csv: no year", "compared_with": [],
                            "breaches": [], "fails": False} for y in years]}
    lines = checked_text.lines_of(result)

    assert lines == [
        "reported.csv: refused (columns_missing): no year; add",
        "  6 times in data/raw/acme/*/a.csv, amount: 'n.c.' is not a number (not_a_number); write a plain number; e.g. "
        "data/raw/acme/2022/a.csv:2: 'n.c.'",
        "warning (column_absent, 3 times): data/raw/acme/2022/a.csv: no column for day",
        "acme/2022, acme/2023, acme/2024: compared with no earlier year: reported.csv: no year"]
    assert len(result["rejects"]) == 6 and len(result["warnings"]) == 3


def test_shares_of_several_years_are_one_refusal():
    """Each year rejects another share, and params accept one: one block with its years; a year that could not be read
    is no warning besides.
    """
    def share(year, part):
        paste = "# params/acme.yml\nmax_rejected_share: {energy: {rows: 0.7}}"
        return {"company": "acme", "year": year, "code": "rejected_share", "reason": f"energy: {part} rejected",
                "what_to_do": "correct the rows", "paste": paste}
    result = {"files": [], "rejects": [], "refusals": [share(2022, "62 % of rows"), share(2023, "7 t of waste")],
              "warnings": [{"code": "past_unread", "text": "2022 could not be read: energy: 62 % of rows rejected"}]}
    lines = checked_text.lines_of(result)

    assert len(lines) == 1 and lines[0].count("max_rejected_share") == 1
    assert lines[0].startswith("acme/2022, acme/2023: `carbon run` refuses it (rejected_share): energy: 62 % of rows")
