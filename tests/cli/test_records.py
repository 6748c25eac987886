"""`carbon check`: every row accounted for, the exit code, and the next step."""

import json

LINE = "supplier,description,category,amount,currency,date,company\nPapier SA,paper,office,{},EUR,2024-03-01,acme\n"


def test_rows_totals_and_exit_code_of_one_file(tmp_path, carbon):
    """Accepted rows are exit 0, a rejected one is exit 1, a file that is none is exit 2: JSON is printed each time."""
    path = tmp_path / "purchases.csv"
    for amount, code, key in (("12.50", 0, "rows_accepted"), ("12,3,4", 1, "rows_rejected")):
        path.write_text(LINE.format(amount))
        done = carbon("check", str(path), "--kind", "purchases", "--json")
        file, = json.loads(done.stdout)["files"]
        assert (done.exit_code, file["rows_read"], file[key]) == (code, 1, 1), done.output
    path.write_bytes(b"\0")
    done = carbon("check", str(path), "--kind", "purchases", "--json")
    assert done.exit_code == 2 and json.loads(done.stdout)["files"][0]["refused"]["code"]


def test_params_that_name_an_unknown_source_are_refused(project, carbon):
    """A file that is valid YAML with valid keys, but prefers a source that no factor has."""
    path = project / "params" / "petit-studio.yml"
    assert carbon("check", str(path), "--kind", "params").exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert "  release: " in text
    path.write_text(text.replace("  release: 2026.2", "  release: 1999.1"), encoding="utf-8")
    done = carbon("check", str(path), "--kind", "params")
    assert done.exit_code == 2 and "refused (params_refused)" in done.stdout and "1999.1" in done.stdout
